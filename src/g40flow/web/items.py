"""Pages about items: the list, one item, and the two things a person may change in it."""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind
from g40flow.domain.outside_text import one_line
from g40flow.domain.reach import PERSON
from g40flow.storage.dossier_search import visible_dossiers_about
from g40flow.storage.items import ItemSearch, search_items
from g40flow.storage.preferences import wants_plain_words
from g40flow.storage.records import records_behind
from g40flow.storage.tables import Item
from g40flow.use_cases.correct_item_routing import correct_item_routing
from g40flow.use_cases.dossier.follow import is_following
from g40flow.use_cases.dossier.recalculate import agree_about_item
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.family_page import family_part
from g40flow.web.forms import AgreedDeadlineForm, CorrectionForm, Several, see_other
from g40flow.web.item_lines import item_lines
from g40flow.web.item_page import item_page
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.record_view import record_as_json
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

PER_PAGE = 25
MOST_WORDS = 8
"""Words of a search that count; each one costs a look through all texts."""

ItemId = Annotated[int, Path(ge=1, le=2**62)]
Word = Annotated[str, Query(max_length=100)]


@router.get("/items")
def items(
    app: CurrentApp,
    pages: CurrentPages,
    q: Annotated[str, Query(max_length=200)] = "",
    source: Word = "",
    kind: Word = "",
    group: Word = "",
    triage: Annotated[bool, Query()] = False,
    open_only: Annotated[bool, Query(alias="open")] = False,
    order: Word = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """The list of items with search and filters."""
    text = one_line(q)
    paging = Paging(number=page, size=PER_PAGE)
    search = ItemSearch(
        text=" ".join(text.split()[:MOST_WORDS]),
        source=source,
        kind=kind,
        group=group,
        triage=triage,
        open_on=dutch_date(app.now()) if open_only else None,
        soonest_first=order == "soonest",
        limit=paging.size,
        offset=paging.offset,
        count_until=paging.counted_until,
    )
    with app.database.reading() as session:
        rows, total = search_items(session, search)
        lines = item_lines(session, app, rows)
    return pages.show(
        "items.html",
        here="items",
        lines=lines,
        paging=paging.of(total, until=paging.counted_until),
        filters={
            "q": text,
            "source": source,
            "kind": kind,
            "group": group,
            "triage": "1" if triage else "",
            "open": "1" if open_only else "",
            "order": order if order == "soonest" else "",
        },
        sources=list(app.sources_config.all()),
        kinds=[known.value for known in ItemKind],
    )


@router.get("/items/{item_id}")
def item(
    item_id: ItemId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Everything about one item. done: what was just changed, for the confirmation."""
    return _show(item_id, app, pages, actor, done=done)


@router.get("/items/{item_id}/records.json")
def records(item_id: ItemId, app: CurrentApp) -> Response:
    """What the publisher said, whole, for people who want to check it."""
    with app.database.reading() as session:
        row = session.get(Item, item_id)
        if row is None:
            raise NotFound(f"no item {item_id}")
        found = [record_as_json(r) for r in records_behind(session, row.source, row.identifier, limit=500)]
    return Response(json.dumps(found, ensure_ascii=False, indent=1), media_type="application/json")


@router.post("/items/{item_id}/routing", dependencies=[needs(Right.CORRECT_ROUTING)])
def post_routing(
    item_id: ItemId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    groups: Several = (),
    seen: Several = (),
    lead: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Send an item to other groups."""
    form = CorrectionForm.read(app.network, groups=groups, lead=lead, reason=reason)
    if form.errors:
        return _show(item_id, app, pages, actor, status=422, correction=form)
    with app.database.writing() as session:
        correct_item_routing(
            session,
            app.announcer,
            item_id,
            form.groups,
            seen_groups=seen,
            person=actor.name,
            reason=form.reason,
            now=app.now(),
        )
    return see_other(f"/items/{item_id}?done=routing#melding")


@router.post("/items/{item_id}/agreed-deadline", dependencies=[needs(Right.EDIT_DOSSIER)])
def post_agreed_deadline(
    item_id: ItemId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    closes_on: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
    remove: Annotated[bool, Form()] = False,
) -> Response:
    """Record another last day than the published one, or take that back."""
    form = AgreedDeadlineForm.read(closes_on=closes_on, source=source, seen=seen, remove=remove)
    if form.errors:
        return _show(item_id, app, pages, actor, status=422, deadline=form)
    with app.database.writing() as session:
        agree_about_item(
            session,
            app.desk,
            item_id,
            form.day,
            source=form.source,
            seen=form.seen_day,
            actor=actor,
            now=app.now(),
        )
    return see_other(f"/items/{item_id}?done=deadline#melding")


def _show(
    item_id: int,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    *,
    status: int = 200,
    done: str = "",
    correction: CorrectionForm | None = None,
    deadline: AgreedDeadlineForm | None = None,
) -> HTMLResponse:
    """The page of an item; with a form that was refused as it was filled in."""
    with app.database.reading() as session:
        page = item_page(session, app, item_id)
        dossiers = visible_dossiers_about(session, actor, item_id)
        follows = is_following(session, actor.person, f"item:{item_id}")
        family = family_part(session, app, actor, page.row)
        plain = wants_plain_words(session, f"{PERSON}{actor.person}")
    return pages.show(
        "item.html",
        status=status,
        here="items",
        page=page,
        dossiers=dossiers,
        follows=follows,
        family=family,
        in_plain_words=plain,
        done=done,
        correction=correction or CorrectionForm.of_routing([r.theme_group for r in page.routings]),
        deadline=deadline or AgreedDeadlineForm.of_item(page.row),
    )
