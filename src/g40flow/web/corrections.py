"""Corrections of routings: the list, the export for the router, and taking one back."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from g40flow.domain.errors import NotFound
from g40flow.domain.outside_text import one_line
from g40flow.storage.corrections import corrections_page
from g40flow.storage.tables import RoutingCorrection
from g40flow.use_cases.correct_item_routing import undo_correction
from g40flow.use_cases.learn_from_corrections import example_lines, judgements
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

PER_PAGE = 25


@router.get("/corrections")
def corrections(
    app: CurrentApp, pages: CurrentPages, page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1
) -> HTMLResponse:
    """What people said about routings, newest first."""
    paging = Paging(number=page, size=PER_PAGE)
    with app.database.reading() as session:
        rows, total = corrections_page(session, limit=paging.size, offset=paging.offset)
    return pages.show("corrections.html", here="corrections", rows=rows, paging=paging.of(total))


@router.get("/corrections.jsonl")
def export(app: CurrentApp) -> PlainTextResponse:
    """Labelled examples as `g40flow route eval` reads them, one JSON object per line."""
    with app.database.reading() as session:
        lines = list(example_lines(judgements(session)))
    return PlainTextResponse(
        "".join(line + "\n" for line in lines),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="correcties.jsonl"'},
    )


@router.post("/corrections/{correction_id}/undo")
def post_undo(
    correction_id: int, app: CurrentApp, person: Annotated[str, Form(max_length=100)] = ""
) -> RedirectResponse:
    """Restore the routing from before a correction."""
    with app.database.writing() as session:
        correction = session.get(RoutingCorrection, correction_id)
        if correction is None:
            raise NotFound(f"no correction {correction_id}")
        undone = undo_correction(
            session,
            app.announcer,
            correction_id,
            person=one_line(person) or correction.person,
            now=app.now(),
        )
    return RedirectResponse(f"/items/{undone.item_id}?done=undone#melding", status_code=303)
