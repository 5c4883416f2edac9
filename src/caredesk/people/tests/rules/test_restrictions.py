"""Who sees whom, over all viewers, restrictions and grants."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.restrictions import (
    MOST_MINUTES,
    Grant,
    Restriction,
    glass_until,
    sight,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
USERS = [UUID(int=number) for number in range(1, 5)]
ROLES = ["secretary", "physician", "manager"]
PIECES = [None, UUID(int=100), UUID(int=101)]

users = st.sampled_from(USERS)
roles = st.frozensets(st.sampled_from(ROLES))
pieces = st.sampled_from(PIECES)
instants = st.integers(-300, 300).map(lambda minutes: NOW + timedelta(minutes=minutes))
ends = st.none() | instants
restrictions = st.builds(
    Restriction,
    level=st.sampled_from(["restricted", "hidden"]),
    since=instants,
    users=st.frozensets(users),
    roles=roles,
    piece=pieces,
    ended=ends,
)
grants = st.builds(Grant, user=users, at=instants, until=instants, piece=pieces, ended=ends)
many = st.lists(restrictions, max_size=4)
opened = st.lists(grants, max_size=4)


@given(users, roles, opened, pieces)
def test_where_nothing_is_restricted_everybody_sees(
    viewer: UUID, held: frozenset[str], given_grants: list[Grant], piece: UUID | None
) -> None:
    assert sight(viewer, held, [], given_grants, NOW, piece) == "seen"


@given(users, roles, many, opened, pieces)
def test_whoever_is_in_every_circle_sees_without_any_grant(
    viewer: UUID,
    held: frozenset[str],
    standing: list[Restriction],
    given_grants: list[Grant],
    piece: UUID | None,
) -> None:
    mine = [each for each in standing if viewer in each.users or held & each.roles]
    assert sight(viewer, held, mine, given_grants, NOW, piece) == "seen"


@given(users, roles, many, opened, pieces)
def test_no_grant_opens_what_is_hidden(
    viewer: UUID,
    held: frozenset[str],
    standing: list[Restriction],
    given_grants: list[Grant],
    piece: UUID | None,
) -> None:
    stranger = Restriction("hidden", NOW - timedelta(days=1), piece=piece)
    assert sight(viewer, held, [*standing, stranger], given_grants, NOW, piece) == "hidden"


@given(users, roles, many, opened, pieces)
def test_one_more_restriction_never_shows_more_and_one_more_grant_never_less(
    viewer: UUID,
    held: frozenset[str],
    standing: list[Restriction],
    given_grants: list[Grant],
    piece: UUID | None,
) -> None:
    order = ["seen", "restricted", "hidden"]
    now = order.index(sight(viewer, held, standing, given_grants, NOW, piece))
    for less in range(len(standing)):
        fewer = standing[:less] + standing[less + 1 :]
        assert order.index(sight(viewer, held, fewer, given_grants, NOW, piece)) <= now
    for less in range(len(given_grants)):
        left = given_grants[:less] + given_grants[less + 1 :]
        assert order.index(sight(viewer, held, standing, left, NOW, piece)) >= now


@given(users, users, roles, many, opened, pieces)
def test_the_grant_of_somebody_else_or_for_something_else_opens_nothing(
    viewer: UUID,
    other: UUID,
    held: frozenset[str],
    standing: list[Restriction],
    given_grants: list[Grant],
    piece: UUID | None,
) -> None:
    useless = [each for each in given_grants if each.user != viewer or each.piece != piece]
    assert sight(viewer, held, standing, useless, NOW, piece) == sight(
        viewer, held, standing, [], NOW, piece
    )


@given(users, many, pieces)
def test_all_grants_lapse(viewer: UUID, standing: list[Restriction], piece: UUID | None) -> None:
    grant = Grant(viewer, NOW, glass_until(NOW, 60), piece)
    later = grant.until
    assert sight(viewer, (), standing, [grant], later, piece) == sight(
        viewer, (), standing, [], later, piece
    )


@given(users, opened, instants)
def test_a_restriction_set_after_the_glass_was_broken_stands(
    viewer: UUID, given_grants: list[Grant], since: datetime
) -> None:
    earlier = [each for each in given_grants if each.at < since]
    assert sight(viewer, (), [Restriction("restricted", since)], earlier, NOW) == "restricted"


@given(st.integers(-10_000, 10_000))
def test_no_glass_stays_broken_for_longer_than_a_shift(minutes: int) -> None:
    until = glass_until(NOW, minutes)
    assert NOW < until <= NOW + timedelta(minutes=MOST_MINUTES)
