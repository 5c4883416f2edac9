"""An infected file is refused, and that it was is read on the screen of the log. A real daemon."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import world as cast
from tests.files.clam import NAME, PLANTED, clamd

from caredesk.audit.fhir import print_entry
from caredesk.audit.models import Entry
from caredesk.files.models import Attachment
from caredesk.files.tests import samples

pytestmark = [pytest.mark.processes, pytest.mark.django_db]

INFECTED = samples.PDF.replace(b"xref\n", b"% " + PLANTED + b"\nxref\n", 1)


def test_an_infected_file_is_read_on_the_screen_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    world = cast.build()
    bill, ana, mia = world.patients["bill"], Client(REMOTE_ADDR="192.0.2.7"), Client()
    ana.force_login(world.users["ana"])
    mia.force_login(world.users["mia"])
    with clamd() as daemon:
        monkeypatch.setattr(settings, "CAREDESK_CLAMD", daemon.address)
        sent = {"file": SimpleUploadedFile("Zephyrine.pdf", INFECTED), "title": "Zephyrine"}
        answer = ana.post(f"/patients/{bill}/documents/", {**sent, "kind": "form"})
    assert answer.status_code == 422
    assert NAME in answer.content.decode()
    assert not Attachment.objects.filter(about=bill).exists()
    for address in (f"/patients/{bill}/access/", f"/access/colleagues/{world.users['ana'].id}/"):
        text = mia.get(address, {"kind": "refusal"}).content.decode()
        [row] = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text, re.DOTALL)
        assert "was refused a file that holds malware" in row
        assert "192.0.2.7" in row
    entry = Entry.objects.get(kind="refusal")
    assert (entry.name, entry.subjects, entry.changes) == ("upload: infected", [bill], [])
    event = print_entry(entry)
    assert (event["outcome"], event["outcomeDesc"]) == ("4", "File not kept: infected")
    assert "Zephyrine" not in str(list(Entry.objects.values()))
