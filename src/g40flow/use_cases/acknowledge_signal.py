"""Somebody says to have looked at something odd about a publisher, and what they found."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput, NotFound, StaleVersion
from g40flow.storage.tables import SourceSignal

LONGEST_NOTE = 1000


def acknowledge_signal(session: Session, signal_id: int, note: str, *, actor: Actor, now: datetime) -> None:
    """Take a signal off the list of what still has to be looked at; it keeps being counted.

    note: what was found, 1 to LONGEST_NOTE characters.
    Raises NotFound, NotAllowed, InvalidInput, or StaleVersion if somebody else did so meanwhile.
    """
    require(Right.REVIEW_SOURCES, roles_of(actor))
    signal = _signal(session, signal_id)
    if signal.acknowledged_at is not None:
        raise StaleVersion(f"signal {signal_id} was acknowledged by {signal.acknowledged_by}")
    said = note.strip()
    if not said:
        raise InvalidInput("reason_needed", "expected what was found, found nothing", field="note")
    if len(said) > LONGEST_NOTE:
        raise InvalidInput("too_long", f"expected {LONGEST_NOTE} characters, found {len(said)}", field="note")
    signal.acknowledged_at, signal.acknowledged_by, signal.note = now, actor.person, said


def reopen_signal(session: Session, signal_id: int, *, actor: Actor) -> None:
    """Put a signal back on the list. Raises NotFound, NotAllowed, StaleVersion."""
    require(Right.REVIEW_SOURCES, roles_of(actor))
    signal = _signal(session, signal_id)
    if signal.acknowledged_at is None:
        raise StaleVersion(f"signal {signal_id} is open already")
    signal.acknowledged_at = None


def _signal(session: Session, signal_id: int) -> SourceSignal:
    signal = session.get(SourceSignal, signal_id, with_for_update=True)
    if signal is None:
        raise NotFound(f"there is no signal {signal_id}")
    return signal
