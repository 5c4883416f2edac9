"""Which day is on the desk: what the address says, or what was last looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from caredesk.desk.board import drawn
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.practice.queries import SiteLine, sites
from caredesk.scheduling.queries import day_board
from caredesk.ui.times import day_words
from caredesk.ui.typed import ReadingError, read_date

COOKIE = f"{settings.CAREDESK_COOKIES}day"
By = Literal["practitioner", "room"]
NAMES: dict[By, str] = {"practitioner": "Practitioners", "room": "Rooms"}
TODAY = "today"
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class Choice:
    """A day at a site, by practitioner or by room."""

    day: date
    site: SiteLine
    by: By
    today: date
    sites: Sequence[SiteLine]

    @property
    def address(self) -> str:
        return self.to(self.day)

    def to(self, day: date, *, by: By | None = None, site: UUID | None = None) -> str:
        """The address of another day, order or site."""
        said = {"site": site or self.site.id, "by": by or self.by}
        return f"{reverse('desk:day', args=[day])}?{urlencode(said)}"

    @property
    def kept(self) -> str:
        """For the cookie; today stays today when the day goes on."""
        day = TODAY if self.day == self.today else self.day.isoformat()
        return f"{day}|{self.site.id}|{self.by}"


def chosen(request: HttpRequest, day: date | None = None) -> Choice | None:
    """What the address asks for, the rest as last looked at; None where there is no site yet."""
    known = sites(_viewer(request))
    if not known:
        return None
    kept_day, kept_site, kept_by = _kept(request)
    site = _site(known, request.GET.get("site") or kept_site)
    today = clock.today(site.time_zone)
    return Choice(
        day=day or day_of(kept_day) or today,
        site=site,
        by=_by(request.GET.get("by") or kept_by),
        today=today,
        sites=known,
    )


def read_day(text: str, today: date) -> date:
    """A day as one types it, if the calendar can show it."""
    found = read_date(text, today)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ReadingError(f"The calendar goes from {FIRST_YEAR} to {LAST_YEAR}.")
    return found


def context(request: HttpRequest, choice: Choice) -> dict[str, Any]:
    """Everything the middle of the desk shows."""
    viewer = _viewer(request)
    board = drawn(day_board(viewer, [choice.site.id], choice.day, choice.by))
    return {
        "board": board,
        "choice": choice,
        "day_name": day_words(choice.day, choice.today),
        "today": choice.to(choice.today),
        "before": choice.to(choice.day - timedelta(days=1)),
        "after": choice.to(choice.day + timedelta(days=1)),
        "orders": [
            (name, choice.to(choice.day, by=by), by == choice.by) for by, name in NAMES.items()
        ],
        "sites": [
            (site.name, choice.to(choice.day, site=site.id), site.id == choice.site.id)
            for site in choice.sites
        ],
        "may_book": viewer.may("scheduling.book") and viewer.may("people.view"),
    }


def middle(request: HttpRequest) -> str:
    """The day around an open panel."""
    if not _viewer(request).may("scheduling.view"):
        return ""
    choice = chosen(request)
    if choice is None:
        return render_to_string("desk/no_site.html", {}, request)
    return render_to_string("desk/middle.html", context(request, choice), request)


def remember(response: HttpResponse, choice: Choice) -> HttpResponse:
    """Keep what is looked at for the pages that open beside it."""
    response.set_cookie(
        COOKIE,
        choice.kept,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _viewer(request: HttpRequest) -> Actor:
    viewer: Actor = request.actor  # type: ignore[attr-defined]
    return viewer


def _kept(request: HttpRequest) -> tuple[str, str, str]:
    """Day, site and order as last looked at; empty where there is none."""
    parts = request.COOKIES.get(COOKIE, "").split("|")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")


def _site(known: Sequence[SiteLine], wanted: str) -> SiteLine:
    return next((site for site in known if str(site.id) == wanted), known[0])


def day_of(text: str) -> date | None:
    """The day that an address or a cookie names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _by(text: str) -> By:
    return text if text in NAMES else "practitioner"
