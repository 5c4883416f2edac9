"""Which factors somebody has, and of which roles one is demanded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caredesk.access.factors.models import (
    AuthenticatorApp,
    FactorDemand,
    Passkey,
    RecoveryCode,
)
from caredesk.access.models import RoleGrant


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey for lists. It works at the host name `rp_id` only."""

    id: UUID
    name: str
    rp_id: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody can prove themselves with besides the password."""

    app_since: datetime | None
    passkeys: tuple[PasskeyLine, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        return self.app_since is not None or bool(self.passkeys)

    @property
    def words(self) -> str:
        """2 passkeys, authenticator app."""
        count = len(self.passkeys)
        keys = f"{count} passkey{'' if count == 1 else 's'}" if count else ""
        app = "authenticator app" if self.app_since else ""
        return ", ".join(filter(None, [keys, app]))

    def usable_at(self, host: str | None) -> bool:
        """Whether one of the passkeys works at this address."""
        return any(each.rp_id == host for each in self.passkeys)


def factors_of(user: UUID) -> Factors:
    """Of one user; three statements."""
    app = AuthenticatorApp.objects.filter(user=user, ended_at=None).first()
    keys = Passkey.objects.filter(user=user, ended_at=None).order_by("added_at")
    names = ("id", "name", "rp_id", "added_at", "used_at")
    left = RecoveryCode.objects.filter(user=user, used_at=None, ended_at=None).count()
    return Factors(
        app.added_at if app else None,
        tuple(PasskeyLine(*row) for row in keys.values_list(*names)),
        left,
    )


def users_with_factors() -> set[UUID]:
    """Everybody who has a second factor; two statements."""
    apps = AuthenticatorApp.objects.filter(ended_at=None).values_list("user_id", flat=True)
    keys = Passkey.objects.filter(ended_at=None).values_list("user_id", flat=True)
    return {*apps, *keys}


def demanded_roles() -> set[str]:
    """The roles of which a second factor is demanded."""
    return set(FactorDemand.objects.filter(ended_at=None).values_list("role", flat=True))


def is_demanded_for(role: str) -> bool:
    return FactorDemand.objects.filter(role=role, ended_at=None).exists()


def is_demanded_of(user: UUID) -> bool:
    """Whether a role that this user holds demands a second factor."""
    held = RoleGrant.objects.filter(user=user, ended_at=None)
    return held.filter(role__in=demanded_roles()).exists()
