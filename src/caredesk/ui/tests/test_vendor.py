"""What is vendored is what its record says, and what is generated is what its program makes."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from caredesk.ui import places

ROOM = Path(__file__).parents[1]
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|hx-on|js:")
RECORD = json.loads((ROOM / "vendor.json").read_text())


@pytest.mark.parametrize("entry", RECORD, ids=lambda entry: entry["file"])
def test_vendored_file(entry: dict[str, str]) -> None:
    content = (ROOM / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert (ROOM / entry["licence_text"]).read_text().strip()


def test_nothing_is_vendored_without_a_record() -> None:
    found = {
        str(path.relative_to(ROOM))
        for folder in ("static/ui/vendor", "tests/vendor")
        for path in (ROOM / folder).iterdir()
        if "LICENSE" not in path.name
    }
    assert found == {entry["file"] for entry in RECORD}


def test_the_places_of_the_board_are_generated() -> None:
    written = (ROOM / "static/ui/css/places.css").read_text()
    assert written == places.stylesheet()


def test_no_style_or_script_stands_in_a_page() -> None:
    """The Content-Security-Policy would stop it without a word."""
    for path in ROOM.parent.glob("*/templates/**/*.html"):
        text = path.read_text()
        assert not re.search(
            r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|hx-on|js:", text
        ), path


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (ROOM / "static/ui/icons.svg").read_text()))
    for path in ROOM.parent.glob("*/templates/**/*.html"):
        named = set(re.findall(r'{% (?:icon|mark) "(\w+)" %}', path.read_text()))
        assert named <= drawn, path
