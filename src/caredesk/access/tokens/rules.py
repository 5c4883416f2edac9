"""What a token looks like, and what a program can be allowed."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

# By its beginning one finds a token that was left in a file or a log.
PREFIX = "cdk_"
LONGEST_DAYS = 365
USUAL_PER_MINUTE, MOST_PER_MINUTE = 120, 6_000
MOST_PATIENTS = 500

_TOKEN = re.compile(rf"{PREFIX}(?P<id>[0-9a-f]{{32}})_(?P<secret>[A-Za-z0-9_-]{{43}})")

# Who may do what is decided by people: a program that did would reach further than its token.
NEVER = frozenset({"access.manage", "access.roles", "access.tokens"})
# They reach patients whom nobody could have named before.
BEYOND_SOME_PATIENTS = frozenset({"people.register", "import.run"})
# What every program has: it reads the description of the door.
ALWAYS = frozenset({"desk.use"})
SEES_PATIENTS = "people.view"


@dataclass(frozen=True, slots=True)
class Presented:
    """A token as a program sent it."""

    id: UUID
    secret: str

    def fits(self, digest: bytes) -> bool:
        return compare_digest(hash_secret(self.secret), digest)


@dataclass(frozen=True, slots=True)
class Giver:
    """What became of who let a program in. A token is the practice's: it goes on without them."""

    has_left: bool
    lacks: tuple[str, ...]


def giver_of(permissions: Iterable[str], may: frozenset[str] | None) -> Giver:
    """`may` is what they may do now; None where they have left."""
    if may is None:
        return Giver(has_left=True, lacks=())
    return Giver(has_left=False, lacks=tuple(each for each in permissions if each not in may))


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def written(id: UUID, secret: str) -> str:
    """The token as it is told: prefix, id, secret."""
    return f"{PREFIX}{id.hex}_{secret}"


def read_token(text: str) -> Presented | None:
    """None where it is no token of ours."""
    found = _TOKEN.fullmatch(text)
    return Presented(UUID(found["id"]), found["secret"]) if found else None


def hash_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def bound_of(permissions: Iterable[str], patients: Iterable[UUID] | None) -> frozenset[UUID] | None:
    """Beyond whom the program reaches nobody: without the sight of patients, beyond no one."""
    if SEES_PATIENTS not in set(permissions):
        return frozenset()
    return None if patients is None else frozenset(patients)
