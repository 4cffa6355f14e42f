"""The agenda: which days it finds, also of dossiers that were planned before their day was kept apart."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlmodel import Session

from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier, MemberCall
from g40flow.use_cases.dossier.agenda import Due, agenda_of
from tests.conftest import MONDAY
from tests.use_cases.dossier.deadlines import DESK, a_dossier, acting

PLAN = {
    "days": [
        {"stage": "drafting", "latest_on": "2026-12-03"},
        {"stage": "published", "latest_on": "2026-12-10"},
    ]
}
FAR = date(2027, 6, 1)


def days(session: Session, weeks: int = 4) -> list[tuple[date, Due]]:
    found = agenda_of(session, DESK, acting("anna-testerink"), MONDAY, weeks=weeks)
    return [(line.day, line.due) for week in found for line in week.lines]


def planned(database: Database, stage: Stage) -> None:
    with database.writing() as session:
        dossier = session.get_one(Dossier, a_dossier(session, stage=stage, closes_on=FAR))
        dossier.plan = PLAN


def test_the_day_of_the_stage_it_is_at_is_kept_with_every_change(sqlite: Database) -> None:
    planned(sqlite, Stage.DRAFTING)
    with sqlite.reading() as session:
        assert days(session) == [(date(2026, 12, 3), Due.STEP)]
    with sqlite.writing() as session:
        session.get_one(Dossier, 1).stage = Stage.SUBMITTED

    with sqlite.reading() as session:
        assert session.get_one(Dossier, 1).step_on == date(2026, 12, 10)
        assert days(session) == [(date(2026, 12, 10), Due.STEP)]


def test_a_dossier_that_was_not_written_since_is_read_from_its_plan(sqlite: Database) -> None:
    planned(sqlite, Stage.DRAFTING)
    with sqlite.writing() as session:
        session.connection().execute(update(Dossier).values(step_on=None))

    with sqlite.reading() as session:
        assert days(session) == [(date(2026, 12, 3), Due.STEP)]


@pytest.mark.parametrize(("weeks", "found"), [(1, []), (4, [(date(2026, 12, 4), Due.CALL)])])
def test_a_call_is_found_though_all_days_of_its_dossier_are_far_away(
    sqlite: Database, weeks: int, found: list[tuple[date, Due]]
) -> None:
    with sqlite.writing() as session:
        dossier = session.get_one(Dossier, a_dossier(session, stage=Stage.MEMBER_CALL, closes_on=FAR))
        dossier.plan = {"days": [{"stage": "member_call", "latest_on": "2027-05-01"}]}
        session.add(
            MemberCall(
                dossier_id=1,
                questions=[],
                theme_groups=[],
                cities=[],
                opened_at=MONDAY,
                opened_by="x",
                term_since=MONDAY,
                closes_at=MONDAY.replace(month=12, day=4),
            )
        )
        session.flush()
        assert session.get_one(Dossier, 1).step_on == date(2027, 5, 1)

    with sqlite.reading() as session:
        assert days(session, weeks) == found
