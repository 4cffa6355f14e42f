"""The points of a response in the portal, with what cities bring and what became of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.errors import GuardFailed, InvalidInput, NotFound, StaleVersion, StepNotAllowed
from g40flow.storage.access import names_of_people
from g40flow.storage.dossier_tables import Dossier, LibraryPosition, Point, PointEvidence
from g40flow.storage.texts import evidence_of, points_of
from g40flow.use_cases.dossier.desk import open_to_read, roles_on
from g40flow.use_cases.text.drafting import earlier_positions
from g40flow.use_cases.text.points import (
    WITH_OUTCOME,
    PointText,
    add_point,
    edit_point,
    order_points,
    record_outcome,
    remove_point,
    set_evidence,
)
from g40flow.web.actor import CurrentActor
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/dossiers/{dossier_id}/points")

DossierId = Annotated[int, Path(ge=1, le=2**62)]
PointId = Annotated[int, Path(ge=1, le=2**62)]
Short = Annotated[str, Form(max_length=2_000)]
Long = Annotated[str, Form(max_length=12_000)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
Priority = Annotated[int, Form(ge=0, le=9)]
Tick = Annotated[bool, Form()]
Act = Callable[[Session], Any]
Problem = InvalidInput | GuardFailed | StepNotAllowed | StaleVersion


@dataclass(frozen=True, kw_only=True)
class PointsPage:
    """What is shown of the points. may: words of Right. evidence: by id of the point."""

    row: Dossier
    points: Sequence[Point]
    evidence: Mapping[int, Sequence[PointEvidence]]
    positions: Sequence[LibraryPosition]
    may: frozenset[str]
    names: Mapping[str, str]

    @property
    def may_edit(self) -> bool:
        """Whether the viewer can change points now."""
        return Right.EDIT_POINTS in self.may and self.row.stage not in (Stage.CLOSED, Stage.MERGED)

    @property
    def may_record(self) -> bool:
        """Whether the viewer can say what became of a point now."""
        return Right.RECORD_OUTCOME in self.may and self.row.stage in WITH_OUTCOME


@router.get("")
def points_page(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Every point, in order."""
    return _show(app, pages, dossier_id, actor, done=done)


@router.post("")
def post_point(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    article: Short = "",
    problem: Long = "",
    proposal: Long = "",
    proposed_wording: Long = "",
    priority: Priority = 2,
) -> Response:
    """Add a point."""
    said = PointText(
        article=article,
        problem=problem,
        proposal=proposal,
        proposed_wording=proposed_wording,
        priority=priority,
    )

    def act(session: Session) -> None:
        add_point(session, app.desk, dossier_id, said, actor=actor, now=app.now())

    return _try(app, pages, dossier_id, actor, "added", act, said)


@router.post("/{point_id}")
def post_edit(
    dossier_id: DossierId,
    point_id: PointId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    article: Short = "",
    problem: Long = "",
    proposal: Long = "",
    proposed_wording: Long = "",
    priority: Priority = 2,
) -> Response:
    """Say a point differently."""
    said = PointText(
        article=article,
        problem=problem,
        proposal=proposal,
        proposed_wording=proposed_wording,
        priority=priority,
    )

    def act(session: Session) -> None:
        edit_point(
            session,
            app.desk,
            dossier_id,
            point_id,
            said,
            actor=actor,
            seen_revision=seen,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, actor, "edited", act, said)


@router.post("/{point_id}/remove")
def post_remove(
    dossier_id: DossierId,
    point_id: PointId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    reason: Short = "",
) -> Response:
    """Take a point off."""

    def act(session: Session) -> None:
        remove_point(session, app.desk, dossier_id, point_id, actor=actor, reason=reason, now=app.now())

    return _try(app, pages, dossier_id, actor, "removed", act)


@router.post("/{point_id}/move")
def post_move(
    dossier_id: DossierId,
    point_id: PointId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    direction: Annotated[Literal["up", "down"], Form()],
) -> Response:
    """Put a point before or after its neighbour."""

    def act(session: Session) -> None:
        order = [point.id for point in points_of(session, dossier_id) if point.id is not None]
        if point_id not in order:
            raise NotFound(f"dossier {dossier_id} has no point {point_id}")
        at = order.index(point_id)
        other = at + (-1 if direction == "up" else 1)
        if 0 <= other < len(order):
            order[at], order[other] = order[other], order[at]
            order_points(session, app.desk, dossier_id, order, actor=actor, now=app.now())

    return _try(app, pages, dossier_id, actor, "moved", act)


@router.post("/{point_id}/evidence")
def post_evidence(
    dossier_id: DossierId,
    point_id: PointId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    city: Short = "",
    text: Long = "",
    publish: Tick = False,
) -> Response:
    """What a city brings for a point; empty takes it off."""

    def act(session: Session) -> None:
        set_evidence(
            session,
            app.desk,
            dossier_id,
            point_id,
            city,
            text,
            actor=actor,
            publish=publish,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, actor, "evidence", act)


@router.post("/{point_id}/outcome")
def post_outcome(
    dossier_id: DossierId,
    point_id: PointId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    outcome: Short = "",
    note: Long = "",
    source: Short = "",
) -> Response:
    """What became of a point."""

    def act(session: Session) -> None:
        record_outcome(
            session,
            app.desk,
            dossier_id,
            point_id,
            outcome,
            actor=actor,
            note=note,
            source=source,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, actor, "outcome", act)


# --- pieces -------------------------------------------------------------------------------------


def _try(
    app: App,
    pages: Pages,
    dossier_id: int,
    actor: Actor,
    done: str,
    act: Act,
    typed: PointText | None = None,
) -> Response:
    """One form, one use case; what is refused changes nothing and the page says why."""
    try:
        with app.database.writing() as session:
            act(session)
    except (InvalidInput, GuardFailed, StepNotAllowed, StaleVersion) as problem:
        return _show(app, pages, dossier_id, actor, problem=problem, typed=typed)
    return see_other(f"/dossiers/{dossier_id}/points?done={done}#melding")


def _show(
    app: App,
    pages: Pages,
    dossier_id: int,
    actor: Actor,
    *,
    done: str = "",
    problem: Problem | None = None,
    typed: PointText | None = None,
) -> HTMLResponse:
    with app.database.reading() as session:
        page = _page(session, app, dossier_id, actor)
    status = 200 if problem is None else 422 if isinstance(problem, InvalidInput) else 409
    return pages.show(
        "dossier_points.html",
        status=status,
        here="dossiers",
        page=page,
        done=done,
        problem=problem,
        stale=isinstance(problem, StaleVersion),
        typed=typed or PointText(problem=""),
        outcomes=[outcome.value for outcome in Outcome],
    )


def _page(session: Session, app: App, dossier_id: int, actor: Actor) -> PointsPage:
    dossier = open_to_read(session, dossier_id, actor)
    roles = roles_on(session, dossier, actor)
    may = frozenset(right.value for right in Right if RIGHTS[right] & roles)
    if Right.READ_HISTORY not in may:
        raise NotFound(f"dossier {dossier_id} shows {actor.person} nothing of its points")
    return PointsPage(
        row=dossier,
        points=points_of(session, dossier_id),
        evidence=evidence_of(session, dossier_id),
        positions=earlier_positions(session, dossier_id, actor=actor),
        may=may,
        names=names_of_people(session, app.network),
    )
