"""POST an action's input, get its answer; errors are problem details (RFC 9457)."""

import json
import logging
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from pydantic_core import to_json

from caredesk.access.pages import needs
from caredesk.interfaces.actions.description import describe_actions
from caredesk.kernel import looks
from caredesk.kernel.action import Action, Done, find_action
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import ActionError, Missing, NeedsProof, Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.problems import Described, describe

log = logging.getLogger(__name__)

LONGEST_BODY = 1_000_000
LONGEST_KEY = 200


class TooLong(Refused):
    """More than is read of a body (HTTP 413)."""


@require_safe
@needs("desk.use")
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of all actions."""
    return _json(describe_actions())


def run_action(request: HttpRequest, name: str) -> HttpResponse:
    """Run one action with the body as its input.

    The header Idempotency-Key makes a repetition harmless: it gets the same answer, marked by
    the header Idempotency-Replayed.
    """
    given = b""
    try:
        action = _offered(name)
        looks.name_after(action.name)
        given = _read(request)
        done = action.perform(given, by=_actor(request), key=_key(request))
    except TooLong as error:
        return _problem(replace(describe(error), status=413, code="too_long"))
    except ActionError as error:
        looks.asked_for(**_patient_in(given))
        return _problem(_described(request, error))
    except Exception as error:
        return _unexpected(error)
    return _answer(action, done)


def _described(request: HttpRequest, error: ActionError) -> Described:
    """With the place where a session proves who it is; a program's token has none."""
    described = describe(error)
    if not isinstance(error, NeedsProof) or _actor(request).kind != "user":
        return described
    where = f"The place is {reverse('access:prove')}."
    return replace(described, next_step=f"{described.next_step} {where}")


def _patient_in(given: bytes) -> dict[str, UUID]:
    """Whom a refused action was meant for: a refusal is on record with it."""
    try:
        return {"patient": UUID(json.loads(given)["patient"])}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _offered(name: str) -> Action[..., Any]:
    action = find_action(name)
    if action.internal:
        raise Missing("action")
    return action


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _read(request: HttpRequest) -> bytes:
    """The body, if it is one JSON object that means one thing only (RFC 7493)."""
    if request.method != "POST":
        raise Refused("Send this as a POST.", next_step="The body is the action's input as JSON.")
    if request.content_type != "application/json":
        raise Refused("The body must be JSON.", next_step="Set Content-Type: application/json.")
    body = _body(request)
    if len(body) > LONGEST_BODY:
        raise TooLong("The body is too long.", next_step=f"Send at most {LONGEST_BODY:,} bytes.")
    if not isinstance(_parsed(body), dict):
        raise Refused("The body must be a JSON object.", next_step='Write it like {"name": …}.')
    return body


def _body(request: HttpRequest) -> bytes:
    """The body, or a little more of it than may be sent."""
    stated = request.META.get("CONTENT_LENGTH")
    if not stated and request.META.get("wsgi.input_terminated"):
        # Sent in chunks: Django would read none of it, the server knows where it ends.
        sent: bytes = request.META["wsgi.input"].read(LONGEST_BODY + 1)
        return sent
    return request.read(LONGEST_BODY + 1)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_named_once, parse_constant=_no_such_number
        )
    except (ValueError, RecursionError):
        raise Refused("The body is not JSON.", next_step="Check its brackets and quotes.") from None


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("The body says something twice.", next_step="Give each name once.")
    return found


def _no_such_number(name: str) -> None:
    raise Refused(f"JSON has no {name}.", next_step="Leave it out, or send null.")


def _key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key") or None
    if key is not None and len(key) > LONGEST_KEY:
        raise Refused("The Idempotency-Key is too long.", next_step="A UUID will do.")
    return key


def _answer(action: Action[..., Any], done: Done[Any]) -> HttpResponse:
    answer = action.output.dump_json(done.answer)
    undo = b"true" if done.can_undo else b"false"
    body = b'{"deed":"%s","can_undo":%s,"answer":%s}' % (str(done.deed).encode(), undo, answer)
    response = HttpResponse(body, content_type="application/json")
    response["Content-Length"] = str(len(body))
    if done.repeated:
        response["Idempotency-Replayed"] = "true"
    return response


def _problem(described: Described) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": described.title,
        "status": described.status,
        "detail": described.detail,
        "code": described.code,
        "next_step": described.next_step,
        "problems": [asdict(each) for each in described.problems],
        "facts": dict(described.facts),
        "alternatives": [dict(each) for each in described.alternatives],
    }
    return _json(body, status=described.status, content_type="application/problem+json")


def _unexpected(error: Exception) -> HttpResponse:
    incident = new_id()
    # Only the kind of the error: its message may quote a patient.
    log.error("incident %s in the JSON door: %s", incident, type(error).__name__)
    body = {
        "type": "about:blank",
        "title": "Something went wrong",
        "status": 500,
        "detail": "Nothing was changed.",
        "next_step": f"Try again; if it stays, report incident {incident}.",
    }
    return _json(body, status=500, content_type="application/problem+json")


def _json(body: Any, status: int = 200, content_type: str = "application/json") -> HttpResponse:
    content = to_json(body)
    response = HttpResponse(content, status=status, content_type=content_type)
    response["Content-Length"] = str(len(content))
    return response
