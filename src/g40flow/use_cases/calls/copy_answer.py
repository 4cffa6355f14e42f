"""What a city said becomes evidence for a point of the response."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.storage.calls import answer_by_id, call_by_id
from g40flow.storage.dossier_tables import CallAnswer, Dossier, MemberCall, Point, PointEvidence
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on


class AnswerPart(StrEnum):
    """Which part of an answer."""

    TEXT = "text"  # answers to the questions, and the remark
    FIGURES = "figures"
    EXAMPLE = "example"


def copy_answer(
    session: Session,
    desk: Desk,
    call_id: int,
    answer_id: int,
    part: AnswerPart,
    point_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> PointEvidence:
    """Put part of a city's answer with a point, named as that city's. Once; a second time changes nothing.

    Only an example that the city agreed to publish may be named in public.
    Raises NotFound, NotAllowed, or InvalidInput ("nothing_there") when the city left that part open.
    """
    call = call_by_id(session, call_id)
    dossier = open_for_change(session, call.dossier_id, actor)
    require_on(session, dossier, actor, Right.EDIT_POINTS)
    answer = answer_by_id(session, call_id, answer_id)
    point = _point(session, dossier, point_id)
    text = text_of(call, answer, part)
    if not text:
        raise InvalidInput("nothing_there", f"answer {answer.id} has no {part}", field="part")
    known = _copied(session, point_id, answer_id, text)
    if known is not None:
        return known
    assert point.id is not None
    evidence = PointEvidence(
        point_id=point.id,
        city=answer.city,
        text=text,
        publish=part is AnswerPart.EXAMPLE and answer.publish_example,
        answer_id=answer.id,
    )
    session.add(evidence)
    session.flush()
    note_change(
        session,
        dossier,
        actor,
        "copy_answer",
        now=now,
        facts={"call": call.id, "city": answer.city, "point": point.id, "part": part.value},
    )
    return evidence


def text_of(call: MemberCall, answer: CallAnswer, part: AnswerPart) -> str:
    """One part of an answer as running text; "" if the city left it open."""
    if part is not AnswerPart.TEXT:
        return answer.figures if part is AnswerPart.FIGURES else answer.example
    said = [answer.answers[q["key"]] for q in call.questions if answer.answers.get(q["key"])]
    return "\n\n".join([*said, *filter(None, [answer.remark])])


def _point(session: Session, dossier: Dossier, point_id: int) -> Point:
    point = session.get(Point, point_id)
    if point is None or point.dossier_id != dossier.id or point.removed_at is not None:
        raise NotFound(f"dossier {dossier.number} has no point {point_id}")
    return point


def _copied(session: Session, point_id: int, answer_id: int, text: str) -> PointEvidence | None:
    query = select(PointEvidence).where(
        col(PointEvidence.point_id) == point_id,
        col(PointEvidence.answer_id) == answer_id,
        col(PointEvidence.text) == text,
    )
    return session.scalars(query).first()
