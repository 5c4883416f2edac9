"""This room's place on every page."""

from caredesk.tasks.queries import counts
from caredesk.ui.registry import RailEntry, add_rail, count_rail_with

add_rail(
    RailEntry(
        "Worklist",
        "tasks:worklist",
        "worklist",
        "tasks.work",
        key="q",
        position=20,
        counts="",
    )
)
count_rail_with(counts)
