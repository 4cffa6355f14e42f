"""By which channel a person is reached, decided from values alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

PERSON = "person:"
INVITATION = "invitation:"
"""How audiences begin that are one human being: of the network, or with a personal link only."""


class Channel(StrEnum):
    """Where a person can get a message."""

    SLACK = "slack"
    MAIL = "mail"


class MailState(StrEnum):
    """How mail to an address fares."""

    OK = "ok"
    SOFT = "soft"  # refused for now: a full mailbox, a server that asks to come back
    HARD = "hard"  # refused for good: nothing is sent there until somebody allows it again


class Reason(StrEnum):
    """Why a channel was taken, or why none can be."""

    USUAL = "usual"  # the channel of everybody
    ASKED = "asked"  # the message may go by no other channel
    PREFERRED = "preferred"  # the person's own wish
    NOT_SET_UP = "not_set_up"  # the channel that comes first is not configured
    NOT_FOUND = "not_found"  # it knows no such person
    NO_ADDRESS = "no_address"  # the person has no usable mail address
    BOUNCED = "bounced"  # mail to the person was refused for good


TO_BE_MENDED = (Reason.BOUNCED, Reason.NO_ADDRESS, Reason.NOT_FOUND, Reason.NOT_SET_UP)
"""What stands in the way, first what somebody can do something about."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """A channel and why. channel: None if the person cannot be reached now."""

    channel: Channel | None
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Reachability:
    """What is known of one person.

    set_up: channels that are configured. not_found: those that said they know no such person.
    has_address: whether there is a usable mail address.
    """

    set_up: frozenset[Channel]
    not_found: frozenset[Channel] = frozenset()
    has_address: bool = True
    mail: MailState = MailState.OK

    def obstacle(self, channel: Channel) -> Reason | None:
        """What stands in the way of a channel; None if nothing does."""
        if channel is Channel.MAIL and not self.has_address:
            return Reason.NO_ADDRESS
        if channel is Channel.MAIL and self.mail is MailState.HARD:
            return Reason.BOUNCED
        if channel not in self.set_up:
            return Reason.NOT_SET_UP
        return Reason.NOT_FOUND if channel in self.not_found else None


def route_to(
    person: Reachability, *, asked: Channel | None = None, preferred: Channel | None = None
) -> Route:
    """The channel for a message to one person, with the reason.

    asked: the only channel that the message may go by; None leaves the choice.
    preferred: the person's wish; None for the channel of everybody, which is Slack.
    Without any channel the reason is the first of TO_BE_MENDED that applies.
    """
    obstacles: list[Reason] = []
    for channel in _candidates(asked, preferred):
        obstacle = person.obstacle(channel)
        if obstacle is None:
            return Route(channel=channel, reason=obstacles[0] if obstacles else _own_reason(asked, preferred))
        obstacles.append(obstacle)
    return Route(channel=None, reason=min(obstacles, key=TO_BE_MENDED.index))


def _candidates(asked: Channel | None, preferred: Channel | None) -> Iterator[Channel]:
    if asked is not None:
        yield asked
        return
    first = preferred or Channel.SLACK
    yield first
    yield from (channel for channel in Channel if channel is not first)


def _own_reason(asked: Channel | None, preferred: Channel | None) -> Reason:
    if asked is not None:
        return Reason.ASKED
    return Reason.USUAL if preferred is None else Reason.PREFERRED
