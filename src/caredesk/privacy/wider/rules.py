"""Who may look at what somebody gave."""

from collections.abc import Mapping, Set
from uuid import UUID

LONGEST_WORDS = 180


def reviewers(
    able: Set[UUID],
    *,
    giver: UUID,
    user: UUID | None,
    let_in: Set[UUID],
    given: Mapping[UUID, Set[UUID]],
    settled: Set[UUID],
) -> set[UUID]:
    """Of who is `able`, those who are surely somebody else than the giver.

    Whom the giver let in may be the giver again, by a second account, until somebody else has
    looked at what was `given` to them; likewise somebody whose password the giver has set.
    """
    unseen = {each for each, ids in given.items() if not ids <= settled}
    unsure = unseen | (let_in - given.keys())
    return set(able) - unsure - {giver, user or giver}
