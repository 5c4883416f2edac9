"""Where a task is worked on: each room names the page of its kind."""

from collections.abc import Callable
from uuid import UUID

from caredesk.tasks.queries import TaskLine

_pages: dict[str, Callable[[UUID], str]] = {}


def opens(about_kind: str, address: Callable[[UUID], str]) -> None:
    """Tasks about this kind of thing are opened at this address."""
    _pages[about_kind] = address


def address_of(task: TaskLine) -> str:
    """Where it is settled; empty where no page is known for it."""
    address = _pages.get(task.about_kind)
    return address(task.about) if address else ""
