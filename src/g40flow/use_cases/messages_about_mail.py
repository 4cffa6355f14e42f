"""What messages to the operators about mail say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.messages import MailBounce, Rendered
from g40flow.domain.network import Network
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.recipients import audience_of_recipient, recipient_name


class MailRenderer(Protocol):
    """Turns what is known of mail into finished Dutch messages. Pure."""

    def mail_bounced(self, bounce: MailBounce) -> Rendered:
        """To the operators: mail to somebody was refused for good."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutMail:
    """Makes messages about mail. portal_url: address of the portal, without a slash."""

    network: Network
    renderer: MailRenderer
    portal_url: str

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {"mail_bounced": self._mail_bounced}

    def _mail_bounced(self, session: Session, message: Message, now: datetime) -> Rendered:
        who = message.subject["person"]
        return self.renderer.mail_bounced(
            MailBounce(
                person=who,
                name=recipient_name(session, self.network, who),
                reason=message.subject["reason"],
                since=datetime.fromisoformat(message.subject["since"]),
                portal_url=f"{self.portal_url}/messages?audience={audience_of_recipient(who)}",
            )
        )
