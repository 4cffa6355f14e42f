from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from g40flow.domain.errors import AlreadyRunning, NotFound, SourceUnavailable
from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import Batch, HistoryPage, RecordReader, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.storage.back_fills import forget_back_fill
from g40flow.storage.claims import take_claim
from g40flow.storage.coverage_tables import BackFill
from g40flow.storage.database import Database
from g40flow.storage.publishers import stream_of
from g40flow.storage.tables import Claim, Item, Message, PendingItem
from g40flow.use_cases.assemble_items import assemble_items
from g40flow.use_cases.back_fill import LEASE, BackFiller, Planned, SoFar, planned, take_up_left_over
from tests.use_cases.conftest import MainJob, WordRouter
from tests.use_cases.publisher import Publisher, consultation

SINCE = date(2024, 1, 1)
PER_PAGE = 50


def old(number: int) -> PublisherRecord:
    return consultation(f"Woningen {number}", published_on="2024-06-01", status="closed")


@dataclass
class WithHistory(Publisher):
    """A publisher with a past in pages. dies_at, down_at: what happens instead of a page, by its number."""

    past: list[list[PublisherRecord]] = field(default_factory=list)
    dies_at: int | None = None
    down_at: dict[int, int] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    begin: str | None = None

    @property
    def history_streams(self) -> tuple[str, ...]:
        return self.streams

    def present_position(self, stream: str, fetch: Fetcher, now: datetime) -> StreamState | None:
        return None if self.begin is None else StreamState(cursor=self.begin)

    def history(
        self,
        stream: str,
        since: date,
        cursor: str | None,
        present: StreamState,
        stored: RecordReader,
        fetch: Fetcher,
        now: datetime,
    ) -> Iterator[HistoryPage]:
        for number in range(int(cursor or 0), len(self.past)):
            self.asked.append(number)
            if self.dies_at == number:
                raise SystemExit("killed")
            if self.down_at.get(number, 0) > 0:
                self.down_at[number] -= 1
                raise SourceUnavailable("502")
            records = tuple(self.past[number])
            state = StreamState(
                cursor=str(number + 1),
                newest_entry_at=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number),
            )
            batch = Batch(records=records, state=state, seen=len(records), more=number + 1 < len(self.past))
            yield HistoryPage(batch=batch, share=(number + 1) / len(self.past))


@pytest.fixture
def job(sqlite_job: MainJob) -> MainJob:
    past = [[old(page * PER_PAGE + n) for n in range(PER_PAGE)] for page in range(6)]
    sqlite_job.publisher = WithHistory(past=past)
    return sqlite_job


def source(job: MainJob) -> WithHistory:
    assert isinstance(job.publisher, WithHistory)
    return job.publisher


def fill(
    job: MainJob,
    seen: list[SoFar] | None = None,
    holder: str = "me",
    is_dead: Callable[[str], bool] = lambda _: False,
) -> list[SoFar]:
    pauses: list[timedelta] = []

    def progress(so_far: SoFar) -> None:
        if not so_far.pages:
            return
        job.later(seconds=10)
        if seen is not None:
            seen.append(so_far)

    def pause(length: timedelta) -> None:
        pauses.append(length)
        job.now += length

    with Fetcher(contact="test@example.nl", allowed_hosts=["publisher.example"]) as fetch:
        return BackFiller(
            database=job.database,
            source=job.publisher,
            fetch=fetch,
            since=SINCE,
            clock=job.clock,
            holder=holder,
            assemble=lambda: assemble_past(job),
            pause=pause,
            progress=progress,
            is_dead=is_dead,
        ).run()


def assemble_past(job: MainJob) -> None:
    assemble_items(job.database, job.publisher, WordRouter(), job.announcer(), clock=job.clock, history=True)


def count(database: Database, table: type[Item] | type[Message] | type[PendingItem] | type[Claim]) -> int:
    with database.reading() as session:
        return len(session.exec(select(table)).all())


def test_three_hundred_old_pieces_are_items_and_nobody_is_told(job: MainJob) -> None:
    job.begin()
    before = count(job.database, Message)

    [done] = fill(job)

    assert (done.pages, done.records, done.new, done.is_finished) == (6, 300, 300, True)
    assert count(job.database, Item) == 300
    assert count(job.database, Message) == before
    assert count(job.database, PendingItem) == 0
    assert count(job.database, Claim) == 0


def test_what_still_asks_for_an_answer_comes_in_one_gathered_message(job: MainJob) -> None:
    job.begin()
    source(job).past[3] += [consultation(f"Open woningen {n}", closes_on="2027-01-29") for n in range(30)]

    fill(job)
    job.later(days=1)
    job.deliver()

    assert [text.partition("\n")[0] for text in job.texts()] == ["verzameld 30"]


def test_a_reading_that_was_killed_goes_on_where_it_was(job: MainJob) -> None:
    source(job).dies_at = 4
    with pytest.raises(SystemExit):
        fill(job)
    items_before = count(job.database, Item)
    with job.database.reading() as session:
        plan = planned(session, job.publisher, SINCE)
    source(job).dies_at, source(job).asked = None, []

    fill(job, holder="another")

    assert items_before == 0
    assert plan == [Planned(stream="news", done=False, pages=4, reached_at=datetime(2024, 1, 4, tzinfo=UTC))]
    assert source(job).asked == [4, 5]
    assert count(job.database, Item) == 300


