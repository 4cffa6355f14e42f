"""A channel that keeps what it is given, and breaks when told to. Fulfils notify.contract.Transport."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from g40flow.domain.errors import DeliveryError
from g40flow.domain.messages import Posted, Rendered
from g40flow.notify.contract import Address


@dataclass
class Shown:
    """What stands in the channel."""

    key: str
    address: Address | None
    rendered: Rendered
    thread: Posted | None


@dataclass
class RecordingTransport:
    """messages: what stands there now, by time stamp.

    before, after: raise around the posting; looking: when a message is looked for.
    """

    messages: dict[str, Shown] = field(default_factory=dict)
    renewals: int = 0
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None
    looking: Callable[[str], None] = lambda _: None
    posted: int = 0

    def post(self, address: Address, rendered: Rendered, *, key: str, thread: Posted | None) -> Posted:
        """Keep a message; `after` may break the connection behind our back."""
        self.before(key)
        self.posted += 1
        ts = f"{self.posted}.000000"
        self.messages[ts] = Shown(key, address, rendered, thread)
        self.after(key)
        return Posted(channel="C1", ts=ts)

    def renew(self, posted: Posted, rendered: Rendered, *, key: str) -> None:
        """Show something else."""
        if posted.ts not in self.messages:
            raise DeliveryError("message_not_found", permanent=True)
        self.messages[posted.ts].rendered = rendered
        self.renewals += 1

    def find(self, address: Address, *, key: str, since: datetime, thread: Posted | None) -> Posted | None:
        """By key."""
        self.looking(key)
        found = (ts for ts, shown in self.messages.items() if shown.key == key)
        return next((Posted(channel="C1", ts=ts) for ts in found), None)

    def remove_doubles(
        self, kept: Mapping[str, Posted], *, since: datetime, thread: Posted | None
    ) -> Mapping[str, int]:
        """By key."""
        doubles = {
            ts: shown.key
            for ts, shown in self.messages.items()
            if shown.key in kept and ts != kept[shown.key].ts
        }
        for ts in doubles:
            del self.messages[ts]
        return Counter(doubles.values())

    def appearance(self, rendered: Rendered) -> str:
        """What is read."""
        return repr([rendered.summary, rendered.text, rendered.blocks])

    def keys(self) -> list[str]:
        """The keys of all messages, in the order of posting."""
        return [shown.key for shown in self.messages.values()]
