"""What the newer addresses ask for is there too, for one manager who may do all that staff can.

The walk of `tests.access_walk` names things of nobody in these places: there, whoever may opens and
finds nothing. Who tries forged identifiers needs the true ones beside them.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client, override_settings
from tests import world as cast
from tests.access_walk import Walk, browser

from caredesk.access.factors.models import Passkey
from caredesk.access.factors.true_time import true_now
from caredesk.access.locking.queries import own_sessions
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import STAFF
from caredesk.access.sessions import SessionStore
from caredesk.access.sso.actions import link_identity, note_sign_in_email
from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.people.actions import break_glass, register_patient, restrict_patient
from caredesk.people.actions.restrictions import Restricted
from caredesk.privacy.access_log.actions import record_disclosure
from caredesk.privacy.access_log.models import UnusualAccess
from caredesk.scheduling.actions.restricting import restrict_visit
from caredesk.tasks.actions import raise_task

# No test here goes there: it says that there is one.
PROVIDER = {"issuer": "https://provider.example", "client_id": "caredesk"}


def with_all(walk: Walk) -> Client:
    """Put it into the walk's arguments; the manager's browser, who has just typed the password."""
    manager = User.objects.get(username="walk-manager")
    for role in set(STAFF) - {"manager"}:
        RoleGrant.objects.create(user=manager, role=role)
    usual = walk.arguments[""]
    with looks.collecting("present"), override_settings(SSO=with_provider()):
        restricted, opened = _restricted("Ardell"), _restricted("Bonita")
        usual |= _restrictions(walk, restricted)
        by = _manager(walk)
        usual |= _glass(opened.patient, by)
        usual |= _of_their_own(manager, by)
        usual |= _of_access(walk, by)
    walk.arguments["people:glass"] = {"patient": restricted.patient}
    walk.bodies["access:granted_role"] = {"role": "nurse"}
    return browser(walk.everybody["manager"])


def _manager(walk: Walk) -> Actor:
    """As the door would make them now; and they have proven who they are."""
    session = SessionStore(walk.everybody["manager"].cookie)
    session["proven_at"] = true_now().timestamp()
    session.save()
    found = SessionStore(walk.everybody["manager"].cookie).actor()
    assert found is not None
    return found


def _restricted(given: str) -> Restricted:
    """A patient whom none but the founder sees."""
    made = register_patient("Kept", date(1980, 2, 3), given, sex="unknown", by=cast.FOUNDER)
    return restrict_patient(made.patient, "vip", "Mayor", by=_may("people.restrict"))


def _restrictions(walk: Walk, of_patient: Restricted) -> dict[str, Any]:
    wei = walk.world.patients["wei"]
    # At a time that no other visit of the walk has, or had before it was cancelled.
    visit = cast.book_now_for(walk.world, wei, "Checkup", minutes_later=90)
    restrict_visit(visit, "psychotherapy", "As she asked", by=_may("people.restrict"))
    return {"restriction": of_patient.restriction, "piece": visit}


def _glass(patient: UUID, by: Actor) -> dict[str, Any]:
    opened = break_glass("desk", "She stands before me", patient=patient, by=by)
    due = clock.now() + timedelta(days=3)
    task = raise_task(
        "Review", "glass", opened.grant, due, pool="privacy.review", by=_may("tasks.raise")
    )
    return {"grant": opened.grant, "task": task.task}


def _of_their_own(manager: User, by: Actor) -> dict[str, Any]:
    Client().force_login(manager)
    passkey = Passkey.objects.create(
        user=manager,
        name="Key",
        rp_id="practice.example",
        credential=b"credential",
        public_key=b"key",
        transports=[],
        sign_count=0,
        is_backed_up=False,
    )
    other = next(each.id for each in own_sessions(by) if each.id != by.session)
    return {"passkey": passkey.id, "session": other}


def _of_access(walk: Walk, by: Actor) -> dict[str, Any]:
    """Of the patient and the colleague whom the walk has."""
    lupe, ben = walk.world.patients["lupe"], walk.world.users["ben"]
    note_sign_in_email(ben.id, "ben@practice.example", by=by)
    finding = UnusualAccess.objects.create(
        user=ben,
        patient_id=lupe,
        rule="family_name",
        day=clock.today(cast.ZONE),
        facts={"times": 1, "has_changed": False},
        first_entry=Entry.objects.order_by("-id")[0].id,
    )
    disclosed = record_disclosure(
        lupe, date(2026, 1, 5), "County court", "Times of visits", "Subpoena", "court", by=by
    )
    return {
        "identity": link_identity(ben.id, "ben-at-the-provider", by=by).identity,
        "finding": finding.id,
        "disclosure": disclosed.disclosure,
    }


def _may(*permissions: str) -> Actor:
    """The founder, with what is given to programs and officers alone."""
    return replace(cast.FOUNDER, permissions=cast.FOUNDER.permissions | set(permissions))


def with_provider() -> dict[str, Any]:
    """The settings of an installation that signs in at a provider."""
    return {**settings.SSO, **PROVIDER}
