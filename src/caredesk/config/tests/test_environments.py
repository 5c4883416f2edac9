"""Each process is told what it needs, and no secret of anybody else's."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from caredesk.config import environment, serve, serving_several
from caredesk.config.environment import CannotStart
from caredesk.config.front import Front
from caredesk.config.organisations import (
    DEFAULT,
    DEFAULT_DATABASE,
    EMBEDDED,
    Database,
    Organisation,
)

APPLICATION = "postgresql://caredesk_app:the-applications@db.example/caredesk"
SECRETS = {
    "DATABASE_OWNER_URL": "postgresql://caredesk_owner:the-owners@db.example/caredesk",
    "CAREDESK_SERVER_URL": "postgresql://hoster:the-hosters@db.example/postgres",
    "CAREDESK_SECRET_KEY": "the-practices",
    "PGPASSWORD": "of-somebody",
    "PGPASSFILE": "/secrets/of-somebody",
    "CLOUD_ACCESS_KEY": "the-administrators",
}
MACHINE = {"PATH": "/bin", "LC_ALL": "C", "HTTPS_PROXY": "http://out:1", "PGSSLMODE": "verify-full"}


@pytest.fixture(autouse=True)
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """What `caredesk serve` is called with."""
    told = {**MACHINE, **SECRETS, "CAREDESK_DATA": str(tmp_path), "PGUSER": "somebody"}
    monkeypatch.setattr(os, "environ", told)
    return told


def secrets_in(told: Mapping[str, str]) -> set[str]:
    return {name for name, secret in SECRETS.items() if secret in told.values()}


def machines_in(told: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in told.items() if name in MACHINE}


def test_who_serves_the_one_practice_knows_its_key_and_no_other_secret() -> None:
    told = serve._environment("127.0.0.1", 8000)
    assert secrets_in(told) == {"CAREDESK_SECRET_KEY"}
    assert machines_in(told) == MACHINE
    assert "PGUSER" not in told


def test_beside_others_the_default_one_knows_no_more_and_the_others_nothing(tmp_path: Path) -> None:
    given = serve._environment("127.0.0.1", 8000)
    default = Organisation(DEFAULT, ("desk.test",), DEFAULT_DATABASE)
    elm = Organisation("elm", ("elm.test",), Database.named_for("elm", EMBEDDED))
    told = serving_several._told(default, given, APPLICATION, tmp_path)
    assert secrets_in(told) == {"CAREDESK_SECRET_KEY"}
    for asked in (given, os.environ):
        told = serving_several._told(elm, asked, APPLICATION, tmp_path)
        assert secrets_in(told) == set()
        assert machines_in(told) == MACHINE
        assert "PGUSER" not in told


def test_the_front_knows_nothing_of_ours(tmp_path: Path) -> None:
    told = Front("127.0.0.1", 80, behind_tls=False)._children.environment
    assert told == {"PATH": "/bin", "LC_ALL": "C"}


def test_a_password_is_told_only_to_whom_no_address_tells_it(said: dict[str, str]) -> None:
    """A server of your own may be said in libpq's own variables, too."""
    said["DATABASE_URL"] = APPLICATION
    told = serve._environment("127.0.0.1", 8000)
    assert secrets_in(told) == {"CAREDESK_SECRET_KEY"}
    assert (told["PGUSER"], told["DATABASE_URL"]) == ("somebody", APPLICATION)
    said["DATABASE_URL"] = "postgresql://db.example/caredesk"
    told = serve._environment("127.0.0.1", 8000)
    assert secrets_in(told) == {"CAREDESK_SECRET_KEY", "PGPASSWORD", "PGPASSFILE"}
    said["DATABASE_URL"] = "postgresql://["
    with pytest.raises(CannotStart, match="cannot be read"):
        serve._environment("127.0.0.1", 8000)


def test_who_migrates_finds_the_owners_password() -> None:
    without = "postgresql://caredesk_owner@db.example/caredesk"
    assert environment.password_for(SECRETS["DATABASE_OWNER_URL"]) == {}
    assert environment.password_for(without).keys() == {"PGPASSWORD", "PGPASSFILE"}
