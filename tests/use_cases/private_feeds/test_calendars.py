"""What stands in whose calendar, and how it follows what happens."""

from datetime import date, datetime, time
from typing import Any

import pytest
from sqlmodel import select

from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_instant
from g40flow.domain.items import ItemStatus
from g40flow.domain.private_feeds import FeedKind, FeedScope
from g40flow.storage.access_tables import Deactivation
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import (
    DecisionRound,
    DossierItem,
    DossierReader,
    Follow,
    MemberCall,
    TextVersion,
)
from g40flow.storage.private_feed_tables import CalendarEntry
from g40flow.storage.tables import ItemRouting
from g40flow.use_cases.private_feeds.calendars import keep_changes
from tests.conftest import MONDAY
from tests.use_cases.private_feeds.world import FeedWorld

PLAN: dict[str, Any] = {
    "days": [
        {"stage": "drafting", "latest_on": "2027-01-14"},
        {"stage": "submitted", "latest_on": "2027-01-28"},
    ],
    "fixed_at": "2026-11-23T09:00:00+00:00",
}
PEN_HOLDER, PA, AUDITOR, PARTNER = "ivo-van-opzet", "anna-testerink", "rens-leesmans", "vigo-partnerman"


# --- what gives an event ----------------------------------------------------------------------------


def test_a_dossier_gives_its_closing_day_and_the_days_of_its_plan(world: FeedWorld) -> None:
    world.dossier(stage=Stage.DRAFTING)
    world.change(1, plan=PLAN)

    found = world.read(world.address())
    assert {key: event.dtstart.value for key, event in found.items()} == {
        "dossier-1-closing": date(2027, 1, 29),
        "dossier-1-step-drafting": date(2027, 1, 14),
        "dossier-1-step-submitted": date(2027, 1, 28),
    }


def test_an_agreed_day_stands_beside_the_published_one(world: FeedWorld) -> None:
    world.dossier(agreed_closes_on=date(2027, 2, 12))

    found = world.read(world.address())
    assert found["dossier-1-closing"].dtstart.value == date(2027, 2, 12)
    assert found["dossier-1-closing"].summary.value.startswith("Sluit (afgesproken):")
    assert found["dossier-1-published"].dtstart.value == date(2027, 1, 29)


def test_a_round_of_the_board_begins_and_ends_and_a_meeting_is_a_day(world: FeedWorld) -> None:
    world.dossier(stage=Stage.BOARD_APPROVAL)
    closes_at = dutch_instant(date(2026, 12, 1), time(17))
    with world.database.writing() as session:
        version = TextVersion(
            dossier_id=1, number=1, content_hash="x", author=PA, origin="portal", created_at=MONDAY
        )
        session.add(version)
        session.flush()
        session.add(
            DecisionRound(
                dossier_id=1,
                version_id=1,
                version_hash="x",
                form="written_round",
                rule={},
                opened_at=MONDAY,
                opened_by=PA,
                closes_at=closes_at,
                meeting_on=date(2026, 12, 9),
            )
        )

    found = world.read(world.address())
    assert found["round-1-opens"].dtstart.value.astimezone(MONDAY.tzinfo) == MONDAY
    assert found["round-1-closes"].dtend.value.astimezone(MONDAY.tzinfo) == closes_at
    assert found["round-1-meeting"].dtstart.value == date(2026, 12, 9)


@pytest.mark.parametrize(
    ("closes_at", "shown"),
    [
        (dutch_instant(date(2026, 12, 1), time(17)), datetime.fromisoformat("2026-12-01T16:45:00+01:00")),
        (dutch_instant(date(2026, 12, 1), time(23, 59, 59)), date(2026, 12, 1)),
    ],
)
def test_a_call_that_ends_at_an_hour_is_the_quarter_before_and_else_the_day(
    world: FeedWorld, closes_at: datetime, shown: date
) -> None:
    world.dossier(stage=Stage.MEMBER_CALL)
    with world.database.writing() as session:
        session.add(
            MemberCall(
                dossier_id=1,
                questions=[],
                theme_groups=[],
                cities=[],
                opened_at=MONDAY,
                opened_by=PA,
                term_since=MONDAY,
                closes_at=closes_at,
            )
        )

    assert world.read(world.address())["call-1"].dtstart.value == shown


def test_an_activity_without_an_hour_is_a_day_and_without_a_day_nothing(world: FeedWorld) -> None:
    hour = world.activity("Met uur")
    day = world.activity("Met dag", starts_at=None, ends_at=None, opens_on=date(2026, 12, 2))
    world.activity("Zonder dag", starts_at=None, ends_at=None)

    found = world.read(world.address())
    assert set(found) == {f"item-{hour}", f"item-{day}"}
    assert found[f"item-{day}"].dtstart.value == date(2026, 12, 2)


