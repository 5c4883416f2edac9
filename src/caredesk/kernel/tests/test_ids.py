import time

from caredesk.kernel.ids import new_id


def test_ids_are_uuid_version_7_and_differ() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert {each.version for each in made} == {7}
    assert {each.variant for each in made} == {"specified in RFC 4122"}


def test_ids_rise_with_time_and_hold_it() -> None:
    before = time.time_ns() // 1_000_000
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first < second
    assert before <= first.int >> 80 <= time.time_ns() // 1_000_000
