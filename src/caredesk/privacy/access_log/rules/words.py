"""What stands in the log, as a person says it: opened the page of, saw in a list, changed phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

KINDS = {
    "look": "Looked",
    "change": "Changed",
    "print": "Printed",
    "export": "Exported",
    "download": "Downloaded",
    "refusal": "Was refused",
    "sign-in": "Signed in",
    "sign-in failed": "Could not sign in",
    "sign-out": "Signed out",
    "lock": "Locked",
    "unlock": "Unlocked",
    "failed-unlock": "Could not unlock",
    "switch": "Changed places",
}

_AT_THE_DOOR = (
    *("sign-in", "sign-in failed", "sign-out"),
    *("lock", "unlock", "failed-unlock", "switch"),
)

# With what somebody could not sign in.
_TYPED = {
    "password": "a wrong password",
    "authenticator app": "a wrong code of the authenticator app",
    "recovery code": "a wrong recovery code",
    "passkey": "a passkey that does not fit",
    "password during a wait": "a password during a wait",
    "code during a wait": "a code during a wait",
}

DOORS = {"page": "the screen", "json": "a program", "command": "the server", "job": "a job"}

# The pages about somebody by the name of their address: what was opened, whose follows.
_PAGES = {
    "people:patient": "page",
    "people:details": "details",
    "people:death": "form for a death",
    "people:relative": "relatives",
    "people:new_phone": "phones",
    "people:new_email": "e-mail addresses",
    "people:new_address": "addresses",
    "people:new_relative": "relatives",
    "people:new_alert": "notes",
    "people:documents": "documents",
    "people:document": "document",
    "people:document_withdrawal": "documents",
    "scheduling:visits": "visits",
    "scheduling:appointment": "visit",
    "scheduling:new_appointment": "booking of a visit",
    "scheduling:new_appointment_time": "booking of a visit",
    "scheduling:times": "visit, to move it",
    "scheduling:new_time": "visit, to move it",
    "scheduling:cancellation": "visit, to cancel it",
    "privacy:patient_log": "record of access",
    "privacy:finding": "unusual access",
    "privacy:disclosures": "disclosures",
    "privacy:new_disclosure": "disclosures",
    "privacy:suspension": "disclosures",
    "privacy:accounting": "account of disclosures",
}

# The lists: in what somebody was seen.
_LISTS = {
    "desk:day": "the day",
    "desk:today": "the day",
    "desk:home": "the day",
    "desk:find": "a search",
    "desk:find_options": "a search",
    "desk:new_visit": "a search for free times",
    "people:list": "the list of patients",
    "people:new": "a registration, as a likely duplicate",
    "register_patient": "a registration, as a likely duplicate",
    "ui:drafts": "the forms left open",
    "privacy:colleague_log": "the record of a colleague",
    "privacy:entry": "an entry of the record",
    "privacy:unusual": "the list of unusual access",
    "privacy:export": "an export of the record",
    "audit export": "an export of the record",
}

# Before a restricted patient, or a piece that is restricted, stands the way to see it for a time.
_MARKS = {"people:glass", "people:piece_glass"}
_PAGES |= dict.fromkeys(_MARKS, "way past a restriction")

_DONE = {
    "add": "added",
    "admit": "admitted",
    "book": "booked",
    "break": "broke",
    "cancel": "cancelled",
    "change": "changed",
    "check": "checked",
    "correct": "corrected",
    "demand": "demanded",
    "drop": "threw away",
    "end": "ended",
    "escalate": "escalated",
    "expire": "threw away",
    "give": "gave",
    "grant": "granted",
    "hold": "held",
    "import": "imported",
    "keep": "kept",
    "lift": "lifted",
    "link": "linked",
    "make": "made",
    "map": "mapped",
    "mend": "mended",
    "merge": "merged",
    "move": "moved",
    "name": "named",
    "note": "noted",
    "open": "opened",
    "prove": "proved who it is",
    "raise": "raised",
    "record": "recorded",
    "register": "registered",
    "reinstate": "reinstated",
    "release": "released",
    "remove": "removed",
    "reopen": "opened again",
    "replace": "replaced",
    "reset": "reset",
    "restore": "restored",
    "restrict": "restricted",
    "retract": "took back",
    "review": "reviewed",
    "revoke": "revoked",
    "rewrap": "wrapped anew",
    "set": "set",
    "settle": "settled",
    "sign": "signed",
    "suspend": "suspended",
    "take": "took",
    "undo": "undid",
    "unsettle": "opened again",
    "withdraw": "withdrew",
}


# What the screens call by another name than the actions do.
_DESK_WORDS = {"appointment": "visit", "alert": "note", "accounting": "account"}


# Which file was not kept.
_FILES = {
    "upload: too large": "a file that is too large",
    "upload: wrong type": "a file of a kind that is not taken",
    "upload: damaged": "a damaged file",
    "upload: bomb": "a file that would fill the memory of whoever opens it",
    "upload: two in one": "a file that is two in one",
    "upload: unsafe": "a file with something dangerous in it",
    "upload: locked": "a file that is locked with a password",
    "upload: infected": "a file that holds malware",
    "upload: scanner down": "a file, as the virus scanner did not answer",
}


@dataclass(frozen=True, slots=True)
class Said:
    """`verb` and `what` of an entry; `joint` stands before the patient, if one follows."""

    verb: str
    what: str = ""
    joint: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.verb, self.what]))

    def about(self, name: str) -> str:
        return " ".join(filter(None, [self.verb, self.what, self.joint, name]))


def said(kind: str, name: str, *, is_about: bool) -> Said:
    """The words for an entry. `is_about` says whether the page was the patient's own."""
    if kind == "change":
        return _change(name)
    if kind in _AT_THE_DOOR:
        what = f"with {_TYPED.get(name, name)}" if kind == "sign-in failed" else ""
        return Said(KINDS[kind].lower(), what)
    if kind == "refusal" and name in _FILES:
        return Said("was refused", _FILES[name], "for")
    verbs = {
        "look": "opened" if is_about else "saw",
        "print": "printed",
        "export": "exported",
        "download": "downloaded",
        "refusal": "was refused",
    }
    verb = verbs.get(kind, kind.replace("-", " "))
    if kind == "refusal" or (is_about and not is_mark(name)):
        return Said(verb, f"the {page_words(name)}", "of")
    return _in_passing(kind, name, verb)


