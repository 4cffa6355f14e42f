from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from g40flow.domain.errors import SourceUnavailable
from g40flow.sources.contract import RecordReader, Signal
from g40flow.sources.fetch import Fetcher
from g40flow.storage.messages import write_message
from g40flow.storage.tables import ItemRouting, Message, MessageState
from g40flow.use_cases.reconcile import Reconciled, cross_check, reconcile
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import Publisher, consultation

FAR = "2027-01-29"
HOURLY = {"publisher": timedelta(hours=1)}


def look(job: MainJob) -> Reconciled:
    return reconcile(job.database, job.announcer(), HOURLY, job.now)


def told_operators(job: MainJob) -> list[str]:
    return [m.subject["code"] for m in job.messages() if m.audience == "operators"]


def test_when_all_is_well_there_is_nothing_to_tell(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on=FAR))
    job.round()

    assert look(job) == Reconciled(waiting_items=0, silent_sources=0, failed_messages=0, retold=0)
    assert told_operators(job) == []


def test_a_group_that_was_routed_to_but_not_told_is_told_now(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on=FAR))
    job.round()
    with job.database.writing() as session:
        [routing] = session.exec(select(ItemRouting)).all()
        session.add(
            ItemRouting(item_id=routing.item_id, theme_group="financien", reasons=[], routed_at=job.now)
        )

    result = look(job)
    again = look(job)

    assert (result.retold, again.retold) == (1, 0)
    assert "group:financien" in [m.audience for m in job.messages()]


def test_a_publisher_that_nobody_looked_at_for_three_rounds_is_told_once_a_day(job: MainJob) -> None:
    job.poll()
    job.later(hours=4)

    look(job)
    look(job)
    job.later(hours=24)
    look(job)

    assert told_operators(job) == ["not_looked_at", "not_looked_at"]


def test_failed_messages_are_counted_and_told(job: MainJob) -> None:
    with job.database.writing() as session:
        message = write_message(session, "m", audience="triage", kind="triage_card", now=job.now)
        message.state = MessageState.FAILED

    result = look(job)

    assert result.failed_messages == 1
    assert told_operators(job) == ["failed_messages"]


class OtherDoor(Publisher):
    """A publisher whose other door shows something, or does not open."""

    shown: tuple[Signal, ...] = ()
    closed = False

    def cross_check(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> tuple[Signal, ...]:
        if self.closed:
            raise SourceUnavailable("no answer")
        return self.shown


@pytest.fixture
def fetch() -> Iterator[Fetcher]:
    with Fetcher(contact="test@example.nl", allowed_hosts=["publisher.example"]) as opened:
        yield opened


def missing(count: int) -> tuple[Signal, ...]:
    return tuple(
        Signal(code="odata_missing_here", subject=f"2026A{n}", message="wel in OData")
        for n in range(1, count + 1)
    )


def test_what_another_door_shows_and_we_lack_is_told_once(job: MainJob, fetch: Fetcher) -> None:
    job.poll()
    source = OtherDoor()
    source.shown = missing(1)

    counts = [cross_check(job.database, source, fetch, job.now) for _ in range(2)]

    assert counts == [1, 1]
    assert told_operators(job) == ["odata_missing_here"]


def test_many_differences_are_one_message(job: MainJob, fetch: Fetcher) -> None:
    job.poll()
    source = OtherDoor()
    source.shown = missing(130)

    count = cross_check(job.database, source, fetch, job.now)

    [message] = job.messages()
    assert count == 130
    assert message.subject["message"] == "wel in OData: 2026A1, 2026A2, 2026A3 en nog 127"


def test_before_a_publisher_was_read_there_is_nothing_to_compare(job: MainJob, fetch: Fetcher) -> None:
    source = OtherDoor()
    source.shown = missing(1)

    assert cross_check(job.database, source, fetch, job.now) == 0
    assert job.messages() == []


def test_another_door_that_does_not_open_is_told_and_stops_nothing(job: MainJob, fetch: Fetcher) -> None:
    job.poll()
    source = OtherDoor()
    source.closed = True

    cross_check(job.database, source, fetch, job.now)

    assert told_operators(job) == ["cross_check_failed"]
    with job.database.reading() as session:
        assert len(session.exec(select(Message)).all()) == 1
