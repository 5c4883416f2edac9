"""Who may do what, asked of the application itself: every address and every action, as everybody.

What is asked for is there (a visit with a step, a note to end, a form half typed): whoever may is
then answered with something else than "not there" and "not allowed".
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from tests import world as cast
from tests.world import World

import caredesk.scheduling.demo_days  # noqa: F401  an action is there once its module was read
from caredesk.access.actions import add_user, end_role
from caredesk.access.factors.models import AuthenticatorApp, Passkey
from caredesk.access.models import User
from caredesk.access.pages import pages
from caredesk.access.rules import ROLES, permissions_of
from caredesk.access.sessions import SessionStore
from caredesk.access.sso.models import ExternalIdentity, SignInEmail
from caredesk.access.tokens.actions import add_token
from caredesk.access.wider.models import WiderAccess
from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.action import Action, all_actions
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import ActionError
from caredesk.kernel.problems import describe
from caredesk.people import actions as people
from caredesk.people.models import BrokenGlass, Patient
from caredesk.privacy.access_log.actions import record_disclosure
from caredesk.privacy.access_log.models import UnusualAccess
from caredesk.scheduling import actions as calendar
from caredesk.scheduling.chosen import Chosen
from caredesk.scheduling.queries import free_times
from caredesk.tasks.models import Task
from caredesk.ui.actions import drop_draft, keep_draft
from caredesk.ui.drafts import FormDraft

TABLE = Path(__file__).parent / "access_table.csv"
# A user without any role; a session of another installation, found here; no session at all.
STRANGER, ELSEWHERE, NOBODY = "stranger", "elsewhere", "nobody"
WITH_SESSION = (*ROLES, STRANGER)
COLUMNS = (*WITH_SESSION, ELSEWHERE, NOBODY)
METHODS = ("GET", "POST")
ANOTHER_SECRET = "the secret of another installation, which nobody here knows"

NOT_THERE = UUID(int=1)
# The same page without the day around it: the answer is the same and comes sooner.
AS_PANEL = {"HX-Request": "true", "HX-Target": "section#panel"}

type Row = tuple[str, str, str]
"""Kind (page, action, internal), name and method."""


@dataclass
class Somebody:
    """One column: the cookie that comes with every request, and what is theirs alone."""

    cookie: str = ""
    actor: Actor | None = None
    draft: UUID = NOT_THERE
    deed: UUID = NOT_THERE
    grant: UUID = NOT_THERE
    passkey: UUID = NOT_THERE
    form: str = ""


@dataclass
class Walk:
    """The practice with everything in it that addresses ask for."""

    world: World
    everybody: dict[str, Somebody]
    arguments: dict[str, dict[str, Any]]
    queries: dict[str, str]
    bodies: dict[str, dict[str, str]]
    asks: dict[str, tuple[str, ...]]

    def rows(self) -> Iterator[Row]:
        """Every page by each method, every action: those of the doors and the internal ones."""
        for page in pages():
            for method in METHODS:
                if (page.name, method) != ("interfaces:action", "POST"):
                    yield "page", page.name, method
        for name, action in actions().items():
            yield "internal" if action.internal else "action", name, "POST"

    def answer(self, row: Row, column: str) -> int:
        """The status; whatever happened is taken back."""
        kind, name, method = row
        who = self.everybody[column]
        with transaction.atomic():
            if kind == "page":
                status = self._page(name, method, who)
            elif kind == "action" or who.actor is None:
                status = self._door(name, who)
            else:
                status = _called(actions()[name], who.actor)
            transaction.set_rollback(True)
        return status

    def address(self, name: str, who: Somebody) -> str:
        """Of the page, with what is there; what is one's own is one's own."""
        own = {"draft": who.draft, "deed": who.deed, "passkey": who.passkey}
        own["session"] = (who.actor and who.actor.session) or NOT_THERE
        if name == "people:end_glass":
            own["grant"] = who.grant
        known = {**own, **self.arguments.get(name, {})}
        usual = self.arguments[""]
        arguments = {
            each: known[each] if each in known else usual[each] for each in self.asks[name]
        }
        return reverse(name, kwargs=arguments) + self.queries.get(name, "")

    def _page(self, name: str, method: str, who: Somebody) -> int:
        address, client = self.address(name, who), browser(who)
        headers = AS_PANEL if who.actor is not None else {}
        if method == "GET":
            return client.get(address, headers=headers).status_code
        body = {"form": who.form} if name == "ui:typed" else self.bodies.get(name, {})
        return client.post(address, body, headers=headers).status_code

    def _door(self, name: str, who: Somebody) -> int:
        address = reverse("interfaces:action", args=[name])
        return browser(who).post(address, "{}", content_type="application/json").status_code


def actions() -> dict[str, Action[..., Any]]:
    """The application's own: other tests register some to try them."""
    return {
        name: each
        for name, each in all_actions().items()
        if each.function.__module__.startswith("caredesk.")
        and ".tests." not in each.function.__module__
    }


def browser(who: Somebody) -> Client:
    """A fresh one with nothing but the session."""
    client = Client(raise_request_exception=False)
    if who.cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = who.cookie
    return client


