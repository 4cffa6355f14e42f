"""Whom the forms of a page offer."""

from sqlalchemy import insert

from g40flow.domain.network import Person, Role, RoleHolding
from g40flow.storage.access_tables import PersonRow
from g40flow.web.people_choice import MOST_OFFERED, offer_people
from tests.conftest import MONDAY
from tests.web.reading import Reader
from tests.web.test_dossiers import dossier as dossier
from tests.web.world import World


def person(name: str, *roles: RoleHolding) -> Person:
    return Person(slug=name.lower(), name=name, email=f"{name.lower()}@stad.example", roles=roles)


MEMBER = RoleHolding(role=Role.THEME_GROUP_MEMBER, scope="wonen")
MANY = [person(f"Lid{n}", MEMBER) for n in range(MOST_OFFERED)]


def test_a_small_network_is_offered_whole() -> None:
    found = offer_people([person("Vera"), person("Wim", MEMBER)], chosen=(), scopes=())

    assert found.people == [("vera", "Vera"), ("wim", "Wim")]
    assert found.are_all


def test_of_a_large_network_who_leads_is_chosen_or_searched_is_offered_first() -> None:
    leads = person("Leider", RoleHolding(role=Role.THEME_GROUP_LEAD, scope="wonen"))
    everybody = [*MANY, person("Gekozen"), person("Gezöcht"), person("Vreemd"), leads]

    found = offer_people(everybody, chosen={"gekozen"}, scopes={"wonen"}, searched=" gezocht ")

    names = [name for _, name in found.people]
    assert len(names) == MOST_OFFERED
    assert names[-3:] == ["Gekozen", "Gezöcht", "Leider"]
    assert not found.are_all


def test_all_who_were_chosen_stay_on_offer_however_many() -> None:
    chosen = {one.slug for one in MANY} | {"vera"}

    found = offer_people([*MANY, person("Vera"), person("Wim")], chosen=chosen, scopes=())

    assert {slug for slug, _ in found.people} == chosen


def test_the_page_of_a_dossier_stays_small_in_a_large_network(
    world: World, reader: Reader, dossier: int
) -> None:
    people = [
        {"slug": f"mens-{n}", "name": f"Mens Achternaam {n}", "email": f"mens-{n}@stad.example"}
        for n in range(600)
    ]
    with world.database.writing() as session:
        session.execute(insert(PersonRow), [{**p, "added_at": MONDAY, "added_by": "x"} for p in people])

    page = reader.get(f"/dossiers/{dossier}")
    found = reader.get(f"/dossiers/{dossier}?who=achternaam+599")

    assert len(page.source.encode()) < 100_000
    assert "Mens Achternaam 599" not in page.source
    assert "Mens Achternaam 599" in found.source
