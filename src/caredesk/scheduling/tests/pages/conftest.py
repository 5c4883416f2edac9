from collections.abc import Iterator

import pytest
from django.test import Client

from caredesk.scheduling.tests.pages.reading import signed_in
from caredesk.scheduling.tests.world import World, at_the_desk


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The little practice. Every page opens its own collector of looks."""
    with at_the_desk() as built:
        yield built


@pytest.fixture
def desk(world: World) -> Client:
    """A secretary's browser."""
    return signed_in("secretary")
