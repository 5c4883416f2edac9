"""What is told of an import: each thing refused and why, on the screen and as a CSV."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from caredesk.wire.fhir.element import Flaw

SHOWN_AT_MOST = 30
_SENT = re.compile(r"'[^']*'|\d+|CD-\d+")
_NUMBERS = re.compile(r"\[\d+\]|row \d+")


class Outcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    UPDATED = "updated"
    MOVED = "moved to another patient"
    UNCHANGED = "unchanged"
    OURS = "a site of ours"
    REPEATED = "repeated"
    REFUSED = "refused"
    LEFT_OUT = "left out"


class Grade(StrEnum):
    """How much a finding matters, the gravest first."""

    REFUSED = "refused"
    LEFT_OUT = "left out"
    MOVED = "moved"
    LOOKS_LIKE = "looks like"
    KEPT = "kept ours"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what, where, and why. `place` is the path of the element."""

    grade: Grade
    kind: str
    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.grade}: {self.file}: {self.place}: {self.message}"

    @property
    def likeness(self) -> tuple[str, ...]:
        """The same for findings that differ only in where they are and in what was sent."""
        element = _NUMBERS.sub("", self.place).rpartition(".")[2]
        return self.grade, self.kind, element, _SENT.sub("", self.message)


@dataclass(slots=True)
class Report:
    """All findings, and how many rows of each kind had which outcome."""

    findings: list[Finding] = field(default_factory=list)
    tally: Counter[tuple[str, Outcome]] = field(default_factory=Counter)

    def count(self, kind: str, outcome: Outcome, number: int = 1) -> None:
        self.tally[kind, outcome] += number

    def tell(self, grade: Grade, kind: str, file: str, place: str, message: str) -> None:
        self.findings.append(Finding(grade, kind, file, place, message))

    def tell_flaws(self, kind: str, file: str, flaws: Iterable[Flaw]) -> None:
        for flaw in flaws:
            grade = Grade.REFUSED if flaw.serious else Grade.WARNING
            self.tell(grade, kind, file, flaw.path, flaw.message)

    def refuse(self, kind: str, file: str, flaws: Iterable[Flaw]) -> None:
        """One row refused, with all that is wrong in it."""
        self.tell_flaws(kind, file, flaws)
        self.count(kind, Outcome.REFUSED)

    @property
    def has_refusals(self) -> bool:
        return any(each.grade is Grade.REFUSED for each in self.findings)

    def lines(self) -> list[str]:
        """The counts of each kind, then the findings, the gravest first, like with like."""
        order = list(Grade)
        ranked = sorted(self.findings, key=lambda each: order.index(each.grade))
        alike: dict[object, list[Finding]] = {}
        for number, each in enumerate(ranked):
            # What was refused must be put right one by one; the rest may be told together.
            key = number if each.grade is Grade.REFUSED else each.likeness
            alike.setdefault(key, []).append(each)
        told = [_together(some) for some in alike.values()]
        shown = told[:SHOWN_AT_MOST]
        if len(told) > SHOWN_AT_MOST:
            shown.append(f"... and {len(told) - SHOWN_AT_MOST:,} more in the report")
        return [*self._counts(), *shown]

    def _counts(self) -> list[str]:
        kinds = dict.fromkeys(kind for kind, _ in self.tally)
        return [f"{kind}: {self._outcomes(kind)}" for kind in kinds]

    def _outcomes(self, kind: str) -> str:
        found = [(each, self.tally[kind, each]) for each in Outcome]
        return ", ".join(f"{number:,} {each}" for each, number in found if number)

    def write(self, path: Path) -> None:
        """As a CSV that a spreadsheet opens."""
        with path.open("w", newline="", encoding="utf-8-sig") as opened:
            writer = csv.writer(opened)
            writer.writerow(["outcome", "kind", "file", "place", "message"])
            for each in self.findings:
                row = (each.grade, each.kind, each.file, each.place, each.message)
                writer.writerow([_harmless(str(cell)) for cell in row])


def _together(alike: list[Finding]) -> str:
    more = len(alike) - 1
    return f"{alike[0]} (and {more:,} more like this)" if more else str(alike[0])


def _harmless(cell: str) -> str:
    """A spreadsheet takes what begins like this for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
