"""Accounts and tokens: what each role and scope may do, over the pages, the API and the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from tallystick.cli import app as program
from tallystick.errors import BadAccount
from tallystick.model.people import ALLOWED, Permission, Role
from tallystick.office import accounts, passwords, tokens
from tallystick.office.tables import token as token_table
from tallystick.serve.identity import may_see
from tallystick.serve.settings import Settings
from tests.serve.people import NOW, PASSWORD, House, cheap, house

__all__ = ["cheap"]


@pytest.fixture
def home(where: str) -> Iterator[House]:
    with house(where) as made:
        for role in Role:
            made.add(f"the-{role}", role)
        yield made


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[House]:
    with house(str(tmp_path / "ledger.db")) as made:
        for role in Role:
            made.add(f"the-{role}", role)
        yield made


def token(home: House, name: str, *scopes: Permission, days: float | None = None) -> str:
    person = accounts.find(home.office, name)
    expires = None if days is None else home.clock() + timedelta(days=days)
    return tokens.make(home.office, person, "a program", scopes, expires=expires, by=name, now=home.clock())[1]


def test_only_administrators_see_accounts_and_the_audit(fast: House) -> None:
    for role in Role:
        browser = fast.signed_in(f"the-{role}")
        expected = 200 if role is Role.ADMIN else 403
        for path in ("/administration", "/administration/audit", "/api/v1/accounts", "/api/v1/audit"):
            assert browser.get(path).status_code == expected
        assert browser.get("/account").status_code == 200


def test_a_role_may_what_the_table_says_and_each_more_than_the_last() -> None:
    rising = [ALLOWED[role] for role in (Role.READER, Role.CODER, Role.ADJUDICATOR, Role.ADMIN)]
    assert all(less < more for less, more in pairwise(rising))
    assert rising[0] == {Permission.READ, Permission.EXPORT}
    assert rising[-1] == frozenset(Permission)


def test_a_token_may_what_both_its_role_and_its_scopes_allow(home: House) -> None:
    narrow = home.program(token(home, "the-admin", Permission.READ))
    assert narrow.get("/api/v1/me").json()["permissions"] == ["read"]
    assert narrow.get("/api/v1/accounts").status_code == 403
    wide = home.program(token(home, "the-admin", Permission.READ, Permission.ADMIN))
    assert wide.get("/api/v1/accounts").status_code == 200
    accounts.add(home.office, "second", Role.ADMIN, password=PASSWORD, by="test", now=NOW)
    accounts.set_role(home.office, "the-admin", Role.READER, by="second", now=NOW)
    assert wide.get("/api/v1/me").json()["permissions"] == ["read"]
    assert wide.get("/api/v1/accounts").status_code == 403


def test_no_token_is_made_for_more_than_its_person_may(home: House) -> None:
    with pytest.raises(BadAccount, match="may not admin"):
        token(home, "the-coder", Permission.READ, Permission.ADMIN)
    with pytest.raises(BadAccount, match="at least one"):
        token(home, "the-coder")


def test_a_token_without_read_sees_nothing(home: House) -> None:
    assert home.program(token(home, "the-coder", Permission.JUDGE)).get("/api/v1/me").status_code == 403


def test_a_token_ends_when_it_expires_is_revoked_or_its_account_is_closed(home: House) -> None:
    brief, long = token(home, "the-coder", Permission.READ, days=1), token(home, "the-coder", Permission.READ)
    assert home.program(brief).get("/api/v1/me").status_code == 200
    home.clock.on(days=1)
    assert home.program(brief).get("/api/v1/me").status_code == 401
    own = home.program(long)
    listed = own.get("/api/v1/tokens").json()
    kept = next(one for one in listed if long.startswith(one["prefix"]) and one["expires"] is None)
    assert own.delete(f"/api/v1/tokens/{kept['id']}").status_code == 204
    assert own.get("/api/v1/me").status_code == 401
    last = home.program(token(home, "the-coder", Permission.READ))
    accounts.close(home.office, "the-coder", by="the-admin", now=home.clock())
    assert last.get("/api/v1/me").status_code == 401
    accounts.reopen(home.office, "the-coder", by="the-admin", now=home.clock())
    assert last.get("/api/v1/me").status_code == 401  # what was revoked stays so


def test_nobody_revokes_another_ones_token(home: House) -> None:
    secret = token(home, "the-coder", Permission.READ)
    other = tokens.of(home.office, "the-coder")[0].id
    answer = home.program(token(home, "the-reader", Permission.READ)).delete(f"/api/v1/tokens/{other}")
    assert answer.status_code == 422
    assert home.program(secret).get("/api/v1/me").status_code == 200


def test_a_tokens_secret_is_nowhere_in_the_database(home: House) -> None:
    secret = token(home, "the-coder", Permission.READ)
    with home.office.reading() as connection:
        rows = [str(row) for row in connection.execute(select(token_table))]
    assert rows
    assert not [row for row in rows if secret[12:] in row]


def test_when_a_token_was_last_used_is_kept_to_the_hour(home: House) -> None:
    secret = token(home, "the-coder", Permission.READ)
    assert tokens.of(home.office, "the-coder")[0].used is None
    home.clock.on(minutes=47)
    home.program(secret).get("/api/v1/me")
    home.service.audit.flush()
    assert tokens.of(home.office, "the-coder")[0].used == NOW


def test_a_token_makes_no_tokens_and_changes_no_password(fast: House) -> None:
    bearer = fast.program(token(fast, "the-admin", *Permission))
    for path in ("/account/tokens", "/account/password", "/account/sessions/end"):
        assert bearer.post(path, data={"label": "x", "scope": "admin"}).status_code == 403


def test_only_with_the_password_of_now_is_it_changed_and_other_browsers_are_signed_out(home: House) -> None:
    here, there = home.signed_in("the-coder"), home.signed_in("the-coder")
    new = "quite another set of words"
    wrong = here.post("/account/password", data={"old": "nonsense nonsense", "new": new, "again": new})
    assert (wrong.status_code, "another one" in wrong.text) == (422, True)
    done = here.post("/account/password", data={"old": PASSWORD, "new": new, "again": new})
    assert done.headers["location"] == "/account?done=password"
    assert here.get("/api/v1/me").status_code == 200
    assert there.get("/api/v1/me").status_code == 401
    home.signed_in("the-coder", new)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "the-reader-1", "x" * 2000])
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(BadAccount):
        passwords.make(password, "the-reader")


def test_a_password_may_be_composed_in_either_way_of_unicode() -> None:
    kept = passwords.make("été à Évreux, déjà", "ada")
    assert passwords.right("e\u0301te\u0301 a\u0300 E\u0301vreux, de\u0301ja\u0300", kept)


@pytest.mark.parametrize(
    "name", ["", "a b", "аda", "tallystick", "Local", "a" * 65, "-ada", "a\n", "<b>", "../x", "ada\u202e"]
)
def test_a_name_that_cannot_sign_judgements_is_refused(fast: House, name: str) -> None:
    with pytest.raises(BadAccount, match="cannot be an account"):
        accounts.add(fast.office, name, Role.CODER, password=PASSWORD, by="test", now=NOW)


def test_texts_that_a_database_cannot_hold_are_refused_in_words(home: House) -> None:
    admin = home.signed_in("the-admin")
    assert home.browser().post("/sign-in", data={"name": "a\0", "password": "b\0"}).status_code == 401
    assert admin.get("/api/v1/audit", params={"who": "\0"}).json() == {"items": [], "next": None}
    assert admin.post("/account/tokens", data={"label": "a\0b", "scope": "read"}).status_code == 422
    assert admin.post("/account/tokens/revoke", data={"token": "\0"}).status_code == 422
    assert admin.post("/account/sessions/end", data={"session": "\0" * 16}).status_code == 303
    assert admin.post("/administration/password", data={"name": "\0", "password": PASSWORD}).status_code == 422
    for field in ("name", "full_name", "password"):
        new = {"name": "zoe", "password": PASSWORD} | {field: "\ud800"}
        assert admin.post("/api/v1/accounts", content=json.dumps(new)).status_code == 422


def test_a_name_is_given_once_whatever_its_capitals_and_even_when_closed(home: House) -> None:
    accounts.close(home.office, "the-coder", by="test", now=NOW)
    with pytest.raises(BadAccount, match="there is, or was"):
        home.add("The-Coder", Role.CODER)


def test_the_last_administrator_can_neither_be_closed_nor_made_less(home: House) -> None:
    admin = home.signed_in("the-admin")
    assert admin.patch("/api/v1/accounts/the-admin", json={"closed": True}).status_code == 422
    assert admin.patch("/api/v1/accounts/the-admin", json={"role": "reader"}).status_code == 422
    home.add("second", Role.ADMIN)
    assert admin.patch("/api/v1/accounts/second", json={"closed": True}).json()["disabled"] is not None


def test_accounts_are_made_and_changed_by_the_api(home: House) -> None:
    admin = home.program(token(home, "the-admin", Permission.READ, Permission.ADMIN))
    made = admin.post("/api/v1/accounts", json={"name": "zoe", "role": "coder", "password": PASSWORD})
    assert made.status_code == 201
    zoe = home.signed_in("zoe")
    assert admin.patch("/api/v1/accounts/zoe", json={"role": "adjudicator"}).json()["role"] == "adjudicator"
    assert zoe.get("/api/v1/me").status_code == 401
    assert admin.post("/api/v1/accounts", json={"name": "zoe", "password": PASSWORD}).status_code == 422
    assert admin.post("/api/v1/accounts", json={"name": "yan", "admin": True}).status_code == 422
    assert admin.patch("/api/v1/accounts/nobody-here", json={}).status_code == 422


def test_coders_who_code_blind_see_no_judgement_of_others_before_their_own() -> None:
    from tallystick.model.people import Person

    blind, alone = Settings("x", coders=2), Settings("x", coders=1)
    coder = Person("cole", Role.CODER, ALLOWED[Role.CODER])
    judge = Person("ida", Role.ADJUDICATOR, ALLOWED[Role.ADJUDICATOR])
    narrow = Person("ida", Role.ADJUDICATOR, frozenset({Permission.READ}))
    assert not may_see(blind, coder, "ann", decided=False)
    assert may_see(blind, coder, "cole", decided=False)
    assert may_see(blind, coder, "ann", decided=True)
    assert may_see(alone, coder, "ann", decided=False)
    assert may_see(blind, judge, "ann", decided=False)
    assert not may_see(blind, narrow, "ann", decided=False)  # a token without that scope


# The command line


def run(*arguments: str, given: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(program, ["account", *arguments], input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return 1, str(done.exception)
    return done.exit_code, done.output


def test_accounts_are_kept_from_the_command_line_with_passwords_from_standard_input(where: str) -> None:
    with house(where) as home:
        at = ("--ledger", where)
        assert run("add", "ada", "--role", "admin", *at, given=f"{PASSWORD}\n") == (0, "ada may sign in as admin.\n")
        browser = home.signed_in("ada")
        assert "ada" in run("list", *at)[1]
        assert run("add", "zoe", *at, given="short\n")[0] == 1
        assert run("add", "zoe", *at)[1].startswith("no password came")
        code, said = run("token", "ada", "--scope", "read", *at)
        assert code == 0
        assert home.program(said.splitlines()[-1]).get("/api/v1/me").json()["name"] == "ada"
        run("password", "ada", *at, given="quite another set of words\n")
        assert browser.get("/api/v1/me").status_code == 401
        home.signed_in("ada", "quite another set of words")
        assert "only administrator" in run("close", "ada", *at)[1]
        assert ("account made", "admin") in [(what, outcome) for _, what, outcome in home.audited()]


def test_no_command_takes_a_password_as_an_argument() -> None:
    for name in ("add", "password"):
        assert "--password" not in run(name, "--help")[1]


def test_accounts_beside_no_ledger_are_refused(tmp_path: Path) -> None:
    assert run("list", "--ledger", str(tmp_path / "none.db"))[1].startswith("there is no ledger")
    assert list(tmp_path.iterdir()) == []
