"""Why somebody was found, where it is not plain from what is shown."""

from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.names import FullName, forms
from caredesk.people.rules.ranking import (
    EXACT,
    NICKNAME,
    NOTHING,
    PREFIX,
    SOUND,
    grade_word,
)
from caredesk.people.rules.typed import Typed


def why_found(typed: Typed, name: FullName, birth: BirthDate) -> str:
    """In a few words, or nothing: "formerly Miller", "short for William", "sounds like Kathryn"."""
    reasons = [_why_word(word, name) for word in typed.words]
    reasons.append(_why_birth(typed, birth))
    return ", ".join(dict.fromkeys(filter(None, reasons)))


def _why_word(typed: str, name: FullName) -> str:
    shown = [form for part in (name.given, name.family, name.preferred) for form in forms(part)]
    shown_grade = grade_word(typed, [*shown, *forms(name.suffix)])
    if shown_grade in (EXACT, PREFIX):
        return ""
    for label, part in (("formerly", name.former_family), ("middle name", name.middle)):
        if grade_word(typed, forms(part)) > shown_grade:
            return f"{label} {part}"
    return _why_similar(typed, shown_grade)


def _why_similar(typed: str, grade: int) -> str:
    if grade == NOTHING:
        return ""
    if grade == NICKNAME:
        return f"also called {typed.capitalize()}"
    return f"sounds like {typed}" if grade == SOUND else f"spelled like {typed}"


def _why_birth(typed: Typed, birth: BirthDate) -> str:
    """Only where names were typed beside dates and none of the dates is hers."""
    births = [each for number in typed.numbers for each in number.births]
    others = any(number.digits or number.record for number in typed.numbers)
    if not births or others or any(birth.may_be(each) for each in births):
        return ""
    return "birth date nearly the same"
