"""The library of positions in the portal: searching, adding, taking off."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.words import PositionKind
from g40flow.domain.errors import InvalidInput
from g40flow.use_cases.text.library import PositionText, add_position, retire_position, search_library
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.forms import Several, see_other, typed_day
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/library")

Short = Annotated[str, Form(max_length=2_000)]
MOST_SHOWN = 100


@router.get("", dependencies=[needs(Right.READ_HISTORY)])
def library(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    q: Annotated[str, Query(max_length=200)] = "",
    group: Annotated[str, Query(max_length=100)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Positions and core messages by words, group and kind."""
    return _show(app, pages, actor, q=q, group=group, kind=kind, done=done)


@router.post("", dependencies=[needs(Right.MANAGE_LIBRARY)])
def post_position(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    title: Short = "",
    body: Annotated[str, Form(max_length=30_000)] = "",
    source: Short = "",
    adopted_on: Short = "",
    kind: Short = PositionKind.POSITION,
    groups: Several = (),
) -> Response:
    """Add a position or a core message."""
    day = typed_day(adopted_on)
    said = PositionText(title=title, body=body, theme_groups=groups, source=source, adopted_on=day, kind=kind)
    if adopted_on.strip() and day is None:
        no_date = InvalidInput("no_date", f"{adopted_on!r} is no date", field="adopted_on")
        return _show(app, pages, actor, problem=no_date, typed=said)
    try:
        with app.database.writing() as session:
            add_position(session, app.desk, said, actor=actor, now=app.now())
    except InvalidInput as problem:
        return _show(app, pages, actor, problem=problem, typed=said)
    return see_other("/library?done=added#melding")


@router.post("/{position_id}/retire", dependencies=[needs(Right.MANAGE_LIBRARY)])
def post_retire(
    position_id: Annotated[int, Path(ge=1, le=2**62)],
    app: CurrentApp,
    actor: CurrentActor,
    reason: Short = "",
) -> Response:
    """Take a position off."""
    with app.database.writing() as session:
        retire_position(session, app.desk, position_id, actor=actor, reason=reason, now=app.now())
    return see_other("/library?done=retired#melding")


def _show(
    app: App,
    pages: Pages,
    actor: Actor,
    *,
    q: str = "",
    group: str = "",
    kind: str = "",
    done: str = "",
    problem: InvalidInput | None = None,
    typed: PositionText | None = None,
) -> HTMLResponse:
    with app.database.reading() as session:
        found = search_library(session, q, group, kind)
    held = {held.role for held in actor.holdings}
    return pages.show(
        "library.html",
        status=200 if problem is None else 422,
        here="library",
        positions=found[:MOST_SHOWN],
        total=len(found),
        q=q,
        group=group,
        kind=kind,
        done=done,
        problem=problem,
        typed=typed or PositionText(title="", body="", theme_groups=[], source=""),
        may_manage=bool(RIGHTS[Right.MANAGE_LIBRARY] & held),
    )
