"""While somebody is away a deputy is asked, and the return begins with one message."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from g40flow.domain.actors import Surface, actor_on
from g40flow.domain.dossier.decisions import Position
from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role, RoleHolding
from g40flow.storage.access import effective_person, roles_held
from g40flow.storage.dossier_tables import MessageDossier
from g40flow.use_cases.decisions.positions import take_position
from tests.use_cases.decisions.board import JOOST, KIM, Board
from tests.use_cases.dossier.world import DESK, HOUSING_LEAD, NETWORK, SECRETARIAT
from tests.use_cases.preferences.conftest import READER, Reading, name_of

DEPUTY = "eva-modelman"
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 27)
BACK = datetime(2026, 11, 30, 8, tzinfo=UTC)
WEEK: dict[str, Any] = {"from_on": FIRST, "until_on": LAST, "deputy": DEPUTY}


def roles_of(reading: Reading, slug: str) -> list[RoleHolding]:
    with reading.world.database.reading() as session:
        return [held.holding for held in roles_held(session, NETWORK, slug)]


def decide(reading: Reading, board: Board, round_id: int) -> None:
    """The deputy says yes, with the roles that he got."""
    with reading.world.writing() as session:
        deputy = effective_person(session, NETWORK, DEPUTY)
        assert deputy is not None
        take_position(
            session,
            DESK,
            round_id,
            Position.APPROVE,
            seen_hash=board.text,
            actor=actor_on(deputy, FIRST, Surface.PORTAL),
            now=reading.world.now,
        )


def test_the_deputy_holds_every_role_in_those_days_and_is_told(reading: Reading) -> None:
    reading.away(person=HOUSING_LEAD, **WEEK)
    reading.deliver()

    expected = RoleHolding(
        role=Role.THEME_GROUP_LEAD,
        scope="woningmarkt",
        from_on=FIRST,
        until_on=LAST,
        deputy_of=HOUSING_LEAD,
    )
    assert expected in roles_of(reading, DEPUTY)
    assert f"Je vervangt {name_of(HOUSING_LEAD)}" in reading.shown(DEPUTY).summary
    assert "trekker: Woningmarkt" in reading.shown(DEPUTY).text
    assert [action for action, _, _ in reading.history()] == ["name_deputy", "be_away"]


def test_what_happens_meanwhile_is_told_in_one_message_on_the_return(reading: Reading) -> None:
    reading.away(**WEEK)
    dossier = reading.dossier()
    for _ in range(3):
        reading.something_happens(dossier)
    reading.deliver()
    meanwhile = reading.got()

    reading.deliver_at(BACK)

    assert meanwhile == []
    assert reading.got() == ["Terwijl je weg was: 3 berichten"]


def test_a_decision_goes_to_the_deputy_and_the_return_tells_what_was_decided(reading: Reading) -> None:
    board = Board.of(reading.world)
    reading.away(person=JOOST, by=JOOST, **WEEK)
    round_id = board.open()
    reading.deliver()

    decide(reading, board, round_id)
    reading.deliver_at(BACK)

    assert ("post", "") in reading.ledger("approval_request", DEPUTY)
    assert "Besloten namens jou" in reading.shown(JOOST).text
    assert f"akkoord, door {name_of(DEPUTY)}" in reading.shown(JOOST).text


def test_a_round_that_ran_already_still_asks_who_is_away(reading: Reading) -> None:
    board = Board.of(reading.world)
    board.open()
    reading.away(person=JOOST, by=JOOST, **WEEK)

    reading.deliver()

    assert len(reading.got(JOOST)) == 1
    assert ("sent_while_away", "nobody_else") in reading.ledger("approval_request", JOOST)
    assert [text for text in reading.got(DEPUTY) if text.startswith(f"Voor {name_of(JOOST)}")]


def test_what_is_passed_on_is_kept_from_who_may_not_know_of_the_dossier(reading: Reading) -> None:
    board = Board.of(reading.world)
    board.open()
    reading.away(person=JOOST, by=JOOST, **WEEK)
    reading.deliver()

    with reading.world.database.reading() as session:
        linked = session.scalars(select(MessageDossier.message_id)).all()

    [passed_on] = [message.id for message in reading.messages() if message.kind == "passed_on"]
    assert passed_on in linked


def test_another_member_of_the_board_cannot_answer_for_two_so_the_absent_one_is_asked(
    reading: Reading,
) -> None:
    board = Board.of(reading.world)
    reading.away(person=JOOST, by=JOOST, **(WEEK | {"deputy": KIM}))
    board.open()

    reading.deliver()

    assert ("sent_while_away", "nobody_else") in reading.ledger("approval_request", JOOST)


def test_coming_back_early_ends_the_roles_and_tells_what_waited(reading_anywhere: Reading) -> None:
    reading = reading_anywhere
    absence = reading.away(person=HOUSING_LEAD, **WEEK)
    reading.something_happens(reading.dossier(), to=HOUSING_LEAD)
    reading.deliver()

    reading.back(absence, by=HOUSING_LEAD)
    reading.deliver()

    assert all(held.deputy_of != HOUSING_LEAD for held in roles_of(reading, DEPUTY))
    assert "Terwijl je weg was: 1 bericht" in reading.got(HOUSING_LEAD)
    assert "niet meer" in reading.shown(DEPUTY).summary


def test_an_absence_in_which_nothing_happened_brings_no_message(reading: Reading) -> None:
    reading.away(**WEEK)

    reading.deliver_at(BACK)

    assert reading.got() == []


def test_taking_an_absence_back_before_it_began_leaves_nothing(reading: Reading) -> None:
    later: dict[str, Any] = {
        "from_on": LAST + timedelta(days=7),
        "until_on": LAST + timedelta(days=9),
        "deputy": DEPUTY,
    }
    absence = reading.away(**later)
    reading.back(absence)
    reading.something_happens(reading.dossier())

    reading.deliver()

    assert len(reading.got()) == 1
    assert reading.got(DEPUTY) == []
    with reading.world.database.reading() as session:
        deputy = effective_person(session, NETWORK, DEPUTY)
    assert deputy is not None
    today = dutch_date(reading.world.now)
    assert all(held.deputy_of is None for held in deputy.roles if held.is_held_on(today))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"until_on": FIRST - timedelta(days=1)}, "period"),
        ({"from_on": date(2026, 11, 2), "until_on": date(2026, 11, 6)}, "past"),
        ({"until_on": FIRST + timedelta(days=400)}, "long"),
        ({"deputy": READER}, "deputy"),
        ({"deputy": "bestaat-niet"}, "deputy"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(reading: Reading, wanted: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        reading.away(**(WEEK | wanted))

    assert refused.value.code == code
    assert reading.messages() == []


def test_two_absences_in_the_same_days_and_a_deputy_who_is_away_are_refused(reading: Reading) -> None:
    reading.away(**WEEK)
    with pytest.raises(InvalidInput) as twice:
        reading.away(**(WEEK | {"from_on": LAST, "until_on": LAST}))
    with pytest.raises(InvalidInput) as away_too:
        reading.away(person=DEPUTY, by=DEPUTY, **(WEEK | {"deputy": READER}))

    assert (twice.value.code, away_too.value.code) == ("overlap", "deputy_away")


def test_only_oneself_or_who_looks_after_people_notes_or_ends_an_absence(reading: Reading) -> None:
    with pytest.raises(NotAllowed):
        reading.away(by=DEPUTY, **WEEK)
    absence = reading.away(by=SECRETARIAT, **WEEK)

    with pytest.raises(NotAllowed):
        reading.back(absence, by=DEPUTY)
    with pytest.raises(NotFound):
        reading.back(absence + 1)
