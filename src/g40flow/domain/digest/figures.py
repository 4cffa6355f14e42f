"""What the pictures of a digest are drawn from, besides its terms.

Kept with the digest, so that the pictures of an old one stay what they were.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from g40flow.domain.digest.audiences import Audience, AudienceKind

COVERAGE_DAYS = 14
"""Days of publishers that a digest shows: those of this one, and of the one before it."""

WEEKS = 8
"""Whole weeks of items that a digest shows."""


@dataclass(frozen=True, kw_only=True)
class SourceLooks:
    """How each day went with one publisher, oldest first: words of render.coverage_picture.DayLook."""

    source: str
    days: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GroupCounts:
    """How many new items one theme group got in each week, oldest first."""

    group: str
    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Figures of a digest; without publishers or groups there is no such picture.

    first_day: Dutch day of the first look; first_monday: of the first week; None without.
    """

    first_day: date | None = None
    sources: tuple[SourceLooks, ...] = ()
    first_monday: date | None = None
    groups: tuple[GroupCounts, ...] = ()

    def of(self, audience: Audience, groups: Collection[str]) -> "Figures":
        """What concerns an audience. groups: of a pillar. A person reads only what waits."""
        if audience.kind is AudienceKind.PERSON:
            return Figures()
        wanted = {AudienceKind.THEME_GROUP: [audience.slug], AudienceKind.PILLAR: groups}.get(audience.kind)
        chosen = (one for one in self.groups if wanted is None or one.group in wanted)
        return Figures(
            first_day=self.first_day,
            sources=self.sources,
            first_monday=self.first_monday,
            groups=tuple(chosen),
        )


NOTHING = Figures()


def figures_as_json(figures: Figures) -> dict[str, Any]:
    """The figures as JSON values."""
    return {
        "first_day": _iso(figures.first_day),
        "sources": [{"source": one.source, "days": list(one.days)} for one in figures.sources],
        "first_monday": _iso(figures.first_monday),
        "groups": [
            {"group": one.group, "name": one.name, "counts": list(one.counts)} for one in figures.groups
        ],
    }


def figures_from_json(kept: dict[str, Any]) -> Figures:
    """Figures as they were kept. Raises KeyError or ValueError for what are none."""
    return Figures(
        first_day=_day(kept["first_day"]),
        sources=tuple(SourceLooks(source=one["source"], days=tuple(one["days"])) for one in kept["sources"]),
        first_monday=_day(kept["first_monday"]),
        groups=tuple(
            GroupCounts(group=one["group"], name=one["name"], counts=tuple(one["counts"]))
            for one in kept["groups"]
        ),
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)
