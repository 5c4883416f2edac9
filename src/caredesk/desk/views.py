"""The desk's pages: the day, the bar, and a visit begun from a gap of the board."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from caredesk.access.pages import needs
from caredesk.desk import day as desk_day
from caredesk.desk.finding import Option, find, said_day
from caredesk.kernel.actor import Actor
from caredesk.people.queries import FoundPatient, find_patients, recently_seen
from caredesk.practice.queries import sites
from caredesk.scheduling.chosen import read_instant
from caredesk.scheduling.queries import resource_words
from caredesk.scheduling.words import when_words
from caredesk.ui.page import asked_part, page
from caredesk.ui.registry import rail_for
from caredesk.ui.typed import ReadingError


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The day is home; who may not see it comes to the first place that is theirs."""
    for entry in rail_for(_by(request)):
        return redirect(entry.address)
    return page(request, "desk/nothing.html", {"title": "Nothing is open to you"})


@require_GET
@needs("scheduling.view")
def today(request: HttpRequest) -> HttpResponse:
    """Today at the site last looked at."""
    choice = desk_day.chosen(request)
    if choice is None:
        return page(request, "desk/day.html", {"title": "The day", "choice": None})
    return redirect(choice.to(choice.today))


@require_GET
@needs("scheduling.view")
def day(request: HttpRequest, day: date) -> HttpResponse:
    """The board of a day."""
    choice = desk_day.chosen(request, day)
    if choice is None:
        return page(request, "desk/day.html", {"title": "The day", "choice": None})
    title = f"{day:%a} {day.day} {day:%b} · {choice.site.name}"
    context = {"title": title, **desk_day.context(request, choice)}
    answer = page(request, "desk/day.html", context, partial="middle")
    return desk_day.remember(answer, choice)


@require_POST
@needs("scheduling.view")
def going(request: HttpRequest) -> HttpResponse:
    """To the day that was typed; what is no day stands in its field again, with what is wrong."""
    choice = desk_day.chosen(request, desk_day.day_of(request.POST.get("from", "")))
    if choice is None:
        return redirect("desk:today")
    text = request.POST.get("day", "")
    try:
        return redirect(choice.to(desk_day.read_day(text, choice.today)))
    except ReadingError as error:
        said = {"going": text, "going_error": str(error)}
    context = {"title": "The day", **desk_day.context(request, choice), **said}
    return page(request, "desk/day.html", context, partial="middle", status=422)


@require_POST
@needs("desk.use")
def find_options(request: HttpRequest) -> HttpResponse:
    """What the bar finds as one types."""
    text = request.POST.get("text", "")
    groups = find(_by(request), text, _uuid(request.POST.get("search")), _day(request, text))
    return render(request, "ui/options.html", {"groups": groups, "text": text.strip()})


@require_POST
@needs("desk.use")
def find_page(request: HttpRequest) -> HttpResponse:
    """What the bar finds, as a page: for a browser in which no script has run."""
    text = request.POST.get("text", "")
    groups = find(_by(request), text, None, _day(request, text))
    context = {"title": "Found", "groups": groups, "text": text}
    return page(request, "desk/found.html", context, partial="panel")


@require_http_methods(["GET", "POST"])
@needs("scheduling.book", sees="people.view")
def new_visit(request: HttpRequest) -> HttpResponse:
    """For whom is the time that was pointed at? Then the booking form, with that time."""
    time = {name: request.GET[name] for name in ("at", "resource", "site") if name in request.GET}
    text = request.POST.get("text", "")
    viewer = _by(request)
    search = _uuid(request.POST.get("search"))
    found = find_patients(viewer, text, settling=search) if text else recently_seen(viewer)
    context = {
        "title": "Book a visit",
        "facts": "" if asked_part(request) == "found" else _facts(viewer, time),
        "text": text,
        "found": [(each, _address_for(each, time)) for each in found],
        "at": time.get("at", ""),
        "register": _register_address(viewer, time),
    }
    return page(request, "desk/new_visit.html", context, partial={"panel", "found"})


def _facts(viewer: Actor, time: dict[str, str]) -> str:
    return " ".join(filter(None, [_pointed_at(viewer, time), "For whom?"]))


def _pointed_at(viewer: Actor, time: dict[str, str]) -> str:
    """Tue 24 Nov, 9:20 with Dr Chen, Main Street. Nothing where no free time was pointed at."""
    at = read_instant(time.get("at", ""))
    if at is None:
        return ""
    site = next((each for each in sites(viewer) if str(each.id) == time.get("site")), None)
    if site is None:
        return ""
    where = ", ".join(
        filter(None, [resource_words(viewer, _uuid(time.get("resource"))), site.name])
    )
    return f"{when_words(at, site.time_zone)} {where}."


def _address_for(found: FoundPatient, time: dict[str, str]) -> str:
    """To the booking; of who is restricted to the patient, where the glass can be broken first."""
    if found.is_restricted:
        return reverse("people:patient", args=[found.id])
    return _booking_address(found.id, time)


def _booking_address(patient: UUID, time: dict[str, str]) -> str:
    return f"{reverse('scheduling:new_appointment', args=[patient])}?{urlencode(time)}"


def _register_address(viewer: Actor, time: dict[str, str]) -> str:
    """Empty for who may not register anybody."""
    if not viewer.may("people.register"):
        return ""
    return f"{reverse('people:new')}?{urlencode(time)}"


def _day(request: HttpRequest, text: str) -> Option | None:
    """The day that the text of the bar may mean."""
    return said_day(text, lambda: desk_day.chosen(request)) if _may_see(request) else None


def _may_see(request: HttpRequest) -> bool:
    return _by(request).may("scheduling.view")


def _by(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    return by


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
