"""What messages about coming in say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

from sqlmodel import Session

from g40flow.domain.messages import Rendered, SignInMail
from g40flow.storage.access import effective_person
from g40flow.storage.access_tables import SignInLink
from g40flow.storage.tables import Message
from g40flow.use_cases.access.rules import AccessRules
from g40flow.use_cases.access.sign_in import SIGN_IN_LINK, token_of
from g40flow.use_cases.compose_messages import Compose


class AccessRenderer(Protocol):
    """Turns what is known of who comes in into finished Dutch messages. Pure."""

    def sign_in_link(self, view: SignInMail) -> Rendered:
        """To somebody who asked for it: a link to sign in with. Private."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutAccess:
    """Makes messages about coming in. portal_url: address of the portal, without a slash.

    rules: asked for when there is such a message: only then a secret key is needed.
    """

    rules: Callable[[], AccessRules]
    renderer: AccessRenderer
    portal_url: str

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {SIGN_IN_LINK: self._sign_in_link}

    def _sign_in_link(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """Nothing is left to say of a link that was used, or that is over before the mail could leave."""
        link = session.get(SignInLink, message.subject["link"])
        if link is None or link.used_at is not None or link.expires_at <= now:
            return None
        rules = self.rules()
        person = effective_person(session, rules.network, link.person)
        if person is None:
            return None
        url = link_address(self.portal_url, token_of(rules, link), message.subject.get("back", "/"))
        return self.renderer.sign_in_link(SignInMail(name=person.name, url=url, until=link.expires_at))


def link_address(portal_url: str, token: str, back: str = "/") -> str:
    """The page behind a sign-in link. back: the page of the portal to go to afterwards."""
    query = "" if back == "/" else f"?{urlencode({'next': back})}"
    return f"{portal_url}/sign-in/link/{token}{query}"
