"""Finding a time and holding it, for a new visit and for one that is moved."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect

from caredesk.access.middleware import SignedInRequest
from caredesk.kernel import clock
from caredesk.scheduling.actions import hold_time
from caredesk.scheduling.chosen import Chosen, read_instant, stamp
from caredesk.scheduling.forms import ChooseForm, FindForm, Gap, Setup
from caredesk.scheduling.forms.booking import YES
from caredesk.scheduling.forms.offers import Offer, moment, offer_days, with_words
from caredesk.scheduling.forms.setup import treats
from caredesk.scheduling.free_days import is_within_horizon
from caredesk.scheduling.queries import FreeTime, free_times
from caredesk.scheduling.queries.held_times import HeldTime, held_for
from caredesk.scheduling.views.errands import Errand
from caredesk.scheduling.words import clock_at
from caredesk.ui.page import asked_part, page

SHOWN = 10
EACH_TIME = 3
GRID = timedelta(minutes=5)


def find_time(request: SignedInRequest, errand: Errand) -> HttpResponse:
    """The filters, the first free times, and any day and time typed."""
    posted = request.POST if request.method == "POST" else None
    setup = Setup.read(request.actor)
    data = request.GET if posted is None else posted
    gap = Gap.read(data)
    finder = FindForm(data, setup, gap, _begun_with(errand))
    if errand.visit:
        finder.keep_kind()
    chooser = ChooseForm(posted, setup, _typed_at_first(errand, gap, setup))
    held = held_for(request.actor, errand.patient.id, errand.moving)
    if posted is not None and (answer := _take(request, errand, finder, chooser, held)):
        return answer
    context = {
        "title": errand.title,
        "errand": errand,
        "finder": finder,
        "chooser": chooser,
        "address": request.get_full_path(),
        "held": _offer_held(errand, finder, held) if held else None,
        "may_overbook": request.actor.may("scheduling.overbook"),
        "is_part": asked_part(request) == "free-times",
        **_free(request, errand, finder, gap),
    }
    parts = {"panel", "free-times"}
    template = "scheduling/find_time.html"
    return page(request, template, context, partial=parts, status=chooser.status)


def _begun_with(errand: Errand) -> dict[str, Any]:
    """A move begins with those who have the visit now, at its site."""
    if errand.visit is None:
        return {}
    treating = [str(one.id) for one in errand.visit.resources if one.kind == "practitioner"]
    return {"practitioner": treating, "site": str(errand.visit.site or "")}


def _typed_at_first(errand: Errand, gap: Gap | None, setup: Setup) -> dict[str, Any]:
    """What stands in the typed fields before anybody types."""
    if gap is not None:
        local = gap.at.astimezone(ZoneInfo(setup.zone(gap.site)))
        return {
            "day": local.date(),
            "time_of_day": local.time(),
            "with_whom": str(gap.resource) if treats(setup.resource(gap.resource)) else "",
            "at_site": str(gap.site or ""),
        }
    begun = _begun_with(errand)
    treating = begun.get("practitioner", [])
    return {
        "with_whom": treating[0] if len(treating) == 1 else "",
        "at_site": begun.get("site", ""),
    }


def _free(
    request: SignedInRequest, errand: Errand, finder: FindForm, gap: Gap | None
) -> dict[str, Any]:
    """The first free times, all of a moment together, and where the later ones begin."""
    kind = errand.visit.visit_type if errand.visit else finder.kind
    if kind is None or finder.wrong:
        return {"asks_kind": not [each for each in finder.wrong if each.name != "visit_type"]}
    wish = finder.wish
    later_than = read_instant(request.GET.get("after", ""))
    if later_than:
        wish["after"] = later_than
    found = _search(request, errand, kind, wish)
    name_site = finder.setup.has_several_sites and not wish["sites"]
    shown = [each for each in found if each.starts_at <= found[:SHOWN][-1].starts_at]
    return {
        "searched": True,
        "focus": "show" in request.GET or bool(later_than) or _is_move_opened(request, errand),
        "days": offer_days(shown, errand.desk, name_site=name_site),
        "begun_at": _begun_at(gap, finder.setup, errand.desk) if gap and not later_than else None,
        "later": _address(errand, finder, _after(shown)) if len(found) >= SHOWN else "",
        "earlier": _address(errand, finder) if later_than else "",
    }


def _is_move_opened(request: SignedInRequest, errand: Errand) -> bool:
    """Of a move the kind is known: nothing comes before its first free time."""
    is_opened = request.method == "GET" and asked_part(request) != "free-times"
    return errand.visit is not None and is_opened


def _search(
    request: SignedInRequest, errand: Errand, kind: UUID, wish: dict[str, Any]
) -> list[FreeTime]:
    if wish["after"] and not is_within_horizon(wish["after"], clock.now()):
        return []
    return free_times(
        request.actor,
        kind,
        **wish,
        minutes=errand.visit.minutes if errand.visit else None,
        limit=SHOWN + EACH_TIME - 1,
        each_time=EACH_TIME,
    )


def _after(shown: list[FreeTime]) -> str:
    return stamp(shown[-1].starts_at + GRID)


def _address(errand: Errand, finder: FindForm, after: str = "") -> str:
    filters = [*finder.kept, *([("after", after)] if after else [])]
    return errand.find_address(urlencode(filters))


def _begun_at(gap: Gap, setup: Setup, desk: str) -> Offer:
    """The gap that one began with; whether all else is free then shows when it is taken."""
    resource = setup.resource(gap.resource)
    site = setup.site(gap.site) if setup.has_several_sites else None
    whose = with_words([resource.label] if resource else [], site.name if site else "")
    return Offer(gap.chosen.value, moment(gap.at, setup.zone(gap.site), desk), whose)


@dataclass(frozen=True, slots=True)
class HeldOffer:
    """A time that one holds already: where it is confirmed, and how long it is still held."""

    id: UUID
    offer: Offer
    until: str
    seconds_left: int
    address: str


def _offer_held(errand: Errand, finder: FindForm, held: HeldTime) -> HeldOffer:
    """Whoever leads what is held was chosen with it."""
    chosen = Chosen(held.starts_at, held.site, tuple(one.resource for one in held.kept[:1]))
    known: dict[str, Any] = {"hold": held.id, "filters": urlencode(finder.kept)}
    if errand.visit is None:
        known["visit_type"] = held.visit_type
    site = held.site_name if finder.setup.has_several_sites else ""
    when = moment(held.starts_at, held.zone, errand.desk)
    offer = Offer(chosen.value, when, with_words(held.labels, site))
    until = clock_at(held.expires_at, errand.desk)
    address = errand.take_address(chosen, **known)
    return HeldOffer(held.id, offer, until, held.seconds_left, address)


def _take(
    request: SignedInRequest,
    errand: Errand,
    finder: FindForm,
    chooser: ChooseForm,
    held: HeldTime | None,
) -> HttpResponse | None:
    """Hold what was chosen and go on to confirm it; None when the page says why not.

    What one held for the same errand makes way for it.
    """
    kind = errand.visit.visit_type if errand.visit else finder.kind
    if kind is None:
        chooser.add_error(None, "Choose the kind of visit first.")
        return None
    if not chooser.is_valid() or chooser.wanted is None:
        return None
    known: dict[str, Any] = {"filters": urlencode(finder.kept)}
    if errand.visit is None:
        known["visit_type"] = kind
    if "ask" in request.POST:
        return _go(errand.take_address(chooser.wanted, overbook=YES, **known))
    if _is_in_its_own_way(errand, finder.setup, chooser.wanted):
        return _go(errand.take_address(chooser.wanted, **known))
    minutes = errand.visit.minutes if errand.visit else None
    more = {
        "visit_type": kind,
        "minutes": minutes,
        "patient": errand.patient.id,
        "moving": errand.moving,
        "instead_of": held.id if held else None,
    }
    done = chooser.perform(hold_time, request.actor, **more)
    if not done:
        return None
    return _go(errand.take_address(chooser.wanted, hold=done.answer.hold, **known))


def _is_in_its_own_way(errand: Errand, setup: Setup, chosen: Chosen) -> bool:
    """A visit that is moved a little cannot be held beside itself: it is moved at once."""
    visit = errand.visit
    if visit is None:
        return False
    kind = setup.visit_type(visit.visit_type)
    before = timedelta(minutes=kind.setup_minutes if kind else 0)
    after = timedelta(minutes=visit.minutes + (kind.cleanup_minutes if kind else 0))
    since, until = chosen.starts_at - before, chosen.starts_at + after
    return any(one.takes_from < until and since < one.takes_until for one in visit.resources)


def _go(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
