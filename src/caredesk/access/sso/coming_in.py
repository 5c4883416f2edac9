"""From the provider's word to a session."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from caredesk.access.locking.unlocking import put_aside
from caredesk.access.models import ExternalIdentity
from caredesk.access.sign_in.entering import enter
from caredesk.access.sso.actions import link_by_email
from caredesk.access.sso.configuration import Provider
from caredesk.access.sso.queries import link_of, user_by_email
from caredesk.access.sso.rules import has_second_factor
from caredesk.kernel.actor import Actor

_ITSELF = Actor(
    "program",
    UUID("01a218d0-0000-7000-8000-00000000550a"),
    "Single sign-on",
    permissions=frozenset({"access.link_by_email"}),
)


def known_person(there: Provider, claims: Mapping[str, Any]) -> ExternalIdentity | None:
    """The link to who this is here; a match by e-mail is kept, and asked for once only."""
    subject = str(claims["sub"])
    if (linked := link_of(there, subject)) is not None:
        return linked
    matched = user_by_email(there, claims)
    if matched is not None:
        link_by_email(matched.id, subject, by=_ITSELF)
    return link_of(there, subject) if matched else None


def come_in(
    request: HttpRequest,
    person: ExternalIdentity,
    to: str,
    there: Provider,
    claims: Mapping[str, Any],
) -> HttpResponse:
    """Whoever was signed in at this browser waits aside. A second factor is asked as ever, unless
    the provider asked for one in a way that was configured to count.
    """
    put_aside(request)
    has_proven = has_second_factor(claims, there.second_factor_amr, there.second_factor_acr)
    return enter(request, person.user, to, has_proven=has_proven, identity=person.id)
