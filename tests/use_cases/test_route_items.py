"""Routing a batch of items, on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.domain.routing import RoutableItem, Routing
from g40flow.storage.database import Database
from g40flow.storage.families import keep_family_keys
from g40flow.storage.items import groups_of_items, write_item
from g40flow.storage.tables import Item
from g40flow.use_cases.route_items import correct_routing, route_items
from tests.conftest import MONDAY
from tests.use_cases.conftest import NETWORK


@dataclass
class FamilyRouter:
    """Sends "woning" to one group and everything else where its family went; notes what it was told."""

    inherited: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def route(self, item: RoutableItem) -> Routing:
        self.inherited[item.id] = item.dossier_groups
        groups = ("woningmarkt",) if "woning" in item.title else item.dossier_groups
        return Routing(
            item_id=item.id,
            groups=groups,
            scores=dict.fromkeys(groups, 0.9),
            triage=False,
            rule_version="1",
        )


def item(identifier: str, title: str = "Brief", **known: object) -> SourceItem:
    return SourceItem(
        source="tk",
        identifier=identifier,
        kind=ItemKind.PARLIAMENTARY_CASE,
        kind_label="Brief regering",
        title=title,
        url="https://voorbeeld.example",
        status=ItemStatus.OPEN,
        **known,  # type: ignore[arg-type]  # fields of SourceItem by name
    )


def store(session: Session, items: Sequence[SourceItem]) -> list[tuple[Item, SourceItem]]:
    rows = [
        Item(
            source=one.source,
            identifier=one.identifier,
            kind="",
            status="",
            first_seen_at=MONDAY,
            changed_at=MONDAY,
            facts={},
        )
        for one in items
    ]
    for row, one in zip(rows, items, strict=True):
        write_item(row, one)
    session.add_all(rows)
    session.flush()
    keep_family_keys(session, rows)
    return list(zip(rows, items, strict=True))


def groups(session: Session, rows: Sequence[tuple[Item, SourceItem]]) -> dict[str, list[str]]:
    found = groups_of_items(session, [row.id for row, _ in rows if row.id])
    return {row.identifier: found.get(row.id or 0, []) for row, _ in rows}


def test_an_item_inherits_from_its_family_also_from_those_just_before_it(database: Database) -> None:
    router = FamilyRouter()
    family = [
        item("a", "Over een woning", dossier_number="36800"),
        item("b", dossier_number="36800"),
        item("c", dossier_number="36801"),
    ]

    with database.writing() as session:
        rows = store(session, family)
        route_items(session, rows[:1], router, NETWORK, MONDAY)
        later = store(session, [item("d", dossier_number="36800"), item("e", dossier_number="36801")])
        route_items(session, [*rows[1:], *later], router, NETWORK, MONDAY)

        assert groups(session, [*rows, *later]) == {
            "a": ["woningmarkt"],
            "b": ["woningmarkt"],
            "c": [],
            "d": ["woningmarkt"],
            "e": [],
        }
    assert router.inherited["d"] == ("woningmarkt",)


def test_an_item_inherits_from_the_one_it_takes_the_place_of(database: Database) -> None:
    old = item("old", "Debat over een woning", replaced_by="new")
    other = item("other", "Nog een woning")
    new = item("new", related=("old", "other"))

    with database.writing() as session:
        rows = store(session, [old, other, new])
        route_items(session, rows, FamilyRouter(), NETWORK, MONDAY)

        assert groups(session, rows)["new"] == ["woningmarkt"]

    with database.writing() as session:
        rows = store(session, [item("next", related=("other",))])
        route_items(session, rows, FamilyRouter(), NETWORK, MONDAY)

        assert groups(session, rows)["next"] == []


def test_what_a_person_took_off_is_not_inherited(database: Database) -> None:
    with database.writing() as session:
        rows = store(
            session, [item("a", "woning", dossier_number="36800"), item("b", dossier_number="36800")]
        )
        route_items(session, rows[:1], FamilyRouter(), NETWORK, MONDAY)
        correct_routing(session, rows[0][0].id or 0, [], person="Anna", reason="", now=MONDAY)

        route_items(session, rows, FamilyRouter(), NETWORK, MONDAY)

        assert groups(session, rows) == {"a": [], "b": []}
