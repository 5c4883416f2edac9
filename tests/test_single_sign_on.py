"""Single sign-on with a real provider: who it says that one is, and what is not believed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import world as cast
from tests.oidc_provider.provider import Provider, changed, path_of, running
from tests.test_own_addresses import HOSTILE, OURS
from tests.world import PASSWORD, World

from caredesk.access.actions import end_user
from caredesk.access.factors.demands import demand_factor
from caredesk.access.models import ExternalIdentity, Session
from caredesk.access.sso import client as sso_client
from caredesk.access.sso import coming_in
from caredesk.access.sso.actions import (
    end_identity,
    end_sign_in_email,
    link_by_email,
    link_identity,
    note_sign_in_email,
)
from caredesk.access.sso.rules import has_second_factor, is_fresh, verified_email
from caredesk.audit.models import Entry
from caredesk.kernel.errors import Missing, Refused

START = "/sign-in/sso/"
BACK = "http://testserver/sign-in/sso/back/"


@pytest.fixture(scope="module")
def _provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running(tmp_path_factory.mktemp("provider"), [BACK]) as provider:
        yield provider


@pytest.fixture
def provider(_provider: Provider, settings: Any) -> Provider:
    """The provider, honest, and configured."""
    _provider.say()
    settings.SSO = {
        "issuer": _provider.issuer,
        "client_id": "caredesk",
        "secret_file": str(_provider.secret_file),
        "name": "Elm Street",
        "by_email": "",
        "asks_again": "1",
        "second_factor_amr": "",
        "second_factor_acr": "",
    }
    sso_client._forget_provider()
    return _provider


@pytest.fixture
def world(db: None) -> World:
    return cast.build()


@pytest.fixture
def linked(world: World, provider: Provider) -> World:
    link_identity(world.users["ana"].id, provider.subject_of("ana.p"), by=world.actor("mia"))
    return world


def start(browser: Client, **more: str) -> str:
    answer = browser.get(START, more)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def come_back(browser: Client, provider: Provider, name: str, **otherwise: str) -> Any:
    """From the link on the sign-in page to the provider and back."""
    return browser.get(path_of(provider.sign_in(start(browser), name, **otherwise)))


def signed_in_as(browser: Client) -> object:
    key = browser.cookies.get("caredesk_session")
    found = Session.objects.filter(session_key=key.value).first() if key else None
    return found.user_id if found else None


def test_who_is_linked_is_signed_in_and_comes_where_they_wanted(
    linked: World, provider: Provider
) -> None:
    browser = Client()
    address = start(browser, next="/patients/?x=1")
    for said in (
        "code_challenge=",
        "code_challenge_method=S256",
        "nonce=",
        "state=",
        "prompt=login",
    ):
        assert said in address
    answer = browser.get(path_of(provider.sign_in(address, "ana.p")))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/patients/?x=1")
    assert signed_in_as(browser) == linked.users["ana"].id
    assert browser.get("/patients/").status_code == 200
    assert Entry.objects.filter(kind="sign-in", actor=linked.users["ana"].id).count() == 1


@pytest.mark.parametrize("address", ["https://evil.example/", *HOSTILE])
def test_nobody_is_led_to_another_host(linked: World, provider: Provider, address: str) -> None:
    browser = Client()
    answer = browser.get(path_of(provider.sign_in(start(browser, next=address), "ana.p")))
    assert signed_in_as(browser) == linked.users["ana"].id
    assert answer.headers["Location"] in OURS


def test_the_sign_in_page_offers_it_where_it_is_configured(
    world: World, provider: Provider, settings: Any
) -> None:
    assert "Sign in with Elm Street" in Client().get("/sign-in/").content.decode()
    settings.SSO = {**settings.SSO, "issuer": ""}
    assert "Sign in with Elm Street" not in Client().get("/sign-in/").content.decode()
    assert Client().get(START).status_code == 404


def test_an_unknown_person_is_told_what_to_do_and_nothing_opens(
    world: World, provider: Provider
) -> None:
    browser = Client()
    answer = come_back(browser, provider, "eve.p")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Show this page to your practice manager" in text
    assert provider.subject_of("eve.p") in text
    assert signed_in_as(browser) is None
    link_identity(world.users["ben"].id, provider.subject_of("eve.p"), by=world.actor("mia"))
    assert come_back(browser, provider, "eve.p").status_code == 302
    assert signed_in_as(browser) == world.users["ben"].id


def test_an_ended_link_or_access_lets_nobody_in(linked: World, provider: Provider) -> None:
    mia = linked.actor("mia")
    end_user(linked.users["ana"].id, by=mia)
    assert come_back(Client(), provider, "ana.p").status_code == 403
    identity = ExternalIdentity.objects.get(user=linked.users["ana"])
    end_identity(identity.id, by=mia)
    with pytest.raises(Missing):
        end_identity(identity.id, by=mia)
    assert come_back(Client(), provider, "ana.p").status_code == 403


def test_an_ended_link_ends_the_sessions_that_began_by_it_and_no_other(
    linked: World, provider: Provider
) -> None:
    mia, ana = signed_in("mia"), linked.users["ana"].id
    link_identity(linked.users["ben"].id, provider.subject_of("eve.p"), by=linked.actor("mia"))
    by_it, locked, by_another, by_password = Client(), Client(), Client(), signed_in("ana")
    assert come_back(by_it, provider, "ana.p").status_code == 302
    assert come_back(locked, provider, "ana.p").status_code == 302
    assert come_back(by_another, provider, "eve.p").status_code == 302
    locked.post("/session/lock/")
    identity = ExternalIdentity.objects.get(user=ana)
    answer = mia.post(f"/identities/{identity.id}/end/", follow=True)
    assert "2 sessions that began by it have ended, too." in answer.content.decode()
    assert by_it.get("/patients/").headers["Location"].startswith("/sign-in/")
    assert signed_in_as(by_it) is signed_in_as(locked) is None
    for others in (by_password, by_another, mia):
        assert others.get("/patients/").status_code == 200
    changes = Entry.objects.get(name="end_identity").changes
    assert [each["was"]["user_id"] for each in changes if each["table"] == "access_session"] == [
        str(ana)
    ] * 2


def test_who_ends_their_own_link_goes_on_where_they_do_it(
    linked: World, provider: Provider
) -> None:
    mine = link_identity(
        linked.users["mia"].id, provider.subject_of("mia.p"), by=linked.actor("mia")
    ).identity
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        assert come_back(browser, provider, "mia.p").status_code == 302
    answer = here.post(f"/identities/{mine}/end/", follow=True)
    assert "One session that began by it has ended, too." in answer.content.decode()
    assert here.get("/patients/").status_code == 200
    assert signed_in_as(elsewhere) is None


def test_a_link_that_ends_between_two_steps_lets_nobody_in(
    linked: World, provider: Provider
) -> None:
    """Half signed in by it: the step that is still asked is not even shown."""
    demand_factor("secretary", by=cast.FOUNDER)
    browser = Client()
    assert come_back(browser, provider, "ana.p").headers["Location"] == "/sign-in/set-up/"
    assert browser.get("/sign-in/set-up/").status_code == 200
    end_identity(ExternalIdentity.objects.get().id, by=linked.actor("mia"))
    answer = browser.get("/sign-in/set-up/")
    assert answer.headers["Location"] == "/sign-in/?ended=1"


def test_a_link_that_ends_at_the_last_moment_lets_nobody_in(
    linked: World, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the provider's answer is believed already."""
    identity = ExternalIdentity.objects.get()

    def ended_meanwhile(*given: Any) -> bool:
        end_identity(identity.id, by=linked.actor("mia"))
        return has_second_factor(*given)

    monkeypatch.setattr(coming_in, "has_second_factor", ended_meanwhile)
    browser = Client()
    assert come_back(browser, provider, "ana.p").headers["Location"] == "/sign-in/"
    assert signed_in_as(browser) is None


