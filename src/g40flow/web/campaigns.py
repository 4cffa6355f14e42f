"""Campaigns: the list, opening one, its page, and one ask with its history."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import CAMPAIGN_STAGES, Process
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.outside_text import one_line, whole_number
from g40flow.storage.access import names_of_people
from g40flow.storage.campaigns import ask_by_id, campaigns_by_id
from g40flow.storage.dossier_search import DossierSearch, search_dossiers
from g40flow.storage.items import items_by_id
from g40flow.use_cases.campaigns.asks import history_of_ask
from g40flow.use_cases.campaigns.open_campaign import NewCampaign, open_campaign
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.campaign_page import CHOICES, campaign_page, show_campaign
from g40flow.web.dossiers import DossierId, Text, Word, day_or_none
from g40flow.web.forms import Several, see_other
from g40flow.web.pages import Pages
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/campagnes")

PER_PAGE = 25
MOST_WORDS = 8
Id = Annotated[int, Path(ge=1, le=2**62)]


@router.get("", dependencies=[needs(Right.READ)])
def campaigns(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    q: Annotated[str, Query(max_length=200)] = "",
    state: Word = "open",
    stage: Word = "",
    kind: Word = "",
    group: Word = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """The list of campaigns with search and filters."""
    paging = Paging(number=page, size=PER_PAGE)
    text = " ".join(q.split()[:MOST_WORDS])
    search = DossierSearch(
        process=Process.CAMPAIGN,
        campaign_type=kind,
        text=text,
        state=state,
        stage=stage,
        group=group,
        limit=paging.size,
        offset=paging.offset,
    )
    today = dutch_date(app.now())
    with app.database.reading() as session:
        rows, total = search_dossiers(session, actor, search)
        found = campaigns_by_id(session, [row.id or 0 for row in rows])
        names = names_of_people(session, app.network)
    calendar = app.calendars.working
    left = {row.id: calendar.working_days_left(today, row.closes_on) for row in rows if row.closes_on}
    return pages.show(
        "campaigns.html",
        here="campaigns",
        rows=rows,
        campaigns=found,
        left=left,
        names=names,
        paging=paging.of(total),
        stages=[known.value for known in CAMPAIGN_STAGES],
        filters={"q": text, "state": state, "stage": stage, "kind": kind, "group": group},
        **CHOICES,
    )


_NOTHING_TYPED: dict[str, object] = {
    "title": "",
    "campaign_type": "",
    "ask": "",
    "origin": "",
    "lead": "",
    "groups": [],
    "decision_on": "",
    "item": "",
    "dossier": "",
    "confidential": False,
}


@router.get("/nieuw", dependencies=[needs(Right.OPEN_CAMPAIGN)])
def new_campaign(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    item: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    dossier: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> HTMLResponse:
    """The form for a new campaign; from a piece of parliament or a dossier if one is named."""
    typed = {**_NOTHING_TYPED, "item": item or "", "dossier": dossier or ""}
    if item is not None:
        with app.database.reading() as session:
            found = items_by_id(session, [item]).get(item)
        typed["title"] = "" if found is None else found.title
    return _new_form(pages, typed, None)


@router.post("/nieuw", dependencies=[needs(Right.OPEN_CAMPAIGN)])
def post_new_campaign(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    title: Text = "",
    campaign_type: Text = "",
    ask: Text = "",
    origin: Text = "",
    lead: Text = "",
    groups: Several = (),
    decision_on: Text = "",
    item: Text = "",
    dossier: Text = "",
    confidential: Annotated[bool, Form()] = False,
) -> Response:
    """Open a campaign."""
    typed = {
        "title": title,
        "campaign_type": campaign_type,
        "ask": ask,
        "origin": origin,
        "lead": lead,
        "groups": groups,
        "decision_on": decision_on,
        "item": item,
        "dossier": dossier,
        "confidential": confidential,
    }
    try:
        new = NewCampaign(
            title=title,
            campaign_type=campaign_type,
            ask=ask,
            origin=origin,
            groups=[group for group in dict.fromkeys([lead, *groups]) if group],
            decision_on=day_or_none(decision_on, "decision_on"),
            item_ids=[] if (number := whole_number(item)) is None else [number],
            from_dossier_id=whole_number(dossier),
            confidential=confidential,
        )
        with app.database.writing() as session:
            opened = open_campaign(session, app.desk, new, actor=actor, seeds=app.positions, now=app.now())
    except InvalidInput as error:
        return _new_form(pages, typed, error)
    return see_other(f"/campagnes/{opened.id}?done=open#melding")


def _new_form(pages: Pages, typed: dict[str, object], error: InvalidInput | None) -> HTMLResponse:
    return pages.show(
        "campaign_new.html",
        status=422 if error else 200,
        here="campaigns",
        typed=typed,
        error=error,
        documents={kind.value: CAMPAIGN_TYPES[kind].document.value for kind in CampaignType},
        **CHOICES,
    )


@router.get("/{dossier_id}", dependencies=[needs(Right.READ)])
def campaign(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    done: Annotated[str, Query(max_length=40)] = "",
    who: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Everything about one campaign. done: what was just done, for the confirmation.

    who: part of a name, to find somebody whom the forms do not offer.
    """
    return show_campaign(dossier_id, app, pages, actor, done=done, searched=one_line(who))


@router.get("/{dossier_id}/boodschappen/{ask_id}", dependencies=[needs(Right.READ)])
def ask(
    dossier_id: DossierId, ask_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> HTMLResponse:
    """One ask: what it says, what cities bring, what came of it and what happened to it."""
    return show_ask(dossier_id, ask_id, app, pages, actor)


def show_ask(
    dossier_id: int,
    ask_id: int,
    app: CurrentApp,
    pages: Pages,
    actor: CurrentActor,
    *,
    status: int = 200,
    problem: Exception | None = None,
) -> HTMLResponse:
    """The page of an ask. problem: why what was asked was not done."""
    with app.database.reading() as session:
        found = campaign_page(session, app, dossier_id, actor, app.now())
        view = next((v for v in (*found.asks, *found.dropped) if v.row.id == ask_id), None)
        if view is None or not found.page.is_inside:  # what cities bring is not for partners
            raise NotFound(f"campaign {dossier_id} has no ask {ask_id}")
        entries = history_of_ask(session, ask_by_id(session, ask_id))
        proof = items_by_id(session, [view.row.result_item_id or 0]).get(view.row.result_item_id or 0)
        return pages.show(
            "ask.html",
            status=status,
            here="campaigns",
            campaign=found,
            page=found.page,
            ask=view,
            proof=proof,
            entries=entries[::-1],
            problem=problem,
            **CHOICES,
        )
