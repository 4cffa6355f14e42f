"""What the Eerste Kamer of the sandbox knows: meetings of committees, plenary meetings, bills and votes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from g40flow.sandbox.world.reading import Shift

PHASES = (
    "In schriftelijke voorbereiding",
    "Gereed voor plenaire behandeling door de Eerste Kamer",
    "Plenaire behandeling Eerste Kamer afgerond",
)


@dataclass(frozen=True, kw_only=True)
class SenateCommittee:
    """key: part of addresses ("iw_vro"). abbreviation: as shown ("I&W/VRO")."""

    key: str
    name: str
    abbreviation: str


@dataclass(frozen=True, kw_only=True)
class Point:
    """A decision point. reference: the papers, as written. decision: "" as long as nothing is decided."""

    reference: str
    subject: str
    decision: str = ""


@dataclass(frozen=True, kw_only=True)
class SenateMeeting:
    """A meeting of a committee. kind: "" for an ordinary one. clock: "14.15"."""

    day: date
    committee: str
    clock: str
    kind: str = ""
    points: tuple[Point, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.day:%Y%m%d}_{self.committee}"


@dataclass(frozen=True, kw_only=True)
class SenateBlock:
    """A block of a plenary meeting. clocks: "13.30 - 13.35". bills: numbers."""

    clocks: str
    title: str
    bills: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SenateBill:
    """A bill. number: as written ("36.512"). committees: keys. phase: index in PHASES."""

    number: str
    title: str
    committees: tuple[str, ...]
    phase: int = 0

    @property
    def path(self) -> str:
        words = "_".join(self.title.lower().split()[:3])
        return f"/wetsvoorstel/{self.number.replace('.', '').replace(' ', '_').lower()}_" + "".join(
            letter for letter in words if letter.isascii() and (letter.isalnum() or letter == "_")
        )


@dataclass(frozen=True, kw_only=True)
class SenateVote:
    """A vote on a bill. voted_for, voted_against: names of parliamentary groups."""

    day: date
    number: str
    result: str = "Aangenomen"
    method: str = "Stemming bij zitten en opstaan"
    voted_for: tuple[str, ...] = ()
    voted_against: tuple[str, ...] = ()


@dataclass
class Senate:
    """Everything, by key; what it holds is immutable."""

    committees: dict[str, SenateCommittee] = field(default_factory=dict)
    meetings: dict[str, SenateMeeting] = field(default_factory=dict)
    sittings: dict[date, tuple[SenateBlock, ...]] = field(default_factory=dict)
    bills: dict[str, SenateBill] = field(default_factory=dict)
    votes: tuple[SenateVote, ...] = ()

    def copy(self) -> "Senate":
        """The same, to be changed independently."""
        return replace(
            self,
            committees=dict(self.committees),
            meetings=dict(self.meetings),
            sittings=dict(self.sittings),
            bills=dict(self.bills),
        )


def read_senate(raw: Mapping[str, Any], shift: Shift) -> Senate:
    """senate.yaml, moved by whole weeks."""
    meetings = [_meeting(row, shift) for row in raw["meetings"]]
    bills = [SenateBill(**{**row, "committees": tuple(row["committees"].split())}) for row in raw["bills"]]
    return Senate(
        committees={row["key"]: SenateCommittee(**row) for row in raw["committees"]},
        meetings={meeting.key: meeting for meeting in meetings},
        sittings={shift.day(row["day"]): _blocks(row["blocks"]) for row in raw["sittings"]},
        bills={bill.number: bill for bill in bills},
        votes=tuple(_vote(row, shift) for row in raw["votes"]),
    )


def _meeting(row: Mapping[str, Any], shift: Shift) -> SenateMeeting:
    points = tuple(Point(**{**point, **_moved(point, shift)}) for point in row.get("points", ()))
    day = shift.day(row["day"])
    return SenateMeeting(
        day=day, committee=row["committee"], clock=row["clock"], kind=row.get("kind", ""), points=points
    )


def _moved(point: Mapping[str, Any], shift: Shift) -> dict[str, str]:
    """A decision may name a day: {2026-12-01} becomes "1 december 2026", moved like all others."""
    decision = str(point.get("decision", ""))
    begin = decision.find("{")
    if begin < 0:
        return {"decision": decision}
    end = decision.index("}", begin)
    return {
        "decision": decision[:begin] + in_words(shift.day(decision[begin + 1 : end])) + decision[end + 1 :]
    }


def _blocks(rows: list[Mapping[str, Any]]) -> tuple[SenateBlock, ...]:
    return tuple(
        SenateBlock(clocks=row["clocks"], title=row["title"], bills=tuple(row.get("bills", ())))
        for row in rows
    )


def _vote(row: Mapping[str, Any], shift: Shift) -> SenateVote:
    sides = {side: tuple(row.get(side, "").split()) for side in ("voted_for", "voted_against")}
    return SenateVote(**{**row, **sides, "day": shift.day(row["day"])})


def in_words(day: date) -> str:
    """ "1 december 2026"."""
    months = (
        *("januari", "februari", "maart", "april", "mei", "juni", "juli"),
        *("augustus", "september", "oktober", "november", "december"),
    )
    return f"{day.day} {months[day.month - 1]} {day.year}"
