"""What gathered messages to one person show, as values."""

from dataclasses import dataclass
from datetime import date, datetime

from g40flow.domain.preferences import Gathering, Topic


@dataclass(frozen=True, kw_only=True)
class ListLine:
    """One message in a list. topic: None for what has none. summary: its one sentence, plain text.

    url: where to go about it, "" for nowhere. at: aware UTC, when it was written.
    """

    topic: Topic | None
    summary: str
    url: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StoodIn:
    """A position that a deputy took. position: a word of dossier.decisions.Position; at: aware UTC."""

    number: str
    title: str
    position: str
    deputy_name: str
    at: datetime
    url: str


@dataclass(frozen=True, kw_only=True)
class PersonalList:
    """Several messages to one person in one.

    lines: those that are shown, oldest first; more: how many others there were. stood_in: what a
    deputy decided meanwhile, for the return only. today: Dutch date. portal_url, preferences_url: pages
    of the portal.
    """

    gathering: Gathering
    lines: tuple[ListLine, ...]
    stood_in: tuple[StoodIn, ...]
    more: int
    today: date
    portal_url: str
    preferences_url: str


@dataclass(frozen=True, kw_only=True)
class PassedOn:
    """A message to somebody who is away, as who stands in is told of it. away_until: Dutch day."""

    line: ListLine
    away_name: str
    away_until: date
    today: date


@dataclass(frozen=True, kw_only=True)
class StandingIn:
    """That somebody stands in for another. roles: (word of network.Role, name of what it is held for).

    from_on, until_on: Dutch days, both included. is_over: it was taken back.
    """

    away_name: str
    from_on: date
    until_on: date
    roles: tuple[tuple[str, str], ...]
    is_over: bool
    today: date
    url: str
