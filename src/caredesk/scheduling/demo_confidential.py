"""The demo practice's confidential visit: an adolescent's, whom only Dr Chen sees."""

from collections.abc import Sequence

from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import with_sight
from caredesk.scheduling.actions import add_visit_type, book_appointment
from caredesk.scheduling.actions.visit_types import RequirementInput
from caredesk.scheduling.demo import DemoCalendar
from caredesk.scheduling.demo_plan import Somebody
from caredesk.scheduling.queries import free_times


def book_confidentially(
    calendar: DemoCalendar, patients: Sequence[Somebody], *, by: Actor, chen: Actor
) -> None:
    """A kind of visit for it, and one booked at the first free time by who treats."""
    doctor = calendar.resources["chen"]
    kind = add_visit_type(
        name="Confidential visit",
        minutes=20,
        requirements=[
            RequirementInput(kind="practitioner", label="practitioner", resources=[doctor])
        ],
        grid_minutes=10,
        colour="slate",
        confidential="adolescent",
        by=by,
    ).id
    child = next(each for each in patients if each.is_child)
    with looks.collecting("demo"):
        free = free_times(chen, kind, limit=1)[0]
        book_appointment(
            patient=child.id,
            visit_type=kind,
            starts_at=free.starts_at,
            site=free.site,
            reason="Wants to come alone",
            by=with_sight(chen),
        )
