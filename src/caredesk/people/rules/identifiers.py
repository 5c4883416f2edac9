"""What numbers from elsewhere are called at the desk, and how much of them is shown."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_SOCIAL_SECURITY = ("http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1")
_LICENCES = "urn:oid:2.16.840.1.113883.4.3."
"""Of driver's licences; the last number is the state's."""

_NAMES = {
    "DL": "Driver's licence",
    "PPN": "Passport",
    "MR": "Record number",
    "MC": "Medicare number",
    "MA": "Medicaid number",
    "NPI": "National provider number",
    "MB": "Member number",
}

_STATES = {
    "1": "Alabama",
    "2": "Alaska",
    "4": "Arizona",
    "5": "Arkansas",
    "6": "California",
    "8": "Colorado",
    "9": "Connecticut",
    "10": "Delaware",
    "11": "District of Columbia",
    "12": "Florida",
    "13": "Georgia",
    "15": "Hawaii",
    "16": "Idaho",
    "17": "Illinois",
    "18": "Indiana",
    "19": "Iowa",
    "20": "Kansas",
    "21": "Kentucky",
    "22": "Louisiana",
    "23": "Maine",
    "24": "Maryland",
    "25": "Massachusetts",
    "26": "Michigan",
    "27": "Minnesota",
    "28": "Mississippi",
    "29": "Missouri",
    "30": "Montana",
    "31": "Nebraska",
    "32": "Nevada",
    "33": "New Hampshire",
    "34": "New Jersey",
    "35": "New Mexico",
    "36": "New York",
    "37": "North Carolina",
    "38": "North Dakota",
    "39": "Ohio",
    "40": "Oklahoma",
    "41": "Oregon",
    "42": "Pennsylvania",
    "44": "Rhode Island",
    "45": "South Carolina",
    "46": "South Dakota",
    "47": "Tennessee",
    "48": "Texas",
    "49": "Utah",
    "50": "Vermont",
    "51": "Virginia",
    "53": "Washington",
    "54": "West Virginia",
    "55": "Wisconsin",
    "56": "Wyoming",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A number as the desk reads it: what it is, as much of it as may be seen, and whose."""

    name: str
    shown: str
    whose: str = ""


def named(system: str, value: str, type: str) -> Named:
    """By its common name; of a social security number the last four figures alone."""
    if type == "SS" or system in _SOCIAL_SECURITY:
        return Named("Social security number", f"ending {value[-4:]}")
    if system.startswith(_LICENCES):
        state = _STATES.get(system.removeprefix(_LICENCES).lstrip("0"), "")
        return Named(", ".join(filter(None, [_NAMES["DL"], state])), value)
    if type == "PPN":
        return Named(_NAMES["PPN"], value)
    return Named(_NAMES.get(type, type or "Number"), value, _host(system))


def _host(system: str) -> str:
    """Who gives the numbers out; of an address without a host nothing that one could read."""
    try:
        return (urlsplit(system).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
