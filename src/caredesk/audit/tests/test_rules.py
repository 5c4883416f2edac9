"""Whatever is missed outside is told: as a loss where another epoch explains it, else as it is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from caredesk.audit.rules import Head, Origin, Segment, find_losses

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EPOCHS = st.integers(1, 5)
CLUSTERS = st.sampled_from("ABC")


def at(number: int) -> datetime:
    return NOON + timedelta(hours=number)


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[Segment], Origin]:
    """A chain of some epochs, and the present one, which may not have sealed anything yet."""
    found: list[Segment] = []
    last = 0
    for epoch in sorted(draw(st.sets(EPOCHS))):
        first, last = last + 1, last + draw(st.integers(1, 4))
        origin = Origin(epoch, draw(CLUSTERS))
        entries = 10 * (last - first + 1)
        found.append(Segment(origin, first, last, entries, 10 * last, at(last)))
    newest = found[-1].origin if found else Origin(1, "A")
    later = st.builds(Origin, st.integers(newest.epoch + 1, 7), CLUSTERS)
    return found, draw(st.one_of(st.just(newest), later))


HEADS = st.lists(
    st.integers(1, 30).flatmap(
        lambda number: st.builds(
            Head,
            at=st.just(at(number)),
            origin=st.builds(Origin, EPOCHS, CLUSTERS),
            number=st.just(number),
            seal=st.binary(max_size=2),
            total=st.one_of(st.none(), st.just(10 * number)),
        )
    ),
    max_size=8,
)


@given(chains(), HEADS)
def test_every_missed_head_is_told(found: tuple[list[Segment], Origin], missed: list[Head]) -> None:
    chain, present = found
    began = {number: at(number) for number in range(1, present.epoch + 1)}
    losses, rest = find_losses(missed, chain, began, present)
    for head in missed:
        own = max((each.last for each in chain if each.origin == head.origin), default=0)
        lost = [each for each in losses if each.origin == head.origin]
        assert (head in rest) != any(own < head.number <= each.until for each in lost)
    assert len({loss.origin for loss in losses}) == len(losses)


@given(chains(), HEADS)
def test_only_what_was_sealed_elsewhere_before_can_be_lost_by_restoring(
    found: tuple[list[Segment], Origin], missed: list[Head]
) -> None:
    chain, present = found
    began = {number: at(number) for number in range(1, present.epoch + 1)}
    losses, _ = find_losses(missed, chain, began, present)
    for loss in losses:
        assert loss.origin != present
        assert loss.origin.epoch <= present.epoch
        own = [each for each in chain if each.origin == loss.origin]
        assert all(each.last == loss.after for each in own)
        assert loss.entries is None or loss.entries == 10 * (loss.until - loss.after)


def test_it_is_said_in_words_that_do_not_decide_who_did_it() -> None:
    chain = [Segment(Origin(1, "A"), 1, 4, 40, 40, at(4))]
    head = Head(at(9), Origin(1, "A"), 9, b"", 1_234)
    [loss], _ = find_losses([head], chain, {1: at(0), 2: at(10)}, Origin(2, "B"))
    assert str(loss) == (
        "At least 1,194 entries sealed until 24 Nov 2026 21:00 UTC (up to seal 9 of epoch 1, "
        "cluster A) were lost by restoring a backup: epoch 2 began on 24 Nov 2026 22:00 UTC with "
        "one that ends with seal 4, made on 24 Nov 2026 16:00 UTC. If no such backup was restored "
        "then, the end of the log was removed."
    )
