"""Which documents are looked at again: no list of the publisher tells what was taken away.

A document that is gone is not listed any more, so the list of what changed is silent about it. Those of
which we made items are asked for by name some days after they were made public, with growing pauses.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from g40flow.sources.contract import RecordReader
from g40flow.sources.openoverheid.answers import DAY, DOCUMENT
from g40flow.sources.openoverheid.assembling import is_wanted
from g40flow.sources.openoverheid.wanted import Wanted

AGES = (1, 3, 7, 14, 28, 56, 112)
"""Days after publication. Whoever asks for advice leaves four to eight weeks for it."""

MOST_MISSED = 14
"""After a longer pause than this the days before it are passed over."""

AT_ONCE = 10
MOST_A_LOOK = 60
"""One request a second: a minute; the next look goes on."""


@dataclass(frozen=True, kw_only=True)
class Again:
    """Where looking again stands. day: the last day whose documents were chosen. todo: still to look at."""

    day: date | None = None
    todo: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> "Again":
        """An unreadable cursor costs the documents of one day."""
        try:
            values = json.loads(text or "{}")
            day = values.get("day")
            todo = tuple(str(uuid) for uuid in values.get("todo", ()))
            return cls(day=date.fromisoformat(day) if day else None, todo=todo)
        except (ValueError, AttributeError, TypeError):
            return cls()

    def written(self) -> str:
        """As it is kept."""
        return json.dumps({"day": self.day.isoformat() if self.day else None, "todo": list(self.todo)})

    def on(self, today: date, stored: RecordReader, wanted: Wanted) -> "Again":
        """With the documents that are due, up to and including today."""
        if self.day is None or self.day >= today:
            return self if self.day else replace(self, day=today)
        begin = max(self.day + timedelta(days=1), today - timedelta(days=MOST_MISSED - 1))
        days = [begin + timedelta(days=n) for n in range((today - begin).days + 1)]
        due = {(day - timedelta(days=age)).isoformat() for day in days for age in AGES}
        found = stored.referring_any(DOCUMENT, DAY, sorted(due))
        names = (kept.record.identifier for kept in found if is_wanted(kept.record, wanted))
        return Again(day=today, todo=_unique([*self.todo, *names]))

    def after(self, done: Iterable[str]) -> "Again":
        """Without those that were looked at."""
        gone = frozenset(done)
        return replace(self, todo=tuple(uuid for uuid in self.todo if uuid not in gone))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
