"""What people chose about digests counts when they are made: per kind, and per theme group."""

from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.preferences import Explanations, Pace, Topic
from g40flow.storage.preference_tables import MessageChoice, PersonHabits
from tests.use_cases.digest.newsroom import Newsroom
from tests.use_cases.dossier.world import CARE, HOUSING, HOUSING_LEAD

GROUP, BOARD = f"theme_group:{HOUSING}", "daily_board"
LEAD = f"person:{HOUSING_LEAD}"


def choose(room: Newsroom, person: str, topic: Topic, pace: Pace, group: str = "") -> None:
    choice = MessageChoice(person=person, topic=topic, theme_group=group, pace=pace, changed_at=room.now)
    with room.writing() as session:
        session.add(choice)


def test_who_chose_the_digest_of_a_group_gets_it_also_without_a_part_in_that_group(room: Newsroom) -> None:
    choose(room, HOUSING_LEAD, Topic.GROUP_NEWS, Pace.WEEKLY, CARE)
    room.item(HOUSING, CARE)
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    assert room.told()[f"theme_group:{CARE}"] == [f"group:{CARE}", LEAD]
    assert room.told()[GROUP] == [f"group:{HOUSING}"]


def test_who_switched_a_kind_of_digest_off_gets_no_message_of_it(room: Newsroom) -> None:
    room.dossier(HOUSING)
    room.later(days=7)
    room.make(AudienceKind.DAILY_BOARD, also_empty=True)
    before = room.told()[BOARD]
    choose(room, before[0].removeprefix("person:"), Topic.BODY_DIGEST, Pace.OFF)
    room.later(days=7)

    room.make(AudienceKind.DAILY_BOARD, also_empty=True)

    assert room.told()[BOARD] == [*before, *before[1:]]


def test_a_personal_digest_that_was_switched_off_is_not_made(room: Newsroom) -> None:
    room.dossier(HOUSING)
    choose(room, HOUSING_LEAD, Topic.DIGEST, Pace.OFF)
    room.later(days=7)

    room.make(AudienceKind.PERSON)

    assert room.digests(LEAD) == []


def test_who_wants_plain_words_reads_why_in_one_sentence(room: Newsroom) -> None:
    choose(room, HOUSING_LEAD, Topic.GROUP_NEWS, Pace.WEEKLY, HOUSING)
    with room.writing() as session:
        session.add(
            PersonHabits(
                person=HOUSING_LEAD, quiet_weekdays=[], explanations=Explanations.SHORT, changed_at=room.now
            )
        )
    room.item(HOUSING)
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    (own,), (in_channel,) = (room.rendered(audience) for audience in (LEAD, f"group:{HOUSING}"))
    assert own is not None
    assert in_channel is not None
    assert "Want dit past bij het werk van de groep." in own.text
    assert "past bij het werk" not in in_channel.text
