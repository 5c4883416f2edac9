"""What a validator found, in the user's words."""

from typing import Any

from pydantic import ValidationError

from caredesk.kernel.errors import Problem, Refused

_WORDS = {
    "json_invalid": "This is not JSON, or it is nested too deeply.",
    "missing": "This is needed.",
    "extra_forbidden": "This is not known here. Leave it out.",
    "string_too_short": "This is needed.",
    "string_too_long": "At most {max_length} characters, please: this has {length}.",
    "string_type": "This must be text.",
    "uuid_parsing": "This is not an id.",
    "uuid_type": "This is not an id.",
    "date_from_datetime_parsing": "This is not a date. Write it like 2026-11-24.",
    "date_parsing": "This is not a date. Write it like 2026-11-24.",
    "date_type": "This is not a date. Write it like 2026-11-24.",
    "datetime_parsing": "This is not a time. Write it like 2026-11-24T09:20:00-05:00.",
    "datetime_from_date_parsing": "This is not a time. Write it like 2026-11-24T09:20:00-05:00.",
    "timezone_aware": "Say which time zone: write it like 2026-11-24T09:20:00-05:00.",
    "int_parsing": "This must be a whole number.",
    "timezone_naive": "Leave the time zone out: this is what the clock at the site shows.",
    "time_parsing": "This is not a time of day. Write it like 09:20.",
    "time_type": "This is not a time of day. Write it like 09:20.",
    "datetime_type": "This is not a time. Write it like 2026-11-24T09:20:00-05:00.",
    "int_from_float": "This must be a whole number.",
    "int_type": "This must be a whole number.",
    "bool_parsing": "This must be yes or no.",
    "bool_type": "This must be yes or no.",
    "list_type": "This must be a list.",
    "greater_than_equal": "This must be {ge} or more.",
    "greater_than": "This must be more than {gt}.",
    "less_than_equal": "This must be {le} or less.",
    "literal_error": "This must be one of {expected}.",
    "enum": "This must be one of {expected}.",
    "too_long": "At most {max_length}, please.",
    "too_short": "At least {min_length}, please.",
}


def refuse_input(error: ValidationError) -> Refused:
    """One problem a field, at the field's path ("phones.0.number"); never the typed value."""
    problems = [_problem(dict(each)) for each in error.errors(include_url=False)]
    return Refused("Some of this cannot be used yet.", problems=problems)


def _problem(found: dict[str, Any]) -> Problem:
    context = dict(found.get("ctx", {}))
    if isinstance(found.get("input"), str):
        context["length"] = f"{len(found['input']):,}"
    words = _WORDS.get(found["type"], str(found["msg"]))
    try:
        message = words.format(**context)
    except (KeyError, IndexError, ValueError):
        message = words
    return Problem(".".join(str(part) for part in found["loc"]), message)
