"""What others have written: pinned by its content, and under a licence that somebody has read.

Known weaknesses are looked up with `make audit`: that needs the internet, so it is no test.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LOCK: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LICENCES = tomllib.loads((Path(__file__).parent / "licences.toml").read_text())
OTHERS = [each for each in LOCK if each["name"] != "caredesk"]
SHA_256 = re.compile(r"sha256:[0-9a-f]{64}")


def licence_of(name: str) -> str:
    """As the distribution itself says, the newest way first; empty where it says nothing."""
    said = metadata(name)
    classified = [
        each.split("::")[-1].strip()
        for each in said.get_all("Classifier") or []
        if each.startswith("License ::") and each.count("::") > 1
    ]
    lines = (said.get("License") or "").strip().splitlines()
    found = said.get("License-Expression") or "; ".join(classified) or (lines or [""])[0]
    return str(found).strip()


def is_installed(name: str) -> bool:
    try:
        metadata(name)
    except PackageNotFoundError:
        return False
    return True


def test_every_distribution_is_pinned_by_its_content() -> None:
    assert len(OTHERS) > 50
    for each in OTHERS:
        where = f"{each['name']} {each.get('version')}"
        assert each["version"], where
        assert set(each["source"]) == {"registry"}, f"{where} comes from {each['source']}"
        files = [*each.get("wheels", []), *([each["sdist"]] if "sdist" in each else [])]
        assert files, where
        assert all(SHA_256.fullmatch(file["hash"]) for file in files), where


def test_all_come_from_the_same_registry_over_tls() -> None:
    registries = {each["source"]["registry"] for each in OTHERS}
    assert len(registries) == 1
    files = [file["url"] for each in OTHERS for file in each.get("wheels", [])]
    assert all(url.startswith("https://") for url in [*registries, *files])


def test_what_the_project_asks_for_is_locked() -> None:
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    names = {re.split(r"[\s\[<>=~!;]", each)[0].lower() for each in asked}
    assert names - {each["name"] for each in OTHERS} == set()


@pytest.mark.parametrize("name", [each["name"] for each in OTHERS])
def test_its_licence_is_one_that_was_read(name: str) -> None:
    if not is_installed(name):
        assert name in LICENCES["elsewhere"], f"{name} is not installed: say its licence there"
        return
    found = licence_of(name)
    exception = LICENCES["exceptions"].get(name)
    if exception:
        assert found == exception["licence"]
        assert exception["why"]
    else:
        assert found in LICENCES["permissive"], f"{name} is under {found or 'nothing it says'}"


def test_no_exception_is_for_what_is_gone() -> None:
    named = {*LICENCES["exceptions"], *LICENCES["elsewhere"]}
    assert named - {each["name"] for each in OTHERS} == set()


def test_nothing_but_permissive_licences_is_taken_in_by_what_is_installed() -> None:
    """What an installation needs: with copyleft only as a library that anybody can exchange."""
    assert needed_by("caredesk") & set(LICENCES["exceptions"]) == {
        "certifi",
        "psycopg",
        "psycopg-binary",
        "psycopg-pool",
    }


def needed_by(name: str) -> set[str]:
    """With all that those need in turn, extras that are asked for somewhere among them."""
    locked, found, left = {each["name"]: each for each in LOCK}, set[str](), [name]
    while left:
        each = locked[left.pop()]
        extras = [one for some in each.get("optional-dependencies", {}).values() for one in some]
        new = {one["name"] for one in [*each.get("dependencies", []), *extras]} - found
        found |= new
        left += new
    return found
