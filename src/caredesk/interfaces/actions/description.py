"""OpenAPI 3.1 of all actions, made from the types that check their input."""

import functools
from typing import Any

from django.conf import settings
from pydantic.json_schema import models_json_schema

from caredesk.kernel.action import Action, offered_actions

_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "next_step": {"type": "string"},
        "problems": {"type": "array", "items": {"type": "object"}},
        "facts": {"type": "object"},
        "alternatives": {"type": "array", "items": {"type": "object"}},
    },
}
_ERRORS = {
    "401": "Not signed in",
    "403": "Not allowed",
    "404": "Not there, or not yours",
    "409": "Someone else was first, or a reason is needed",
    "413": "The body is too long",
    "415": "The body is compressed",
    "422": "Refused: a rule or the input",
    "429": "Too much at once: the header Retry-After says in how many seconds to come back",
}


@functools.cache
def describe_actions() -> dict[str, Any]:
    """The whole document. Actions are registered at start-up, so it never changes after."""
    actions = offered_actions()
    schemas: dict[str, Any] = {"Problem": _PROBLEM}
    paths = {f"/api/actions/{name}": _path(each, schemas) for name, each in actions.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Caredesk",
            "version": "1",
            "description": "Everything that can be done at the desk is an action.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A program's token. It does and sees what it was let in for.",
                },
            },
        },
        "security": [{"token": []}, {"session": []}],
    }


def _path(action: Action[..., Any], schemas: dict[str, Any]) -> dict[str, Any]:
    inputs, definitions = models_json_schema(
        [(action.input, "validation")], ref_template="#/components/schemas/{model}"
    )
    schemas.update(definitions.get("$defs", {}))
    body = inputs[(action.input, "validation")]
    return {
        "post": {
            "operationId": action.name,
            "tags": [action.room],
            "summary": action.summary,
            "description": _undo(action),
            "parameters": [
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": False,
                    "schema": {"type": "string", "maxLength": 200},
                }
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": body}},
            },
            "responses": {"200": _answer(action, schemas), **_error_responses()},
        }
    }


def _undo(action: Action[..., Any]) -> str:
    words = f"It cannot be undone: {action.no_undo}" if action.no_undo else "It can be undone."
    return f"Needs the permission {action.permission}. {words}"


def _answer(action: Action[..., Any], schemas: dict[str, Any]) -> dict[str, Any]:
    answer = action.output.json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    schemas.update(answer.pop("$defs", {}))
    schema = {
        "type": "object",
        "required": ["deed", "can_undo", "answer"],
        "properties": {
            "deed": {"type": "string", "format": "uuid"},
            "can_undo": {"type": "boolean"},
            "answer": answer,
        },
    }
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _error_responses() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": why, "content": content} for status, why in _ERRORS.items()}
