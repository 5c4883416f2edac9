"""What is told of an import."""

from pathlib import Path

from caredesk.interfaces.importing.report import SHOWN_AT_MOST, Grade, Outcome, Report
from caredesk.interfaces.importing.tables import COLUMNS

DOCS = Path(__file__).parents[5] / "docs" / "import.md"


def test_what_is_alike_is_told_together_but_each_refusal_alone() -> None:
    report = Report()
    for n in range(3):
        place = f"Bundle.entry[{n}].resource.telecom"
        report.tell(Grade.WARNING, "Patient", f"{n}.json", place, f"'555-{n}' is kept as typed.")
        report.tell(Grade.REFUSED, "Patient", f"{n}.json", f"row {n}, family", "is needed")
    report.count("Patient", Outcome.REFUSED, 3)
    assert report.lines() == [
        "Patient: 3 refused",
        "refused: 0.json: row 0, family: is needed",
        "refused: 1.json: row 1, family: is needed",
        "refused: 2.json: row 2, family: is needed",
        "warning: 0.json: Bundle.entry[0].resource.telecom: '555-0' is kept as typed. "
        "(and 2 more like this)",
    ]


def test_a_long_report_is_cut_on_the_screen_and_whole_in_the_file(tmp_path: Path) -> None:
    report = Report()
    for n in range(SHOWN_AT_MOST + 5):
        report.tell(Grade.REFUSED, "Patient", "a.csv", f"row {n}", "is needed")
    assert report.lines()[-1] == "... and 5 more in the report"
    report.write(tmp_path / "report.csv")
    assert len((tmp_path / "report.csv").read_text().splitlines()) == SHOWN_AT_MOST + 6


def test_no_cell_is_taken_for_a_formula(tmp_path: Path) -> None:
    report = Report()
    report.tell(Grade.REFUSED, "Patient", "=cmd.csv", "+row", "@message")
    report.write(tmp_path / "report.csv")
    assert "refused,Patient,'=cmd.csv,'+row,'@message" in (tmp_path / "report.csv").read_text()


def test_the_documentation_names_every_column() -> None:
    told = DOCS.read_text()
    for name, others in COLUMNS.items():
        assert f"| `{name}` | {', '.join(others)} |" in told
