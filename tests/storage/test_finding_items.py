import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from g40flow.storage import schema
from g40flow.storage.database import Database
from g40flow.storage.items import (
    ANYBODY,
    FEW,
    NOBODY,
    SOON,
    ItemSearch,
    has_items,
    is_taken_off,
    items_of_revisions,
    new_items,
    news_since,
    related_items,
    search_items,
)
from g40flow.storage.tables import Item, ItemRevision, ItemRouting
from tests.conftest import MONDAY

TODAY = date(2026, 11, 23)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def keep(session: Session, identifier: str, *groups: str, **values: Any) -> Item:
    """An item that was first seen on Monday; groups: the theme groups it goes to."""
    given: dict[str, Any] = {
        "kind": "consultation",
        "title": identifier,
        "status": "open",
        "facts": {},
        "first_seen_at": MONDAY,
        "changed_at": MONDAY,
    }
    row = Item(source="publisher", identifier=identifier, **given | values)
    session.add(row)
    session.flush()
    assert row.id is not None
    for group in groups:
        session.add(ItemRouting(item_id=row.id, theme_group=group, reasons=[], routed_at=MONDAY))
    session.flush()
    return row


def found(database: Database, **search: Any) -> list[str]:
    """Identifiers of what a search finds, in order."""
    with database.reading() as session:
        rows, total = search_items(session, ItemSearch(**search))
        assert total == len(rows)
        return [row.identifier for row in rows]


def test_the_soonest_day_comes_first_whatever_kind_of_day_it_is(database: Database) -> None:
    with database.writing() as session:
        keep(session, "undated")
        keep(session, "closes friday", closes_on=date(2026, 11, 27))
        keep(session, "agreed tuesday", closes_on=date(2026, 12, 24), agreed_closes_on=date(2026, 11, 24))
        keep(session, "meets wednesday", kind="activity", starts_at=datetime(2026, 11, 25, 9, tzinfo=UTC))
        keep(
            session, "meets wednesday early", kind="activity", starts_at=datetime(2026, 11, 25, 8, tzinfo=UTC)
        )

    assert found(database, soonest_first=True) == [
        "agreed tuesday",
        "meets wednesday early",
        "meets wednesday",
        "closes friday",
        "undated",
    ]


def test_open_is_what_can_still_be_acted_on_that_day(database: Database) -> None:
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)  # in the Netherlands
    with database.writing() as session:
        keep(session, "last day", closes_on=TODAY)
        keep(session, "over", closes_on=TODAY - timedelta(days=1))
        keep(session, "undated")
        keep(session, "closed", status="closed", closes_on=TODAY + timedelta(days=9))
        keep(
            session,
            "closed but agreed",
            status="closed",
            closes_on=date(2026, 11, 20),
            agreed_closes_on=TODAY,
        )
        keep(session, "agreed is over", status="closed", agreed_closes_on=date(2026, 11, 20))
        keep(session, "today's meeting", kind="activity", status="planned", starts_at=midnight)
        keep(
            session,
            "yesterday's meeting",
            kind="activity",
            status="planned",
            starts_at=midnight - timedelta(seconds=1),
        )

    assert set(found(database, open_on=TODAY)) == {
        "last day",
        "undated",
        "closed but agreed",
        "today's meeting",
    }


def test_for_somebody_and_for_nobody_divide_all_items(database: Database) -> None:
    with database.writing() as session:
        keep(session, "for two", "europa", "woningmarkt")
        keep(session, "for nobody")
        taken = keep(session, "taken off", "europa")
        routing = session.get_one(ItemRouting, (taken.id, "europa"))
        routing.withdrawn_at = MONDAY

    assert found(database, group=ANYBODY) == ["for two"]
    assert set(found(database, group=NOBODY)) == {"for nobody", "taken off"}
    assert found(database, group="europa") == ["for two"]
    with database.reading() as session:
        assert is_taken_off(session, taken.id or 0, "europa")
        assert not is_taken_off(session, taken.id or 0, "woningmarkt")


