"""That a file is not kept, and what of it goes on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from caredesk.files.rules.unfit import Why
from caredesk.kernel import looks
from caredesk.kernel.errors import Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow


@dataclass(eq=False)
class NotKept(Refused):
    """A file was refused; `why` is said to the log, the message to who sent it."""

    why: Why = "damaged"


def record_refused_upload(request: HttpRequest, named: Mapping[str, Any], why: Why) -> None:
    """One row: who, for whom, and the reason's code; never the file's name, nor a word of it.

    `named` is what the address names.
    """
    actor, patient = getattr(request, "actor", None), named.get("patient")
    if actor is None:
        return
    subjects = (patient,) if isinstance(patient, UUID) else ()
    looks.record(AuditRow(new_id(), "refusal", f"upload: {why}", actor, subjects))
