"""Mail as a channel for messages."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from g40flow.config.mail import MailServer
from g40flow.domain.errors import DeliveryError
from g40flow.domain.instants import AMSTERDAM
from g40flow.domain.mail_address import usable_address
from g40flow.domain.messages import MessagePicture, Posted, Rendered
from g40flow.notify.contract import Address
from g40flow.notify.mail_bytes import Mailbox, MailContent, MailImage
from g40flow.notify.mail_calls import MailCalls

LONGEST_HOST = 38
"""So that a Message-ID stands whole on a line of 76 characters, whatever writes it."""


class MailBodies(Protocol):
    """Makes the two forms of a mail."""

    def text(self, rendered: Rendered) -> str:
        """The part for programs that show no HTML, in reading order."""

    def html(self, rendered: Rendered) -> str:
        """A whole HTML document, which names pictures by their cid."""

    def image(self, picture: MessagePicture) -> bytes:
        """A picture as PNG."""


class MailTransport:
    """Transport over SMTP, see notify.contract. One mail goes to one address.

    A mail cannot be edited and a mailbox cannot be looked into. So `find` never finds anything, and
    what is sent again after an unsure outcome has the Message-ID of the first: a client that got
    both shows one. Renewing sends a mail in the same thread, and only for a change that must be told.

    installation: differs between programs that share a sender, such as the address of the portal.
    clock: aware now, for the Date.
    """

    def __init__(
        self,
        server: MailServer,
        calls: MailCalls,
        bodies: MailBodies,
        *,
        installation: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.calls = calls
        self._server = server
        self._bodies = bodies
        self._installation = installation
        self._clock = clock
        self._host = _short_host(server.sender_address.rpartition("@")[2])

    def post(self, address: Address, rendered: Rendered, *, key: str, thread: Posted | None) -> Posted:
        """Send a mail to a person. Raises DeliveryError."""
        if address.email is None:
            raise DeliveryError("mail goes to people, not to channels", permanent=True)
        return self._send(address.email, address.name, rendered, key, thread)

    def renew(self, posted: Posted, rendered: Rendered, *, key: str) -> None:
        """Tell the change in a further mail in the same thread. Raises DeliveryError."""
        self._send(posted.channel, "", rendered, f"{key}#{rendered.change}", posted)

    def find(self, address: Address, *, key: str, since: datetime, thread: Posted | None) -> Posted | None:
        """None: nobody can look into the mailbox of another."""
        return None

    def remove_doubles(
        self, kept: Mapping[str, Posted], *, since: datetime, thread: Posted | None
    ) -> Mapping[str, int]:
        """None: a mail cannot be taken back, and has the Message-ID of the first."""
        return {}

    def appearance(self, rendered: Rendered) -> str:
        """Equal as long as there is no further change that must be told; "" when there is none at all."""
        return rendered.change

    def hold(self) -> AbstractContextManager[None]:
        """Keep a connection between mails as long as this lasts."""
        return self.calls.hold()

    def message_id(self, key: str) -> str:
        """The same for every mail with this key: "<24 characters@host>"."""
        about = f"{self._installation}\n{key}".encode("utf-8", "surrogatepass")
        return f"<{hashlib.blake2b(about, digest_size=12).hexdigest()}@{self._host}>"

    def _send(self, to: str, name: str, rendered: Rendered, key: str, thread: Posted | None) -> Posted:
        address = usable_address(to)
        if address is None:
            raise DeliveryError(
                "dit is geen bruikbaar mailadres; werk config/people.yaml bij", permanent=True, recipient=True
            )
        message_id = self.message_id(key)
        mail = MailContent(
            sender=Mailbox(name=self._server.sender_name, address=self._server.sender_address),
            to=Mailbox(name=name, address=address),
            subject=rendered.summary,
            date=self._clock().astimezone(AMSTERDAM),
            message_id=message_id,
            list_id=f"<g40flow.{self._host}>",
            in_reply_to="" if thread is None else thread.ts,
            unsubscribe_url="" if rendered.footing is None else rendered.footing.unsubscribe_url,
            text=self._bodies.text(rendered),
            html=self._bodies.html(rendered),
            images=tuple(
                MailImage(name=picture.name, cid=picture.cid, content=self._bodies.image(picture))
                for picture in rendered.pictures
            ),
        )
        self.calls.hand_over(mail.as_bytes(), sender=self._server.sender_address, to=address)
        return Posted(channel=address, ts=message_id)


def _short_host(host: str) -> str:
    while len(host) > LONGEST_HOST and "." in host:
        host = host.partition(".")[2]
    return host[-LONGEST_HOST:]
