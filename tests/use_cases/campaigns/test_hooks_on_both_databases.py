"""What the database itself does for moments: one proposal of each, and locks in one order."""

import pytest
from sqlmodel import col, select

from g40flow.domain.campaigns.hooks import HookState
from g40flow.storage.database import Database
from g40flow.storage.hook_tables import Hook
from g40flow.storage.hooks import ties_of
from g40flow.storage.locks import lock_around_items, lock_items
from g40flow.use_cases.campaigns.hooks import NewHook, add_hook, tie_dossier
from g40flow.use_cases.dossier.merge import merge
from g40flow.use_cases.dossier.work import Asked, work_of
from tests.use_cases.campaigns.hook_world import DEBATE_AT, HookWorld
from tests.use_cases.dossier.world import CARE, DESK, HOUSING, HOUSING_SECRETARY


@pytest.fixture
def world(database: Database) -> HookWorld:
    """A network on each kind of database."""
    return HookWorld(database)


def test_a_moment_is_proposed_once_chosen_and_followed_under_the_locks_of_its_item(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    world.activity(at=None, title="Zonder datum")
    hook_id = world.accepted(campaign_id)

    with world.writing() as session:
        lock_items(session, [item_id])
        lock_around_items(session, [item_id])
    told = world.publish(item_id, starts_at=DEBATE_AT.replace(day=8))

    assert world.propose() == 0
    assert "group:woningmarkt" in told
    with world.database.reading() as session:
        rows = session.scalars(select(Hook).order_by(col(Hook.id))).all()
        assert [row.state for row in rows] == [HookState.ACCEPTED, HookState.PROPOSED]
        assert rows[0].id == hook_id
    assert [hook.on is None for hook in world.shown(campaign_id)] == [False, True]
    assert world.watch()[2] == 0


def test_a_moment_of_a_merged_text_is_in_the_work_of_who_prepares_the_one_that_stays(
    world: HookWorld,
) -> None:
    kept, double = world.dossier(HOUSING), world.dossier(CARE)
    vote = NewHook(kind="vote", title="Stemmingen", on=DEBATE_AT.date().replace(day=1))
    world.do(add_hook, double, vote, seen_revision=None)
    world.do(tie_dossier, double, "word", "stikstof", seen_revision=None)

    world.do(merge, double, "2026-001", reason="zelfde wet", seen_revision=None)

    with world.database.reading() as session:
        work = work_of(session, DESK, world.actor(HOUSING_SECRETARY), world.now)
        assert [tie.value for tie in ties_of(session, kept)] == ["stikstof"]
    assert [(one.dossier_id, one.title) for one in work if one.asked == Asked.PREPARE_HOOK] == [
        (kept, "Stemmingen")
    ]