def _called(action: Action[..., Any], by: Actor) -> int:
    """An internal action is at no door: it is called as the screen would, with nothing said."""
    try:
        with looks.collecting(action.name):
            action.perform({}, by=by)
    except ActionError as error:
        return describe(error).status
    return 200


def build() -> Walk:
    """Everything, within the test's transaction."""
    with looks.collecting("walk"):
        world = cast.build()
        for family in ("Withheld", "Veiled"):
            people.register_patient(family, date(1950, 5, 5), "Zed", by=cast.FOUNDER)
        return Walk(
            world,
            _everybody(),
            _arguments(world),
            _queries(world),
            _bodies(world),
            {page.name: page.asks for page in pages()},
        )


def _everybody() -> dict[str, Somebody]:
    made = {role: _somebody(role) for role in ROLES}
    made[STRANGER] = _somebody("secretary", STRANGER)
    end_role(made[STRANGER].actor.id, "secretary", by=cast.FOUNDER)  # type: ignore[union-attr]
    made[STRANGER].actor = _actor_of(made[STRANGER].cookie)
    made[ELSEWHERE] = _of_elsewhere()
    made[NOBODY] = Somebody()
    return made


def _somebody(role: str, name: str = "") -> Somebody:
    user = _user(role, name or role)
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    draft, deed = _of_their_own(user)
    form = FormDraft("form", user.id).signed("A form", "/", ["a"])
    AuthenticatorApp.objects.create(user=user, secret=b"secret", last_step=0)
    passkey = Passkey.objects.create(
        user=user,
        name="Key",
        rp_id="testserver",
        credential=user.pk.bytes,
        public_key=b"key",
        transports=[],
        sign_count=0,
        is_backed_up=False,
    )
    return Somebody(cookie, _actor_of(cookie), draft, deed, _broken_glass(user), passkey.pk, form)


def _user(role: str, name: str) -> User:
    made = add_user(f"walk-{name}", name.title(), cast.PASSWORD, [role], by=cast.FOUNDER)
    return User.objects.get(pk=made.user)


def _actor_of(cookie: str) -> Actor | None:
    return SessionStore(cookie).actor()


def _of_their_own(user: User) -> tuple[UUID, UUID]:
    """A form left half typed, and a deed that can be undone; whether they may is another matter."""
    by = Actor("user", user.id, user.name, permissions=permissions_of(["secretary"]))
    kept = [keep_draft(each, each, "/", {"a": ["b"]}, [], by=by).draft for each in ("one", "two")]
    return kept[0], drop_draft.perform({"draft": kept[1]}, by=by).deed


