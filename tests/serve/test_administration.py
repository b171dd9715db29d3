"""The audit, and the pages of accounts: by a client, and in a real browser."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from tallystick.cli import app as program
from tallystick.errors import BadQuestion, LedgerBusy
from tallystick.ledger.store import Ledger
from tallystick.model.people import Act, Role
from tallystick.office import accounts, acts, retention
from tallystick.serve.audit import MOST, Audit
from tallystick.serve.pages.administration import browser as browser_name
from tallystick.serve.service import open_office
from tallystick.serve.settings import Audience, Settings
from tests.serve.conftest import Site, Watch, running, shot, ticking
from tests.serve.people import NOW, PASSWORD, House, cheap, home, house
from tests.serve.walks import LOOKS, grave

__all__ = ["cheap", "home"]


# The audit


def test_everything_that_somebody_signed_in_sees_or_does_is_noted(home: House) -> None:
    cole = home.signed_in("cole")
    cole.get("/account")
    cole.get("/api/v1/accounts")
    cole.head("/account")
    cole.get("/nothing", params={"q": "=cmd"})
    cole.post("/account/tokens", data={"label": "x", "scope": "read"})
    lines = [line for line in home.audited() if line[0] == "cole"]
    assert lines[0][1] == "signed in"
    assert set(lines[1:]) == {
        ("cole", "GET /account", "200"),
        ("cole", "GET /api/v1/accounts", "403"),
        ("cole", "HEAD /account", "200"),
        ("cole", "GET /nothing?q=%3Dcmd", "404"),
        ("cole", "token made", "cole: read"),
        ("cole", "POST /account/tokens", "200"),
    }


def test_a_line_says_what_it_was_about_and_from_where(home: House) -> None:
    ada = home.signed_in("ada")
    ada.patch("/api/v1/accounts/cole", json={"role": "reader"})
    home.service.audit.flush()
    changed, asked = sorted(acts.newest(home.office, person="ada", most=2), key=lambda act: act.what, reverse=True)
    assert (changed.what, changed.about, changed.outcome) == ("role changed", "cole", "coder to reader")
    assert (asked.what, asked.about, asked.outcome) == ("PATCH /api/v1/accounts/cole", "cole", "200")
    assert asked.address == "192.0.2.7"


def test_refused_sign_ins_are_noted(home: House) -> None:
    home.browser().post("/sign-in", data={"name": "cole", "password": "wrong wrong wrong"})
    assert home.audited()[-1] == (None, "sign-in refused", "wrong password, or closed")


def test_what_strangers_ask_for_and_the_styles_are_not_noted(home: House) -> None:
    before = home.audited()
    home.browser().get("/sign-in")
    home.browser().get("/documents")
    cole = home.signed_in("cole")
    cole.get("/static/app.css")
    assert [what for _, what, _ in home.audited()[len(before) :]] == ["signed in"]


def test_lines_are_read_by_person_and_day_and_a_page_at_a_time(home: House) -> None:
    with home.office.writing() as connection:
        acts.write(connection, [Act(NOW + timedelta(days=n // 10), f"p{n % 2}", f"line {n}") for n in range(40)])
    ada = home.signed_in("ada")
    found = ada.get("/api/v1/audit", params={"who": "p1", "day": "2026-03-02"}).json()
    assert [act["what"] for act in found["items"]] == [f"line {n}" for n in (19, 17, 15, 13, 11)]
    assert found["next"] is None
    seen: list[str] = []
    before: dict[str, int] = {}
    while True:
        page = ada.get("/api/v1/audit", params={"who": "p0", "limit": 7} | before).json()
        seen += [act["what"] for act in page["items"]]
        if page["next"] is None:
            break
        before = {"after": page["next"]}
    assert seen == [f"line {n}" for n in range(38, -1, -2)]
    assert ada.get("/api/v1/audit", params={"day": "2026-02-30"}).status_code == 422
    assert ada.get("/api/v1/audit", params={"day": "0"}).status_code == 422


def test_the_audit_leaves_as_a_table_that_no_spreadsheet_runs(home: House) -> None:
    with home.office.writing() as connection:
        acts.write(connection, [Act(NOW, "cole", f"=HYPERLINK({n})") for n in range(acts.TOGETHER + 5)])
    ada = home.signed_in("ada")
    for path in ("/api/v1/audit.csv", "/administration/audit.csv"):
        answer = ada.get(path, params={"who": "cole"})
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [row["what"] for row in rows if "HYPERLINK" in row["what"]] == [
            f"'=HYPERLINK({n})" for n in range(acts.TOGETHER + 4, -1, -1)
        ]
        assert rows[0]["at"] == "2026-03-01T12:00:00Z"


def test_old_views_are_removed_and_nothing_else_is(home: House) -> None:
    ada = home.signed_in("ada")
    ada.get("/account?n=1")
    ada.post("/administration/accounts", data={"name": "new", "role": "coder", "password": PASSWORD})
    home.service.audit.flush()
    home.clock.on(days=3)
    home.signed_in("ada").get("/account?n=2")
    before = home.audited()
    done = retention.prune(home.office, home.clock().date(), by="root", now=home.clock())

    assert (done.views, done.sessions) == (1, 0)
    kept = [line for line in before if line[1] != "GET /account?n=1"]
    assert home.audited() == [*kept, ("root", "views removed from the audit", "1")]
    assert {"signed in", "account made", "POST /administration/accounts", "GET /account?n=2"} <= {w for _, w, _ in kept}


def test_what_has_ended_is_cleared_away_with_old_views(home: House) -> None:
    ada = home.signed_in("ada")
    home.browser().post("/sign-in", data={"name": "ada", "password": "nonsense nonsense"})
    home.clock.on(days=8)
    done = retention.prune(home.office, home.clock().date(), by="root", now=home.clock())

    assert (done.sessions, done.attempts) == (1, 3)
    assert ada.get("/api/v1/me").status_code == 401


def test_views_of_a_day_that_has_not_begun_are_not_removed_beforehand(home: House) -> None:
    with pytest.raises(BadQuestion, match="has not come yet"):
        retention.prune(home.office, home.clock().date() + timedelta(days=1), by="root", now=home.clock())


def test_the_audit_is_read_and_its_views_are_removed_from_the_command_line(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str) -> str:
        return CliRunner().invoke(program, ["account", *arguments, "--ledger", where]).output

    with house(where) as home:
        home.add("ada", Role.ADMIN)
        home.signed_in("ada").get("/account?n=1")
        home.clock.on(days=2)
        monkeypatch.setattr("tallystick.cli.accounts.now", home.clock)
        home.signed_in("ada").get("/account?n=2")
        home.service.audit.flush()

        rows = list(csv.reader(io.StringIO(run("audit", "--csv", "--who", "ada", "--since", "2026-03-03"))))
        assert [row[3] for row in rows] == ["what", "GET /account?n=2", "signed in"]
        assert "signed in" in run("audit", "--who", "ada")
        assert run("prune", "--before", "2026-03-03") == (
            "Removed 1 view of before 2026-03-03, 0 ended sessions and 0 forgotten attempts to sign in.\n"
        )
        assert "n=1" not in run("audit", "--csv")
        assert "views removed from the audit" in run("audit", "--csv")
        assert run("audit", "--who", "nobody-such") == "The audit has no such line.\n"


def test_what_was_gathered_is_written_when_the_app_ends(where: str) -> None:
    with house(where) as home:
        home.add("cole", Role.CODER)
        home.signed_in("cole").get("/account")
    with closing(open_office(Settings(where, audience=Audience.SHARED))) as office:
        assert acts.newest(office)[0].what == "GET /account"


def test_a_line_that_cannot_be_written_waits_and_is_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(str(tmp_path / "l.db")) as home:
        audit, write = Audit(home.office), acts.write
        audit.note(Act(NOW, "cole", "seen"))

        def busy(*_: object) -> None:
            raise LedgerBusy("somebody else writes")

        monkeypatch.setattr(acts, "write", busy)
        with pytest.raises(LedgerBusy):
            audit.flush()
        monkeypatch.setattr(acts, "write", write)
        audit.flush()
        audit.close()
        assert [act.what for act in acts.newest(home.office)] == ["seen"]


def test_many_at_once_lose_no_line(tmp_path: Path) -> None:
    with house(str(tmp_path / "l.db")) as home:
        audit = Audit(home.office)

        def note() -> None:
            for _ in range(500):
                audit.note(Act(NOW, "cole", "seen"))
                if _ % 100 == 0:
                    audit.flush()

        threads = [threading.Thread(target=note) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        audit.close()
        assert sum(1 for _ in acts.every(home.office)) == 2000


def test_nothing_is_shown_while_the_audit_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with house(str(tmp_path / "l.db")) as home:
        home.add("cole", Role.CODER)
        cole = home.signed_in("cole")
        monkeypatch.setattr("tallystick.serve.audit.MOST", 0)
        assert cole.get("/account").status_code == 503
        monkeypatch.setattr("tallystick.serve.audit.MOST", MOST)
        assert cole.get("/account").status_code == 200


# The pages


def test_an_account_is_made_changed_and_closed_on_the_page(home: House) -> None:
    ada = home.signed_in("ada")
    made = ada.post(
        "/administration/accounts",
        data={"name": "zoe", "role": "coder", "full_name": "Zoë <b>Ü</b>", "password": PASSWORD},
    )
    assert made.status_code == 303
    page = ada.get("/administration").text
    assert "Zoë &lt;b&gt;Ü&lt;/b&gt;" in page
    zoe = home.signed_in("zoe")
    assert ada.post("/administration/accounts/zoe", data={"do": "role", "role": "reader"}).status_code == 303
    assert zoe.get("/api/v1/me").status_code == 401
    ada.post("/administration/accounts/zoe", data={"do": "close"})
    assert accounts.find(home.office, "zoe").disabled is not None
    wrong = ada.post("/administration/accounts/ada", data={"do": "close"})
    assert (wrong.status_code, "only administrator" in wrong.text) == (422, True)
    assert ada.post("/administration/accounts", data={"name": "yan", "role": "coder"}).status_code == 422


def test_who_has_forgotten_a_password_gets_another_one(home: House) -> None:
    ada, cole = home.signed_in("ada"), home.signed_in("cole")
    new = "quite another set of words"
    assert ada.post("/administration/password", data={"name": "cole", "password": "short"}).status_code == 422
    assert ada.post("/administration/password", data={"name": "cole", "password": new}).status_code == 303
    assert cole.get("/api/v1/me").status_code == 401
    home.signed_in("cole", new)
    assert cole.post("/administration/password", data={"name": "ada", "password": new}).status_code == 303
    home.signed_in("ada")  # nobody was signed in for that: it led to the sign-in page


def test_a_browser_is_named_in_two_words() -> None:
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"
    assert browser_name(chrome) == "Chrome on Linux"
    assert browser_name(f"{chrome} Edg/156.0") == "Edge on Linux"
    assert browser_name("<script>") == browser_name(None) == "unknown"


def test_a_tokens_secret_is_shown_once(home: House) -> None:
    cole = home.signed_in("cole")
    made = cole.post("/account/tokens", data={"label": "nightly", "scope": ["read", "export"], "days": "30"})
    secret = made.text.split('class="secret" tabindex="0">')[1].split("<")[0]
    assert made.headers["cache-control"] == "no-store"
    assert home.program(secret).get("/api/v1/me").json()["permissions"] == ["export", "read"]
    page = cole.get("/account").text
    assert "nightly" in page
    assert secret not in page
    assert cole.post("/account/tokens", data={"label": "x", "scope": "admin"}).status_code == 422


def test_one_session_is_ended_from_another(home: House) -> None:
    here, there, other = home.signed_in("cole"), home.signed_in("cole"), home.signed_in("ada")
    ids = [part.split('"')[0] for part in here.get("/account").text.split('name="session" value="')[1:]]
    assert len(ids) == 1  # the one that looks has no button
    other.post("/account/sessions/end", data={"session": ids[0]})
    assert there.get("/api/v1/me").status_code == 200  # not by somebody else
    here.post("/account/sessions/end", data={"session": ids[0]})
    assert (here.get("/api/v1/me").status_code, there.get("/api/v1/me").status_code) == (200, 401)


@pytest.fixture
def shared_site(tmp_path: Path) -> Iterator[Site]:
    settings = Settings(str(tmp_path / "ledger.db"), audience=Audience.SHARED)
    Ledger.create(settings.ledger, now=NOW).close()
    now = ticking()
    with closing(open_office(settings)) as office:
        accounts.add(office, "ada", Role.ADMIN, password=PASSWORD, full_name="Ada Ö. Marsh", by="test", now=now())
        accounts.add(office, "cole", Role.CODER, password=PASSWORD, full_name="كول", by="test", now=now())
        accounts.add(office, "old", Role.READER, password=PASSWORD, by="test", now=now())
        accounts.close(office, "old", by="ada", now=now())
    with running(settings, now) as made:
        yield made


def fit(page: Page) -> bool:
    """Whether nothing sticks out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_people_sign_in_and_administer_in_a_browser_and_axe_finds_nothing(browser: Browser, shared_site: Site) -> None:
    for width, scheme in LOOKS:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        watch = Watch(context, shared_site.address)
        page = context.new_page()
        page.goto(f"{shared_site.address}/administration/audit")
        assert page.get_by_role("heading", level=1).inner_text() == "Sign in"
        shot(page, f"sign-in-{width}")
        page.keyboard.type("ada")  # the name has the focus
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{shared_site.address}/administration/audit")
        shots = {"audit": "/administration/audit", "administration": "/administration", "account": "/account"}
        for name, path in shots.items():
            page.goto(shared_site.address + path)
            if name == "account":
                if not page.get_by_label("What it is for").is_visible():  # folded away once there is a token
                    page.get_by_text("Make a token", exact=True).click()
                page.get_by_label("What it is for").fill(f"nightly export {width}")
                page.get_by_role("button", name="Make the token").click()
                expect(page.get_by_text("Your new token")).to_be_visible()
            shot(page, f"{name}-{width}")
            assert fit(page), (name, width)
            assert grave(page) == []
        page.locator("summary", has_text="ada").click()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.wait_for_url(f"{shared_site.address}/sign-in")
        context.close()
        assert (watch.outside, watch.errors) == ([], [])


def test_a_shared_app_without_its_ledger_does_not_start(tmp_path: Path) -> None:
    from tallystick.errors import NoLedger
    from tallystick.serve.app import make_app

    with pytest.raises(NoLedger):
        make_app(Settings(str(tmp_path / "none.db"), audience=Audience.SHARED))
