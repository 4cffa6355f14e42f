"""What goes wrong on demand."""

from dataclasses import dataclass, field
from typing import Literal, get_args

FaultKind = Literal[
    "drop_after_storing",
    "drop_before_storing",
    "drop_and_store_late",
    "rate_limited",
    "http_500",
    "html_503",
    "slow",
    "error",
    "socket_disconnect",
    "socket_drop",
    "bad_signature",
    "stale_timestamp",
]
FAULT_KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
CALL_FAULTS: frozenset[FaultKind] = frozenset(
    {
        *("drop_after_storing", "drop_before_storing", "drop_and_store_late"),
        *("rate_limited", "http_500", "html_503", "slow", "error"),
    }
)


@dataclass
class Fault:
    """One fault that waits for its occasion.

    method: of which method; "*" of every one. times: how often still. retry_after: seconds, for
    rate_limited. seconds: real seconds that a slow answer takes; for drop_and_store_late, by the
    stand-in's clock, after which the call is carried out. error: code, for `error`.
    after_storing: the call is carried out before http_500 or html_503 is answered.
    reason: of a socket_disconnect. channel: only calls for this channel id.
    """

    kind: FaultKind
    method: str = "*"
    times: int = 1
    retry_after: int = 30
    seconds: float = 5.0
    error: str = "internal_error"
    after_storing: bool = False
    reason: str = "refresh_requested"
    channel: str | None = None


@dataclass
class Faults:
    """The faults that wait, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Let something go wrong."""
        self.waiting.append(fault)

    def take_for_call(self, method: str, channel: str | None) -> Fault | None:
        """The first fault for a call of this method, used up once."""
        for fault in self.waiting:
            fits = fault.method in ("*", method) and fault.channel in (None, channel)
            if fault.kind in CALL_FAULTS and fits:
                return self._use(fault)
        return None

    def take_for_delivery(self, *kinds: FaultKind) -> Fault | None:
        """The first fault of one of these kinds, used up once."""
        for fault in self.waiting:
            if fault.kind in kinds:
                return self._use(fault)
        return None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()

    def _use(self, fault: Fault) -> Fault:
        fault.times -= 1
        if fault.times <= 0:
            self.waiting.remove(fault)
        return fault
