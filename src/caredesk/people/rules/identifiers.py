"""How a number under which others know a patient is told: by its common name, and who gave it."""

from urllib.parse import urlsplit

SSN_SYSTEM = "http://hl7.org/fhir/sid/us-ssn"
_LICENSES = "urn:oid:2.16.840.1.113883.4.3."

# HL7 v2 table 0203, those that a practice meets.
_NAMES = {
    "DL": "Driver's license",
    "MA": "Medicaid number",
    "MB": "Member number",
    "MC": "Medicare number",
    "MR": "Record number",
    "NI": "National identifier",
    "PI": "Patient number",
    "PPN": "Passport",
    "SB": "Social security number",
    "SS": "Social security number",
}

# FIPS 5-2, by which HL7 numbers the registers of driver's licenses.
_STATES = dict(
    each.split(" ", 1)
    for each in (
        "1 Alabama;2 Alaska;4 Arizona;5 Arkansas;6 California;8 Colorado;9 Connecticut;10 Delaware;"
        "11 District of Columbia;12 Florida;13 Georgia;15 Hawaii;16 Idaho;17 Illinois;18 Indiana;"
        "19 Iowa;20 Kansas;21 Kentucky;22 Louisiana;23 Maine;24 Maryland;25 Massachusetts;"
        "26 Michigan;27 Minnesota;28 Mississippi;29 Missouri;30 Montana;31 Nebraska;32 Nevada;"
        "33 New Hampshire;34 New Jersey;35 New Mexico;36 New York;37 North Carolina;"
        "38 North Dakota;39 Ohio;40 Oklahoma;41 Oregon;42 Pennsylvania;44 Rhode Island;"
        "45 South Carolina;46 South Dakota;47 Tennessee;48 Texas;49 Utah;50 Vermont;51 Virginia;"
        "53 Washington;54 West Virginia;55 Wisconsin;56 Wyoming"
    ).split(";")
)


def called(system: str, type: str) -> str:
    """Social security number, Driver's license; what the sender called it; else Number."""
    if system == SSN_SYSTEM:
        return _NAMES["SS"]
    return _NAMES.get(type.upper(), type) or "Number"


def shown(system: str, type: str, value: str) -> str:
    """The number; of a social security number only its end, which is enough to compare."""
    if called(system, type) != _NAMES["SS"]:
        return value
    digits = "".join(each for each in value if each.isdigit())
    return f"ends in {digits[-4:]}" if len(digits) > 4 else "on record"


def issuer(system: str) -> str:
    """Who gave it: the state of a driver's license, the host of an address, else nobody known."""
    if system == SSN_SYSTEM:
        return ""
    if system.startswith(_LICENSES):
        return _STATES.get(system.removeprefix(_LICENSES), "")
    return urlsplit(system).hostname or "" if "://" in system else ""
