"""The organisations of this installation: one folder, one database, one set of keys each.

What belongs to the data folder itself is the default organisation's: an installation of one
practice has no other. Each further one is a folder below `organisations/`, with its configuration
beside its keys. Nothing but this configuration says to which organisation a request, job, import
or link belongs: whoever works for one is started with its environment, and knows no other.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from caredesk.config.environment import (
    CannotStart,
    installation_folder,
    is_of_the_machine,
    organisation_folder,
)
from caredesk.config.keys import key_kept_in

DEFAULT = "default"
EMBEDDED = "embedded"
CONFIGURATION = "organisation.toml"

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME = 30

# Of the environment `caredesk` was called with, only what is of the machine or of every
# organisation alike; the rest is the default organisation's, its secrets among it.
_SHARED = {
    "CAREDESK_DATA",
    "CAREDESK_HTTPS",
    "CAREDESK_DEBUG",
    "CAREDESK_THREADS",
    "CAREDESK_CLAMD",
    "CAREDESK_LARGEST_FILE",
    "CAREDESK_LIMITS",
    "HOST",
    "PORT",
}


@dataclass(frozen=True, slots=True)
class Database:
    """Where an organisation's database is. The passwords of its two roles lie with its keys."""

    server: str
    name: str
    owner: str
    application: str

    @classmethod
    def named_for(cls, organisation: str, server: str) -> "Database":
        name = f"caredesk_{organisation.replace('-', '_')}"
        return cls(server, name, f"{name}_owner", f"{name}_app")

    @property
    def is_embedded(self) -> bool:
        return self.server == EMBEDDED

    @classmethod
    def beside(cls, organisation: str, what: str) -> str:
        """The name of one more database of it, for a while: as no organisation's can be called.

        No name has two hyphens in a row, nor is one so long that PostgreSQL would cut this.
        """
        return f"{cls.named_for(organisation, '').name}__{what}"

    def url(self, server: str, role: str, password: str) -> str:
        """Its address on `server`, as one of its roles."""
        parts = urlsplit(server)
        where = parts.netloc.rpartition("@")[2]
        who = f"{quote(role, safe='')}:{quote(password, safe='')}"
        return urlunsplit(("postgresql", f"{who}@{where}", f"/{self.name}", parts.query, ""))


DEFAULT_DATABASE = Database(EMBEDDED, "caredesk", "caredesk_owner", "caredesk_app")


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation as its configuration has it. `is_served` ends with `remove`."""

    name: str
    hosts: tuple[str, ...]
    database: Database
    origins: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    is_served: bool = True

    @property
    def folder(self) -> Path:
        return installation_folder() if self.name == DEFAULT else organisation_folder(self.name)

    def urls(self, server: str) -> tuple[str, str]:
        """Its database on `server` as the application and as the owner."""
        return (
            self.database.url(server, self.database.application, self.password("application")),
            self.database.url(server, self.database.owner, self.password("owner")),
        )

    def password(self, of: str) -> str:
        return key_kept_in(self.folder / "keys", f"database-{of}")

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """What a process that works for this organisation is told: nothing of any other."""
        kept = {name: value for name, value in given.items() if _is_shared(name)}
        return {
            "CAREDESK_WORKERS": "1",
            **kept,
            **self.settings,
            "CAREDESK_ORGANISATION": self.name,
            "CAREDESK_HOSTS": ",".join(self.hosts),
            "CAREDESK_ORIGINS": ",".join(self.origins),
            "CAREDESK_DEMO": "0",
            "CAREDESK_DEMO_SIGN_INS": "0",
        }

    def write(self) -> None:
        """Keep the configuration, whole or not at all."""
        said = {
            "hosts": list(self.hosts),
            "origins": list(self.origins),
            "is_served": self.is_served,
            "database": {
                name: getattr(self.database, name) for name in Database.__dataclass_fields__
            },
            "settings": dict(self.settings),
        }
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f"{CONFIGURATION}.new"
        draft.write_text(_as_toml(said))
        draft.chmod(0o600)
        draft.rename(self.folder / CONFIGURATION)


def _is_shared(name: str) -> bool:
    return name in _SHARED or is_of_the_machine(name)


def _as_toml(said: Mapping[str, Any]) -> str:
    """JSON's strings, lists and truth are TOML's, too."""
    tables = {name: value for name, value in said.items() if isinstance(value, dict)}
    plain = [f"{name} = {json.dumps(said[name])}" for name in said if name not in tables]
    for table, values in tables.items():
        plain += ["", f"[{table}]", *(f"{name} = {json.dumps(values[name])}" for name in values)]
    return "\n".join(plain) + "\n"


def without_password(server: str) -> str:
    """A server's address, without who asks."""
    if server == EMBEDDED:
        return server
    parts = urlsplit(server)
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(("postgresql", where, "/", parts.query, ""))


