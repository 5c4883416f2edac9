"""What the tests read out of a page, and who asks for it."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from django.test import Client

from caredesk.access.actions import add_user
from caredesk.access.models import User
from caredesk.access.rules import permissions_of
from caredesk.kernel.actor import Actor
from caredesk.scheduling.tests.world import World

FOUNDER = Actor("program", UUID(int=1), "Founder", permissions=permissions_of(["manager"]))
PART = {"HX-Request": "true", "HX-Target": "section#panel"}
TIMES = {"HX-Request": "true", "HX-Target": "div#free-times"}


def signed_in(role: str, name: str = "") -> Client:
    name = name or role
    user = add_user(name, name.title(), "correct horse battery", [role], by=FOUNDER).user
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def offered(response: Any, name: str = "time") -> list[str]:
    """What pressing the buttons of this name sends."""
    return re.findall(rf'<button[^>]* name="{name}" value="([^"]+)"', text_of(response))


def hidden(response: Any) -> dict[str, str]:
    """What the page's forms send unseen."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text_of(response))
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def finder(world: World, patient: str = "patient1") -> str:
    return f"/patients/{world.ids[patient]}/appointments/new/"


def filters(world: World, kind: str = "checkup", **more: Any) -> dict[str, Any]:
    return {"visit_type": str(world.ids[kind]), "earliest": "", **more}
