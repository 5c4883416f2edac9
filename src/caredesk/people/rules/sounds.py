"""A key for how a name sounds in American English, so that Kathryn is found as Catherine.

A small relative of Metaphone: consonants in classes, vowels only at the beginning.
"""

import re
from functools import lru_cache

_BEGINNINGS = [
    (r"^(kn|gn|pn)", "n"),
    (r"^wr", "r"),
    (r"^ps", "s"),
    (r"^wh", "w"),
    (r"^x", "s"),
    (r"^mc|^mac(?=[^aeiouy])", "mk"),
]
_INSIDE = [
    (r"(?<!s)ch(?=[lr])", "k"),
    (r"tch|ch|sch(?=[aeiou])", "C"),
    (r"sh|(?<=[aeiou])ssi|ti(?=[ao])|ci(?=a)", "C"),
    (r"sch", "s"),
    (r"ph|v", "f"),
    (r"th", "0"),
    (r"ght", "t"),
    (r"gh", ""),
    (r"dg(?=[eiy])", "j"),
    (r"c(?=[eiy])", "s"),
    (r"ck|cq|c|q", "k"),
    (r"g(?=[eiy])", "j"),
    (r"mb$", "m"),
    (r"x", "ks"),
    (r"z", "s"),
    (r"d$|dt$", "t"),
    (r"(?<=[aeiou])h(?=[^aeiou]|$)", ""),
    (r"(?<=[aeiou])w(?=[^aeiou]|$)", ""),
]
_RULES = [(re.compile(pattern), to) for pattern, to in (*_BEGINNINGS, *_INSIDE)]
_REPEATED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiouy]")
_LATIN = re.compile(r"[a-z]+")


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """The sound key of a folded word; empty for very short ones, no vowel, other scripts."""
    if len(word) < 3 or not _LATIN.fullmatch(word) or not _VOWELS.search(word):
        return ""
    heard = word
    for pattern, to in _RULES:
        heard = pattern.sub(to, heard)
    begins = "a" if _VOWELS.match(heard) else ""
    consonants = _VOWELS.sub("", heard.replace("h", ""))
    return (begins + _REPEATED.sub(r"\1", consonants)).lower()[:8]
