"""The commands of the main job against the sandbox."""

import re
from pathlib import Path

import pytest

from g40flow.storage.tables import Item, MessageState
from tests.commands import Run, runner
from tests.main_job.processes import Machine
from tests.main_job.world import CONSULTATIONS, HOUSE, Sandbox, World, environment_for

pytestmark = pytest.mark.xdist_group("main_job")


@pytest.fixture
def run(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Commands on the database of `world`, at the moment at which the sandbox is."""
    machine = Machine(world.sandbox, world.address, tmp_path)
    for name, value in machine.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")
    return runner(monkeypatch, capsys)


def test_a_poll_prints_what_it_saw_and_with_deliver_what_it_sent(run: Run, world: World) -> None:
    world.sandbox.happen("new_consultation", slug="kamers", title="Besluit woningdelen")

    with world.watching() as difference:
        *polled, sent = run("poll", "--deliver", "--json").json
    by_source = {result["source"]: result for result in polled}
    consultations, house = by_source[CONSULTATIONS], by_source[HOUSE]

    assert consultations["outcome"] == "read"
    assert consultations["items"]["routed"] == 1
    assert (house["outcome"], house["new"]) == ("nothing_new", 0)
    assert sent["delivered"]["posted"] == len(difference.new) == 1


def test_a_poll_reads_for_people_too(run: Run) -> None:
    ended = run("poll", HOUSE, "--stream", "Zaak")

    assert ended.code == 0
    assert ended.out.startswith("tweedekamer: 1 verzoeken, 0 gezien, 0 nieuw")


def test_a_publisher_in_trouble_ends_with_three_and_the_others_are_done(run: Run, world: World) -> None:
    world.sandbox.happen("trouble", kind="outage_page", publisher=CONSULTATIONS)
    world.sandbox.happen("new_motion")

    ended = run("poll")

    assert ended.code == 3
    assert "internetconsultatie: MISLUKT: open: " in ended.out
    assert "tweedekamer: " in ended.out
    assert world.item("korting op het gemeentefonds") is not None


def test_sources_show_the_last_look_and_what_is_wrong(run: Run, world: World) -> None:
    world.sandbox.happen("trouble", kind="outage_page", publisher=CONSULTATIONS)
    run("poll", CONSULTATIONS)

    by_source = {shown["source"]: shown for shown in run("sources", "--json").json}
    consultations, house = by_source[CONSULTATIONS], by_source[HOUSE]
    shown = run("sources").out

    assert (consultations["outcome"], house["outcome"]) == ("failed", "read")
    assert "not available" in consultations["trouble"][0]
    assert house["trouble"] == []
    assert re.search(r"tweedekamer +1 min +23-11-2026 09:0\d +gelezen", shown)


def test_items_are_found_by_words_group_and_state(run: Run, world: World) -> None:
    by_words = run("items", "collectieve", "warmte", "--json").json
    by_group = run("items", "--group", "woningmarkt", "--open", "--json").json
    for_nobody = run("items", "--group", "-", "--limit", "5", "--json").json
    to_judge = run("items", "--triage", "--json").json

    assert by_words["total"] >= 1
    assert all("warmte" in item["title"].lower() for item in by_words["items"])
    assert all("woningmarkt" in item["groups"] for item in by_group["items"])
    assert (len(for_nobody["items"]), {len(item["groups"]) for item in for_nobody["items"]}) == (5, {0})
    assert {item["triage"] for item in to_judge["items"]} == {True}
    assert f"van {by_group['total']}" in run("items", "--group", "woningmarkt", "--open").out


def test_what_publishers_write_reaches_the_terminal_as_plain_text(run: Run, world: World) -> None:
    world.sandbox.happen("new_case", title="Woningbouw \x1b]0;gekaapt\x07\x1b[2J\u202egnp.exe")
    world.sandbox.happen("hostile_consultation")
    with world.database.writing() as session:  # as if it had come past the parsers
        row = session.get_one(Item, world.item("Collectieve").id or 1)
        row.title = "Warmte \x1b[31m\x1b]8;;http://evil.invalid\x07rood\x9b2J\u202e"

    printed = [
        run(*command).out
        for command in (
            ["poll"], ["items", "--limit", "1000"], ["outbox"], ["sources"],
            ["route", "explain", str(row.id)], ["items", "warmte"],
        )
    ]  # fmt: skip

    for text in printed:
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_a_stored_item_is_explained_by_its_number_or_the_publishers(run: Run, world: World) -> None:
    item = world.item("ollectieve warmte")

    by_ours = run("route", "explain", str(item.id), "--json").json
    by_theirs = run("route", "explain", item.identifier, "--json").json

    assert by_ours == by_theirs
    assert "duurzaamheid" in str(by_ours)


def test_the_outbox_shows_who_was_told_what(run: Run, world: World) -> None:
    rows = run("outbox", "--json").json
    shown = run("outbox", "--state", "sent").out

    assert {row["state"] for row in rows} == {"sent"}
    assert len(rows) == len(world.messages())
    assert re.search(r"group:woningmarkt +slack +Verzamelbericht +Verstuurd ", shown)


def test_a_message_that_failed_is_shown_and_put_back(run: Run, world: World) -> None:
    world.sandbox.happen("new_consultation", slug="kamers", title="Besluit woningdelen")
    world.poll(CONSULTATIONS)
    world.sandbox.slack("channels/archive", channel="themagroep-woningmarkt")

    sent = run("deliver", "--json")
    [failed] = run("outbox", "--state", "failed", "--json").json
    world.sandbox.slack("channels/archive", channel="themagroep-woningmarkt", archived=False)
    put_back = run("outbox", "--retry", str(failed["id"]))
    again = run("deliver")

    assert (sent.code, sent.json["failed"]) == (3, 1)
    assert "is_archived" in failed["error"]
    assert put_back.code == again.code == 0
    assert {message.state for message in world.messages()} == {MessageState.SENT}


def test_doctor_finds_everything_in_order(run: Run) -> None:
    ended = run("doctor", "--json")
    wrong = [finding for finding in ended.json if finding["verdict"] == "FOUT"]

    assert wrong == []
    assert ended.code == 0
    assert {"routering", "kalender", "klok", CONSULTATIONS, HOUSE} <= {f["what"] for f in ended.json}


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("G40FLOW_SLACK_BOT_TOKEN", "xoxb-sandbox-revoked", "Slack"),
        ("G40FLOW_CLOCK_OFFSET_SECONDS", "0", "klok"),
        ("G40FLOW_DATABASE_URL", "sqlite:///{folder}/empty.sqlite", "database"),
    ],
)
def test_doctor_says_what_is_wrong_and_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, what: str
) -> None:
    monkeypatch.setenv(variable, value.format(folder=tmp_path))

    ended = run("doctor", "--json")
    shown = run("doctor")

    wrong = [finding for finding in ended.json if finding["verdict"] == "FOUT"]
    assert ended.code == shown.code == 1
    assert wrong
    assert all(finding["what"].startswith(what) and finding["advice"] for finding in wrong)
    assert "FOUT" in shown.out


def test_doctor_names_a_publisher_that_does_not_answer(run: Run, world: World) -> None:
    world.sandbox.happen("trouble", kind="redirect", publisher=HOUSE)

    ended = run("doctor", "--json")

    assert [f["what"] for f in ended.json if f["verdict"] == "FOUT"] == [HOUSE]


def test_doctor_asks_the_publishers_what_is_not_certain(run: Run) -> None:
    ended = run("doctor", "--live", "--json")

    checks = [f for f in ended.json if f["what"].startswith((f"{CONSULTATIONS}: ", f"{HOUSE}: "))]
    assert len(checks) > 8


def test_ctrl_c_ends_with_one_line_and_leaves_the_claim_free(world: World, tmp_path: Path) -> None:
    machine = Machine(world.sandbox, world.address, tmp_path, forks=False)

    with machine.held(publisher=CONSULTATIONS, where="/rest/") as is_held:
        code, printed = machine.interrupt_when(is_held, "poll", CONSULTATIONS)
    [again] = machine.run("poll", CONSULTATIONS)

    assert code == 130
    assert printed.strip() == "g40flow: onderbroken; wat al was opgeslagen blijft bewaard"
    assert again["outcome"] == "nothing_new"


def test_the_environment_says_nothing_of_a_sandbox(the_sandbox: Sandbox) -> None:
    named = environment_for("sqlite://", the_sandbox.config, the_sandbox.server.base_url)

    assert "sandbox" not in " ".join(named).lower()
