"""A dossier that is merged into another brings what it aims at."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from g40flow.domain.campaigns.hooks import HookState
from g40flow.storage.database import Database
from g40flow.storage.hook_tables import Hook
from g40flow.storage.hooks import ties_of
from g40flow.use_cases.campaigns.hooks import (
    NewHook,
    accept_hook,
    add_hook,
    dismiss_hook,
    finish_preparation,
    tie_dossier,
)
from g40flow.use_cases.dossier.merge import merge
from g40flow.use_cases.dossier.open_dossier import add_item
from tests.use_cases.campaigns.hook_world import HookWorld
from tests.use_cases.dossier.world import CARE, HOUSING, SECRETARIAT

VOTE_AT = datetime(2026, 12, 17, 9, tzinfo=UTC)


@pytest.fixture
def world(sqlite: Database) -> HookWorld:
    return HookWorld(sqlite)


@pytest.fixture
def both(world: HookWorld) -> tuple[int, int]:
    """The dossier that stays, 2026-001, and its double; both about the bill with a debate and a vote."""
    kept, double, bill = world.dossier(HOUSING), world.dossier(CARE), world.bill()
    world.activity()
    world.activity("Stemmingen", VOTE_AT, title="Stemmingen over wonen")
    for dossier_id in (kept, double):
        world.do(add_item, dossier_id, bill, seen_revision=None)
    world.propose()
    return kept, double


def choose(
    world: HookWorld, dossier_id: int, title: str, use_case: Callable[..., Hook] = accept_hook
) -> None:
    hook = next(hook for hook in world.hooks(dossier_id) if hook.title == title)
    world.do(use_case, dossier_id, hook.id, seen_revision=None)


def merged(world: HookWorld, double: int) -> None:
    world.do(merge, double, "2026-001", reason="zelfde wet", seen_revision=None)


def states(world: HookWorld, dossier_id: int) -> dict[str, tuple[str, str]]:
    return {hook.title: (hook.key.partition(":")[0], hook.state.value) for hook in world.hooks(dossier_id)}


def test_moments_made_by_hand_and_ties_go_along_with_a_line_in_the_history(
    world: HookWorld, both: tuple[int, int]
) -> None:
    kept, double = both
    for dossier_id, title in ((kept, "Manifest"), (double, "Petitie")):
        moment = NewHook(kind="petition_handover", title=title, on=date(2027, 2, 2))
        world.do(add_hook, dossier_id, moment, seen_revision=None)
        world.do(tie_dossier, dossier_id, "word", "stikstof", seen_revision=None)
    world.do(tie_dossier, double, "dossier_number", "32847", seen_revision=None)

    merged(world, double)

    own = {hook.key: hook.title for hook in world.hooks(kept) if hook.key.startswith("hand")}
    assert own == {"hand:1": "Manifest", "hand:2": "Petitie"}
    with world.database.reading() as session:
        assert [tie.value for tie in ties_of(session, kept)] == ["32847", "stikstof"]
        assert ties_of(session, double) == []
    brought = [entry for entry in world.history(kept) if entry.facts.get("from") == "2026-002"]
    assert [entry.action for entry in brought] == [
        "take_over_hook",
        "add_tie",
        "raise_duplicate",
        "merged_from",
    ]
    assert [brought[0].facts["title"], brought[1].facts["value"]] == ["Petitie", "32847"]


def test_a_moment_that_only_the_double_has_goes_along_with_what_is_ready(world: HookWorld) -> None:
    kept, double = world.dossier(HOUSING), world.dossier(CARE)
    world.do(add_item, double, world.bill(), seen_revision=None)
    world.activity()
    hook_id = world.accepted(double, by=SECRETARIAT)
    world.do(finish_preparation, double, hook_id, "text_ready", seen_revision=None)

    merged(world, double)

    (hook,) = world.hooks(kept)
    assert (hook.id, hook.state, list(hook.done)) == (hook_id, HookState.ACCEPTED, ["text_ready"])
    assert world.hooks(double) == []


def test_of_a_moment_that_both_have_the_choice_of_the_one_that_stays_counts(
    world: HookWorld, both: tuple[int, int]
) -> None:
    kept, double = both
    choose(world, kept, "Regie op wonen", dismiss_hook)
    for title in ("Regie op wonen", "Stemmingen over wonen"):
        choose(world, double, title)

    merged(world, double)

    assert states(world, kept) == {
        "Regie op wonen": ("item", "dismissed"),
        "Stemmingen over wonen": ("item", "accepted"),
    }
    assert world.acts(kept).count("take_over_hook") == 1
