"""Moments in parliament and in the year that a campaign or a text aims at, and what their publisher does.

A hook is proposed with the reasons why, and accepted or dismissed by a person, or made by hand. What it
must be ready for by when is in g40flow.domain.campaigns.hook_plan.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.folding import fold
from g40flow.domain.instants import dutch_date, require_aware
from g40flow.domain.items import ItemStatus, SourceItem


class HookState(StrEnum):
    """What people decided about a hook."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class HookOrigin(StrEnum):
    """Where a hook comes from."""

    ITEM = "item"  # an activity of a publisher
    CALENDAR = "calendar"  # a moment of the year, from config/calendar.yaml
    HAND = "hand"


class HookStanding(StrEnum):
    """Whether a moment goes through."""

    PLANNED = "planned"  # its day is known
    UNDATED = "undated"  # it will be, and nobody knows when
    CANCELLED = "cancelled"
    HELD = "held"  # it is over


class HookEvent(StrEnum):
    """What happened to a moment that people must be told of."""

    MOVED = "moved"  # another day or hour
    DATED = "dated"  # its day became known
    UNDATED = "undated"  # its day fell away, the moment did not
    CANCELLED = "cancelled"
    REVIVED = "revived"  # it goes through after all


class ReasonKind(StrEnum):
    """What ties a moment to a dossier, the strongest first."""

    ITEM = "item"  # the activity itself was linked
    CASE = "case"  # a linked case is on its agenda
    DOSSIER_NUMBER = "dossier_number"  # of parliament
    FAMILY = "family"  # it is of the same family as a linked item
    WORD = "word"  # that the dossier follows, in title or agenda
    COMMITTEE = "committee"  # whose work the dossier follows, or that is asked something
    CAMPAIGN_TYPE = "campaign_type"  # campaigns of this type aim at it


@dataclass(frozen=True, kw_only=True)
class HookReason:
    """Why a hook was proposed. value: the number, committee, word or title that tied them."""

    kind: ReasonKind
    value: str


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A moment as it stands. on: Dutch day, None if nobody knows. at: aware UTC, None without an hour."""

    standing: HookStanding
    on: date | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.at is not None:
            require_aware(self.at)


# --- what sort of moment an activity is ---------------------------------------------------------------

_CONTROVERSIAL = re.compile(r"\bcontroversi(?:eel|ele)")
_TWO_MINUTES = "tweeminutendebat"
_KINDS: Sequence[tuple[str, HookKind]] = (
    ("inbreng verslag", HookKind.INPUT_DEADLINE),
    ("inbreng voorlopig verslag", HookKind.INPUT_DEADLINE),
    ("inbreng", HookKind.WRITTEN_CONSULTATION),
    ("schriftelijk", HookKind.WRITTEN_CONSULTATION),
    ("strategische procedurevergadering", HookKind.PROCEDURE_MEETING),
    ("procedurevergadering", HookKind.PROCEDURE_MEETING),
    ("e-mailprocedure", HookKind.PROCEDURE_MEETING),
    ("commissievergadering", HookKind.PROCEDURE_MEETING),  # in the Eerste Kamer these settle the procedure
    ("rondetafelgesprek", HookKind.ROUND_TABLE),
    ("hoorzitting", HookKind.ROUND_TABLE),
    ("deskundigenbijeenkomst", HookKind.ROUND_TABLE),
    ("technische briefing", HookKind.TECHNICAL_BRIEFING),
    ("commissiedebat", HookKind.COMMITTEE_DEBATE),
    ("algemeen overleg", HookKind.COMMITTEE_DEBATE),
    ("notaoverleg", HookKind.COMMITTEE_DEBATE),
    ("mondeling overleg", HookKind.COMMITTEE_DEBATE),
    ("begrotingsoverleg", HookKind.LEGISLATIVE_CONSULTATION),
    ("wetgevingsoverleg", HookKind.LEGISLATIVE_CONSULTATION),
    ("dertigledendebat", HookKind.PLENARY_DEBATE),
    ("interpellatie", HookKind.PLENARY_DEBATE),
    ("plenair", HookKind.PLENARY_DEBATE),
    ("behandeling", HookKind.PLENARY_DEBATE),
    ("stemming", HookKind.VOTE),
    ("hamerstukken", HookKind.VOTE),
    ("regeling van werkzaamheden", HookKind.ORDER_OF_BUSINESS),
    ("petitie", HookKind.PETITION_HANDOVER),
    ("aanbieding", HookKind.PETITION_HANDOVER),
)
"""How a publisher's word for a kind of activity begins. From the list in sources/tweedekamer/known_values.py
and the agenda of the Eerste Kamer; what is not here (a working visit, a farewell) is no moment to aim at."""

_SETTLES_THE_LIST = frozenset({HookKind.PROCEDURE_MEETING, HookKind.VOTE, HookKind.ORDER_OF_BUSINESS})


def kind_of_activity(item: SourceItem) -> HookKind | None:
    """What sort of moment an activity is, by the publisher's word and what it is about; None for none."""
    label = fold(item.kind_label).strip()
    found = next((kind for beginning, kind in _KINDS if label.startswith(beginning)), None)
    if found is None:
        return None
    if found in _SETTLES_THE_LIST and any(_CONTROVERSIAL.search(fold(t)) for t in (item.title, *item.agenda)):
        return HookKind.CONTROVERSIAL_LIST
    if found is HookKind.PLENARY_DEBATE and _TWO_MINUTES in f"{label} {fold(item.title)}":
        return HookKind.TWO_MINUTE_DEBATE
    return found


# --- what became of it -------------------------------------------------------------------------------

_OFF = frozenset({ItemStatus.CANCELLED, ItemStatus.WITHDRAWN})


def situation_of(item: SourceItem, today: date) -> Situation:
    """How an activity stands with its publisher.

    One that was moved without a known successor has no day: a new one will be told.
    """
    on = item.closes_on or (dutch_date(item.starts_at) if item.starts_at is not None else item.opens_on)
    if item.status in _OFF:
        return Situation(standing=HookStanding.CANCELLED, on=on, at=item.starts_at)
    if item.status is ItemStatus.MOVED:
        return Situation(standing=HookStanding.UNDATED)
    return dated(on, item.starts_at, today, over=item.status is ItemStatus.CLOSED)


def dated(on: date | None, at: datetime | None, today: date, *, over: bool = False) -> Situation:
    """How a moment stands that goes through, by its day. over: it was held, whatever its day says."""
    if over or (on is not None and on < today):
        return Situation(standing=HookStanding.HELD, on=on, at=at)
    if on is None:
        return Situation(standing=HookStanding.UNDATED)
    return Situation(standing=HookStanding.PLANNED, on=on, at=at)


def event_between(before: Situation, after: Situation) -> HookEvent | None:
    """What people must be told about the step from one situation to the next; None for nothing.

    That an hour became known for a known day is no news, nor that a moment is over.
    """
    if after.standing is HookStanding.HELD:
        return None
    if after.standing is HookStanding.CANCELLED:
        return None if before.standing is HookStanding.CANCELLED else HookEvent.CANCELLED
    if before.standing is HookStanding.CANCELLED:
        return HookEvent.REVIVED
    if after.standing is HookStanding.UNDATED:
        return None if before.standing is HookStanding.UNDATED else HookEvent.UNDATED
    if before.standing is HookStanding.UNDATED:
        return HookEvent.DATED
    if after.on != before.on or (before.at is not None and after.at != before.at):
        return HookEvent.MOVED
    return None
