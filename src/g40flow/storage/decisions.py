"""Rounds, positions, mandates and ratifications: reading them.

Who changes one first opens its dossier for change, so that two changes of a round queue there.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import Select, bindparam, func, or_, select
from sqlmodel import Session, SQLModel, col

from g40flow.domain.dossier.decisions import Ballot, DecisionForm, Leave, Position
from g40flow.domain.dossier.workflow import RESTING
from g40flow.domain.errors import NotFound
from g40flow.storage.dossier_tables import (
    Comment,
    DecisionRound,
    Dossier,
    Mandate,
    Ratification,
    RoundMember,
    RoundPosition,
    SeenVersion,
    TextVersion,
)

Row = TypeVar("Row", bound=SQLModel)

# --- rounds -------------------------------------------------------------------------------------


def round_by_id(session: Session, round_id: int) -> DecisionRound:
    """A round as it stands now. Raises NotFound."""
    return _found(session, DecisionRound, round_id, "round")


def end_of(round_: DecisionRound) -> str:
    """When a round ends: ISO instant in UTC, or the ISO day of its meeting; "" if it has no end."""
    end = round_.meeting_on if round_.form == DecisionForm.MEETING else round_.closes_at
    return "" if end is None else end.isoformat()


def open_round_of(session: Session, dossier_id: int) -> DecisionRound | None:
    """The round that is open in a dossier, whether its time is over or not; None if there is none."""
    query = select(DecisionRound).where(
        col(DecisionRound.dossier_id) == dossier_id, col(DecisionRound.closed_at).is_(None)
    )
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def rounds_of(session: Session, dossier_id: int) -> Sequence[DecisionRound]:
    """Every round of a dossier, newest first."""
    query = select(DecisionRound).where(col(DecisionRound.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(DecisionRound.id).desc())).all()


def open_rounds(session: Session) -> Sequence[tuple[DecisionRound, Dossier]]:
    """Every open round with its dossier, oldest first."""
    return [(round_, dossier) for round_, dossier in session.execute(_open())]


@cache
def _open() -> Select[tuple[DecisionRound, Dossier]]:
    return (
        select(DecisionRound, Dossier)
        .join(Dossier, col(Dossier.id) == col(DecisionRound.dossier_id))
        .where(col(DecisionRound.closed_at).is_(None))
        .order_by(col(DecisionRound.id))
    )


def closed_rounds(session: Session, limit: int) -> Sequence[tuple[DecisionRound, Dossier]]:
    """The rounds that were closed last, newest first, each with its dossier."""
    return [(round_, dossier) for round_, dossier in session.execute(_closed(), {"limit": limit})]


@cache
def _closed() -> Select[tuple[DecisionRound, Dossier]]:
    return (
        select(DecisionRound, Dossier)
        .join(Dossier, col(Dossier.id) == col(DecisionRound.dossier_id))
        .where(col(DecisionRound.closed_at).is_not(None))
        .order_by(col(DecisionRound.closed_at).desc(), col(DecisionRound.id).desc())
        .limit(bindparam("limit"))
    )


def rounds_over(session: Session, now: datetime) -> Sequence[DecisionRound]:
    """Open rounds whose time for answers has passed, by dossier; of a dossier that rests they wait."""
    query = (
        select(DecisionRound)
        .join(Dossier, col(Dossier.id) == col(DecisionRound.dossier_id))
        .where(
            col(DecisionRound.closed_at).is_(None),
            col(DecisionRound.closes_at) < now,
            col(Dossier.stage).not_in(RESTING),
        )
    )
    return session.scalars(query.order_by(col(DecisionRound.dossier_id))).all()


def members_of(session: Session, round_id: int) -> Sequence[RoundMember]:
    """Who is asked in a round, by slug."""
    query = select(RoundMember).where(col(RoundMember.round_id) == round_id)
    return session.scalars(query.order_by(col(RoundMember.member))).all()


def seats_in_round(session: Session, round_id: int, person: str) -> list[str]:
    """The members for whom somebody can answer in a round: himself first, then as their deputy."""
    rows = members_of(session, round_id)
    own = [row.member for row in rows if row.member == person]
    return own + [row.member for row in rows if row.deputy == person and row.member != person]


def positions_of(session: Session, round_id: int) -> Sequence[RoundPosition]:
    """Every position that was taken in a round, oldest first, also those that were changed."""
    query = select(RoundPosition).where(col(RoundPosition.round_id) == round_id)
    return session.scalars(query.order_by(col(RoundPosition.id))).all()


def members_of_rounds(session: Session, round_ids: Collection[int]) -> dict[int, list[RoundMember]]:
    """Who is asked in each of some rounds, by slug."""
    query = select(RoundMember).where(col(RoundMember.round_id).in_(round_ids))
    found: dict[int, list[RoundMember]] = {id_: [] for id_ in round_ids}
    for row in session.scalars(query.order_by(col(RoundMember.member))):
        found[row.round_id].append(row)
    return found


def positions_of_rounds(session: Session, round_ids: Collection[int]) -> dict[int, list[RoundPosition]]:
    """Every position that was taken in each of some rounds, oldest first."""
    query = select(RoundPosition).where(col(RoundPosition.round_id).in_(round_ids))
    found: dict[int, list[RoundPosition]] = {id_: [] for id_ in round_ids}
    for row in session.scalars(query.order_by(col(RoundPosition.id))):
        found[row.round_id].append(row)
    return found


def standing_positions(session: Session, round_id: int) -> dict[str, RoundPosition]:
    """Per member the position that counts: the last one taken."""
    return {taken.member: taken for taken in positions_of(session, round_id)}


def ballots_of(session: Session, round_id: int) -> list[Ballot]:
    """Where each member who is asked stands."""
    taken = standing_positions(session, round_id)
    return [
        Ballot(
            member=row.member,
            position=Position(taken[row.member].position) if row.member in taken else None,
        )
        for row in members_of(session, round_id)
    ]


def rounds_asking(session: Session, person: str) -> Sequence[DecisionRound]:
    """Open rounds in which somebody has a seat or is a deputy, by end; whether answered or not."""
    query = (
        select(DecisionRound)
        .join(RoundMember, col(RoundMember.round_id) == col(DecisionRound.id))
        .where(
            col(DecisionRound.closed_at).is_(None),
            or_(col(RoundMember.member) == person, col(RoundMember.deputy) == person),
        )
        .order_by(col(DecisionRound.closes_at), col(DecisionRound.id))
    )
    return session.scalars(query.distinct()).all()


def next_meeting_on(session: Session, today: date) -> date | None:
    """The first day from today on for which a meeting of the board is in a round; None if none is."""
    query = select(func.min(col(DecisionRound.meeting_on))).where(col(DecisionRound.meeting_on) >= today)
    return session.scalar(query)


# --- what a decision is about -------------------------------------------------------------------


def version_of(session: Session, version_id: int) -> TextVersion:
    """Raises NotFound."""
    return _found(session, TextVersion, version_id, "version")


def current_version_of(session: Session, dossier: Dossier) -> TextVersion | None:
    """The newest text of a dossier; None if nothing was written yet."""
    if dossier.current_version_id is None:
        return None
    return session.get(TextVersion, dossier.current_version_id)


def count_open_comments(session: Session, dossier_id: int) -> int:
    """Remarks on the text with which nothing was done yet."""
    query = select(func.count()).where(col(Comment.dossier_id) == dossier_id, col(Comment.disposition) == "")
    return session.scalar(query.select_from(Comment)) or 0


def seen_version_of(session: Session, person: str, dossier_id: int) -> TextVersion | None:
    """The text of a dossier that somebody saw last; None if none."""
    seen = session.get(SeenVersion, (person, dossier_id))
    return None if seen is None else session.get(TextVersion, seen.version_id)


# --- mandates -----------------------------------------------------------------------------------


def mandate_by_id(session: Session, mandate_id: int) -> Mandate:
    """Raises NotFound."""
    return _found(session, Mandate, mandate_id, "mandate")


def locked_mandate(session: Session, mandate_id: int) -> Mandate:
    """A mandate that nobody else can change until this transaction ends. Raises NotFound."""
    query = select(Mandate).where(col(Mandate.id) == mandate_id).with_for_update()
    found: Mandate | None = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound(f"there is no mandate {mandate_id}")
    return found


def mandates(session: Session) -> Sequence[Mandate]:
    """Every mandate ever registered, the one that ends last at the top."""
    return session.scalars(
        select(Mandate).order_by(col(Mandate.until_on).desc(), col(Mandate.id).desc())
    ).all()


def leave_of(mandate: Mandate) -> Leave:
    """A mandate as it is weighed."""
    return Leave(
        holder=mandate.holder,
        from_on=mandate.from_on,
        until_on=mandate.until_on,
        theme_groups=frozenset(mandate.theme_groups),
        document_types=frozenset(mandate.document_types),
        is_revoked=mandate.revoked_at is not None,
    )


def ratification_by_id(session: Session, ratification_id: int) -> Ratification:
    """Raises NotFound."""
    return _found(session, Ratification, ratification_id, "ratification")


def ratifications(session: Session, *, only_due: bool = False, limit: int = 100) -> Sequence[Ratification]:
    """Decisions under mandate: those to ratify first, by day; then the others, newest first."""
    query = select(Ratification)
    if only_due:
        query = query.where(col(Ratification.result) == "")
    waiting_first = (col(Ratification.result) != "", col(Ratification.due_on), col(Ratification.id).desc())
    return session.scalars(query.order_by(*waiting_first).limit(limit)).all()


def ratifications_due_after(session: Session, day: date) -> Sequence[Ratification]:
    """Decisions under mandate that are to be ratified later than a day, and are not."""
    query = select(Ratification).where(col(Ratification.result) == "", col(Ratification.due_on) > day)
    return session.scalars(query.order_by(col(Ratification.id))).all()


def ratification_of_round(session: Session, round_id: int) -> Ratification | None:
    """What the meeting says, or still must say, of a decision under mandate; None if it need not."""
    query = select(Ratification).where(col(Ratification.round_id) == round_id)
    return session.scalars(query.order_by(col(Ratification.id).desc()).limit(1)).first()


def due_ratifications_of(session: Session, dossier_id: int) -> Sequence[Ratification]:
    """Decisions under mandate in one dossier that are still to be ratified."""
    query = select(Ratification).where(
        col(Ratification.dossier_id) == dossier_id, col(Ratification.result) == ""
    )
    return session.scalars(query.order_by(col(Ratification.id))).all()


def _found(session: Session, table: type[Row], row_id: int, what: str) -> Row:
    row = session.get(table, row_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no {what} {row_id}")
    return row
