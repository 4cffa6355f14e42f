"""Pages about publishers: how it stands with them, and every look at one of them."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from g40flow.domain.errors import NotFound
from g40flow.storage.publishers import recent_signals, runs_page
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.source_state import source_states
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

RUNS_PER_PAGE = 50


@router.get("/sources")
def sources(app: CurrentApp, pages: CurrentPages) -> HTMLResponse:
    """Every publisher with its streams."""
    with app.database.reading() as session:
        states = source_states(session, app)
    return pages.show("sources.html", here="sources", states=states)


@router.get("/sources/{name}")
def source(
    name: str,
    app: CurrentApp,
    pages: CurrentPages,
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """One publisher: streams, every look at it, and what was odd."""
    paging = Paging(number=page, size=RUNS_PER_PAGE)
    with app.database.reading() as session:
        state = next((state for state in source_states(session, app) if state.name == name), None)
        if state is None:
            raise NotFound(f"no source {name!r}")
        runs, total = runs_page(session, name, limit=paging.size, offset=paging.offset)
        signals = recent_signals(session, name)
    return pages.show(
        "source.html", here="sources", state=state, runs=runs, paging=paging.of(total), signals=signals
    )
