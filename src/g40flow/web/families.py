"""Pages about families of items: what belongs together, following it, and correcting it."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput
from g40flow.storage.family_members import family_id_of
from g40flow.use_cases.dossier.follow import follow_family_of, unfollow_family
from g40flow.use_cases.families.decide import keep_apart, put_together, take_back
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.family_page import family_page
from g40flow.web.forms import see_other
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=2**62)]
Tick = Annotated[bool, Form()]


@router.get("/families/{family_id}")
def family(
    family_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Everything of one family in the order of its days. done: what was just changed."""
    return _show(family_id, app, pages, actor, done=done)


@router.post("/items/{item_id}/family/follow")
def post_follow(item_id: Number, app: CurrentApp, actor: CurrentActor, stop: Tick = False) -> Response:
    """Hear of everything that belongs with an item; stop: no more."""
    require(Right.READ, {held.role for held in actor.holdings})
    with app.database.writing() as session:
        if not stop:
            family_id = follow_family_of(session, item_id, actor=actor, now=app.now())
        elif (known := family_id_of(session, item_id)) is not None:
            unfollow_family(session, known, actor=actor)
    if stop:
        return see_other(f"/items/{item_id}#reeks")
    return see_other(f"/families/{family_id}?done=follow#melding")


@router.post("/families/{family_id}/unfollow")
def post_unfollow(family_id: Number, app: CurrentApp, actor: CurrentActor) -> Response:
    """Hear no more of a family."""
    require(Right.READ, {held.role for held in actor.holdings})
    with app.database.writing() as session:
        unfollow_family(session, family_id, actor=actor)
    return see_other(f"/families/{family_id}?done=unfollow#melding")


@router.post("/families/{family_id}/apart", dependencies=[needs(Right.CORRECT_FAMILY)])
def post_apart(
    family_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    item: Annotated[int, Form(ge=1, le=2**62)],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """This item does not belong with the rest."""
    try:
        with app.database.writing() as session:
            keep_apart(session, item, actor=actor, reason=reason, seen_family=family_id, now=app.now())
    except InvalidInput as error:
        return _show(family_id, app, pages, actor, status=422, mistake=error.code, item=item, reason=reason)
    return see_other(f"/families/{family_id}?done=apart#melding")


@router.post("/families/{family_id}/together", dependencies=[needs(Right.CORRECT_FAMILY)])
def post_together(
    family_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    item: Annotated[int, Form(ge=1, le=2**62)],
    other: Annotated[int, Form(ge=1, le=2**62)],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Another item belongs with these. item: any of the family."""
    try:
        with app.database.writing() as session:
            put_together(session, item, other, actor=actor, reason=reason, now=app.now())
    except InvalidInput as error:
        return _show(family_id, app, pages, actor, status=422, mistake=error.code, item=other, reason=reason)
    return see_other(f"/families/{family_id}?done=together#melding")


@router.post("/families/decisions/{decision_id}/undo", dependencies=[needs(Right.CORRECT_FAMILY)])
def post_undo(decision_id: Number, app: CurrentApp, actor: CurrentActor) -> Response:
    """Let what publishers say count again."""
    with app.database.writing() as session:
        decision = take_back(session, decision_id, actor=actor, now=app.now())
        family_id = family_id_of(session, decision.item_id)
    if family_id is None:
        return see_other(f"/items/{decision.item_id}#reeks")
    return see_other(f"/families/{family_id}?done=undone#melding")


def _show(
    family_id: int,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    *,
    status: int = 200,
    done: str = "",
    mistake: str = "",
    item: int = 0,
    reason: str = "",
) -> Response:
    with app.database.reading() as session:
        page = family_page(session, app, actor, family_id)
    if page.family_id != family_id and status == 200:
        return see_other(f"/families/{page.family_id}?done={done}")
    values = {"mistake": mistake, "mistaken_item": item, "typed_reason": reason}
    shown: HTMLResponse = pages.show(
        "family.html", status=status, here="items", page=page, done=done, **values
    )
    return shown
