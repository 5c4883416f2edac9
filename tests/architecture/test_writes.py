"""Rows are written through kernel.changes, so that no change escapes the audit row."""

import ast
from collections.abc import Iterator
from pathlib import Path

import caredesk

SOURCE = Path(caredesk.__file__).parent

WRITING = {
    "save",
    "create",
    "delete",
    "bulk_create",
    "bulk_update",
    "update_or_create",
    "get_or_create",
}
# Names that dictionaries and hashes have, too: only what hangs on a manager or query set counts.
OF_QUERYSETS = {"update", "create", "delete"}

ALLOWED = {
    "kernel/changes.py": "the one way to write",
    "kernel/reactions.py": "marks that a reaction ran, in the reaction's own transaction",
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if "/tests/" in name or "/migrations/" in name:
            continue
        yield name, ast.parse(path.read_text(), name)


def writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, receiver = node.func.attr, ast.unparse(node.func.value)
        if receiver.split(".")[-1] == "session":
            continue
        of_rows = ".objects" in receiver or ".filter(" in receiver
        if (name in WRITING - OF_QUERYSETS) or (name in WRITING | OF_QUERYSETS and of_rows):
            yield node.lineno, f"{receiver}.{name}"


def test_rows_are_written_through_changes() -> None:
    found = [
        f"{name}:{line} {what}"
        for name, tree in sources()
        if name not in ALLOWED
        for line, what in writes(tree)
    ]
    assert found == []


def test_only_what_is_typed_carries_on_an_earlier_deed() -> None:
    """It leaves no row of its own, so it is for drafts alone."""
    calling = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "carry_on"
    }
    assert calling == {"ui/actions.py"}


def test_no_signals_and_no_hooks_of_models() -> None:
    """What happens after a change is a reaction to its event, never a signal or a save()."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "") == "django.db.models.signals")
        or (
            name.split("/")[-1].startswith("models")
            and isinstance(node, ast.FunctionDef)
            and node.name in {"save", "delete"}
        )
    ]
    assert found == []
