"""Choosing in Slack how one hears things, and deciding for more than one member."""

from datetime import date, time
from typing import Any

from g40flow.domain.preferences import Explanations, Pace, QuietHours, Topic
from g40flow.storage.access import effective_person
from g40flow.storage.decisions import standing_positions
from g40flow.storage.preferences import absences_of, preferences_of
from g40flow.use_cases.preferences.absence import AbsenceRequest, be_away
from tests.slack_app.conftest import ANNA, JASMIJN, ZEGER, World, wait_until
from tests.slack_app.test_decisions import press as press_request
from tests.slack_app.test_home_and_command import command, open_home, press
from tests.use_cases.decisions.board import JOOST, NIELS, Board
from tests.use_cases.dossier.world import World as Dossiers


def test_a_choice_in_the_home_tab_is_kept_at_once(world: World) -> None:
    press(world, ZEGER, open_home(world, ZEGER), "preferences")

    done = world.submit(
        ZEGER,
        pace_dossier="weekly",
        quiet_from="18:00",
        quiet_until="08:30",
        quiet_days=["4"],
        explanations="short",
    )

    assert "Bewaard" in str(done["view"]["blocks"])
    with world.reading() as session:
        kept = preferences_of(session, ZEGER, world.now)
    assert kept.pace(Topic.DOSSIER) is Pace.WEEKLY
    assert kept.quiet == QuietHours(from_clock=time(18), until_clock=time(8, 30), weekdays=frozenset({4}))
    assert kept.explanations is Explanations.SHORT


def test_something_else_for_one_group_is_kept_and_shown_and_can_be_taken_back(world: World) -> None:
    press(world, ZEGER, open_home(world, ZEGER), "preferences")
    half = world.submit(ZEGER, group_slug="woningmarkt")
    wrong = world.submit(ZEGER, group_slug="woningmarkt", group_topic="term", group_pace="off")

    done = world.submit(ZEGER, group_slug="woningmarkt", group_topic="group_news", group_pace="daily")

    assert half["errors"] == {"group_topic": "Kies een themagroep, een soort bericht en hoe snel."}
    assert wrong["errors"] == {"group_pace": "Dit kan niet bij dit soort bericht. Kies iets anders."}
    assert "Bewaard" in str(done["view"]["blocks"])
    with world.reading() as session:
        kept = preferences_of(session, ZEGER, world.now)
    assert kept.pace(Topic.GROUP_NEWS, "woningmarkt") is Pace.DAILY
    assert kept.pace(Topic.GROUP_NEWS, "europa") is Pace.WEEKLY


def test_half_of_the_quiet_hours_is_a_mistake_at_the_field(world: World) -> None:
    command(world, ANNA, "voorkeuren")

    done = world.submit(ANNA, quiet_from="18:00")

    assert done["errors"] == {"quiet_until": "Kies twee tijden, of geen van beide."}


def deputise(world: World, board: Board, *members: str) -> None:
    """Anna stands in for members of the board this week."""
    week = AbsenceRequest(from_on=date(2026, 11, 23), until_on=date(2026, 11, 27), deputy=ANNA)
    for member in members:
        with world.writing() as session:
            be_away(
                session,
                world.app.network,
                world.app.calendars,
                member,
                week,
                actor=board.world.actor(member),
                now=world.now,
            )


def positions(world: World, round_id: int) -> dict[str, Any]:
    with world.reading() as session:
        return {member: taken.position for member, taken in standing_positions(session, round_id).items()}


def test_who_stands_in_for_two_members_chooses_for_whom_and_is_asked_for_the_other(world: World) -> None:
    board = Board.of(Dossiers(world.app.database, now=world.now))
    deputise(world, board, JOOST, NIELS)
    round_id = board.open()
    world.deliver()

    press_request(world, ANNA, "position_approve")
    modal = world.modal(ANNA)
    assert "Joost Proefsma" in str(modal["blocks"])
    assert "Niels van Schets" in str(modal["blocks"])
    world.submit(ANNA, member=NIELS, position="approve")

    assert wait_until(lambda: positions(world, round_id)) == {NIELS: "approve"}
    assert world.heard(ANNA, "Namens Niels van Schets genoteerd")


def test_a_line_of_the_home_tab_decides_for_the_member_of_that_line(world: World) -> None:
    board = Board.of(Dossiers(world.app.database, now=world.now))
    deputise(world, board, JOOST)
    round_id = board.open()
    press(world, ANNA, open_home(world, ANNA), "round_decide")

    world.submit(ANNA, position="approve")

    assert wait_until(lambda: positions(world, round_id)) == {JOOST: "approve"}


def test_somebody_says_in_slack_when_he_is_away_and_who_stands_in(world: World) -> None:
    press(world, ZEGER, open_home(world, ZEGER), "absence")

    done = world.submit(ZEGER, from_on="2026-11-23", until_on="2026-12-04", deputy=JASMIJN)

    said = str(done["view"]["blocks"])
    assert "je bent afwezig van maandag 23 november 2026 tot en met vrijdag 4 december 2026" in said
    assert "Jasmijn de Voorbeeld vervangt je" in said
    with world.reading() as session:
        (row,) = absences_of(session, ZEGER, world.now)
        deputy = effective_person(session, world.app.network, JASMIJN)
    assert (row.from_on, row.until_on, row.deputy) == (date(2026, 11, 23), date(2026, 12, 4), JASMIJN)
    assert deputy is not None
    assert [held.role for held in deputy.roles if held.deputy_of == ZEGER]
    home = open_home(world, ZEGER)
    assert "Je bent afwezig" in str(home["blocks"])


def ask_for_absence(world: World) -> dict[str, Any]:
    """The window, once it stands on top."""
    command(world, ZEGER, "afwezig")
    return dict(wait_until(lambda: [v for v in [world.modal(ZEGER)] if v["callback_id"] == "absence"])[0])


def test_a_refused_absence_is_explained_at_its_field(world: World) -> None:
    ask_for_absence(world)
    period = world.submit(ZEGER, from_on="2026-12-04", until_on="2026-12-01")
    past = world.submit(ZEGER, from_on="2026-11-01", until_on="2026-11-02")
    world.submit(ZEGER, from_on="2026-12-01", until_on="2026-12-04")
    ask_for_absence(world)

    again = world.submit(ZEGER, from_on="2026-12-04", until_on="2026-12-07")

    assert period["errors"] == {"until_on": "De laatste dag komt voor de eerste. Kies een latere dag."}
    assert past["errors"] == {"until_on": "Deze dag is al voorbij. Kies een latere dag."}
    assert "al afwezig" in again["errors"]["from_on"]


def test_who_is_back_earlier_says_so_in_the_window(world: World) -> None:
    ask_for_absence(world)
    world.submit(ZEGER, from_on="2026-11-23", until_on="2026-12-04", deputy=JASMIJN)
    window = ask_for_absence(world)
    assert "Vervanger: Jasmijn de Voorbeeld" in str(window["blocks"])

    world.slack.do("press", user=ZEGER, view_id=window["id"], action_id="absence_end")

    wait_until(lambda: "Nu afwezig" not in str(world.modal(ZEGER)["blocks"]))
    with world.reading() as session:
        assert not absences_of(session, ZEGER, world.now)
