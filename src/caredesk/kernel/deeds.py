"""What is kept of an action, written with one statement at the end of its transaction."""

import hmac
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_json

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Refused
from caredesk.kernel.events import Event
from caredesk.kernel.ids import new_id
from caredesk.kernel.models import Deed
from caredesk.kernel.ports import Statement, audit_store
from caredesk.kernel.reactions import tasks_for
from caredesk.kernel.under_way import Done, UnderWay

_DEED = """INSERT INTO kernel_deed (id, action, actor, key, input_hash, answer, inverse,
 inverse_arguments, no_undo) VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s, %s::jsonb, %s)"""
_JOB = "ROW('reactions', 'kernel.react', 0, NULL, NULL, %s::jsonb, NULL)"


def hash_input(checked: BaseModel) -> bytes:
    """Tells a repetition from another request under the same key; tells nothing of the input."""
    text = checked.model_dump_json().encode()
    return hmac.digest(settings.SECRET_KEY.encode(), text, "sha256")


def find_repeated(
    action: str, output: TypeAdapter[Any], by: Actor, key: str, input_hash: bytes
) -> Done[Any] | None:
    """The answer given before to the same actor, action and key."""
    found = Deed.objects.filter(actor=by.id, action=action, key=key).first()
    if found is None:
        return None
    if bytes(found.input_hash or b"") != input_hash:
        raise Refused(
            "This was already sent with other content.",
            next_step="Open the form again and fill it in anew.",
        )
    if found.undone_at is not None:
        raise Refused(
            "This was done and undone since.",
            next_step="Open the form again and send it anew.",
        )
    answer = output.validate_python(found.answer)
    return Done(answer, found.id, repeated=True, can_undo=bool(found.inverse))


def write(
    running: UnderWay, no_undo: str, key: str | None, input_hash: bytes | None, answer: str | None
) -> None:
    """Deed, audit rows, events and jobs. `answer` is JSON, kept where a key may repeat it."""
    if running.carries_on is not None:
        _refuse_more_than_carrying_on(running, key)
        return
    if running.inverse is None and not no_undo:
        raise RuntimeError(f"{running.name} neither says how it is undone nor why it cannot be")
    every = list(running.with_nested())
    events = [(new_id(), event) for each in every for event in each.events]
    parts = {
        "deed": _deed(running, no_undo, key, input_hash, answer),
        "audit": audit_store.ask.insertion([each.audit_row(running.id) for each in every]),
    }
    if events:
        parts["event"] = _events(events, running)
    tasks = [(task, id) for id, event in events for task in tasks_for(event)]
    statement, parameters = _together(parts, _jobs(tasks))
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _refuse_more_than_carrying_on(running: UnderWay, key: str | None) -> None:
    """What others could notice, undo or repeat needs a deed of its own."""
    if key or running.events or running.nested or running.inverse:
        raise RuntimeError(f"{running.name} does more than carry on an earlier deed")


def _together(parts: dict[str, Statement], last: Statement) -> Statement:
    written = ", ".join(f"{name} AS ({text})" for name, (text, _) in parts.items())
    parameters = [value for _, values in parts.values() for value in values]
    return f"WITH {written} {last[0]}", parameters + last[1]


def _deed(
    running: UnderWay, no_undo: str, key: str | None, input_hash: bytes | None, answer: str | None
) -> Statement:
    inverse, arguments = running.inverse or ("", {})
    values = [running.id, running.name, running.by.id, key, input_hash, answer]
    return _DEED, [*values, inverse, as_json(arguments), "" if inverse else no_undo]


def _events(events: list[tuple[UUID, Event]], running: UnderWay) -> Statement:
    rows = ", ".join(["(%s, %s, %s, %s::jsonb, %s, %s)"] * len(events))
    values = [
        value
        for id, event in events
        for value in (
            id,
            event.name,
            event.version,
            as_json(event.body()),
            running.by.id,
            running.id,
        )
    ]
    return f"INSERT INTO kernel_event (id, name, version, body, actor, deed) VALUES {rows}", values


def _jobs(tasks: list[tuple[str, UUID]]) -> Statement:
    if not tasks:
        return "SELECT 1", []
    rows = ", ".join([_JOB] * len(tasks))
    arguments = [as_json({"task": task, "event": id}) for task, id in tasks]
    return (
        f"SELECT procrastinate_defer_jobs_v1(ARRAY[{rows}]::procrastinate_job_to_defer_v1[])",
        arguments,
    )


def as_json(value: Any) -> str:
    """As the database takes it."""
    return to_json(value).decode()
