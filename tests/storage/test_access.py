"""What a process remembers of people, and when it asks again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, event
from sqlmodel import col

from g40flow.domain.network import Network, Role
from g40flow.storage.access import effective_people, effective_person, everybody, names_of_people
from g40flow.storage.access_tables import Deactivation, PersonRow, RoleGrant
from g40flow.storage.database import Database
from tests.conftest import MONDAY

NETWORK = Network(name="Net", short_name="N", pillars=(), theme_groups=(), cities=())


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)


def add_person(database: Database, slug: str, name: str) -> None:
    with database.writing() as session:
        person = PersonRow(
            slug=slug, name=name, email=f"{slug}@voorbeeld.example", added_by="x", added_at=MONDAY
        )
        session.add(person)


def names(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return names_of_people(session, NETWORK)


def test_people_are_read_once_as_long_as_nothing_about_them_changes(database: Database) -> None:
    add_person(database, "vera", "Vera Vis")
    names(database)

    with counted(database) as asked, database.reading() as session:
        found = (effective_people(session, NETWORK), everybody(session, NETWORK))
        known = effective_person(session, NETWORK, "vera")

    assert known is not None
    assert found == ((known,), (known,))
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1, asked


def test_what_another_process_changes_about_people_counts_at_once(database: Database) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    add_person(database, "vera", "Vera Vis")
    before = names(database)

    add_person(other, "wim", "Wim Wolk")
    with other.writing() as session:
        session.add(RoleGrant(person="vera", role=Role.PA_OFFICER, granted_by="x", granted_at=MONDAY))
        session.add(Deactivation(person="wim", deactivated_by="x", deactivated_at=MONDAY))

    assert before == {"vera": "Vera Vis"}
    assert names(database) == {"vera": "Vera Vis", "wim": "Wim Wolk"}
    with database.reading() as session:
        assert [held.role for p in effective_people(session, NETWORK) for held in p.roles] == [
            Role.PA_OFFICER
        ]
        assert effective_person(session, NETWORK, "wim") is None
    with other.writing() as session:
        session.connection().execute(delete(PersonRow).where(col(PersonRow.slug) == "wim"))
    assert names(database) == {"vera": "Vera Vis"}
    other.close()


def test_who_changes_people_sees_the_change_before_it_is_kept(database: Database) -> None:
    add_person(database, "vera", "Vera Vis")
    names(database)

    with database.writing() as session:
        session.get_one(PersonRow, "vera").name = "Vera Visser"
        session.flush()
        assert names_of_people(session, NETWORK) == {"vera": "Vera Visser"}
