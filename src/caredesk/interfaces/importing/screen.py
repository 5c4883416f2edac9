"""What an import says on the terminal while it runs."""

import sys
import time

_SILENT_SECONDS = 2.0
_REPEAT_SECONDS = 2.0


class Screen:
    """Says how far it has come, once it takes longer than two seconds."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _SILENT_SECONDS

    def say(self, line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def complain(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    def progress(self, doing: str, done: int, of: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _REPEAT_SECONDS
        self.say(f"{doing}: {done:,} of {of:,} ...")
