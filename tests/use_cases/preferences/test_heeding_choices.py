"""A choice counts for every message to that person, also for what is waiting already."""

from datetime import UTC, datetime, time, timedelta

import pytest

from g40flow.domain.errors import InvalidInput, NotAllowed
from g40flow.domain.preferences import Pace, QuietHours, Topic
from g40flow.storage.preferences import wants, who_switched_off
from tests.use_cases.dossier.world import CARE, HOUSING, SECRETARIAT
from tests.use_cases.preferences.conftest import READER, Reading

TUESDAY_NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)
NEXT_MONDAY_NINE = datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_who_never_chose_hears_at_once_and_the_ledger_says_no_more_than_that(reading: Reading) -> None:
    reading.something_happens(reading.dossier())

    reading.deliver()

    assert len(reading.got()) == 1
    assert reading.ledger() == [("post", "")]


def test_what_is_switched_off_is_not_sent_and_the_ledger_says_why(reading: Reading) -> None:
    reading.choose(dossier=Pace.OFF)
    reading.something_happens(reading.dossier())

    reading.deliver()

    assert reading.got() == []
    assert reading.ledger() == [("drop", "switched_off")]


def test_a_daily_choice_becomes_one_list_with_a_line_for_each_message(reading: Reading) -> None:
    reading.choose(dossier=Pace.DAILY)
    dossier = reading.dossier()
    reading.something_happens(dossier)
    reading.something_happens(dossier)
    reading.deliver()
    at_once = reading.got()

    reading.deliver_at(TUESDAY_NINE)

    assert at_once == []
    assert reading.got() == ["Jouw dagelijkse lijst: 2 berichten"]
    assert reading.shown().text.count("wees een penvoerder aan") == 2
    assert reading.ledger() == [("gather", "daily"), ("gather", "daily")]


def test_the_ledger_keeps_of_a_list_how_long_it_was_and_not_what_it_said(reading: Reading) -> None:
    reading.choose(dossier=Pace.DAILY)
    reading.something_happens(reading.dossier())
    reading.deliver()

    reading.deliver_at(TUESDAY_NINE)

    [kept] = [message for message in reading.messages() if message.kind == "personal_list"]
    assert kept.shown_text == "Jouw dagelijkse lijst: 1 bericht"


def test_lists_are_sent_once_however_often_the_outbox_is_worked_off(reading: Reading) -> None:
    reading.choose(dossier=Pace.WEEKLY)
    reading.something_happens(reading.dossier())
    for _ in range(2):
        reading.deliver()
    reading.deliver_at(NEXT_MONDAY_NINE)

    reading.deliver_at(NEXT_MONDAY_NINE + timedelta(days=7))

    assert reading.got() == ["Jouw wekelijkse lijst: 1 bericht"]


def test_a_changed_choice_frees_what_waits_in_a_list(reading_anywhere: Reading) -> None:
    reading = reading_anywhere
    reading.choose(dossier=Pace.WEEKLY)
    reading.something_happens(reading.dossier())
    reading.deliver()

    reading.choose(dossier=Pace.AT_ONCE)
    reading.deliver()
    reading.deliver_at(NEXT_MONDAY_NINE)

    assert len(reading.got()) == 1
    assert "penvoerder" in reading.got()[0]


def test_switching_off_drops_what_waits_in_a_list(reading: Reading) -> None:
    reading.choose(dossier=Pace.WEEKLY)
    reading.something_happens(reading.dossier())
    reading.deliver()

    reading.choose(dossier=Pace.OFF)
    reading.deliver_at(NEXT_MONDAY_NINE)

    assert reading.got() == []
    assert reading.ledger()[-1] == ("drop", "switched_off")


def test_quiet_hours_hold_a_message_and_ending_them_frees_it(reading_anywhere: Reading) -> None:
    reading = reading_anywhere
    reading.choose(quiet=QuietHours(weekdays=frozenset({0})))
    reading.something_happens(reading.dossier())
    reading.deliver()
    in_the_quiet = reading.got()

    reading.choose(quiet=QuietHours())
    reading.deliver()

    assert in_the_quiet == []
    assert len(reading.got()) == 1
    assert reading.ledger() == [("hold", "quiet"), ("post", "")]


def test_a_held_message_leaves_by_itself_when_the_quiet_is_over(reading: Reading) -> None:
    reading.choose(quiet=QuietHours(from_clock=time(9), until_clock=time(12)))
    reading.something_happens(reading.dossier())
    reading.deliver()
    before = reading.got()

    reading.deliver_at(datetime(2026, 11, 23, 11, tzinfo=UTC))

    assert (before, len(reading.got())) == ([], 1)


def test_a_choice_for_one_group_leaves_the_others_as_they_were(reading: Reading) -> None:
    reading.choose(paces={(Topic.DOSSIER, HOUSING): Pace.OFF})
    reading.something_happens(reading.dossier(HOUSING))
    reading.something_happens(reading.dossier(CARE))

    reading.deliver()

    assert len(reading.got()) == 1


@pytest.mark.parametrize("topic", [Topic.DECISION, Topic.OBJECTION, Topic.CLOSING, Topic.CALL])
@pytest.mark.parametrize("pace", [Pace.DAILY, Pace.WEEKLY, Pace.OFF])
def test_what_needs_a_decision_cannot_be_switched_off(reading: Reading, topic: Topic, pace: Pace) -> None:
    with pytest.raises(InvalidInput) as refused:
        reading.choose(paces={(topic, ""): pace})

    assert (refused.value.code, refused.value.field) == ("choice", topic)


def test_nobody_chooses_for_another_but_who_looks_after_people_and_it_is_kept_who_did(
    reading: Reading,
) -> None:
    with pytest.raises(NotAllowed):
        reading.choose(by="eva-modelman", dossier=Pace.OFF)

    reading.choose(by=SECRETARIAT, dossier=Pace.OFF)

    [(action, person, facts)] = reading.history()
    assert (action, person, facts["person"]) == ("change_preferences", SECRETARIAT, READER)
    assert facts["choices"] == [{"topic": "dossier", "group": "", "old": "", "new": "off"}]


def test_choosing_the_same_again_is_no_change(reading: Reading) -> None:
    first = reading.choose(dossier=Pace.DAILY, quiet=QuietHours(weekdays=frozenset({4})))

    again = reading.choose(dossier=Pace.DAILY, quiet=QuietHours(weekdays=frozenset({4})))

    assert (first, again) == (True, False)
    assert len(reading.history()) == 1


@pytest.mark.parametrize(
    ("paces", "code"),
    [
        ({(Topic.DOSSIER, "bestaat-niet"): Pace.OFF}, "group"),
        ({(Topic.FOLLOWED_ITEM, HOUSING): Pace.OFF}, "group_choice"),
        ({(Topic.TERM, ""): Pace.WEEKLY}, "choice"),
    ],
)
def test_a_choice_that_there_is_not_is_refused(
    reading: Reading, paces: dict[tuple[Topic, str], Pace | None], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        reading.choose(paces=paces)

    assert refused.value.code == code


def test_who_wants_no_digest_is_known_for_one_and_for_all(reading: Reading) -> None:
    reading.choose(digest=Pace.OFF)

    with reading.world.database.reading() as session:
        assert wants(session, READER, Topic.DIGEST) is Pace.OFF
        assert wants(session, SECRETARIAT, Topic.DIGEST) is Pace.WEEKLY
        assert who_switched_off(session, Topic.DIGEST) == {READER}
