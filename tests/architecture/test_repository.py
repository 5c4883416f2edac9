"""What must never be in the repository, and what must stay small."""

import ast
import subprocess
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# Written in halves, so that this file does not find itself.
NEVER = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "file:" + "//", "/opt/" + "pypi"]

MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 40


def committed(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=PROJECT, capture_output=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a clone: there is no list of the project's files")
    paths = [PROJECT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.suffix in endings and path.is_file()]


def test_no_path_of_somebodys_machine() -> None:
    endings = (".py", ".toml", ".lock", ".md", ".html", ".css", ".js", ".json", ".yml", ".cfg")
    found = [
        f"{path.relative_to(PROJECT)}: {never}"
        for path in committed(*endings)
        for never in NEVER
        if never in path.read_text(errors="replace")
    ]
    assert found == []


def test_the_lock_names_the_default_index_only() -> None:
    lock = tomllib.loads((PROJECT / "uv.lock").read_text())
    sources = {
        str(package["source"]) for package in lock["package"] if package["name"] != "caredesk"
    }
    assert sources == {"{'registry': 'https://pypi.org/simple'}"}


def test_files_and_functions_read_in_one_sitting() -> None:
    long = []
    for path in committed(".py"):
        name, text = path.relative_to(PROJECT).as_posix(), path.read_text()
        if "/migrations/" in name or "/tests/" in name or name.startswith("tests/"):
            continue
        tree = ast.parse(text)
        if (lines := text.count("\n") - _lines_of_lists(tree)) > MOST_LINES_OF_A_FILE:
            long.append(f"{name}: {lines} lines")
        long += [
            f"{name}:{node.lineno} {node.name}: {_lines_of_body(node)} lines"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and _lines_of_body(node) > MOST_LINES_OF_A_FUNCTION
        ]
    assert long == []


def _lines_of_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without the parameters and what is said of them."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def _lines_of_lists(tree: ast.Module) -> int:
    """A long constant (a list of names, a statement) is looked up, not read."""
    return sum(
        (node.end_lineno or 0) - node.lineno
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    )
