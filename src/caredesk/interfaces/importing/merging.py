"""What a file changes in a patient whom we know already.

Three things are compared: what the file says now, what it said last time, and what we hold. What
the file has not changed since last time is left alone, so that nothing typed at the desk is
overwritten by an old export. What both have changed is kept as we hold it, and reported. The
first time that a file meets a patient who was registered here, it only fills what is empty.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from caredesk.people.fhir import SentAddress, SentPatient, SentPhone, SentRelative
from caredesk.people.rules.phones import read_phone

FIELDS = (
    "family",
    "given",
    "middle",
    "suffix",
    "preferred_name",
    "former_family",
    "birth",
    "sex",
    "gender_identity",
    "pronouns",
    "language",
    "interpreter_needed",
    "deceased",
    "deceased_on",
)
_SAYS_NOTHING: tuple[Any, ...] = ("", None, False, "unknown")


@dataclass(frozen=True, slots=True)
class Difference[T]:
    """Of a list: what is to be added, and what is to be ended."""

    add: tuple[T, ...] = ()
    end: tuple[T, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a file changes. `kept` names the fields in which ours was kept."""

    fields: dict[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    phones: Difference[SentPhone] = field(default_factory=Difference)
    emails: Difference[str] = field(default_factory=Difference)
    addresses: Difference[SentAddress] = field(default_factory=Difference)
    relatives: Difference[SentRelative] = field(default_factory=Difference)

    @property
    def is_empty(self) -> bool:
        lists = (self.phones, self.emails, self.addresses, self.relatives)
        return not self.fields and not any(each.add or each.end for each in lists)


def what_changes(last: SentPatient | None, sent: SentPatient, ours: SentPatient) -> Changes:
    """What `sent` changes in `ours`, when `last` is what the same source said before."""
    fields: dict[str, Any] = {}
    kept: list[str] = []
    for name in FIELDS:
        now, here = getattr(sent, name), getattr(ours, name)
        then = None if last is None else getattr(last, name)
        if now == here or (last is not None and now == then):
            continue
        if here in _SAYS_NOTHING or (last is not None and here == then):
            fields[name] = now
        elif now not in _SAYS_NOTHING:
            kept.append(name)
    before = last or replace(sent, phones=(), emails=(), addresses=(), relatives=())
    return Changes(
        fields=fields,
        kept=tuple(kept),
        phones=_difference(before.phones, sent.phones, ours.phones, _number),
        emails=_difference(before.emails, sent.emails, ours.emails, str.casefold),
        addresses=_difference(
            last.addresses if last else (), sent.addresses, ours.addresses, _place
        ),
        relatives=_difference(
            last.relatives if last else (), sent.relatives, ours.relatives, _person
        ),
    )


def _difference[T](
    last: Iterable[T], sent: Iterable[T], ours: Collection[T], key: Callable[[T], Hashable]
) -> Difference[T]:
    before = {key(each) for each in last}
    now = {key(each): each for each in sent}
    here = {key(each) for each in ours}
    return Difference(
        add=tuple(each for name, each in now.items() if name not in before and name not in here),
        end=tuple(each for each in ours if key(each) in before and key(each) not in now),
    )


def _number(phone: SentPhone) -> str:
    read = read_phone(phone.number)
    return read.e164 or read.digits or read.as_typed


def _place(address: SentAddress) -> tuple[str, ...]:
    parts = (address.line1, address.line2, address.city, address.postal_code)
    return tuple(part.casefold() for part in parts)


def _person(relative: SentRelative) -> str:
    return relative.name.casefold()
