"""Contacts with the outside: the list, writing one down in under a minute, and what must happen next."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import Process
from g40flow.domain.errors import InvalidInput, NotFound, StepNotAllowed
from g40flow.domain.instants import dutch_date
from g40flow.domain.outside_text import one_line, several_lines, whole_number
from g40flow.storage.access import effective_people, names_of_people
from g40flow.storage.campaign_tables import Touchpoint
from g40flow.storage.campaigns import asks_of
from g40flow.storage.dossier_search import DossierSearch, search_dossiers
from g40flow.storage.dossier_tables import Dossier
from g40flow.use_cases.campaigns import touchpoints
from g40flow.use_cases.campaigns.stakeholders import find_stakeholders
from g40flow.use_cases.dossier.desk import open_to_read
from g40flow.use_cases.messages_about_campaigns import counterpart_of, stakeholder_name
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.dossiers import day_or_none
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.people_choice import offer_people
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/contacten")

PER_PAGE = 30
MOST_CAMPAIGNS = 100
CHANNELS = [known.value for known in Channel]
Id = Annotated[int, Path(ge=1, le=2**62)]
Short = Annotated[str, Field(max_length=2000)]
Reason = Annotated[str, Form(max_length=2000)]
Long = Annotated[str, Field(max_length=10_000)]
Word = Annotated[str, Query(max_length=100)]
OnCampaign = Annotated[int | None, Query(ge=1, le=2**62)]


class ContactForm(BaseModel):
    """A contact as typed. others: a line per person of ours who is no user.

    who: part of a name that is searched, to be offered who has it; look: the button for that.
    """

    happened_on: Short = ""
    channel: Short = ""
    subject: Long = ""
    organisation: Short = ""
    function: Short = ""
    stakeholder: Short = ""
    campaign: Short = ""
    people: list[str] = []
    others: Long = ""
    asks: list[str] = []
    response: Long = ""
    follow_up: Long = ""
    follow_up_on: Short = ""
    follow_up_owner: Short = ""
    who: Short = ""
    look: Short = ""

    @property
    def is_search(self) -> bool:
        """Whether somebody is looked up first, and nothing is written down yet."""
        return bool(self.look or self.who.strip())

    @classmethod
    def of_touchpoint(cls, row: Touchpoint, asks: list[str]) -> "ContactForm":
        """The form of a contact that was written down before. asks: ids."""
        return cls(
            happened_on=row.happened_on.isoformat(),
            channel=row.channel,
            subject=row.subject,
            organisation=row.organisation,
            function=row.function,
            stakeholder=str(row.stakeholder_id or ""),
            campaign=str(row.campaign_id or ""),
            people=[one["person"] for one in row.our_people if one.get("person")],
            others="\n".join(one["function"] for one in row.our_people if not one.get("person")),
            asks=asks,
            response=row.response,
            follow_up=row.follow_up,
            follow_up_on=row.follow_up_on.isoformat() if row.follow_up_on else "",
            follow_up_owner=row.follow_up_owner,
        )

    def read(self, today: date) -> touchpoints.TouchpointText:
        """What it says. Raises InvalidInput."""
        others = several_lines(self.others).split("\n")
        ours = [touchpoints.OurPerson(person=slug) for slug in self.people]
        ours += [touchpoints.OurPerson(function=line) for line in others if line]
        return touchpoints.TouchpointText(
            happened_on=day_or_none(self.happened_on, "happened_on") or today,
            channel=self.channel,
            subject=self.subject,
            organisation=self.organisation,
            function=self.function,
            stakeholder_id=whole_number(self.stakeholder),
            campaign_id=whole_number(self.campaign),
            our_people=ours,
            ask_ids=[number for one in self.asks if (number := whole_number(one)) is not None],
            response=self.response,
            follow_up=self.follow_up,
            follow_up_on=day_or_none(self.follow_up_on, "follow_up_on"),
            follow_up_owner=self.follow_up_owner if self.follow_up.strip() else "",
        )


@router.get("", dependencies=[needs(Right.READ_HISTORY)])
def contacts(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    q: Annotated[str, Query(max_length=200)] = "",
    channel: Word = "",
    campagne: OnCampaign = None,
    follow_up: Annotated[bool, Query()] = False,
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    done: Word = "",
) -> HTMLResponse:
    """Contacts that the viewer may see, newest first."""
    paging = Paging(number=page, size=PER_PAGE)
    search = touchpoints.TouchpointSearch(
        text=q,
        channel=channel,
        campaign_id=campagne,
        open_only=follow_up,
        limit=paging.size + 1,
        offset=paging.offset,
    )
    with app.database.reading() as session:
        found = touchpoints.find_touchpoints(session, search, actor=actor)
        campaigns = _numbers(session, found)
        names = names_of_people(session, app.network)
    filters = {"q": q, "channel": channel, "campagne": campagne or "", "follow_up": "1" if follow_up else ""}
    return pages.show(
        "contacts.html",
        here="campaigns",
        rows=found[: paging.size],
        counterpart_of=counterpart_of,
        campaigns=campaigns,
        names=names,
        number=page,
        more=len(found) > paging.size,
        filters=filters,
        channels=CHANNELS,
        done=done,
    )


@router.get("/nieuw", dependencies=[needs(Right.LOG_TOUCHPOINT)])
def new_contact(
    app: CurrentApp, pages: CurrentPages, actor: CurrentActor, campagne: OnCampaign = None
) -> HTMLResponse:
    """The form for a contact. campagne: in which campaign, if it is known."""
    today = dutch_date(app.now()).isoformat()
    typed = ContactForm(channel=Channel.MEETING, campaign=str(campagne or ""), happened_on=today)
    return _form(app, pages, actor, typed, None)


@router.post("/nieuw", dependencies=[needs(Right.LOG_TOUCHPOINT)])
def post_new_contact(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    typed: Annotated[ContactForm, Form()],
) -> Response:
    """Write a contact down, or only look somebody up."""
    if typed.is_search:
        return _form(app, pages, actor, typed, None)
    try:
        said = typed.read(dutch_date(app.now()))
        with app.database.writing() as session:
            row = touchpoints.log_touchpoint(session, app.desk, said, actor=actor, now=app.now())
    except (InvalidInput, StepNotAllowed) as problem:
        return _form(app, pages, actor, typed, problem)
    if row.campaign_id is not None:
        return see_other(f"/campagnes/{row.campaign_id}?done=contact#melding")
    return see_other(f"/contacten/{row.id}?done=logged")


@router.get("/{contact_id}", dependencies=[needs(Right.READ)])
def contact(
    contact_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, done: Word = ""
) -> HTMLResponse:
    """One contact."""
    return _show(contact_id, app, pages, actor, done=done)


@router.get("/{contact_id}/wijzigen", dependencies=[needs(Right.LOG_TOUCHPOINT)])
def edit_contact(contact_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> HTMLResponse:
    """The form to write a contact down differently."""
    with app.database.reading() as session:
        row = touchpoints.read_touchpoint(session, contact_id, actor=actor)
        raised = touchpoints.raised_in(session, row)
    typed = ContactForm.of_touchpoint(row, [str(ask.id) for ask in raised])
    return _form(app, pages, actor, typed, None, contact_id=contact_id)


@router.post("/{contact_id}/wijzigen", dependencies=[needs(Right.LOG_TOUCHPOINT)])
def post_edit_contact(
    contact_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    typed: Annotated[ContactForm, Form()],
) -> Response:
    """Write a contact down differently, or only look somebody up; it stays in its campaign."""
    if typed.is_search:
        return _form(app, pages, actor, typed, None, contact_id=contact_id)
    try:
        said = typed.read(dutch_date(app.now()))
        with app.database.writing() as session:
            touchpoints.edit_touchpoint(session, app.desk, contact_id, said, actor=actor, now=app.now())
    except (InvalidInput, StepNotAllowed) as problem:
        return _form(app, pages, actor, typed, problem, contact_id=contact_id)
    return see_other(f"/contacten/{contact_id}?done=edited")


@router.post("/{contact_id}/gedaan", dependencies=[needs(Right.READ)])
def post_done(contact_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """What had to happen after a contact was done."""
    try:
        with app.database.writing() as session:
            touchpoints.finish_follow_up(session, app.desk, contact_id, actor=actor, now=app.now())
    except InvalidInput as problem:
        return _show(contact_id, app, pages, actor, problem=problem)
    return see_other(f"/contacten/{contact_id}?done=finished")


@router.post("/{contact_id}/verwijderen", dependencies=[needs(Right.LOG_TOUCHPOINT)])
def post_remove(
    contact_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    reason: Reason = "",
) -> Response:
    """Take off a contact that was written down by mistake."""
    try:
        with app.database.writing() as session:
            touchpoints.remove_touchpoint(
                session, app.desk, contact_id, reason=reason, actor=actor, now=app.now()
            )
    except InvalidInput as problem:
        return _show(contact_id, app, pages, actor, problem=problem)
    return see_other("/contacten?done=removed")


# --- pieces ---------------------------------------------------------------------------------------


def _form(
    app: App,
    pages: Pages,
    actor: Actor,
    typed: ContactForm,
    problem: InvalidInput | StepNotAllowed | None,
    *,
    contact_id: int | None = None,
) -> HTMLResponse:
    campaign_id = whole_number(typed.campaign)
    with app.database.reading() as session:
        campaign = None if campaign_id is None else open_to_read(session, campaign_id, actor)
        campaigns, _ = search_dossiers(
            session, actor, DossierSearch(process=Process.CAMPAIGN, limit=MOST_CAMPAIGNS)
        )
        return pages.show(
            "contact_form.html",
            status=200 if problem is None else 422 if isinstance(problem, InvalidInput) else 409,
            here="campaigns",
            typed=typed,
            problem=problem,
            campaign=campaign,
            contact_id=contact_id,
            campaigns=[(row.id, f"{row.number} {row.title}") for row in campaigns],
            asks=[] if campaign_id is None else asks_of(session, campaign_id),
            stakeholders=[(s.id, stakeholder_name(s)) for s in find_stakeholders(session)],
            offered=offer_people(
                effective_people(session, app.network),
                chosen={actor.person, typed.follow_up_owner, *typed.people},
                scopes=_scopes(actor, campaign),
                searched=one_line(typed.who),
            ),
            channels=CHANNELS,
        )


def _scopes(actor: Actor, campaign: Dossier | None) -> set[str]:
    """The groups and pillars of who writes, and of the campaign."""
    of_campaign = () if campaign is None else (campaign.lead_group, campaign.pillar)
    return {scope for scope in (*(held.scope for held in actor.holdings), *of_campaign) if scope}


def _show(
    contact_id: int,
    app: App,
    pages: Pages,
    actor: Actor,
    *,
    done: str = "",
    problem: InvalidInput | None = None,
) -> HTMLResponse:
    with app.database.reading() as session:
        row = touchpoints.read_touchpoint(session, contact_id, actor=actor)
        return pages.show(
            "contact.html",
            status=200 if problem is None else 422,
            here="campaigns",
            row=row,
            counterpart=counterpart_of(row),
            asks=touchpoints.raised_in(session, row),
            campaign=_campaign(session, row, actor),
            names=names_of_people(session, app.network),
            is_own=actor.person in (row.logged_by, row.follow_up_owner),
            done=done,
            problem=problem,
        )


def _campaign(session: Session, row: Touchpoint, actor: Actor) -> Dossier | None:
    if row.campaign_id is None:
        return None
    try:
        return open_to_read(session, row.campaign_id, actor)
    except NotFound:  # it became confidential since; the contact itself is still one's own
        return None


def _numbers(session: Session, rows: Sequence[Touchpoint]) -> dict[int, str]:
    ids = {row.campaign_id for row in rows if row.campaign_id is not None}
    return {found: session.get_one(Dossier, found).number for found in ids}
