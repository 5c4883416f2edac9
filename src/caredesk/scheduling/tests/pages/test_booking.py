"""Booking from the finder to the notice."""

import re

from django.test import Client

from caredesk.scheduling.models import Appointment, Hold
from caredesk.scheduling.tests.pages.reading import filters, finder, hidden, offered, text_of
from caredesk.scheduling.tests.world import World


def test_a_visit_is_booked_in_four_steps(world: World, desk: Client) -> None:
    begun = desk.get(finder(world))
    assert "Choose the kind of visit, and its first free times stand here." in text_of(begun)
    found = desk.get(finder(world), filters(world))
    times = offered(found)
    assert len(times) >= 10
    held = desk.post(finder(world), {**hidden(found), "time": times[0]})
    assert held.status_code == 303, text_of(held)
    assert Hold.objects.count() == 1
    confirm = desk.get(held.url)
    assert "Held for you until 8:03" in text_of(confirm)
    booked = desk.post(held.url, {**hidden(confirm), "reason": "Cough"})
    assert booked.status_code == 303, text_of(booked)
    appointment = Appointment.objects.get()
    assert booked.url == f"/appointments/{appointment.id}/"
    assert appointment.reason == "Cough"
    panel = text_of(desk.get(booked.url))
    assert re.search(r"Booked Tue 24 Nov, 9:00 with Dr \w+ \w+, Exam \d\.", panel), panel
