"""The whole program as people meet it: a served portal, Slack's stand-in over a socket, and a mail server."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx
from sqlmodel import select

from g40flow import jobs
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.items import SourceItem
from g40flow.notify.slack import SlackTransport
from g40flow.sandbox.mail import MailBox, MailReceiver
from g40flow.sandbox.slack.server import SlackServer
from g40flow.storage.dossier_tables import Dossier, DossierItem
from g40flow.storage.tables import PendingItem
from g40flow.use_cases.assemble_items import assemble_items
from g40flow.use_cases.dossier.recalculate import follow_publisher
from g40flow.web.actor import cookie_name
from g40flow.web.portal import build_portal
from tests.browsing import served
from tests.slack_app.conftest import World as Program
from tests.slack_app.conftest import listening, text_of, wait_until
from tests.use_cases.dossier.world import World as Network
from tests.web.reading import Page, Reader
from tests.web.signing_in import session_of
from tests.web.world import World, build_world

WALKS = "walks"
"""Attribute of a test that walks exceptions: which ones."""


def walks(*codes: ExceptionCode) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Says which exceptions a test walks through the surfaces; docs/exceptions.md is printed from it."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        test.__dict__[WALKS] = codes
        return test

    return mark


@dataclass
class Walk:
    """What people of the network meet. address: of the portal."""

    app: World
    program: Program
    box: MailBox
    address: str
    readers: dict[str, Reader] = field(default_factory=dict)

    @cached_property
    def network(self) -> Network:
        """Puts dossiers where a story begins."""
        return Network(self.app.database, now=self.app.now())

    # --- time and publishers ---

    def later(self, **by: float) -> None:
        """Let time pass, do what the flows do every day, and send."""
        self.app.later(**by)
        self.network.now = self.app.now()
        jobs.watch_deadlines(self.app)
        self.deliver()

    def deliver(self) -> None:
        """What the flow does every minute."""
        jobs.deliver(self.app)

    def publish(self, item: SourceItem) -> int:
        """Let a publisher say something, and let dossiers about it follow; gives the number of the item."""
        publisher = self.app.publishers[item.source]
        publisher.items[item.identifier] = item
        with self.app.database.writing() as session:
            now = self.app.now()
            session.add(PendingItem(source=item.source, identifier=item.identifier, marked_at=now))
        assemble_items(
            self.app.database,
            publisher,
            self.app.router,
            self.app.announcer,
            clock=self.app.now,
            follow=lambda session, row, news, now: follow_publisher(session, self.app.desk, row, news, now),
        )
        self.deliver()
        found = re.findall(
            r"/items/(\d+)", self.reader("anna-testerink").get(f"/items?q={item.title}").source
        )
        return int(found[0])

    # --- portal ---

    def reader(self, person: str) -> Reader:
        """Somebody's browser without scripts, over HTTP."""
        if person not in self.readers:
            client = httpx.Client(base_url=self.address, headers={"Origin": self.address}, timeout=60)
            client.cookies.set(*self.cookie_of(person), domain="127.0.0.1")
            self.readers[person] = Reader(client)
        return self.readers[person]

    def cookie_of(self, person: str) -> tuple[str, str]:
        """Name and value of the cookie of somebody who is signed in."""
        return cookie_name(self.app), session_of(self.app, person)

    def page(self, person: str, dossier: int) -> Page:
        """The page of a dossier as somebody sees it."""
        return self.reader(person).get(f"/dossiers/{dossier}")

    def act(self, who: str, dossier: int, form: str, status: int = 303, **typed: Any) -> Page:
        """Fill in a form on the page of a dossier and send it."""
        reader = self.reader(who)
        return reader.send(self.page(who, dossier), f"/dossiers/{dossier}/{form}", status, **typed)

    def step(self, person: str, dossier: int, action: str, reason: str = "omdat", **typed: Any) -> Page:
        """Press the button of a step; it must be offered."""
        page = self.page(person, dossier)
        assert page.tree.xpath("//input[@name='action'][@value=$action]", action=action), action
        address, values = page.form(f"/dossiers/{dossier}/steps")
        sent = {**values, "action": action, "reason": reason, **typed}
        answer = self.reader(person).client.post(address.partition("#")[0], data=sent)
        assert answer.status_code == 303, answer.text
        return self.page(person, dossier)

    # --- Slack and mail ---

    def in_channel(self, group: str) -> str:
        """Everything that stands in the channel of a group."""
        return "\n".join(map(text_of, self.program.standing(self.program.channel_of(group))))

    def in_slack(self, person: str) -> str:
        """Everything that the app wrote to somebody."""
        return "\n".join(map(text_of, self.program.direct(person)))

    def waits_in_slack(self, person: str, words: str) -> None:
        """It stands in somebody's conversation with the app, or will in a moment."""
        wait_until(lambda: words in self.in_slack(person))

    def mails(self, person: str, words: str = "") -> list[str]:
        """Plain text of the mails to somebody in which these words stand, oldest first."""
        texts = [f"{mail.subject}\n{mail.text}" for mail in self.box.mails(f"{person}@example.nl")]
        return [text for text in texts if words in text]

    def follow_link(self, person: str, mail: str, path: str) -> Page:
        """Open the first link in a mail whose path begins so, in the browser of who got it."""
        found = re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", mail)
        assert found, (path, mail)
        return self.reader(person).get(found[1].rstrip(".)>"))

    # --- what is kept ---

    def dossier(self, number: int) -> Dossier:
        """A dossier as it is kept."""
        with self.app.database.reading() as session:
            return session.exec(select(Dossier).where(Dossier.id == number)).one()

    def newest_about(self, item: int) -> int:
        """The dossier about an item that was opened last; 0 if there is none."""
        with self.app.database.reading() as session:
            query = select(DossierItem.dossier_id).where(DossierItem.item_id == item)
            return max(session.exec(query).all(), default=0)


@contextmanager
def walking(database_url: str, slack: SlackServer) -> Iterator[Walk]:
    """Everything running, on one database."""
    with ExitStack() as stack:
        box = MailBox()
        moment: dict[str, World] = {}
        receiver = stack.enter_context(MailReceiver(box, now=lambda: moment["app"].now()))
        app = build_world(
            database_url,
            G40FLOW_SLACK_BASE_URL=slack.api_url,
            G40FLOW_SLACK_BOT_TOKEN="xoxb-sandbox-bot",
            G40FLOW_SLACK_APP_TOKEN="xapp-sandbox-app",
            G40FLOW_SLACK_SIGNING_SECRET="sandbox-signing-secret",
            G40FLOW_SECRET_KEY="a secret of tests that is long enough",
            G40FLOW_SMTP_HOST="127.0.0.1",
            G40FLOW_SMTP_PORT=str(receiver.port),
            G40FLOW_SMTP_TLS="none",
            G40FLOW_SMTP_FROM="G40 <g40flow@g40.example>",
        )
        moment["app"] = app
        stack.callback(app.database.close)
        # Without waiting a second between messages: the stand-in's limits are off.
        transport = SlackTransport("xoxb-sandbox-bot", base_url=slack.api_url, sleep=lambda _: None)
        app.__dict__["slack"] = transport
        app.moment += timedelta(minutes=1)
        program = stack.enter_context(listening(Program(app, slack)))
        address = stack.enter_context(served(build_portal(app)))
        walk = Walk(app=app, program=program, box=box, address=address)
        yield walk
        for reader in walk.readers.values():
            reader.client.close()
