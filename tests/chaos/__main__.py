"""The whole test: `python -m tests.chaos [--seed N] [--messages N]`; writes docs/chaos.md.

Over 10,000 messages on each database, side by side, take some 45 minutes on two cores. Exit code 1 if
anything was lost or is there twice.
"""

import argparse
import secrets
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.chaos.director import Outcome, Plan
from tests.chaos.running import RUNS, run_alone

REPORT = Path(__file__).parents[2] / "docs" / "chaos.md"
MESSAGES, MESSAGES_PER_NEWS, NEWS_PER_WAVE = 10_000, 1.0, 40

HEAD = """\
# What happens when everything goes wrong at once

Written by `make chaos`. Pollers and deliverers work as processes of their own on one database, while they
are killed (`kill -9`), frozen for longer than their leases and started again with clocks that are wrong;
the database crashes or is locked, its disk is full; the publisher is away or sends half pages; Slack
refuses, drops connections before and after it stored a message, stores it minutes after the connection
was gone, and cannot be asked what stands there; the clock jumps. The seed fixes what happens and in which
order. Afterwards everything is left in peace until nothing is left to do, and the publisher and Slack of
the sandbox are compared with each other and with the database:

- a **fact** is an item, the day it has in the end, and a change of it;
- a **message** is a card in the channel of each group the item goes to, and an answer in its thread for
  each change; no key may stand in Slack twice.

A full disk is real: SQLite may not grow its file, and PostgreSQL meets the limit of a file's size.
"""
ROWS: tuple[tuple[str, Callable[[Outcome], str]], ...] = (
    ("seed", lambda one: str(one.plan.seed)),
    ("items put out, changed", lambda one: f"{one.count.items:,}, {one.count.changes:,}"),
    ("messages standing in Slack", lambda one: f"{one.count.messages:,}"),
    ("**facts lost, doubled**", lambda one: f"**{one.count.lost_facts}, {one.count.doubled_facts}**"),
    (
        "**messages lost, doubled**",
        lambda one: f"**{one.count.lost_messages}, {one.count.doubled_messages}**",
    ),
    ("had arrived unheard, found, not sent again", lambda one: f"{one.count.found:,}"),
    ("stood there twice for a while, one taken away", lambda one: f"{one.count.removed:,}"),
    ("processes killed", lambda one: f"{one.log.killed:,}"),
    ("processes that gave up by themselves", lambda one: f"{one.log.crashed:,}"),
    ("transactions that waited for each other", lambda one: str(one.log.deadlocks)),
    ("minutes", lambda one: f"{one.seconds / 60:.0f}"),
)


def main() -> None:
    """Run on both databases, tell and write."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(100_000))
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--blows", type=int, default=12, help="per wave of news")
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    arguments = parser.parse_args()
    waves = max(1, round(arguments.messages / MESSAGES_PER_NEWS / NEWS_PER_WAVE))
    plan = Plan(seed=arguments.seed, waves=waves, news=NEWS_PER_WAVE, blows=arguments.blows)
    print(f"seed {plan.seed}", flush=True)
    names = [name for name in RUNS if arguments.only in (None, name)]
    with ProcessPoolExecutor(len(names), mp_context=get_context("spawn")) as pool:
        outcomes = list(pool.map(partial(run_alone, plan), names))
    print(_table(outcomes))
    if arguments.only is None and arguments.messages >= MESSAGES:
        REPORT.write_text(f"{HEAD}\n{_table(outcomes)}\n{_blows(outcomes)}\n", encoding="utf-8")
    for one in outcomes:
        for words, times in one.log.errors.most_common(20):
            print(f"{one.kind}: {times}× {words}")
    for example in (example for one in outcomes for example in one.count.examples):
        print(example)
    sys.exit(not all(one.count.is_clean for one in outcomes))


def _table(outcomes: list[Outcome]) -> str:
    head = ["| | " + " | ".join(one.kind for one in outcomes) + " |", "| --- |" + " ---: |" * len(outcomes)]
    rows = [f"| {name} | " + " | ".join(cell(one) for one in outcomes) + " |" for name, cell in ROWS]
    return "\n".join(head + rows) + "\n"


def _blows(outcomes: list[Outcome]) -> str:
    lines = [
        f"On {one.kind}: " + ", ".join(f"{act} {times}×" for act, times in one.log.blows.most_common()) + "."
        for one in outcomes
    ]
    return "\n\n".join(lines)


if __name__ == "__main__":
    main()
