"""What somebody who calls for a patient may be told, and by what it is proved."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

TOLD_WORDS = {"times": "times of visits", "clinical": "clinical", "billing": "billing"}

MOST_WRONG = 5
WITHIN = timedelta(minutes=15)
"""So often a code word may be said wrongly in so long; then another proof is needed."""

SHORTEST_CODE_WORD = 4


@dataclass(frozen=True, slots=True)
class Telling:
    """What was agreed: nothing in `may_be_told` means nothing, and so it does after `until`."""

    may_be_told: Sequence[str]
    proof: str = ""
    form_signed_on: date | None = None
    until: date | None = None
    has_code_word: bool = False

    def now(self, today: date) -> Sequence[str]:
        return () if self.has_run_out(today) else self.may_be_told

    def has_run_out(self, today: date) -> bool:
        return self.until is not None and self.until < today

    def words(self, today: date) -> str:
        """ "times of visits, billing"; "nothing"; "nothing: it ran out"."""
        told = [TOLD_WORDS[each] for each in self.now(today)]
        if told:
            return ", ".join(told)
        return "nothing: it has run out" if self.may_be_told else "nothing"

    @property
    def proof_words(self) -> str:
        """release form, signed 3 Mar 2026, until 3 Mar 2027, code word"""
        signed = f"signed {_day(self.form_signed_on)}" if self.form_signed_on else ""
        until = f"until {_day(self.until)}" if self.until else ""
        code = "code word" if self.has_code_word else ""
        return ", ".join(filter(None, [self.proof, signed, until, code]))


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def code_word_as_kept(said: str) -> str:
    """What is compared: said on the telephone, it has no case, accents or spaces around."""
    folded = unicodedata.normalize("NFKD", said.casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    return " ".join(plain.split())


def may_still_guess(wrong_lately: int) -> bool:
    return wrong_lately < MOST_WRONG
