"""What people did after a digest with what stood in it: counts of acts in the product, and nothing else.

Nobody is followed: not who opened a message, nor who clicked. The history and the corrections say it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from g40flow.domain.actors import AUTOMATIC
from g40flow.domain.digest.lines_of_dossiers import DECIDING
from g40flow.storage.digest_tables import DigestSubject
from g40flow.storage.dossier_tables import Dossier, DossierItem, HistoryEntry
from g40flow.storage.history import chain_of
from g40flow.storage.tables import RoutingCorrection

DECIDED = DECIDING | {"take_position", "record_meeting", "close_round", "decide_by_mandate"}
ANSWERED = frozenset({"accept", "reject", "answer_call", "copy_answer", "answer_signature"})


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What followed a digest. subjects: items and dossiers that stood in it.

    taken_up: items about which a dossier was opened. decided, answered: dossiers with such an act.
    worked_on: dossiers in which anything was done. corrected: items that went to other groups.
    """

    subjects: int = 0
    taken_up: int = 0
    decided: int = 0
    answered: int = 0
    worked_on: int = 0
    corrected: int = 0


def effects_of(session: Session, digest_id: int, *, since: datetime, until: datetime) -> Effects:
    """Acts of people in [since, until) on what stood in a digest."""
    subjects = session.scalars(
        select(col(DigestSubject.subject)).where(col(DigestSubject.digest_id) == digest_id)
    ).all()
    items, dossiers = _ids(subjects, "item:"), _ids(subjects, "dossier:")
    acts = _acts(session, dossiers, since, until)
    return Effects(
        subjects=len(subjects),
        taken_up=_taken_up(session, items, since, until),
        decided=len({chain for chain, action in acts if action in DECIDED}),
        answered=len({chain for chain, action in acts if action in ANSWERED}),
        worked_on=len({chain for chain, _ in acts}),
        corrected=_corrected(session, items, since, until),
    )


def _ids(subjects: Collection[str], prefix: str) -> list[int]:
    return [int(subject.removeprefix(prefix)) for subject in subjects if subject.startswith(prefix)]


def _acts(session: Session, dossiers: list[int], since: datetime, until: datetime) -> list[tuple[str, str]]:
    query = select(col(HistoryEntry.chain), col(HistoryEntry.action)).where(
        col(HistoryEntry.chain).in_([chain_of(dossier) for dossier in dossiers]),
        col(HistoryEntry.at) >= since,
        col(HistoryEntry.at) < until,
        col(HistoryEntry.person) != AUTOMATIC,
    )
    return [(chain, action) for chain, action in session.execute(query)]


def _taken_up(session: Session, items: list[int], since: datetime, until: datetime) -> int:
    query = (
        select(func.count(func.distinct(col(DossierItem.item_id))))
        .join(Dossier, col(Dossier.id) == col(DossierItem.dossier_id))
        .where(
            col(DossierItem.item_id).in_(items),
            col(Dossier.opened_at) >= since,
            col(Dossier.opened_at) < until,
            col(Dossier.opened_by) != AUTOMATIC,
        )
    )
    return session.scalar(query) or 0


def _corrected(session: Session, items: list[int], since: datetime, until: datetime) -> int:
    query = select(func.count(func.distinct(col(RoutingCorrection.item_id)))).where(
        col(RoutingCorrection.item_id).in_(items),
        col(RoutingCorrection.corrected_at) >= since,
        col(RoutingCorrection.corrected_at) < until,
    )
    return session.scalar(query) or 0
