"""Pages about dossiers: my work, the list, opening one, one dossier and its whole history."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.dossier.workflow import RESPONSE_STAGES, Process
from g40flow.domain.errors import HistoryBroken, InvalidInput, NotAllowed
from g40flow.domain.instants import dutch_date
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import names_of_people
from g40flow.storage.dossier_search import DossierSearch, search_dossiers
from g40flow.storage.dossier_tables import HistoryEntry
from g40flow.storage.dossiers import dossier_by_id
from g40flow.storage.history import chain_of, history_of, verify_chain
from g40flow.use_cases.dossier.desk import open_to_read
from g40flow.use_cases.dossier.follow import follow_item
from g40flow.use_cases.dossier.open_dossier import AlreadyDossier, open_by_hand, open_dossier
from g40flow.use_cases.dossier.work import work_of
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.campaign_page import show_campaign
from g40flow.web.dossier_page import (
    ANSWERS,
    DOCUMENT_TYPES,
    NO_RESPONSE_CODES,
    RESPONSES,
    dossier_page,
    is_inside,
)
from g40flow.web.forms import Several, see_other, typed_day
from g40flow.web.links import address_with
from g40flow.web.overview import terms_picture
from g40flow.web.pages import Pages
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

PER_PAGE, PER_HISTORY_PAGE = 25, 100
MOST_WORDS = 8
MOST_WRITTEN = 20
"""Dossiers of a pen holder on the page of his work; the rest is behind a link."""
DossierId = Annotated[int, Path(ge=1, le=2**62)]
Word = Annotated[str, Query(max_length=100)]
Text = Annotated[str, Form(max_length=2000)]


@router.get("/work")
def work(app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> HTMLResponse:
    """What waits for the viewer."""
    now = app.now()
    with app.database.reading() as session:
        found = work_of(session, app.desk, actor, now)
        names = names_of_people(session, app.network)
        writes = DossierSearch(pen_holder=actor.person, process="", limit=MOST_WRITTEN)
        own, _ = search_dossiers(session, actor, writes)
    asked = {waiting.dossier_id for waiting in found}
    written = [row for row in own if row.id not in asked]
    return pages.show("work.html", here="work", work=found, names=names, written=written)


@router.get("/dossiers")
def dossiers(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    q: Annotated[str, Query(max_length=200)] = "",
    state: Word = "open",
    stage: Word = "",
    group: Word = "",
    mine: Annotated[bool, Query()] = False,
    order: Word = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """The list of dossiers with search and filters."""
    paging, text = Paging(number=page, size=PER_PAGE), one_line(q)
    search = DossierSearch(
        text=" ".join(text.split()[:MOST_WORDS]),
        state="" if stage else state,
        stage=stage,
        group=group,
        pen_holder=actor.person if mine else "",
        newest_first=order == "newest",
        limit=paging.size,
        offset=paging.offset,
    )
    today = dutch_date(app.now())
    with app.database.reading() as session:
        rows, total = search_dossiers(session, actor, search)
        names = names_of_people(session, app.network)
        is_list_of_open = state == "open" and not (text or stage or mine)
        terms = terms_picture(session, app, actor, group) if is_list_of_open and page == 1 else None
    left = {row.id: _days_left(app, row.agreed_closes_on or row.closes_on, today) for row in rows}
    return pages.show(
        "dossiers.html",
        here="dossiers",
        rows=rows,
        terms=terms,
        left=left,
        names=names,
        paging=paging.of(total),
        stages=[known.value for known in RESPONSE_STAGES],
        filters={
            "q": text,
            "state": state,
            "stage": stage,
            "group": group,
            "mine": "1" if mine else "",
            "order": order if order == "newest" else "",
        },
    )


def _days_left(app: App, day: date | None, today: date) -> int | None:
    return None if day is None else app.calendars.working.working_days_left(today, day)


@router.get("/dossiers/new", dependencies=[needs(Right.OPEN_DOSSIER)])
def new_dossier(pages: CurrentPages) -> HTMLResponse:
    """The form for a dossier that no publisher asks for."""
    return _new_form(pages, {}, None)


@router.post("/dossiers/new", dependencies=[needs(Right.OPEN_DOSSIER)])
def post_new_dossier(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    title: Text = "",
    document_type: Text = "",
    lead: Text = "",
    groups: Several = (),
    closes_on: Text = "",
    confidential: Annotated[bool, Form()] = False,
) -> Response:
    """Open a dossier by hand."""
    typed = {
        "title": title,
        "document_type": document_type,
        "lead": lead,
        "groups": groups,
        "closes_on": closes_on,
        "confidential": confidential,
    }
    try:
        day = day_or_none(closes_on)
        with app.database.writing() as session:
            dossier = open_by_hand(
                session,
                app.desk,
                title=title,
                document_type=document_type,
                groups=[group for group in dict.fromkeys([lead, *groups]) if group],
                closes_on=day,
                confidential=confidential,
                actor=actor,
                now=app.now(),
            )
    except InvalidInput as error:
        return _new_form(pages, typed, error)
    return see_other(f"/dossiers/{dossier.id}?done=open#melding")


_NOTHING_TYPED: dict[str, object] = {
    "title": "",
    "document_type": "",
    "lead": "",
    "groups": [],
    "closes_on": "",
    "confidential": False,
}


def day_or_none(typed: str, field: str = "closes_on") -> date | None:
    """The day that was typed; None for nothing. Raises InvalidInput ("no_date")."""
    if not (said := one_line(typed)):
        return None
    if (day := typed_day(said)) is None:
        raise InvalidInput("no_date", f"{said!r} is no date", field=field)
    return day


def _new_form(pages: Pages, typed: dict[str, object], error: InvalidInput | None) -> HTMLResponse:
    return pages.show(
        "dossier_new.html",
        status=422 if error else 200,
        here="dossiers",
        typed={**_NOTHING_TYPED, **typed},
        error=error,
        document_types=DOCUMENT_TYPES,
    )


@router.post("/items/{item_id}/dossier", dependencies=[needs(Right.OPEN_DOSSIER)])
def post_item_dossier(
    item_id: Annotated[int, Path(ge=1, le=2**62)],
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    routed: Annotated[bool, Form()] = False,
    confidential: Annotated[bool, Form()] = False,
    despite_open: Annotated[bool, Form()] = False,
) -> Response:
    """Open a dossier about an item; if there is one, say which and ask again."""
    try:
        with app.database.writing() as session:
            dossier = open_dossier(
                session,
                app.desk,
                [item_id],
                actor=actor,
                now=app.now(),
                despite_open=despite_open,
                routed=routed,
                confidential=confidential,
            )
    except AlreadyDossier as there_is:
        return pages.show(
            "dossier_exists.html",
            status=409,
            here="dossiers",
            there_is=there_is,
            item_id=item_id,
            routed=routed,
            confidential=confidential,
        )
    return see_other(f"/dossiers/{dossier.id}?done=open#melding")


@router.post("/items/{item_id}/follow")
def post_follow_item(
    item_id: Annotated[int, Path(ge=1, le=2**62)], app: CurrentApp, actor: CurrentActor
) -> Response:
    """Hear of the dossiers about an item."""
    require(Right.READ, {held.role for held in actor.holdings})
    with app.database.writing() as session:
        follow_item(session, item_id, actor=actor, now=app.now())
    return see_other(f"/items/{item_id}#dossier")


@router.get("/dossiers/{dossier_id}")
def dossier(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    done: Annotated[str, Query(max_length=40)] = "",
    who: Word = "",
) -> Response:
    """Everything about one dossier. done: what was just done, for the confirmation.

    who: part of a name, to find somebody whom the forms do not offer.
    """
    with app.database.reading() as session:
        if not _is_campaign(session, dossier_id):
            return _page(session, dossier_id, app, pages, actor, done=done, searched=one_line(who))
    return RedirectResponse(address_with(f"/campagnes/{dossier_id}", {"done": done}), status_code=303)


def show_dossier(
    dossier_id: int,
    app: App,
    pages: Pages,
    actor: Actor,
    *,
    status: int = 200,
    done: str = "",
    problem: Exception | None = None,
) -> HTMLResponse:
    """The page of a dossier. problem: why what was asked was not done; nothing has changed then."""
    with app.database.reading() as session:
        if not _is_campaign(session, dossier_id):
            return _page(session, dossier_id, app, pages, actor, status=status, done=done, problem=problem)
    return show_campaign(dossier_id, app, pages, actor, status=status, done=done, problem=problem)


def _page(
    session: Session,
    dossier_id: int,
    app: App,
    pages: Pages,
    actor: Actor,
    *,
    status: int = 200,
    done: str = "",
    problem: Exception | None = None,
    searched: str = "",
) -> HTMLResponse:
    return pages.show(
        "dossier.html",
        status=status,
        here="dossiers",
        page=dossier_page(session, app, dossier_id, actor, app.now(), searched=searched),
        done=done,
        problem=problem,
        guards=list(getattr(problem, "guards", ())),
        responses=RESPONSES,
        no_response_codes=NO_RESPONSE_CODES,
        signature_answers=ANSWERS,
    )


def address_of(app: App, dossier_id: int) -> str:
    """The address of the page of a dossier or campaign. Raises NotFound."""
    with app.database.reading() as session:
        is_campaign = _is_campaign(session, dossier_id)
    return f"/campagnes/{dossier_id}" if is_campaign else f"/dossiers/{dossier_id}"


def _is_campaign(session: Session, dossier_id: int) -> bool:
    """Whether it goes by the steps of a campaign, whose page is another one. Raises NotFound."""
    return dossier_by_id(session, dossier_id).process == Process.CAMPAIGN


@router.get("/dossiers/{dossier_id}/history")
def history(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    person: Word = "",
    action: Word = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """Everything that was done in a dossier, newest first, and whether it is as it was written."""
    paging = Paging(number=page, size=PER_HISTORY_PAGE)
    with app.database.reading() as session:
        row = open_to_read(session, dossier_id, actor)
        if not is_inside(actor, row):
            raise NotAllowed("the history is for people of the network")
        oldest_first = history_of(session, chain_of(dossier_id))
        broken = _what_is_broken(session, dossier_id, oldest_first)
        names = names_of_people(session, app.network)
    entries = oldest_first[::-1]
    found = [e for e in entries if person in ("", e.person) and action in ("", e.action)]
    return pages.show(
        "dossier_history.html",
        here="dossiers",
        row=row,
        entries=found[paging.offset : paging.offset + paging.size],
        all_entries=len(entries),
        people=sorted({(e.person, e.person_name) for e in entries}, key=lambda who: who[1].casefold()),
        actions=list(dict.fromkeys(e.action for e in reversed(entries))),
        broken=broken,
        names=names,
        paging=paging.of(len(found)),
        filters={"person": person, "action": action},
    )


def _what_is_broken(session: Session, dossier_id: int, entries: Sequence[HistoryEntry]) -> str:
    """What is wrong with the chain of a dossier; "" if every entry is as it was written."""
    try:
        verify_chain(session, chain_of(dossier_id), entries)
    except HistoryBroken as error:
        return str(error)
    return ""
