"""Moments of the year that no publisher announces: budget cycle, elections, formation."""

from dataclasses import dataclass
from datetime import date

from g40flow.domain.campaigns.words import HookKind


@dataclass(frozen=True, kw_only=True)
class YearlyMoment:
    """One of them, from config/calendar.yaml. key: stays when its day changes.

    on: Dutch day; None as long as nobody knows, expected then says when in words.
    """

    key: str
    kind: HookKind
    name: str
    on: date | None = None
    expected: str = ""
