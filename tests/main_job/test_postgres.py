"""The same on PostgreSQL, once from end to end."""

import pytest

from g40flow.storage.tables import Item, Message, MessageState, RunOutcome, SourceRun
from tests.main_job.conftest import Beginning
from tests.main_job.world import Sandbox, World, build_world

pytestmark = [pytest.mark.xdist_group("main_job"), pytest.mark.postgres]


def told(world: World) -> list[tuple[str, str, str]]:
    return sorted((m.audience, m.kind, m.state) for m in world.rows(Message))


def test_on_postgresql_the_same_is_read_routed_and_told(
    the_sandbox: Sandbox, beginning: Beginning, world: World, postgres_url: str
) -> None:
    the_sandbox.reset()
    other = build_world(the_sandbox, postgres_url)
    other.round()
    items, messages = len(other.rows(Item)), told(other)

    the_sandbox.happen("new_consultation", slug="kamers", title="Besluit woningdelen", working_days=7)
    with other.watching() as difference:
        other.round()
        other.round()

    assert (items, messages) == (len(world.rows(Item)), told(world))
    assert [m.channel for m in difference.new] == ["themagroep-woningmarkt"]
    assert {message.state for message in other.rows(Message)} == {MessageState.SENT}
    assert other.rows(SourceRun)[-1].outcome == RunOutcome.NOTHING_NEW
    other.database.close()
