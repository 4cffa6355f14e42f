"""The short form of `make chaos`: everything goes wrong at once, and nothing is lost or doubled."""

from collections.abc import Callable

import pytest

from tests.chaos.director import Outcome, Plan
from tests.chaos.running import run_on_postgres, run_on_sqlite

pytestmark = pytest.mark.xdist_group("chaos")
SHORT = Plan(seed=20_261_123, waves=2, news=9, blows=10)


@pytest.mark.parametrize(
    "run",
    [run_on_sqlite, pytest.param(run_on_postgres, marks=pytest.mark.postgres)],
    ids=["sqlite", "postgres"],
)
def test_whatever_goes_wrong_nothing_is_lost_and_nothing_stands_there_twice(
    run: Callable[[Plan], Outcome],
) -> None:
    outcome = run(SHORT)

    assert outcome.count.is_clean, (SHORT.seed, outcome.count.examples)
    assert outcome.log.deadlocks == 0
    assert outcome.log.killed > 0
    assert outcome.count.messages >= SHORT.news
