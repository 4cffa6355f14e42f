"""What does not go as usual with a dossier: raising it, with what belongs to it, and lifting it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import Dossier, DossierException
from g40flow.storage.dossiers import active_exception
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on, required_reason

Facts = dict[str, Json]


def note_exception(
    session: Session,
    dossier: Dossier,
    code: ExceptionCode,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    facts: Mapping[str, Json] | None = None,
) -> DossierException:
    """Keep that something does not go as usual, with its history.

    One that was raised already and not lifted gets the new facts beside those it has.
    """
    assert dossier.id is not None
    row = active_exception(session, dossier.id, code)
    if row is None:
        row = DossierException(
            dossier_id=dossier.id, code=code, raised_at=now, raised_by=actor.person, facts={}
        )
    row.note = note or row.note
    row.facts = {**row.facts, **(facts or {})}
    session.add(row)
    note_change(
        session,
        dossier,
        actor,
        f"raise_{code}",
        now=now,
        reason=note,
        facts={"exception": code.value, **(facts or {})},
    )
    return row


def lift_noted(
    session: Session, dossier: Dossier, code: ExceptionCode, *, actor: Actor, now: datetime, note: str = ""
) -> bool:
    """Keep that an exception is over; False if there was none."""
    assert dossier.id is not None
    row = active_exception(session, dossier.id, code)
    if row is None:
        return False
    row.lifted_at, row.lifted_by = now, actor.person
    session.add(row)
    note_change(
        session, dossier, actor, f"lift_{code}", now=now, reason=note, facts={"exception": code.value}
    )
    return True


# --- by hand --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """An exception that people raise on the page of a dossier.

    right: who may. facts: names of the facts that must be filled in, with how each is read.
    """

    right: Right
    facts: Mapping[str, Callable[[str], Json]]


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _words(text: str) -> str:
    if not (found := one_line(text)):
        raise ValueError("empty")
    return found


BY_HAND: Mapping[ExceptionCode, ByHand] = {
    ExceptionCode.HOLIDAY_TERM: ByHand(right=Right.EDIT_DOSSIER, facts={}),
    ExceptionCode.LATE_DETECTED: ByHand(right=Right.EDIT_DOSSIER, facts={}),
    ExceptionCode.DISSENT: ByHand(right=Right.EDIT_DOSSIER, facts={"who": _words}),
    ExceptionCode.HELD_OVER: ByHand(right=Right.OPEN_ROUND, facts={"until": _day}),
    ExceptionCode.POST_ADOPTION_CHANGE: ByHand(right=Right.WRITE_VERSION, facts={}),
    ExceptionCode.PERSONAL_DATA_FOUND: ByHand(right=Right.CHECK_SUBMISSION, facts={}),
}
"""The others follow from an act of their own: a step, a merger, the plan, a deadline, confidentiality."""


def raise_by_hand(
    session: Session,
    desk: Desk,
    dossier_id: int,
    code: str,
    *,
    actor: Actor,
    seen_revision: int,
    reason: str,
    facts: Mapping[str, str] | None = None,
    now: datetime,
) -> DossierException:
    """Say that something does not go as usual; it then shows on the dossier until it is lifted.

    facts: as filled in, by name, see BY_HAND; dates in ISO form.
    Raises NotFound, StaleVersion, NotAllowed, or InvalidInput ("exception_not_by_hand",
    "reason_needed", "fact_needed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    known = _code(code)
    way = BY_HAND[known]
    require_on(session, dossier, actor, way.right)
    said = required_reason(reason)
    read = _read_facts(way, facts or {})
    return note_exception(session, dossier, known, actor=actor, now=now, note=said, facts=read)


def lift_by_hand(
    session: Session,
    desk: Desk,
    dossier_id: int,
    code: str,
    *,
    actor: Actor,
    seen_revision: int,
    reason: str,
    now: datetime,
) -> None:
    """Say that what did not go as usual is over.

    Raises as raise_by_hand does, and NotFound if it was not raised.
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    known = _code(code)
    require_on(session, dossier, actor, BY_HAND[known].right)
    if not lift_noted(session, dossier, known, actor=actor, now=now, note=required_reason(reason)):
        raise NotFound(f"dossier {dossier.number} has no exception {known}")


def _code(code: str) -> ExceptionCode:
    if code not in {known.value for known in BY_HAND}:
        raise InvalidInput(
            "exception_not_by_hand", f"expected one of {sorted(BY_HAND)}, found {code!r}", field="code"
        )
    return ExceptionCode(code)


def _read_facts(way: ByHand, facts: Mapping[str, str]) -> Facts:
    read: Facts = {}
    for name, parse in way.facts.items():
        try:
            read[name] = parse(facts.get(name, ""))
        except ValueError as error:
            raise InvalidInput("fact_needed", f"{name}: {error}", field=name) from None
    return read
