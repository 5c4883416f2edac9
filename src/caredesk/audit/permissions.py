"""What may be seen of the log."""

from caredesk.kernel.permissions import declare

declare("audit.view", "See who looked at whom, and what was changed.")
declare("audit.export", "Take the log out as a file of FHIR AuditEvents.")