def test_written_input_is_due_at_its_hour(world: FeedWorld) -> None:
    due = datetime.fromisoformat("2026-12-01T13:00+00:00")
    item = world.activity("Inbreng verslag", starts_at=due, ends_at=None, closes_on=date(2026, 12, 1))

    event = world.read(world.address())[f"item-{item}"]
    assert event.dtend.value.astimezone(MONDAY.tzinfo) == due
    assert event.summary.value == "Inbreng uiterlijk: Inbreng verslag"


def test_network_days_stand_in_every_calendar(world: FeedWorld) -> None:
    with world.database.reading() as session:
        state = world.state(session, world.address(PA, FeedScope.PERSON))

    assert state is not None
    assert {change.key for change in state.changes} == {"network-day-2027-03-18"}


# --- what happens to it -----------------------------------------------------------------------------


def test_a_day_that_moves_keeps_its_name_and_gets_a_higher_sequence(world: FeedWorld) -> None:
    world.dossier()
    token = world.address()
    first = world.read(token)["dossier-1-closing"]
    world.later(hours=2)
    unchanged = world.read(token)["dossier-1-closing"]
    world.change(1, closes_on=date(2027, 2, 5))

    moved = world.read(token)["dossier-1-closing"]
    assert [event.sequence.value for event in (first, unchanged, moved)] == ["0", "0", "1"]
    assert unchanged.last_modified.value == first.last_modified.value == MONDAY
    assert moved.last_modified.value == world.moment
    assert moved.uid.value == first.uid.value
    assert moved.dtstart.value == date(2027, 2, 5)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (ItemStatus.CANCELLED, "gaat niet door"),
        (ItemStatus.MOVED, "verplaatst"),
        (ItemStatus.WITHDRAWN, "ingetrokken"),
    ],
)
def test_an_activity_that_is_off_says_so_for_thirty_days(
    world: FeedWorld, status: ItemStatus, why: str
) -> None:
    item = world.activity(starts_at=datetime.fromisoformat("2027-02-01T12:30+00:00"), ends_at=None)
    token = world.address()
    world.read(token)
    world.change_item(item, status=status.value)

    off = world.read(token)[f"item-{item}"]
    assert (off.status.value, off.sequence.value) == ("CANCELLED", "1")
    assert why in off.description.value
    world.later(days=31)
    assert world.read(token) == {}


def test_an_activity_that_was_off_before_anybody_saw_it_is_not_there(world: FeedWorld) -> None:
    world.activity(status=ItemStatus.CANCELLED)

    assert world.read(world.address()) == {}


def test_an_activity_whose_date_is_taken_away_is_called_off_and_comes_back_with_the_next_date(
    world: FeedWorld,
) -> None:
    item = world.activity()
    token = world.address()
    world.read(token)
    world.change_item(item, starts_at=None, ends_at=None)

    off = world.read(token)[f"item-{item}"]
    assert (off.status.value, off.summary.value) == ("CANCELLED", "Vervallen: Commissiedebat: Woningbouw")
    world.change_item(item, starts_at=datetime.fromisoformat("2026-12-08T12:30+00:00"))
    back = world.read(token)[f"item-{item}"]
    assert (back.status.value, back.sequence.value) == ("CONFIRMED", "2")


def test_the_days_of_a_dossier_that_rests_are_called_off_until_it_goes_on(world: FeedWorld) -> None:
    world.dossier()
    token = world.address()
    world.read(token)
    world.change(1, stage=Stage.SUSPENDED)
    assert world.read(token)["dossier-1-closing"].status.value == "CANCELLED"

    world.change(1, stage=Stage.DRAFTING)
    assert world.read(token)["dossier-1-closing"].status.value == "CONFIRMED"


def test_the_closing_day_of_a_consultation_goes_on_under_its_name_when_a_dossier_is_opened(
    world: FeedWorld,
) -> None:
    item = world.consultation()
    token = world.address()
    world.read(token)
    world.dossier(closes_on=date(2026, 12, 18))
    with world.database.writing() as session:
        session.add(DossierItem(dossier_id=1, item_id=item))

    [(key, event)] = world.read(token).items()
    assert key == f"item-{item}-closing"
    assert event.status.value == "CONFIRMED"
    assert event.url.value == "https://g40.example/dossiers/1"


def test_a_campaign_about_a_consultation_has_a_day_of_its_own(world: FeedWorld) -> None:
    item = world.consultation()
    world.dossier(stage=Stage.RUNNING, process="campaign", closes_on=date(2027, 3, 1))
    with world.database.writing() as session:
        session.add(DossierItem(dossier_id=1, item_id=item))

    found = world.read(world.address())
    assert set(found) == {f"item-{item}-closing", "dossier-1-closing"}
    assert found["dossier-1-closing"].summary.value.startswith("Besluit verwacht:")


