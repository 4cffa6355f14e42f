"""How a board decides: positions, the rule of a round, and what follows from both. Pure.

A round is about one exact text. Words: docs/decisions.md. Every rule is configuration; what is fixed
here is that nothing is adopted without enough answers, that a silent majority alone adopts nothing,
and that an objection is never simply outvoted in writing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date, end_of_dutch_day
from g40flow.domain.items import Json
from g40flow.domain.network import Person, Role


class DecisionForm(StrEnum):
    """How the board decides."""

    MEETING = "meeting"
    WRITTEN_ROUND = "written_round"
    MANDATE = "mandate"
    OFFICE = "office"  # by the body whose document it is, see domain/campaigns/bodies.py


ROUND_FORMS = (DecisionForm.MEETING, DecisionForm.WRITTEN_ROUND, DecisionForm.MANDATE)
"""Forms in which the secretary puts something before the daily board."""


class Position(StrEnum):
    """Where one member stands."""

    APPROVE = "approve"
    APPROVE_WITH_CHANGES = "approve_with_changes"
    OBJECT = "object"
    HOLD = "hold"  # wants to discuss it
    ABSTAIN = "abstain"
    RECUSE = "recuse"  # has an interest, takes no part


class Result(StrEnum):
    """How a round ended."""

    ADOPTED = "adopted"
    ADOPTED_WITH_CHANGES = "adopted_with_changes"
    HELD_OVER = "held_over"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # the secretary ended it; nothing was decided
    VOID = "void"  # the text changed; nothing was decided


class Weigher(StrEnum):
    """Who looks at it when a member objects or wants to discuss it."""

    MEETING = "meeting"
    CHAIR = "chair"


APPROVED = frozenset({Result.ADOPTED, Result.ADOPTED_WITH_CHANGES})
YES = frozenset({Position.APPROVE, Position.APPROVE_WITH_CHANGES})
AGAINST = frozenset({Position.OBJECT, Position.HOLD})
NEEDS_COMMENT = AGAINST | {Position.APPROVE_WITH_CHANGES}
"""Positions that say nothing without words: which change, which objection."""
MAY_COUNT = YES | {Position.ABSTAIN}
"""Positions that a rule may count as approval."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When a round adopts.

    minimum_answers: positions that must have been taken; who recused himself took none.
    counts_as_approval: positions that count for it, out of MAY_COUNT.
    silence_agrees: who did not answer before the end counts for it, once there are enough answers.
    moves_to: who weighs it after an objection or a wish to discuss.
    chair: slug of the member whose position decides a tie; "" when there is none.
    Raises ValueError for a rule that could count an objection as approval, or adopt without answers.
    """

    minimum_answers: int
    counts_as_approval: frozenset[Position]
    silence_agrees: bool = False
    moves_to: Weigher = Weigher.MEETING
    chair: str = ""

    def __post_init__(self) -> None:
        if self.minimum_answers < 1:
            raise ValueError(f"expected at least 1 answer, found {self.minimum_answers}")
        if not self.counts_as_approval or self.counts_as_approval - MAY_COUNT:
            raise ValueError(
                f"expected some of {sorted(MAY_COUNT)} to count, found {sorted(self.counts_as_approval)}"
            )

    def as_json(self) -> dict[str, Json]:
        """As it is kept with its round."""
        return {
            "minimum_answers": self.minimum_answers,
            "counts_as_approval": [word.value for word in sorted(self.counts_as_approval)],
            "silence_agrees": self.silence_agrees,
            "moves_to": self.moves_to.value,
            "chair": self.chair,
        }


def rule_of(kept: Mapping[str, Any]) -> Rule:
    """The rule of a round as it is kept. Raises ValueError or KeyError for what as_json did not write."""
    return Rule(
        minimum_answers=int(kept["minimum_answers"]),
        counts_as_approval=frozenset(Position(word) for word in kept["counts_as_approval"]),
        silence_agrees=bool(kept["silence_agrees"]),
        moves_to=Weigher(kept["moves_to"]),
        chair=str(kept["chair"]),
    )


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """Where one member stands now. position: None while the member did not answer."""

    member: str
    position: Position | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the positions of a round come to.

    counts: how many took each position, those that nobody took left out.
    base: members that take part. needed: answers that are needed. answered: answers that count.
    in_favour: counted as approval, silence included where the rule says so. against: object or hold.
    missing: members that still can answer, in the order given; never who recused himself.
    moved_to: who weighs it, because somebody objects or wants to discuss it; None if nobody does.
    is_met: the rule is met, so that it can be adopted. result: what closing now gives.
    """

    counts: Mapping[Position, int]
    base: int
    needed: int
    answered: int
    in_favour: int
    against: int
    missing: tuple[str, ...]
    moved_to: Weigher | None
    is_met: bool
    result: Result

    @property
    def is_complete(self) -> bool:
        """Whether everybody who takes part has answered."""
        return self.base > 0 and not self.missing


