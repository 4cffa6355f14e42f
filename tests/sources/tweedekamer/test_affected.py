from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.items import ItemStatus, SourceItem
from g40flow.sources.tweedekamer import TweedeKamer
from tests.sources.memory_records import MemoryRecords
from tests.sources.tweedekamer.feeds import Entity, guid
from tests.sources.tweedekamer.kept import arrive, keep, record

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SOURCE = TweedeKamer(base_url="https://voorbeeld.example", site_url="https://site.example")

DEBATE = Entity(kind="activiteit", name="debate", fields={"onderwerp": "Dakloosheid", "nummer": "2026A1"})
POINT = Entity(
    kind="agendapunt", name="point", fields={"onderwerp": "Brieven"}, refs=(("activiteit", "debate"),)
)
CASE = Entity(
    kind="zaak",
    name="case",
    fields={"onderwerp": "Brief over daklozen", "titel": "Dakloosheid en wonen", "soort": "Brief regering"},
    refs=(("agendapunt", "point"), ("kamerstukdossier", "dossier")),
)
DOSSIER = Entity(
    kind="kamerstukdossier", name="dossier", fields={"nummer": "29325", "titel": "Dakloosheid en wonen"}
)
DOCUMENT = Entity(
    kind="document",
    name="document",
    fields={"onderwerp": "Brief", "documentNummer": "2026D1"},
    refs=(("zaak", "case"), ("agendapunt", "point")),
)
VERSION = Entity(kind="documentVersie", name="version", refs=(("document", "document"),))
FOLLOWER = Entity(
    kind="activiteitActor",
    name="follower",
    fields={"actorNaam": "vaste commissie voor Financiën", "relatie": "Volgcommissie"},
    refs=(("activiteit", "debate"), ("commissie", "fin")),
)
LEAD = Entity(
    kind="zaakActor",
    name="lead",
    fields={"actorNaam": "vaste commissie voor Financiën", "relatie": "Voortouwcommissie"},
    refs=(("zaak", "case"), ("commissie", "fin")),
)
SUCCESSOR = replace(DEBATE, name="successor", refs=(("vervangenVanuit", "debate"),))
CHANGED = Entity(
    kind="zaak", name="changed", fields={"onderwerp": "Nieuwe brief"}, refs=(("vervangenVanuit", "case"),)
)
COMMITTEE = Entity(kind="commissie", name="fin", fields={"naamNl": "vaste commissie voor Financiën"})
WORLD = (DEBATE, POINT, CASE, DOSSIER, DOCUMENT, VERSION, FOLLOWER, LEAD, SUCCESSOR, CHANGED)

A_DEBATE, A_SUCCESSOR = (f"activiteit:{guid(name)}" for name in ("debate", "successor"))
Z_CASE, Z_CHANGED = (f"zaak:{guid(name)}" for name in ("case", "changed"))


def affected_by(changed: Entity, stored: MemoryRecords) -> set[str]:
    """What a change reaches by the new state and by the one that is still stored."""
    arriving = record(changed)
    former = stored.get(arriving.entity, arriving.identifier)
    return SOURCE.item_identifiers([arriving, *([former.record] if former else [])], stored)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (DEBATE, {A_DEBATE}),
        (SUCCESSOR, {A_SUCCESSOR, A_DEBATE}),
        (POINT, {A_DEBATE, Z_CASE}),
        (FOLLOWER, {A_DEBATE}),
        (CASE, {Z_CASE, A_DEBATE}),
        (CHANGED, {Z_CHANGED, Z_CASE}),
        (LEAD, {Z_CASE}),
        (DOCUMENT, {Z_CASE, A_DEBATE}),
        (VERSION, {Z_CASE, A_DEBATE}),
        (DOSSIER, {Z_CASE, A_DEBATE}),
        (COMMITTEE, set()),
    ],
)
def test_a_change_reaches_the_items_that_show_it(changed: Entity, expected: set[str]) -> None:
    assert affected_by(changed, keep(*WORLD)) == expected