def test_a_forged_or_foreign_state_is_not_believed(linked: World, provider: Provider) -> None:
    """Who lures a colleague to a link of one's own must not sign them in as oneself."""
    browser, attacker = Client(), Client()
    came = provider.sign_in(start(attacker), "ana.p")
    start(browser)
    refused(browser, path_of(came))
    refused(browser, path_of(changed(came, state="forged")))
    refused(Client(), path_of(came))
    assert attacker.get(path_of(came)).status_code == 302


def test_the_provider_hears_nothing_of_a_state_that_was_made_up(
    linked: World, provider: Provider
) -> None:
    browser = Client()
    came = path_of(provider.sign_in(start(browser), "ana.p"))
    before = provider.asked()
    for number in range(5):
        assert Client().get(f"/sign-in/sso/back/?code=x&state=forged{number}").status_code == 403
        assert browser.get(f"/sign-in/sso/back/?code=x&state=forged{number}").status_code == 403
    assert Client().get("/sign-in/sso/back/").status_code == 403
    start(Client())
    assert provider.asked() == before
    assert browser.get(came).status_code == 302


def test_a_code_that_was_made_up_is_asked_about_once(linked: World, provider: Provider) -> None:
    """What the provider says of itself is not asked for again because of it."""
    browser = Client()
    own = path_of(provider.sign_in(start(browser), "ana.p"))
    before = len(provider.asked())
    assert browser.get(changed(own, code="forged")).status_code == 403
    start(browser)
    assert provider.asked()[before:] == ["/o/token/"]


