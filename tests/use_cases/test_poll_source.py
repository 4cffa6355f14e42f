from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from g40flow.domain.errors import AlreadyRunning, SourceChanged, SourceUnavailable
from g40flow.sources.contract import Batch, RecordReader, Signal, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.storage.claims import take_claim
from g40flow.storage.tables import Record, RunOutcome, SourceRun, SourceStream
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import Publisher, consultation


def rows(job: MainJob) -> list[str]:
    with job.database.reading() as session:
        return list(session.exec(select(Record.identifier).order_by(col(Record.id))))


def runs(job: MainJob) -> list[SourceRun]:
    with job.database.reading() as session:
        return list(session.exec(select(SourceRun).order_by(col(SourceRun.id))))


def test_every_look_is_in_the_ledger_with_what_was_seen(job: MainJob) -> None:
    job.publisher.publish(consultation("a"), consultation("b"))

    result = job.poll()

    [run] = runs(job)
    assert (run.seen, run.new, run.changed, run.gone, run.errors) == (2, 2, 0, 0, 0)
    assert (run.outcome, run.started_at, run.finished_at) == (RunOutcome.READ, job.now, job.now)
    assert (result.seen, result.new) == (2, 2)


def test_polling_twice_changes_nothing_and_says_so(job: MainJob) -> None:
    job.publisher.publish(consultation("a"))
    job.poll()

    again = job.poll()

    assert again.outcome == RunOutcome.NOTHING_NEW
    assert rows(job) == ["a"]


def test_a_poller_that_dies_halfway_keeps_its_pages_and_the_next_goes_on_from_there(job: MainJob) -> None:
    for slug in ("a", "b", "c"):
        job.publisher.publish(consultation(slug))
    job.publisher.dies_after_pages = 2

    with pytest.raises(SystemExit):
        job.poll()
    kept = rows(job)
    job.publisher.dies_after_pages = None
    result = job.poll()

    assert kept == ["a", "b"]
    assert rows(job) == ["a", "b", "c"]
    assert result.new == 1


def test_a_page_and_its_position_are_kept_together_or_not_at_all(job: MainJob) -> None:
    class FailsWhileKeeping(Publisher):
        def item_identifiers(self, *_: object) -> set[str]:
            raise RuntimeError("disk full")

    broken = FailsWhileKeeping()
    broken.publish(consultation("a"))

    with pytest.raises(RuntimeError):
        job.poll(broken)

    with job.database.reading() as session:
        assert session.get(SourceStream, ("publisher", "news")) is None
    assert rows(job) == []
    assert runs(job)[0].outcome == RunOutcome.FAILED


def test_a_stream_in_trouble_does_not_stop_the_others(job: MainJob) -> None:
    job.publisher.streams = ("broken", "news")
    job.publisher.troubles["broken"] = SourceChanged("expected a table, found none")
    job.publisher.publish(consultation("a"))

    result = job.poll()

    assert rows(job) == ["a"]
    assert result.outcome == RunOutcome.FAILED
    assert result.errors == ("broken: expected a table, found none",)


def told_operators(job: MainJob) -> list[str]:
    return [m.subject["code"] for m in job.messages() if m.audience == "operators"]


def test_a_changed_page_is_told_once_and_its_recovery_once(job: MainJob) -> None:
    job.publisher.troubles["news"] = SourceChanged("another form")
    for _ in range(3):
        job.poll()
        job.later(minutes=10)
    job.publisher.troubles.clear()
    for _ in range(3):
        job.poll()

    assert told_operators(job) == ["trouble", "recovered"]


def test_streams_that_fail_and_recover_together_are_named_in_one_message(job: MainJob) -> None:
    job.publisher.streams = ("agenda", "news", "votes")
    job.publisher.troubles["agenda"] = SourceChanged("another form")
    job.publisher.troubles["votes"] = SourceChanged("another form")
    for _ in range(2):
        job.poll()
        job.later(minutes=10)
    job.publisher.troubles["news"] = SourceChanged("another form")
    job.poll()
    job.later(minutes=10)
    job.publisher.troubles.clear()
    job.poll()

    assert [
        (m.subject["code"], m.subject["streams"]) for m in job.messages() if m.audience == "operators"
    ] == [
        ("trouble", ["agenda", "votes"]),
        ("trouble", ["news"]),
        ("recovered", ["agenda", "news", "votes"]),
    ]


