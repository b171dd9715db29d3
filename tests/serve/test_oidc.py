"""Signing in at an OpenID Connect provider, and every way in which its answer must not be believed."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tallystick.cli import app as program
from tallystick.errors import BadAccount, BadSettings
from tallystick.model.people import Permission, Role
from tallystick.office import accounts, provided, tokens
from tallystick.serve.oidc import SignIns
from tallystick.serve.settings import Provider, read_settings
from tests.serve.issuer import CLIENT, SECRET, Issuer, issuing
from tests.serve.people import NOW, House, cheap, house

__all__ = ["cheap"]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@pytest.fixture
def home(where: str, issuer: Issuer) -> Iterator[House]:
    """A shared app that trusts the issuer; cole is expected to come by it, ada has a password."""
    provider = Provider(
        issuer.address, CLIENT, SECRET, roles_claim="groups", roles={"coders": "coder", "readers": "reader"}
    )
    with house(where, oidc=provider) as made:
        made.add("ada", Role.ADMIN)
        made.add("cole", Role.CODER, password=None)
        yield made


def back(home: House, issuer: Issuer, browser: TestClient, onward: str = "/account", **query: str) -> httpx.Response:
    """Goes to the provider, signs in there, and comes back."""
    left = browser.get("/sign-in/provider", params={"next": onward})
    assert left.status_code == 303, left.text
    said = issuer.visit(left.headers["location"], int(home.clock().timestamp()))
    return browser.get("/sign-in/provider/back", params=said | query)


def name_of(browser: TestClient) -> str | None:
    answer = browser.get("/api/v1/me")
    return answer.json()["name"] if answer.status_code == 200 else None


def refused(home: House, issuer: Issuer, **query: str) -> str:
    """What an answer that is not believed is told; nobody is signed in by it."""
    browser = home.browser()
    answer = back(home, issuer, browser, **query)
    assert answer.status_code in (401, 403)
    assert name_of(browser) is None
    return answer.text


def test_an_expected_person_is_let_in_and_comes_to_where_they_were(home: House, issuer: Issuer) -> None:
    browser = home.browser()
    answer = back(home, issuer, browser, "/review?after=3")
    assert answer.headers["location"] == "/review?after=3"
    assert name_of(browser) == "cole"
    assert issuer.authenticated
    assert ("cole", "signed in") in [(person, what) for person, what, _ in home.audited()]


def test_what_is_asked_of_the_provider_bears_pkce_state_and_nonce(home: House, issuer: Issuer) -> None:
    browser = home.browser()
    back(home, issuer, browser)
    first = dict(issuer.pending)
    assert (first["response_type"], first["code_challenge_method"]) == ("code", "S256")
    assert first["redirect_uri"] == "http://testserver/sign-in/provider/back"
    assert issuer.asked["code_verifier"] not in str(first)
    back(home, issuer, home.browser())
    assert all(first[name] != issuer.pending[name] for name in ("state", "nonce", "code_challenge"))


def test_afterwards_people_are_known_by_the_providers_id_and_not_by_a_name(home: House, issuer: Issuer) -> None:
    back(home, issuer, home.browser())
    issuer.claims["preferred_username"] = "renamed"
    browser = home.browser()
    back(home, issuer, browser)
    assert name_of(browser) == "cole"
    issuer.claims = {"sub": "u-18", "preferred_username": "cole"}  # somebody else takes the name there
    assert "no account of that name here" in refused(home, issuer)


def test_an_account_with_a_password_is_not_given_to_its_namesake_at_the_provider(home: House, issuer: Issuer) -> None:
    issuer.claims["preferred_username"] = "ada"
    assert "no account of that name here" in refused(home, issuer)


def test_a_mapped_claim_makes_an_account_once(home: House, issuer: Issuer) -> None:
    issuer.claims = {"sub": "u-20", "preferred_username": "zoe", "name": "Zoë Ü.", "groups": ["readers", "coders", "x"]}
    browser = home.browser()
    back(home, issuer, browser)
    back(home, issuer, home.browser())
    made = accounts.find(home.office, "zoe")
    assert (made.role, made.full_name) == (Role.CODER, "Zoë Ü.")
    assert name_of(browser) == "zoe"


ZOE = {"sub": "u-20", "preferred_username": "zoe", "groups": ["coders"]}


def come(home: House, issuer: Issuer, *groups: str, sub: str = "u-20", name: str = "zoe") -> TestClient:
    """A browser of somebody who signed in while the provider had them in these groups."""
    issuer.claims = {"sub": sub, "preferred_username": name, "groups": list(groups)}
    browser = home.browser()
    back(home, issuer, browser)
    return browser


def may(browser: TestClient) -> list[str] | None:
    answer = browser.get("/api/v1/me")
    return sorted(answer.json()["permissions"]) if answer.status_code == 200 else None


READER, CODER = ["export", "read"], ["add", "export", "judge", "read"]


def test_a_role_that_groups_gave_follows_them_at_each_sign_in(home: House, issuer: Issuer) -> None:
    first = come(home, issuer, "coders")
    assert may(first) == CODER
    second = come(home, issuer, "readers")

    assert (may(first), may(second)) == (None, READER)  # nothing goes on under the old role
    assert may(come(home, issuer, "coders", "readers")) == CODER
    assert ("the provider", "role changed", "coder to reader") in home.audited()


def test_whoever_is_in_no_group_any_more_has_no_role_no_session_and_no_token(home: House, issuer: Issuer) -> None:
    first = come(home, issuer, "coders")
    zoe = accounts.find(home.office, "zoe")
    _, secret = tokens.make(home.office, zoe, "x", [Permission.READ], expires=None, by="zoe", now=home.clock())
    assert may(home.program(secret)) == ["read"]

    issuer.claims = {"sub": "u-20", "preferred_username": "zoe"}  # the provider says nothing of groups
    assert "no group that zoe is in there gives a role here any more" in refused(home, issuer)
    assert (may(first), may(home.program(secret))) == (None, None)
    assert accounts.find(home.office, "zoe").disabled == home.clock()
    assert ("the provider", "account closed", "no group gives it a role") in home.audited()

    assert may(come(home, issuer, "readers")) == READER  # a group gives one again
    assert may(home.program(secret)) is None


def test_a_role_that_an_administrator_gave_by_hand_stays_whatever_the_groups_are(home: House, issuer: Issuer) -> None:
    come(home, issuer, "readers")
    accounts.set_role(home.office, "zoe", Role.ADJUDICATOR, by="ada", now=home.clock())
    assert "adjudicate" in (may(come(home, issuer, "readers")) or [])
    assert "adjudicate" in (may(come(home, issuer)) or [])
    assert may(come(home, issuer, "readers", sub="u-17", name="cole")) == CODER  # made by an administrator, as a coder

    provided.hand_back(home.office, "zoe", by="ada", now=home.clock())
    assert may(come(home, issuer, "readers")) == READER


def test_what_an_administrator_closed_no_group_opens(home: House, issuer: Issuer) -> None:
    come(home, issuer, "coders")
    accounts.close(home.office, "zoe", by="ada", now=home.clock())
    issuer.claims = ZOE
    assert "the account zoe is closed" in refused(home, issuer)
    assert accounts.find(home.office, "zoe").disabled is not None
    accounts.reopen(home.office, "zoe", by="ada", now=home.clock())
    assert may(come(home, issuer, "coders")) == CODER


def test_an_administrator_closes_for_good_what_the_provider_had_closed(home: House, issuer: Issuer) -> None:
    come(home, issuer, "coders")
    issuer.claims = {"sub": "u-20", "preferred_username": "zoe"}
    refused(home, issuer)
    accounts.close(home.office, "zoe", by="ada", now=home.clock())
    issuer.claims = ZOE
    assert "the account zoe is closed" in refused(home, issuer)


def test_the_only_administrator_keeps_the_role_and_is_not_let_in(where: str, issuer: Issuer) -> None:
    provider = Provider(issuer.address, CLIENT, SECRET, roles_claim="groups", roles={"a": "admin", "b": "reader"})
    with house(where, oidc=provider) as home:
        first = come(home, issuer, "a")
        assert "admin" in (may(first) or [])
        issuer.claims |= {"groups": ["b"]}
        assert "zoe is the only administrator" in refused(home, issuer)
        assert may(first) is None
        assert accounts.find(home.office, "zoe").role is Role.ADMIN
        home.add("ada", Role.ADMIN)
        assert may(come(home, issuer, "b")) == READER


def test_a_role_is_handed_back_to_the_provider_on_the_command_line(home: House, issuer: Issuer, where: str) -> None:
    def run(*arguments: str) -> str:
        return CliRunner().invoke(program, ["account", "role", *arguments, "--ledger", where]).output

    come(home, issuer, "readers")
    assert run("zoe", "adjudicator") == "zoe is adjudicator now, and signed out everywhere.\n"
    assert run("zoe", "--provider") == "zoe is adjudicator until the groups at the provider say otherwise.\n"
    assert may(come(home, issuer, "readers")) == READER
    assert "one of the two" in run("zoe")
    with pytest.raises(BadAccount, match="signs in with a password"):
        provided.hand_back(home.office, "ada", by="root", now=NOW)


def test_whoever_is_neither_expected_nor_mapped_is_not_let_in(home: House, issuer: Issuer) -> None:
    issuer.claims = {"sub": "u-21", "preferred_username": "mallory", "groups": ["cooks"]}
    assert "no account of that name here" in refused(home, issuer)
    assert [one.name for one in accounts.listing(home.office)] == ["ada", "cole"]


def test_a_closed_account_stays_closed(home: House, issuer: Issuer) -> None:
    back(home, issuer, home.browser())
    accounts.close(home.office, "cole", by="ada", now=NOW)
    refused(home, issuer)


def test_an_email_address_names_nobody_before_it_is_verified(where: str, issuer: Issuer) -> None:
    with house(where, oidc=Provider(issuer.address, CLIENT, SECRET, claim="email")) as home:
        home.add("cole@example.org", Role.CODER, password=None)
        issuer.claims = {"sub": "u-1", "email": "cole@example.org", "email_verified": False}
        assert "does not say a name" in refused(home, issuer)
        issuer.claims["email_verified"] = True
        browser = home.browser()
        back(home, issuer, browser)
        assert name_of(browser) == "cole@example.org"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://elsewhere.example"},
        {"exp": int(NOW.timestamp()) - 3600},
        {"exp": None},
        {"iat": int(NOW.timestamp()) + 3600},
        {"sub": None},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    fast: House, issuer: Issuer, claims: dict[str, Any]
) -> None:
    issuer.claims |= claims
    assert "cannot be trusted" in refused(fast, issuer)


@pytest.fixture
def fast(tmp_path: Path, issuer: Issuer) -> Iterator[House]:
    with house(str(tmp_path / "l.db"), oidc=Provider(issuer.address, CLIENT, SECRET)) as made:
        made.add("cole", Role.CODER, password=None)
        yield made


def test_an_id_token_signed_by_nobody_or_by_a_shared_secret_is_refused(fast: House, issuer: Issuer) -> None:
    issuer.algorithm = "none"
    assert "cannot be trusted" in refused(fast, issuer)
    issuer.sign_with_the_client_secret()
    assert "cannot be trusted" in refused(fast, issuer)


def test_an_id_token_signed_by_another_key_is_refused(fast: House, issuer: Issuer) -> None:
    with issuing() as other:
        issuer.key = other.key
    assert "cannot be trusted" in refused(fast, issuer)


def test_an_answer_with_another_state_or_issuer_is_refused(fast: House, issuer: Issuer) -> None:
    assert "not for the sign-in that this browser began" in refused(fast, issuer, state="another")
    assert "comes from another provider" in refused(fast, issuer, iss="https://elsewhere.example")
    assert "access_denied" in refused(fast, issuer, error="access_denied")


def test_an_answer_is_taken_once_in_the_browser_that_asked_and_not_late(fast: House, issuer: Issuer) -> None:
    victim, attacker = fast.browser(), fast.browser()
    left = attacker.get("/sign-in/provider")
    said = issuer.visit(left.headers["location"], int(fast.clock().timestamp()))
    assert victim.get("/sign-in/provider/back", params=said).status_code == 401  # a session forced on somebody else
    key = attacker.cookies["tallystick-arrival"]
    assert attacker.get("/sign-in/provider/back", params=said).status_code == 303
    again = fast.browser(Cookie=f"tallystick-arrival={key}").get("/sign-in/provider/back", params=said)
    assert again.status_code == 401
    late = fast.browser()
    left = late.get("/sign-in/provider")
    said = issuer.visit(left.headers["location"], int(fast.clock().timestamp()))
    fast.clock.on(minutes=11)
    assert late.get("/sign-in/provider/back", params=said).status_code == 401


def test_a_provider_that_says_it_is_another_is_not_followed(fast: House, issuer: Issuer) -> None:
    issuer.configuration["issuer"] = "https://elsewhere.example"
    answer = fast.browser().get("/sign-in/provider")
    assert answer.status_code == 503
    assert "says that it is" in answer.text


def test_a_provider_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    with house(str(tmp_path / "l.db"), oidc=Provider("http://127.0.0.1:9", CLIENT, SECRET)) as home:
        answer = home.browser().get("/sign-in/provider")
        assert (answer.status_code, "gives no usable answer" in answer.text) == (503, True)


def test_no_secret_is_sent_in_the_clear(fast: House, issuer: Issuer) -> None:
    with pytest.raises(BadSettings, match="must begin with https"):
        SignIns(Provider("http://provider.example", CLIENT, SECRET))
    issuer.configuration["token_endpoint"] = "http://provider.example/token"
    browser = fast.browser()
    assert back(fast, issuer, browser).status_code == 500
    assert name_of(browser) is None


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "authlib":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(BadSettings, match=r"Install tallystick\[oidc\]"):
        SignIns(Provider("https://provider.example", CLIENT, SECRET))


def test_without_a_provider_there_is_no_way_to_one(tmp_path: Path) -> None:
    with house(str(tmp_path / "l.db")) as home:
        assert home.browser().get("/sign-in/provider").status_code == 404
        assert home.browser().get("/sign-in/provider/back").status_code == 404


def test_a_provider_is_read_from_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    text = '[oidc]\nissuer = "https://p.example"\nclient_id = "a"\nclient_secret = "b"\n'
    file.write_text(text + 'roles_claim = "groups"\n[oidc.roles]\nstaff = "coder"\n')
    assert read_settings(file)["oidc"] == Provider(
        "https://p.example", "a", "b", roles_claim="groups", roles={"staff": "coder"}
    )
    for wrong, said in [
        ('[oidc]\nissuer = "x"\n', "lacks client_id and client_secret"),
        (text + '[oidc.roles]\nstaff = "boss"\n', "no role"),
        (text + "secret = 1\n", "nothing else"),
        ('workers = "2"\n', "kind int"),
        ("workers = true\n", "kind int"),
        ('hosts = "x"\n', "a list of texts"),
        ('secret = "x"\n', "no setting"),
        ("x =", "as TOML"),
    ]:
        file.write_text(wrong)
        with pytest.raises(BadSettings, match=said):
            read_settings(file)
