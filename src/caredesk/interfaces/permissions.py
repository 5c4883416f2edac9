"""What may be done by other systems' data."""

from caredesk.kernel.permissions import declare

declare("import.run", "Take in patients and visits from files of other systems.")
