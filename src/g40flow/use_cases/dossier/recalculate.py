"""What a publisher does is followed by the dossiers about it: dates, withdrawal, opening again."""

from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import PROGRAM, Actor, may_see, roles_in
from g40flow.domain.dossier.plan import Mode
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.words import ExceptionCode, ItemRelation
from g40flow.domain.dossier.workflow import FINAL, OPEN, Stage
from g40flow.domain.families import same_family, title_similarity
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind, ItemStatus, Json
from g40flow.domain.news import News
from g40flow.storage.deadlines import GONE, dossier_ids_on, newest_dossier_on, next_closing_on, subjects_of
from g40flow.storage.dossier_tables import Dossier, DossierItem
from g40flow.storage.dossiers import active_exception, locked_dossier, parties_of
from g40flow.storage.families import facts_of, family_of
from g40flow.storage.locks import lock_around_items, lock_items
from g40flow.storage.plans import kept_plan
from g40flow.storage.tables import Item
from g40flow.use_cases.agree_deadline import agree_deadline
from g40flow.use_cases.dossier.desk import Desk, note_change
from g40flow.use_cases.dossier.exceptions import note_exception
from g40flow.use_cases.dossier.take_step import step_by_program
from g40flow.use_cases.dossier.term import change_term, everybody_involved, last_day, tell_change

OVER = (*GONE, ItemStatus.CLOSED, ItemStatus.RESULT_PUBLISHED)
SAME_SUBJECT = 0.8
"""Of the telling words of two titles: a decree under an act bears its name, but is another subject."""


def follow_publisher(
    session: Session, desk: Desk, row: Item, news: tuple[News, ...], now: datetime
) -> frozenset[str]:
    """Let the dossiers about an item follow what its publisher did, all in this transaction.

    Returns the audiences that were told of it, who need not hear of the item as well. What was
    followed already changes nothing and tells nobody.
    """
    assert row.id is not None
    if News.NEW in news:
        return _follow_reopening(session, desk, row, now)
    told: set[str] = set()
    for dossier_id in dossier_ids_on(session, row.id):
        told |= _follow(session, desk, locked_dossier(session, dossier_id), row, news, now)
    return frozenset(told)


