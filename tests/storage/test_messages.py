from datetime import timedelta

import pytest

from g40flow.storage.database import Database
from g40flow.storage.messages import (
    add_item,
    count_overdue,
    known_audiences,
    messages_per_state,
    search_messages,
    titles_in_messages,
    want_again,
    with_replies,
    write_message,
)
from g40flow.storage.tables import Item, Message, MessageState
from tests.conftest import MONDAY


@pytest.fixture
def outbox(database: Database) -> Database:
    """Three messages: one sent with a reply in its thread, and one that waits."""
    with database.writing() as session:
        item = Item(
            source="p",
            identifier="i",
            kind="consultation",
            title="Titel",
            status="open",
            facts={},
            first_seen_at=MONDAY,
            changed_at=MONDAY,
        )
        session.add(item)
        session.flush()
        sent = write_message(session, "a", audience="group:europa", kind="item_card", now=MONDAY)
        sent.state = MessageState.SENT
        assert item.id is not None
        add_item(session, sent, item.id)
        reply = write_message(
            session, "b", audience="group:europa", kind="news_reply", now=MONDAY, parent=sent
        )
        reply.state = MessageState.SENT
        later = MONDAY + timedelta(hours=2)
        write_message(session, "c", audience="triage", kind="triage_card", now=MONDAY, not_before=later)
    return database


def keys(rows: object) -> list[str]:
    """Keys of messages, in order."""
    assert isinstance(rows, list)
    return [row.key for row in rows if isinstance(row, Message)]


def test_messages_are_found_by_state_and_audience_newest_first(outbox: Database) -> None:
    with outbox.reading() as session:
        everything, total = search_messages(session, limit=2)
        sent, _ = search_messages(session, state="sent", audience="group:europa")

    assert (keys(list(everything)), total) == (["c", "b"], 3)
    assert keys(list(sent)) == ["b", "a"]


def test_states_and_audiences_are_counted(outbox: Database) -> None:
    with outbox.reading() as session:
        assert messages_per_state(session) == {"sent": 2, "pending": 1}
        assert list(known_audiences(session)) == ["group:europa", "triage"]


def test_a_message_is_overdue_when_it_could_have_left(outbox: Database) -> None:
    with outbox.reading() as session:
        assert count_overdue(session, MONDAY + timedelta(hours=1)) == 0
        assert count_overdue(session, MONDAY + timedelta(hours=3)) == 1


def test_a_message_is_found_with_its_thread_and_titles(outbox: Database) -> None:
    with outbox.reading() as session:
        first = search_messages(session, state="sent")[0][-1]
        thread = with_replies(session, [first])
        titles = titles_in_messages(session, [message.id or 0 for message in thread])

    assert keys(list(thread)) == ["a", "b"]
    assert [[title for _, title in found] for found in titles.values()] == [["Titel"]]


def test_what_was_called_off_can_be_wanted_again(outbox: Database) -> None:
    later = MONDAY + timedelta(days=1)
    with outbox.writing() as session:
        message = search_messages(session, audience="triage")[0][0]
        message.state = MessageState.CANCELLED
        want_again(session, message, later)

    with outbox.reading() as session:
        again = search_messages(session, audience="triage")[0][0]
    assert (again.state, again.next_attempt_at, again.attempts) == (MessageState.PENDING, later, 0)


def test_a_message_that_is_written_again_is_the_first_one(outbox: Database) -> None:
    with outbox.writing() as session:
        again = write_message(session, "a", audience="triage", kind="triage_card", now=MONDAY)
        fresh = write_message(session, "d", audience="triage", kind="triage_card", now=MONDAY)
        fresh.urgent = True

    with outbox.reading() as session:
        assert again.audience == "group:europa"
        assert session.get_one(Message, fresh.id).urgent
