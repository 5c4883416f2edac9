"""The inputs that several actions share, and reading what was typed in them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from caredesk.kernel.errors import Refused
from caredesk.kernel.text import printable
from caredesk.people.rules.birthdates import (
    EARLIEST_BIRTH,
    OLDEST_AGE,
    BirthDate,
    Death,
    Precision,
    is_possible,
    is_too_old,
)
from caredesk.people.rules.phones import PhoneNumber, read_phone

Sex = Literal["female", "male", "other", "unknown"]
Channel = Literal["phone", "text", "mail", "post", "portal"]
PhoneUse = Literal["mobile", "home", "work", "other"]
AddressUse = Literal["home", "work", "temporary", "billing", "old"]
Told = Literal["times", "clinical", "billing"]
Severity = Literal["danger", "important", "note"]
Mail = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(printable)
]


def read_birth(
    day: date, precision: Precision, today: date, death: Death | None = None
) -> BirthDate:
    """The date of birth, refused where nobody can have it; the age counts up to the death."""
    birth = as_known(day, precision)
    if birth.day > today:
        raise Refused(
            "This date of birth is in the future.",
            field="birth_date",
            next_step="Check the year.",
        )
    if death is not None and death.on is not None and birth.day > death.on.last:
        raise Refused(
            "This is after the patient died.", field="birth_date", next_step="Check the year."
        )
    refuse_too_old(birth, today, death, field="birth_date")
    if not is_possible(birth, today):
        raise Refused(
            f"Nobody born before {EARLIEST_BIRTH.year} is kept here.",
            field="birth_date",
            next_step="Check the year.",
        )
    return birth


def refuse_too_old(birth: BirthDate, today: date, death: Death | None, *, field: str) -> None:
    """Nobody gets older than anyone has: until today, or until the day of death."""
    if is_too_old(birth, today, death):
        raise Refused(
            f"Nobody is older than {OLDEST_AGE} years.", field=field, next_step="Check the year."
        )


def read_death(day: date, precision: Precision, born: BirthDate, today: date) -> BirthDate:
    """The day of death, refused where it has not come yet or lies before the birth."""
    died = as_known(day, precision)
    if died.day > today:
        raise Refused(
            "This day of death is in the future.", field="deceased_on", next_step="Check the year."
        )
    if died.last < born.day:
        raise Refused(
            "This is before the patient was born.",
            field="deceased_on",
            next_step="Check the year.",
        )
    refuse_too_old(born, today, Death(died), field="deceased_on")
    return died


def as_known(day: date, precision: Precision) -> BirthDate:
    """What is known of a date: the first day of the month or year, where that is all."""
    if precision == "month":
        day = day.replace(day=1)
    elif precision == "year":
        day = day.replace(month=1, day=1)
    return BirthDate(day, precision)


def read_number(typed: str, *, field: str, as_sent: bool = False) -> PhoneNumber:
    """A telephone number that can be called; one that was sent by another system is kept as is."""
    number = read_phone(typed)
    if number.warning and not as_sent:
        raise Refused(number.warning, field=field, next_step="Ask for it again, or leave it out.")
    return number


def read_mail(typed: str, *, field: str) -> str:
    """A mail address that has the shape of one."""
    name, at, domain = typed.partition("@")
    shaped = name and at and "." in domain and not domain.startswith(".") and " " not in typed
    if not shaped or "@" in domain or domain.endswith("."):
        raise Refused(
            "This is not a mail address.", field=field, next_step="Write it like ana@example.org."
        )
    return typed


def refuse_early_sent(as_sent: bool, may_import: bool) -> None:
    """Only an import may say that something came from another system."""
    if as_sent and not may_import:
        raise Refused("Only an import keeps things as they were sent.", forbidden=True)
