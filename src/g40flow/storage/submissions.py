"""Reading how and when texts were handed in, and what is checked before."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.dossier_tables import ChecklistTick, Dossier, DossierItem, Submission
from g40flow.storage.tables import Item


def submissions_of(session: Session, dossier_id: int) -> Sequence[Submission]:
    """Every time a text was prepared or handed in, newest first."""
    query = select(Submission).where(col(Submission.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(Submission.id).desc())).all()


def prepared_submission(session: Session, dossier_id: int, version_hash: str) -> Submission | None:
    """What was prepared for exactly this text and not sent yet; None if nothing."""
    query = select(Submission).where(
        col(Submission.dossier_id) == dossier_id,
        col(Submission.version_hash) == version_hash,
        col(Submission.submitted_at).is_(None),
    )
    return session.scalars(query.order_by(col(Submission.id).desc()).limit(1)).first()


def was_sent(session: Session, dossier_id: int, version_hash: str) -> bool:
    """Whether exactly this text was handed in before."""
    query = select(col(Submission.id)).where(
        col(Submission.dossier_id) == dossier_id,
        col(Submission.version_hash) == version_hash,
        col(Submission.submitted_at).is_not(None),
    )
    return session.scalars(query.limit(1)).first() is not None


def sent_submission(session: Session, dossier_id: int) -> Submission | None:
    """The last text that was handed in; None if none was."""
    query = select(Submission).where(
        col(Submission.dossier_id) == dossier_id, col(Submission.submitted_at).is_not(None)
    )
    return session.scalars(query.order_by(col(Submission.id).desc()).limit(1)).first()


def ticks_of(session: Session, dossier_id: int, version_hash: str) -> Sequence[ChecklistTick]:
    """The checks that count for one text, oldest first."""
    query = select(ChecklistTick).where(
        col(ChecklistTick.dossier_id) == dossier_id,
        col(ChecklistTick.version_hash) == version_hash,
        col(ChecklistTick.removed_at).is_(None),
    )
    return session.scalars(query.order_by(col(ChecklistTick.id))).all()


def awaiting_publication(session: Session, source: str) -> Sequence[tuple[Submission, Dossier, Item]]:
    """Texts that were handed in at one publisher and not seen in public yet, with where to look.

    Only what may be made public, the last submission of each dossier, oldest first.
    """
    may_be_public: ColumnElement[bool] = col(Dossier.stage).in_(
        [Stage.SUBMITTED, Stage.SUBMITTED_LATE, Stage.PUBLISHED, Stage.FOLLOW_UP]
    )
    query = (
        select(Submission, Dossier, Item)
        .join(Dossier, col(Dossier.id) == col(Submission.dossier_id))
        .join(DossierItem, col(DossierItem.dossier_id) == col(Dossier.id))
        .join(Item, col(Item.id) == col(DossierItem.item_id))
        .where(
            col(Submission.submitted_at).is_not(None),
            col(Submission.seen_public_at).is_(None),
            may_be_public,
            col(Item.source) == source,
            col(DossierItem.relation) == "subject",
        )
        .order_by(col(Submission.id), col(Item.id))
    )
    newest = {submission.dossier_id: submission.id for submission, _, _ in session.execute(query)}
    return [
        (submission, dossier, item)
        for submission, dossier, item in session.execute(query)
        if newest[submission.dossier_id] == submission.id and submission.choices.get("publish")
    ]


def is_about_item_of(session: Session, dossier_id: int, source: str) -> bool:
    """Whether a dossier answers something of one publisher."""
    query = (
        select(col(Item.id))
        .join(DossierItem, col(DossierItem.item_id) == col(Item.id))
        .where(
            col(DossierItem.dossier_id) == dossier_id,
            col(DossierItem.relation) == "subject",
            col(Item.source) == source,
        )
    )
    return session.scalars(query.limit(1)).first() is not None


def subject_of(session: Session, dossier_id: int) -> Item | None:
    """The item that a dossier is about first of all; None if it was opened by hand."""
    query = (
        select(Item)
        .join(DossierItem, col(DossierItem.item_id) == col(Item.id))
        .where(col(DossierItem.dossier_id) == dossier_id, col(DossierItem.relation) == "subject")
    )
    return session.scalars(query.order_by(col(Item.id)).limit(1)).first()
