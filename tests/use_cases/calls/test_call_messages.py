"""Invitations on their way: to whom, with which link, and what is kept of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, Surface
from g40flow.domain.messages import Rendered
from g40flow.storage.calls import invitations_of
from g40flow.storage.tables import Delivery, Message
from g40flow.use_cases.access.sign_in import actor_for
from g40flow.use_cases.calls.chase_calls import chase_calls
from g40flow.use_cases.calls.manage_call import (
    add_invitation,
    cancel_call,
    change_term,
    close_call,
    close_due_calls,
    revoke_invitation,
)
from g40flow.use_cases.deliver_messages import Deliverer
from tests.use_cases.recording import RecordingTransport
from tests.web.calling import CLOSES_AT, SECRETARY, answered, call_in, dossier_in_call, token_for
from tests.web.world import World, build_world, consultation


class Mail(RecordingTransport):
    """Mail: what changes is told in a further mail, or not at all."""

    def appearance(self, rendered: Rendered) -> str:
        """As g40flow.notify.mail.MailTransport has it."""
        return rendered.change


class Channels:
    """Slack and mail that keep what they are given."""

    def __init__(self, app: World) -> None:
        self.app = app
        self.slack, self.mail = RecordingTransport(), Mail()

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


def test_a_city_gets_mail_of_another_end_and_none_of_what_it_did_itself_or_knew(
    app: World, call: int
) -> None:
    channels = Channels(app)
    invite(app, call)
    channels.deliver()
    app.later(days=8)
    with app.database.writing() as session:
        assert chase_calls(session, app.desk, app.now()) == 4
    channels.deliver()
    reminded = channels.mail.renewals
    close_at(app, call, CLOSES_AT + timedelta(days=3))
    channels.deliver()
    moved = channels.mail.renewals
    answered(app, call, "oss")
    channels.deliver()
    app.moment = CLOSES_AT + timedelta(days=4)
    with app.database.writing() as session:
        assert close_due_calls(session, app.desk, app.now()) == 1
    channels.deliver()

    assert (reminded, moved, channels.mail.renewals) == (0, 1, 1)


def close_at(app: App, call: int, closes_at: datetime) -> None:
    """Let the secretary choose another end."""
    with app.database.writing() as session:
        change_term(
            session, app.desk, app.call_links, call, closes_at, actor=secretary(app), seen_revision=None,
            despite_plan=True, now=app.now(),
        )  # fmt: skip


def test_who_did_not_answer_hears_by_mail_of_an_early_end_and_everybody_of_a_call_taken_back(
    app: World, call: int
) -> None:
    channels = Channels(app)
    invite(app, call)
    channels.deliver()
    actor = secretary(app)

    with app.database.writing() as session:
        close_call(session, app.desk, call, actor=actor, seen_revision=None, now=app.now())
    channels.deliver()
    closed = mails(channels)
    with app.database.writing() as session:
        cancel_call(session, app.desk, call, actor=actor, seen_revision=None, reason="dubbel", now=app.now())
    channels.deliver()

    assert closed == ["Uitvraag gesloten: Wat kost de wet uw stad?"]
    assert mails(channels) == ["Uitvraag teruggenomen: Wat kost de wet uw stad?"]
    assert channels.mail.renewals == 2


def mails(channels: Channels) -> list[str]:
    """Summaries of what was mailed last, of each message."""
    return [shown.rendered.summary for shown in channels.mail.messages.values()]


def secretary(app: App) -> Actor:
    """Who runs the call."""
    with app.database.reading() as session:
        return actor_for(session, app.network, SECRETARY, surface=Surface.PORTAL, now=app.now())
