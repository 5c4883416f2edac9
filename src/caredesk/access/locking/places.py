"""Where the lock stands on the pages."""

from caredesk.access.locking import actions  # noqa: F401  registers them
from caredesk.access.locking.cover import cover
from caredesk.ui import registry

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
