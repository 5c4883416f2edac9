"""What may be done about visits."""

from caredesk.kernel.permissions import declare

declare("scheduling.view", "See the day and the visits, with the names of who comes.")
declare("scheduling.book", "Book, move and cancel visits, and record what happens on the day.")
declare("scheduling.overbook", "Book beside another visit or outside the hours, with a reason.")
declare("scheduling.setup", "Set up the calendar: kinds of visits, hours, what a visit needs.")
