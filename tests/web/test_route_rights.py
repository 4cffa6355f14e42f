"""Every route for every role, for somebody without a role, and for nobody."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from g40flow.domain.dossier.rights import RIGHTS, Right, has_right
from g40flow.domain.network import Role
from g40flow.storage import schema
from g40flow.storage.access_tables import PersonRow, RoleGrant
from g40flow.storage.dossier_tables import HistoryEntry
from g40flow.storage.tables import Message, RoutingCorrection, RuleDecision
from g40flow.web.portal import build_portal
from tests.web.reading import TestClient
from tests.web.route_rights import OPEN, ROUTES, address_of
from tests.web.signing_in import browser_of, sign_in
from tests.web.world import World, build_world, fill

NOBODY, WITHOUT_ROLE = "nobody", "without a role"
VISITORS = (*Role, NOBODY, WITHOUT_ROLE)

METRICS = "GET /metrics"
"""Needs no session, and yet is for this machine or with a token only: see test_metrics.py."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A working day, with one person for each role, and one without."""
    built = build_world(f"sqlite:///{tmp_path_factory.mktemp('rights') / 'g40flow.sqlite'}")
    schema.upgrade(built.database)
    fill(built)
    with built.database.writing() as session:
        for role in (*Role, None):
            slug = _slug(role)
            session.add(
                PersonRow(
                    slug=slug, name=slug, email=f"{slug}@example.nl", added_at=built.now(), added_by="test"
                )
            )
            if role is not None:
                session.add(RoleGrant(person=slug, role=role, granted_at=built.now(), granted_by="test"))
    yield built
    built.database.close()


@pytest.fixture(scope="module")
def browsers(world: World) -> dict[str, TestClient]:
    """A browser for each visitor, all of one portal."""
    portal = build_portal(world)
    people = {role: _slug(role) for role in Role} | {NOBODY: None, WITHOUT_ROLE: _slug(None)}
    return {visitor: browser_of(world, person, portal=portal) for visitor, person in people.items()}


def _slug(role: Role | None) -> str:
    return "zonder-rol" if role is None else f"met-{role.replace('_', '-')}"


@pytest.mark.parametrize("visitor", VISITORS)
def test_each_route_is_for_whom_its_row_says(
    world: World, browsers: dict[str, TestClient], visitor: str
) -> None:
    roles = [Role(visitor)] if visitor in set(Role) else []
    after = _what_was_done(world)
    for route, expected in sorted(ROUTES.items()):
        if route == "POST /account/sign-out-everywhere":
            continue  # ends the session that this test goes on with
        if visitor == NOBODY and route == "POST /sign-out":
            continue  # leads to the sign-in page, as does a refusal
        before = after

        answer = browsers[visitor].request(route.partition(" ")[0], address_of(route), data={"x": "y"})
        after = _what_was_done(world)

        to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        if expected == OPEN:
            assert answer.status_code != 403 or "/sign-in/link/" in route or route == METRICS, route
        elif visitor == NOBODY:
            assert to_sign_in, route
        elif not roles or (isinstance(expected, Right) and not has_right(expected, roles)):
            assert answer.status_code == 403, route
            assert "rol" in answer.text, route
        else:
            assert answer.status_code != 403, route
            assert not to_sign_in, route
        if route.startswith("GET") or answer.status_code == 403 or to_sign_in:
            assert after == before, route
        if route == "POST /sign-out" and visitor != NOBODY:
            sign_in(browsers[visitor], world, _slug(roles[0] if roles else None))


def test_an_auditor_has_no_right_but_to_read() -> None:
    reading = {Right.READ, Right.READ_HISTORY, Right.READ_REPORTS}
    assert {right for right in Right if Role.AUDITOR in RIGHTS[right]} == reading


def test_an_address_that_does_not_exist_tells_nobody_who_is_who(browsers: dict[str, TestClient]) -> None:
    answer = browsers[NOBODY].get("/nergens")

    assert answer.status_code == 404
    assert "Hoofdmenu" not in answer.text


def test_the_menu_has_only_what_one_may_see(browsers: dict[str, TestClient]) -> None:
    assert 'href="/admin/people"' in browsers[Role.PA_OFFICER].get("/").text
    assert 'href="/admin/people"' not in browsers[Role.BOARD_MEMBER].get("/").text
    assert 'href="/messages"' not in browsers[Role.PARTNER].get("/").text


def test_pages_offer_no_form_that_would_be_refused(world: World, browsers: dict[str, TestClient]) -> None:
    for address in ("/items/2", "/messages", "/routing/proposals", "/corrections"):
        source = browsers[Role.AUDITOR].get(address).text
        assert source.count('method="post"') == source.count('action="/sign-out"') == 1, address


def test_somebody_without_a_role_is_told_whom_to_ask(browsers: dict[str, TestClient]) -> None:
    answer = browsers[WITHOUT_ROLE].get("/items")

    assert answer.status_code == 403
    assert "Vraag het PA-secretariaat om u een rol te geven" in " ".join(answer.text.split())


def _what_was_done(world: World) -> list[int]:
    tables = (RoutingCorrection, RuleDecision, HistoryEntry, Message, RoleGrant)
    counts = (select(func.count()).select_from(table).scalar_subquery() for table in tables)
    with world.database.reading() as session:
        return list(session.execute(select(*counts)).one())
