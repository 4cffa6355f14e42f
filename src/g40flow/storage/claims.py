"""Claims: work that only one process may do at a time, on either database."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from g40flow.domain.errors import AlreadyRunning
from g40flow.storage.tables import Claim


def take_claim(session: Session, name: str, *, holder: str, now: datetime, lease: timedelta) -> None:
    """Take or renew a claim until now + lease.

    Raises AlreadyRunning if another holder has it and its lease is not over. A lease that is over
    is taken: its holder died, or will notice at its next renewal.
    """
    renewed = session.connection().execute(
        update(Claim)
        .where(col(Claim.name) == name)
        .where((col(Claim.holder) == holder) | (col(Claim.until) <= now))
        .values(holder=holder, until=now + lease)
    )
    if renewed.rowcount:
        return
    try:
        with session.begin_nested():
            session.add(Claim(name=name, holder=holder, until=now + lease))
    except IntegrityError:
        raise AlreadyRunning(
            f"{name}: another process is at it; it is free again when that one stops"
        ) from None


def keep_claim(session: Session, name: str, *, holder: str, now: datetime, lease: timedelta) -> None:
    """Renew a claim that must still be ours; call it in the transaction that it protects.

    Raises AlreadyRunning if somebody else took it over: the transaction must not be kept.
    """
    kept = session.connection().execute(
        update(Claim).where(col(Claim.name) == name, col(Claim.holder) == holder).values(until=now + lease)
    )
    if not kept.rowcount:
        raise AlreadyRunning(f"{name}: the claim was lost to another process")


def release_claim(session: Session, name: str, *, holder: str) -> None:
    """Give a claim back; does nothing if it is no longer ours."""
    session.connection().execute(delete(Claim).where(col(Claim.name) == name, col(Claim.holder) == holder))


def release_dead_claim(session: Session, name: str, is_dead: Callable[[str], bool]) -> None:
    """Free a claim at once, though its lease is not over, if its holder certainly died."""
    claim = session.get(Claim, name, with_for_update=True)
    if claim is not None and is_dead(claim.holder):
        session.delete(claim)
        session.flush()


def forget_claims(session: Session, before: datetime) -> int:
    """Remove claims whose lease was over before an instant: their holders died; says how many."""
    return int(session.connection().execute(delete(Claim).where(col(Claim.until) < before)).rowcount)
