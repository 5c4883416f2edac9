"""Linking a provider's people to users."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, StringConstraints
from pydantic_core import PydanticCustomError

from caredesk.access.locking import state
from caredesk.access.models import User
from caredesk.access.sso.came_by import sessions_by
from caredesk.access.sso.configuration import Provider, provider
from caredesk.access.sso.models import ExternalIdentity, SignInEmail
from caredesk.access.sso.rules import kept_email
from caredesk.access.wider.checks import give, may_of, refuse_above
from caredesk.kernel import clock
from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, note
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import Line

# OpenID Connect Core 2: at most 255 ASCII characters, in which capitals count.
Subject = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[!-~ ]+$"),
]


def _address(typed: str) -> str:
    kept = kept_email(typed)
    name, at, host = kept.partition("@")
    if not (name and at and "." in host) or " " in kept:
        raise PydanticCustomError("email", "Type an address like rosa@practice.example.")
    return kept


Email = Annotated[Line, AfterValidator(_address)]


class IdentityLinked(BaseModel):
    identity: UUID
    user: UUID


class IdentityEnded(IdentityLinked):
    """`sessions` have ended with it."""

    sessions: int


class EmailNoted(BaseModel):
    user: UUID


@action("access.manage", needs_proof=True)
def link_identity(user: UUID, subject: Subject, *, by: Actor) -> IdentityLinked:
    """Let a person of the provider sign in as a user."""
    found = _user(user)
    give(may_of(user), by, user=found)
    linked = _link(found, subject, by.id)
    undo_with("end_identity", identity=linked.identity)
    return linked


@action("access.link_by_email", no_undo="End the link on the user's page.", internal=True)
def link_by_email(user: UUID, subject: Subject, *, by: Actor) -> IdentityLinked:
    """At the first sign-in with a verified address: later the person counts, not the address.

    Refused where a manager has ended this link, be it a moment ago.
    """
    found = _user(user)
    linked = _link(found, subject, None)
    ended = ExternalIdentity.objects.filter(user=found, subject=subject, ended_at__isnull=False)
    if ended.filter(issuer=_configured().issuer).exists():
        raise Refused("The link to this person was ended.", next_step="Ask a manager to link them.")
    return linked


@action("access.manage")
def end_identity(identity: UUID, *, by: Actor) -> IdentityEnded:
    """This person of the provider is not let in any more, and the sessions that began so end.

    All but the one that asks, should it be one of them. The noted address of e-mail does not let
    this person in again either; to be linked anew does.
    """
    found = ExternalIdentity.objects.select_for_update().filter(pk=identity, ended_at=None).first()
    if found is None:
        raise Missing("link")
    refuse_above(may_of(found.user_id), by)
    amend(found, ended_at=clock.now())
    undo_with("link_identity", user=found.user_id, subject=found.subject)
    ended = _end_sessions(found, by)
    return IdentityEnded(identity=found.id, user=found.user_id, sessions=ended)


@action("access.manage", no_undo="Note the former address again.", needs_proof=True)
def note_sign_in_email(user: UUID, email: Email, *, by: Actor) -> EmailNoted:
    """Note the address by which a user's first single sign-on is recognised."""
    found = _user(user)
    if SignInEmail.objects.filter(email=email, ended_at=None).exclude(user=found).exists():
        raise Refused(
            "This is a colleague's address.", field="email", next_step="Type the user's own."
        )
    give(may_of(user), by, user=found)
    _end_emails(found)
    insert(SignInEmail(user=found, email=email, noted_by=by.id))
    return EmailNoted(user=found.id)


@action("access.manage", no_undo="Note the address again.")
def end_sign_in_email(user: UUID, *, by: Actor) -> EmailNoted:
    """Nobody is recognised by this address any more."""
    found = _user(user)
    refuse_above(may_of(user), by)
    if not _end_emails(found):
        raise Missing("address")
    return EmailNoted(user=found.id)


def _end_sessions(identity: ExternalIdentity, by: Actor) -> int:
    found = [each for each in sessions_by(identity) if each.public_id != by.session]
    for each in found:
        was = {"user_id": str(each.user_id), "browser": each.browser}
        note("access_session", each.public_id, was=was)
    state.end([each.public_id for each in found])
    return len(found)


def _end_emails(user: User) -> int:
    found = list(SignInEmail.objects.filter(user=user, ended_at=None))
    for each in found:
        amend(each, ended_at=clock.now())
    return len(found)


def _link(user: User, subject: str, linked_by: UUID | None) -> IdentityLinked:
    issuer = _configured().issuer
    if ExternalIdentity.objects.filter(issuer=issuer, subject=subject, ended_at=None).exists():
        raise Refused(
            "This person is linked to a user already.",
            field="subject",
            next_step="End that link first.",
        )
    row = ExternalIdentity(user=user, issuer=issuer, subject=subject, linked_by=linked_by)
    insert(row)
    return IdentityLinked(identity=row.id, user=user.id)


def _configured() -> Provider:
    found = provider()
    if found is None:
        raise Refused(
            "Single sign-on is not set up.", next_step="The administrator's guide says how."
        )
    return found


def _user(user: UUID) -> User:
    found = User.objects.select_for_update().filter(pk=user).first()
    if found is None:
        raise Missing("user")
    return found
