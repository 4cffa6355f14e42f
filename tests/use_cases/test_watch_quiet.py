from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from g40flow.domain.coverage import DayKind, Expectation, ExpectedOn
from g40flow.domain.errors import SourceUnavailable
from g40flow.storage.coverage import quiet_between
from g40flow.storage.tables import RunOutcome, SourceRun
from g40flow.use_cases.watch_quiet import Expected, watch_looks, watch_yesterday
from tests.use_cases.conftest import MainJob

LIVELY = {
    "publisher": Expected(
        every=timedelta(hours=1),
        brings=Expectation(on=ExpectedOn.SITTING_DAYS, at_least=10, quiet_days=2),
    )
}


def kind(day: date) -> DayKind:
    return DayKind(is_working=day.weekday() < 5, is_sitting=day.weekday() in (1, 2, 3))


@pytest.fixture
def job(sqlite_job: MainJob) -> MainJob:
    return sqlite_job


def told(job: MainJob) -> list[str]:
    return [m.subject["code"] for m in job.messages() if m.audience == "operators"]


def watch(job: MainJob) -> int:
    with job.database.writing() as session:
        return watch_looks(session, LIVELY, job.now)


def test_that_nobody_looks_is_told_once_and_once_when_somebody_does(job: MainJob) -> None:
    job.poll()
    job.later(hours=4)
    counts = [watch(job), watch(job)]
    job.later(hours=24)
    watch(job)
    job.poll()
    watch(job)
    watch(job)

    assert counts == [1, 1]
    assert told(job) == ["quiet_not_looked_at", "quiet_over"]


def looked(session: Session, day: date, new: int, *, reached: bool = True) -> None:
    outcome = RunOutcome.READ if reached else RunOutcome.FAILED
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    session.add(SourceRun(source="publisher", started_at=at, finished_at=at, outcome=outcome, new=new))


MORNING = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)  # Friday


def look_back(job: MainJob, now: datetime) -> None:
    with job.database.writing() as session:
        watch_yesterday(session, LIVELY, kind, now)


def test_a_publisher_that_brings_nothing_on_two_sitting_days_is_told_once(job: MainJob) -> None:
    with job.database.writing() as session:
        looked(session, date(2026, 11, 17), 40)
        looked(session, date(2026, 11, 18), 0)
        looked(session, date(2026, 11, 19), 0)
        looked(session, date(2026, 11, 20), 0)
        looked(session, date(2026, 11, 24), 25)

    for days in (0, 1, 4):
        look_back(job, MORNING + timedelta(days=days))
    before = told(job)
    look_back(job, MORNING + timedelta(days=5))

    assert before == ["quiet_nothing_new"]
    assert told(job) == ["quiet_nothing_new", "quiet_over"]
    with job.database.reading() as session:
        [spell] = quiet_between(session, "publisher", MORNING, MORNING + timedelta(days=30))
    assert spell.over_at == MORNING + timedelta(days=5)


def test_less_than_expected_is_told_and_a_recess_or_an_outage_is_not(job: MainJob) -> None:
    with job.database.writing() as session:
        looked(session, date(2026, 11, 19), 3)
        looked(session, date(2026, 11, 22), 1)
        looked(session, date(2026, 11, 24), 0, reached=False)

    look_back(job, MORNING)
    look_back(job, MORNING + timedelta(days=3))
    look_back(job, MORNING + timedelta(days=5))

    assert told(job) == ["quiet_too_little"]


def test_trouble_that_comes_and_goes_all_day_is_told_a_few_times(job: MainJob) -> None:
    for _ in range(40):  # two looks fail, one succeeds, every ten minutes
        job.publisher.troubles = {"news": SourceUnavailable("502")}
        for _ in range(2):
            job.poll()
            job.later(minutes=10)
        job.publisher.troubles = {}
        job.poll()
        job.later(minutes=10)
    flapping = told(job)
    for _ in range(20):
        job.poll()
        job.later(minutes=10)

    assert flapping == ["trouble", "recovered", "trouble"]
    assert told(job) == [*flapping, "recovered"]


def test_trouble_of_another_day_is_over_after_one_good_look(job: MainJob) -> None:
    for _ in range(3):
        job.publisher.troubles = {"news": SourceUnavailable("502")}
        job.poll()
        job.poll()
        job.publisher.troubles = {}
        job.poll()
        job.later(hours=30)

    assert told(job) == ["trouble", "recovered"] * 3