def test_what_history_adds_to_an_item_is_told_quietly(job: MainJob) -> None:
    job.begin()
    source(job).past = [[consultation("a", title="Iets", closes_on="2027-01-29")]]
    fill(job)
    source(job).past = [[consultation("a", title="Iets over woningen", closes_on="2026-11-25")]]
    with job.database.writing() as session:
        forget_back_fill(session, "publisher", SINCE)

    fill(job)

    assert [message.kind for message in job.messages()] == ["gathered"]


def test_what_was_read_and_not_yet_made_items_of_is_taken_up_later(job: MainJob) -> None:
    source(job).dies_at = 4
    with pytest.raises(SystemExit):
        fill(job)

    take_up_left_over(job.database, "publisher", lambda: assemble_past(job), holder="night", now=job.now)

    assert count(job.database, Item) == 200
    assert count(job.database, Claim) == 0


def test_the_claim_of_one_that_certainly_died_is_free_at_once(job: MainJob) -> None:
    with job.database.writing() as session:
        take_claim(session, "back_fill:publisher", holder="dead", now=job.now, lease=LEASE)

    with pytest.raises(AlreadyRunning):
        fill(job)
    [done] = fill(job, is_dead=lambda holder: holder == "dead")

    assert done.is_finished


def test_what_was_read_before_is_not_read_again(job: MainJob) -> None:
    fill(job)
    source(job).asked = []

    [again] = fill(job)

    assert source(job).asked == []
    assert again.is_finished
    assert again.pages == 0


def test_the_ordinary_look_goes_on_beside_it_and_its_news_is_told(job: MainJob) -> None:
    job.begin()
    source(job).past[2].append(consultation("Nieuwe woningen", closes_on="2027-01-29"))

    def look_beside(so_far: SoFar) -> None:
        if so_far.pages == 3:  # the past brought it a moment ago, and it waits to be made an item
            source(job).publish(consultation("Nieuwe woningen", closes_on="2027-02-01"))
            job.poll()
            job.assemble()

    with Fetcher(contact="test@example.nl", allowed_hosts=["publisher.example"]) as fetch:
        BackFiller(
            database=job.database,
            source=job.publisher,
            fetch=fetch,
            since=SINCE,
            clock=job.clock,
            holder="me",
            assemble=lambda: assemble_past(job),
            pause=lambda length: None,
            progress=look_beside,
        ).run()

    with job.database.reading() as session:
        [fresh] = session.exec(select(Item).where(col(Item.first_read).is_(False))).all()
        assert stream_of(session, "publisher", "news").cursor == "1"
    assert fresh.identifier == "Nieuwe woningen"
    assert "group:woningmarkt" in [message.audience for message in job.messages()]


def test_an_outage_is_waited_out_and_a_long_one_ends_the_reading_with_its_place_kept(job: MainJob) -> None:
    source(job).down_at = {2: 3, 4: 9}

    with pytest.raises(SourceUnavailable):
        fill(job)

    assert source(job).asked == [0, 1, 2, 2, 2, 2, 3, 4, 4, 4, 4]
    with job.database.reading() as session:
        [row] = session.exec(select(BackFill)).all()
        assert (row.cursor, row.pages, row.finished_at) == ("4", 4, None)
        assert session.exec(select(Claim)).all() == []


def test_rate_and_time_left_come_from_this_sitting(job: MainJob) -> None:
    seen: list[SoFar] = []

    fill(job, seen)

    third = seen[2]
    assert third.per_second == 150 / 20
    assert third.time_left == timedelta(seconds=30)
    assert seen[0].time_left is None


def test_what_was_never_read_is_followed_from_the_present_on(job: MainJob) -> None:
    source(job).begin = "7"

    fill(job)

    with job.database.reading() as session:
        row = stream_of(session, "publisher", "news")
        assert (row.cursor, row.completed_at) == ("7", None)


def test_two_back_fills_of_one_publisher_do_not_run_at_once(job: MainJob) -> None:
    def second(so_far: SoFar) -> None:
        if not so_far.pages:
            return
        with pytest.raises(AlreadyRunning):
            fill(job, holder="another")
        raise SystemExit("enough")

    with (
        pytest.raises(SystemExit),
        Fetcher(contact="test@example.nl", allowed_hosts=["publisher.example"]) as fetch,
    ):
        BackFiller(
            database=job.database,
            source=job.publisher,
            fetch=fetch,
            since=SINCE,
            clock=job.clock,
            holder="me",
            assemble=lambda: None,
            pause=lambda length: None,
            progress=second,
        ).run()


def test_a_publisher_without_a_past_says_so(sqlite_job: MainJob) -> None:
    with sqlite_job.database.reading() as session, pytest.raises(NotFound):
        planned(session, Publisher(), SINCE)
