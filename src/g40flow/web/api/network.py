"""The network itself: who the person of the token is, the people, and what was adopted before."""

from datetime import date, datetime

from fastapi import APIRouter

from g40flow.domain.actors import actor_on
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import RoleHolding
from g40flow.storage.access import effective_people
from g40flow.storage.dossier_tables import LibraryPosition
from g40flow.storage.keyed_pages import positions_before
from g40flow.use_cases.text.library import search_library
from g40flow.web.api.asking import Answer, CursorText, Limit, Page, TheApp, Word, before, page_of
from g40flow.web.api_caller import ApiCaller

router = APIRouter(tags=["network"])


class RoleShown(Answer):
    """A role that somebody holds today. scope: slug of the group, pillar, city or partner; null for all."""

    role: str
    scope: str | None


class PersonShown(Answer):
    """Somebody of the network: no address, no account."""

    slug: str
    name: str
    city: str | None
    roles: list[RoleShown]


class MeShown(Answer):
    """In whose name the token acts, and whether it may change anything."""

    slug: str
    name: str
    may_write: bool
    roles: list[RoleShown]


class ThemeGroupShown(Answer):
    """A theme group."""

    slug: str
    name: str
    pillar: str | None


class NetworkShown(Answer):
    """The groups and cities by their slugs."""

    name: str
    theme_groups: list[ThemeGroupShown]
    cities: dict[str, str]


class PositionShown(Answer):
    """A position that the network adopted before. source: where it stands."""

    id: int
    title: str
    body: str
    theme_groups: list[str]
    source: str
    adopted_on: date | None
    added_at: datetime


@router.get("/me")
def read_me(caller: ApiCaller) -> MeShown:
    """Who the person of the token is."""
    actor = caller.actor
    return MeShown(
        slug=actor.person, name=actor.name, may_write=caller.may_write, roles=_roles(actor.holdings)
    )


@router.get("/network")
def read_network(app: TheApp, caller: ApiCaller) -> NetworkShown:
    """The groups and cities of the network."""
    network = app.network
    return NetworkShown(
        name=network.name,
        theme_groups=[ThemeGroupShown.model_validate(g, from_attributes=True) for g in network.theme_groups],
        cities={city.slug: city.name for city in network.cities},
    )


@router.get("/people")
def list_people(app: TheApp, caller: ApiCaller) -> list[PersonShown]:
    """Everybody with a role today, by name."""
    today = dutch_date(app.now())
    with app.database.reading() as session:
        people = effective_people(session, app.network)
    shown = [
        PersonShown(
            slug=person.slug,
            name=person.name,
            city=person.city,
            roles=_roles(actor_on(person, today, caller.actor.surface).holdings),
        )
        for person in people
    ]
    return sorted((one for one in shown if one.roles), key=lambda one: (one.name, one.slug))


@router.get("/library")
def list_library(
    app: TheApp, caller: ApiCaller, limit: Limit = 25, cursor: CursorText = ""
) -> Page[PositionShown]:
    """Positions that hold, newest first."""
    with app.database.reading() as session:
        rows = positions_before(session, before(cursor), limit + 1)
    return page_of(rows, limit, _position, lambda row: row.id)


@router.get("/library/search")
def search_positions(app: TheApp, caller: ApiCaller, q: Word, group: Word = "") -> list[PositionShown]:
    """Positions in which the words occur, the best first."""
    with app.database.reading() as session:
        return [_position(row) for row in search_library(session, q, group)]


def _position(row: LibraryPosition) -> PositionShown:
    return PositionShown.model_validate(row, from_attributes=True)


def _roles(holdings: tuple[RoleHolding, ...]) -> list[RoleShown]:
    return [RoleShown(role=held.role, scope=held.scope) for held in holdings]
