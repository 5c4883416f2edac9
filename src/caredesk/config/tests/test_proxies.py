"""Who asks, whatever is said of it on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.config import serve
from caredesk.config.proxies import read_proxies, who_asks

OURS = read_proxies("127.0.0.1, 10.0.0.0/8, fd00::/8")
PROXIES = st.sampled_from(["127.0.0.1", "10.1.2.3", "fd00::1", "::ffff:10.0.0.9"])
STRANGERS = st.ip_addresses(network="203.0.113.0/24") | st.ip_addresses(network="2001:db8::/32")
MADE_UP = st.lists(
    st.text(max_size=12) | PROXIES | STRANGERS.map(str) | st.just("127.0.0.1, 127.0.0.1"),
    max_size=4,
)


@given(MADE_UP, STRANGERS.map(str), st.lists(PROXIES, max_size=3), PROXIES)
def test_whatever_a_browser_makes_up_it_is_who_asked_the_first_proxy(
    made_up: list[str], stranger: str, between: list[str], nearest: str
) -> None:
    said = ", ".join([*made_up, stranger, *between])
    assert who_asks(nearest, said, OURS) == stranger


@given(MADE_UP.map(", ".join), STRANGERS.map(str))
def test_who_is_no_proxy_is_not_believed(said: str, stranger: str) -> None:
    assert who_asks(stranger, said, OURS) == stranger
    assert who_asks("127.0.0.1", said, ()) == "127.0.0.1"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("", "10.0.0.1"),
        ("10.0.0.2", "10.0.0.2"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::9]:4711", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, unknown", "10.0.0.1"),
        ("203.0.113.9, unknown, 10.0.0.3", "10.0.0.3"),
    ],
)
def test_what_is_no_address_ends_what_is_believed(said: str, address: str) -> None:
    assert who_asks("10.0.0.1", said, OURS) == address


@pytest.mark.parametrize("said", ["*", "localhost", "10.0.0.1/8", "10.0.0", "unix:"])
def test_only_addresses_and_networks_are_taken(said: str) -> None:
    with pytest.raises(ValueError, match="CAREDESK_PROXIES"):
        read_proxies(f"127.0.0.1, {said}")


@pytest.mark.parametrize(
    ("https", "proxies", "warns"),
    [("1", "", True), ("1", "127.0.0.1", False), ("", "", False)],
)
def test_a_start_behind_a_proxy_that_is_not_named_says_so(
    https: str,
    proxies: str,
    warns: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CAREDESK_HTTPS", https)
    monkeypatch.setenv("CAREDESK_PROXIES", proxies)
    serve.say_if_proxy_is_unnamed()
    assert ("CAREDESK_PROXIES" in capsys.readouterr().err) == warns
