"""Processes killed at any moment: nothing is lost, nothing is told twice."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from g40flow.storage.database import Database
from g40flow.storage.tables import (
    Claim,
    Item,
    ItemRevision,
    ItemRouting,
    Message,
    MessageItem,
    MessageState,
    PendingItem,
    Record,
    RecordRevision,
    RunOutcome,
    SourceRun,
)
from g40flow.use_cases import deliver_messages, poll_source
from tests.main_job.conftest import Beginning
from tests.main_job.processes import Machine, result_of
from tests.main_job.world import CONSULTATIONS, HOUSE, Sandbox, World, build_world

pytestmark = pytest.mark.xdist_group("kill")
ARCHIVES = "openoverheid"
"""Letters of the House appear there as hours pass, and being killed takes hours; not compared."""
POLL_LEASE, MESSAGE_LEASE = poll_source.LEASE, deliver_messages.LEASE


@pytest.fixture
def bystander(new_world: World) -> World:
    """Looks at database and screens while the processes work; does nothing itself."""
    return new_world


@pytest.fixture
def machine(bystander: World, tmp_path: Path) -> Machine:
    """Where nothing was read yet."""
    return Machine(bystander.sandbox, bystander.address, tmp_path)


def outcome(world: World) -> dict[str, list[Any]]:
    """Everything that counts in the end, without numbers and hours, which may differ."""
    identifiers = {
        row.id: f"{row.source} {row.identifier}" for row in world.rows(Item) if row.source != ARCHIVES
    }
    messages = {row.id: row for row in world.rows(Message)}
    about: dict[int | None, list[str]] = {}
    for row in world.rows(MessageItem):
        if row.item_id in identifiers:
            about.setdefault(row.message_id, []).append(identifiers[row.item_id])
    return {
        "records": sorted(
            (r.source, r.entity, r.identifier, r.fingerprint, r.deleted)
            for r in world.rows(Record)
            if r.source != ARCHIVES
        ),
        "record changes": sorted(str(r.changes) for r in world.rows(RecordRevision)),
        "items": sorted(
            (identifiers[i.id], i.status, str(i.facts), i.first_read)
            for i in world.rows(Item)
            if i.id in identifiers
        ),
        "changes": sorted(
            (identifiers[r.item_id], str(r.news))
            for r in world.rows(ItemRevision)
            if r.item_id in identifiers
        ),
        "routings": sorted(
            (identifiers[r.item_id], r.theme_group, r.is_lead)
            for r in world.rows(ItemRouting)
            if r.item_id in identifiers
        ),
        "messages": sorted(
            (
                m.audience,
                m.kind,
                m.state,
                str(sorted(about.get(m.id, []))),
                messages[m.parent_id].kind if m.parent_id else "",
            )
            for m in messages.values()
        ),
        "waiting": world.rows(PendingItem),
        "claims": world.rows(Claim),
        "screens": sorted(
            (seen.channel, seen.in_thread, shown(seen.words))
            for person in ("anna-testerink", "jasmijn-de-voorbeeld")
            for seen in world.seen(person)
        ),
    }


def shown(words: str) -> str:
    """The lines of a message, without our numbers and the hour at which it was seen."""
    lines = re.sub(r"/items/\d+", "/items/N", re.sub(r"\b\d\d:\d\d uur", "", words)).splitlines()
    return "\n".join(sorted(lines))


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def news_everywhere(sandbox: Sandbox) -> None:
    """A bit of everything: new, urgent, extended, withdrawn, moved, cancelled, deleted."""
    sandbox.happen("new_consultation", slug="kamers", title="Besluit woningdelen", working_days=7)
    sandbox.happen("new_consultation", slug="warmte", title="Besluit warmtenetten in de stad")
    sandbox.happen("extend_consultation", slug="besluitcollectievewarmte")
    sandbox.happen("withdraw_consultation", slug="kandidaatstellingverkiezingen")
    sandbox.happen("move_activity", key="cd-woningbouw")
    sandbox.happen("cancel_activity", key="cd-ov")
    sandbox.happen("new_activity", title="Woningdelen in de stad")
    sandbox.happen("new_motion")
    sandbox.happen("delete_entity")


def test_a_first_reading_that_is_killed_again_and_again_ends_as_if_it_never_was(
    machine: Machine, bystander: World, beginning: Beginning, tmp_path: Path
) -> None:
    sandbox, database = machine.sandbox, bystander.database
    slugs = list(sandbox.server.world.consultations)

    for where in ("/rest/openconsultaties", "/zoeken/", f"/{slugs[30]}/"):
        with machine.held(publisher=CONSULTATIONS, where=where) as is_held:
            machine.kill_when(is_held, "poll", CONSULTATIONS)
        machine.wait_for_leases(POLL_LEASE)
    machine.kill_when(lambda: count(database, Item) >= 20, "poll", CONSULTATIONS)
    machine.wait_for_leases(POLL_LEASE)
    for category in ("Activiteit", "DocumentVersie"):
        with machine.held(publisher=HOUSE, where=f"category={category}") as is_held:
            machine.kill_when(is_held, "poll", HOUSE)
        machine.wait_for_leases(POLL_LEASE)
    machine.kill_when(lambda: count(database, Item) >= 130, "poll")
    machine.wait_for_leases(POLL_LEASE)
    machine.run("poll")
    for method, after in (("chat.postMessage", 0), ("conversations.join", 1), ("chat.postMessage", 6)):
        with machine.held_by_slack(method, after) as is_held:
            machine.kill_when(is_held, "deliver")
        machine.wait_for_leases(MESSAGE_LEASE)
    machine.run("deliver")

    killed = outcome(bystander)
    assert outcome(undisturbed(beginning, sandbox, tmp_path)) == killed
    ended = [run.outcome for run in bystander.rows(SourceRun)]
    assert ended.count(RunOutcome.ABANDONED) >= 5
    assert RunOutcome.RUNNING not in ended


def undisturbed(beginning: Beginning, sandbox: Sandbox, folder: Path) -> World:
    """How a first reading ends when nobody kills it."""
    path = folder / "undisturbed.sqlite"
    shutil.copyfile(beginning.database, path)
    sandbox.reset(slack=beginning.slack)
    return build_world(sandbox, f"sqlite:///{path}")


def test_news_whose_telling_is_killed_again_and_again_is_told_once(
    world: World, beginning: Beginning, tmp_path: Path
) -> None:
    slack, database = world.sandbox.conversations(), tmp_path / "machine.sqlite"
    shutil.copyfile(beginning.database, database)
    news_everywhere(world.sandbox)
    world.round()
    expected = outcome(world)
    world.sandbox.reset(slack=slack)
    news_everywhere(world.sandbox)
    bystander = build_world(world.sandbox, f"sqlite:///{database}")
    machine = Machine(world.sandbox, f"sqlite:///{database}", tmp_path)

    with machine.held(publisher=CONSULTATIONS, where="/warmte/") as is_held:
        machine.kill_when(is_held, "poll")
    machine.wait_for_leases(POLL_LEASE)
    with machine.held(publisher=HOUSE, where="category=Zaak") as is_held:
        machine.kill_when(is_held, "poll")
    machine.wait_for_leases(POLL_LEASE)
    machine.run("poll")
    for method, after in (
        *(("chat.postMessage", 0), ("conversations.replies", 0), ("conversations.open", 0)),
        *(("chat.postMessage", 2), ("chat.update", 0), ("chat.postMessage", 1)),
    ):
        with machine.held_by_slack(method, after) as is_held:
            machine.kill_when(is_held, "deliver")
        machine.wait_for_leases(MESSAGE_LEASE)
    machine.run("deliver")

    assert outcome(bystander) == expected
    bystander.database.close()


def test_a_dead_pollers_claim_is_kept_until_its_lease_is_over(world: World, tmp_path: Path) -> None:
    machine = Machine(world.sandbox, world.address, tmp_path, forks=False)
    with machine.held(publisher=CONSULTATIONS, where="/rest/") as is_held:
        machine.kill_when(is_held, "poll", CONSULTATIONS)

    busy = machine.run("poll", CONSULTATIONS, code=3)
    machine.wait_for_leases(POLL_LEASE)
    [free] = machine.run("poll", CONSULTATIONS)

    assert [row["outcome"] for row in busy] == ["busy"]
    assert free["outcome"] == "nothing_new"
    runs = [run for run in world.rows(SourceRun) if run.source == CONSULTATIONS]
    ended = [run.outcome for run in runs[1:]]
    assert ended == [RunOutcome.ABANDONED, RunOutcome.NOTHING_NEW]


def test_a_dead_senders_message_waits_for_its_lease_and_is_then_found_in_slack(
    world: World, tmp_path: Path
) -> None:
    machine = Machine(world.sandbox, world.address, tmp_path)
    world.sandbox.happen("new_consultation", slug="kamers", title="Besluit woningdelen")
    world.poll(CONSULTATIONS)

    with world.watching() as difference:
        with machine.held_by_slack("chat.postMessage") as is_held:
            machine.kill_when(is_held, "deliver")
        too_early = machine.run("deliver")
        machine.wait_for_leases(MESSAGE_LEASE)
        in_time = machine.run("deliver")

    assert (too_early["posted"], too_early["found"]) == (0, 0)
    assert (in_time["posted"], in_time["found"]) == (0, 1)
    assert len(difference.new) == 1
    assert {message.state for message in world.messages()} == {MessageState.SENT}


def test_of_two_pollers_at_once_one_works_and_the_other_says_so(machine: Machine, bystander: World) -> None:
    machine.sandbox.happen("trouble", kind="slow", times=1, seconds=4, where="/rest/")

    both = [machine.start("poll", CONSULTATIONS, "--json") for _ in range(2)]
    rows = [result_of(process, code=None)[0] for process in both]

    assert sorted(row["outcome"] for row in rows) == ["busy", "read"]
    assert sorted(process.code() or 0 for process in both) == [0, 3]
    assert count(bystander.database, Item) == sum(row.get("items", {}).get("new", 0) for row in rows)


def test_two_senders_at_once_share_the_work(world: World, tmp_path: Path) -> None:
    machine = Machine(world.sandbox, world.address, tmp_path)
    news_everywhere(world.sandbox)
    for name in (CONSULTATIONS, HOUSE):
        world.poll(name)
    waiting = [m for m in world.messages() if m.state == MessageState.PENDING and m.not_before <= world.now()]

    with world.watching() as difference:
        both = [machine.start("deliver", "--json") for _ in range(2)]
        done = [result_of(process) for process in both]
        machine.run("deliver")  # replies whose parent was on its way

    assert sum(result["posted"] + result["renewed"] for result in done) <= len(waiting)
    assert len({(m.channel, m.words) for m in difference.new}) == len(difference.new)
    later = [m.kind for m in world.messages() if m.state != MessageState.SENT]
    assert later == ["gathered"]


@pytest.fixture(autouse=True)
def _no_faults_left(the_sandbox: Sandbox) -> Iterator[None]:
    yield
    the_sandbox.server.world.faults.clear()
