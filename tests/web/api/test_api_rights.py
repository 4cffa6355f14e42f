"""Every route of the API for every role: the token's person may do there what he may do elsewhere."""

from collections.abc import Iterator, Mapping

import pytest
from fastapi import FastAPI

from g40flow.bootstrap import build_app
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.network import Role
from g40flow.storage import schema
from g40flow.storage.access_tables import PersonRow, RoleGrant
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.family_members import new_family
from g40flow.web.api.application import build_api
from g40flow.web.portal import build_portal
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import HOUSING_SECRETARY
from tests.web.api.asking import program_of
from tests.web.api.test_api import text_of
from tests.web.calling import call_in, dossier_in_call
from tests.web.world import World, build_world, consultation

SCOPES = {
    Role.THEME_GROUP_LEAD: "woningmarkt",
    Role.THEME_GROUP_SECRETARY: "woningmarkt",
    Role.THEME_GROUP_MEMBER: "woningmarkt",
    Role.CITY_COORDINATOR: "oss",
    Role.PARTNER: "vng",
}
FOR_ALL = (
    *("/me", "/network", "/people", "/items", "/items/1", "/families/1"),
    *("/dossiers", "/campaigns", "/calls", "/library"),
)
OF_A_DOSSIER = (
    "",
    "/plan",
    "/versions",
    "/versions/1",
    "/points",
    "/comments",
    "/rounds",
    "/history",
    "/calls",
)
OF_A_CAMPAIGN = ("", "/asks", "/stakeholders", "/touchpoints")
CONTACTS = ("/touchpoints", "/touchpoints/1")
CAMPAIGN = 2
"""Its id: it was opened after the dossier."""

WRITES: Mapping[str, Right] = {
    "POST /dossiers": Right.OPEN_DOSSIER,
    "POST /dossiers/1/comments": Right.COMMENT,
    "PUT /dossiers/1/link": Right.STORE_LINK,
    "POST /touchpoints": Right.LOG_TOUCHPOINT,
    "PUT /touchpoints/1/done": Right.EDIT_TOUCHPOINT,
    "PUT /asks/1/evidence/delft": Right.EDIT_ASKS,
}
"""The others: following is for who may see it; answering a call depends on the city, see test_api."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A dossier of the housing group, with one person for each role."""
    built = build_world(f"sqlite:///{tmp_path_factory.mktemp('api') / 'g40flow.sqlite'}")
    schema.upgrade(built.database)
    dossier = dossier_in_call(built, built.publish(consultation("Wet regie woningen")))
    call_in(built, dossier)
    text_of(built, dossier)
    network = CampaignWorld(built.database, now=built.now())
    network.log(network.campaign(), ask_ids=[network.ask(CAMPAIGN)], by=HOUSING_SECRETARY)
    with built.database.writing() as session:
        new_family(session, [1, built.publish(consultation("Wet regie twee"))], built.now())
        session.get_one(Dossier, CAMPAIGN).pen_holder = _slug(Role.PEN_HOLDER)
        session.get_one(Dossier, dossier).pen_holder = _slug(Role.PEN_HOLDER)
        for role in Role:
            slug = _slug(role)
            email = f"{slug}@example.nl"
            session.add(PersonRow(slug=slug, name=slug, email=email, added_at=built.now(), added_by="test"))
            session.add(
                RoleGrant(
                    person=slug,
                    role=role,
                    scope=SCOPES.get(role),
                    granted_at=built.now(),
                    granted_by="test",
                )
            )
    yield built
    built.database.close()


@pytest.fixture(scope="module")
def portal(world: World) -> FastAPI:
    """What all of them ask."""
    return build_portal(world)


def _slug(role: Role) -> str:
    return f"met-{role.replace('_', '-')}"


@pytest.mark.parametrize("role", Role)
def test_each_role_reads_what_it_may_see(world: World, portal: FastAPI, role: Role) -> None:
    program = program_of(world, _slug(role), portal=portal, may_write=False)

    for path in FOR_ALL:
        assert program.get(path).status_code == 200, path
    for part in OF_A_DOSSIER:
        expected = 404 if role is Role.PARTNER else 200  # of this dossier no partner
        assert program.get(f"/dossiers/1{part}").status_code == expected, part
    for part in OF_A_CAMPAIGN:
        assert program.get(f"/campaigns/{CAMPAIGN}{part}").status_code == expected, part
    assert [program.get(path).status_code for path in CONTACTS] == (
        [403, 404] if role is Role.PARTNER else [200, 200]
    )


@pytest.mark.parametrize("role", Role)
def test_each_role_does_what_it_may_do(world: World, portal: FastAPI, role: Role) -> None:
    program = program_of(world, _slug(role), portal=portal)
    text = program.get("/dossiers/1").json().get("text_hash", "0" * 64)
    bodies = {
        "POST /dossiers": {"item_ids": [1]},  # has a dossier already
        "POST /dossiers/1/comments": {"body": "x", "seen_version": text},
        "PUT /dossiers/1/link": {"url": "https://www.example.nl"},  # not handed in yet
        "POST /touchpoints": {
            "happened_on": "2026-11-20",
            "channel": "call",
            "subject": "x",
            "function": "minister",
            "campaign_id": CAMPAIGN,
        },
        "PUT /touchpoints/1/done": None,  # nothing was to be done
        "PUT /asks/1/evidence/delft": {"text": "200 woningen"},
    }

    for route, right in WRITES.items():
        method, _, path = route.partition(" ")
        answer = program.request(method, path, json=bodies[route])

        if has_right(right, [role]):
            assert answer.status_code in (200, 201, 409, 422), route
        else:
            assert answer.status_code in (403, 404), route


def _described(route: str) -> str:
    """A route as the description has it."""
    names = {"dossiers": "dossier_id", "touchpoints": "touchpoint_id", "asks": "ask_id"}
    for part, name in names.items():
        route = route.replace(f"/{part}/1", f"/{part}/{{{name}}}")
    return route.replace("/delft", "/{city}")


def test_the_routes_tried_are_all_there_are() -> None:
    described = build_api(build_app({})).openapi()["paths"]
    tried = {
        *(f"GET {path}".replace("/items/1", "/items/{item_id}") for path in FOR_ALL if "famil" not in path),
        "GET /families/{family_id}",
        *(f"GET /campaigns/{{campaign_id}}{part}" for part in OF_A_CAMPAIGN),
        *(f"GET {path}".replace("/1", "/{touchpoint_id}") for path in CONTACTS),
        *(f"GET /dossiers/{{dossier_id}}{part}".replace("/1", "/{number}") for part in OF_A_DOSSIER),
        *(_described(route) for route in WRITES),
    }
    elsewhere = {
        "GET /library/search",
        "GET /calls/{call_id}/cities/{city}",
        "PUT /calls/{call_id}/cities/{city}/answer",
        *(
            f"{method} {path}/follow"
            for method in ("PUT", "DELETE")
            for path in ("/dossiers/{dossier_id}", "/items/{item_id}")
        ),
    }

    assert {f"{m.upper()} {path}" for path, ms in described.items() for m in ms} == tried | elsewhere