@pytest.mark.parametrize("changed", [DEBATE, POINT, FOLLOWER, CASE, LEAD, DOCUMENT, VERSION, DOSSIER])
def test_a_deletion_reaches_the_items_that_showed_what_is_gone(changed: Entity) -> None:
    before = affected_by(changed, keep(*WORLD))
    gone = replace(changed, deleted=True)

    assert affected_by(gone, keep(*WORLD)) == before
    assert affected_by(gone, keep(*WORLD, gone)) == before


def test_a_point_that_moves_to_another_activity_reaches_both() -> None:
    moved = replace(POINT, refs=(("activiteit", "successor"),))

    assert affected_by(moved, keep(*WORLD)) == {A_DEBATE, A_SUCCESSOR, Z_CASE}


def test_a_page_reaches_what_each_of_its_records_reaches() -> None:
    one_by_one = [affected_by(entity, keep(*WORLD)) for entity in WORLD]

    together = SOURCE.item_identifiers([record(entity) for entity in WORLD], keep(*WORLD))

    assert together == set().union(*one_by_one)


class Portal:
    """Items as the product keeps them up to date: one arriving record at a time."""

    def __init__(self) -> None:
        self.stored = MemoryRecords()
        self.items: dict[str, SourceItem] = {}
        self.changes = 0

    def receive(self, entity: Entity) -> None:
        affected = affected_by(entity, self.stored)
        if not arrive(self.stored, entity):
            return
        affected |= affected_by(entity, self.stored)
        for identifier in affected:
            item = SOURCE.assemble(identifier, self.stored, NOW)
            if item is not None and item != self.items.get(identifier):
                self.items[identifier] = item
                self.changes += 1


def test_an_agenda_point_before_or_after_its_activity_makes_the_same_item() -> None:
    first, second = Portal(), Portal()
    for entity in (DEBATE, POINT, CASE):
        first.receive(entity)
    for entity in (CASE, POINT, DEBATE):
        second.receive(entity)

    assert first.items == second.items
    assert first.items[A_DEBATE].agenda == ("Brieven", "Dakloosheid en wonen")


ENTITIES = st.permutations(WORLD)
LATER = st.lists(
    st.sampled_from(
        (
            replace(POINT, refs=(("activiteit", "successor"),)),
            replace(POINT, deleted=True),
            replace(CASE, refs=(("activiteit", "successor"),)),
            replace(CASE, deleted=True),
            replace(CASE, fields={**CASE.fields, "onderwerp": "Aangepaste brief"}),
            replace(DOCUMENT, deleted=True),
            replace(DOCUMENT, refs=(("activiteit", "debate"),)),
            replace(FOLLOWER, deleted=True),
            replace(LEAD, refs=(("zaak", "changed"), ("commissie", "fin"))),
            replace(SUCCESSOR, refs=()),
            replace(SUCCESSOR, deleted=True),
            replace(DEBATE, deleted=True),
            replace(DOSSIER, fields={"nummer": "29326"}),
            replace(CHANGED, refs=()),
        )
    ),
    max_size=4,
)


@settings(derandomize=True, deadline=None)
@given(ENTITIES, LATER)
def test_items_are_what_the_records_say_in_whatever_order_they_arrived(
    order: list[Entity], later: list[Entity]
) -> None:
    portal = Portal()

    for entity in [*order, *later]:
        portal.receive(entity)

    afresh = {
        one: SOURCE.assemble(one, portal.stored, NOW) for one in (A_DEBATE, A_SUCCESSOR, Z_CASE, Z_CHANGED)
    }
    assert portal.items.keys() == {identifier for identifier, item in afresh.items() if item}
    for identifier, item in portal.items.items():
        if item.status is not ItemStatus.WITHDRAWN:  # what is withdrawn stays as it was told last
            assert item == afresh[identifier]


@settings(derandomize=True, max_examples=30, deadline=None)
@given(ENTITIES, ENTITIES)
def test_receiving_everything_again_in_any_order_changes_nothing(
    order: list[Entity], again: list[Entity]
) -> None:
    portal = Portal()
    for entity in order:
        portal.receive(entity)
    before = portal.changes

    for entity in again:
        portal.receive(replace(entity, updated="2027-02-19T03:00:00Z", edited="2027-02-18T23:00:00Z"))

    assert portal.changes == before
