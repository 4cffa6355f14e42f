from datetime import timedelta

from g40flow.storage.database import Database
from g40flow.storage.messages import due_message_ids, write_message
from g40flow.storage.tables import Message
from tests.conftest import MONDAY


def write(database: Database, key: str, audience: str, *, urgent: bool = False, minutes: int = 0) -> None:
    leaves = MONDAY + timedelta(minutes=minutes)
    with database.writing() as session:
        write_message(
            session, key, audience=audience, kind="item_card", urgent=urgent, now=MONDAY, not_before=leaves
        )


def due(database: Database, limit: int = 50) -> list[str]:
    with database.reading() as session:
        ids = due_message_ids(session, MONDAY, limit)
        return [session.get_one(Message, id_).key for id_ in ids]


def test_a_group_with_many_messages_does_not_hold_up_the_others(database: Database) -> None:
    for number in (1, 2, 3):
        write(database, f"a{number}", "group:a")
    write(database, "b1", "group:b")
    write(database, "c1", "group:c")
    write(database, "b2", "group:b")

    assert due(database) == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert due(database, limit=3) == ["a1", "b1", "c1"]


def test_urgent_messages_go_first_and_those_for_later_wait(database: Database) -> None:
    write(database, "a1", "group:a")
    write(database, "a later", "group:a", minutes=1)
    write(database, "b1", "group:b")
    write(database, "a urgent", "group:a", urgent=True)
    write(database, "b urgent", "group:b", urgent=True)

    assert due(database) == ["a urgent", "b urgent", "a1", "b1"]