def _of_elsewhere() -> Somebody:
    """A manager's session made with another secret, though its row had come into this database."""
    with override_settings(SECRET_KEY=ANOTHER_SECRET):
        client = Client()
        client.force_login(_user("manager", ELSEWHERE))
        return Somebody(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _rows_of_the_night(world: World) -> dict[str, UUID]:
    """What is asked of the office: a finding, a disclosure, a link, a look that is reviewed.

    It is about Ben, who is none of the columns, and the task is everybody's who works on tasks.
    """
    by, lupe, ben = cast.FOUNDER, world.patients["lupe"], world.users["ben"]
    entry = Entry.objects.filter(subjects__len__gt=0).order_by("-id")[0].id
    today = clock.today(cast.ZONE)
    finding = UnusualAccess.objects.create(
        user=ben, patient_id=lupe, rule="colleague", day=today, facts={}, first_entry=entry
    )
    identity = ExternalIdentity.objects.create(user=ben, issuer="https://id.example", subject="b")
    disclosed = record_disclosure(
        lupe, today, "Board of Health", "Record", "Inspection", "oversight", by=by
    )
    SignInEmail.objects.create(user=ben, email="ben@example.org", noted_by=by.id)
    grant = _broken_glass(ben)
    now = clock.now()
    task = Task.objects.create(
        title="Review",
        about_kind="glass",
        about_id=grant,
        pool="tasks.work",
        due_at=now,
        raised_at=now,
        raised_by_label=by.label,
    )
    given = WiderAccess.objects.create(
        what="set_password", user=ben, beyond=["people.view"], by=ben.id, by_label="Ben", at=now
    )
    Task.objects.create(
        title="Review",
        about_kind="wider_access",
        about_id=given.pk,
        pool="tasks.work",
        due_at=now,
        raised_at=now,
        raised_by_label=by.label,
    )
    return {
        "given": given.pk,
        "finding": finding.pk,
        "identity": identity.pk,
        "disclosure": disclosed.disclosure,
        "grant": grant,
        "task": task.pk,
    }


def _restricted(world: World) -> dict[str, UUID]:
    """A restriction on somebody whom no other page is about, and a restricted visit of Lupe's.

    Physicians end it from within the circle, managers from outside.
    """
    by, lupe = cast.FOUNDER, world.patients["lupe"]
    vip = Patient.objects.get(family="Withheld")
    visit = cast.book_tomorrow(world, "lupe")
    people.restrict_piece(lupe, "appointment", visit, "own_request", "Asked for it", by=by)
    veiled = Patient.objects.get(family="Veiled").pk
    people.restrict_patient(veiled, "vip", "Mayor's wife", by=by)
    restriction = people.restrict_patient(
        vip.pk, "vip", "Mayor", roles=["physician"], by=by
    ).restriction
    return {"restriction": restriction, "piece": visit}


def _broken_glass(user: User) -> UUID:
    """That somebody looks, for the next hour, at whom they may not see."""
    now = clock.now()
    row = BrokenGlass.objects.create(
        patient=Patient.objects.get(family="Withheld"),
        user_id=user.pk,
        user_label=user.name,
        reason="desk",
        words="At the desk",
        at=now,
        until=now + timedelta(hours=1),
    )
    return row.pk


def _arguments(world: World) -> dict[str, dict[str, Any]]:
    """What addresses ask for, by the page's name; under "" what any page may be given."""
    by, lupe = cast.FOUNDER, world.patients["lupe"]
    visit, stepped, cancelled = (cast.book_tomorrow(world, name) for name in cast.PATIENTS)
    step = calendar.record_step(stepped, "confirmed", by=by)
    assert step.state == "confirmed"
    called_off = calendar.cancel_appointment(cancelled, "Ill", asked_by="patient", by=by)
    assert called_off.state == "cancelled"
    start = free_times(by, world.visit_types["call"], limit=1)[0]
    held = calendar.hold_time(world.visit_types["call"], start.starts_at, start.site, by=by)
    ended = {
        "people:end_phone": people.add_phone(lupe, "(602) 234-0143", by=by).id,
        "people:end_email": people.add_email(lupe, "lupe@example.org", by=by).id,
        "people:end_address": people.add_address(
            lupe, "1 Elm Street", "Mesa", "AZ", "85201", by=by
        ).id,
        "people:end_alert": people.add_alert(lupe, "Hard of hearing", "important", by=by).id,
        "people:end_relative": people.add_relative(lupe, "Lu Ortiz", "son", by=by).id,
    }
    return {
        "": {
            "day": world.tomorrow,
            "patient": lupe,
            "relative": world.relative,
            "appointment": visit,
            "hold": held.hold,
            "name": "undo",
            "role": "nurse",
            "permission": "people.view",
            "token": add_token("Laboratory", ["people.view"], 30, by=by).token,
            "user": world.users["ben"].id,
            "document": world.document,
            "entry": Entry.objects.filter(subjects__len__gt=0).order_by("-id")[0].id,
            **_rows_of_the_night(world),
            **_restricted(world),
        },
        "people:glass": {"patient": Patient.objects.get(family="Veiled").pk},
        "scheduling:step_retraction": {"appointment": stepped, "step": _last_step(stepped)},
        "scheduling:cancellation_retraction": {
            "appointment": cancelled,
            "cancellation": _cancellation(cancelled),
        },
        **{name: {"row": row} for name, row in ended.items()},
    }


def _last_step(appointment: UUID) -> UUID:
    from caredesk.scheduling.models import Step

    return Step.objects.filter(appointment=appointment).latest("at").pk


def _cancellation(appointment: UUID) -> UUID:
    from caredesk.scheduling.models import Cancellation

    return Cancellation.objects.get(appointment=appointment).pk


def _chosen(world: World) -> str:
    by, kind = cast.FOUNDER, world.visit_types["follow_up"]
    # On a day on which nobody has a visit, whatever the hour is now.
    quiet = datetime.combine(world.tomorrow + timedelta(days=1), time(8), ZoneInfo(cast.ZONE))
    found = free_times(by, kind, after=quiet, limit=1)[0]
    return Chosen(found.starts_at, world.sites["main"], (world.resources["chen"],)).value


def _queries(world: World) -> dict[str, str]:
    """What an address says behind its question mark, where it is nothing without."""
    chosen = _bodies(world)
    return {name: f"?{urlencode(said)}" for name, said in chosen.items()}


def _bodies(world: World) -> dict[str, dict[str, str]]:
    """What a form sends, where nothing at all would be asked after something that is not there."""
    time = {"time": _chosen(world)}
    return {
        "scheduling:new_time": time,
        "scheduling:new_appointment_time": {
            **time,
            "visit_type": str(world.visit_types["follow_up"]),
        },
    }


def read_table() -> dict[Row, dict[str, int]]:
    """The table of the repository."""
    with TABLE.open(newline="") as file:
        lines = csv.reader(file, skipinitialspace=True)
        names = [name.strip() for name in next(lines)]
        rows = [[cell.strip() for cell in line] for line in lines]
    return {
        (row[0], row[1], row[2]): dict(zip(names[3:], map(int, row[3:]), strict=True))
        for row in rows
    }


def write_table(found: dict[Row, dict[str, int]]) -> None:
    """So that a person reads it: one width a column."""
    lines = [("kind", "name", "method", *COLUMNS)]
    lines += [(*row, *[str(cells[name]) for name in COLUMNS]) for row, cells in found.items()]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    text = "\n".join(
        ", ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    TABLE.write_text(f"{text}\n")
