"""Whose clock the practice goes by."""

from dataclasses import replace
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from caredesk.kernel.actor import Actor
from caredesk.practice.actions import add_site
from caredesk.practice.models import Site
from caredesk.practice.queries import BEFORE_ANY_SITE, sites, zone_of

pytestmark = pytest.mark.django_db

MIA = Actor("user", UUID(int=1), "Mia Wolf", permissions=frozenset({"practice.setup"}))


def test_the_zone_is_that_of_the_first_site_by_position() -> None:
    assert zone_of(MIA) == BEFORE_ANY_SITE
    add_site("Zuni Street", "America/Denver", by=MIA)
    add_site("Aurora", "America/Phoenix", by=MIA)
    assert zone_of(MIA) == sites(MIA)[0].time_zone == "America/Denver"
    Site.objects.update(position=0)
    assert zone_of(MIA) == sites(MIA)[0].time_zone == "America/Phoenix"


def test_what_the_door_has_read_is_not_read_again(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert zone_of(replace(MIA, zone="Asia/Tokyo")) == "Asia/Tokyo"
