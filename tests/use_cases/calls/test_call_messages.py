"""Invitations on their way: to whom, with which link, and what is kept of it."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from g40flow.bootstrap import App
from g40flow.domain.actors import Surface
from g40flow.storage.calls import invitations_of
from g40flow.storage.tables import Delivery, Message
from g40flow.use_cases.access.sign_in import actor_for
from g40flow.use_cases.calls.manage_call import add_invitation, revoke_invitation
from g40flow.use_cases.deliver_messages import Deliverer
from tests.use_cases.recording import RecordingTransport
from tests.web.calling import SECRETARY, call_in, dossier_in_call, token_for
from tests.web.world import World, build_world, consultation


class Channels:
    """Slack and mail that keep what they are given."""

    def __init__(self, app: World) -> None:
        self.app = app
        self.slack, self.mail = RecordingTransport(), RecordingTransport()

    def deliver(self) -> None:
        """Send what is due."""
        Deliverer(
            database=self.app.database,
            transports={"slack": self.slack, "mail": self.mail},
            composer=self.app.composer,
            network=self.app.network,
            rules=self.app.notifications,
            clock=self.app.now,
            holder="test",
        ).deliver()


@pytest.fixture
def app(sqlite_url: str) -> Iterator[World]:
    """The whole program over a small network."""
    built = build_world(sqlite_url)
    yield built
    built.database.close()


@pytest.fixture
def call(app: World) -> int:
    """A call to three cities."""
    return call_in(app, dossier_in_call(app, app.publish(consultation("Wet regie woningen"))))


def invite(app: App, call: int) -> None:
    """A link for somebody without an account."""
    with app.database.writing() as session:
        actor = actor_for(session, app.network, SECRETARY, surface=Surface.PORTAL, now=app.now())
        add_invitation(
            session,
            app.desk,
            app.call_links,
            call,
            city="oss",
            name="Kim Voorbeeld",
            email="kim@oss.example.nl",
            actor=actor,
            now=app.now(),
        )


def test_each_coordinator_gets_the_own_link_and_no_token_is_kept(app: World, call: int) -> None:
    channels = Channels(app)

    channels.deliver()

    told = {
        shown.address.email: shown.rendered.text
        for shown in channels.slack.messages.values()
        if shown.address is not None and "invitation" in shown.key
    }
    tokens = {city: token_for(app, call, city) for city in ("almere", "delft", "zwolle")}
    assert len(told) == 3
    for city, token in tokens.items():
        holders = [email for email, text in told.items() if token in text]
        assert len(holders) == 1, city
    with app.database.reading() as session:
        kept = repr([*session.exec(select(Message)), *session.exec(select(Delivery))])
    assert not any(token in kept for token in tokens.values())


def test_somebody_without_an_account_gets_the_link_by_mail(app: World, call: int) -> None:
    channels = Channels(app)
    invite(app, call)

    channels.deliver()

    (mail,) = channels.mail.messages.values()
    assert mail.address is not None
    assert (mail.address.email, mail.address.name) == ("kim@oss.example.nl", "Kim Voorbeeld")
    assert f"/uitvraag/{token_for(app, call, 'oss')}" in mail.rendered.text
    assert mail.rendered.private


def test_a_link_that_was_revoked_before_it_left_is_not_sent(app: World, call: int) -> None:
    channels = Channels(app)
    with app.database.writing() as session:
        link = next(one for one in invitations_of(session, call) if one.city == "delft")
        actor = actor_for(session, app.network, SECRETARY, surface=Surface.PORTAL, now=app.now())
        revoke_invitation(session, call, link.id or 0, actor=actor, now=app.now())

    channels.deliver()

    sent = [shown.key for shown in channels.slack.messages.values() if ":invitation:" in shown.key]
    assert len(sent) == 2
    assert not any(key.endswith(f":invitation:{link.id}") for key in sent)
