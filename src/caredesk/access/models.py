"""Users, the roles granted to them, and their sessions."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Now

from caredesk.access.locking.models import IdleLimit, Pin
from caredesk.access.rules import OUTSIDE, ROLES, STAFF
from caredesk.access.sso.models import ExternalIdentity, SignInEmail
from caredesk.kernel.ids import new_id

__all__ = [
    "ExternalIdentity",
    "IdleLimit",
    "Pin",
    "RoleGrant",
    "Session",
    "SignInEmail",
    "User",
]


class User(AbstractBaseUser):
    """A person who signs in. `demo` users can sign in only while served on loopback."""

    id = models.UUIDField(primary_key=True, default=new_id)
    username = models.TextField(unique=True)
    name = models.TextField()
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    # Some type their password where the name belongs; the audit row has the person's name.
    SECRETS: ClassVar[set[str]] = {"password"}
    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.name


_IS_OUTSIDE = Case(
    When(role__in=sorted(OUTSIDE), then=Value(1)), default=Value(0), output_field=IntegerField()
)


class RoleGrant(models.Model):
    """That a user has a role, since when and from whom. Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.TextField()
    granted_at = models.DateTimeField(db_default=Now())
    granted_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="access_known_role"),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ended_at__isnull=True),
                name="access_role_once",
            ),
            # An account is of the staff or of a patient, never both.
            ExclusionConstraint(
                expressions=[("user", "="), (_IS_OUTSIDE, "<>")],
                condition=Q(ended_at__isnull=True),
                name="access_staff_or_patient",
            ),
        ]


class Adaptation(models.Model):
    """That this practice gave a role a permission, or took it. Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    role = models.TextField()
    permission = models.TextField()
    is_given = models.BooleanField()
    since = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=STAFF), name="access_adapts_staff"),
            models.UniqueConstraint(
                fields=["role", "permission"],
                condition=Q(ended_at__isnull=True),
                name="access_adapted_once",
            ),
        ]


class Session(AbstractBaseSession):
    """A signed-in browser. `public_id` is what logs and audit rows may show of it.

    `active_at` is noted at most once a minute. `seat` tells the browser (a hash of its cookie),
    `browser` and `address` say in words which it was and from where. See `access.locking`.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    public_id = models.UUIDField(default=new_id, unique=True)
    signed_in_at = models.DateTimeField(db_default=Now())
    active_at = models.DateTimeField(db_default=Now())
    locked_at = models.DateTimeField(null=True)
    failed_unlocks = models.PositiveSmallIntegerField(db_default=0)
    seat = models.TextField(db_default="")
    browser = models.TextField(db_default="")
    address = models.TextField(db_default="")

    class Meta:
        db_table = "access_session"
        indexes = [
            models.Index(fields=["seat"], condition=~Q(seat=""), name="access_session_seat"),
        ]

    @classmethod
    def get_session_store_class(cls) -> Any:
        from caredesk.access.sessions import SessionStore

        return SessionStore


# Django finds a room's tables by its models; these stand with what they are for.
from caredesk.access.factors import models as factors  # noqa: E402, F401
from caredesk.access.tokens import models as tokens  # noqa: E402, F401
from caredesk.access.waits import models as waits  # noqa: E402, F401
from caredesk.access.wider import models as wider  # noqa: E402, F401
