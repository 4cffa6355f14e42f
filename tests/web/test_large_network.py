"""Pages of a network of 600 people and 41 cities at work stay light."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from g40flow.domain.campaigns.words import Channel, StakeholderKind, TargetKind
from g40flow.domain.coverage import Listed
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.network import Role
from g40flow.storage.access_tables import PersonRow, RoleGrant
from g40flow.storage.campaign_tables import Ask, AskEvidence, CampaignStakeholder, Stakeholder, Touchpoint
from g40flow.storage.coverage import open_gap
from g40flow.storage.digest_tables import DigestRow
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.hook_tables import Hook
from g40flow.storage.tables import Item, ItemRouting
from tests.conftest import MONDAY
from tests.web.reading import Reader
from tests.web.signing_in import ANNA, browser_of
from tests.web.test_campaigns import HOUSING, SECRETARY, opened
from tests.web.world import World, build_world

PEOPLE, CITIES = 600, 41
LONG = "De middelgrote steden vragen om geld, ruimte en tijd om te bouwen. " * 3
BY = {"added_by": ANNA, "added_at": MONDAY}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[tuple[World, int]]:
    """A network with its people and cities, a week of news and a campaign in which much was done."""
    path = tmp_path_factory.mktemp("large") / "large.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    world = build_world(f"sqlite:///{path}")
    assert len(world.network.cities) == CITIES
    campaign = opened(world, reader_of(world, SECRETARY))
    with world.database.writing() as session:
        add_people(session)
        add_news(session)
        session.get_one(Dossier, campaign).stage = Stage.PREPARATION  # when most can be done
        add_lobby(session, campaign, [city.slug for city in world.network.cities])
        for n in range(60):
            listed = Listed(
                identifier=f"lost-{n}", title=f"Verloren wet {n}", url=f"https://site.example/{n}"
            )
            open_gap(session, "internetconsultatie", listed, world.moment)
    for _ in range(30):
        world.later(minutes=30)
        world.look("internetconsultatie", seen=40, new=1)
    world.digester().make_due(up_to_now=True)
    yield world, campaign
    world.database.close()


def reader_of(world: World, person: str) -> Reader:
    return Reader(browser_of(world, person))


CAMPAIGN_PAGE = 88_000
"""Bytes; it grows with what is done, so it must be well below the limit of every page."""


def rows(session: Session, table: type[SQLModel], number: int, **values: Any) -> None:
    """Many rows; a value that is a function gets the place of its row, from 0."""
    for n in range(number):
        session.add(table(**{name: value(n) if callable(value) else value for name, value in values.items()}))
    session.flush()


def add_people(session: Session) -> None:
    """Members of the housing group, all of them."""
    rows(
        session,
        PersonRow,
        PEOPLE,
        slug=lambda n: f"mens-{n}",
        name=lambda n: f"Mens Van Achternaam tot Langenaam {n}",
        email=lambda n: f"mens-{n}@stad.example",
        **BY,
    )
    rows(
        session,
        RoleGrant,
        PEOPLE,
        person=lambda n: f"mens-{n}",
        role=Role.THEME_GROUP_MEMBER,
        scope=HOUSING,
        granted_by=ANNA,
        granted_at=MONDAY,
    )


def add_news(session: Session) -> None:
    """A hundred consultations for the housing group that were found this week."""
    rows(
        session,
        Item,
        100,
        id=lambda n: n + 1,
        source="internetconsultatie",
        identifier=lambda n: f"wet-{n}",
        kind="consultation",
        title=lambda n: f"Wet {n}: {LONG}"[:180],
        summary=LONG,
        url=lambda n: f"https://www.internetconsultatie.nl/wet-{n}",
        status="open",
        published_on=MONDAY.date(),
        closes_on=lambda n: MONDAY.date() + timedelta(days=5 + n),
        facts={},
        first_seen_at=MONDAY,
        changed_at=MONDAY,
    )
    rows(
        session,
        ItemRouting,
        100,
        item_id=lambda n: n + 1,
        theme_group=HOUSING,
        is_lead=True,
        score=0.9,
        reasons=[],
        explanation="",
        routed_at=MONDAY,
    )


def add_lobby(session: Session, campaign: int, cities: list[str]) -> None:
    """Asks with evidence of every city, people to speak with, contacts, partners and moments."""
    asks = {"wording": LONG, "target_kind": TargetKind.COMMITTEE, "source": LONG, "changed_at": MONDAY}
    rows(session, Ask, 5, id=lambda n: n + 1, campaign_id=campaign, position=lambda n: n + 1, **asks, **BY)
    proof = {"text": LONG, "source": "eigen telling"}
    rows(session, AskEvidence, CITIES, ask_id=lambda n: n % 5 + 1, city=cities.__getitem__, **proof, **BY)
    rows(
        session,
        Stakeholder,
        80,
        id=lambda n: n + 1,
        kind=StakeholderKind.OTHER,
        function=lambda n: f"woordvoerder wonen {n}",
        organisation="Tweede Kamer",
        theme_groups=[HOUSING],
        **BY,
    )
    rows(session, CampaignStakeholder, 25, campaign_id=campaign, stakeholder_id=lambda n: n + 1, **BY)
    rows(
        session,
        Touchpoint,
        40,
        campaign_id=campaign,
        happened_on=lambda n: date(2026, 11, 1) + timedelta(days=n // 2),
        channel=Channel.MEETING,
        function="woordvoerder wonen",
        our_people=[{"person": ANNA, "function": ""}],
        subject=LONG,
        response=LONG,
        logged_by=ANNA,
        logged_at=MONDAY,
        surface="portal",
    )
    partners = {"partner": lambda n: f"partner-{n}", "name": lambda n: f"Partner {n}", "state": "asked"}
    rows(session, DossierPartner, 6, dossier_id=campaign, **partners)
    rows(
        session,
        Hook,
        10,
        dossier_id=campaign,
        key=lambda n: f"hand:{n}",
        origin=lambda n: "hand" if n < 2 else "calendar",
        kind="plenary_debate",
        title=lambda n: f"Debat over wonen {n}",
        moment_on=lambda n: date(2026, 12, 1) + timedelta(days=n),
        state=lambda n: "accepted" if n < 5 else "proposed",
        reasons=[],
        done={},
        made_by=ANNA,
        made_at=MONDAY,
    )


PAGES = (
    "/campagnes/{campaign}",
    "/contacten",
    "/contacten/nieuw",
    "/contacten/nieuw?campagne={campaign}",
    "/sources/coverage",
    "/admin/people",
    "/",
    "/items",
    "/agenda",
    "/campagnes",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stays_light(network: tuple[World, int], page: str) -> None:
    world, campaign = network

    found = reader_of(world, SECRETARY if "camp" in page or "cont" in page else ANNA).get(
        page.format(campaign=campaign)
    )

    assert len(found.source.encode()) < (CAMPAIGN_PAGE if page == PAGES[0] else 100_000)


def test_every_digest_stays_light(network: tuple[World, int]) -> None:
    world, _ = network
    reader = reader_of(world, ANNA)
    with world.database.reading() as session:
        of_people = col(DigestRow.audience).startswith("person:")
        numbers = session.scalars(select(col(DigestRow.id)).where(~of_people)).all()

    sizes = [len(reader.get(f"/weekoverzichten/{number}").source.encode()) for number in numbers]

    assert max(sizes) < 100_000


def test_somebody_is_looked_up_for_a_contact_without_losing_what_was_typed(
    network: tuple[World, int],
) -> None:
    world, campaign = network
    reader = reader_of(world, SECRETARY)
    page = reader.get(f"/contacten/nieuw?campagne={campaign}")
    assert "Langenaam 577" not in page.source

    shown = reader.send(
        page, "/contacten/nieuw", status=200, subject="Over wonen", who="langenaam 577", organisation="Kamer"
    )
    nobody = reader.send(shown, "/contacten/nieuw", status=200, who="Xantippe")
    logged = reader.send(shown, "/contacten/nieuw", people=["mens-577"])

    assert shown.source.count("Mens Van Achternaam tot Langenaam 577") == 2
    assert shown.form("/contacten/nieuw")[1]["organisation"] == ["Kamer"]
    assert "Niemand heet “Xantippe”." in nobody.text
    assert "Over wonen" in logged.text
