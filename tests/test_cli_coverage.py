"""`g40flow coverage`, `backfill`, `backup`, `restore`, `clean` and `mail bounce`, as people type them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from g40flow.domain.coverage import Listed
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.server import SandboxServer
from g40flow.storage.coverage import open_gap
from g40flow.storage.database import Database
from g40flow.storage.tables import RunOutcome, SourceRun
from tests.commands import Run, runner
from tests.notify.test_mail_bounce import notice, recipient


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("G40FLOW_DATABASE_URL", sqlite_url)
    return runner(monkeypatch, capsys)


def looks(url: str, *, missing: bool = False) -> None:
    """A day in the past on which a publisher was looked at every hour, without three hours at noon."""
    database = Database(url)
    with database.writing() as session:
        for hour in range(48):
            at = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(hours=hour)
            if not 10 < hour < 16:
                session.add(
                    SourceRun(
                        source="internetconsultatie",
                        started_at=at,
                        finished_at=at + timedelta(seconds=4),
                        outcome=RunOutcome.READ,
                        pages=2,
                        seen=30,
                        new=1,
                    )
                )
        if missing:
            lost = Listed(identifier="lost", title="Verloren \x1b[31mwet")
            open_gap(session, "internetconsultatie", lost, datetime(2026, 3, 11, 6, tzinfo=UTC))
    database.close()


def test_a_day_is_proven_in_words_and_in_json(run: Run, sqlite_url: str) -> None:
    looks(sqlite_url, missing=True)

    shown = run("coverage", "--source", "internetconsultatie", "--day", "2026-03-11")
    [proof] = run("coverage", "--source", "internetconsultatie", "--day", "2026-03-11", "--json").json
    days = run(
        "coverage",
        "--source",
        "internetconsultatie",
        "--since",
        "2026-03-09",
        "--day",
        "2026-03-11",
        "--json",
    )

    assert shown.code == 3
    assert "gat lost Verloren" in shown.out
    assert "\x1b" not in shown.out
    assert "30 gezien, 1 nieuw" in shown.out
    assert (proof["totals"]["good"], proof["totals"]["pages"], proof["whole"]) == (24, 48, False)
    assert [gap["identifier"] for gap in proof["gaps"]] == ["lost"]
    assert [one["day"] for one in days.json] == ["2026-03-11", "2026-03-10", "2026-03-09"]
    assert [len(one["unreached"]) for one in days.json] == [0, 1, 0]


def test_a_whole_day_ends_well_and_an_unknown_source_is_said(run: Run, sqlite_url: str) -> None:
    looks(sqlite_url)

    assert run("coverage", "--source", "internetconsultatie", "--day", "2026-03-11").code == 0
    assert "er is geen bron 'nergens'" in run("coverage", "--source", "nergens").complaint


def test_the_past_of_the_sandbox_is_read_once_and_told_beforehand(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SandboxServer() as sandbox:
        folder = sandbox_config(tmp_path / "config", sandbox.base_url)
        monkeypatch.setenv("G40FLOW_CONFIG_DIR", str(folder))
        command = ("backfill", "internetconsultatie", "--since", "2000-01-01")
        plan = run(*command, "--dry-run")
        first = run(*command)
        again = run(*command)
        after = run(*command, "--dry-run")

    assert plan.out == "closed: zou worden gelezen vanaf 2000-01-01\n"
    assert first.code == 0
    assert "internetconsultatie closed: " in first.out
    assert "per seconde" in first.out
    assert "(was al gelezen)" in again.out
    assert after.out == "closed: is al gelezen vanaf 2000-01-01\n"


@pytest.mark.parametrize(
    "command",
    [
        ("backfill", "internetconsultatie", "--since", "2999-01-01"),
        ("coverage", "--day", "2999-01-01"),
        ("coverage", "--since", "2999-01-01"),
    ],
)
def test_of_a_day_to_come_nothing_can_be_read_or_proven(run: Run, command: tuple[str, ...]) -> None:
    refused = run(*command)

    assert refused.code == 2
    assert "2999-01-01" in refused.err


def test_a_copy_is_made_and_put_back(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    looks(sqlite_url)
    made = run("backup", str(tmp_path / "copy.sqlite"))
    refused = run("restore", str(tmp_path / "nothing.sqlite"), "--yes")
    restored = run("restore", str(tmp_path / "copy.sqlite"), "--yes")

    assert made.code == restored.code == 0
    assert "gecontroleerd" in made.out
    assert "er is geen bestand" in refused.complaint
    assert "de stand van zojuist staat in" in restored.out


def test_cleaning_counts_first_and_does_it_then(run: Run, sqlite_url: str) -> None:
    looks(sqlite_url)

    counted = run("clean", "--dry-run").out
    done = run("clean").out
    again = run("clean").out

    assert "losse keren dat is gekeken: 4" in counted
    assert counted.replace("zou opgeruimd worden", "is opgeruimd") == done
    assert "losse keren dat is gekeken: 0" in again


def test_a_notice_of_somebody_elses_mail_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notice.eml"
    file.write_bytes(notice(recipient()))
    other = tmp_path / "other.eml"
    other.write_bytes(b"Subject: Afwezig\n\nIk ben er niet.")

    assert run("mail", "bounce", str(file)).out == "niet van g40flow, of al bekend: 1\n"
    assert "er is niets gewijzigd" in run("mail", "bounce", str(other)).out
