"""Asking ClamAV, where its daemon is configured (`CAREDESK_CLAMD`): clamd's own protocol.

A daemon that is configured and does not answer refuses the file: nothing is kept unseen.
"""

import logging
import socket
from collections.abc import Iterable

from django.conf import settings

from caredesk.files.refusing import NotKept

log = logging.getLogger(__name__)

_SECONDS = 60.0
_LONGEST_ANSWER = 4096
_AGAIN = "Try again in a moment; if it stays, tell who runs Caredesk."


class ScannerError(Exception):
    """The daemon does not answer, or not as it should."""


def is_configured() -> bool:
    return bool(settings.CAREDESK_CLAMD)


def refuse_malware(pieces: Iterable[bytes]) -> bool:
    """Whether this was scanned and found clean; `NotKept` where it was not."""
    if not is_configured():
        return False
    try:
        found = scan(settings.CAREDESK_CLAMD, pieces)
    except ScannerError as error:
        log.error(
            "the virus scanner does not answer as it should: an upload was refused (%s)", error
        )
        raise NotKept(
            "This file was not kept: the virus scanner does not answer.",
            field="file",
            next_step=_AGAIN,
            why="scanner down",
        ) from None
    if found:
        log.warning("an upload was refused: the virus scanner found %s", found)
        raise NotKept(
            f"This file was not kept: it holds malware ({found}).",
            field="file",
            next_step="Do not open it. Tell whoever sent it.",
            why="infected",
        )
    return True


def scan(where: str, pieces: Iterable[bytes]) -> str:
    """The name of what was found, empty for a clean file (INSTREAM); or `ScannerError`."""
    try:
        with _connected(where) as daemon:
            answer = _scan(daemon, pieces)
    except (OSError, ValueError) as error:
        raise ScannerError(type(error).__name__) from None
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    is_size = "size limit" in answer
    raise ScannerError("its limit of size, StreamMaxLength" if is_size else "another answer")


def ping(where: str) -> str:
    """The version of the daemon's engine and signatures, or `ScannerError`."""
    try:
        with _connected(where) as daemon:
            daemon.sendall(b"zVERSION\0")
            return _answer(daemon)
    except (OSError, ValueError) as error:
        raise ScannerError(type(error).__name__) from None


def _connected(where: str) -> socket.socket:
    """A path is a socket of this machine; anything else is host:port."""
    if where.startswith("/"):
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(_SECONDS)
        daemon.connect(where)
        return daemon
    host, _, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), _SECONDS)


def _scan(daemon: socket.socket, pieces: Iterable[bytes]) -> str:
    daemon.sendall(b"zINSTREAM\0")
    try:
        for piece in pieces:
            daemon.sendall(len(piece).to_bytes(4) + piece)
        daemon.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        # It has heard enough (its own limit of size, or a find): what it says counts.
        pass
    return _answer(daemon)


def _answer(daemon: socket.socket) -> str:
    found = b""
    while not found.endswith(b"\0") and len(found) < _LONGEST_ANSWER:
        part = daemon.recv(_LONGEST_ANSWER)
        if not part:
            break
        found += part
    return found.rstrip(b"\0\n").decode("utf-8", "replace")
