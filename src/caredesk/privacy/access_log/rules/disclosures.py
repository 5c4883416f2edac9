"""Which disclosures stand in a patient's account (45 CFR 164.528), and for how long one waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

YEARS = 6
ORAL_STATEMENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Basis:
    """What allowed it. An account leaves some out (164.528(a)(1)); of some it may wait."""

    words: str
    section: str
    is_in_account: bool = True
    may_wait: bool = False


BASES = {
    "law": Basis("Required by law", "164.512(a)"),
    "public_health": Basis("Public health: a reportable disease, a device, a birth", "164.512(b)"),
    "abuse": Basis("Report of abuse, neglect or violence", "164.512(c)"),
    "oversight": Basis("Health oversight agency", "164.512(d)", may_wait=True),
    "court": Basis("Court order, subpoena", "164.512(e)"),
    "police": Basis("Law enforcement", "164.512(f)", may_wait=True),
    "coroner": Basis("Coroner, medical examiner, funeral director", "164.512(g)"),
    "donation": Basis("Organ, eye or tissue donation", "164.512(h)"),
    "research": Basis("Research without authorization", "164.512(i)"),
    "threat": Basis("To avert a serious threat", "164.512(j)"),
    "government": Basis("Military, veterans and other government functions", "164.512(k)"),
    "compensation": Basis("Workers' compensation", "164.512(l)"),
    "mistake": Basis("By mistake, or not permitted", "164.528(a)(1)"),
    "treatment": Basis("Treatment", "164.506", is_in_account=False),
    "payment": Basis("Payment", "164.506", is_in_account=False),
    "operations": Basis("Health care operations", "164.506", is_in_account=False),
    "patient": Basis("To the patient, or who stands for them", "164.502", is_in_account=False),
    "authorization": Basis("The patient's authorization", "164.508", is_in_account=False),
    "involved": Basis("To a person involved in the care", "164.510", is_in_account=False),
    "security": Basis("National security, intelligence", "164.512(k)(2)", is_in_account=False),
    "custody": Basis("Correctional institution, custody", "164.512(k)(5)", is_in_account=False),
    "limited": Basis("Limited data set", "164.514(e)", is_in_account=False),
}


@dataclass(frozen=True, slots=True)
class Wait:
    """A statement of an agency: until and including this day the account waits."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Told:
    """A disclosure, as far as the account asks. `last` is the last of several."""

    basis: str
    first: date
    last: date | None = None
    waits: Sequence[Wait] = ()


def is_in_account(told: Told, since: date, until: date, asked_on: date) -> bool:
    """Whether it stands in an account of these days that is given on `asked_on`."""
    basis = BASES[told.basis]
    is_of_period = told.first <= until and (told.last or told.first) >= since
    return basis.is_in_account and is_of_period and not is_waiting(told, asked_on)


def is_waiting(told: Told, day: date) -> bool:
    """Whether an agency's statement still holds it back (164.528(a)(2))."""
    if not BASES[told.basis].may_wait:
        return False
    return any(each.since <= day <= each.until for each in told.waits)


def earliest(asked_on: date) -> date:
    """Six years before the account is asked for; a day that has no such date is the next."""
    year = asked_on.year - YEARS
    try:
        return asked_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def longest_wait(stated_on: date, *, is_written: bool) -> date | None:
    """Until when a statement holds at most: an oral one thirty days, a written one as it says."""
    return None if is_written else stated_on + ORAL_STATEMENT
