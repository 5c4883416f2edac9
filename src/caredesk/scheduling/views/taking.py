"""Confirming a chosen time: what it is, until when it is held, and what is still to be said."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_POST

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel.errors import Missing
from caredesk.scheduling.actions import release_hold
from caredesk.scheduling.actions.answers import Booked
from caredesk.scheduling.chosen import Chosen, read_id
from caredesk.scheduling.forms import Setup
from caredesk.scheduling.forms.booking import TakeForm
from caredesk.scheduling.forms.offers import moment, with_words
from caredesk.scheduling.queries.held_times import HeldTime, held_time, stops_ahead
from caredesk.scheduling.views.errands import Errand
from caredesk.scheduling.words import clock_at
from caredesk.ui.notice import own_address
from caredesk.ui.page import page

PASSED_ON = ("time", "hold", "overbook", "visit_type")


@dataclass(frozen=True, slots=True)
class Shown:
    """The chosen time in words."""

    when: str
    with_whom: str
    kind: str
    minutes: int
    site: str
    instructions: str
    held_until: str


def initial_of(data: QueryDict) -> dict[str, str]:
    """What the address says of the chosen time."""
    return {name: str(data[name]) for name in PASSED_ON if data.get(name)}


def take_page(
    request: SignedInRequest, errand: Errand, form: TakeForm, *, does: str
) -> HttpResponse:
    """The page on which a chosen time is confirmed."""
    if form.draft is not None:
        form.draft = form.draft.about([errand.patient.id])
    chosen = form.chosen_time
    if chosen is None:
        raise Missing("time")
    setup = Setup.read(request.actor)
    hold = read_id(str(form["hold"].value() or ""))
    held = _held(request, hold, chosen)
    if held is not None:
        answered = form.stop.code if form.stop else ""
        anyone = not chosen.resources
        form.foresee(stops_ahead(request.actor, held, anyone=anyone, answered=answered))
    context = {
        "title": errand.title,
        "errand": errand,
        "form": form,
        "shown": _shown(errand, form, chosen, setup, held),
        "seconds_left": held.seconds_left if held else 0,
        "hold": hold,
        "does": does,
        "address": request.get_full_path(),
        "find": errand.find_address(request.GET.get("filters", "")),
        "may_overbook": request.actor.may("scheduling.overbook"),
    }
    template = "scheduling/take_time.html"
    return page(request, template, context, partial="panel", status=form.status)


def _held(request: SignedInRequest, hold: UUID | None, chosen: Chosen) -> HeldTime | None:
    held = held_time(request.actor, hold) if hold else None
    return held if held is not None and held.starts_at == chosen.starts_at else None


def _shown(
    errand: Errand, form: TakeForm, chosen: Chosen, setup: Setup, held: HeldTime | None
) -> Shown:
    visit = errand.visit
    kind = setup.visit_type(visit.visit_type if visit else _asked_kind(form))
    if kind is None:
        raise Missing("visit type")
    site = setup.site(chosen.site) if setup.has_several_sites else None
    asked = [one.label for id in chosen.resources if (one := setup.resource(id))]
    until = clock_at(held.expires_at, errand.desk) if held else ""
    return Shown(
        when=moment(chosen.starts_at, setup.zone(chosen.site), errand.desk),
        with_whom=with_words(held.labels if held else asked),
        kind=kind.name,
        minutes=visit.minutes if visit else kind.minutes,
        site=site.name if site else "",
        instructions=kind.instructions,
        held_until=until,
    )


def _asked_kind(form: TakeForm) -> UUID | None:
    return read_id(str(form["visit_type"].value() or ""))


def told(answer: Booked, desk: str) -> str:
    """Tue 24 Nov, 9:20 with Dr Mei Chen, Exam 2"""
    labels = with_words(one.label for one in answer.resources)
    return f"{moment(answer.starts_at, answer.zone, desk)} with {labels}"


@require_POST
@needs("scheduling.book", sees="scheduling.view")
def release(request: SignedInRequest, hold: UUID) -> HttpResponse:
    """Give a held time back, and go back to the free times."""
    release_hold.perform({"hold": hold}, by=request.actor)
    response = HttpResponseRedirect(own_address(request, request.POST.get("to", "/")))
    response.status_code = 303
    return response
