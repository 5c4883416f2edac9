"""What stops the start: an action, a page, a role or a place on the pages without its permission.

A page that named none would be open to everybody with a session; a name that nobody declared
would be one that nobody can have, or that the matrix does not show.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core import checks

from caredesk.access.middleware import OPEN_PATHS
from caredesk.access.pages import OPEN, SIGNED_IN, Page, pages
from caredesk.access.rules import PERMISSIONS, ROLES
from caredesk.kernel.action import all_actions
from caredesk.kernel.permissions import declared
from caredesk.ui import registry


def every_permission_is_declared(**_: Any) -> list[checks.CheckMessage]:
    """Of actions, pages, roles, and what rooms put on the pages."""
    known = declared()
    return [
        checks.Error(f"{where} needs {name}, which no permissions.py declares.", id="caredesk.E011")
        for where, name in _asked()
        if name not in known
    ]


def every_page_names_its_permission(**_: Any) -> list[checks.CheckMessage]:
    """Or is on the list of the open ones; and the list names no page that is not there."""
    found = pages()
    faults = [fault for page in found for fault in _faults(page)]
    faults += [
        f"{name} is listed as open and is not there."
        for name in sorted({*OPEN, *SIGNED_IN} - {page.name for page in found})
    ]
    return [checks.Error(fault, id="caredesk.E012") for fault in faults]


def every_role_is_known(**_: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(f"The role {role} has no list of permissions.", id="caredesk.E013")
        for role in sorted(set(ROLES) ^ set(PERMISSIONS))
    ]


def _asked() -> Iterator[tuple[str, str]]:
    for action in all_actions().values():
        yield f"The action {action.name}", action.permission
    for page in pages():
        for name in page.needed.all if page.needed else ():
            yield f"The page {page.name}", name
    for role, given in PERMISSIONS.items():
        for name in sorted(given):
            yield f"The role {role}", name
    for what, name in registry.places():
        yield what, name


def _faults(page: Page) -> Iterable[str]:
    if page.needed is None and not page.is_open:
        yield f"The page {page.name} names no permission and is not listed as open."
    if page.needed is not None and page.is_open:
        yield f"The page {page.name} names a permission and is listed as open."
    if page.route.startswith(OPEN_PATHS) != (page.name in OPEN):
        yield f"The page {page.name} is open without a session in one place and not in the other."
