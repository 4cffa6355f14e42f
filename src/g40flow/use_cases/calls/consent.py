"""What a city no longer agrees to see in public stays out of it, also where it was copied before."""

from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.items import Json
from g40flow.domain.network import Role
from g40flow.storage.dossier_tables import CallAnswer, Dossier, Point, PointEvidence
from g40flow.use_cases.dossier.desk import Desk, note_change
from g40flow.use_cases.dossier.telling import people_with, tell_people

_WRITERS = frozenset({Role.PEN_HOLDER, Role.THEME_GROUP_SECRETARY})


def follow_consent(
    session: Session, desk: Desk, dossier: Dossier, answer: CallAnswer, actor: Actor, now: datetime
) -> None:
    """Let evidence be named in public no more unless the newest answer still allows its very words.

    Who writes hears of it: the words may stand in the text already.
    """
    allowed = answer.example if answer.publish_example else None
    withdrawn = [row for row in _copied_in_public(session, answer) if row.text != allowed]
    if not withdrawn:
        return
    for row in withdrawn:
        row.publish = False
        session.add(row)
    session.flush()
    points: list[Json] = [row.point_id for row in withdrawn]
    facts: dict[str, Json] = {"call": answer.call_id, "city": answer.city, "points": points}
    entry = note_change(session, dossier, actor, "withdraw_consent", now=now, facts=facts)
    writers = {person.slug for person in people_with(session, desk, dossier, _WRITERS, now)}
    tell_people(session, desk, dossier, entry, writers - {actor.person}, now)


def _copied_in_public(session: Session, answer: CallAnswer) -> list[PointEvidence]:
    """Evidence from any answer of the city to the call that may be named in public."""
    query = (
        select(PointEvidence)
        .join(CallAnswer, col(CallAnswer.id) == col(PointEvidence.answer_id))
        .join(Point, col(Point.id) == col(PointEvidence.point_id))
        .where(
            col(CallAnswer.call_id) == answer.call_id,
            col(CallAnswer.city) == answer.city,
            col(PointEvidence.publish).is_(True),
            col(Point.removed_at).is_(None),
        )
    )
    return list(session.scalars(query.order_by(col(PointEvidence.id))))
