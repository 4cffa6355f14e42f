"""Moments that campaigns and texts aim at: lead times, reminders, and the moments of the year."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from g40flow.config.yaml import Strict
from g40flow.domain.campaigns.hook_matching import FROM_THE_CALENDAR
from g40flow.domain.campaigns.hook_plan import LEAD_TIMES, Preparation
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.campaigns.yearly import YearlyMoment

Days = Annotated[int, Field(ge=0, le=250)]
"""A number of working days."""


class HooksConfig(Strict):
    """The part "hooks" of workflow.yaml, in working days.

    reminders_working_days: so long before the last day of a preparation people are reminded.
    lead_times: per kind of moment and preparation, where they are others than usual.
    """

    reminders_working_days: list[Days] = [2, 0]
    lead_times: dict[HookKind, dict[Preparation, Days]] = {}

    @model_validator(mode="after")
    def _as_in_the_table(self) -> "HooksConfig":
        for kind, own in self.lead_times.items():
            if unknown := own.keys() - LEAD_TIMES[kind].keys():
                known = ", ".join(LEAD_TIMES[kind])
                raise ValueError(f"{kind} has no {sorted(unknown)}; it has {known}")
            for earlier, later in pairwise(self.of(kind).values()):
                if earlier < later:
                    raise ValueError(
                        f"{kind}: what is done first must be ready first, found {earlier} < {later}"
                    )
        return self

    def of(self, kind: HookKind) -> Mapping[Preparation, int]:
        """Working days before a moment of some kind, in the order in which things are done."""
        own = self.lead_times.get(kind, {})
        return {code: own.get(code, days) for code, days in LEAD_TIMES[kind].items()}


class YearlyMomentConfig(Strict):
    """A moment of the year. key: never changes, so that another day is known to be the same moment.

    falls_on: leave out as long as nobody knows; expected: then in words, "voorjaar 2027".
    """

    key: str = Field(pattern="^[a-z0-9-]{3,60}$")
    kind: HookKind
    name: str = Field(min_length=1, max_length=200)
    falls_on: date | None = None
    expected: str = Field(default="", max_length=100)

    @model_validator(mode="after")
    def _of_the_year(self) -> "YearlyMomentConfig":
        if self.kind not in FROM_THE_CALENDAR:
            raise ValueError(f"{self.kind} is announced by parliament; expected {sorted(FROM_THE_CALENDAR)}")
        return self

    def moment(self) -> YearlyMoment:
        """The same as a value of the domain."""
        return YearlyMoment(
            key=self.key, kind=self.kind, name=self.name, on=self.falls_on, expected=self.expected
        )
