"""The names of a patient that was sent: one legal, one preferred, one former."""

from collections.abc import Iterable, Sequence

from caredesk.people.fhir.periods import At
from caredesk.people.fhir.remarks import Remarks, tell_state, why_left_out
from caredesk.people.rules.names import FullName
from caredesk.wire.fhir.datatypes import HumanName

_LEGAL_FIRST = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")
_STATES = ("holds", "ended", "later")


def read_names(names: Sequence[HumanName], at: At, remarks: Remarks) -> FullName:
    """The name that all of them make; those without a place in it are told."""
    legal = _legal_name(names, at)
    family, given = _family_and_given(legal, remarks)
    preferred, former = _called(names, legal, at), _former(names, family, at)
    _tell_names(names, (legal, preferred, former), at, remarks)
    return FullName(
        family=family,
        given=given[0] if given else "",
        middle=" ".join(given[1:]),
        preferred=_preferred_name(preferred, legal),
        former_family=former.family if former else "",
        suffix=" ".join(legal.suffix),
    )


def _legal_name(names: Sequence[HumanName], at: At) -> HumanName:
    """The official name that holds, or else the next best."""
    named = [each for each in names if each.family or each.text] or list(names)
    return min(
        named, key=lambda each: (_STATES.index(at.state(each.period)), _LEGAL_FIRST.index(each.use))
    )


def _family_and_given(name: HumanName, remarks: Remarks) -> tuple[str, tuple[str, ...]]:
    if name.family:
        return name.family, name.given
    if not name.text:
        remarks.append(("name", "has no family name; the given name stands in its place"))
        return " ".join(name.given), ()
    remarks.append(("name", f"has no family name; read from '{name.text[:60]}'"))
    before, comma, after = name.text.partition(",")
    if comma:
        return before.strip(), tuple(after.split())
    parts = name.text.split()
    return parts[-1], tuple(parts[:-1])


def _called(names: Iterable[HumanName], legal: HumanName, at: At) -> HumanName | None:
    """The name that the patient goes by."""
    named = [each for each in names if each.given and each is not legal]
    called = [each for each in named if each.use == "nickname"]
    called += [each for each in named if each.use == "usual"]
    return next((each for each in called if at.state(each.period) == "holds"), None)


def _preferred_name(called: HumanName | None, legal: HumanName) -> str:
    if called is None or called.given == legal.given:
        return ""
    return " ".join(called.given)


def _former(names: Iterable[HumanName], family: str, at: At) -> HumanName | None:
    """The maiden name, or else one that has ended."""
    former = [
        each for each in names if each.use in ("maiden", "old") or at.state(each.period) == "ended"
    ]
    former.sort(key=lambda each: each.use != "maiden")
    return next((each for each in former if each.family not in ("", family)), None)


def _tell_names(
    names: Sequence[HumanName], kept: Sequence[HumanName | None], at: At, remarks: Remarks
) -> None:
    """A legal, a preferred and a former name have a place here, any others have not."""
    for number, each in enumerate(names):
        element, state = f"name[{number}]", at.state(each.period)
        shown = (each.text or " ".join(filter(None, (*each.given, each.family))))[:60]
        what = f"'{shown}' ({each.use or 'no use'})"
        is_kept = any(each is one for one in kept)
        if is_kept and state == "holds":
            tell_state(what, element, state, each.period, remarks)
        elif not is_kept and not _says_nothing_else(each, kept):
            remarks.append((element, f"{what} {why_left_out(state, each.period)}"))


def _says_nothing_else(name: HumanName, kept: Iterable[HumanName | None]) -> bool:
    same = (each for each in kept if each is not None)
    return any((each.family, each.given) == (name.family, name.given) for each in same)
