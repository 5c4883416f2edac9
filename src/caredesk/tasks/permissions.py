"""What may be done about tasks."""

from caredesk.kernel.permissions import declare

declare("tasks.work", "See the worklist, take tasks and give them back.")
declare("tasks.escalated", "See what was not settled in time, whoever it waited for.")
declare("tasks.raise", "Raise a task for somebody.", whose="programs")
declare("tasks.escalate", "Give what is overdue to more people.", whose="programs")
