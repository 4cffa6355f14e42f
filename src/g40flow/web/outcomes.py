"""What people do with what may have come of asks and points: each form is one use case."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Path
from fastapi.responses import Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.errors import InvalidInput, NotFound, StepNotAllowed
from g40flow.storage.outcomes import proof_by_id, proposal_by_id
from g40flow.use_cases.dossier.desk import open_to_read
from g40flow.use_cases.outcomes.link import (
    OutcomeLink,
    dismiss_outcome,
    link_outcome,
    reopen_outcome,
    unlink_outcome,
)
from g40flow.web.actor import CurrentActor
from g40flow.web.dossiers import address_of, show_dossier
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/uitkomsten")

Id = Annotated[int, Path(ge=1, le=2**62)]
Text = Annotated[str, Form(max_length=2000)]


@router.post("/{proposal_id}/koppelen")
def post_link(
    proposal_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    target: Text = "",
    direction: Text = "helps",
    result: Text = "",
    note: Text = "",
) -> Response:
    """Link a proposal to an ask or point, with or without a result."""

    def link(session: Session) -> None:
        ask_id, point_id = _target(target)
        said = OutcomeLink(
            ask_id=ask_id, point_id=point_id, direction=direction, result=result.strip(), note=note
        )
        link_outcome(session, app.desk, proposal_id, said, actor=actor, now=app.now())

    return _do(app, pages, actor, proposal_id, link, f"uitkomst-{proposal_id}")


@router.post("/{proposal_id}/afwijzen")
def post_dismiss(
    proposal_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, reason: Text = ""
) -> Response:
    """Say that a proposal does not belong here."""

    def dismiss(session: Session) -> None:
        dismiss_outcome(session, app.desk, proposal_id, reason=reason, actor=actor, now=app.now())

    return _do(app, pages, actor, proposal_id, dismiss, "uitkomsten")


@router.post("/{proposal_id}/terugzetten")
def post_reopen(proposal_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Take back that a proposal does not belong here."""

    def reopen(session: Session) -> None:
        reopen_outcome(session, app.desk, proposal_id, actor=actor, now=app.now())

    return _do(app, pages, actor, proposal_id, reopen, f"uitkomst-{proposal_id}")


@router.post("/bewijs/{proof_id}/los")
def post_unlink(proof_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Take a link off."""
    with app.database.reading() as session:
        proposal_id = proof_by_id(session, proof_id).proposal_id

    def unlink(session: Session) -> None:
        unlink_outcome(session, app.desk, proof_id, actor=actor, now=app.now())

    return _do(app, pages, actor, proposal_id, unlink, "uitkomsten")


def _do(
    app: App, pages: Pages, actor: Actor, proposal_id: int, work: Callable[[Session], object], anchor: str
) -> Response:
    """Do it, and show the page of the dossier again where it stands; a mistake is said there."""
    with app.database.reading() as session:
        dossier = open_to_read(session, proposal_by_id(session, proposal_id).dossier_id, actor)
        dossier_id = dossier.id or 0
    try:
        with app.database.writing() as session:
            work(session)
    except (InvalidInput, StepNotAllowed) as problem:
        status = 422 if isinstance(problem, InvalidInput) else 409
        return show_dossier(dossier_id, app, pages, actor, status=status, problem=problem)
    return see_other(f"{address_of(app, dossier_id)}#{anchor}")


def _target(value: str) -> tuple[int | None, int | None]:
    kind, _, number = value.partition(":")
    if not value:
        return None, None
    if kind not in ("ask", "point") or not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise NotFound(f"there is no ask or point {value!r}")
    return (int(number), None) if kind == "ask" else (None, int(number))
