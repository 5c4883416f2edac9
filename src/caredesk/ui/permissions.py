"""What may be done on every page of the desk."""

from caredesk.kernel.permissions import declare

declare(
    "desk.use",
    "Use the desk: the command bar, the live updates, and forms that are kept half typed.",
    whose="all_staff",
)
declare("ui.tidy", "Let go the half-typed forms to which nobody came back.", whose="programs")
