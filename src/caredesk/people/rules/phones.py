"""Telephone numbers: read with libphonenumber, kept as E.164, found by digits."""

import re
from dataclasses import dataclass

import phonenumbers

HOME = "US"
_DIGITS = re.compile(r"\d")
_TYPED = re.compile(r"\s*\+?[\d\s().\-/]*\d[\d\s().\-/]*(?:(?:x|ext\.?)\s*\d+\s*)?", re.IGNORECASE)

_WHAT_TO_DO = {
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "Add the area code.",
    phonenumbers.ValidationResult.TOO_SHORT: "Some digits are missing: ten are needed.",
    phonenumbers.ValidationResult.TOO_LONG: "There are too many digits: ten are needed.",
    phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "Check the country code after the +.",
    phonenumbers.ValidationResult.INVALID_LENGTH: "The number of digits is not right: count again.",
}


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number as it was read. `e164` is empty where it cannot be called as it stands."""

    as_typed: str
    e164: str = ""
    extension: str = ""
    warning: str = ""

    @property
    def digits(self) -> str:
        """What is searched from the beginning: the national number."""
        return national_digits(self.e164) if self.e164 else only_digits(self.as_typed)[:15]

    @property
    def reversed_digits(self) -> str:
        """What is searched from the end."""
        return (only_digits(self.e164) or only_digits(self.as_typed)[:15])[::-1]


def read_phone(text: str, region: str = HOME) -> PhoneNumber:
    """Read a number from anywhere; what is wrong with it is its `warning`, and it is kept."""
    typed = " ".join(text.split())[:200]
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return PhoneNumber(typed, warning="This is not a telephone number.")
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return PhoneNumber(typed, warning=_WHAT_TO_DO.get(reason, "Check the number."))
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    extension = (number.extension or "")[:20]
    warning = "" if phonenumbers.is_valid_number(number) else _not_in_use(number)
    return PhoneNumber(typed, e164, extension, warning)


def show(e164: str, extension: str = "") -> str:
    """As it is read out at the desk: "(415) 555-0123", with the country elsewhere."""
    number = phonenumbers.parse(e164, HOME)
    at_home = number.country_code == phonenumbers.country_code_for_region(HOME)
    kind = phonenumbers.PhoneNumberFormat.NATIONAL
    if not at_home:
        kind = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    shown = phonenumbers.format_number(number, kind)
    return f"{shown} ext. {extension}" if extension else shown


def only_digits(text: str) -> str:
    return "".join(str(int(digit)) for digit in _DIGITS.findall(text))


def national_digits(e164: str) -> str:
    if e164.startswith("+1"):
        return e164[2:]
    number = phonenumbers.parse(e164, None)
    return phonenumbers.national_significant_number(number)


def looks_like_phone(text: str) -> bool:
    """Whether what somebody types can be (the beginning or the end of) a number."""
    return bool(_TYPED.fullmatch(text)) and len(only_digits(text)) >= 3


def beginnings(digits: str) -> tuple[str, ...]:
    """How national numbers may begin when these digits were typed (1 and 0 are dialled before)."""
    found = [digits]
    if digits.startswith("1") and len(digits) > 3:
        found.append(digits[1:])
    if digits.startswith("0"):
        found.append(digits.lstrip("0"))
    return tuple(dict.fromkeys(each for each in found if len(each) >= 3))


def reversed_ends(digits: str) -> str:
    """The typed digits as the beginning of a reversed number."""
    return digits.lstrip("0")[::-1]


def _not_in_use(number: phonenumbers.PhoneNumber) -> str:
    area = phonenumbers.national_significant_number(number)[:3]
    if number.country_code == 1:
        return f"No telephone has this number: check the area code {area}."
    return "No telephone has this number: check the digits."
