from functools import cache
from pathlib import Path

import pytest

from g40flow.config.routing import load_router
from g40flow.domain.routing import RoutableItem, Router

ECONOMY = "Vaste commissie voor Economische Zaken"


@cache
def shipped() -> Router:
    return load_router(Path(__file__).parents[2] / "config" / "routing")


@pytest.mark.parametrize(
    "title", ["Staat van de Economie", "Consumentenbescherming", "Telecommunicatie", "Marktordening"]
)
@pytest.mark.parametrize(
    ("point", "group"),
    [
        ("Meicirculaire gemeentefonds", "financien"),
        ("Voortgang asielopvang in gemeenten", "vergunninghouders-asiel"),
        ("Impulsaanpak winkelgebieden", "vitale-binnensteden-werklocaties"),
    ],
)
def test_a_municipal_point_survives_a_national_title(title: str, point: str, group: str) -> None:
    routing = shipped().route(
        RoutableItem(id="1", title=title, committee=ECONOMY, agenda=("Verslag van een werkbezoek", point))
    )

    assert routing.groups == (group,)


@pytest.mark.parametrize(
    ("title", "committee"),
    [
        ("Stemmingen", ""),
        ("Regeling van werkzaamheden", ""),
        ("Procedurevergadering", "Vaste commissie voor Asiel en Migratie"),
        (
            "Procedurevergadering commissie Volkshuisvesting en Ruimtelijke Ordening",
            "Vaste commissie voor Volkshuisvesting en Ruimtelijke Ordening",
        ),
        ("Munitie aan Oekraïne", ""),
        ("Digitale euro", "Vaste commissie voor Financiën"),
    ],
)
def test_what_is_for_nobody_reaches_neither_a_group_nor_a_person(title: str, committee: str) -> None:
    routing = shipped().route(RoutableItem(id="1", title=title, committee=committee))

    assert (routing.groups, routing.triage) == ((), False)


@pytest.mark.parametrize(
    ("title", "groups"),
    [
        ("Nieuwbouwwijken die tot 2030 geen stroomaansluiting krijgen", {"duurzaamheid", "woningmarkt"}),
        ("Opvang van ontheemden uit Oekraïne in gemeenten", {"vergunninghouders-asiel"}),
        ("Stemmingen over moties over de Jeugdwet", {"zorg-jeugd-onderwijs"}),
        ("Wijziging van de Gemeentewet in verband met kort parkeren", {"slimme-verstedelijking-mobiliteit"}),
    ],
)
def test_the_subject_decides(title: str, groups: set[str]) -> None:
    assert set(shipped().route(RoutableItem(id="1", title=title)).groups) >= groups
