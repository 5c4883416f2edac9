"""What was published stays readable, and what a newer release wrote stops nobody."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.db import connection

from caredesk.kernel import event_log
from caredesk.kernel.deeds import as_json
from caredesk.kernel.events import Event, UnreadableEvent, read_event
from caredesk.kernel.ids import new_id

WRITTEN = """INSERT INTO kernel_event (id, name, version, body, actor, deed)
VALUES (%s, %s, %s, %s::jsonb, %s, %s)"""


@dataclass(frozen=True)
class KettleBoiled(Event):
    """Its first version counted cups."""

    version: ClassVar[int] = 2
    litres: float

    @classmethod
    def of_older(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:
        return {"litres": body["cups"] / 4}


def test_an_older_row_is_read_in_todays_words() -> None:
    assert read_event("KettleBoiled", 2, {"litres": 1.5}) == KettleBoiled(1.5)
    assert read_event("KettleBoiled", 1, {"cups": 2}) == KettleBoiled(0.5)


@pytest.mark.parametrize(
    ("name", "version", "body"),
    [("KettleBoiled", 3, {"litres": 1}), ("PotCooled", 1, {}), ("KettleBoiled", 2, {"cups": 2})],
)
def test_what_this_release_cannot_read_is_named_without_its_body(
    name: str, version: int, body: dict[str, Any]
) -> None:
    with pytest.raises(UnreadableEvent, match=f"^{name} of version {version} cannot be read"):
        read_event(name, version, body)


def test_a_new_version_must_say_how_the_older_are_read() -> None:
    with pytest.raises(TypeError, match="read its older rows"):

        class KettleSang(Event):
            version: ClassVar[int] = 2


def test_a_reader_passes_over_what_a_newer_release_wrote(
    committed_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    start = event_log.newest()
    for name, version, body in (
        ("KettleBoiled", 2, {"litres": 1}),
        ("PotCooled", 1, {}),
        ("PotCooled", 1, {}),
        ("KettleBoiled", 2, {"litres": 2}),
    ):
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN, [new_id(), name, version, as_json(body), new_id(), new_id()])
    events, position = event_log.read_after(start)
    assert events == [KettleBoiled(1), KettleBoiled(2)]
    assert event_log.read_after(position) == ([], position)
    assert [each.getMessage() for each in caplog.records] == [
        "the event log: PotCooled of version 1 cannot be read by this release; skipped"
    ]
