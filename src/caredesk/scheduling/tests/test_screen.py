"""Dates as one types them beside a site, in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import sign_in

from caredesk.kernel import clock
from caredesk.practice.models import Site
from caredesk.ui.times import full_day_words

pytestmark = pytest.mark.browser

# More than a day apart: whenever this runs, one has another date than the other.
EARLY, LATE = "Pacific/Kiritimati", "Pacific/Pago_Pago"


def test_a_day_is_said_back_by_the_clock_of_the_chosen_site(committed_db: None, page: Any) -> None:
    world = cast.build()
    Site.objects.filter(pk=world.sites["main"]).update(time_zone=EARLY)
    Site.objects.filter(pk=world.sites["desert"]).update(time_zone=LATE)
    sign_in(page, "ana")
    page.goto(f"/patients/{world.patients['lupe']}/appointments/new/")
    page.get_by_text("Another day and time").click()
    page.locator("#type-time [name=day]").fill("today")
    said = page.locator("#type-time .field:has([name=day]) .echo")
    expect(said).to_have_text(f"{full_day_words(clock.today(EARLY))}, today")
    page.locator("#type-time [name=at_site]").select_option("Desert")
    expect(said).to_have_text(f"{full_day_words(clock.today(LATE))}, today")
