"""What somebody does to their own factors, and proves with them.

They are internal: the page that calls them has asked for the password or a passkey first, which a
program's door could not. What a manager does about factors is in `demands`.
"""

from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from caredesk.access.factors.models import (
    AuthenticatorApp,
    FactorDemand,
    Passkey,
    RecoveryCode,
)
from caredesk.access.factors.proof import OWN_FACTORS
from caredesk.access.factors.rules import (
    code_as_compared,
    demands_factor,
    new_recovery_codes,
    recovery_code_as_kept,
    step_of,
)
from caredesk.access.factors.sealing import SealBrokenError, keyed_hash, seal, unseal
from caredesk.access.factors.true_time import true_now
from caredesk.access.models import RoleGrant, User
from caredesk.kernel import clock
from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import Line

APP, CODES = "authenticator app", "recovery code"
MOST_PASSKEYS = 20
_ADD_AGAIN = "Set it up again instead."
_PROOF = "It only shows who somebody is."

Bytes = Annotated[bytes, Field(max_length=4096)]
Code = Annotated[str, Field(max_length=40)]


class FactorChanged(BaseModel):
    factor: UUID


class RecoveryCodesMade(BaseModel):
    """The codes in plain: they are shown now and never again."""

    codes: list[str]


@action(OWN_FACTORS, no_undo="Remove it instead.", internal=True)
def add_app(secret: Code, code: Code, *, by: Actor) -> FactorChanged:
    """Set up an authenticator app for oneself; a code of it proves that it works."""
    user = _own(by)
    if _apps(user).exists():
        raise Refused(
            "You have an authenticator app already.", next_step="Remove it first, then set it up."
        )
    step = step_of(secret, code_as_compared(code), true_now(), after=0)
    if step is None:
        raise _wrong_code()
    app = AuthenticatorApp(user=user, secret=seal(secret, APP, user.id), last_step=step)
    return FactorChanged(factor=insert(app).id)


@action(OWN_FACTORS, no_undo=_ADD_AGAIN, internal=True)
def end_app(*, by: Actor) -> FactorChanged:
    """Remove one's authenticator app."""
    user = _own(by)
    app = _apps(user).first()
    if app is None:
        raise Missing("authenticator app")
    _refuse_last_where_demanded(user, leaves=_passkeys(user).exists())
    amend(app, ended_at=clock.now())
    _end_codes_without_factor(user)
    return FactorChanged(factor=app.id)


@action(OWN_FACTORS, no_undo=_PROOF, internal=True)
def prove_with_app(code: Code, *, by: Actor) -> FactorChanged:
    """Prove oneself with a code of the authenticator app. Each code counts once."""
    app = _apps(_own(by)).select_for_update().first()
    if app is None:
        raise _wrong_code()
    try:
        secret = unseal(bytes(app.secret), APP, by.id)
    except SealBrokenError:
        raise Refused(
            "Codes cannot be checked now: this installation lost the key of its factors.",
            next_step="Ask your manager to reset your second factors.",
        ) from None
    step = step_of(secret, code_as_compared(code), true_now(), after=app.last_step)
    if step is None:
        raise _wrong_code()
    amend(app, last_step=step)
    return FactorChanged(factor=app.id)


@action(OWN_FACTORS, no_undo="Remove it instead.", internal=True)
def add_passkey(
    name: Line,
    rp_id: Line,
    credential: Bytes,
    public_key: Bytes,
    transports: list[Code],
    sign_count: int,
    is_backed_up: bool,
    *,
    by: Actor,
) -> FactorChanged:
    """Add a passkey that the browser has made and `passkeys` has checked."""
    user = _own(by)
    if Passkey.objects.filter(credential=credential).exists():
        raise Refused("This passkey is here already.", next_step="Take another.")
    if _passkeys(user).count() >= MOST_PASSKEYS:
        raise Refused(
            f"You have {MOST_PASSKEYS} passkeys.", next_step="Remove one that you do not use."
        )
    made = insert(
        Passkey(
            user=user,
            name=name,
            rp_id=rp_id,
            credential=credential,
            public_key=public_key,
            transports=transports,
            sign_count=sign_count,
            is_backed_up=is_backed_up,
        )
    )
    return FactorChanged(factor=made.id)


@action(OWN_FACTORS, no_undo="Give it the former name.", internal=True)
def name_passkey(passkey: UUID, name: Line, *, by: Actor) -> FactorChanged:
    """Call one of one's passkeys otherwise."""
    found = _own_passkey(passkey, by)
    amend(found, name=name)
    return FactorChanged(factor=found.id)


