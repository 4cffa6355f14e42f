"""What stands on Have your say of the European Commission."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from g40flow.sandbox.world.reading import BadDescription, Shift

TOPICS = {"CLIMA": "Climate action", "JUST": "Justice and fundamental rights", "FOOD": "Food safety"}
"""The codes that are known to be real."""


@dataclass(frozen=True, kw_only=True)
class Initiative:
    """One initiative. opens, closes: moments in Brussels, without zone. stage: of its publication.

    listed_as: what the list says of feedback; None follows the clock. gone: its page gives a 404.
    """

    number: int
    title: str
    dutch: str
    act: str
    topics: tuple[str, ...]
    opens: datetime
    closes: datetime
    summary: str = ""
    reference: str = ""
    proposal: str = ""
    dg: str = ""
    listed_as: str | None = None
    gone: bool = False

    def status(self, local_now: datetime) -> str:
        """What the site says of feedback. local_now: in Brussels, without zone."""
        if self.listed_as:
            return self.listed_as
        if local_now < self.opens:
            return "UPCOMING"
        return "OPEN" if local_now <= self.closes else "CLOSED"


def read_initiatives(rows: Iterable[Mapping[str, Any]], shift: Shift) -> dict[int, Initiative]:
    """By number, from initiatives.yaml."""
    found: dict[int, Initiative] = {}
    for row in rows:
        known = {"number", "title", "dutch", "act", "topics", "term", "summary", "proposal", "dg"}
        if unknown := set(row) - known:
            raise BadDescription(f"unknown keys {sorted(unknown)} in {dict(row)!r}")
        first, last = shift.term(row["term"])
        number = int(row["number"])
        found[number] = Initiative(
            number=number,
            title=row["title"],
            dutch=row.get("dutch", ""),
            act=row["act"],
            topics=tuple(row["topics"].split()),
            opens=datetime.combine(first, time(8, 24)),
            closes=datetime.combine(last, time(23, 59, 59)),
            summary=row.get("summary", ""),
            reference=f"Ares(2026)70{number}",
            proposal=row.get("proposal", ""),
            dg=row.get("dg", ""),
        )
    return found
