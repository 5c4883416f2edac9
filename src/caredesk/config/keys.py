"""Secrets of this installation: made at the first start, kept in the data folder."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


def key_kept_in(folder: Path, name: str) -> str:
    """The key of that name, made of 32 random bytes (as hex) when it is not there yet."""
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, secrets.token_hex(32))
    return path.read_text().strip()


def _write_once(path: Path, key: str) -> None:
    """Two processes may start at once: the first one's key stands."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # readable by us alone
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


class NoSuchKey(LookupError):
    """A key is needed that is not in the folder (any more)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its name: a number that rises, and a fingerprint that tells it from others'."""

    name: str
    secret: bytes = field(repr=False)


class KeyRing:
    """Keys that wrap other keys: the newest wraps, each older one unwraps until it is retired.

    One file a key in `folder`. What is retired lies in `retired/` beside them and is not used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Key] = {}

    def current(self) -> Key:
        """The newest; the first of all is made when it is asked for."""
        names = self.names()
        if names:
            return self.get(names[-1])
        with self.alone("making"):
            names = self.names()
            return self.get(names[-1]) if names else self._make(1)

    def add(self) -> Key:
        """One more, which wraps from now on."""
        with self.alone("making"):
            return self._make(self._last_number() + 1)

    def get(self, name: str) -> Key:
        """The key of that name, or `NoSuchKey`."""
        if name not in self._read:
            self._read[name] = self._from_disk(name)
        return self._read[name]

    def names(self) -> list[str]:
        """Of all that are in use, oldest first."""
        return _names(self.folder)

    def retired(self) -> list[str]:
        return _names(self.folder / "retired")

    def retire(self, name: str) -> None:
        """Use a key no more. It is kept aside for backups that were made with it."""
        aside = self.folder / "retired"
        aside.mkdir(mode=0o700, exist_ok=True)
        (self.folder / name).rename(aside / name)
        self._read.pop(name, None)

    @contextlib.contextmanager
    def alone(self, doing: str) -> Iterator[None]:
        """Nobody else does the same with these keys meanwhile."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / f".{doing}").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _make(self, number: int) -> Key:
        secret = secrets.token_bytes(32)
        key = Key(_name(number, secret), secret)
        _write_once(self.folder / key.name, secret.hex())
        return key

    def _last_number(self) -> int:
        return max((int(each[:4]) for each in self.names() + self.retired()), default=0)

    def _from_disk(self, name: str) -> Key:
        if name not in self.names():
            raise NoSuchKey(name)
        secret = bytes.fromhex((self.folder / name).read_text().strip())
        if _name(int(name[:4]), secret) != name:
            raise NoSuchKey(f"{name} (the file of that name holds another key)")
        return Key(name, secret)


def _name(number: int, secret: bytes) -> str:
    """0002-7f3a90bc"""
    return f"{number:04d}-{hashlib.sha256(b'caredesk key' + secret).hexdigest()[:8]}"


def _names(folder: Path) -> list[str]:
    found = folder.glob("[0-9][0-9][0-9][0-9]-????????")
    return sorted(each.name for each in found)
