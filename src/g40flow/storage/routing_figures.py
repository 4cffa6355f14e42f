"""How many items went where, and what people changed about it; counted by the database.

A routing with a rule version came from the router; one without was added by a person. Only people
take a group off, so a routing that was withdrawn was corrected.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from g40flow.storage.tables import Item, ItemRouting, RoutingOrigin

_BY_ROUTER = col(ItemRouting.rule_version) != ""
_BY_PERSON = col(ItemRouting.rule_version) == ""
_STANDS = col(ItemRouting.withdrawn_at).is_(None)
_WITHDRAWN = col(ItemRouting.withdrawn_at).is_not(None)
_JUDGED = col(ItemRouting.origin) == RoutingOrigin.PERSON.value


@dataclass(frozen=True, kw_only=True)
class RoutingFigures:
    """(item, theme group) pairs. routed: by the router; taken_off: of those, by people; added: by people.

    judged: of the routed, those of items that a person decided about.
    """

    routed: int = 0
    taken_off: int = 0
    added: int = 0
    judged: int = 0

    def __add__(self, other: "RoutingFigures") -> "RoutingFigures":
        return RoutingFigures(
            routed=self.routed + other.routed,
            taken_off=self.taken_off + other.taken_off,
            added=self.added + other.added,
            judged=self.judged + other.judged,
        )


@dataclass(frozen=True, kw_only=True)
class WeekFigures:
    """One week. begins_at: Monday midnight, Dutch time, as aware UTC. items: first seen in it.

    triaged: of those, left to a person because the router was not sure.
    """

    begins_at: datetime
    items: int
    triaged: int
    routings: RoutingFigures


def figures_per_group(session: Session, since: datetime) -> dict[str, RoutingFigures]:
    """Figures by slug of the theme group, of what was routed since a moment."""
    group = col(ItemRouting.theme_group)
    query = select(group, *_counts(None)).where(col(ItemRouting.routed_at) >= since).group_by(group)
    return {slug: _figures(counts) for slug, *counts in session.execute(query)}


def figures_per_week(session: Session, borders: Sequence[datetime]) -> list[WeekFigures]:
    """One for each pair of neighbouring moments, in their order; two queries however many there are."""
    weeks = list(pairwise(borders))
    routed, seen = col(ItemRouting.routed_at), col(Item.first_seen_at)
    of_routings = [n for begin, end in weeks for n in _counts(and_(routed >= begin, routed < end))]
    of_items = [n for begin, end in weeks for n in _item_counts(and_(seen >= begin, seen < end))]
    routings = session.execute(select(*of_routings).where(routed >= borders[0])).one()
    items = session.execute(select(*of_items).where(seen >= borders[0])).one()
    return [
        WeekFigures(
            begins_at=begin,
            items=items[2 * n],
            triaged=items[2 * n + 1],
            routings=_figures(routings[4 * n : 4 * n + 4]),
        )
        for n, (begin, _) in enumerate(weeks)
    ]


def item_figures(session: Session, since: datetime) -> tuple[int, int]:
    """(items first seen since a moment, how many of them were left to a person)."""
    seen = col(Item.first_seen_at)
    items, triaged = session.execute(select(*_item_counts(seen >= since)).where(seen >= since)).one()
    return items, triaged


@dataclass(frozen=True)
class TermCounts:
    """How often terms were a reason. items: by (theme group, role, term). routed: by theme group.

    first_at: of the first routing counted; None when there is none.
    """

    items: Counter[tuple[str, str, str]]
    routed: Counter[str]
    first_at: datetime | None


def count_terms(session: Session, since: datetime) -> TermCounts:
    """What brought items to their groups since a moment.

    What was there when a publisher was first read is left out: it came in over years.
    """
    query = (
        select(col(ItemRouting.theme_group), col(ItemRouting.reasons), col(ItemRouting.routed_at))
        .join(Item, col(Item.id) == col(ItemRouting.item_id))
        .where(_BY_ROUTER, col(ItemRouting.routed_at) >= since, col(Item.first_read).is_(False))
    )
    items: Counter[tuple[str, str, str]] = Counter()
    routed: Counter[str] = Counter()
    first_at: datetime | None = None
    for group, reasons, routed_at in session.execute(query):
        routed[group] += 1
        items.update({(group, reason["rule"], reason["term"]) for reason in reasons})
        first_at = routed_at if first_at is None else min(first_at, routed_at)
    return TermCounts(items, routed, first_at)


def _counts(when: ColumnElement[bool] | None) -> list[ColumnElement[int]]:
    """Columns in the order of RoutingFigures."""
    parts = (
        _BY_ROUTER,
        and_(_BY_ROUTER, _WITHDRAWN),
        and_(_BY_PERSON, _STANDS),
        and_(_BY_ROUTER, _JUDGED),
    )
    return [func.count().filter(part if when is None else and_(when, part)) for part in parts]


def _item_counts(when: ColumnElement[bool]) -> list[ColumnElement[int]]:
    # The reason for doubt stays when a person has decided.
    doubted = or_(col(Item.triage), col(Item.triage_reason) != "")
    return [func.count().filter(when), func.count().filter(and_(when, doubted))]


def _figures(counts: Sequence[Any]) -> RoutingFigures:
    routed, taken_off, added, judged = counts
    return RoutingFigures(routed=routed, taken_off=taken_off, added=added, judged=judged)