def test_who_is_sent_to_the_provider_again_and_again_leaves_nothing_behind(
    linked: World, provider: Provider
) -> None:
    browser = Client()
    browser.cookies["caredesk_session"] = "made-up"
    first = provider.sign_in(start(browser), "ana.p")
    once = browser.session
    for _ in range(5):
        last = start(browser, next="/patients/")
    kept = browser.session
    assert kept.session_key == once.session_key
    assert len(kept.items()) == len(once.items())
    assert kept.get_expiry_age() <= 600
    assert browser.get(path_of(first)).status_code == 403
    assert browser.get(path_of(provider.sign_in(last, "ana.p"))).headers["Location"] == "/patients/"
    assert browser.session.get_expiry_age() > 600


def test_who_is_signed_in_stays_so_as_long_as_before(linked: World, provider: Provider) -> None:
    browser = signed_in("ben")
    start(browser)
    assert browser.session.get_expiry_age() > 600


def test_a_code_of_another_sign_in_is_not_believed(linked: World, provider: Provider) -> None:
    """A stolen code in one's own sign-in: PKCE binds it to the browser that began."""
    victim, thief = Client(), Client()
    stolen = provider.sign_in(start(victim), "ana.p")
    own = provider.sign_in(start(thief), "eve.p")
    refused(thief, path_of(changed(own, code=code_of(stolen))))


def test_a_code_is_good_once(linked: World, provider: Provider) -> None:
    browser = Client()
    came = path_of(provider.sign_in(start(browser), "ana.p"))
    assert browser.get(came).status_code == 302
    again = Client()
    assert browser.get(came).status_code == 403
    own = provider.sign_in(start(again), "ana.p")
    refused(again, path_of(changed(own, code=code_of(came))))


