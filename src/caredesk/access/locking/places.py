"""Where the lock stands on the pages."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from caredesk.access.locking import actions, passkey  # noqa: F401  registers them
from caredesk.access.locking.cover import cover
from caredesk.access.locking.queries import has_pin, own_sessions
from caredesk.kernel.actor import Actor
from caredesk.ui import registry


def _sessions(viewer: Actor, _: UUID) -> Mapping[str, Any]:
    lines = own_sessions(viewer)
    others = len([each for each in lines if each.id != viewer.session])
    return {"lines": lines, "here": viewer.session, "others": others}


def _pin(viewer: Actor, _: UUID) -> Mapping[str, Any]:
    return {"has_pin": has_pin(viewer.id)}


registry.home.cover = cover
registry.add_command(
    registry.Command(
        "My sessions",
        "access:own_sessions",
        permission="access.own_session",
        words=("where am I signed in", "browsers", "end sessions"),
    )
)
registry.add_command(
    registry.Command(
        "My PIN",
        "access:own_pin",
        permission="access.own_session",
        words=("unlock", "lock", "set pin"),
    )
)
registry.add_command(
    registry.Command(
        "When screens lock",
        "access:idle",
        permission="access.manage",
        words=("idle", "automatic lock", "time out"),
    )
)
registry.add_section(
    registry.Section(
        "account",
        "Unlocking the screen",
        "access/locking/account_pin.html",
        _pin,
        "access.own_session",
        position=20,
    )
)
registry.add_section(
    registry.Section(
        "account",
        "Where I am signed in",
        "access/locking/account_sessions.html",
        _sessions,
        "access.own_session",
        position=30,
    )
)