def agree_about_item(
    session: Session,
    desk: Desk,
    item_id: int,
    closes_on: date | None,
    *,
    source: str,
    seen: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep another last day that was agreed about an item; dossiers that the actor may edit follow.

    As g40flow.use_cases.agree_deadline says. Raises NotFound or StaleVersion.
    """
    lock_items(session, [item_id])
    lock_around_items(session, [item_id])
    agree_deadline(session, item_id, closes_on, source=source, person=actor.name, seen=seen, now=now)
    for dossier_id in dossier_ids_on(session, item_id):
        dossier = locked_dossier(session, dossier_id)
        parties = parties_of(session, dossier)
        may = may_see(actor, parties) and has_right(Right.EDIT_DOSSIER, roles_in(actor, parties))
        if not may or dossier.agreed_closes_on == closes_on:
            continue
        old = last_day(dossier)
        dossier.agreed_closes_on = closes_on
        dossier.agreed_closes_source = source if closes_on else ""
        facts: dict[str, Json] = {"item": item_id, "agreed": closes_on is not None, "source": source}
        change_term(session, desk, dossier, old, actor=actor, now=now, facts=facts)


def follow_items(session: Session, desk: Desk, dossier_id: int, now: datetime) -> frozenset[str]:
    """Let one dossier follow what its items say now, whenever that came to be."""
    dossier = locked_dossier(session, dossier_id)
    for item in subjects_of(session, dossier_id):
        if told := _follow(session, desk, dossier, item, (), now):
            return told
    return frozenset()


def needs_recalculating(desk: Desk, dossier: Dossier, now: datetime) -> bool:
    """Whether the plan that is kept cannot stand: another last day, or a day that became a day off."""
    kept = kept_plan(dossier)
    if kept is None or kept.plan.mode is Mode.NONE:
        return False
    if kept.plan.closes_on != last_day(dossier):
        return True
    calendar, today = desk.calendars.working, dutch_date(now)
    coming = (day.latest_on for day in kept.plan.days if day.latest_on >= today)
    return not all(calendar.is_working_day(day) for day in coming)


def recalculate_by_program(session: Session, desk: Desk, dossier_id: int, now: datetime) -> frozenset[str]:
    """Plan a dossier again that needs it, with one notice. Returns the audiences that were told."""
    dossier = locked_dossier(session, dossier_id)
    if not needs_recalculating(desk, dossier, now):
        return frozenset()
    return tell_change(session, desk, dossier, "recalculated", actor=PROGRAM, now=now, facts={})


def _follow(
    session: Session, desk: Desk, dossier: Dossier, row: Item, news: tuple[News, ...], now: datetime
) -> frozenset[str]:
    assert dossier.id is not None
    stands = [item for item in subjects_of(session, dossier.id) if item.status not in GONE]
    if not stands:
        return _follow_withdrawal(session, desk, dossier, row, now)
    old = last_day(dossier)
    new = next_closing_on(stands)
    if new is None:
        return frozenset()
    reopened = News.REOPENED in news and not _is_known(session, dossier, row, new)
    if new == dossier.closes_on and not reopened:
        return frozenset()
    facts: dict[str, Json] = {"item": row.id, "url": row.url, "published": new.isoformat()}
    if _is_overtaken(dossier, new):
        assert dossier.agreed_closes_on is not None
        facts["agreed_before"] = dossier.agreed_closes_on.isoformat()
        dossier.agreed_closes_on, dossier.agreed_closes_source = None, ""
    dossier.closes_on = new
    return change_term(session, desk, dossier, old, actor=PROGRAM, now=now, facts=facts, reopened=reopened)


def _is_overtaken(dossier: Dossier, published: date) -> bool:
    """Whether the publisher now gives everybody at least the time that was agreed with the network."""
    agreed, before = dossier.agreed_closes_on, dossier.closes_on
    return agreed is not None and before is not None and before < agreed <= published


def _is_known(session: Session, dossier: Dossier, row: Item, new: date) -> bool:
    """Whether this opening again was followed already."""
    assert dossier.id is not None
    known = active_exception(session, dossier.id, ExceptionCode.REOPENED)
    return (
        known is not None and known.facts.get("item") == row.id and known.facts.get("published") == str(new)
    )


def _follow_withdrawal(
    session: Session, desk: Desk, dossier: Dossier, row: Item, now: datetime
) -> frozenset[str]:
    """Nothing is left to respond to: open work is called off, and people decide whether to close it."""
    if Stage(dossier.stage) not in (*OPEN, Stage.SUSPENDED):
        return frozenset()
    told = everybody_involved(session, desk, dossier, now)  # before what they were asked is called off
    facts: dict[str, Json] = {"item": row.id, "url": row.url}
    step_by_program(session, desk, dossier, "withdraw", now=now, reason="", facts=facts)
    return frozenset(told)


def _follow_reopening(session: Session, desk: Desk, row: Item, now: datetime) -> frozenset[str]:
    """A new consultation on what a dossier responded to before is linked to it."""
    if row.kind != ItemKind.CONSULTATION or row.status != ItemStatus.OPEN or row.first_read:
        return frozenset()
    assert row.id is not None
    earlier = [item for item in family_of(session, row.id) if _is_reopened_by(item, row)]
    found = newest_dossier_on(session, [item.id for item in earlier if item.id is not None])
    if found is None or session.get(DossierItem, (found.id, row.id)) is not None:
        return frozenset()
    assert found.id is not None
    dossier = locked_dossier(session, found.id)
    session.add(DossierItem(dossier_id=found.id, item_id=row.id, relation=ItemRelation.REOPENING))
    facts: dict[str, Json] = {"item": row.id, "url": row.url, "title": row.title, "new": None, "old": None}
    if row.closes_on is not None:
        facts["new"] = row.closes_on.isoformat()
    if dossier.stage in FINAL:
        note_change(session, dossier, PROGRAM, "reopened_by_publisher", now=now, facts=facts)
        return frozenset()
    note_exception(session, dossier, ExceptionCode.REOPENED, actor=PROGRAM, now=now, facts=facts)
    return tell_change(
        session, desk, dossier, ExceptionCode.REOPENED.value, actor=PROGRAM, now=now, facts=facts
    )


def _is_reopened_by(earlier: Item, later: Item) -> bool:
    if earlier.kind != ItemKind.CONSULTATION or not _is_over_before(earlier, later):
        return False
    one, other = facts_of(earlier), facts_of(later)
    return same_family(one, other) and title_similarity(one.title, other.title) >= SAME_SUBJECT


def _is_over_before(earlier: Item, later: Item) -> bool:
    if earlier.status in OVER:
        return True
    opens_on = later.opens_on or later.published_on
    return earlier.closes_on is not None and opens_on is not None and earlier.closes_on < opens_on