def test_what_is_over_for_two_months_leaves_without_being_called_off(world: FeedWorld) -> None:
    item = world.activity()
    token = world.address()
    world.read(token)
    world.later(days=60)
    assert world.read(token)[f"item-{item}"].status.value == "CONFIRMED"

    world.later(days=10)
    assert world.read(token) == {}
    with world.database.reading() as session:
        assert (
            session.exec(select(CalendarEntry).where(CalendarEntry.item_id == item)).one().cancelled_at
            is None
        )


def test_two_readers_at_once_count_a_change_once(world: FeedWorld) -> None:
    world.dossier()
    token = world.address()
    world.read(token)
    world.change(1, closes_on=date(2027, 2, 5))
    with world.database.reading() as session:
        first, second = world.state(session, token), world.state(session, token)
    assert first is not None
    assert second is not None
    with world.database.writing() as session:
        keep_changes(session, first)
        keep_changes(session, second)

    assert world.read(token)["dossier-1-closing"].sequence.value == "1"


# --- for whose eyes ---------------------------------------------------------------------------------


def test_nothing_confidential_stands_in_the_calendar_of_a_group_or_the_network(world: FeedWorld) -> None:
    world.dossier()
    group, network = world.address(), world.address(scope=FeedScope.NETWORK)
    own = world.address(PEN_HOLDER, FeedScope.PERSON)
    assert all("dossier-1-closing" in world.read(token) for token in (group, network, own))
    world.change(1, confidential=True, title="Geheim")
    with world.database.writing() as session:
        session.add(DossierReader(dossier_id=1, person=PEN_HOLDER))

    assert world.read(group) == world.read(network) == {}
    assert "Geheim" in world.read(own)["dossier-1-closing"].summary.value
    assert world.read(group) == {}


def test_that_a_consultation_has_a_confidential_dossier_does_not_show(world: FeedWorld) -> None:
    item = world.consultation()
    token = world.address()
    before = world.read(token)
    world.dossier(confidential=True)
    with world.database.writing() as session:
        session.add(DossierItem(dossier_id=1, item_id=item))

    after = world.read(token)
    assert set(after) == set(before) == {f"item-{item}-closing"}
    assert after[f"item-{item}-closing"].sequence.value == "0"


def test_ones_own_calendar_holds_what_concerns_one_and_no_more(world: FeedWorld) -> None:
    world.dossier()
    token = world.address(AUDITOR, FeedScope.PERSON)
    assert world.read(token) == {}

    with world.database.writing() as session:
        session.add(Follow(person=AUDITOR, subject="dossier:1", since=MONDAY))
    assert set(world.read(token)) == {"dossier-1-closing"}


def test_the_office_sees_every_dossier_in_its_own_calendar(world: FeedWorld) -> None:
    world.dossier(pen_holder="")

    assert set(world.read(world.address(PA, FeedScope.PERSON))) == {"dossier-1-closing"}


def test_what_a_group_no_longer_gets_leaves_its_calendar_in_silence(world: FeedWorld) -> None:
    item = world.activity()
    token = world.address()
    world.read(token)
    with world.database.writing() as session:
        routing = session.get_one(ItemRouting, (item, "woningmarkt"))
        routing.withdrawn_at = MONDAY

    assert world.read(token) == {}


def test_who_left_the_network_has_no_calendar_any_more(world: FeedWorld) -> None:
    token = world.address()
    with world.database.writing() as session:
        session.add(Deactivation(person="jasmijn-de-voorbeeld", deactivated_at=MONDAY, deactivated_by=PA))

    with world.database.reading() as session:
        assert world.state(session, token) is None


def test_a_calendar_is_no_news_and_the_reverse(world: FeedWorld) -> None:
    with world.database.reading() as session:
        assert world.state(session, world.address(kind=FeedKind.NEWS)) is None


@pytest.mark.postgres
def test_calendars_are_the_same_on_postgresql(postgres_url: str) -> None:
    database = Database(postgres_url)
    world = FeedWorld(database)
    world.dossier(stage=Stage.DRAFTING)
    world.change(1, plan=PLAN)
    item = world.activity()
    token = world.address()
    world.read(token)
    world.change_item(item, starts_at=None)
    world.change(1, closes_on=date(2027, 2, 5))

    found = world.read(token)
    assert found[f"item-{item}"].status.value == "CANCELLED"
    assert found["dossier-1-closing"].sequence.value == "1"
    database.close()
