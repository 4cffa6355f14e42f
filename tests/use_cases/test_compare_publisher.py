from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlmodel import col, select

from g40flow.domain.coverage import Listed, Offer
from g40flow.domain.errors import AlreadyRunning, SourceUnavailable
from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import Comparison, ReadAgain, RecordReader, Signal
from g40flow.sources.fetch import Fetcher
from g40flow.storage.claims import take_claim
from g40flow.storage.coverage_tables import CoverageCheck, CoverageGap
from g40flow.use_cases.compare_publisher import LEASE, Compared, compare_publisher
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import Publisher, consultation


@dataclass
class WithList(Publisher):
    """A publisher with a list of its own. unreadable: listed, but not to be had by name."""

    shown: list[str] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    closed: bool = False
    oddities: tuple[Signal, ...] = ()

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        if self.closed:
            raise SourceUnavailable("no answer")
        held = {one.record.identifier for one in stored.get_many("consultation", self.shown)}
        listed = tuple(Listed(identifier=name, title=f"Titel {name}", item=name) for name in self.shown)
        return Comparison(
            offer=Offer.LIST,
            door="de lijst",
            listed=listed,
            held=frozenset(held),
            theirs=len(listed),
            ours=len(held),
            signals=self.oddities,
        )

    def read_again(
        self, missing: Collection[Listed], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        for one in missing:
            if one.identifier not in self.unreadable:
                record: PublisherRecord = consultation(one.identifier, closes_on="2027-01-29")
                yield ReadAgain(identifier=one.identifier, records=(record,))


@pytest.fixture
def job(sqlite_job: MainJob) -> MainJob:
    sqlite_job.publisher = WithList()
    sqlite_job.publisher.publish(consultation("Held", closes_on="2027-01-29"))
    sqlite_job.begin()
    return sqlite_job


def listing(job: MainJob) -> WithList:
    assert isinstance(job.publisher, WithList)
    return job.publisher


def compare(job: MainJob, publisher: Publisher | None = None) -> Compared | None:
    with Fetcher(contact="test@example.nl", allowed_hosts=["publisher.example"]) as fetch:
        return compare_publisher(
            job.database, publisher or job.publisher, fetch, clock=job.clock, holder="me"
        )


def gaps(job: MainJob) -> dict[str, str]:
    with job.database.reading() as session:
        rows = session.exec(select(CoverageGap).order_by(col(CoverageGap.id)))
        return {row.identifier: row.how or "open" for row in rows}


def told(job: MainJob) -> list[str]:
    return [m.subject["code"] for m in job.messages() if m.audience == "operators"]


def test_what_is_missing_is_read_by_name_assembled_and_told_as_any_news(job: MainJob) -> None:
    listing(job).shown = ["Held", "Woningen"]

    found = compare(job)
    job.assemble()

    assert found is not None
    assert (found.theirs, found.ours, found.opened, found.healed, found.missing) == (2, 1, 1, 1, 0)
    assert gaps(job) == {"Woningen": "read_again"}
    assert told(job) == []
    assert "group:woningmarkt" in [m.audience for m in job.messages()]


def test_what_cannot_be_read_is_a_gap_by_name_told_once_and_once_when_it_is_over(job: MainJob) -> None:
    source = listing(job)
    source.shown, source.unreadable = ["Held", "Lost"], {"Lost"}

    compare(job)
    job.later(days=1)
    compare(job)
    while_open = (gaps(job), told(job))
    source.unreadable.clear()
    job.later(days=1)
    compare(job)
    compare(job)

    assert while_open == ({"Lost": "open"}, ["gaps_found"])
    assert gaps(job) == {"Lost": "read_again"}
    assert told(job) == ["gaps_found", "gaps_healed"]
    with job.database.reading() as session:
        [gap] = session.exec(select(CoverageGap)).all()
    assert (gap.title, gap.tries) == ("Titel Lost", 2)
    assert gap.healed_at == job.now


def test_a_gap_that_the_ordinary_reading_fills_or_that_is_no_longer_listed_is_closed_as_such(
    job: MainJob,
) -> None:
    source = listing(job)
    source.shown, source.unreadable = ["Late", "Gone"], {"Late", "Gone"}
    compare(job)

    source.publish(consultation("Late"))
    job.poll()
    source.shown = ["Late"]
    compare(job)

    assert gaps(job) == {"Late": "came_by_itself", "Gone": "no_longer_listed"}


def test_a_door_that_does_not_open_keeps_the_gaps_and_is_told_once(job: MainJob) -> None:
    source = listing(job)
    source.shown, source.unreadable = ["Lost"], {"Lost"}
    compare(job)

    source.closed = True
    compare(job)
    compare(job)
    source.closed = False
    compare(job)

    assert gaps(job) == {"Lost": "open"}
    assert told(job) == ["gaps_found", "cross_check_failed", "compared_again"]
    with job.database.reading() as session:
        checks = session.exec(select(CoverageCheck).order_by(col(CoverageCheck.id))).all()
    assert [(check.error, check.missing) for check in checks] == [
        ("", 1),
        ("no answer", 1),
        ("no answer", 1),
        ("", 1),
    ]


def test_oddities_of_the_door_are_told_once(job: MainJob) -> None:
    listing(job).oddities = (Signal(code="odata_field_gone", subject="Nummer", message="weg"),)

    compare(job)
    compare(job)

    assert told(job) == ["odata_field_gone"]


@dataclass
class WithCount(Publisher):
    """A publisher that says how much there is, and nothing by name."""

    theirs: int = 1

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        ours = sum(1 for _ in stored.all("consultation"))
        return Comparison(offer=Offer.COUNT, door="het aantal", theirs=self.theirs, ours=ours)


def test_a_publisher_that_counts_more_than_we_hold_is_told_once_and_once_when_it_is_over(
    job: MainJob,
) -> None:
    source = WithCount()
    for theirs in (1, 4, 5, 1, 1):
        source.theirs = theirs
        compare(job, source)

    assert told(job) == ["count_differs", "gaps_healed"]
    with job.database.reading() as session:
        checks = session.exec(select(CoverageCheck).order_by(col(CoverageCheck.id))).all()
    assert [check.missing for check in checks] == [0, 3, 4, 0, 0]


def test_a_publisher_without_a_list_is_on_record_as_such(job: MainJob) -> None:
    found = compare(job, Publisher())

    assert found is not None
    assert found.offer is Offer.NOTHING
    with job.database.reading() as session:
        assert [check.offer for check in session.exec(select(CoverageCheck))] == [Offer.NOTHING]


def test_before_a_publisher_was_read_there_is_nothing_to_compare(sqlite_job: MainJob) -> None:
    assert compare(sqlite_job, WithList(shown=["Lost"])) is None


def test_two_do_not_compare_at_once(job: MainJob) -> None:
    with job.database.writing() as session:
        take_claim(session, "compare:publisher", holder="other", now=job.now, lease=LEASE)

    with pytest.raises(AlreadyRunning):
        compare(job)
