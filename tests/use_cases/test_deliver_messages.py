import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from g40flow.domain.errors import DeliveryError
from g40flow.domain.messages import Rendered
from g40flow.notify.contract import Address
from g40flow.storage.database import Database
from g40flow.storage.messages import write_message
from g40flow.storage.tables import Delivery, Message, MessageState
from g40flow.use_cases.deliver_messages import DeliveryResult
from g40flow.use_cases.retry_message import retry_message
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import consultation

FAR = "2027-01-29"


@pytest.fixture
def card(job: MainJob) -> MainJob:
    """A main job with one card waiting in the outbox."""
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on=FAR))
    job.poll()
    job.assemble()
    return job


def message(job: MainJob) -> Message:
    return job.messages()[-1]


class Killed(BaseException):
    """The process ends here; nothing catches it."""


def killing(*_: object) -> None:
    raise Killed


def harmless(*_: object) -> None:
    """Nothing happens."""


def failing(
    *,
    retry_after: timedelta | None = None,
    permanent: bool = False,
    unsure: bool = False,
    outage: bool = False,
) -> Callable[[str], None]:
    """Something that fails in this way."""

    def fail(_key: str) -> None:
        raise DeliveryError("no", retry_after=retry_after, permanent=permanent, unsure=unsure, outage=outage)

    return fail


def test_what_was_said_is_in_the_ledger_with_when_and_where_it_stands(card: MainJob) -> None:
    card.deliver()

    sent = message(card)
    assert (sent.state, sent.external_channel, sent.sent_at) == (MessageState.SENT, "C1", card.now)
    assert sent.shown_text.startswith("kaart Woningen")
    with card.database.reading() as session:
        [line] = session.exec(select(Delivery)).all()
    assert (line.act, line.text, line.error) == ("post", sent.shown_text, "")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_sender_that_is_killed_around_the_posting_loses_and_doubles_nothing(
    card: MainJob, moment: str
) -> None:
    setattr(card.channel, moment, killing)
    with pytest.raises(Killed):
        card.deliver()
    setattr(card.channel, moment, harmless)

    card.deliver()
    during_the_lease = len(card.texts())
    card.later(minutes=4)
    card.deliver()

    assert during_the_lease == (1 if moment == "after" else 0)
    assert len(card.texts()) == 1
    assert message(card).state == MessageState.SENT


def test_a_connection_that_drops_after_the_channel_took_the_message_does_not_double_it(
    card: MainJob,
) -> None:
    card.channel.after = failing(unsure=True)
    card.deliver()
    card.channel.after = harmless

    card.later(minutes=5)
    result = card.deliver()

    assert (result.found, result.posted) == (1, 0)
    assert len(card.texts()) == 1


def test_a_rate_limit_is_waited_out_as_long_as_the_channel_asks(card: MainJob) -> None:
    card.channel.before = failing(retry_after=timedelta(seconds=90))
    card.deliver()
    card.channel.before = harmless

    card.later(seconds=89)
    too_early = card.deliver()
    card.later(seconds=1)
    in_time = card.deliver()

    assert (too_early.posted, in_time.posted) == (0, 1)


def test_a_refusal_is_final_visible_and_can_be_tried_again_by_a_person(card: MainJob) -> None:
    card.channel.before = failing(permanent=True)
    result = card.deliver()
    failed = message(card)
    card.channel.before = harmless
    with card.database.writing() as session:
        assert failed.id is not None
        retry_message(session, failed.id, now=card.now)

    card.deliver()

    assert (result.failed, failed.state, failed.last_error) == (1, MessageState.FAILED, "no")
    assert message(card).state == MessageState.SENT
    assert len(card.texts()) == 1


def test_an_outage_of_the_channel_is_waited_out_however_long_it_lasts(card: MainJob) -> None:
    card.channel.before = failing(unsure=True, outage=True)
    for _ in range(40):
        card.now = max(card.now, message(card).next_attempt_at)
        card.deliver()
    during = message(card)
    card.channel.before = harmless
    card.now = max(card.now, message(card).next_attempt_at)

    card.deliver()

    assert (during.state, during.next_attempt_at <= card.now) == (MessageState.PENDING, True)
    assert message(card).state == MessageState.SENT
    assert len(card.texts()) == 1


def test_a_message_that_keeps_failing_is_given_up_after_ever_longer_waits(card: MainJob) -> None:
    card.channel.before = failing(unsure=True)
    waits = []
    while message(card).state == MessageState.PENDING:
        card.now = max(card.now, message(card).next_attempt_at)
        card.deliver()
        waits.append(message(card).next_attempt_at - card.now)

    assert message(card).state == MessageState.FAILED
    assert len(waits) == 12
    assert waits[:-1] == sorted(waits[:-1])


def test_a_change_while_the_message_is_on_its_way_is_shown_afterwards(card: MainJob) -> None:
    def extend(_key: str) -> None:
        card.channel.before = harmless
        card.publisher.publish(consultation("Woningen", closes_on="2027-02-26"))
        card.poll()
        card.assemble()

    card.channel.before = extend

    card.deliver()

    assert any("kaart Woningen sluit 2027-02-26" in text for text in card.texts())
    assert all(m.state == MessageState.SENT for m in card.messages())


def test_a_renewal_that_shows_nothing_new_is_not_sent(card: MainJob) -> None:
    card.deliver()
    card.publisher.publish(consultation("Woningen", closes_on=FAR, kind="Wet"))
    card.poll()
    card.assemble()

    result = card.deliver()

    assert (result.unchanged, result.renewed, card.channel.renewals) == (1, 0, 0)