def test_what_was_there_at_the_first_reading_is_not_new(database: Database) -> None:
    with database.writing() as session:
        keep(session, "old", first_seen_at=MONDAY - timedelta(seconds=1))
        keep(session, "first reading", first_read=True)
        keep(session, "new")
        keep(session, "newer", first_seen_at=MONDAY + timedelta(hours=1))

    with database.reading() as session:
        rows, total = new_items(session, MONDAY, limit=1)

    assert ([row.identifier for row in rows], total) == (["newer"], 2)


def test_only_changes_worth_telling_are_news(database: Database) -> None:
    with database.writing() as session:
        row = keep(session, "item")
        assert row.id is not None
        for hours, news in ((-1, ["extended"]), (0, []), (1, ["withdrawn"])):
            seen_at = MONDAY + timedelta(hours=hours)
            session.add(ItemRevision(item_id=row.id, seen_at=seen_at, changes=[], news=news))

    with database.reading() as session:
        told = news_since(session, MONDAY, limit=10)
        titles = items_of_revisions(session, [revision.id or 0 for revision, _ in told])

    assert [(revision.news, item.identifier) for revision, item in told] == [(["withdrawn"], "item")]
    assert titles == {told[0][0].id: (row.id, "item")}


def test_items_are_related_by_dossier_chain_and_the_publishers_word(database: Database) -> None:
    with database.writing() as session:
        keep(session, "same dossier", dossier_number="36512")
        keep(session, "same chain", chain_id="K123")
        keep(session, "named")
        keep(session, "replacement")
        keep(session, "stranger", dossier_number="36513")
        row = keep(
            session,
            "item",
            dossier_number="36512",
            chain_id="K123",
            facts={"related": ["named"], "replaced_by": "replacement"},
        )
        alone = keep(session, "alone")

    with database.reading() as session:
        related = {item.identifier for item in related_items(session, row, limit=10)}
        nobody = related_items(session, alone, limit=10)

    assert related == {"same dossier", "same chain", "named", "replacement"}
    assert nobody == []


def test_an_empty_database_has_no_items(database: Database) -> None:
    with database.reading() as session:
        assert not has_items(session)
    with database.writing() as session:
        keep(session, "item")
    with database.reading() as session:
        assert has_items(session)


@pytest.mark.parametrize(
    "searched",
    [
        "woning",
        "HUURWONINGEN",
        "markt betaalbaar",
        "oekraine",
        "Oekraïne",
        "36 512",
        "36-512",
        "betaalbaar wo",
        "  woning  ",
    ],
)
def test_any_part_of_a_word_finds_it_whatever_its_capitals_and_accents(
    database: Database, searched: str
) -> None:
    with database.writing() as session:
        keep(
            session,
            "wanted",
            title="Huurwoningen betaalbaar houden",
            summary="Over de woningmarkt, ook voor OEKRAÏNE",
            dossier_number="36512",
            number="36 512",
        )
        keep(session, "other", title="Een nota over vissen", summary="Zee")

    assert found(database, text=searched) == ["wanted"]


@pytest.mark.parametrize("searched", ["vis woning", "%", "x_y", "' OR 1=1 --", '"', "zzz", "a:* | b"])
def test_what_does_not_occur_is_not_found_and_signs_mean_nothing(database: Database, searched: str) -> None:
    with database.writing() as session:
        keep(session, "one", title="Huurwoningen")
        keep(session, "two", title="Vissen")

    hits = found(database, text=searched)

    assert hits == []


def test_words_follow_the_item(database: Database) -> None:
    with database.writing() as session:
        row = keep(session, "one", title="Eerste titel")
        gone = keep(session, "two", title="Verdwenen titel")

    with database.writing() as session:
        row = session.merge(row)
        row.title = "Tweede naam"
        session.delete(session.merge(gone))

    assert found(database, text="eerste") == []
    assert found(database, text="tweede") == ["one"]
    assert found(database, text="verdwenen") == []


