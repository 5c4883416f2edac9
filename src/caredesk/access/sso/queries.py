"""Who of the provider is who here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from caredesk.access.models import User
from caredesk.access.sso.configuration import Provider
from caredesk.access.sso.models import ExternalIdentity, SignInEmail
from caredesk.access.sso.rules import verified_email
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing


@dataclass(frozen=True, slots=True)
class IdentityLine:
    id: UUID
    issuer: str
    subject: str
    is_by_email: bool


@dataclass(frozen=True, slots=True)
class UserIdentities:
    """How a user signs in by the provider.

    `ended` are the provider's persons whose links have ended: the address lets none of them in.
    """

    user: UUID
    name: str
    identities: tuple[IdentityLine, ...]
    ended: tuple[str, ...]
    email: str


def identities_of(viewer: Actor, user: UUID) -> UserIdentities:
    """For the manager: the people of a provider that are this user, and the address noted."""
    found = User.objects.filter(pk=user).first()
    if found is None:
        raise Missing("user")
    rows = list(ExternalIdentity.objects.filter(user=found).order_by("linked_at"))
    held = [each for each in rows if each.ended_at is None]
    linked = {each.subject for each in held}
    ended = dict.fromkeys(each.subject for each in rows if each.subject not in linked)
    email = SignInEmail.objects.filter(user=found, ended_at=None).first()
    lines = tuple(
        IdentityLine(each.id, each.issuer, each.subject, each.linked_by is None) for each in held
    )
    return UserIdentities(found.id, found.name, lines, tuple(ended), email.email if email else "")


def link_of(provider: Provider, subject: str) -> ExternalIdentity | None:
    """This person's link to a user, if the user's access has not ended."""
    linked = ExternalIdentity.objects.filter(
        issuer=provider.issuer, subject=subject, ended_at=None, user__in=_who_may_come()
    )
    return linked.select_related("user").first()


def user_by_email(provider: Provider, claims: Mapping[str, Any]) -> User | None:
    """The user whose address this is: only if that is configured, and the address is verified.

    A user who is linked to a person of this provider already is nobody else's, and whose link to
    this person was ended is no more this person's: only a manager links them again.
    """
    email = verified_email(claims) if provider.by_email else ""
    if not email:
        return None
    of_issuer = ExternalIdentity.objects.filter(issuer=provider.issuer)
    not_this = of_issuer.filter(Q(ended_at=None) | Q(subject=str(claims["sub"])))
    found = _who_may_come().filter(sign_in_emails__email=email, sign_in_emails__ended_at=None)
    return found.exclude(pk__in=not_this.values("user")).first()


def _who_may_come() -> QuerySet[User]:
    found = User.objects.filter(is_active=True)
    return found if settings.CAREDESK_DEMO_SIGN_INS else found.filter(demo=False)
