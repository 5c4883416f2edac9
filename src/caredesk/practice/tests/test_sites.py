"""Adding a site."""

import pytest
from tests.test_actions import MANAGER

from caredesk.kernel.errors import Refused
from caredesk.practice.actions import add_site
from caredesk.practice.models import Site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name", ["Factory", "localtime", "Etc/GMT+5", "EST5EDT", "Mars/Olympus", "america/new_york"]
)
def test_what_is_the_zone_of_no_place_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="time_zone: This is not a time zone"):
        add_site("Main Street", name, by=MANAGER)
    assert not Site.objects.exists()


@pytest.mark.parametrize("name", ["America/Indiana/Knox", "Pacific/Auckland", "UTC"])
def test_zones_of_places_are_taken(name: str) -> None:
    add_site("Main Street", name, by=MANAGER)
    assert Site.objects.get().time_zone == name
