"""What the database itself does for moments: one proposal of each, and locks in one order."""

import pytest
from sqlmodel import col, select

from g40flow.domain.campaigns.hooks import HookState
from g40flow.storage.database import Database
from g40flow.storage.hook_tables import Hook
from g40flow.storage.locks import lock_around_items, lock_items
from tests.use_cases.campaigns.hook_world import DEBATE_AT, HookWorld


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
