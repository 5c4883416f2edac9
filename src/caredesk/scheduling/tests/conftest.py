from collections.abc import Iterator

import pytest

from caredesk.kernel import looks
from caredesk.scheduling.tests.world import World, at_the_desk


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The little practice, rolled back afterwards."""
    with at_the_desk() as built, looks.collecting("test"):
        yield built
