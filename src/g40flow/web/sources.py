"""Pages about publishers: how it stands with them, and every look at one of them."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.errors import NotFound
from g40flow.render.coverage_picture import coverage
from g40flow.render.pictures import Ink, Picture
from g40flow.storage.publishers import recent_signals, runs_page
from g40flow.use_cases.pictures import source_days
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
        days = _days_picture(session, app)
    return pages.show("sources.html", here="sources", states=states, days=days)


def _days_picture(session: Session, app: App) -> Picture | None:
    """How the last four weeks went with every publisher that is followed; None if there is none."""
    configured = app.sources_config.all().items()
    rhythms = {name: config.every for name, config in configured if config.enabled}
    drawing = coverage(*source_days(session, rhythms, app.now(), known=app.known_days))
    return None if drawing is None else app.pictures.coverage(drawing, Ink.PAGE)


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
