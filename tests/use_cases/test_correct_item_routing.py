from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlmodel import col, select

from g40flow.domain.errors import NotFound, StaleVersion
from g40flow.domain.items import ItemKind
from g40flow.storage.items import groups_of_items
from g40flow.storage.tables import Message, MessageState, RoutingCorrection
from g40flow.use_cases.correct_item_routing import correct_item_routing, undo_correction
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import consultation


def correct(job: MainJob, identifier: str, groups: Sequence[str], seen: Sequence[str]) -> RoutingCorrection:
    """Anna corrects an item that she saw with certain groups."""
    with job.database.writing() as session:
        return correct_item_routing(
            session,
            job.announcer(),
            number(job, identifier),
            groups,
            seen_groups=seen,
            person="Anna",
            reason="gaat over huur",
            now=job.now,
        )


def undo(job: MainJob, correction: RoutingCorrection) -> None:
    """Anna takes a correction back."""
    assert correction.id is not None
    with job.database.writing() as session:
        undo_correction(session, job.announcer(), correction.id, person="Anna", now=job.now)


def number(job: MainJob, identifier: str) -> int:
    """Our number of an item."""
    id_ = job.item(identifier).id
    assert id_ is not None
    return id_


def groups(job: MainJob, identifier: str) -> list[str]:
    """For whom an item is, lead first."""
    id_ = number(job, identifier)
    with job.database.reading() as session:
        return groups_of_items(session, [id_]).get(id_, [])


def message_to(job: MainJob, group: str) -> Message:
    """The last message to a group."""
    with job.database.reading() as session:
        query = select(Message).where(Message.audience == f"group:{group}", col(Message.parent_id).is_(None))
        return session.exec(query.order_by(col(Message.id).desc())).first() or pytest.fail(f"none to {group}")


@pytest.fixture
def told(job: MainJob) -> MainJob:
    """Woningmarkt has been told of a consultation."""
    job.begin()
    job.publisher.publish(consultation("woningdelen", closes_on="2027-01-29"))
    job.round()
    assert groups(job, "woningdelen") == ["woningmarkt"]
    return job


def test_a_group_that_is_added_is_told_and_the_others_follow(told: MainJob) -> None:
    before = message_to(told, "woningmarkt").wanted_version

    correct(told, "woningdelen", ["europa", "woningmarkt"], ["woningmarkt"])
    told.deliver()

    assert groups(told, "woningdelen") == ["europa", "woningmarkt"]
    assert message_to(told, "europa").state == MessageState.SENT
    assert message_to(told, "woningmarkt").wanted_version == before + 1


def test_a_group_is_told_of_an_item_that_is_no_news_any_more(told: MainJob) -> None:
    told.later(days=200)

    correct(told, "woningdelen", ["europa"], ["woningmarkt"])
    told.later(days=5)
    told.deliver()

    assert message_to(told, "europa").state == MessageState.SENT
    assert message_to(told, "europa").kind == "item_card"


def test_an_item_of_the_first_reading_gets_a_card_of_its_own_when_corrected(job: MainJob) -> None:
    job.publisher.publish(consultation("woningdelen", closes_on="2027-01-29"))
    job.begin()

    correct(job, "woningdelen", ["europa"], ["woningmarkt"])
    job.deliver()

    assert message_to(job, "europa").kind == "item_card"
    assert message_to(job, "europa").state == MessageState.SENT


def test_a_correction_counts_once_however_often_the_outbox_is_worked_off(told: MainJob) -> None:
    correct(told, "woningdelen", ["europa"], ["woningmarkt"])
    told.deliver()
    texts = told.texts()

    told.deliver()

    assert told.texts() == texts
    assert sum("kaart woningdelen" in text for text in texts) == 2


def test_what_had_not_left_yet_for_a_group_that_is_taken_off_stays_unsaid(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("woningdelen", closes_on="2027-01-29"))
    job.poll()
    job.assemble()

    correct(job, "woningdelen", ["europa"], ["woningmarkt"])
    job.deliver()

    assert message_to(job, "woningmarkt").state == MessageState.CANCELLED
    assert [text for text in job.texts() if "woningdelen" in text] == [
        "kaart woningdelen sluit 2027-01-29 open"
    ]


def test_what_was_called_off_is_said_after_all_when_the_correction_is_undone(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("woningdelen", closes_on="2027-01-29"))
    job.poll()
    job.assemble()
    correction = correct(job, "woningdelen", [], ["woningmarkt"])
    job.deliver()

    undo(job, correction)
    job.deliver()

    assert groups(job, "woningdelen") == ["woningmarkt"]
    assert message_to(job, "woningmarkt").state == MessageState.SENT


def test_undo_is_a_correction_of_its_own(told: MainJob) -> None:
    correction = correct(told, "woningdelen", ["europa"], ["woningmarkt"])
    told.later(minutes=1)

    undo(told, correction)

    with told.database.reading() as session:
        kept = session.exec(select(RoutingCorrection).order_by(col(RoutingCorrection.id))).all()
    assert [(c.old_groups, c.new_groups) for c in kept] == [
        (["woningmarkt"], ["europa"]),
        (["europa"], ["woningmarkt"]),
    ]
    assert kept[1].corrected_at - kept[0].corrected_at == timedelta(minutes=1)


def test_undo_of_what_waited_for_a_person_makes_it_wait_again(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("twijfel", closes_on="2027-01-29"))
    job.round()
    correction = correct(job, "twijfel", ["europa"], [])
    assert not job.item("twijfel").triage

    undo(job, correction)

    assert job.item("twijfel").triage


def test_a_routing_that_changed_since_it_was_seen_is_left_alone(told: MainJob) -> None:
    with pytest.raises(StaleVersion):
        correct(told, "woningdelen", ["europa"], ["duurzaamheid"])
    with pytest.raises(StaleVersion):
        correct(told, "woningdelen", ["europa"], [])

    assert groups(told, "woningdelen") == ["woningmarkt"]


def test_only_the_last_correction_can_be_undone(told: MainJob) -> None:
    first = correct(told, "woningdelen", ["europa"], ["woningmarkt"])
    correct(told, "woningdelen", ["veiligheid"], ["europa"])

    with pytest.raises(StaleVersion):
        undo(told, first)

    assert groups(told, "woningdelen") == ["veiligheid"]


def test_what_does_not_exist_cannot_be_corrected_or_undone(job: MainJob) -> None:
    with job.database.writing() as session, pytest.raises(NotFound):
        correct_item_routing(
            session, job.announcer(), 77, [], seen_groups=[], person="Anna", reason="x", now=job.now
        )
    with job.database.writing() as session, pytest.raises(NotFound):
        undo_correction(session, job.announcer(), 77, person="Anna", now=job.now)


def test_the_machine_does_not_overrule_a_person(told: MainJob) -> None:
    correct(told, "woningdelen", ["europa"], ["woningmarkt"])
    told.publisher.publish(consultation("woningdelen", closes_on="2027-02-26"))

    told.round()

    assert groups(told, "woningdelen") == ["europa"]
    assert told.item("woningdelen").kind == ItemKind.CONSULTATION
