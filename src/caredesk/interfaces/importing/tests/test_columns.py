"""Patients from a CSV: how it may be written, and each thing that can be wrong in it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caredesk.interfaces.importing.columns import Row, read_rows
from caredesk.interfaces.importing.tables import Table
from caredesk.wire.fhir.dates import PartialDate
from caredesk.wire.fhir.files import Unreadable
from caredesk.wire.fhir.patient import INTERPRETER, PRONOUNS, Patient

HEADER = "record_number,family,given,birth_date,sex"


def read(folder: Path, text: str | bytes, **how: bool) -> tuple[list[Row], Table]:
    path = folder / "patients.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    table = Table()
    return list(read_rows(path, table, "urn:old", **how)), table


def only(folder: Path, text: str, **how: bool) -> Patient:
    rows, _ = read(folder, text, **how)
    (row,) = rows
    assert row.patient is not None, row.flaws
    return row.patient


def flaws(folder: Path, row: str, header: str = HEADER, **how: bool) -> list[str]:
    rows, _ = read(folder, f"{header}\n{row}\n", **how)
    assert rows[0].patient is None
    return [str(flaw) for flaw in rows[0].flaws]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_delimiters_and_encodings(
    tmp_path: Path, delimiter: str, encoding: str, ending: str
) -> None:
    lines = [
        delimiter.join(["Last Name", "First name", "DOB"]),
        delimiter.join(["Ordóñez", '"Ana, María"', "3/7/1974"]),
    ]
    rows, table = read(tmp_path, (ending.join(lines) + ending).encode(encoding))
    (row,) = rows
    assert row.patient is not None
    assert (row.number, row.patient.names[0].family) == (2, "Ordóñez")
    assert row.patient.names[0].given == ("Ana, María",)
    assert row.patient.birth_date == PartialDate(1974, 3, 7)
    told = [str(note) for note in table.notes]
    assert told == (["file: is not UTF-8; read as Windows-1252"] if encoding == "cp1252" else [])


def test_everything_that_a_row_can_say(tmp_path: Path) -> None:
    patient = only(
        tmp_path,
        "MRN,surname,forename,middle initial,goes by,maiden name,date of birth,gender,pronouns,"
        "cell,home phone,e-mail,street,apartment,town,province,zip,preferred language,"
        "interpreter,date of death\n"
        "77,Reyes,Ana,M,Anita,Soto,1974-03,F,she/her,602-555-0101,555-0102,ana@example.org,"
        "1 Elm St,Apt 2,Mesa,AZ,85201,Spanish,yes,2024\n",
    )
    assert [(each.system, each.value, each.type_code) for each in patient.identifiers] == [
        ("urn:old", "77", "MR")
    ]
    assert [(name.use, name.family, name.given) for name in patient.names] == [
        ("official", "Reyes", ("Ana", "M")),
        ("nickname", "", ("Anita",)),
        ("maiden", "Soto", ()),
    ]
    assert (patient.gender, patient.birth_date) == ("female", PartialDate(1974, 3))
    assert patient.deceased == PartialDate(2024)
    assert [(each.system, each.use, each.value) for each in patient.telecom] == [
        ("phone", "mobile", "602-555-0101"),
        ("phone", "home", "555-0102"),
        ("email", "", "ana@example.org"),
    ]
    (address,) = patient.addresses
    assert (address.lines, address.city, address.state, address.postal_code) == (
        ("1 Elm St", "Apt 2"),
        "Mesa",
        "AZ",
        "85201",
    )
    assert [(each.code, each.preferred) for each in patient.communications] == [("es", True)]
    interpreter, pronouns = patient.extension(*INTERPRETER), patient.extension(*PRONOUNS)
    assert interpreter is not None
    assert interpreter.value is True
    assert pronouns is not None
    assert pronouns.value == {"text": "she/her"}


@pytest.mark.parametrize(
    ("typed", "day_first", "born"),
    [
        ("1974-03-07", False, PartialDate(1974, 3, 7)),
        ("1974-03", False, PartialDate(1974, 3)),
        ("1974", False, PartialDate(1974)),
        ("3/7/1974", False, PartialDate(1974, 3, 7)),
        ("3/7/1974", True, PartialDate(1974, 7, 3)),
        ("03.07.1974", True, PartialDate(1974, 7, 3)),
        ("12-31-1974", False, PartialDate(1974, 12, 31)),
    ],
)
def test_dates_of_birth(tmp_path: Path, typed: str, day_first: bool, born: PartialDate) -> None:
    patient = only(tmp_path, f"{HEADER}\n1,R,A,{typed},f\n", day_first=day_first)
    assert patient.birth_date == born


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("1,,Ana,1974-03-07,f", ["row 2, family: is needed"]),
        ("1,Reyes,Ana,,f", ["row 2, birth_date: is needed"]),
        (
            "1,Reyes,Ana,1974-13-02,f",
            ["row 2, birth_date: '1974-13-02' is not a date: write it like 1974-03-07 or 3/7/1974"],
        ),
        (
            "1,Reyes,Ana,31/12/1974,f",
            [
                "row 2, birth_date: '31/12/1974' is not a date (month/day/year); "
                "if the day comes first, say --day-first"
            ],
        ),
        (
            "1,Reyes,Ana,3/7/74,f",
            ["row 2, birth_date: '3/7/74' is not a date: write the year with four digits"],
        ),
        (
            f"1,{'R' * 10_000},Ana,1974-03-07,f",
            ["row 2, family: has 10,000 characters; at most 200 are kept"],
        ),
        (
            "1,Re\x07yes,Ana,1974-03-07,f",
            ["row 2, family: holds a character that cannot be shown"],
        ),
        ("1,Reyes,Ana,1974-03-07,f,more", ["row 2: has 6 cells, but the header names 5 columns"]),
        (
            '1,"Reyes"x,Ana,1974-03-07,f',
            ["row 2: cannot be read (',' expected after '\"'); nor can the rows after it"],
        ),
        (
            '1,"Reyes,Ana,1974-03-07,f',
            ["row 2: cannot be read (unexpected end of data); nor can the rows after it"],
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_row_and_column(
    tmp_path: Path, row: str, told: list[str]
) -> None:
    assert flaws(tmp_path, row) == told


def test_a_bad_row_does_not_stop_the_good_ones(tmp_path: Path) -> None:
    text = f"{HEADER}\n1,A,A,1974,f\n\n2,,B,1975,m\n,,,,\n3,C,C,1976,x\n"
    rows, _ = read(tmp_path, text)
    assert [(row.number, row.patient is not None) for row in rows] == [
        (2, True),
        (4, False),
        (6, True),
    ]


def test_what_is_odd_is_told_and_the_rest_is_used(tmp_path: Path) -> None:
    header = f"{HEADER},language,interpreter"
    rows, _ = read(tmp_path, f"{header}\n1,Reyes,Ana,1974,lady,Klingonese!,maybe\n")
    assert rows[0].patient is not None
    assert rows[0].patient.gender == "unknown"
    assert [str(flaw) for flaw in rows[0].flaws] == [
        "row 2, sex: 'lady' is not known here; kept as unknown",
        "row 2, language: 'Klingonese!' is not a language that is known here; left out",
        "row 2, interpreter: 'maybe' is not known here; kept as no",
    ]


def test_columns_that_are_not_known_are_told_once(tmp_path: Path) -> None:
    _, table = read(tmp_path, "family,birth_date,Shoe size\nR,1974,38\nS,1975,39\n")
    assert [str(note) for note in table.notes] == [
        "column 'Shoe size': is not known here; left out"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,c\n1,2,3\n", "its first line names no column that is known here"),
        ("given,phone\nAna,1\n", "has no column for family and birth_date"),
        (
            "family,birth_date,phone,Telephone\n",
            "has several columns for phone: 'phone', 'Telephone'",
        ),
        ("", "is empty"),
        ("<html>", "is HTML or XML, not what its name says"),
        (b"PK\x03\x04rest", "is a ZIP archive, not what its name says"),
        (b"family,birth_date\n\x81\x8d", "is neither UTF-8 nor Windows-1252 (at byte 18)"),
        ("family,birth_date".encode("utf-16"), "is written in UTF-16; save it as UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read(tmp_path, text)
    assert str(raised.value).startswith(message)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(rubbish=st.text(max_size=80) | st.binary(max_size=80))
def test_no_rows_break_the_reading(tmp_path: Path, rubbish: str | bytes) -> None:
    body = rubbish.encode("utf-8", "replace") if isinstance(rubbish, str) else rubbish
    try:
        rows, _ = read(tmp_path, HEADER.encode() + b"\n" + body)
    except Unreadable:
        return
    assert all(row.patient is not None or row.flaws for row in rows)
