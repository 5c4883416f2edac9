"""The permissions that code asks for by name are those that are declared, and none is idle."""

import ast
from collections.abc import Iterator
from pathlib import Path

import caredesk
from caredesk.kernel.action import all_actions
from caredesk.kernel.permissions import declared

SOURCE = Path(caredesk.__file__).parent
# Where permissions are only named, not asked for.
NAMING = {"permissions.py", "rules.py"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if "/tests/" not in name and "/migrations/" not in name:
            yield name, ast.parse(path.read_text(), name)


def texts_in(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def asked_by(call: ast.Call) -> set[str]:
    """`viewer.may("…")`, `needs("…", sees="…")`, and what programs and reactions are given."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    first = texts_in(call.args[0]) if call.args else set()
    given = {each.arg: each.value for each in call.keywords}
    if name in ("may", "needs"):
        return first | (texts_in(given["sees"]) if "sees" in given else set())
    wanted = [given[each] for each in ("permissions", "may", "permission") if each in given]
    return {text for each in wanted for text in texts_in(each) if "." in text}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield f"{name}:{node.lineno}", node


def test_what_is_asked_for_is_declared() -> None:
    undeclared = [
        f"{place}: {asked}"
        for place, call in calls()
        for asked in sorted(asked_by(call) - declared().keys())
        # "manager" and the like: roles, of which the permissions are taken.
        if "." in asked
    ]
    assert undeclared == []


def test_the_walk_finds_what_is_asked_for() -> None:
    found = {asked for _, call in calls() for asked in asked_by(call)}
    assert {"people.view", "people.change", "scheduling.overbook", "ui.tidy"} <= found


def test_no_permission_is_idle() -> None:
    """One that nothing asks for would stand in the matrix and mean nothing."""
    asked = {each.permission for each in all_actions().values()}
    for name, tree in sources():
        if name.rpartition("/")[2] not in NAMING:
            asked |= texts_in(tree)
    assert sorted(declared().keys() - asked) == []
