"""From several items that were ticked in the list: one new dossier about them, or an existing one."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import FINAL
from g40flow.domain.errors import InvalidInput
from g40flow.storage.dossier_search import visible_dossiers_about
from g40flow.storage.items import items_by_id
from g40flow.use_cases.dossier.add_items import add_items
from g40flow.use_cases.dossier.open_dossier import open_dossier
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.dossiers import address_of
from g40flow.web.forms import see_other
from g40flow.web.item_lines import item_lines
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

MOST_ITEMS = 50
"""A page of the list shows fewer."""

ItemId = Annotated[int, Query(ge=1, le=2**62)]
Chosen = Annotated[Sequence[ItemId], Query(max_length=MOST_ITEMS)]
ChosenInForm = Annotated[Sequence[Annotated[int, Form(ge=1, le=2**62)]], Form(max_length=MOST_ITEMS)]
Number = Annotated[str, Form(max_length=100)]
Tick = Annotated[bool, Form()]


@router.get("/dossiers/from-items", dependencies=[needs(Right.OPEN_DOSSIER)])
def chosen(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    item: Chosen = (),
) -> HTMLResponse:
    """The items that were ticked, and what can be done with them."""
    return _show(app, pages, actor, item)


@router.post("/dossiers/from-items", dependencies=[needs(Right.OPEN_DOSSIER)])
def post_open(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    item: ChosenInForm = (),
    routed: Tick = False,
    confidential: Tick = False,
    despite_open: Tick = False,
) -> Response:
    """Open one dossier about all of them."""
    typed = {"routed": routed, "confidential": confidential}
    try:
        with app.database.writing() as session:
            dossier = open_dossier(
                session,
                app.desk,
                item,
                actor=actor,
                now=app.now(),
                despite_open=despite_open,
                routed=routed,
                confidential=confidential,
            )
    except InvalidInput as problem:
        return _show(app, pages, actor, item, problem=problem, typed=typed)
    return see_other(f"/dossiers/{dossier.id}?done=open#melding")


@router.post("/dossiers/from-items/add", dependencies=[needs(Right.OPEN_DOSSIER)])
def post_add(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    item: ChosenInForm = (),
    number: Number = "",
) -> Response:
    """Add them to a dossier that there is."""
    try:
        with app.database.writing() as session:
            dossier_id = add_items(session, number, item, actor=actor, now=app.now()).id or 0
    except InvalidInput as problem:
        return _show(app, pages, actor, item, problem=problem, typed={"number": number})
    return see_other(f"{address_of(app, dossier_id)}?done=add_item#melding")


def _show(
    app: App,
    pages: Pages,
    actor: Actor,
    item_ids: Sequence[int],
    *,
    problem: InvalidInput | None = None,
    typed: Mapping[str, object] | None = None,
) -> HTMLResponse:
    """The page with what was ticked. Items that are gone are left out."""
    with app.database.reading() as session:
        found = items_by_id(session, item_ids)
        rows = [found[id_] for id_ in dict.fromkeys(item_ids) if id_ in found]
        lines = item_lines(session, app, rows)
        about = {row.id: visible_dossiers_about(session, actor, row.id or 0) for row in rows}
    running = {d.number: d for dossiers in about.values() for d in dossiers if d.stage not in FINAL}
    return pages.show(
        "dossier_of_items.html",
        status=422 if problem else 200,
        here="dossiers",
        lines=lines,
        about=about,
        running=[running[number] for number in sorted(running)],
        problem=problem,
        typed={"routed": False, "confidential": False, "number": "", **(typed or {})},
    )
