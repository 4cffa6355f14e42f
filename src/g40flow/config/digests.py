"""config/digests.yaml: when weekly digests are made, for whom, and how long they are."""

from datetime import time
from enum import StrEnum
from pathlib import Path

from pydantic import Field, model_validator

from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.making import Rules
from g40flow.domain.digest.moments import RecessMode, Schedule
from g40flow.domain.network import Role
from g40flow.resources import resource


class Weekday(StrEnum):
    """Days on which a digest can be made."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"

    @property
    def number(self) -> int:
        """0 = Monday."""
        return list(Weekday).index(self)


class WhenEmpty(StrEnum):
    """What is sent when there is no news."""

    SILENT = "silent"
    SAY_SO = "say_so"


class Copies(StrEnum):
    """Which people get the digest of a body themselves, besides its channel."""

    NOBODY = "nobody"
    BY_MAIL = "by_mail"
    EVERYBODY = "everybody"


class AudienceConfig(Strict):
    """One kind of digest. enabled: False makes none. roles: whose holders get a copy."""

    enabled: bool = True
    weekday: Weekday
    at: time
    recess: RecessMode = RecessMode.AS_USUAL
    when_empty: WhenEmpty = WhenEmpty.SILENT
    people: Copies = Copies.NOBODY
    roles: list[Role] = []

    def schedule(self) -> Schedule:
        """The fixed moments, as a value of the domain."""
        return Schedule(weekday=self.weekday.number, at=self.at, recess=self.recess)


class DigestsConfig(Strict):
    """The whole of digests.yaml.

    least_gap_hours: a publisher that could not be read for less is not named, once it is read again.
    """

    audiences: dict[AudienceKind, AudienceConfig]
    lines: int = Field(default=8, ge=1, le=30)
    shortened_lines: int = Field(default=3, ge=1, le=30)
    calendar_days: int = Field(default=14, ge=1, le=60)
    least_gap_hours: float = Field(default=4, ge=0, le=168)

    @model_validator(mode="after")
    def _complete(self) -> "DigestsConfig":
        if missing := set(AudienceKind) - set(self.audiences):
            raise ValueError(f"no digest described for {', '.join(sorted(missing))}")
        return self

    def rules(self, soon_working_days: int) -> Rules:
        """The part of the rules that the domain decides with."""
        return Rules(
            lines=self.lines,
            shortened_lines=self.shortened_lines,
            calendar_days=self.calendar_days,
            soon_working_days=soon_working_days,
        )


def load_digests(folder: Path) -> DigestsConfig:
    """The file of the network, or else the one that came with the program.

    Raises ConfigError that names file, line and key.
    """
    own = folder / "digests.yaml"
    return load_strict(own if own.exists() else resource("config") / "digests.yaml", DigestsConfig)
