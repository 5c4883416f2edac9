"""Sessions that ended are gone; those that hold stay."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.test_actions import MANAGER

from caredesk.access.actions import add_user
from caredesk.access.jobs import remove_expired_sessions
from caredesk.access.models import Session


@pytest.mark.django_db
def test_expired_sessions_are_removed_and_others_stay() -> None:
    add_user("ana", "Ana Ruiz", "correct horse", ["secretary"], by=MANAGER)
    here, gone, long_ago = Client(), Client(), Client()
    for client in (here, gone, long_ago):
        client.post("/sign-in/", {"username": "ana", "password": "correct horse"})
    key = gone.cookies["caredesk_session"].value
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(hours=1))
    old = long_ago.cookies["caredesk_session"].value
    Session.objects.filter(pk=old).update(signed_in_at=timezone.now() - timedelta(hours=13))
    remove_expired_sessions()
    assert list(Session.objects.values_list("pk", flat=True)) == [
        here.cookies["caredesk_session"].value
    ]
    assert here.get("/api/openapi.json").status_code == 200
