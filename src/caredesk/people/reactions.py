"""Who was dealt with lately is found first."""

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.reactions import reaction
from caredesk.people.actions import record_seen
from caredesk.people.queries.withdrawn import is_withdrawn
from caredesk.scheduling.events import AppointmentBooked


@reaction(AppointmentBooked, may={"people.change"})
def remember_the_patient(event: AppointmentBooked, by: Actor) -> None:
    """A visit was booked: the desk has just dealt with this patient, unless withdrawn since."""
    if not is_withdrawn(event.patient):
        record_seen(event.patient, clock.now(), by=by)
