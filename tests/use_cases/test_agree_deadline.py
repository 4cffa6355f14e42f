from datetime import date

import pytest

from g40flow.domain.errors import NotFound, StaleVersion
from g40flow.storage.items import revisions_of
from g40flow.use_cases.agree_deadline import agree_deadline
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import consultation

AGREED = date(2027, 2, 5)


@pytest.fixture
def item_id(job: MainJob) -> int:
    """A consultation that Woningmarkt has been told of."""
    job.begin()
    job.publisher.publish(consultation("woningdelen", closes_on="2027-01-29"))
    job.round()
    id_ = job.item("woningdelen").id
    assert id_ is not None
    return id_


def agree(
    job: MainJob, item_id: int, day: date | None, *, seen: date | None = None, source: str = "mail"
) -> None:
    """Anna records what was agreed."""
    with job.database.writing() as session:
        agree_deadline(session, item_id, day, source=source, person="Anna", seen=seen, now=job.now)


def changes(job: MainJob, item_id: int) -> list[list[tuple[str, object, object]]]:
    """The history of an item, newest first."""
    with job.database.reading() as session:
        revisions = revisions_of(session, item_id)
    return [[(c["field"], c["old"], c["new"]) for c in revision.changes] for revision in revisions]


def test_both_days_are_kept_with_who_recorded_it(job: MainJob, item_id: int) -> None:
    agree(job, item_id, AGREED)

    row = job.item("woningdelen")
    assert (row.closes_on, row.agreed_closes_on) == (date(2027, 1, 29), AGREED)
    assert changes(job, item_id) == [
        [
            ("agreed_closes_on", None, "2027-02-05"),
            ("agreed_closes_source", None, "mail"),
            ("agreed_by", None, "Anna"),
        ]
    ]


def test_messages_on_show_follow(job: MainJob, item_id: int) -> None:
    before = {message.id: message.wanted_version for message in job.messages()}

    agree(job, item_id, AGREED)

    about = [m for m in job.messages() if m.audience == "group:woningmarkt"]
    assert [m.wanted_version for m in about] == [before[m.id] + 1 for m in about]


def test_an_agreement_can_be_taken_back(job: MainJob, item_id: int) -> None:
    agree(job, item_id, AGREED)

    agree(job, item_id, None, seen=AGREED, source="")

    assert job.item("woningdelen").agreed_closes_on is None
    assert changes(job, item_id)[0][0] == ("agreed_closes_on", "2027-02-05", None)


def test_the_same_agreement_twice_is_one_line_of_history(job: MainJob, item_id: int) -> None:
    agree(job, item_id, AGREED)

    agree(job, item_id, AGREED, seen=AGREED)

    assert len(changes(job, item_id)) == 1


def test_an_agreement_that_changed_since_it_was_seen_is_left_alone(job: MainJob, item_id: int) -> None:
    agree(job, item_id, AGREED)

    with pytest.raises(StaleVersion):
        agree(job, item_id, date(2027, 3, 1), seen=None)

    assert job.item("woningdelen").agreed_closes_on == AGREED


def test_a_later_change_by_the_publisher_leaves_the_agreement(job: MainJob, item_id: int) -> None:
    agree(job, item_id, AGREED)
    job.publisher.publish(consultation("woningdelen", closes_on="2027-02-01"))

    job.round()

    assert job.item("woningdelen").agreed_closes_on == AGREED
    assert job.item("woningdelen").closes_on == date(2027, 2, 1)


def test_an_item_that_does_not_exist_has_no_deadline(job: MainJob) -> None:
    with pytest.raises(NotFound):
        agree(job, 77, AGREED)
