"""Which words of the dictionary may be meant by a typed one."""

from collections.abc import Iterable, Mapping, Sequence

from caredesk.people.rules.matching import deletions
from caredesk.people.rules.nicknames import nicknames
from caredesk.people.rules.ranking import NOTHING, grade_word

MOST = 40
MOST_PATTERNS = 16
MOST_BEGUN = 100


class Spellings:
    """The words that may be meant by `typed`, the likeliest first.

    `known` are those of the dictionary that may come into question, each with how many patients
    have it. `begun` are the words that are typed or begin so; of more than `MOST_BEGUN` of these
    only some are known, and they are not complete.
    """

    def __init__(self, typed: str, known: Mapping[str, int]) -> None:
        graded = {word: grade_word(typed, [word]) for word, count in known.items() if count}
        meant = [word for word, grade in graded.items() if grade > NOTHING]
        meant.sort(key=lambda word: (-graded[word], -known[word], word))
        self.typed = typed
        self.meant = tuple(meant[:MOST])
        self.begun = tuple(word for word in meant if word.startswith(typed))
        self.is_complete = len(self.begun) < MOST_BEGUN
        self._known = known

    @property
    def patterns(self) -> list[str]:
        """Find in a line any of the likeliest that may be meant."""
        others = [word for word in self.meant if not word.startswith(self.typed)]
        return [f"% {self.typed}%", *(f"% {word} %" for word in others[:MOST_PATTERNS])]

    def patients(self, words: Iterable[str]) -> int:
        return sum(self._known[word] for word in words)

    def within(self, words: Sequence[str], most: int) -> list[str]:
        """As many of the words as have no more than `most` patients, but the first in any case."""
        found: list[str] = []
        for word in words:
            if found and self.patients([*found, word]) > most:
                break
            found.append(word)
        return found


def keys_of(word: str) -> set[str]:
    """By which words of the dictionary are looked up that may be meant."""
    return {word, *nicknames(word), *deletions(word)}
