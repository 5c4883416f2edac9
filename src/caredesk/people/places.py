"""This room's places on every page: the rail's entry and the commands of the bar."""

from caredesk.ui.registry import Command, RailEntry, add_command, add_rail

add_rail(RailEntry("Patients", "people:list", "patients", "people.view", key="p", position=30))
add_command(
    Command(
        "Restricted patients",
        "people:all_restrictions",
        "people.restrict",
        words=("privacy", "hidden", "confidential", "glass"),
    )
)
add_command(
    Command(
        "Register a new patient",
        "people:new",
        "people.register",
        words=("new", "patient", "add", "create", "enrol"),
        key="n",
    )
)
