"""Log lines without patients: an error's message may quote a row, so only its kind is kept."""

import logging
import traceback
from types import TracebackType

type ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class WithoutMessages(logging.Formatter):
    """Prints where an exception came from and its type, not what it says."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  the library's name
        kind, _, trace = ei
        frames = "".join(traceback.format_tb(trace)).rstrip()
        return f"{frames}\n{kind.__name__ if kind else ''}"
