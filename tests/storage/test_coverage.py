from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, select

from g40flow.domain.coverage import Healed, Listed, Look, Span, day_span, day_totals
from g40flow.storage.coverage import (
    close_gap,
    coverage_between,
    first_look_at,
    forget_looks,
    gaps_between,
    look_as_list,
    look_from_list,
    looks_between,
    open_gap,
    open_gaps,
    roll_up,
)
from g40flow.storage.database import Database
from g40flow.storage.tables import RunOutcome, SourceRun

TEN = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RHYTHM = {"house": HOUR}


def note(
    session: Session, at: datetime, outcome: RunOutcome = RunOutcome.READ, *, seen: int = 0, new: int = 0
) -> None:
    run = SourceRun(source="house", started_at=at, outcome=outcome, requests=2, pages=1, seen=seen, new=new)
    run.finished_at = None if outcome is RunOutcome.RUNNING else at + timedelta(seconds=3)
    run.message = "502" if outcome is RunOutcome.FAILED else ""
    session.add(run)


def week(session: Session) -> None:
    """A look every hour for six days, without the third night."""
    for hour in range(6 * 24):
        if not 60 < hour < 70:
            note(session, TEN + hour * HOUR, seen=5, new=hour % 3)


def test_what_was_not_reached_and_what_is_missing_is_one_question(database: Database) -> None:
    with database.writing() as session:
        week(session)
        note(session, TEN + 65 * HOUR, RunOutcome.FAILED)
        open_gap(session, "house", Listed(identifier="z1", title="Motie"), TEN + 20 * HOUR)
        open_gap(session, "house", Listed(identifier="z2"), TEN + 20 * HOUR)
        session.flush()
        close_gap(open_gaps(session, "house")[1], Healed.READ_AGAIN, TEN + 30 * HOUR)

    with database.reading() as session:
        [whole] = coverage_between(session, RHYTHM, TEN, TEN + 140 * HOUR)
        [before] = coverage_between(session, RHYTHM, TEN, TEN + 25 * HOUR)
        [later] = coverage_between(session, RHYTHM, TEN + 80 * HOUR, TEN + 100 * HOUR)

    [night] = whole.unreached
    assert night.span == Span(from_at=TEN + 61 * HOUR, until_at=TEN + 70 * HOUR)
    assert (night.looks, night.why) == (1, "502")
    assert [gap.identifier for gap in whole.open_gaps] == ["z1"]
    assert before.open_gap_count == 2
    assert later.unreached == ()
    assert not later.is_whole


def test_a_publisher_that_nobody_ever_looked_at_is_not_reached(sqlite: Database) -> None:
    with sqlite.reading() as session:
        [never] = coverage_between(session, RHYTHM, TEN, TEN + 24 * HOUR)

    assert [one.span.length for one in never.unreached] == [24 * HOUR]


def test_the_proof_is_the_same_after_the_looks_were_cleaned_up(database: Database) -> None:
    now, day = TEN + 6 * 24 * HOUR, date(2026, 11, 18)
    with database.writing() as session:
        week(session)

    with database.reading() as session:
        seen_before = day_totals(looks_between(session, "house", day_span(day)), day_span(day))
        spans_before = coverage_between(session, RHYTHM, TEN, now)
        began_before = first_look_at(session, "house")
    with database.writing() as session:
        days = roll_up(session, "house", now.date(), now)
        again = roll_up(session, "house", now.date(), now)
        cleaned = forget_looks(session, "house", now.date())

    with database.reading() as session:
        left = len(session.exec(select(SourceRun)).all())
        assert day_totals(looks_between(session, "house", day_span(day)), day_span(day)) == seen_before
        assert coverage_between(session, RHYTHM, TEN, now) == spans_before
        assert first_look_at(session, "house") == began_before
    assert (days, again) == (6, 0)
    assert cleaned > 100
    assert left == 6 * 24 - 9 - cleaned


def test_a_day_with_a_look_that_still_runs_is_neither_kept_nor_cleaned(sqlite: Database) -> None:
    with sqlite.writing() as session:
        note(session, TEN)
        note(session, TEN + 24 * HOUR, RunOutcome.RUNNING)
        note(session, TEN + 48 * HOUR)

    with sqlite.writing() as session:
        days = roll_up(session, "house", date(2026, 12, 1), TEN + 72 * HOUR)
        cleaned = forget_looks(session, "house", date(2026, 12, 1))

    assert (days, cleaned) == (1, 1)


def test_gaps_that_were_healed_since_stay_part_of_the_proof_of_their_day(sqlite: Database) -> None:
    with sqlite.writing() as session:
        open_gap(session, "house", Listed(identifier="z1"), TEN)
        session.flush()
        close_gap(open_gaps(session, "house")[0], Healed.CAME_BY_ITSELF, TEN + 48 * HOUR)

    with sqlite.reading() as session:
        found = [
            [gap.how for gap in gaps_between(session, "house", at, at + HOUR, limit=9)]
            for at in (TEN - HOUR, TEN, TEN + 24 * HOUR, TEN + 49 * HOUR)
        ]

    assert found == [[], ["came_by_itself"], ["came_by_itself"], []]


def test_a_look_in_short_says_the_same_as_the_look() -> None:
    look = Look(
        at=TEN,
        reached=False,
        outcome="failed",
        seconds=2.5,
        requests=4,
        pages=1,
        records=250,
        why="Activiteit: 502",
    )

    assert look_from_list(look_as_list(look)) == look
