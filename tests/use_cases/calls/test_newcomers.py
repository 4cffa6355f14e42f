"""Who becomes coordinator while a call is open gets a link, once, when the city did not answer yet."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.network import Person, Role, RoleHolding
from g40flow.storage.tables import Message
from g40flow.use_cases.calls.manage_call import revoke_invitation
from g40flow.use_cases.calls.newcomers import invite_newcomers
from tests.conftest import on_both
from tests.use_cases.calls.calling import CLOSES_AT, LINKS, Calling
from tests.use_cases.dossier.world import DESK, NETWORK

NEW = Person(
    slug="nora-nieuwkamp",
    name="Nora Nieuwkamp",
    email="nora@example.org",
    city="delft",
    roles=(RoleHolding(role=Role.CITY_COORDINATOR, scope="delft"),),
)
WITH_NEW = replace(DESK, network=replace(NETWORK, people=(*NETWORK.people, NEW)))


def look(calling: Calling, later: timedelta = timedelta(hours=1)) -> int:
    with calling.world.writing() as session:
        return invite_newcomers(session, WITH_NEW, lambda: LINKS, calling.now + later)


def invited(calling: Calling) -> list[str]:
    """Audiences of the invitations that were written, oldest first."""
    with calling.world.database.reading() as session:
        query = select(Message.audience).where(col(Message.kind) == "call_invitation")
        return list(session.scalars(query.order_by(col(Message.id))))


@on_both
def test_a_new_coordinator_gets_a_link_that_opens_and_is_noted(calling: Calling) -> None:
    calling.open()
    before = invited(calling)

    assert (look(calling), look(calling)) == (1, 0)

    assert invited(calling) == [*before, "person:nora-nieuwkamp"]
    calling.answer("delft")  # by the newest link of that city
    entry = calling.world.history(calling.dossier_id)[-2]
    assert (entry.action, entry.person, entry.facts["name"]) == (
        "invite_to_call",
        "g40flow",
        "Nora Nieuwkamp",
    )


def test_of_a_city_that_answered_nobody_is_asked_again(calling: Calling) -> None:
    calling.open()
    calling.answer("delft")

    assert look(calling) == 0


def test_a_link_that_was_taken_back_does_not_come_again(calling: Calling) -> None:
    calling.open()
    look(calling)
    [*_, link] = calling.links("delft")
    with calling.world.writing() as session:
        assert link.id is not None
        revoke_invitation(session, calling.call, link.id, actor=calling.secretary, now=calling.now)

    assert look(calling) == 0


@pytest.mark.parametrize("stage", [Stage.SUSPENDED, Stage.WITHDRAWN, Stage.CLOSED])
def test_nobody_is_asked_for_a_dossier_that_rests_or_is_over(calling: Calling, stage: Stage) -> None:
    calling.open()
    calling.world.change(calling.dossier_id, stage=stage)

    assert look(calling) == 0


def test_nobody_is_asked_after_the_last_instant(calling: Calling) -> None:
    calling.open()

    assert look(calling, CLOSES_AT - calling.now + timedelta(minutes=1)) == 0
