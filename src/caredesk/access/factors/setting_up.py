"""Setting up a factor, on the way in as in one's account, and what is kept meanwhile."""

from dataclasses import dataclass

import pyotp
import segno
from django.db import transaction
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from caredesk.access.factors import passkeys
from caredesk.access.factors.actions import (
    RecoveryCodesMade,
    add_app,
    add_passkey,
    make_recovery_codes,
)
from caredesk.access.factors.queries import factors_of
from caredesk.access.factors.sealing import SealBrokenError, seal, unseal
from caredesk.access.models import User
from caredesk.kernel.actor import Actor
from caredesk.practice.queries import organization_name
from caredesk.ui.forms import ActionForm

_KEPT = "app_to_set_up"
_PURPOSE = "authenticator app to set up"
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class AppToSetUp:
    """What is shown of a new secret: a picture for the app's camera, and the same to type."""

    picture: SafeString
    address: str
    key: str


def app_to_set_up(request: HttpRequest, user: User) -> AppToSetUp:
    """The secret that this session is setting up: the same until it is done."""
    secret = _kept_secret(request, user)
    if secret is None:
        secret = pyotp.random_base32()
        request.session[_KEPT] = seal(secret, _PURPOSE, user.id).hex()
    issuer = f"Caredesk {organization_name()}".strip()
    address = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=issuer)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return AppToSetUp(_picture(address), address, " ".join(groups))


def finish_app(
    request: HttpRequest, user: User, form: ActionForm, by: Actor
) -> RecoveryCodesMade | None:
    """Set the app up if the typed code is its own; None with the reason in the form."""
    secret = _kept_secret(request, user)
    if secret is None:
        form.add_error(None, "This page was open too long. Take the picture anew.")
        return None
    with transaction.atomic():
        if not form.perform(add_app, by, secret=secret):
            return None
        made = _codes_where_none(user, by)
    request.session.pop(_KEPT, None)
    return made


def finish_passkey(request: HttpRequest, user: User, by: Actor) -> RecoveryCodesMade:
    """Add the passkey that the browser has made; `Refused` where it is not what was asked."""
    response = request.POST.get("credential", "")
    name = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    checked = passkeys.finish_registration(request, user, response)
    with transaction.atomic():
        add_passkey(
            name or _usual_name(user),
            checked.rp_id,
            checked.credential,
            checked.public_key,
            checked.transports,
            checked.sign_count,
            checked.is_backed_up,
            by=by,
        )
        return _codes_where_none(user, by)


def _usual_name(user: User) -> str:
    """Passkey, Passkey 2: one may give it a better one later."""
    number = len(factors_of(user.id).passkeys) + 1
    return f"Passkey {number}" if number > 1 else "Passkey"


def _codes_where_none(user: User, by: Actor) -> RecoveryCodesMade:
    """With the first factor come the codes for the day it is lost."""
    if factors_of(user.id).codes_left:
        return RecoveryCodesMade(codes=[])
    return make_recovery_codes(by=by)


def _kept_secret(request: HttpRequest, user: User) -> str | None:
    """Sealed for this user, so that the table of sessions holds no secret."""
    try:
        return unseal(bytes.fromhex(request.session.get(_KEPT, "")), _PURPOSE, user.id)
    except (SealBrokenError, ValueError):
        return None


def _picture(address: str) -> SafeString:
    """A QR code as SVG without any style: black on white in every theme, as cameras want it."""
    drawn = segno.make_qr(address, error="m").svg_inline(
        scale=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308  drawn of squares; the address is not in it