def test_items_of_before_the_index_are_found_too(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.sqlite")
    schema.upgrade(database, until="0002")
    with database.writing() as session:
        keep(session, "old", title="Huurwoningen")

    schema.upgrade(database)

    assert found(database, text="woning") == ["old"]
    database.close()


def test_what_many_items_have_is_found_newest_first_and_counted_only_as_far_as_asked(
    database: Database,
) -> None:
    with database.writing() as session:
        rows = [example(n, title=f"Huurwoningen, stuk {n}") for n in range(FEW + 20)]
        session.execute(insert(Item), [*rows, example(9_999, title="Vissen")])

    with database.reading() as session:
        asked = ItemSearch(text="woning stuk", limit=3, offset=2, count_until=FEW + 5)
        page, counted = search_items(session, asked)
        _, total = search_items(session, replace(asked, count_until=None))
        _, all_items = search_items(session, ItemSearch(count_until=10, limit=3))

    assert [row.identifier for row in page] == ["217", "216", "215"]
    assert (counted, total, all_items) == (FEW + 6, FEW + 20, 11)


def test_what_has_a_day_comes_first_also_when_most_of_what_is_open_has_none(database: Database) -> None:
    with database.writing() as session:
        dated = [example(n, closes_on=TODAY + timedelta(days=9 - n)) for n in range(4)]
        session.execute(insert(Item), [example(n + 10) for n in range(5)] + dated)
        keep(session, "agreed", closes_on=TODAY - timedelta(days=9), agreed_closes_on=TODAY)

    soon = ItemSearch(open_on=TODAY, soonest_first=True, limit=4)
    with database.reading() as session:
        first, total = search_items(session, soon)
        second, _ = search_items(session, replace(soon, offset=4))

    assert total == 10
    assert [row.identifier for row in first] == ["agreed", "3", "2", "1"]
    assert [row.identifier for row in second] == ["0", "10", "11", "12"]


def test_pages_by_day_together_are_all_there_is_in_order(database: Database) -> None:
    """Some pages are full of what is soon, one holds its end, and the others what is later or has no day."""
    chance = random.Random(5)
    days = [TODAY + timedelta(days=chance.randrange(2 * SOON.days)) for _ in range(40)]
    with database.writing() as session:
        for number, day in enumerate(days):
            hour = datetime.combine(day, time(chance.choice([0, 9, 23])), UTC)
            dated: dict[str, Any] = chance.choice(
                [
                    {"closes_on": day},
                    {"starts_at": hour, "kind": "activity"},
                    {"closes_on": TODAY + SOON, "agreed_closes_on": day},
                    {},
                ]
            )
            session.execute(insert(Item), [example(number, **dated)])

    search = ItemSearch(open_on=TODAY, soonest_first=True)
    with database.reading() as session:
        rows, _ = search_items(session, replace(search, limit=1000))
        in_pages = [
            row.identifier
            for offset in range(0, len(rows), 4)
            for row in search_items(session, replace(search, limit=4, offset=offset))[0]
        ]

    last_days = [row.agreed_closes_on or row.closes_on or (row.starts_at or NEVER).date() for row in rows]
    assert len(rows) > 30
    assert last_days == sorted(last_days)
    assert in_pages == [row.identifier for row in rows]


def example(number: int, **values: Any) -> dict[str, Any]:
    """A row for a bulk insert; the higher its number, the later it was seen."""
    row = Item(
        source="publisher",
        identifier=str(number),
        kind="consultation",
        title=str(number),
        status="open",
        facts={},
        first_seen_at=MONDAY + timedelta(minutes=number),
        changed_at=MONDAY,
    )
    return row.model_dump(exclude={"id"}) | values
