"""The panel of one visit, and the visits of a patient."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel import clock
from caredesk.kernel.barred import barred
from caredesk.kernel.errors import Missing
from caredesk.kernel.ids import new_id
from caredesk.people.queries import patient_lines
from caredesk.practice.queries import zone_of
from caredesk.scheduling import queries
from caredesk.scheduling.chosen import read_id, read_instant, stamp
from caredesk.scheduling.forms.offers import with_words
from caredesk.scheduling.queries import AppointmentDetails, VisitLine
from caredesk.scheduling.rules.flow import GONE, State, refusal
from caredesk.ui.page import page

KEYS = {
    State.CONFIRMED: "o",
    State.ARRIVED: "a",
    State.IN_ROOM: "i",
    State.WITH_PRACTITIONER: "w",
    State.DONE: "f",
    State.LEFT: "l",
}
OVER = (State.DONE, State.NO_SHOW)
VISITS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class StepButton:
    """A step that can be recorded now; `is_usual` is the one next thing."""

    state: str
    key: str
    is_usual: bool


@require_safe
@needs("scheduling.view")
def appointment(request: SignedInRequest, appointment: UUID) -> HttpResponse:
    """The panel of a visit; of a restricted one the way to break the glass."""
    if barred(request.actor).marks(appointment):
        return redirect("people:piece_glass", piece=appointment)
    visit = queries.appointment(request.actor, appointment)
    may_book = request.actor.may("scheduling.book")
    may_see_patient = request.actor.may("people.view")
    has_time = bool(visit.resources)
    context = {
        "title": title_of(visit),
        "facts": _facts(visit),
        "visit": visit,
        "desk": zone_of(request.actor),
        "patient": next(iter(visit.patients), None),
        "may_see_patient": may_see_patient,
        "where": where_words(visit),
        "steps": _steps(visit) if may_book and has_time else [],
        "may_change": may_book and visit.is_ahead,
        "may_take_back": may_book and visit.last_step is not None and visit.state not in GONE,
        "may_stand_again": may_book and visit.cancellation is not None,
        "may_book_again": may_book
        and may_see_patient
        and not visit.is_ahead
        and bool(visit.patients),
        "may_restrict": request.actor.may("people.restrict") and bool(visit.patients),
        "history": visit.history[::-1],
        "overbooked": [one for one in visit.resources if one.overbooking_reason],
        "key": new_id(),
    }
    return page(request, "scheduling/appointment.html", context, partial="panel")


def title_of(visit: AppointmentDetails) -> str:
    return visit.patients[0].name if visit.patients else visit.visit_type_name or "Visit"


def where_words(visit: AppointmentDetails) -> str:
    """With whom, and in which room."""
    return with_words([one.label for one in visit.resources] or visit.practitioners)


def _facts(visit: AppointmentDetails) -> str:
    patient = next(iter(visit.patients), None)
    return f"{patient.birth_date} · {patient.life} · {patient.record_number}" if patient else ""


def _steps(visit: AppointmentDetails) -> list[StepButton]:
    """What may be recorded now. On its day one usually arrives, confirmed or not."""
    possible = [state for state in visit.next_steps if _may_follow(visit, state)]
    usual = State.ARRIVED if State.ARRIVED in possible else next(iter(possible), None)
    if visit.state in OVER:
        usual = None
    possible.sort(key=lambda state: state is not usual)
    return [StepButton(each.value, KEYS.get(each, ""), each is usual) for each in possible]


def _may_follow(visit: AppointmentDetails, state: State) -> bool:
    now = clock.now()
    return not refusal(
        visit.state,
        state,
        at=now,
        now=now,
        last_step_at=None,
        starts_at=visit.starts_at,
        booked_at=visit.booked_at,
        zone=clock.zone_named(visit.zone),
    )


@require_safe
@needs("scheduling.view")
def visits(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """All visits of a patient, newest first, a page at a time."""
    line = patient_lines(request.actor, [patient]).get(patient)
    if line is None:
        raise Missing("patient")
    before = _before(request.GET.get("before", ""))
    past = queries.visits_of(request.actor, patient, before=before, limit=VISITS_A_PAGE)
    context = {
        "title": f"Visits of {line.name}",
        "patient": line,
        "desk": zone_of(request.actor),
        "coming": [] if before else queries.next_visits_of(request.actor, patient),
        "past": past,
        "earlier": _earlier(past),
        "is_later_page": before is not None,
        "may_see_patient": request.actor.may("people.view"),
    }
    return page(request, "scheduling/visits.html", context, partial="panel")


def _earlier(past: list[VisitLine]) -> str:
    """Where the next page begins; empty at the end."""
    if len(past) < VISITS_A_PAGE:
        return ""
    return f"{stamp(past[-1].starts_at)}~{past[-1].id}"


def _before(text: str) -> tuple[datetime, UUID] | None:
    at, _, id = text.partition("~")
    instant, last = read_instant(at), read_id(id)
    return (instant, last) if instant and last else None
