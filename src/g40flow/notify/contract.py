"""What every channel offers to the outbox."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from g40flow.domain.messages import Posted, Rendered


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a message goes: a channel, or one person.

    channel: name without # or id of a Slack channel. email, slack_user: of one person; in Slack the
    id wins. name: of that person, as shown.
    """

    channel: str | None = None
    email: str | None = None
    slack_user: str | None = None
    name: str = ""


class Transport(Protocol):
    """One channel. All methods raise DeliveryError and nothing else."""

    def post(self, address: Address, rendered: Rendered, *, key: str, thread: Posted | None) -> Posted:
        """Post a new message, or a reply in a thread; key identifies it for `find`."""

    def renew(self, posted: Posted, rendered: Rendered, *, key: str) -> None:
        """Show something else in a message that was posted, or tell the change after it."""

    def find(self, address: Address, *, key: str, since: datetime, thread: Posted | None) -> Posted | None:
        """The message with this key if it arrived at or after `since` (aware UTC), else None."""

    def remove_doubles(
        self, kept: Mapping[str, Posted], *, since: datetime, thread: Posted | None
    ) -> Mapping[str, int]:
        """Take away what stands beside some messages with the same keys, as far as can be.

        kept: what stays, by key; all of it in one channel, and in this thread if there is one.
        Returns how many were taken away, by key; keys without any are left out.
        """

    def appearance(self, rendered: Rendered) -> str:
        """Equal for messages between which nobody sees a difference: no renewal is needed then.

        "" when it says nothing that whoever got an earlier form must be told: none is sent either.
        """


@runtime_checkable
class HoldsConnection(Protocol):
    """A channel that can keep a connection between messages."""

    def hold(self) -> AbstractContextManager[None]:
        """Keep it as long as this lasts; entering and leaving raise nothing."""
