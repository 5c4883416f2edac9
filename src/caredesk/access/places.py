"""This room's places on every page: the rail's entry and the command of the bar."""

from caredesk.ui.registry import Command, RailEntry, add_command, add_rail

add_rail(RailEntry("Roles", "access:roles", "roles", "access.view", position=90))
add_command(
    Command(
        "See who may do what",
        "access:roles",
        "access.view",
        words=("roles", "permissions", "rights", "access", "matrix"),
    )
)
