"""`caredesk keys`: the keys that wrap the keys of files, and their rotation.

Rotation makes a new key, wraps every file's data key anew in small transactions, and retires the
keys that hold nothing any more. Broken off anywhere, it is gone on with by starting it again;
meanwhile every file opens, and what is kept in between is wrapped by the new key.
"""

import argparse
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db import transaction

from caredesk.config.environment import CannotStart
from caredesk.config.keys import KeyRing, NoSuchKey
from caredesk.config.progress import say
from caredesk.config.terminal import ADMINISTRATOR
from caredesk.files.actions import rewrap_keys
from caredesk.files.locks import wait_for_users_of_keys
from caredesk.files.queries import uses_of_keys

ROTATOR = replace(
    ADMINISTRATOR,
    id=UUID("0193668e-5d0c-7b11-9c61-3f1f0f4c7a02"),
    label="Rotation of keys",
    permissions=frozenset({"files.rotate"}),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "The keys are in CAREDESK_DATA/keys/files, never in the database. A backup of the "
        "database needs the keys of its time: keep retired ones as long as such backups."
    )
    listed = parser.add_subparsers(metavar="ACTION", required=True, dest="what")
    listed.add_parser("list", help="every key, and how many files it holds")
    rotate = listed.add_parser("rotate", help="a new key for all files; the former are retired")
    rotate.add_argument(
        "--batch", type=int, default=200, choices=range(1, 1001), metavar="FILES",
        help="files in one transaction (default: 200)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    ring: KeyRing = settings.CAREDESK_FILE_KEYS
    if arguments.what == "list":
        return _list(ring)
    with ring.alone("rotating"):
        return rotate(ring, arguments.batch)


def _list(ring: KeyRing) -> int:
    held = uses_of_keys()
    for name in ring.names():
        newest = ", wraps new files" if name == ring.names()[-1] else ""
        say(f"{name}  {held.get(name, 0)} files{newest}")
    for name in ring.retired():
        say(f"{name}  retired")
    lost = sorted(set(held) - set(ring.names()))
    for name in lost:
        say(f"{name}  {held[name]} files, and this key is not here: they cannot be opened")
    return 1 if lost else 0


def rotate(ring: KeyRing, batch: int) -> int:
    """A new key, or the newest where a rotation was broken off; then all files, then retiring."""
    current = ring.current().name
    left = sum(files for name, files in uses_of_keys().items() if name != current)
    if left:
        say(f"Going on with the rotation to {current}: {left} files are left.")
    else:
        current = ring.add().name
        say(f"The new key is {current}. It wraps new files from now on.")
    done = _rewrap_all(batch)
    say(f"Wrapped {done} files anew.")
    for name in _retire_unused(ring, current, batch):
        say(f"Retired {name}: it holds nothing any more.")
    return 0


def _rewrap_all(batch: int) -> int:
    done = 0
    try:
        while found := rewrap_keys(batch, by=ROTATOR).files:
            done += found
    except NoSuchKey as missing:
        raise CannotStart(
            f"The key {missing} is not in CAREDESK_DATA/keys/files. {done} files were wrapped "
            "anew. Put the key back from a backup, and start the rotation again."
        ) from None
    return done


def _retire_unused(ring: KeyRing, current: str, batch: int) -> list[str]:
    """Not before everybody who had chosen a former key has committed what it wrapped."""
    retired = []
    while True:
        with transaction.atomic():
            wait_for_users_of_keys()
            held = uses_of_keys()
            if set(held) <= {current}:
                for name in ring.names():
                    if name < current:
                        ring.retire(name)
                        retired.append(name)
                return retired
        _rewrap_all(batch)