def _in_passing(kind: str, name: str, verb: str) -> Said:
    """Who only stood there, or only by the mark of a restriction."""
    if is_mark(name):
        seen = "saw" if kind == "look" else verb
        return Said(seen, "only that there is a restriction", "on")
    if kind == "look":
        return Said(verb, f"in {page_words(name)}")
    return Said(verb, page_words(name), "with")


def page_words(name: str) -> str:
    """The page by the name of its address: never more than the address says."""
    known = _PAGES.get(name) or _LISTS.get(name)
    return known or f"page “{name.rpartition(':')[2].replace('_', ' ')}”"


def is_list(name: str) -> bool:
    return name in _LISTS


def is_mark(name: str) -> bool:
    """Whether this page says of somebody that there is a restriction, and no more."""
    return name in _MARKS


def _change(name: str) -> Said:
    verb, _, what = name.partition("_")
    done = _DONE.get(verb)
    words = " ".join(_DESK_WORDS.get(each, each) for each in what.split("_"))
    return Said(done, words, "of") if done else Said("did", name.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Changed:
    """One value of one row, before and after; "" where there was or is none."""

    field: str
    was: str
    now: str


def changed_values(change: Mapping[str, Any]) -> list[Changed]:
    """What was written of one row, field by field, in the order of their names."""
    was, now = change.get("was") or {}, change.get("now") or {}
    return [
        Changed(name.replace("_", " "), _shown(was.get(name)), _shown(now.get(name)))
        for name in sorted({*was, *now})
    ]


def table_words(table: str) -> str:
    """people_phone is a phone."""
    return table.partition("_")[2].replace("_", " ") or table


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    return str(value)


def reasons(rule: str, facts: Mapping[str, Any], clock: Callable[[time], str]) -> str:
    """Why a finding is one, in numbers. `clock` writes an hour as every page does."""
    if rule == "many":
        return f"{facts['charts']} charts, usually about {facts['usual']} a day"
    if rule == "hours":
        hours = ", ".join(f"{clock(time(each))}" for each in facts["hours"])
        charts = facts["charts"]
        return f"{charts} chart{'' if charts == 1 else 's'} in the hour from {hours}"
    times = facts.get("times", 1)
    often = "once" if times == 1 else f"{times} times"
    did = ", and changed something" if facts.get("has_changed") else ", and changed nothing"
    return f"{often} that day{did}"
