"""What a message says now: always made from the database, never from what it said before.

Each family of kinds is a module of its own, such as `messages_about_items`; `bootstrap` lists them.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.messages import Rendered
from g40flow.storage.tables import Message

Compose = Callable[[Session, Message, datetime], Rendered | None]
"""The message as it should be shown now (aware UTC); None if there is nothing left to say."""


class MessageFamily(Protocol):
    """Kinds of messages that belong together."""

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message (Message.kind) is made."""


class Composer:
    """Makes messages from what is stored. Raises ValueError for a kind that two families have."""

    def __init__(self, families: Iterable[MessageFamily]) -> None:
        self._kinds: dict[str, Compose] = {}
        for family in families:
            if twice := self._kinds.keys() & family.kinds.keys():
                raise ValueError(f"made by more than one family of messages: {', '.join(sorted(twice))}")
            self._kinds |= family.kinds

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind of message that can be made."""
        return frozenset(self._kinds)

    def compose(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """The message as it should be shown now; None if there is nothing left to say.

        Raises ValueError for a kind that nobody makes.
        """
        compose = self._kinds.get(message.kind)
        if compose is None:
            raise ValueError(f"message {message.key}: nothing makes messages of kind {message.kind!r}")
        return compose(session, message, now)
