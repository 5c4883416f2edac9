"""Whether somebody was named plainly: the only way in which a restricted patient is found."""

from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.names import FullName, words_of
from caredesk.people.rules.typed import Number, Typed


def answers_plainly(typed: Typed, name: FullName, birth: BirthDate, number: int) -> bool:
    """Every word is a whole word of the name, every number the birth date or the record number.

    No slip, sound, short form, former name, telephone or number of elsewhere: each would tell
    something that is not shown.
    """
    if typed.is_empty:
        return False
    words = set(words_of(name))
    named = all(word in words for word in typed.words)
    return named and all(_is_hers(each, birth, number) for each in typed.numbers)


def _is_hers(typed: Number, birth: BirthDate, number: int) -> bool:
    if any(each.day <= birth.day <= each.last for each in typed.births):
        return True
    return typed.record.isdigit() and int(typed.record) == number
