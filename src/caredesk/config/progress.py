"""What is going on, said on the terminal when it takes longer than two seconds."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator

_SILENT_SECONDS = 2.0
_REPEAT_SECONDS = 10.0


def say(line: str) -> None:
    print(line, flush=True)


def complain(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(doing: str) -> Iterator[None]:
    """Say `doing` once it takes long, then how long it has taken, and when it is done."""
    over, started = threading.Event(), time.monotonic()
    speaker = threading.Thread(target=_speak, args=(doing, over, started), daemon=True)
    speaker.start()
    try:
        yield
    finally:
        over.set()
        speaker.join()
    if time.monotonic() - started > _SILENT_SECONDS:
        say(f"{doing}: done in {time.monotonic() - started:.0f} s")


def _speak(doing: str, over: threading.Event, started: float) -> None:
    if over.wait(_SILENT_SECONDS):
        return
    say(f"{doing} ...")
    while not over.wait(_REPEAT_SECONDS):
        say(f"{doing} ... {time.monotonic() - started:.0f} s")
