"""A dry run beside a desk at work: it holds nothing that anybody else would wait for."""

import argparse
from pathlib import Path
from typing import Any

import psycopg
import pytest

from caredesk.interfaces.importing import command
from caredesk.interfaces.importing.screen import Screen
from caredesk.people.models import Patient

ROWS = "record_number,family,given,birth_date,sex\n" + "".join(
    f"{n},Family{n},Given{n},19{n}0-01-01,f\n" for n in range(1, 5)
)


class Watching(Screen):
    """Looks from another connection at what is held, between one thing and the next."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.looked, self.said = address, 0, ""

    def say(self, line: str) -> None:
        self.said += f"{line}\n"

    def progress(self, doing: str, done: int, of: int) -> None:
        with psycopg.connect(self.address) as other:
            other.execute("SELECT FROM people_patient FOR UPDATE NOWAIT")
            held = other.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                " AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)"
            ).fetchone()
            assert held == (0,)
        self.looked += 1


@pytest.mark.usefixtures("committed_db")
def test_it_holds_no_lock_and_no_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, addresses: Any
) -> None:
    path = tmp_path / "a.csv"
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    said = []
    for rows, *words in ((ROWS,), (ROWS.replace("-01,f", "-01,m"), "--dry-run")):
        path.write_text(rows)
        screen = Watching(addresses.application)
        monkeypatch.setattr(command, "Screen", lambda screen=screen: screen)
        given = [str(path), "--report", str(tmp_path / "report.csv"), *words]
        assert command.run(parser.parse_args(given)) == 0
        assert screen.looked > len(ROWS.splitlines()) - 1
        said.append(screen.said)
    assert "Patient: 4 added" in said[0]
    assert "Patient: 4 updated" in said[1]
    assert set(Patient.objects.values_list("sex", flat=True)) == {"female"}
