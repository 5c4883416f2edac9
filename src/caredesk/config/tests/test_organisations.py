"""Which organisation a process works for, and what it is told of the others: nothing."""

import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.config import children, environment, organisations, server_user, serving_several
from caredesk.config.environment import CannotStart
from caredesk.config.front import Front
from caredesk.config.organisations import EMBEDDED, Database, Organisation
from caredesk.config.proxies import read_proxies

SERVER = "postgresql://db.example:5433/?sslmode=verify-full"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [each for each in os.environ if each.startswith(("CAREDESK_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    os.environ["CAREDESK_DATA"] = str(tmp_path)
    return tmp_path


def made(name: str, *hosts: str, server: str = EMBEDDED) -> Organisation:
    found = Organisation(name, hosts or (f"{name}.test",), Database.named_for(name, server))
    found.write()
    return found


def test_what_is_written_is_read_again(folder: Path) -> None:
    elm = replace(
        made("elm-street", "elm.test", "www.elm.test", server=SERVER),
        origins=('https://a"b\\c.test',),
        settings={"CAREDESK_WORKERS": "3"},
        is_served=False,
    )
    elm.write()
    assert organisations.find("elm-street") == elm
    assert elm.database.name == "caredesk_elm_street"
    kept = folder / "organisations" / "elm-street"
    assert kept.stat().st_mode & 0o077 == 0
    assert (kept / "organisation.toml").stat().st_mode & 0o077 == 0


def test_a_url_is_its_own_role_and_database_on_that_server(folder: Path) -> None:
    application, owner = made("elm").urls("postgresql://postgres:x%20y@127.0.0.1:5/postgres?a=b")
    secret = (folder / "organisations" / "elm" / "keys" / "database-application").read_text()
    assert application == (
        f"postgresql://caredesk_elm_app:{secret.strip()}@127.0.0.1:5/caredesk_elm?a=b"
    )
    assert owner.startswith("postgresql://caredesk_elm_owner:")
    assert "x%20y" not in owner


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('hosts = ["elm.test"]', "cannot be read"),
        ("hosts = [", "cannot be read"),
        ('hosts = ["a b"]\n[database]\nserver="embedded"', "no host name"),
    ],
)
def test_a_configuration_that_is_wrong_stops_everything(
    folder: Path, written: str, says: str
) -> None:
    made("elm")
    (folder / "organisations" / "elm" / "organisation.toml").write_text(written)
    with pytest.raises(CannotStart, match=says):
        organisations.listed()


def test_two_never_share_a_host_or_a_database(folder: Path) -> None:
    made("elm")
    oak = made("oak", "oak.test", "elm.test")
    with pytest.raises(CannotStart, match=r"elm\.test"):
        organisations.listed()
    replace(oak, hosts=("oak.test",), database=Database.named_for("elm", EMBEDDED)).write()
    with pytest.raises(CannotStart, match="caredesk_elm"):
        organisations.listed()
    for roles in ({"owner": "caredesk_elm_owner"}, {"application": "caredesk_elm_app"}):
        replace(oak, hosts=("oak.test",), database=replace(oak.database, **roles)).write()
        with pytest.raises(CannotStart, match="the role caredesk_elm"):
            organisations.listed()
    replace(oak, hosts=("oak.test",), database=organisations.DEFAULT_DATABASE).write()
    with pytest.raises(CannotStart, match="oak and default both have"):
        organisations.listed()
    replace(oak, hosts=("oak.test",)).write()
    assert [each.name for each in organisations.listed()] == ["elm", "oak"]


@given(st.from_regex(organisations._NAME, fullmatch=True), st.data())
def test_no_two_names_make_the_same_database_or_role(one: str, data: st.DataObject) -> None:
    """Nor does what is made beside a database for a while bear another's name."""
    near = [one + "-export", one + "-owner", one + "-app", "owner", "app", one.replace("-", "")]
    other = data.draw(st.sampled_from(near).filter(lambda name: name != one))
    ours, theirs = (Database.named_for(name, EMBEDDED) for name in (one, other))
    default = organisations.DEFAULT_DATABASE
    beside = {Database.beside(name, "export") for name in (one, other)}
    assert len({ours.name, theirs.name, default.name, *beside}) == 5
    roles = {role for each in (ours, theirs, default) for role in (each.owner, each.application)}
    assert len(roles) == 6


def test_what_is_made_beside_a_database_has_a_name_that_is_not_cut(folder: Path) -> None:
    longest = "a" * organisations._LONGEST_NAME
    assert organisations.checked_name(longest) == longest
    assert len(Database.beside(longest, "export")) < 63


def test_the_fronts_own_files_are_called_as_no_organisation_can_be(tmp_path: Path) -> None:
    written = Front("::", 80, behind_tls=False).configuration(tmp_path, {})
    own = set(re.findall(rf"{tmp_path}/([^;/]+)", written))
    assert "nginx.body" in own
    for name in own:
        with pytest.raises(CannotStart, match="cannot name an organisation"):
            organisations.checked_name(name)


def test_the_default_ones_hosts_are_taken_however_they_are_written(folder: Path) -> None:
    (folder / "keys").mkdir()
    (folder / "keys" / "audit").write_text("x")
    made("elm")
    with pytest.raises(CannotStart, match=r"elm\.test is among CAREDESK_HOSTS"):
        serving_several._served({"CAREDESK_HOSTS": "desk.test,ELM.test"})
    os.environ["CAREDESK_HOSTS"] = "Desk.Test"
    assert environment.default_hosts() == ["desk.test"]


@pytest.mark.parametrize("name", ["CAREDESK_DATA", "CAREDESK_ORGANISATION", "PATH", "DATABASE_URL"])
def test_settings_cannot_say_which_organisation_it_is(folder: Path, name: str) -> None:
    replace(made("elm"), settings={name: "x"}).write()
    with pytest.raises(CannotStart, match="cannot be among the settings"):
        organisations.listed()


def test_one_is_told_nothing_that_is_anothers(folder: Path) -> None:
    said = {
        "PATH": "/bin",
        "CAREDESK_DATA": str(folder),
        "CAREDESK_HTTPS": "1",
        "CAREDESK_SECRET_KEY": "the default organisation's",
        "CAREDESK_HOSTS": "default.test",
        "CAREDESK_SOMETHING_NEW": "of the default organisation",
        "DATABASE_URL": "postgresql://default",
        "DATABASE_OWNER_URL": "postgresql://default-owner",
        "DJANGO_SETTINGS_MODULE": "other",
    }
    told = replace(made("elm"), settings={"CAREDESK_WORKERS": "4"}).environment(said)
    assert told == {
        "PATH": "/bin",
        "CAREDESK_DATA": str(folder),
        "CAREDESK_HTTPS": "1",
        "CAREDESK_WORKERS": "4",
        "CAREDESK_ORGANISATION": "elm",
        "CAREDESK_HOSTS": "elm.test",
        "CAREDESK_ORIGINS": "",
        "CAREDESK_DEMO": "0",
        "CAREDESK_DEMO_SIGN_INS": "0",
    }


def test_alone_the_default_organisation_is_chosen_and_nothing_changes(folder: Path) -> None:
    before = dict(os.environ)
    organisations.choose(None)
    os.environ["DATABASE_URL"] = "postgresql://mine"
    organisations.choose(None)
    assert dict(os.environ) == before | {"DATABASE_URL": "postgresql://mine"}
    assert environment.data_folder() == folder


def test_where_several_are_there_one_must_be_said(folder: Path) -> None:
    made("elm", server=SERVER)
    organisations.choose(None)
    assert environment.data_folder() == folder / "organisations" / "elm"
    for name in ("CAREDESK_ORGANISATION", "DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name)
    made("oak", server=SERVER)
    with pytest.raises(CannotStart, match=r"\(elm, oak\)"):
        organisations.choose(None)
    with pytest.raises(CannotStart, match="no organisation ash"):
        organisations.choose("ash")
    organisations.choose("oak")
    assert os.environ["DATABASE_URL"].startswith("postgresql://caredesk_oak_app:")
    assert os.environ["DATABASE_URL"].endswith("@db.example:5433/caredesk_oak?sslmode=verify-full")
    assert environment.data_folder() == folder / "organisations" / "oak"


def test_beside_others_the_default_one_must_be_said_too(folder: Path) -> None:
    made("elm")
    (folder / "keys").mkdir()
    (folder / "keys" / "audit").write_text("x")
    with pytest.raises(CannotStart, match=r"\(default, elm\)"):
        organisations.choose(None)
    organisations.choose("default")
    assert environment.data_folder() == folder
    os.environ["DATABASE_URL"] = "postgresql://mine"
    organisations.choose("elm")
    assert "DATABASE_URL" not in os.environ


@pytest.mark.parametrize(
    ("said", "host"),
    [("Desk.Elm.Example", "desk.elm.example"), ("elm.test.", "elm.test"), ("müller.de", None)],
)
def test_a_host_is_as_browsers_send_it(said: str, host: str | None) -> None:
    assert organisations.checked_host(said) == (host or "xn--mller-kva.de")


@pytest.mark.parametrize(
    "said", ["", ".", "a b", "a:1", "a/b", "http://a", "a;", "*", "*.a", "~a", "a\nb", "-a", "a$b"]
)
def test_what_no_browser_sends_is_no_host(said: str) -> None:
    with pytest.raises(CannotStart, match="no host name"):
        organisations.checked_host(said)


def test_behind_a_tls_proxy_the_front_takes_its_word_only_from_this_machine(tmp_path: Path) -> None:
    hosts = {tmp_path / "elm": ["elm.test"]}
    plain = Front("::", 80, behind_tls=False).configuration(tmp_path, hosts)
    behind = Front("127.0.0.1", 80, behind_tls=True).configuration(tmp_path, hosts)
    assert "listen [::]:80 default_server;" in plain
    assert "X-Forwarded-Proto $scheme;" in plain
    assert "real_ip_header" not in plain
    assert "X-Forwarded-Proto $http_x_forwarded_proto;" in behind
    assert "set_real_ip_from 127.0.0.1;" in behind


def test_who_is_not_root_names_no_user_to_the_front_and_opens_nothing_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    server_user.front_user.cache_clear()
    tmp_path.chmod(0o700)
    front = Front("127.0.0.1", 80, behind_tls=False)
    front.may_enter(tmp_path)
    assert tmp_path.stat().st_mode & 0o7777 == 0o700
    assert "\nuser " not in front.configuration(tmp_path, {})
    monkeypatch.setenv("CAREDESK_SOCKETS", str(tmp_path))
    assert children._place("web", 1)["uds_permissions"] == 0o600
    server_user.front_user.cache_clear()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_root_lets_the_front_through_its_folders_and_says_where_it_cannot(tmp_path: Path) -> None:
    front = Front("127.0.0.1", 80, behind_tls=False)
    with tempfile.TemporaryDirectory() as open_to_all:
        front.may_enter(Path(open_to_all))
        written = front.configuration(Path(open_to_all), {})
    assert f"\nuser {' '.join(server_user.front_user().names())};\n" in written
    assert "user root" not in written
    (tmp_path / "closed" / "sockets").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    with pytest.raises(CannotStart, match="choose with TMPDIR"):
        front.may_enter(tmp_path / "closed" / "sockets")


def test_behind_named_proxies_the_front_takes_the_word_of_these_only(tmp_path: Path) -> None:
    proxies = read_proxies("10.0.0.0/8, 192.0.2.1")
    front = Front("127.0.0.1", 80, behind_tls=True, proxies=proxies)
    written = front.configuration(tmp_path, {tmp_path / "elm": ["elm.test"]})
    assert re.findall(r"set_real_ip_from (.*);", written) == ["10.0.0.0/8", "192.0.2.1/32"]
    assert "real_ip_recursive on;" in written
