"""The values behind the pictures of g40flow.render.pictures, found in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select
from sqlmodel import Session, col

from g40flow.domain.actors import Actor
from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.coverage import Look, Span, day_span, unreached
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION, Stage
from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.network import Network
from g40flow.render.coverage_picture import MOST_DAYS, DayLook, SourceDays
from g40flow.render.timeline_picture import OpenTerm
from g40flow.render.weeks_picture import GroupWeeks
from g40flow.storage.coverage import first_look_at, looks_around
from g40flow.storage.dossier_search import has_part, not_confidential, visible_to
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.plans import plan_unless_known, step_day
from g40flow.storage.tables import Item, ItemRouting

LATEST_OVER = timedelta(days=14)
"""A term that ended longer ago is no news in a picture; the agenda has it."""


def open_terms(
    session: Session,
    calendar: WorkingCalendar,
    now: datetime,
    *,
    most: int,
    actor: Actor | None,
    group: str = "",
) -> tuple[list[OpenTerm], int]:
    """(open dossiers with a closing day that close first, how many there are besides), for `timeline`.

    most: as many as there is room for. actor: who looks; None for what goes to a group or the network,
    where nothing confidential stands. group: slug; only dossiers in which it has a part.
    """
    today = dutch_date(now)
    terms = [
        OpenTerm(
            number=row.number,
            title=row.title,
            opens_on=row.opens_on or row.detected_on,
            step_on=step_day(row.step_on, row.plan, Stage(row.stage)),
            closes_on=closes_on,
            working_days=calendar.working_days_left(today, closes_on),
        )
        for row in session.execute(_open_terms(actor, group), {"since": today - LATEST_OVER, "most": most})
        if (closes_on := row.agreed_closes_on or row.closes_on) is not None
    ]
    if len(terms) < most:
        return terms, 0
    total = session.scalar(_open_terms_number(actor, group), {"since": today - LATEST_OVER}) or 0
    return terms, total - len(terms)


@lru_cache
def _open_terms(actor: Actor | None, group: str) -> Select[Any]:
    query = select(
        col(Dossier.number),
        col(Dossier.title),
        col(Dossier.opens_on),
        col(Dossier.detected_on),
        col(Dossier.closes_on),
        col(Dossier.agreed_closes_on),
        col(Dossier.stage),
        col(Dossier.step_on),
        plan_unless_known().label("plan"),
    )
    ordered = query.where(*_has_open_term(actor, group)).order_by(_last_day(), col(Dossier.number))
    return ordered.limit(bindparam("most"))


@lru_cache
def _open_terms_number(actor: Actor | None, group: str) -> Select[tuple[int]]:
    return select(func.count()).select_from(Dossier).where(*_has_open_term(actor, group))


def _has_open_term(actor: Actor | None, group: str) -> list[ColumnElement[bool]]:
    return [
        col(Dossier.stage).in_(list(BEFORE_SUBMISSION)),
        _last_day() >= bindparam("since"),
        not_confidential() if actor is None else visible_to(actor),
        *([has_part(group)] if group else []),
    ]


def _last_day() -> ColumnElement[date | None]:
    return func.coalesce(col(Dossier.agreed_closes_on), col(Dossier.closes_on))


def items_per_week(
    session: Session, network: Network, now: datetime, *, weeks: int = 8, group: str = ""
) -> tuple[list[GroupWeeks], list[date]]:
    """(groups, Mondays) for `weeks`: new items that went to each group, this week as the last one.

    What was there when its publisher was read for the first time does not count. group: only this one.
    """
    mondays = _mondays_until(dutch_date(now), weeks)
    counted = routed_per_week(session, mondays, group)
    groups = [one for one in network.theme_groups if not group or one.slug == group]
    return [
        GroupWeeks(name=one.short_name, counts=[counted.get((one.slug, n), 0) for n in range(weeks)])
        for one in groups
    ], mondays


def whole_weeks_before(day: date, weeks: int) -> list[date]:
    """The Mondays of the last weeks that were over on a day, oldest first."""
    return _mondays_until(day - timedelta(weeks=1), weeks)


def _mondays_until(day: date, weeks: int) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday - timedelta(weeks=n) for n in reversed(range(weeks))]


def routed_per_week(session: Session, mondays: Sequence[date], group: str = "") -> dict[tuple[str, int], int]:
    """How many new items went to a group in each week, by (group, place of its Monday)."""
    found = session.execute(_routed_per_week(tuple(mondays), group))
    return {(slug, int(number)): int(count) for slug, number, count in found}


@lru_cache
def _routed_per_week(mondays: tuple[date, ...], group: str) -> Select[tuple[str, int, int]]:
    starts = [dutch_instant(monday, time(0)) for monday in mondays]
    over_at = dutch_instant(mondays[-1] + timedelta(weeks=1), time(0))
    routed_at = col(ItemRouting.routed_at)
    week = case(*((routed_at < start, n) for n, start in enumerate(starts[1:])), else_=len(starts) - 1)
    query = (
        select(col(ItemRouting.theme_group), week, func.count())
        .join(Item, col(Item.id) == col(ItemRouting.item_id))
        .where(
            routed_at >= starts[0],
            routed_at < over_at,
            col(ItemRouting.withdrawn_at).is_(None),
            col(Item.first_read).is_(False),
        )
        .group_by(col(ItemRouting.theme_group), week)
    )
    return query.where(col(ItemRouting.theme_group) == group) if group else query


@dataclass
class KnownDays:
    """How days went that are over: nothing about them changes, and thousands of looks need not be read again.

    For as long as the process lives. by: (publisher, Dutch day).
    """

    by: dict[tuple[str, date], DayLook] = field(default_factory=dict)

    def keep(self, source: str, days: Mapping[date, DayLook], today: date) -> None:
        """Keep what is over, with a day in between for looks that were still running; forget what is old."""
        over = {(source, day): look for day, look in days.items() if day < today - timedelta(days=1)}
        first = today - timedelta(days=2 * MOST_DAYS)
        self.by = {key: look for key, look in {**self.by, **over}.items() if key[1] >= first}


def source_days(
    session: Session,
    rhythms: Mapping[str, timedelta],
    now: datetime,
    *,
    days: int = MOST_DAYS,
    known: KnownDays | None = None,
) -> tuple[list[SourceDays], list[date]]:
    """(publishers, days) for `coverage`: how each of the last days went, today as the last one.

    rhythms: time between two looks, of every publisher that is followed. known: from an earlier call.
    """
    today, known = dutch_date(now), known or KnownDays()
    shown = [today - timedelta(days=n) for n in reversed(range(days))]
    found = []
    for source, every in rhythms.items():
        kept = {day: known.by[source, day] for day in shown if (source, day) in known.by}
        unknown = [day for day in shown if day not in kept]
        kept |= dict(zip(unknown, _days_of(session, source, every, unknown, now), strict=True))
        known.keep(source, kept, today)
        found.append(SourceDays(source=source, days=[kept[day] for day in shown]))
    return found, shown


def _days_of(
    session: Session, source: str, every: timedelta, days: Sequence[date], now: datetime
) -> list[DayLook]:
    began = first_look_at(session, source)
    window = Span(from_at=day_span(days[0]).from_at, until_at=now)
    return day_looks(looks_around(session, source, window), began, window, every, days)


def day_looks(
    looks: Sequence[Look], began: datetime | None, window: Span, every: timedelta, days: Sequence[date]
) -> list[DayLook]:
    """How each day went. looks: as domain.coverage.unreached wants them; began: first look ever, or None."""
    missed = unreached(looks, window, every)
    tried = {dutch_date(look.at) for look in looks}
    good = {dutch_date(look.at) for look in looks if look.reached}
    return [
        DayLook.BEFORE
        if began is None or day < dutch_date(began)
        else _day_look(day in tried, day in good, any(_touches(one.span, day) for one in missed))
        for day in days
    ]


def _day_look(tried: bool, good: bool, missed: bool) -> DayLook:
    if good or not missed:
        return DayLook.PARTLY if missed else DayLook.LOOKED
    return DayLook.FAILED if tried else DayLook.GAP


def _touches(span: Span, day: date) -> bool:
    of_day = day_span(day)
    return span.from_at < of_day.until_at and of_day.from_at < span.until_at
