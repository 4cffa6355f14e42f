from datetime import timedelta

from g40flow.storage.database import Database
from g40flow.storage.routing_figures import (
    RoutingFigures,
    count_terms,
    figures_per_group,
    figures_per_week,
    item_figures,
)
from g40flow.storage.tables import Item, ItemRouting, RoutingOrigin
from tests.conftest import MONDAY

WEEK = timedelta(weeks=1)


def keep(database: Database, number: int, *routings: ItemRouting, **values: object) -> None:
    """Keep an item with its routings."""
    item = Item(id=number, source="s", identifier=str(number), kind="", status="", facts={})
    item.first_seen_at = item.changed_at = MONDAY
    for name, value in values.items():
        setattr(item, name, value)
    with database.writing() as session:
        session.add(item)
        session.flush()
        session.add_all(routings)


def routing(number: int, group: str = "wonen", **values: object) -> ItemRouting:
    """A routing by the router; without a rule version one by a person."""
    row = ItemRouting(item_id=number, theme_group=group, reasons=[], rule_version="r", routed_at=MONDAY)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def test_routed_taken_off_added_and_judged_are_told_apart(database: Database) -> None:
    person = RoutingOrigin.PERSON
    keep(database, 1, routing(1))
    keep(
        database,
        2,
        routing(2, withdrawn_at=MONDAY, origin=person),
        routing(2, "geld", rule_version="", origin=person),
    )
    keep(database, 3, routing(3, rule_version="", origin=person, withdrawn_at=MONDAY))
    keep(database, 4, routing(4, routed_at=MONDAY - WEEK))

    with database.reading() as session:
        found = figures_per_group(session, MONDAY)

    assert found == {
        "wonen": RoutingFigures(routed=2, taken_off=1, added=0, judged=1),
        "geld": RoutingFigures(added=1),
    }


def test_weeks_are_counted_apart(database: Database) -> None:
    keep(database, 1, routing(1))
    keep(database, 2, routing(2, routed_at=MONDAY - WEEK), first_seen_at=MONDAY - WEEK, triage=True)
    keep(database, 3, first_seen_at=MONDAY - WEEK, triage_reason="twijfel")

    with database.reading() as session:
        before, now = figures_per_week(session, [MONDAY - WEEK, MONDAY, MONDAY + WEEK])
        last_week = item_figures(session, MONDAY - WEEK)

    assert (before.items, before.triaged, before.routings.routed) == (2, 2, 1)
    assert (now.items, now.triaged, now.routings.routed) == (1, 0, 1)
    assert last_week == (3, 2)


def test_terms_are_counted_once_an_item_and_not_from_the_first_reading(database: Database) -> None:
    reason = {"term": "huur*", "rule": "strong"}
    keep(database, 1, routing(1, reasons=[reason, reason]))
    keep(database, 2, routing(2, reasons=[reason], routed_at=MONDAY + WEEK))
    keep(database, 3, routing(3, reasons=[reason]), first_read=True)
    keep(database, 4, routing(4, reasons=[reason], rule_version=""))

    with database.reading() as session:
        found = count_terms(session, MONDAY)

    assert found.items == {("wonen", "strong", "huur*"): 2}
    assert found.routed == {"wonen": 2}
    assert found.first_at == MONDAY
