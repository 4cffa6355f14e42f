from datetime import timedelta

from sqlmodel import select

from g40flow.domain.coverage import DayKind, Expectation
from g40flow.storage.messages import write_message
from g40flow.storage.tables import ItemRouting, MessageState
from g40flow.use_cases.reconcile import Reconciled, reconcile
from g40flow.use_cases.watch_quiet import Expected
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import consultation

FAR = "2027-01-29"
WORKING = DayKind(is_working=True, is_sitting=True)
HOURLY = {"publisher": Expected(every=timedelta(hours=1), brings=Expectation())}


def look(job: MainJob) -> Reconciled:
    return reconcile(job.database, job.announcer(), HOURLY, lambda day: WORKING, job.now)


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


def test_failed_messages_are_counted_and_told(job: MainJob) -> None:
    with job.database.writing() as session:
        message = write_message(session, "m", audience="triage", kind="triage_card", now=job.now)
        message.state = MessageState.FAILED

    result = look(job)

    assert result.failed_messages == 1
    assert told_operators(job) == ["failed_messages"]