def listed() -> list[Organisation]:
    """Every organisation but the default one, by name."""
    found = sorted((installation_folder() / "organisations").glob(f"*/{CONFIGURATION}"))
    organisations = [_read(path) for path in found]
    _refuse_shared(organisations)
    return organisations


def _read(path: Path) -> Organisation:
    try:
        said = tomllib.loads(path.read_text())
        found = Organisation(
            _checked_name(path.parent.name),
            tuple(map(checked_host, said["hosts"])),
            Database(**said["database"]),
            tuple(said.get("origins", ())),
            {name: str(value) for name, value in said.get("settings", {}).items()},
            said.get("is_served", True) is True,
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CannotStart(f"{path} cannot be read ({error!r}).") from error
    _refuse_settings(found)
    return found


def _refuse_settings(organisation: Organisation) -> None:
    """What decides which organisation it is stands in the places made for it."""
    for name in organisation.settings:
        if not name.startswith("CAREDESK_") or name in (*_SHARED, "CAREDESK_ORGANISATION"):
            raise CannotStart(f"{name} cannot be among the settings of {organisation.name}.")


def _refuse_shared(organisations: Sequence[Organisation]) -> None:
    """Two that share a name of a host or a database would be one."""
    theirs = dict.fromkeys(_places(DEFAULT_DATABASE), DEFAULT)
    for each in organisations:
        for what in (*each.hosts, *_places(each.database)):
            other = theirs.setdefault(what, each.name)
            if other != each.name:
                raise CannotStart(f"{each.name} and {other} both have {what}: nothing was done.")


def _places(database: Database) -> list[str]:
    """Where nobody else may be: the database and its two roles on that server."""
    roles = (f"the role {role} of " for role in (database.owner, database.application))
    return [f"{database.server}/{database.name}", *(role + database.server for role in roles)]


def refuse_database_of_others(name: str, ours: Database | None) -> None:
    """What is to be dropped is in no configuration but `ours`, on whatever server that may be."""
    for of, database in (
        (DEFAULT, DEFAULT_DATABASE),
        *((each.name, each.database) for each in listed()),
    ):
        if database.name == name and database != ours:
            raise CannotStart(f"The database {name} is {of}'s. Nothing was dropped.")


def find(name: str) -> Organisation:
    for each in listed():
        if each.name == name:
            return each
    raise CannotStart(f"There is no organisation {name} here. There are: {_names() or 'none'}.")


def has_default() -> bool:
    """Whether the data folder itself has been worked with, or a database is named for it."""
    return bool(os.environ.get("DATABASE_URL")) or (
        (installation_folder() / "keys" / "audit").exists()
    )


def _names() -> str:
    return ", ".join(_every_name())


def _every_name() -> Iterator[str]:
    if has_default():
        yield DEFAULT
    yield from (each.name for each in listed())


def choose(said: str | None) -> None:
    """Make this process work for exactly one organisation, or refuse where it is not clear which.

    The environment is that organisation's from here on.
    """
    said = said or os.environ.get("CAREDESK_ORGANISATION")
    if said is None:
        known = list(_every_name())
        if known in ([], [DEFAULT]):
            return
        if len(known) > 1:
            raise CannotStart(
                f"Several organisations are here: say which with --organisation ({_names()}). "
                "Nothing was done."
            )
        said = known[0]
    if said == DEFAULT:
        os.environ.pop("CAREDESK_ORGANISATION", None)
        return
    found = find(said)
    told = found.environment(os.environ)
    if not found.database.is_embedded:
        told["DATABASE_URL"], told["DATABASE_OWNER_URL"] = found.urls(found.database.server)
    os.environ.clear()
    os.environ.update(told)


def _checked_name(name: str) -> str:
    if name == DEFAULT or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise CannotStart(
            f"{name!r} cannot name an organisation: use small letters, digits and single hyphens, "
            f"at most {_LONGEST_NAME}, and not {DEFAULT}."
        )
    return name


def checked_name(name: str) -> str:
    """A name for a new organisation."""
    if (organisation_folder(_checked_name(name))).exists():
        raise CannotStart(f"There is an organisation {name} already: nothing was made.")
    return name


def checked_host(host: str) -> str:
    """A host name as browsers send it: small letters, no port, no dot at the end."""
    try:
        written = host.strip().rstrip(".").lower().encode("idna").decode()
    except UnicodeError:
        written = ""
    if len(written) > 253 or not all(map(_LABEL.fullmatch, written.split("."))):
        raise CannotStart(f"{host!r} is no host name: write it without https:// and port.")
    return written
