"""The points of a response: what is wrong, what should stand there, and what cities bring for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.errors import InvalidInput, StaleVersion, StepNotAllowed
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.render.links import safe_url
from g40flow.storage.dossier_tables import Dossier, Point, PointEvidence
from g40flow.storage.texts import point_of, points_of
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on
from g40flow.use_cases.dossier.take_step import advance

LONGEST_FIELD = 10_000
PRIORITIES = (1, 2, 3)

WITH_OUTCOME = frozenset({Stage.SUBMITTED, Stage.SUBMITTED_LATE, Stage.PUBLISHED, Stage.FOLLOW_UP})


@dataclass(frozen=True, kw_only=True)
class PointText:
    """What a point says. article: "" for the whole. priority: 1 (must) to 3 (nice)."""

    problem: str
    article: str = ""
    proposal: str = ""
    proposed_wording: str = ""
    priority: int = 2


def add_point(
    session: Session, desk: Desk, dossier_id: int, said: PointText, *, actor: Actor, now: datetime
) -> Point:
    """Add a point after the others. Raises NotFound, NotAllowed or InvalidInput."""
    dossier = _opened(session, dossier_id, actor)
    last = max((point.position for point in points_of(session, dossier_id)), default=0)
    point = Point(
        dossier_id=dossier_id, position=last + 1, added_by=actor.person, added_at=now, **_checked(said)
    )
    session.add(point)
    session.flush()
    facts: dict[str, Json] = {"point": point.id, **_told(point)}
    note_change(session, dossier, actor, "add_point", now=now, facts=facts)
    return point


def edit_point(
    session: Session,
    desk: Desk,
    dossier_id: int,
    point_id: int,
    said: PointText,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Point:
    """Say a point differently; the history keeps what it said. Raises StaleVersion too."""
    dossier = _opened(session, dossier_id, actor, seen_revision)
    point = point_of(session, dossier_id, point_id)
    before = _told(point)
    for name, value in _checked(said).items():
        setattr(point, name, value)
    session.add(point)
    after = _told(point)
    if before != after:
        changed: dict[str, Json] = {
            name: [before[name], after[name]] for name in after if before[name] != after[name]
        }
        facts: dict[str, Json] = {"point": point.id, "changed": changed}
        note_change(session, dossier, actor, "edit_point", now=now, facts=facts)
    return point


def remove_point(
    session: Session,
    desk: Desk,
    dossier_id: int,
    point_id: int,
    *,
    actor: Actor,
    reason: str = "",
    now: datetime,
) -> None:
    """Take a point off; the history keeps what it said."""
    dossier = _opened(session, dossier_id, actor)
    point = point_of(session, dossier_id, point_id)
    point.removed_at = now
    session.add(point)
    facts: dict[str, Json] = {"point": point.id, **_told(point)}
    note_change(session, dossier, actor, "remove_point", now=now, reason=one_line(reason), facts=facts)


def order_points(
    session: Session, desk: Desk, dossier_id: int, order: Sequence[int], *, actor: Actor, now: datetime
) -> None:
    """Put the points in another order. order: the id of every point, once.

    Raises StaleVersion if there are other points by now.
    """
    dossier = _opened(session, dossier_id, actor)
    points = {point.id: point for point in points_of(session, dossier_id)}
    if sorted(order) != sorted(key for key in points if key is not None):
        raise StaleVersion(f"expected the points {sorted(order)}, found {sorted(map(str, points))}")
    for position, key in enumerate(order, start=1):
        points[key].position = position
        session.add(points[key])
    facts: dict[str, Json] = {"order": list(order)}
    note_change(session, dossier, actor, "order_points", now=now, facts=facts)


def set_evidence(
    session: Session,
    desk: Desk,
    dossier_id: int,
    point_id: int,
    city: str,
    text: str,
    *,
    actor: Actor,
    publish: bool = False,
    answer_id: int | None = None,
    now: datetime,
) -> PointEvidence | None:
    """What one city brings for a point; an empty text takes it off.

    publish: the city agrees that it is named in public. answer_id: the answer to a call it comes from.
    Raises NotFound, NotAllowed or InvalidInput ("unknown_city", "field_too_long").
    """
    dossier = _opened(session, dossier_id, actor)
    point_of(session, dossier_id, point_id)
    if city not in {known.slug for known in desk.network.cities}:
        raise InvalidInput("unknown_city", f"expected a city of the network, found {city!r}", field="city")
    query = select(PointEvidence).where(
        col(PointEvidence.point_id) == point_id, col(PointEvidence.city) == city
    )
    evidence = session.scalars(query).first()
    said = _prose(text, "text")
    facts: dict[str, Json] = {"point": point_id, "city": city, "publish": publish, "removed": not said}
    if not said:
        if evidence is None:
            return None
        session.delete(evidence)
    else:
        evidence = evidence or PointEvidence(point_id=point_id, city=city)
        evidence.text, evidence.publish = said, publish
        evidence.answer_id = answer_id or evidence.answer_id
        session.add(evidence)
    note_change(session, dossier, actor, "set_evidence", now=now, facts=facts)
    session.flush()
    return evidence if said else None


def record_outcome(
    session: Session,
    desk: Desk,
    dossier_id: int,
    point_id: int,
    outcome: str,
    *,
    actor: Actor,
    note: str = "",
    source: str = "",
    now: datetime,
) -> Point:
    """Keep what became of a point once the text was handed in. source: address where it can be read.

    Raises NotFound, NotAllowed, StepNotAllowed or InvalidInput ("outcome_needed", "link_unusable").
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.RECORD_OUTCOME)
    if dossier.stage not in WITH_OUTCOME:
        raise StepNotAllowed(f"nothing can have become of a point at stage {dossier.stage}")
    point = point_of(session, dossier_id, point_id)
    if outcome not in set(Outcome):
        raise InvalidInput(
            "outcome_needed", f"expected one of {sorted(Outcome)}, found {outcome!r}", field="outcome"
        )
    address = safe_url(source) if source.strip() else ""
    if address is None:
        raise InvalidInput("link_unusable", "expected an address with http(s)", field="source")
    point.outcome, point.outcome_note, point.outcome_source = outcome, _prose(note, "note"), address
    session.add(point)
    facts: dict[str, Json] = {"point": point.id, "outcome": outcome, "source": address}
    note_change(session, dossier, actor, "record_outcome", now=now, reason=one_line(note)[:300], facts=facts)
    advance(session, desk, dossier, now)
    return point