@pytest.mark.parametrize(
    ("minutes", "recovered"), [(50, [["agenda", "votes"]]), (70, [["agenda"], ["votes"]])]
)
def test_streams_that_are_well_again_soon_after_each_other_are_named_in_one_message(
    job: MainJob, minutes: int, recovered: list[list[str]]
) -> None:
    job.publisher.streams = ("agenda", "votes")
    for stream in job.publisher.streams:
        job.publisher.troubles[stream] = SourceChanged("another form")
    job.poll()
    del job.publisher.troubles["agenda"]
    job.later(minutes=10)
    job.poll()
    job.publisher.troubles.clear()
    job.later(minutes=minutes)
    job.poll()

    said = [m.subject for m in job.messages() if m.audience == "operators"]
    assert [subject["streams"] for subject in said if subject["code"] == "recovered"] == recovered


def test_a_stream_that_was_well_fails_and_is_well_again_is_told_again(job: MainJob) -> None:
    job.publisher.troubles["news"] = SourceChanged("another form")
    job.poll()
    job.publisher.troubles.clear()
    job.poll()
    job.publisher.troubles["news"] = SourceChanged("another form")
    job.later(minutes=10)
    job.poll()
    job.publisher.troubles.clear()
    for _ in range(2):
        job.poll()

    assert told_operators(job) == ["trouble", "recovered", "trouble", "recovered"]


@pytest.mark.parametrize(("looks", "told"), [(1, []), (2, ["trouble"]), (5, ["trouble"])])
def test_an_outage_is_told_only_when_it_lasts(job: MainJob, looks: int, told: list[str]) -> None:
    job.publisher.troubles["news"] = SourceUnavailable("time-out")

    for _ in range(looks):
        job.poll()
        job.later(hours=1)

    assert told_operators(job) == told


def test_a_short_outage_recovers_without_a_word(job: MainJob) -> None:
    job.publisher.troubles["news"] = SourceUnavailable("time-out")
    job.poll()

    job.publisher.troubles.clear()
    job.poll()

    assert told_operators(job) == []


def test_a_signal_is_told_once_however_often_it_is_seen(job: MainJob) -> None:
    job.publisher.signals = (Signal(code="unknown_status", subject="Vervallen", message="?"),)
    job.publisher.publish(consultation("a"))
    job.publisher.publish(consultation("b"))

    job.poll()

    assert told_operators(job) == ["unknown_status"]


def test_two_pollers_of_one_source_never_overlap(job: MainJob) -> None:
    with job.database.writing() as session:
        take_claim(session, "poll:publisher", holder="other", now=job.now, lease=timedelta(minutes=5))

    with pytest.raises(AlreadyRunning):
        job.poll()

    assert runs(job) == []


class Overtaken(Publisher):
    """After each page `overtake` is called, as if another process had come by."""

    overtake: Callable[[], None]

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        for batch in super().read(stream, state, stored, fetch, now):
            yield batch
            self.overtake()


def test_a_poller_that_lost_its_claim_keeps_nothing_more(job: MainJob) -> None:
    def somebody_takes_over() -> None:
        job.later(minutes=10)
        with job.database.writing() as session:
            take_claim(session, "poll:publisher", holder="other", now=job.now, lease=timedelta(minutes=5))

    overtaken = Overtaken()
    overtaken.overtake = somebody_takes_over
    overtaken.publish(consultation("a"))
    overtaken.publish(consultation("b"))

    with pytest.raises(AlreadyRunning):
        job.poll(overtaken)

    assert rows(job) == ["a"]


def test_the_run_of_a_process_that_was_killed_is_closed_by_the_next(job: MainJob) -> None:
    with job.database.writing() as session:
        session.add(SourceRun(source="publisher", started_at=job.now))

    job.poll()

    assert [run.outcome for run in runs(job)] == [RunOutcome.ABANDONED, RunOutcome.NOTHING_NEW]
