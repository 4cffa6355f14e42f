"""The token of a mail switches off what that mail is about, for its reader, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import NotFound
from g40flow.domain.preferences import Pace, Topic
from g40flow.storage.messages import write_message
from g40flow.storage.preferences import wants
from g40flow.storage.tables import Message
from g40flow.use_cases.preferences.unsubscribe import Unsubscribing
from tests.use_cases.dossier.world import HOUSING, NETWORK
from tests.use_cases.preferences.conftest import READER, Reading


def keyed(key: bytes = b"key") -> Unsubscribing:
    return Unsubscribing(network=NETWORK, secret_key=lambda: key, portal_url="https://portal.example")


LINKS = keyed()


def mail(reading: Reading, kind: str, audience: str = f"person:{READER}") -> Message:
    with reading.world.writing() as session:
        return write_message(
            session, f"{kind}:{audience}", audience=audience, kind=kind, now=reading.world.now
        )


def pace(reading: Reading, topic: Topic, group: str = "") -> Pace:
    with reading.world.database.reading() as session:
        return wants(session, READER, topic, group)


def test_a_link_switches_its_kind_off_for_every_group_and_back_to_what_it_was(reading: Reading) -> None:
    reading.choose(paces={(Topic.DOSSIER, ""): Pace.WEEKLY, (Topic.DOSSIER, HOUSING): Pace.DAILY})
    token = LINKS.token_of(mail(reading, "dossier_note"))

    with reading.world.writing() as session:
        off = LINKS.unsubscribe(session, token, reading.world.now)
    switched = (pace(reading, Topic.DOSSIER), pace(reading, Topic.DOSSIER, HOUSING))
    with reading.world.writing() as session:
        LINKS.undo(session, token, reading.world.now)

    assert off.is_off
    assert switched == (Pace.OFF, Pace.OFF)
    assert (pace(reading, Topic.DOSSIER), pace(reading, Topic.DOSSIER, HOUSING)) == (Pace.WEEKLY, Pace.DAILY)
    assert [facts["choices"][0]["new"] for _, _, facts in reading.history()[1:]] == ["off", "weekly"]


def test_unsubscribing_twice_changes_nothing_more(reading: Reading) -> None:
    token = LINKS.token_of(mail(reading, "followed_news"))
    for _ in range(2):
        with reading.world.writing() as session:
            LINKS.unsubscribe(session, token, reading.world.now)

    assert len(reading.history()) == 1
    assert pace(reading, Topic.FOLLOWED_ITEM) is Pace.OFF


def test_looking_changes_nothing(reading: Reading) -> None:
    token = LINKS.token_of(mail(reading, "dossier_note"))
    with reading.world.writing() as session:
        found = LINKS.subscription(session, token)

    assert (found.topics, found.is_off) == ((Topic.DOSSIER,), False)
    assert pace(reading, Topic.DOSSIER) is Pace.AT_ONCE


@pytest.mark.parametrize("kind", ["approval_request", "call_invitation", "term_notice", "sign_in_link"])
def test_a_mail_that_must_arrive_has_no_link(reading: Reading, kind: str) -> None:
    message = mail(reading, kind)
    with reading.world.writing() as session:
        footing = LINKS.footing_of(session, message)
        LINKS.unsubscribe(session, LINKS.token_of(message), reading.world.now)

    assert footing is not None
    assert footing.unsubscribe_url == ""
    assert reading.history() == []


def test_a_list_is_about_what_its_lines_are_about(reading: Reading) -> None:
    reading.choose(dossier=Pace.DAILY)
    reading.something_happens(reading.dossier())
    reading.deliver()
    [found] = [message for message in reading.messages() if message.kind == "personal_list"]

    with reading.world.database.reading() as session:
        footing = LINKS.footing_of(session, found)

    assert footing is not None
    assert footing.topics == (Topic.DOSSIER,)
    assert footing.unsubscribe_url.startswith("https://portal.example/afmelden/")


def test_who_is_not_of_the_network_gets_no_link(reading: Reading) -> None:
    with reading.world.database.reading() as session:
        assert (
            LINKS.footing_of(session, Message(key="1", audience="invitation:1", kind="call_invitation"))
            is None
        )


def test_the_token_of_one_mail_opens_no_other_and_not_with_another_key(reading: Reading) -> None:
    message, other = mail(reading, "dossier_note"), mail(reading, "followed_news")
    swapped = f"{other.id}.{LINKS.token_of(message).partition('.')[2]}"
    foreign = keyed(b"other").token_of(message)

    for token in (swapped, foreign, f"{message.id}.", f"{message.id}", "", "1.x", "999.x", "²." + "x" * 43):
        with reading.world.database.reading() as session, pytest.raises(NotFound):
            LINKS.subscription(session, token)


def test_any_text_is_refused_as_a_token(reading: Reading) -> None:
    mail(reading, "dossier_note")

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(st.text(max_size=60) | st.from_regex(r"\A[0-9]{1,25}\.[A-Za-z0-9_-]{0,43}\Z"))
    def refused(token: str) -> None:
        with pytest.raises(NotFound):
            LINKS.subscription(session, token)

    with reading.world.database.reading() as session:
        refused()