@action(OWN_FACTORS, no_undo=_ADD_AGAIN, internal=True)
def end_passkey(passkey: UUID, *, by: Actor) -> FactorChanged:
    """Remove one of one's passkeys: nobody gets in with it any more."""
    found = _own_passkey(passkey, by)
    user = found.user
    others = _passkeys(user).exclude(pk=found.pk).exists()
    _refuse_last_where_demanded(user, leaves=others or _apps(user).exists())
    amend(found, ended_at=clock.now())
    _end_codes_without_factor(user)
    return FactorChanged(factor=found.id)


@action(OWN_FACTORS, no_undo=_PROOF, internal=True)
def prove_with_passkey(
    passkey: UUID, sign_count: int, is_backed_up: bool, *, by: Actor
) -> FactorChanged:
    """Put on record that a passkey proved its owner; `passkeys` has checked the signature."""
    found = _own_passkey(passkey, by)
    # An authenticator that counts never counts back: the same answer was sent twice at once.
    if sign_count and sign_count <= found.sign_count:
        raise Refused("This passkey was not accepted.", next_step="Try it again.")
    amend(found, sign_count=sign_count, is_backed_up=is_backed_up, used_at=clock.now())
    return FactorChanged(factor=found.id)


@action(OWN_FACTORS, no_undo="Make new ones instead.", internal=True)
def make_recovery_codes(*, by: Actor) -> RecoveryCodesMade:
    """Make new recovery codes; the former are good for nothing any more."""
    user = _own(by)
    _end_codes(user)
    codes = new_recovery_codes()
    insert_many([RecoveryCode(user=user, code_hash=_hash(code, user.id)) for code in codes])
    return RecoveryCodesMade(codes=codes)


@action(OWN_FACTORS, no_undo=_PROOF, internal=True)
def prove_with_recovery_code(code: Code, *, by: Actor) -> FactorChanged:
    """Prove oneself with a recovery code. Each is good once."""
    found = _codes(_own(by)).filter(code_hash=_hash(code, by.id)).select_for_update().first()
    if found is None:
        raise Refused(
            "This is not one of your recovery codes, or it was used before.",
            field="code",
            next_step="Type the next one of your list.",
        )
    amend(found, used_at=clock.now())
    return FactorChanged(factor=found.id)


def end_all(user: User) -> None:
    """Within an action: every factor of this user ends."""
    now = clock.now()
    for each in (*_apps(user), *_passkeys(user)):
        amend(each, ended_at=now)
    _end_codes(user)


def _own(by: Actor) -> User:
    """The user's row, held: what somebody does to their factors happens one after the other."""
    found = User.objects.select_for_update().filter(pk=by.id, is_active=True).first()
    if found is None:
        raise Missing("user")
    return found


def _own_passkey(passkey: UUID, by: Actor) -> Passkey:
    found = _passkeys(_own(by)).filter(pk=passkey).first()
    if found is None:
        raise Missing("passkey")
    return found


def _apps(user: User) -> QuerySet[AuthenticatorApp]:
    return AuthenticatorApp.objects.filter(user=user, ended_at=None)


def _passkeys(user: User) -> QuerySet[Passkey]:
    return Passkey.objects.filter(user=user, ended_at=None)


def _codes(user: User) -> QuerySet[RecoveryCode]:
    return RecoveryCode.objects.filter(user=user, used_at=None, ended_at=None)


def _hash(code: str, user: UUID) -> bytes:
    return keyed_hash(recovery_code_as_kept(code), CODES, user)


def _end_codes(user: User) -> None:
    for each in _codes(user):
        amend(each, ended_at=clock.now())


def _end_codes_without_factor(user: User) -> None:
    """They stand in for a factor: without one there is nothing to recover."""
    if not (_apps(user).exists() or _passkeys(user).exists()):
        _end_codes(user)


def _refuse_last_where_demanded(user: User, *, leaves: bool) -> None:
    held = RoleGrant.objects.filter(user=user, ended_at=None).values_list("role", flat=True)
    demanded = FactorDemand.objects.filter(ended_at=None).values_list("role", flat=True)
    if not leaves and demands_factor(held, demanded):
        raise Refused(
            "Your practice asks for a second factor, and this is the only one you have.",
            next_step="Add another first.",
        )


def _wrong_code() -> Refused:
    return Refused(
        "This code is not the one that the app shows now, or it was used before.",
        field="code",
        next_step="Wait for the next one and type it.",
    )
