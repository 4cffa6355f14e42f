"""Commands as people and scripts give them; `main` is called as the installed program calls it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from g40flow.cli import main
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.events import Scene, play
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START

Run = Callable[..., int]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(with_slack=True, with_mail=True) as running:
        yield running


@pytest.fixture
def run(sandbox: SandboxServer, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Gives a command to a program whose publishers and Slack are the sandbox; returns its exit code."""
    sandbox.world.reset()
    assert sandbox.mail is not None
    offset = WORLD_START - datetime.now(UTC)
    settings = {
        "DATABASE_URL": sqlite_url,
        "CONFIG_DIR": str(sandbox_config(tmp_path / "config", sandbox.base_url)),
        "SLACK_BASE_URL": f"{sandbox.base_url}/slack/api/",
        "SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(sandbox.mail.port),
        "SMTP_TLS": "none",
        "SMTP_FROM": "g40flow@g40.example",
        "CLOCK_OFFSET_SECONDS": str(offset.total_seconds()),
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"G40FLOW_{name}", value)

    def give(*command: str) -> int:
        monkeypatch.setattr(sys, "argv", ["g40flow", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        return code if isinstance(code, int) else 0 if code is None else 1

    return give


def test_a_poll_tells_what_it_did_in_json_and_the_item_can_be_found(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("poll", "internetconsultatie", "--json")
    [polled] = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (polled["outcome"], polled["items"]["new"]) == ("read", polled["seen"])

    run("items", "collectieve", "warmte", "--json")
    found = json.loads(capsys.readouterr().out)
    assert [item["groups"] for item in found["items"]] == [["duurzaamheid"]]

    run("sources", "--json")
    looked = {row["source"]: row["outcome"] for row in json.loads(capsys.readouterr().out)}
    assert {name for name, outcome in looked.items() if outcome is not None} == {"internetconsultatie"}
    assert len(looked) > 5

    run("outbox", "--json")
    waiting = json.loads(capsys.readouterr().out)
    assert {message["state"] for message in waiting} == {"pending"}

    assert run("route", "explain", str(found["items"][0]["id"])) == 0
    assert "Duurzaamheid" in capsys.readouterr().out


def test_a_publisher_in_trouble_is_exit_code_3_and_one_line(
    run: Run, sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = Scene(sandbox.world, sandbox.clock)
    play(scene, "trouble", {"kind": "outage_page", "publisher": "internetconsultatie", "times": 1})

    code = run("poll", "internetconsultatie")

    assert code == 3
    assert capsys.readouterr().out.count("MISLUKT") == 1


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["poll", "provincieblad"], 1, "er is geen bron 'provincieblad'"),
        (["outbox", "--retry", "99"], 1, "bericht 99 bestaat niet"),
        (["route", "predict", "absent.jsonl"], 1, "absent.jsonl"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_with_an_exit_code(
    run: Run, capsys: pytest.CaptureFixture[str], command: list[str], code: int, said: str
) -> None:
    assert run(*command) == code
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_a_typo_in_the_configuration_names_file_line_and_key(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config" / "calendar.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nnetwerk_days: []\n", encoding="utf-8")
    lines = len(path.read_text(encoding="utf-8").splitlines())

    code = run("doctor")

    assert code == 1
    found = capsys.readouterr()
    assert (
        f"calendar.yaml:{lines}: netwerk_days: unknown key; did you mean network_days?"
        in found.out + found.err
    )


def test_a_database_of_another_version_stops_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("G40FLOW_DATABASE_URL", f"sqlite:///{tmp_path}/empty.sqlite")

    assert run("items") == 1
    assert "g40flow db upgrade" in capsys.readouterr().err
    assert run("db", "upgrade") == 0
    assert run("items") == 0


def test_the_doctor_finds_the_sandbox_in_order(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code = run("doctor", "--live", "--json")

    findings = json.loads(capsys.readouterr().out)
    assert [finding["what"] for finding in findings if finding["verdict"] == "FOUT"] == []
    assert {"Slack-token", "mailserver"} <= {finding["what"] for finding in findings}
    assert code == 0


def test_the_doctor_says_what_to_do_about_a_revoked_token(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("G40FLOW_SLACK_BOT_TOKEN", "xoxb-sandbox-revoked")

    assert run("doctor") == 1
    assert "FOUT" in capsys.readouterr().out


def test_text_of_a_publisher_cannot_move_the_cursor(
    run: Run, sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = Scene(sandbox.world, sandbox.clock)
    values = {
        "slug": "kwaad", "title": "Besluit \u009b2J woningbouw\u202e", "intro": "x", "kind": "AMvB",
        "by": "VRO", "working_days": 20, "themes": ["Huisvesting"], "topics": ["Gemeenten"],
    }  # fmt: skip
    play(scene, "new_consultation", values)
    run("poll", "internetconsultatie")
    capsys.readouterr()

    run("items", "woningbouw")

    out = capsys.readouterr().out
    assert "woningbouw" in out
    assert "\u009b" not in out


def test_help_is_quick_because_it_loads_nothing_heavy() -> None:
    program = (
        "import sys, g40flow.cli; "
        "heavy = {'prefect', 'sqlalchemy', 'pydantic', 'httpx'} & set(sys.modules); "
        "sys.exit(repr(heavy) if heavy else 0)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
