"""A run: news at the publisher, workers that look and tell, and blows that fall on everything.

The seed fixes what happens and in which order. At which instruction a process is hit depends on the
machine, and differs from run to run.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml
from sqlalchemy import Select, func
from sqlmodel import Session, col, select

from g40flow.domain.instants import AMSTERDAM
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.events import Scene, play
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.slack import Workspace
from g40flow.sandbox.slack.faults import Fault as SlackFault
from g40flow.sandbox.world import WORLD_START, Fault
from g40flow.sources.tweedekamer.fields import STANDARD_CATEGORIES
from g40flow.storage.database import Database
from g40flow.storage.tables import Item, Message, MessageState, PendingItem
from tests.chaos.counting import Count, Published, count
from tests.chaos.databases import Trouble
from tests.chaos.workers import BOT_TOKEN, DELIVERER, HOUSE, POLLER, Nursery, Shared

Answer = TypeVar("Answer")
THEMES = (
    ("Woningbouw en de huisvesting van starters", "vro"),
    ("Vroegsignalering van schulden door gemeenten", "szw"),
    ("Energietransitie en warmtenetten in de stad", "kgg"),
)
"""What activities are about, each with the key of a committee of the sandbox."""

SLACK_FAULTS = tuple(
    replace(fault, method="chat.postMessage")
    for fault in (
        SlackFault("drop_after_storing"),
        SlackFault("drop_before_storing"),
        SlackFault("http_500", after_storing=True),
        SlackFault("html_503"),
        SlackFault("rate_limited", retry_after=20),
        SlackFault("error", error="internal_error"),
    )
)
PUBLISHER_FAULTS = ("server_error", "connection_reset", "html_503", "truncated", "outage_page", "rate_limit")
LATE_SECONDS = (30.0, 400.0)
"""A message of a dropped connection comes so much later; the program looks again after ten minutes."""

CLOCK_ERROR_SECONDS = 90.0
CALM_STEPS = 100
WORK_SECONDS = 20.0
LEASES = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of everything. news: new activities per wave, a third of which is put off a wave later."""

    seed: int
    waves: int
    news: int
    blows: int
    pollers: int = 2
    deliverers: int = 2


@dataclass
class Log:
    """What was done to whom. crashed: workers that ended by themselves, because of what was done.

    errors: the last words of these, by kind.
    """

    blows: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    crashed: int = 0
    deadlocks: int = 0
    errors: Counter[str] = field(default_factory=Counter)