def tally(rule: Rule, ballots: Sequence[Ballot], *, is_over: bool) -> Standing:
    """What the positions come to. is_over: the time for answers has passed, so silence is known.

    Recusal lowers the base, and with it the answers needed when they could not be reached any more.
    Time by itself approves nothing: it only tells what silence was.
    """
    taking_part = [ballot for ballot in ballots if ballot.position is not Position.RECUSE]
    given = [ballot.position for ballot in taking_part if ballot.position is not None]
    missing = tuple(ballot.member for ballot in taking_part if ballot.position is None)
    needed = min(rule.minimum_answers, len(taking_part))
    enough = bool(taking_part) and len(given) >= needed
    agreeing_silence = len(missing) if rule.silence_agrees and is_over and enough else 0
    in_favour = sum(position in rule.counts_as_approval for position in given) + agreeing_silence
    against = sum(position in AGAINST for position in given)
    moved_to = rule.moves_to if against else None
    chair = next((b.position for b in taking_part if b.member == rule.chair), None)
    not_in_favour = len(given) + agreeing_silence - in_favour
    outweighs = in_favour > not_in_favour or (in_favour == not_in_favour and chair in YES)
    is_met = enough and not YES.isdisjoint(given) and outweighs and _is_free(moved_to, chair)
    return Standing(
        counts=Counter(ballot.position for ballot in ballots if ballot.position is not None),
        base=len(taking_part),
        needed=needed,
        answered=len(given),
        in_favour=in_favour,
        against=against,
        missing=missing,
        moved_to=moved_to,
        is_met=is_met,
        result=_result(is_met, given, moved_to, chair, is_over=is_over),
    )


def _is_free(moved_to: Weigher | None, chair: Position | None) -> bool:
    """After an objection a written round adopts nothing, unless the chair may weigh it and says yes."""
    return moved_to is None or (moved_to is Weigher.CHAIR and chair in YES)


def _result(
    is_met: bool,
    given: Collection[Position],
    moved_to: Weigher | None,
    chair: Position | None,
    *,
    is_over: bool,
) -> Result:
    if is_met:
        with_changes = Position.APPROVE_WITH_CHANGES in given
        return Result.ADOPTED_WITH_CHANGES if with_changes else Result.ADOPTED
    if moved_to is Weigher.CHAIR and chair is Position.OBJECT:
        return Result.REJECTED
    if moved_to is not None or not is_over:
        return Result.HELD_OVER
    return Result.EXPIRED


# --- who is asked -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member of the board and the deputy who may answer instead ("" for none)."""

    member: str
    deputy: str = ""
    is_chair: bool = False


_BOARD = frozenset({Role.BOARD_MEMBER, Role.BOARD_CHAIR})


def seats_on(people: Iterable[Person], day: date) -> tuple[Seat, ...]:
    """The board on a day, with the deputies that were named for it, in the order of the people.

    Who only stands in for somebody has no seat. Of several deputies the first counts; somebody who
    has a seat already is nobody's deputy, for he would answer twice.
    """
    held = {
        person.slug: [h for h in person.roles if h.role in _BOARD and h.is_held_on(day)] for person in people
    }
    seated = {slug for slug, holdings in held.items() if any(h.deputy_of is None for h in holdings)}
    deputies: dict[str, str] = {}
    for slug, holdings in held.items():
        for holding in holdings:
            if holding.deputy_of is not None and slug not in seated:
                deputies.setdefault(holding.deputy_of, slug)
    return tuple(
        Seat(
            member=slug,
            deputy=deputies.get(slug, ""),
            is_chair=any(h.role is Role.BOARD_CHAIR and h.deputy_of is None for h in held[slug]),
        )
        for slug in held
        if slug in seated
    )


# --- until when ---------------------------------------------------------------------------------


def usual_end(
    now: datetime, working_days: int, deadline: datetime | None, calendar: WorkingCalendar
) -> datetime:
    """When a written round ends unless somebody says otherwise, aware UTC.

    The end of the day so many working days from now; never later than the deadline, if that still lies
    ahead. deadline: aware UTC; None if there is none.
    """
    day = dutch_date(now)
    for _ in range(working_days):
        day = calendar.next_working_day(day + timedelta(days=1))
    end = end_of_dutch_day(day)
    return deadline if deadline is not None and now < deadline < end else end


# --- mandates -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Leave:
    """A mandate as it is weighed. Empty theme_groups or document_types: all of them."""

    holder: str
    from_on: date
    until_on: date
    theme_groups: frozenset[str] = frozenset()
    document_types: frozenset[str] = frozenset()
    is_revoked: bool = False


def mandate_problem(
    leave: Leave, *, person: str, lead_group: str, document_type: str, day: date
) -> str | None:
    """Why somebody cannot decide with a mandate, as a code of InvalidInput; None if he can."""
    if leave.holder != person:
        return "mandate_of_other"
    if leave.is_revoked:
        return "mandate_revoked"
    if not leave.from_on <= day <= leave.until_on:
        return "mandate_period"
    if leave.theme_groups and lead_group not in leave.theme_groups:
        return "mandate_group"
    if leave.document_types and document_type not in leave.document_types:
        return "mandate_document"
    return None


# --- too late -----------------------------------------------------------------------------------


class RoundClosed(InvalidInput):
    """Somebody answered after the end: to be told kindly, with how it ended. Nothing was changed.

    result: "" when the time is over and the result is not recorded yet. ended_at: aware UTC.
    """

    def __init__(self, message: str, *, result: str, ended_at: datetime) -> None:
        super().__init__("round_closed", message)
        self.result = result
        self.ended_at = ended_at
