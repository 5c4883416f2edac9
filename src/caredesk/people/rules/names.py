"""Names written down for comparing: case, accents and punctuation folded away."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_LETTERS = 40
MAX_WORDS = 16

# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "ß": "ss",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
    }
)
# How the same letters are written out in passports and by those who have no such key.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_APOSTROPHES = re.compile(r"['’‘ʼʻ`´′]")
_HYPHENS = re.compile(r"[-‐‑‒–—_/.,;]")
_NOT_A_WORD = re.compile(r"[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class FullName:
    """All the names one person goes by, as they are written."""

    family: str = ""
    given: str = ""
    middle: str = ""
    preferred: str = ""
    former_family: str = ""
    suffix: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """Every name that can be searched for, the surname first."""
        return (
            self.family,
            self.given,
            self.preferred,
            self.middle,
            self.former_family,
            self.suffix,
        )


def display(name: FullName) -> str:
    """As it is read out: "Guadalupe “Lupe” Fernández-Ortiz", the preferred name in quotes."""
    preferred = f"“{name.preferred}”" if name.preferred not in ("", name.given) else ""
    return " ".join(filter(None, [name.given, preferred, name.family, name.suffix]))


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation but hyphens as spaces: "O’Brien-Łoś" is "obrien los".

    Letters of other scripts stay as they are.
    """
    return " ".join(_fold(_HYPHENS.sub(" ", _APOSTROPHES.sub("", text))).split())


def words(text: str) -> tuple[str, ...]:
    """The folded words of what somebody typed, without repetitions."""
    return tuple(dict.fromkeys(word[:MAX_LETTERS] for word in fold(text).split()))


@lru_cache(maxsize=50_000)
def forms(name: str) -> tuple[str, ...]:
    """Every word under which one name is found: its parts, its parts joined, other spellings.

    "O'Brien" is found as obrien and brien, "De La Cruz" also as delacruz, "Müller" as mueller.
    """
    found = list(words(name))
    found += _joined(name)
    found += _behind_apostrophes(name)
    found += _written_out(name)
    return tuple(dict.fromkeys(found))


def words_of(name: FullName) -> tuple[str, ...]:
    """Every word under which a person is found."""
    found = dict.fromkeys(form for part in name.parts for form in forms(part))
    return tuple(found)[:MAX_WORDS]


def search_line(name: FullName) -> str:
    """All words of a person between spaces, so that ` sm` finds a word that begins with sm."""
    found = words_of(name)
    return f" {' '.join(found)} " if found else ""


def _fold(text: str) -> str:
    lowered = text.casefold().translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", lowered).casefold().translate(_LETTERS)
    letters = "".join(each for each in apart if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", _NOT_A_WORD.sub(" ", letters))


def _joined(name: str) -> list[str]:
    """One word of several: for hyphens, and where a part is short ("van", "la", "mary ann")."""
    parts = fold(name).split()
    if not 1 < len(parts) <= 4:
        return []
    is_hyphenated = len(name.split()) == 1
    if is_hyphenated or min(map(len, parts)) <= 4:
        return ["".join(parts)[:MAX_LETTERS]]
    return []


def _behind_apostrophes(name: str) -> list[str]:
    pieces = _APOSTROPHES.sub("’", name).split("’")[1:]
    found = [folded[0] for piece in pieces if (folded := words(piece))]
    return [word for word in found if len(word) > 2]


def _written_out(name: str) -> list[str]:
    composed = unicodedata.normalize("NFC", name).casefold()
    spelled = composed.translate(_WRITTEN_OUT)
    return list(words(spelled)) if spelled != composed else []