@dataclass
class Director:
    """Lets a plan happen. progress: is told how many waves of how many are over."""

    plan: Plan
    server: SandboxServer
    database: Trouble
    nursery: Nursery
    shared: Shared
    progress: Callable[[int, int], None]
    published: Published = field(default_factory=Published)
    log: Log = field(default_factory=Log)
    workers: dict[int, str] = field(default_factory=dict)
    frozen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.plan.seed)
        self.scene = Scene(self.server.world, self.server.clock)
        self.is_full = False
        self.reader = Database(self.database.url)

    @property
    def workspace(self) -> Workspace:
        """Slack's memory."""
        assert self.server.slack is not None
        found = self.server.slack.state.workspace
        assert isinstance(found, Workspace)
        return found

    # The course of things

    def run(self) -> None:
        """A first look in peace, the waves, and peace until nothing is left to do."""
        self._pass(timedelta())
        self._calm_round()
        for wave in range(self.plan.waves):
            self._publish()
            for _ in range(self.plan.blows):
                self._staff()
                time.sleep(self.chance.uniform(0.05, 0.3))
                self._blow()
            self._let_them_work()
            self.progress(wave + 1, self.plan.waves)
        self._end()

    def stop(self) -> None:
        """Leave no worker behind, whatever happened."""
        for pid in list(self.workers):
            self._kill(pid)

    def _publish(self) -> None:
        self._put_off()
        for _ in range(self.plan.news):
            number = len(self.published.starts)
            subject, committee = THEMES[number % len(THEMES)]
            title = f"{subject} (nr {number:05})"
            play(self.scene, "new_activity", {
                "key": f"chaos-{number}", "title": title, "committee": committee, "following": "",
                "agenda": (title,), "in_days": 150,
            })  # fmt: skip
            self.published.starts[title] = self._starts(number)

    def _put_off(self) -> None:
        """Change, once, what was read before; what nobody knows yet cannot change for anybody."""
        known = sorted(self._known() - self.published.changed)
        for title in self.chance.sample(known, min(len(known), self.plan.news // 3)):
            number = int(title[-6:-1])
            play(self.scene, "reschedule_activity", {"key": f"chaos-{number}", "days": 7})
            self.published.starts[title] = self._starts(number)
            self.published.changed.add(title)

    def _known(self) -> set[str]:
        """Titles of what was read and assembled."""
        query = select(Item.title).where(col(Item.title).contains("(nr "))
        return set(self._read(lambda session: session.exec(query).all()))

    def _starts(self, number: int) -> datetime:
        starts = self.server.world.contents.activities[f"chaos-{number}"].starts
        assert starts is not None
        return starts.replace(tzinfo=AMSTERDAM)

    def _staff(self) -> None:
        """See to it that there are as many workers as planned, as a supervisor does."""
        ended = self.nursery.ended()
        for pid in [pid for pid in self.workers if pid in ended]:
            del self.workers[pid]
            self.log.crashed += ended[pid] > 0
        wanted = Counter({POLLER: self.plan.pollers, DELIVERER: self.plan.deliverers})
        for role in (wanted - Counter(self.workers.values())).elements():
            self._start(role)

    def _let_them_work(self) -> None:
        """Until they have read something of what is new, or a while; what dead pollers held is free then."""
        self._staff()
        self._thaw()
        self._pass(timedelta(minutes=12))
        some = min(len(self._known()) + 1, len(self.published.starts))
        ends_at = time.monotonic() + WORK_SECONDS
        while len(self._known()) < some and time.monotonic() < ends_at:
            time.sleep(0.1)

    def _start(self, role: str) -> None:
        skew = self.chance.choice([0.0, self.chance.uniform(-CLOCK_ERROR_SECONDS, CLOCK_ERROR_SECONDS)])
        self.workers[self.nursery.start(role, self.database.url, skew)] = role

    def _end(self) -> None:
        self.stop()
        self.workspace.faults.clear()
        self.server.world.faults.clear()
        if self.is_full:
            self._free()
        self.log.deadlocks += self.database.deadlocks()
        self._pass(LEASES)
        for _ in range(CALM_STEPS):
            self._calm_round()
            if (due := self._next_due()) is None:
                return
            self._pass(max(due - self.server.clock.now(), timedelta(minutes=1)))
        raise AssertionError("there was no end to what was left to do")

    def _calm_round(self) -> None:
        trouble = self.nursery.work_in_peace(self.database.url)
        assert not trouble, f"work failed though nothing was the matter:\n{trouble}"

    def _next_due(self) -> datetime | None:
        """When something is to be done next; None when nothing is left to do."""
        waiting = col(Message.state) == MessageState.PENDING
        on_its_way = col(Message.state) == MessageState.SENDING
        moments: list[Select[Any]] = [
            select(func.min(Message.next_attempt_at)).where(waiting),
            select(func.min(Message.lease_until)).where(on_its_way),
            select(func.min(Message.look_again_at)),
            select(func.min(PendingItem.marked_at)),
        ]
        found = self._read(lambda session: [session.scalar(moment) for moment in moments])
        return min((moment for moment in found if moment is not None), default=None)

    def _read(self, question: Callable[[Session], Answer]) -> Answer:
        with self.reader.reading() as session:
            return question(session)

    # Blows

    def _blow(self) -> None:
        """Any; those that did not fall yet come first."""
        acts: dict[Callable[[], None], int] = {
            self._kill_somebody: 8,
            self._let_time_pass: 6,
            self._let_slack_fail: 6,
            self._let_looking_fail: 1,
            self._let_an_answer_be_late: 2,
            self._let_the_publisher_fail: 2,
            self._freeze_somebody: 2,
            **({self._thaw: 3} if self.frozen else {}),
            **({self._free: 4} if self.is_full else {self._throw_over: 1, self._fill: 1}),
        }
        new = {act: weight for act, weight in acts.items() if not self.log.blows[_words(act)]} or acts
        act = self.chance.choices(list(new), list(new.values()))[0]
        self.log.blows[_words(act)] += 1
        act()

    def _kill_somebody(self) -> None:
        if self.workers:
            self._kill(self.chance.choice(sorted(self.workers)))
            self.log.killed += 1

    def _kill(self, pid: int) -> None:
        del self.workers[pid]
        self.frozen.discard(pid)
        _signal(pid, signal.SIGKILL)

    def _freeze_somebody(self) -> None:
        """It stands still, perhaps for longer than its lease, and then goes on as if nothing was."""
        if awake := sorted(self.workers.keys() - self.frozen):
            pid = self.chance.choice(awake)
            self.frozen.add(pid)
            _signal(pid, signal.SIGSTOP)

    def _thaw(self) -> None:
        for pid in self.frozen:
            _signal(pid, signal.SIGCONT)
        self.frozen.clear()

    def _let_time_pass(self) -> None:
        """The clock jumps: over a lease, over a wait, or to the next morning."""
        now = self.server.clock.now()
        jump = self.chance.choice([timedelta(minutes=5), timedelta(minutes=12), timedelta(hours=1)])
        morning = datetime(now.year, now.month, now.day, 8, 30, tzinfo=now.tzinfo)
        while now.hour >= 14 and (morning <= now or morning.weekday() > 4):
            morning += timedelta(days=1)
        self._pass(max(jump, morning - now))

    def _pass(self, by: timedelta) -> None:
        moment = self.server.clock.advance(by)
        self.shared.offset.value = moment.timestamp() - time.time()

    def _let_slack_fail(self) -> None:
        fault = self.chance.choice(SLACK_FAULTS)
        self.workspace.faults.add(replace(fault, times=self.chance.randint(1, 3)))

    def _let_looking_fail(self) -> None:
        method = self.chance.choice(["conversations.history", "conversations.replies", "chat.delete"])
        self.workspace.faults.add(SlackFault(kind="http_500", method=method, times=2))

    def _let_an_answer_be_late(self) -> None:
        seconds = self.chance.uniform(*LATE_SECONDS)
        self.workspace.faults.add(
            SlackFault(kind="drop_and_store_late", method="chat.postMessage", seconds=seconds)
        )

    def _let_the_publisher_fail(self) -> None:
        kind, times = self.chance.choice(PUBLISHER_FAULTS), self.chance.randint(1, 8)
        self.server.world.faults.put(Fault(kind=kind, publisher=HOUSE, times=times))

    def _throw_over(self) -> None:
        self.log.deadlocks += self.database.deadlocks()
        self.database.throw_over()

    def _fill(self) -> None:
        self.log.deadlocks += self.database.deadlocks()
        self.database.fill()
        self.is_full = True

    def _free(self) -> None:
        self.database.free()
        self.is_full = False


def _words(act: Callable[[], None]) -> str:
    return act.__name__.strip("_").replace("_", " ")


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended by itself a moment ago


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to. seconds: by the machine's clock."""

    plan: Plan
    kind: str
    count: Count
    log: Log
    seconds: float


def environment_for(server: SandboxServer, folder: Path) -> dict[str, str]:
    """What the program is told, besides the address of its database."""
    config = sandbox_config(folder / "config", server.base_url)
    _begin_with_what_comes(config / "sources.yaml", server)
    _without_recess(config / "calendar.yaml")
    return {
        "G40FLOW_CONFIG_DIR": str(config),
        "G40FLOW_SLACK_BASE_URL": f"{server.base_url}/slack/api/",
        "G40FLOW_SLACK_BOT_TOKEN": BOT_TOKEN,
        "G40FLOW_SECRET_KEY": "chaos-chaos-chaos-chaos-chaos-chaos",
    }


def _begin_with_what_comes(path: Path, server: SandboxServer) -> None:
    """Read only what items are made of, and of that nothing from before the run: it would take most of it."""
    newest = server.world.feed.newest()
    assert newest is not None
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))
    sources[HOUSE]["categories"] = list(STANDARD_CATEGORIES)
    sources[HOUSE]["start_tokens"] = dict.fromkeys(STANDARD_CATEGORIES, str(newest.next_token))
    path.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")


def _without_recess(path: Path) -> None:
    """In a recess all that is not urgent is one message of twenty lines, in which no item can be counted."""
    calendar = yaml.safe_load(path.read_text(encoding="utf-8"))
    calendar["recesses"] = []
    path.write_text(yaml.safe_dump(calendar, allow_unicode=True), encoding="utf-8")


def finish(director: Director, channels: dict[str, str], began: float) -> Outcome:
    """Count after a run."""
    with director.reader.reading() as session:
        found = count(session, director.workspace, director.published, channels)
    director.reader.close()
    return Outcome(
        plan=director.plan,
        kind=director.database.kind,
        count=found,
        log=director.log,
        seconds=time.monotonic() - began,
    )


def new_sandbox() -> SandboxServer:
    """With a Slack, on a morning."""
    return SandboxServer(clock=SandboxClock(WORLD_START), with_slack=True)
