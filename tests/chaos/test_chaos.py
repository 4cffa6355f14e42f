"""The short form of `make chaos`: everything goes wrong at once, and nothing is lost or doubled."""

from collections.abc import Callable, Iterator

import pytest

from tests.chaos.director import Outcome, Plan
from tests.chaos.running import Stage, run_on_postgres, run_on_sqlite, stage

pytestmark = pytest.mark.xdist_group("chaos")
SHORT = Plan(seed=20_261_123, waves=2, news=5, blows=6)
BLOWS = {
    "kill somebody",
    "let time pass",
    "let slack fail",
    "let looking fail",
    "let an answer be late",
    "let the publisher fail",
    "freeze somebody",
    "throw over",
    "fill",
}
RUNS = [run_on_sqlite, pytest.param(run_on_postgres, marks=pytest.mark.postgres)]


@pytest.fixture(scope="module")
def on_stage() -> Iterator[Stage]:
    """One sandbox and one nursery for both databases."""
    with stage() as found:
        yield found


@pytest.mark.parametrize("run", RUNS, ids=["sqlite", "postgres"])
def test_whatever_goes_wrong_nothing_is_lost_and_nothing_stands_there_twice(
    on_stage: Stage, run: Callable[[Stage, Plan], Outcome]
) -> None:
    outcome = run(on_stage, SHORT)

    assert outcome.count.is_clean, (SHORT.seed, outcome.count.examples)
    assert outcome.log.deadlocks == 0
    assert outcome.log.blows.keys() >= BLOWS
    assert outcome.log.killed > 0
    assert outcome.count.messages >= SHORT.news
