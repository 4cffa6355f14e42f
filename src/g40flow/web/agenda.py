"""The agenda: coming days of all dossiers that the viewer may see."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from g40flow.use_cases.dossier.agenda import agenda_of
from g40flow.web.actor import CurrentActor
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

WEEKS = (2, 4, 8, 13, 26)
USUAL_WEEKS = 4


@router.get("/agenda")
def agenda(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    weeks: Annotated[int, Query(ge=1, le=52)] = USUAL_WEEKS,
    group: Annotated[str, Query(max_length=100)] = "",
    mine: Annotated[bool, Query()] = False,
) -> HTMLResponse:
    """What is late, and what comes, week by week."""
    now = app.now()
    with app.database.reading() as session:
        found = agenda_of(session, app.desk, actor, now, weeks=weeks, group=group, mine=mine)
        return pages.show(
            "agenda.html",
            here="agenda",
            weeks=found,
            number=weeks,
            choices=WEEKS,
            group=group,
            mine=mine,
        )