def test_a_wrong_nonce_is_not_believed(linked: World, provider: Provider) -> None:
    answer = come_back(Client(), provider, "ana.p", nonce="of another sign-in")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "wrongly",
    [
        {"aud": "another"},
        {"aud": ["caredesk", "another"], "azp": "another"},
        {"iss": "http://127.0.0.1:1/o"},
        {"exp": 1_700_000_000},
        {"sub": ""},
        {"auth_time": 1_700_000_000},
        {"auth_time": None},
    ],
    ids=str,
)
def test_a_token_for_somebody_else_or_another_time_is_not_believed(
    linked: World, provider: Provider, wrongly: dict[str, Any]
) -> None:
    provider.say(**wrongly)
    browser = Client()
    assert come_back(browser, provider, "ana.p").status_code == 403
    assert signed_in_as(browser) is None
    provider.say()
    assert come_back(browser, provider, "ana.p").status_code == 302


def test_a_token_signed_with_our_own_secret_is_not_believed(
    linked: World, provider: Provider, settings: Any
) -> None:
    settings.SSO = {**settings.SSO, "client_id": "caredesk-hs"}
    assert come_back(Client(), provider, "ana.p").status_code == 403


@pytest.mark.parametrize("kid", ["the published", "its own", "none", "brought along"])
def test_a_token_signed_by_a_key_that_is_not_published_is_not_believed(
    linked: World, provider: Provider, kid: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Everything in it is right, but for who signed it."""
    browser = Client()
    with provider.forging(kid):
        came = path_of(provider.sign_in(start(browser), "ana.p"))
        refused(browser, came)
    assert ("invalid_key_id" if kid == "its own" else "bad_signature") in caplog.text
    assert not Entry.objects.filter(kind="sign-in").exists()
    assert come_back(browser, provider, "ana.p").status_code == 302
    assert signed_in_as(browser) == linked.users["ana"].id


def test_a_provider_that_names_another_issuer_is_not_asked(
    linked: World, provider: Provider, settings: Any
) -> None:
    settings.SSO = {**settings.SSO, "issuer": f"{provider.issuer}/"}
    assert Client().get(START).status_code == 502


def test_when_the_provider_changes_its_key_the_new_one_counts(
    linked: World, provider: Provider
) -> None:
    assert come_back(Client(), provider, "ana.p").status_code == 302
    provider.change_key()
    assert come_back(Client(), provider, "ana.p").status_code == 302


def test_a_provider_that_is_away_is_said_so(linked: World, provider: Provider) -> None:
    browser = Client()
    came = path_of(provider.sign_in(start(browser), "ana.p"))
    provider.stop()
    try:
        refused(browser, came)
        sso_client._forget_provider()
        answer = Client().get(START)
        assert answer.status_code == 502
        assert "does not answer" in answer.content.decode()
    finally:
        provider.start()


def test_a_refusal_of_the_provider_is_said_without_its_words(
    linked: World, provider: Provider
) -> None:
    browser = Client()
    start(browser)
    said = "error=access_denied&error_description=<script>alert(1)</script>"
    answer = browser.get(f"/sign-in/sso/back/?{said}")
    assert answer.status_code == 403
    assert "alert" not in answer.content.decode()


def test_by_email_only_if_configured_and_only_if_verified(
    world: World, provider: Provider, settings: Any
) -> None:
    mia = world.actor("mia")
    note_sign_in_email(world.users["ana"].id, "ana@elm.example", by=mia)
    note_sign_in_email(world.users["ben"].id, "ben@elm.example", by=mia)
    assert come_back(Client(), provider, "ana.p").status_code == 403
    settings.SSO = {**settings.SSO, "by_email": "1"}
    assert come_back(Client(), provider, "ben.p").status_code == 403
    assert come_back(Client(), provider, "eve.p").status_code == 403
    browser = Client()
    assert come_back(browser, provider, "ana.p").status_code == 302
    assert signed_in_as(browser) == world.users["ana"].id
    [identity] = ExternalIdentity.objects.all()
    assert (identity.subject, identity.linked_by) == (provider.subject_of("ana.p"), None)
    assert Entry.objects.get(name="link_by_email").actor_label == "Single sign-on"


def test_an_address_that_changed_hands_lets_nobody_else_in(
    world: World, provider: Provider, settings: Any
) -> None:
    settings.SSO = {**settings.SSO, "by_email": "1"}
    mia, ana = world.actor("mia"), world.users["ana"].id
    note_sign_in_email(ana, "ana@elm.example", by=mia)
    assert come_back(Client(), provider, "ana.p").status_code == 302
    provider.say(email="ana@elm.example", email_verified=True)
    assert come_back(Client(), provider, "eve.p").status_code == 403
    end_sign_in_email(ana, by=mia)
    provider.say()
    assert come_back(Client(), provider, "ana.p").status_code == 302


def test_an_ended_link_is_not_brought_back_by_the_address(
    world: World, provider: Provider, settings: Any
) -> None:
    settings.SSO = {**settings.SSO, "by_email": "1"}
    ana, page = world.users["ana"].id, f"/users/{world.users['ana'].id}/sso/"
    note_sign_in_email(ana, "ana@elm.example", by=world.actor("mia"))
    assert come_back(Client(), provider, "ana.p").status_code == 302
    mia = signed_in("mia")
    assert "the address does not bring it back" not in mia.get(page).content.decode()
    mia.post(f"/identities/{ExternalIdentity.objects.get().id}/end/")
    again = Client()
    refused = come_back(again, provider, "ana.p")
    assert refused.status_code == 403
    assert "Show this page to your practice manager" in refused.content.decode()
    assert signed_in_as(again) is None
    said = mia.get(page).content.decode()
    assert "the address does not bring it back" in said
    subject = provider.subject_of("ana.p")
    assert f'Not by <strong class="subject">{subject}</strong>' in said
    # A manager's own hand does.
    mia.post(page, {"subject": subject})
    assert come_back(again, provider, "ana.p").status_code == 302
    assert signed_in_as(again) == ana
    assert "the address does not bring it back" not in mia.get(page).content.decode()


def test_a_link_that_ends_while_the_address_is_looked_up_stays_ended(
    linked: World, provider: Provider
) -> None:
    end_identity(ExternalIdentity.objects.get().id, by=linked.actor("mia"))
    with pytest.raises(Refused, match="was ended"):
        link_by_email(linked.users["ana"].id, provider.subject_of("ana.p"), by=coming_in._ITSELF)
    assert not ExternalIdentity.objects.filter(ended_at=None).exists()


def test_an_ended_link_of_one_does_not_close_the_address_of_another(
    world: World, provider: Provider, settings: Any
) -> None:
    """A manager linked the wrong colleague, and ended that."""
    settings.SSO = {**settings.SSO, "by_email": "1"}
    mia = world.actor("mia")
    note_sign_in_email(world.users["ana"].id, "ana@elm.example", by=mia)
    wrong = link_identity(world.users["ben"].id, provider.subject_of("ana.p"), by=mia)
    end_identity(wrong.identity, by=mia)
    browser = Client()
    assert come_back(browser, provider, "ana.p").status_code == 302
    assert signed_in_as(browser) == world.users["ana"].id


def test_the_providers_second_factor_counts_only_where_it_was_configured(
    world: World, provider: Provider, settings: Any
) -> None:
    """A role that needs one: without the setting it is set up here, whatever the provider says."""
    demand_factor("manager", by=cast.FOUNDER)
    link_identity(world.users["mia"].id, provider.subject_of("mia.p"), by=world.actor("mia"))
    browser = Client()
    assert come_back(browser, provider, "mia.p").headers["Location"] == "/sign-in/set-up/"
    assert signed_in_as(browser) is None
    for name, value in (
        ("second_factor_amr", "hwk otp"),
        ("second_factor_acr", "urn:practice:two"),
    ):
        settings.SSO = {**settings.SSO, "second_factor_amr": "", name: value}
        browser = Client()
        assert come_back(browser, provider, "mia.p").headers["Location"] == "/"
        assert signed_in_as(browser) == world.users["mia"].id


def test_it_puts_whoever_was_here_aside(linked: World, provider: Provider) -> None:
    browser = Client()
    browser.post("/sign-in/", {"username": "ben", "password": PASSWORD})
    browser.post("/session/lock/")
    assert come_back(browser, provider, "ana.p").status_code == 302
    assert signed_in_as(browser) == linked.users["ana"].id
    assert Session.objects.get(user=linked.users["ben"]).locked_at is not None


def test_only_the_manager_links_and_nobody_twice(linked: World, provider: Provider) -> None:
    ben, subject = linked.users["ben"].id, provider.subject_of("ana.p")
    with pytest.raises(Refused, match="linked to a user already"):
        link_identity(ben, subject, by=linked.actor("mia"))
    with pytest.raises(Refused) as refused_to:
        link_identity(ben, "9", by=linked.actor("ana"))
    assert refused_to.value.forbidden
    note_sign_in_email(linked.users["ana"].id, "a@elm.example", by=linked.actor("mia"))
    with pytest.raises(Refused, match="a colleague's address"):
        note_sign_in_email(ben, "A@Elm.example", by=linked.actor("mia"))


def test_the_manager_links_on_a_page(world: World, provider: Provider) -> None:
    browser = Client()
    browser.post("/sign-in/", {"username": "mia", "password": PASSWORD})
    address = f"/users/{world.users['ana'].id}/sso/"
    assert browser.post(address, {"subject": "1"}).status_code == 303
    page = browser.get(address).content.decode()
    assert provider.issuer in page
    identity = ExternalIdentity.objects.get()
    assert browser.post(f"/identities/{identity.id}/end/").status_code == 303
    ana = Client()
    ana.post("/sign-in/", {"username": "ana", "password": PASSWORD})
    assert ana.get(address).status_code == 404


def signed_in(name: str) -> Client:
    """By a password of Caredesk's own."""
    browser = Client()
    assert browser.post("/sign-in/", {"username": name, "password": PASSWORD}).status_code == 302
    return browser


def refused(browser: Client, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 403
    assert "Nothing was opened" in answer.content.decode()
    assert signed_in_as(browser) is None


def code_of(address: str) -> str:
    return address.partition("code=")[2].partition("&")[0]


def test_a_second_factor_counts_only_in_words_that_were_configured() -> None:
    claims = {"amr": ["pwd", "otp"], "acr": "two"}
    assert not has_second_factor(claims, frozenset(), frozenset())
    assert has_second_factor(claims, {"otp"}, frozenset())
    assert has_second_factor(claims, frozenset(), {"two"})
    assert not has_second_factor({"amr": "otp"}, {"otp"}, frozenset())
    assert not has_second_factor({}, {"otp"}, {"two"})


def test_what_is_fresh_and_what_is_a_verified_address() -> None:
    assert is_fresh({"auth_time": 1_000}, 1_100)
    for said in ({"auth_time": 900}, {"auth_time": True}, {"auth_time": "1000"}, {}):
        assert not is_fresh(said, 1_100)
    assert verified_email({"email": " A@B.example", "email_verified": True}) == "a@b.example"
    for claims in ({"email": "a@b.example"}, {"email": "a@b.example", "email_verified": "true"}):
        assert verified_email(claims) == ""


def test_the_secret_is_in_a_file_and_the_issuer_is_https(settings: Any, tmp_path: Path) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from caredesk.access.sso.configuration import provider as configured

    settings.SSO = {**settings.SSO, "issuer": "http://login.example/"}
    with pytest.raises(ImproperlyConfigured):
        configured()
    (tmp_path / "secret").write_text("s3cret\n")
    settings.SSO = {
        **settings.SSO,
        "issuer": "https://login.example/",
        "secret_file": str(tmp_path / "secret"),
    }
    found = configured()
    assert found is not None
    assert found.secret == "s3cret"
    assert "s3cret" not in repr(found)
