"""Where days stand in a picture, in the units of the drawing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MOST_TICKS = 6


@dataclass(frozen=True)
class DayScale:
    """Days from left to right. first, last: what stands at `left` and at `right`; last is after first."""

    first: date
    last: date
    left: float
    right: float

    def at(self, day: date) -> float:
        """Where a day stands; what is outside stands at the edge."""
        share = (min(max(day, self.first), self.last) - self.first) / (self.last - self.first)
        return round(self.left + share * (self.right - self.left), 1)

    def holds(self, day: date) -> bool:
        """Whether a day is inside."""
        return self.first <= day <= self.last

    def mondays(self) -> Iterator[tuple[float, date]]:
        """(place, Monday), as many as can be read."""
        monday = self.first + timedelta(days=-self.first.weekday() % 7)
        weeks = (self.last - monday).days // 7 + 1
        step = max(1, -(-weeks // MOST_TICKS))
        for week in range(0, weeks, step):
            day = monday + timedelta(weeks=week)
            yield self.at(day), day
