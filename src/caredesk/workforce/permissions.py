"""What may be done about those who work here."""

from caredesk.kernel.permissions import declare

declare("workforce.setup", "Set up who works here: practitioners and their identifiers.")
