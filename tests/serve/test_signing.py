"""Signing in and out in shared mode: by password, with sessions that can be revoked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from starlette.testclient import TestClient

from tallystick.errors import NotSignedIn, TooManyRequests
from tallystick.model.people import Role
from tallystick.office import accounts, passwords, sessions
from tallystick.office.tables import account as account_table
from tallystick.office.tables import session as session_table
from tallystick.serve.pages.signing import own_path
from tallystick.serve.service import open_service
from tests.serve.people import PASSWORD, REAL, House, cheap, home, house

__all__ = ["cheap", "home"]


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[House]:
    """The same on SQLite alone, for what has nothing to do with the database."""
    with house(str(tmp_path / "ledger.db")) as made:
        made.add("ada", Role.ADMIN)
        made.add("cole", Role.CODER)
        yield made


def me(client: TestClient) -> str | None:
    answer = client.get("/api/v1/me")
    return answer.json()["name"] if answer.status_code == 200 else None


def test_the_right_password_signs_in_and_a_wrong_one_does_not(home: House) -> None:
    assert me(home.signed_in("cole")) == "cole"
    browser = home.browser()
    answer = browser.post("/sign-in", data={"name": "cole", "password": "heron anvil copper fourteen"})
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert me(browser) is None


def test_nobody_without_a_session_sees_anything(fast: House) -> None:
    browser = fast.browser()
    assert browser.get("/").headers["location"] == "/sign-in?next=%2F"
    for path in ("/documents", "/account", "/administration", "/administration/audit"):
        assert browser.get(path).headers["location"].startswith("/sign-in?next=")
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.get("/api/v1/audit").status_code == 401


def test_the_key_in_the_cookie_is_nowhere_in_the_database(home: House) -> None:
    key = home.signed_in("cole").cookies["tallystick"]
    with home.office.reading() as connection:
        rows = [str(row) for row in connection.execute(select(session_table))]
    assert rows
    assert not [row for row in rows if key in row]


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer_and_both_cost_a_hash(
    fast: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, kept, text: looked.append(kept) or verify(self, kept, text)
    )
    accounts.close(fast.office, "cole", by="test", now=fast.clock())
    answers = [
        fast.browser().post("/sign-in", data={"name": name, "password": "x" * 20}) for name in ("zoe", "ada", "cole")
    ]
    assert {a.status_code for a in answers} == {401}
    assert len({a.text for a in answers}) == 1
    assert len(looked) == 3


def test_a_session_key_that_somebody_else_chose_is_not_taken_over(home: House) -> None:
    browser = home.browser()
    browser.cookies.set("tallystick", "chosen-by-another")
    browser.post("/sign-in", data={"name": "cole", "password": PASSWORD})
    stranger = home.browser(Cookie="tallystick=chosen-by-another")
    assert me(stranger) is None


def test_signing_in_again_ends_the_session_before(home: House) -> None:
    browser = home.signed_in("cole")
    before = browser.cookies["tallystick"]
    browser.post("/sign-in", data={"name": "cole", "password": PASSWORD})
    after = browser.cookies["tallystick"]
    assert before != after
    assert me(home.browser(Cookie=f"tallystick={before}")) is None
    assert me(home.browser(Cookie=f"tallystick={after}")) == "cole"


def test_a_session_ends_when_it_was_idle_too_long(home: House) -> None:
    browser = home.signed_in("cole")
    for _ in range(3):  # used every seven hours it lives on, though it may be idle for eight
        home.clock.on(hours=7)
        assert me(browser) == "cole"
        home.service.audit.flush()
    home.clock.on(hours=8, seconds=1)
    assert me(browser) is None


def test_a_session_ends_after_seven_days_however_busy(home: House) -> None:
    browser = home.signed_in("cole")
    for _ in range(7 * 4 - 1):
        home.clock.on(hours=6)
        assert me(browser) == "cole"
        home.service.audit.flush()
    home.clock.on(hours=6)
    assert me(browser) is None


def test_signing_out_ends_the_session_in_the_database_too(home: House) -> None:
    browser = home.signed_in("cole")
    key = browser.cookies["tallystick"]
    answer = browser.post("/sign-out")
    assert answer.status_code == 303
    assert "tallystick" not in browser.cookies
    assert me(home.browser(Cookie=f"tallystick={key}")) is None


def test_signing_out_everywhere_ends_all_sessions_of_that_person_alone(home: House) -> None:
    here, there, other = home.signed_in("cole"), home.signed_in("cole"), home.signed_in("ada")
    here.post("/account/sessions/end")
    assert [me(one) for one in (here, there, other)] == [None, None, "ada"]


def test_a_changed_role_or_password_and_a_closed_account_end_its_sessions(home: House) -> None:
    browser = home.signed_in("cole")
    accounts.set_role(home.office, "cole", Role.READER, by="ada", now=home.clock())
    assert me(browser) is None
    browser = home.signed_in("cole")
    accounts.set_password(home.office, "cole", "another four plain words", by="ada", now=home.clock())
    assert me(browser) is None
    browser = home.signed_in("cole", "another four plain words")
    accounts.close(home.office, "cole", by="ada", now=home.clock())
    assert me(browser) is None
    again = home.browser().post("/sign-in", data={"name": "cole", "password": "another four plain words"})
    assert again.status_code == 401


def test_whoever_is_closed_while_the_password_is_looked_at_is_not_signed_in(home: House) -> None:
    now = home.clock()
    cole = accounts.sign_in(home.office, "cole", PASSWORD, address="192.0.2.7", now=now)
    assert cole is not None
    accounts.close(home.office, "cole", by="ada", now=now)
    with pytest.raises(NotSignedIn, match="just been closed"):
        sessions.start(home.office, cole, lasts=timedelta(days=1), now=now)
    accounts.reopen(home.office, "cole", by="ada", now=now)
    assert sessions.of(home.office, "cole", idle=timedelta(days=1), now=now) == []


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> str:
        with home.office.reading() as connection:
            return str(
                connection.execute(select(account_table.c.password).where(account_table.c.name == "cole")).scalar()
            )

    assert ",t=1," in kept()
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(2, 2048, 1))
    home.signed_in("cole")
    assert "m=2048,t=2," in kept()
    assert me(home.signed_in("cole")) == "cole"


def test_the_parameters_are_those_that_the_rfc_recommends() -> None:
    assert (REAL.time_cost, REAL.memory_cost, REAL.parallelism) == (3, 64 * 1024, 4)  # RFC 9106, 4, second choice


# Guessing


def guess(home: House, name: str = "cole", password: str = "wrong wrong wrong", address: str = "192.0.2.7") -> int:
    browser = home.browser()
    browser._transport.client = (address, 40000)  # type: ignore[attr-defined]
    return browser.post("/sign-in", data={"name": name, "password": password}).status_code


def test_after_a_few_failures_each_guess_waits_longer(home: House) -> None:
    waits = []
    for _ in range(8):
        waited = 0
        while guess(home) == 429:
            home.clock.on(seconds=1)
            waited += 1
        waits.append(waited)
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8]


def test_attempts_at_one_worker_are_counted_by_all(home: House) -> None:
    service = open_service(home.service.settings, home.clock)
    other = House(service, home.clock)
    said = [guess(home), guess(other), guess(home), guess(other), guess(home), guess(other)]
    service.close()
    assert said == [401, 401, 401, 401, 429, 429]


def test_an_ipv6_customer_gets_no_guesses_by_taking_other_addresses_of_their_own(home: House) -> None:
    def guesses(address: str) -> int:
        home.clock.on(seconds=31)  # the name alone waits no longer than that
        try:
            accounts.sign_in(home.office, "cole", "not the password", address=address, now=home.clock())
        except TooManyRequests as error:
            return error.retry_after
        return 0

    waits = [guesses(f"2001:db8:1:2::{n:x}") for n in range(1, 16)]
    assert waits[:9] == [0] * 9
    assert max(waits) > 30
    assert guesses("2001:db8:1:3::1") == 0


def test_while_a_name_waits_the_right_password_does_not_help_either(home: House) -> None:
    for _ in range(4):
        guess(home)
    answer = home.browser().post("/sign-in", data={"name": "cole", "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    home.clock.on(seconds=1)
    assert guess(home, password=PASSWORD) == 303
    assert guess(home) == 401  # and all is forgiven


def test_whoever_knows_a_name_cannot_lock_its_owner_out_for_long(fast: House) -> None:
    for n in range(60):
        guess(fast, address=f"198.51.100.{n}")
        fast.clock.on(seconds=5)
    fast.clock.on(seconds=30)
    assert guess(fast, password=PASSWORD) == 303


def test_an_address_that_tries_many_names_has_to_wait(fast: House) -> None:
    tried = [guess(fast, name=f"name{n}") for n in range(60)]
    assert tried[0] == 401
    assert tried[-1] == 429
    assert guess(fast, name="name99", address="198.51.100.1") == 401


def test_many_guesses_at_once_gain_nothing(home: House) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda _: guess(home), range(24)))
    assert tried.count(401) == 4
    assert tried.count(429) == 20


def test_sign_ins_of_one_address_are_few_a_minute(tmp_path: Path) -> None:
    with house(str(tmp_path / "l.db"), sign_ins_a_minute=2) as home:
        home.add("cole", Role.CODER)
        assert [guess(home, password=PASSWORD) for _ in range(3)] == [303, 303, 429]
        assert guess(home, password=PASSWORD, address="198.51.100.1") == 303


# Cookies and ways onward


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(fast: House) -> None:
    cookie = fast.browser().post("/sign-in", data={"name": "cole", "password": PASSWORD}).headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert "secure" not in parts
    assert not any(part.startswith("domain") for part in parts)


def test_over_tls_the_cookie_is_bound_to_this_host_and_hsts_is_sent(tmp_path: Path) -> None:
    with house(str(tmp_path / "l.db"), https=True) as home:
        home.add("cole", Role.CODER)
        answer = home.browser().post("/sign-in", data={"name": "cole", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-tallystick=")
        assert "secure" in cookie.lower()
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        key = answer.cookies["__Host-tallystick"]
        assert me(home.browser(Cookie=f"tallystick={key}")) is None  # the plain name does not count
        assert me(home.browser(Cookie=f"__Host-tallystick={key}")) == "cole"


@pytest.mark.parametrize(
    "onward",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "javascript:alert(1)",
        "elsewhere.example",
        "http:elsewhere.example",
        "",
        "/sign-out",
        "/sign-in?next=/",
    ],
)
def test_after_signing_in_nobody_is_led_to_another_site(fast: House, onward: str) -> None:
    answer = fast.browser().post("/sign-in", data={"name": "cole", "password": PASSWORD, "next": onward})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("onward", ["/review", "/documents?q=a%20b&after=3", "/quantities/3f9a#low"])
def test_after_signing_in_people_come_back_to_where_they_were(onward: str) -> None:
    assert own_path(onward) == onward


def test_a_part_of_a_page_that_needs_a_session_sends_the_whole_page_to_sign_in(fast: House) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/review?after=3"}
    answer = fast.browser().get("/account", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?next=%2Freview%3Fafter%3D3"


def test_a_name_typed_wrongly_is_not_kept_as_it_may_be_a_password(home: House) -> None:
    guess(home, name="my secret password")
    assert home.audited()[-1] == (None, "sign-in refused", "unknown name")
    with home.office.reading() as connection:
        from tallystick.office.tables import act, attempt

        kept = [str(row) for table in (act, attempt) for row in connection.execute(select(table))]
    assert not [row for row in kept if "my secret" in row]
