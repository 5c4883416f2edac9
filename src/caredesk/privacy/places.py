"""This room's place on every page, and where its tasks are opened."""

from django.urls import reverse

from caredesk.privacy.wider.queries import ABOUT
from caredesk.tasks.pages import opens
from caredesk.ui.registry import RailEntry, add_rail

add_rail(
    RailEntry(
        "Reviews",
        "privacy:reviews",
        "alert",
        "privacy.review",
        position=70,
        counts="glass",
    )
)
opens(ABOUT, lambda given: reverse("privacy:wider_access", args=[given]))
opens("glass", lambda grant: reverse("privacy:review", args=[grant]))
