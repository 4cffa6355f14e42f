from dataclasses import replace
from datetime import UTC, datetime

import pytest

from g40flow.sources.tweedekamer.known_values import signals_for
from tests.sources.tweedekamer.feeds import Entity
from tests.sources.tweedekamer.kept import record

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
KNOWN = frozenset({"binnenlandse zaken"})


def told(*entities: Entity) -> list[tuple[str, str]]:
    signals = signals_for([record(entity) for entity in entities], KNOWN, NOW)
    return [(signal.code, signal.subject) for signal in signals]


def entity(kind: str, name: str = "x", **fields: str) -> Entity:
    return Entity(kind=kind, name=name, fields=fields)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (entity("activiteit", soort="Nieuw"), "unknown_activiteit_soort"),
        (entity("activiteit", status="Nieuw"), "unknown_activiteit_status"),
        (entity("activiteit", datumSoort="Nieuw"), "unknown_activiteit_datumsoort"),
        (entity("zaak", soort="Nieuw"), "unknown_zaak_soort"),
        (entity("zaak", status="Nieuw"), "unknown_zaak_status"),
        (entity("activiteitActor", relatie="Nieuw"), "unknown_activiteitactor_relatie"),
        (entity("zaakActor", relatie="Nieuw"), "unknown_zaakactor_relatie"),
    ],
)
def test_an_unknown_value_of_an_open_list_is_a_signal(found: Entity, code: str) -> None:
    assert told(found) == [(code, "Nieuw")]


def test_known_absent_and_deleted_values_are_no_signal() -> None:
    assert told(entity("activiteit", soort="Commissiedebat", status="Gepland"), entity("zaak")) == []
    assert told(replace(entity("activiteit", soort="Nieuw"), deleted=True)) == []


def test_a_page_tells_the_same_thing_once() -> None:
    found = [entity("activiteit", str(n), soort="Nieuw") for n in range(5)]

    assert told(*found) == [("unknown_activiteit_soort", "Nieuw")]


def test_values_that_went_out_of_use_are_not_told_by_a_full_reading() -> None:
    assert told(replace(entity("activiteit", soort="Ouderwets"), updated="2019-06-28T20:34:35Z")) == []


def test_a_very_long_value_is_cut_in_the_signal() -> None:
    ((_, subject),) = told(entity("activiteit", soort="x" * 10_000))

    assert len(subject) == 200


def test_an_unknown_committee_is_told_from_an_activity_and_from_an_actor() -> None:
    actor = replace(
        entity("zaakActor", actorNaam="vaste commissie voor Wonen", relatie="Voortouwcommissie"),
        refs=(("commissie", "c"),),
    )

    assert told(entity("activiteit", voortouwnaam="vaste commissie voor Wonen "), actor) == [
        ("unknown_committee", "vaste commissie voor Wonen")
    ]
    assert told(entity("activiteit", voortouwnaam="vaste commissie voor Binnenlandse Zaken")) == []
    assert told(entity("activiteit", voortouwnaam="TK")) == []


@pytest.mark.parametrize(
    ("fields", "is_told"),
    [
        ({"inhoudsopgave": "Vaste commissies"}, True),
        ({"naamNl": "vaste commissie voor Wonen"}, True),
        ({"inhoudsopgave": "Vaste commissies", "datumInactief": "2026-11-20"}, False),
        ({"inhoudsopgave": "Vaste commissies", "datumInactief": "2027-03-01"}, True),
        ({"inhoudsopgave": "Contactgroepen"}, False),
    ],
)
def test_a_new_standing_committee_is_told_however_long_it_exists(
    fields: dict[str, str], is_told: bool
) -> None:
    row = replace(entity("commissie", **{"naamNl": "Wonen", **fields}), updated="2024-07-02T00:00:00Z")

    assert bool(told(row)) is is_told