def test_a_reply_waits_until_its_parent_stands(job: MainJob) -> None:
    with job.database.writing() as session:
        parent = write_message(
            session, "p", audience="operators", kind="source_notice", now=job.now,
            not_before=job.now + timedelta(hours=1),
            subject={"source": "tk", "code": "trouble", "message": "parent"},
        )  # fmt: skip
        write_message(
            session, "r", audience="operators", kind="source_notice", now=job.now, parent=parent,
            subject={"source": "tk", "code": "trouble", "message": "reply"},
        )  # fmt: skip

    job.deliver()
    at_first = job.channel.keys()
    job.later(hours=1)
    job.deliver()

    assert at_first == []
    assert job.channel.keys() == ["p", "r"]
    assert list(job.channel.messages.values())[1].thread is not None


def test_without_a_channel_messages_wait_and_lose_no_attempt(card: MainJob) -> None:
    card.has_channel = False
    result = card.deliver()
    card.has_channel = True
    waiting = message(card)

    card.deliver()

    assert result.held == 1
    assert (waiting.state, waiting.attempts) == (MessageState.PENDING, 0)
    assert len(card.texts()) == 1


def test_a_message_that_cannot_be_made_does_not_hold_up_the_others(job: MainJob) -> None:
    with job.database.writing() as session:
        write_message(session, "broken", audience="operators", kind="no_such_kind", now=job.now)
        write_message(
            session, "whole", audience="operators", kind="source_notice", now=job.now,
            subject={"source": "tk", "code": "trouble", "message": "whole"},
        )  # fmt: skip

    job.deliver()

    assert job.channel.keys() == ["whole"]
    assert "no_such_kind" in next(m.last_error for m in job.messages() if m.key == "broken")


def test_senders_at_the_same_time_share_the_work_and_double_nothing(job: MainJob) -> None:
    with job.database.writing() as session:
        for n in range(40):
            write_message(
                session, f"m{n}", audience="operators", kind="source_notice", now=job.now,
                subject={"source": "tk", "code": "trouble", "message": str(n)},
            )  # fmt: skip
    lock = threading.Lock()

    def enter(_key: str) -> None:
        lock.acquire()

    job.channel.before, job.channel.after = enter, lambda _: lock.release()

    def send(number: int) -> None:
        other = MainJob(Database(job.database.engine.url.render_as_string(hide_password=False)))
        other.channel, other.now = job.channel, job.now
        other.deliver(holder=f"sender{number}")
        other.database.close()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(job.channel.keys()) == sorted(f"m{n}" for n in range(40))
    with job.database.reading() as session:
        states = session.exec(select(Message.state).order_by(col(Message.id))).all()
    assert set(states) == {MessageState.SENT}


def test_what_stands_in_a_channel_can_follow_without_waiting_for_what_is_new(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Woningen een", closes_on=FAR))
    job.round()
    job.publisher.publish(
        consultation("Woningen een", closes_on="2027-02-12"), consultation("Woningen twee", closes_on=FAR)
    )
    job.poll()
    job.assemble()

    done = job.deliverer().renew_shown()

    assert (done.renewed, done.posted) == (1, 0)
    assert "sluit 2027-02-12" in job.texts()[0]


def test_a_message_that_arrives_after_it_was_sent_again_is_taken_away_and_counted(card: MainJob) -> None:
    card.channel.before = failing(unsure=True)
    card.deliver()
    card.channel.before = harmless
    card.later(minutes=5)
    card.deliver()
    the_first = Rendered(summary="", text="kaart Woningen", blocks=())
    card.channel.post(Address(channel="C1"), the_first, key=message(card).key, thread=None)
    twice = len(card.texts())
    card.later(minutes=11)
    result = card.deliver()

    assert (twice, result.removed, len(card.texts())) == (2, 1, 1)
    assert list(card.channel.messages) == [message(card).external_ts]
    with card.database.reading() as session:
        assert [line.act for line in session.exec(select(Delivery).order_by(col(Delivery.id)))] == [
            *("attempt", "post", "removed"),
        ]


def test_a_sender_that_slept_past_its_lease_leaves_no_double(card: MainJob) -> None:
    """Its machine stood still between its last look at the clock and the posting."""
    others: list[DeliveryResult] = []

    def overtake(_key: str) -> None:
        card.channel.before = harmless
        card.later(minutes=4)
        others.append(card.deliver())

    card.channel.before = overtake
    late = card.deliver()
    card.later(minutes=11)
    last = card.deliver()

    assert [one.posted for one in (others[0], late)] == [1, 0]
    assert late.removed + last.removed == 1
    assert list(card.channel.messages) == [message(card).external_ts]


def test_a_message_that_may_have_arrived_is_looked_for_also_when_looking_failed_until_it_was_given_up(
    card: MainJob,
) -> None:
    card.channel.after = failing(unsure=True)
    card.deliver()
    card.channel.after = harmless
    card.channel.looking = failing()
    while message(card).state == MessageState.PENDING:
        card.now = max(card.now, message(card).next_attempt_at)
        card.deliver()
    given_up = message(card)
    card.channel.looking = harmless
    with card.database.writing() as session:
        assert given_up.id is not None
        retry_message(session, given_up.id, now=card.now)

    result = card.deliver()

    assert given_up.state == MessageState.FAILED
    assert (result.found, result.posted, len(card.texts())) == (1, 0, 1)
