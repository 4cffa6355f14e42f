"""Getting no more mail of a kind, from the mail itself: no account, no session, one token per message.

The token is made of the number of the message and a mark with the secret key, and stored nowhere. It
can do one thing: switch off what that message is about, for whom it was sent to, and take that back.
It does not expire: who finds an old mail wants to be rid of it as much.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.errors import NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.messages import Footing
from g40flow.domain.network import Network
from g40flow.domain.outside_text import whole_number
from g40flow.domain.preferences import TOPICS, Gathering, Pace, Topic, topic_of
from g40flow.domain.reach import PERSON
from g40flow.storage.access import effective_person
from g40flow.storage.preferences import messages_gathered_in, wants
from g40flow.storage.tables import Message
from g40flow.use_cases.preferences.change import switch_off, switch_on_again
from g40flow.use_cases.preferences.courtesy import PERSONAL_LIST

PURPOSE = "unsubscribe"


@dataclass(frozen=True, kw_only=True)
class MailSubscription:
    """What one mail leads to. topics: what it is about and can be switched off; is_off: all of it is."""

    person: str
    topics: tuple[Topic, ...]
    is_off: bool


@dataclass(frozen=True, kw_only=True)
class Unsubscribing:
    """Makes and reads the links in mails. secret_key: asked for when there is a mail that needs it.

    portal_url: address of the portal, without a slash.
    """

    network: Network
    secret_key: Callable[[], bytes]
    portal_url: str

    def footing_of(self, session: Session, message: Message) -> Footing | None:
        """What stands below a message in a mail; None for who is not of the network."""
        if not message.audience.startswith(PERSON):
            return None
        topics = topics_of(session, message)
        off = switchable(topics)
        return Footing(
            topics=topics,
            unsubscribe_url=f"{self.portal_url}/afmelden/{self.token_of(message)}" if off else "",
            preferences_url=f"{self.portal_url}/voorkeuren",
        )

    def token_of(self, message: Message) -> str:
        """The token of one message."""
        return f"{message.id}.{self._mark(message)}"

    def subscription(self, session: Session, token: str) -> MailSubscription:
        """What a token is for. Raises NotFound for what is no token, without saying why."""
        message = self._message(session, token)
        person = message.audience.removeprefix(PERSON)
        topics = tuple(Topic(topic) for topic in switchable(topics_of(session, message)))
        off = (wants(session, person, topic) is Pace.OFF for topic in topics)
        return MailSubscription(person=person, topics=topics, is_off=all(off))

    def unsubscribe(self, session: Session, token: str, now: datetime) -> MailSubscription:
        """Switch off what a mail is about; once more changes nothing. Raises NotFound."""
        found, actor = self._known(session, token, now)
        for topic in found.topics:
            if wants(session, found.person, topic) is not Pace.OFF:
                switch_off(session, self.network, found.person, topic, actor=actor, now=now)
        return self.subscription(session, token)

    def undo(self, session: Session, token: str, now: datetime) -> MailSubscription:
        """Go back to what was chosen before. Raises NotFound."""
        found, actor = self._known(session, token, now)
        for topic in found.topics:
            switch_on_again(session, self.network, found.person, topic, actor=actor, now=now)
        return self.subscription(session, token)

    def _known(self, session: Session, token: str, now: datetime) -> tuple[MailSubscription, Actor]:
        found = self.subscription(session, token)
        person = effective_person(session, self.network, found.person)
        if person is None:
            raise NotFound("this link leads to nobody any more")
        return found, actor_on(person, dutch_date(now), Surface.MAIL_LINK)

    def _message(self, session: Session, token: str) -> Message:
        before, _, mark = token.partition(".")
        number = whole_number(before)
        message = None if number is None else session.get(Message, number)
        # A mark is compared in any case, so that the time tells nothing about which messages exist.
        expected = self._mark(
            Message(key="", audience="", kind="", subject={}) if message is None else message
        )
        is_right = hmac.compare_digest(mark.encode(), expected.encode())
        if message is None or not is_right or not message.audience.startswith(PERSON):
            raise NotFound("no such link")
        if effective_person(session, self.network, message.audience.removeprefix(PERSON)) is None:
            raise NotFound("no such link")
        return message

    def _mark(self, message: Message) -> str:
        about = f"{PURPOSE}\n{message.id}\n{message.key}\n{message.audience}"
        made = hmac.digest(self.secret_key(), about.encode(), hashlib.sha256)
        return urlsafe_b64encode(made).rstrip(b"=").decode()


def topics_of(session: Session, message: Message) -> tuple[str, ...]:
    """What a message is about; of a daily or weekly list, what its lines are about."""
    if message.kind != PERSONAL_LIST:
        topic = topic_of(message.kind, message.subject)
        return () if topic is None else (topic.value,)
    if message.subject["gathering"] == Gathering.RETURN:
        return ()
    assert message.id is not None
    lines = messages_gathered_in(session, message.id)
    found = {topic_of(line.kind, line.subject) for line in lines}
    return tuple(topic.value for topic in Topic if topic in found)


def switchable(topics: tuple[str, ...]) -> tuple[str, ...]:
    """The topics among these that somebody can switch off."""
    return tuple(topic for topic in topics if Pace.OFF in TOPICS[Topic(topic)].choices)
