"""Corrections of routings: the list, the export for the router, and taking one back."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from g40flow.domain.dossier.rights import Right
from g40flow.storage.corrections import corrections_page
from g40flow.use_cases.correct_item_routing import undo_correction
from g40flow.use_cases.learn_from_corrections import example_lines, judgements
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

PER_PAGE = 25


@router.get("/corrections", dependencies=[needs(Right.READ_HISTORY)])
def corrections(
    app: CurrentApp, pages: CurrentPages, page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1
) -> HTMLResponse:
    """What people said about routings, newest first."""
    paging = Paging(number=page, size=PER_PAGE)
    with app.database.reading() as session:
        rows, total = corrections_page(session, limit=paging.size, offset=paging.offset)
    return pages.show("corrections.html", here="corrections", rows=rows, paging=paging.of(total))


@router.get("/corrections.jsonl", dependencies=[needs(Right.READ_HISTORY)])
def export(app: CurrentApp) -> PlainTextResponse:
    """Labelled examples as `g40flow route eval` reads them, one JSON object per line."""
    with app.database.reading() as session:
        lines = list(example_lines(judgements(session)))
    return PlainTextResponse(
        "".join(line + "\n" for line in lines),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="correcties.jsonl"'},
    )


@router.post("/corrections/{correction_id}/undo", dependencies=[needs(Right.CORRECT_ROUTING)])
def post_undo(correction_id: int, app: CurrentApp, actor: CurrentActor) -> RedirectResponse:
    """Restore the routing from before a correction."""
    with app.database.writing() as session:
        undone = undo_correction(session, app.announcer, correction_id, person=actor.name, now=app.now())
    return RedirectResponse(f"/items/{undone.item_id}?done=undone#melding", status_code=303)
