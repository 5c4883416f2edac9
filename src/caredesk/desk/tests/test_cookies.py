"""What a browser keeps of the desk."""

from typing import Any

import pytest
from django.test import Client
from tests import world as cast


@pytest.mark.django_db
def test_under_https_no_cookie_goes_out_in_the_clear(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.force_login(cast.build().users["ana"])
    client.get("/day/2026-11-24/", secure=True)
    assert "caredesk_day" in client.cookies
    assert [name for name, each in client.cookies.items() if not each["secure"]] == []
