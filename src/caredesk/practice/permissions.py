"""What may be done to the practice itself."""

from caredesk.kernel.permissions import declare

declare("practice.setup", "Set up the practice: its name, sites, rooms and devices.")
