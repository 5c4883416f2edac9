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
    """How a user signs in by the provider."""

    user: UUID
    name: str
    identities: tuple[IdentityLine, ...]
    email: str


def identities_of(viewer: Actor, user: UUID) -> UserIdentities:
    """For the manager: the people of a provider that are this user, and the address noted."""
    found = User.objects.filter(pk=user).first()
    if found is None:
        raise Missing("user")
    held = ExternalIdentity.objects.filter(user=found, ended_at=None).order_by("linked_at")
    email = SignInEmail.objects.filter(user=found, ended_at=None).first()
    lines = tuple(
        IdentityLine(each.id, each.issuer, each.subject, each.linked_by is None) for each in held
    )
    return UserIdentities(found.id, found.name, lines, email.email if email else "")


def link_of(provider: Provider, subject: str) -> ExternalIdentity | None:
    """This person's link to a user, if the user's access has not ended."""
    linked = ExternalIdentity.objects.filter(
        issuer=provider.issuer, subject=subject, ended_at=None, user__in=_who_may_come()
    )
    return linked.select_related("user").first()


def user_by_email(provider: Provider, claims: Mapping[str, Any]) -> User | None:
    """The user whose address this is: only if that is configured, and the address is verified.

    A user who is linked to a person of this provider already is nobody else's.
    """
    email = verified_email(claims) if provider.by_email else ""
    if not email:
        return None
    has_one = Q(identities__issuer=provider.issuer, identities__ended_at=None)
    found = _who_may_come().filter(sign_in_emails__email=email, sign_in_emails__ended_at=None)
    return found.exclude(pk__in=User.objects.filter(has_one)).first()


def _who_may_come() -> QuerySet[User]:
    found = User.objects.filter(is_active=True)
    return found if settings.CAREDESK_DEMO_SIGN_INS else found.filter(demo=False)
