"""Where programs are found on every page."""

from caredesk.ui.registry import Command, add_command

add_command(
    Command(
        "Programs that come in",
        "access:programs",
        "access.tokens",
        words=("tokens", "api", "programs", "machines", "keys", "interfaces"),
    )
)
