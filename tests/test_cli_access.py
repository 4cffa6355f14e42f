"""Links and tokens from the command line."""

from pathlib import Path

import pytest

from g40flow.bootstrap import build_app
from g40flow.storage.history import NETWORK, history_of
from tests.commands import Run, runner
from tests.conftest import begin_from
from tests.web.signing_in import browser_of


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sqlite_url: str) -> Run:
    monkeypatch.setenv("G40FLOW_DATABASE_URL", sqlite_url)
    return runner(monkeypatch, capsys)


def test_a_link_from_the_command_line_signs_in_the_first_administrator(run: Run, sqlite_url: str) -> None:
    ran = run("access", "link", "bram-bedacht")

    app = build_app({"G40FLOW_DATABASE_URL": sqlite_url})
    path = ran.out.strip().removeprefix("http://127.0.0.1:8040")
    browser = browser_of(app, None)
    assert browser.post(path, data={"next": "/account"}).headers["location"] == "/account"
    assert "Bram Bedacht" in browser.get("/account").text
    assert "één keer" in ran.err
    with app.database.reading() as session:
        (entry,) = history_of(session, NETWORK)
        assert (entry.action, entry.surface) == ("make_sign_in_link", "command_line")
    app.database.close()


def test_nobody_gets_a_link_who_is_not_there(run: Run) -> None:
    ran = run("access", "link", "niemand")

    assert ran.code == 1
    assert "er is geen persoon 'niemand'" in ran.complaint


def test_a_token_is_shown_once_and_listed_without_its_secret(run: Run) -> None:
    made = run("access", "token", "create", "anna-testerink", "--name", "archief", "--days", "30")
    listed = run("access", "token", "list")
    as_json = run("access", "token", "list", "--json").json

    secret = made.out.strip()
    assert secret.startswith("g40_")
    assert "archief" in listed.out
    assert "leest" in listed.out
    assert secret not in listed.out
    assert (as_json[0]["state"], as_json[0]["may_write"]) == ("valid", False)


def test_a_token_can_be_revoked(run: Run) -> None:
    run("access", "token", "create", "anna-testerink", "--name", "archief", "--write")

    ran = run("access", "token", "revoke", "1")

    assert "werkt niet meer" in ran.out
    assert run("access", "token", "list", "--json").json[0]["state"] == "revoked"
    assert run("access", "token", "revoke", "7").code == 1


def test_the_people_are_listed_with_their_roles_of_today(run: Run) -> None:
    people = {row["person"]: row["roles"] for row in run("access", "people", "--json").json}

    assert people["bram-bedacht"] == ["pa_officer", "board_secretary"]
    assert "Bram Bedacht" in run("access", "people").out


def test_without_tokens_it_says_so(run: Run) -> None:
    assert "er zijn geen tokens" in run("access", "token", "list").out


def test_the_secret_key_is_made_once_and_for_its_owner_only(
    run: Run, monkeypatch: pytest.MonkeyPatch, migrated_sqlite: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("G40FLOW_DATABASE_URL", begin_from(migrated_sqlite, tmp_path / "g40flow.sqlite"))
    run("access", "link", "bram-bedacht")
    key = (tmp_path / "secret.key").read_bytes()

    run("access", "link", "bram-bedacht")

    assert (tmp_path / "secret.key").read_bytes() == key
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob("secret*")] == ["secret.key"]


def test_signing_out_from_the_command_line(run: Run, sqlite_url: str) -> None:
    app = build_app({"G40FLOW_DATABASE_URL": sqlite_url})
    browser = browser_of(app)

    ran = run("access", "sign-out", "anna-testerink")

    assert "1 sessie beëindigd" in ran.out
    assert browser.get("/account").status_code == 303
    app.database.close()
