"""Log lines without patients: neither an error's message, which may quote a row, nor an address."""

import logging
import traceback
from types import TracebackType
from typing import Any

type ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


_SUSPICIOUS = "django.security."


class WithoutMessages(logging.Formatter):
    """Prints where an exception came from and its type, not what it says.

    Of a request the page's name stands in the place of its path, in which anything can be typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.name.startswith(_SUSPICIOUS) and not record.args:
            # What is suspicious of a request is said by the logger's name; its message quotes it.
            said = {"msg": "a suspicious request was refused", "exc_info": None, "exc_text": None}
            record = logging.makeLogRecord({**record.__dict__, **said})
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path is not None and isinstance(record.args, tuple):
            given: tuple[object, ...] = record.args
            shown = tuple(_page(request) if each == path else each for each in given)
            record = logging.makeLogRecord({**record.__dict__, "args": shown})
        return super().format(record)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  the library's name
        kind, _, trace = ei
        frames = "".join(traceback.format_tb(trace)).rstrip()
        return f"{frames}\n{kind.__name__ if kind else ''}"


def _page(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else "no page of ours"