# --- pieces ---------------------------------------------------------------------------------------


def _opened(session: Session, dossier_id: int, actor: Actor, seen_revision: int | None = None) -> Dossier:
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_POINTS)
    if dossier.stage in (Stage.MERGED, Stage.CLOSED):
        raise StepNotAllowed(f"dossier {dossier.number} is {dossier.stage}: its points stay as they are")
    return dossier


def _checked(said: PointText) -> dict[str, Any]:
    problem = _prose(said.problem, "problem")
    if not problem:
        raise InvalidInput("problem_needed", "expected what is wrong, found nothing", field="problem")
    if said.priority not in PRIORITIES:
        raise InvalidInput("priority_needed", f"expected one of {PRIORITIES}", field="priority")
    return {
        "article": one_line(said.article)[:200],
        "problem": problem,
        "proposal": _prose(said.proposal, "proposal"),
        "proposed_wording": _prose(said.proposed_wording, "proposed_wording"),
        "priority": said.priority,
    }


def _prose(text: str, field: str) -> str:
    if len(text) > LONGEST_FIELD:
        raise InvalidInput("field_too_long", f"expected at most {LONGEST_FIELD} characters", field=field)
    return normalise_markdown(text).rstrip("\n")


def _told(point: Point) -> dict[str, Json]:
    return {
        "article": point.article,
        "problem": point.problem,
        "proposal": point.proposal,
        "proposed_wording": point.proposed_wording,
        "priority": point.priority,
    }
