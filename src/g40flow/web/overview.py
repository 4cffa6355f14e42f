"""The first page: what is new, what closes soon, what waits for a person, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import islice

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.items import ItemKind
from g40flow.render.pictures import Ink, Picture
from g40flow.render.timeline_picture import MOST_BARS, timeline
from g40flow.render.weeks_picture import weeks
from g40flow.storage.items import ANYBODY, ItemSearch, has_items, new_items, news_since, search_items
from g40flow.storage.messages import count_overdue, messages_per_state
from g40flow.storage.tables import Item, ItemRevision, MessageState
from g40flow.use_cases.pictures import items_per_week, open_terms
from g40flow.web.actor import CurrentActor
from g40flow.web.item_lines import ItemLine, item_lines
from g40flow.web.source_state import SourceState, source_states
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

LINES = 6
OPEN_LOOKED_AT = 200
"""Open consultations looked at for the number that closes soon; there are seldom more than 100."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything on the page.

    closing_soon: of all open consultations, not only those listed. terms: of open dossiers that the
    viewer may see; None without any. per_week: items per group; None when no group got one.
    """

    new: list[ItemLine]
    new_total: int
    changed: list[tuple[ItemRevision, Item]]
    consultations: list[ItemLine]
    consultations_total: int
    closing_soon: int
    soon_days: int
    activities: list[ItemLine]
    more_activities: bool
    triage: list[ItemLine]
    triage_total: int
    terms: Picture | None
    per_week: Picture | None
    is_empty: bool
    sources: list[SourceState]
    failed: int
    overdue: int
    sent: int
    can_send: bool


@router.get("/")
def overview(app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> HTMLResponse:
    """What asks for attention today."""
    with app.database.reading() as session:
        view = _overview(session, app, actor)
    return pages.show("overview.html", here="overview", view=view)


def _overview(session: Session, app: App, actor: Actor) -> Overview:
    now = app.now()
    midnight = dutch_instant(dutch_date(now), time(0))
    new, new_total = new_items(session, midnight, LINES)
    consultations, consultations_total = _open(session, app, ItemKind.CONSULTATION, OPEN_LOOKED_AT)
    # Whether there are more, for which a database need not look at all of them.
    activities, counted = _open(session, app, ItemKind.ACTIVITY, LINES, count_until=LINES)
    triage, triage_total = search_items(session, ItemSearch(triage=True, soonest_first=True, limit=LINES))
    lines = item_lines(session, app, [*new, *consultations, *activities, *triage])
    new_lines, closing, to_attend, to_judge = _parted(
        lines, len(new), len(consultations), len(activities), len(triage)
    )
    soon_days = app.notifications.urgent_under_working_days
    states = messages_per_state(session)
    return Overview(
        new=new_lines,
        new_total=new_total,
        changed=news_since(session, midnight, 50)[:LINES],
        consultations=closing[:LINES],
        consultations_total=consultations_total,
        closing_soon=sum(line.days_left is not None and line.days_left < soon_days for line in closing),
        soon_days=soon_days,
        activities=[line for line in to_attend if line.last_day is not None],
        more_activities=counted > len(activities),
        triage=to_judge,
        triage_total=triage_total,
        terms=terms_picture(session, app, actor),
        per_week=_per_week(session, app),
        is_empty=not lines and not has_items(session),
        sources=source_states(session, app),
        failed=states.get(MessageState.FAILED, 0),
        overdue=count_overdue(session, now),
        sent=states.get(MessageState.SENT, 0),
        can_send=app.settings.slack_bot_token is not None,
    )


def _parted(lines: Sequence[ItemLine], *lengths: int) -> list[list[ItemLine]]:
    """Lines that were made together, one list after the other."""
    rest = iter(lines)
    return [list(islice(rest, length)) for length in lengths]


def _open(
    session: Session, app: App, kind: ItemKind, limit: int, *, count_until: int | None = None
) -> tuple[Sequence[Item], int]:
    today = dutch_date(app.now())
    search = ItemSearch(
        kind=kind.value,
        group=ANYBODY,
        open_on=today,
        soonest_first=True,
        limit=limit,
        count_until=count_until,
    )
    return search_items(session, search)


def terms_picture(session: Session, app: App, actor: Actor, group: str = "") -> Picture | None:
    """Open dossiers that somebody may see against their deadlines; None without any. group: slug."""
    now = app.now()
    calendar = app.calendars.working
    found, besides = open_terms(session, calendar, now, most=MOST_BARS, actor=actor, group=group)
    drawing = timeline(found, dutch_date(now), besides=besides)
    return None if drawing is None else app.pictures.timeline(drawing, Ink.PAGE)


def _per_week(session: Session, app: App) -> Picture | None:
    """Groups that got something, in the order of the network."""
    groups, mondays = items_per_week(session, app.network, app.now())
    drawing = weeks([group for group in groups if group.total], mondays)
    return None if drawing is None else app.pictures.weeks(drawing, Ink.PAGE)
