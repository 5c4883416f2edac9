"""What a check of the installation says."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `caredesk check`; `advice` is what to do where it is not ok."""

    state: Literal["ok", "warn", "fail"]
    what: str
    advice: str = ""

    def line(self) -> str:
        return f"{self.state:<4}  {self.what}" + (f"\n      {self.advice}" if self.advice else "")


def ok(what: str) -> Finding:
    return Finding("ok", what)


def warn(what: str, advice: str) -> Finding:
    return Finding("warn", what, advice)


def fail(what: str, advice: str) -> Finding:
    return Finding("fail", what, advice)
