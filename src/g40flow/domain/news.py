"""What of a change people must be told, how urgently, and what is too old to be told at all."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import LIVE_STREAM, FieldChange, ItemKind, ItemStatus, Json, SourceItem


class News(StrEnum):
    """One thing worth telling about an item. See docs/domain: notifications."""

    NEW = "new"
    EXTENDED = "extended"
    SHORTENED = "shortened"
    TERM_SET = "term_set"  # a closing day became known
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    RESULT_PUBLISHED = "result_published"
    DOCUMENT_ADDED = "document_added"
    RESCHEDULED = "rescheduled"  # another day or hour, or one for what had none
    CANCELLED = "cancelled"
    REPLACED = "replaced"  # another activity takes its place
    AGENDA_CHANGED = "agenda_changed"


URGENT = frozenset(
    {News.EXTENDED, News.SHORTENED, News.WITHDRAWN, News.REOPENED, News.RESCHEDULED, News.CANCELLED}
)
"""Changes that are told at once: a date changed, or what people work on fell away."""

AGENDA_SETTLES = timedelta(minutes=5)
"""After an activity appears its agenda points follow within minutes, and clocks differ by as much."""


@dataclass(frozen=True, kw_only=True)
class NewsRules:
    """What counts as news. Figures are the network's choice, config/notifications.yaml.

    urgent_under_working_days: a new consultation with fewer working days left is urgent.
    fresh_calendar_days: what was published longer ago is history, unless it is still to come.
    """

    urgent_under_working_days: int = 10
    fresh_calendar_days: int = 14


def item_changes(before: SourceItem, after: SourceItem) -> list[FieldChange]:
    """Every field in which two states of one item differ, by name, as JSON values."""
    old, new = comparable(before), comparable(after)
    return [FieldChange(field=n, old=old[n], new=new[n]) for n in sorted(old) if old[n] != new[n]]


def comparable(item: SourceItem) -> dict[str, Json]:
    """The fields of an item as JSON values; dates and instants in ISO form."""
    return {part.name: _plain(getattr(item, part.name)) for part in fields(item) if part.compare}


def _plain(value: object) -> Json:
    if value is None:
        return None
    if isinstance(value, tuple):
        return [part if isinstance(part, str) else f"{part.title} <{part.url}>" for part in value]
    return value.isoformat() if isinstance(value, date) else str(value)


def news_of(
    before: SourceItem, after: SourceItem, today: date, first_seen_at: datetime | None = None
) -> tuple[News, ...]:
    """What people must be told about the step from one state of an item to the next.

    first_seen_at: aware UTC; what was on the agenda by then is no change of it, however late we read it.
    None when that does not matter.
    """
    found: list[News] = []
    if after.status is not before.status:
        found += _news_of_status(before, after, today)
    if after.closes_on != before.closes_on and after.status is not ItemStatus.WITHDRAWN:
        found += _news_of_term(before, after)
    if after.kind is ItemKind.ACTIVITY and _moment(after) != _moment(before):
        found.append(News.RESCHEDULED)
    if after.replaced_by is not None and after.replaced_by != before.replaced_by:
        found.append(News.REPLACED)
    if {d.url for d in after.documents if d.kind != LIVE_STREAM} - {d.url for d in before.documents}:
        found.append(News.DOCUMENT_ADDED)
    if set(after.agenda) != set(before.agenda) and not _is_late_reading(before, after, first_seen_at):
        found.append(News.AGENDA_CHANGED)
    return tuple(dict.fromkeys(found))


def _is_late_reading(before: SourceItem, after: SourceItem, first_seen_at: datetime | None) -> bool:
    """Whether the agenda only got what its publisher showed when the item was first seen.

    The Tweede Kamer gives an activity and its agenda points in feeds of their own, of which one can fail.
    """
    if first_seen_at is None or after.agenda_since is None or not set(before.agenda) <= set(after.agenda):
        return False
    return after.agenda_since <= first_seen_at + AGENDA_SETTLES


def _news_of_status(before: SourceItem, after: SourceItem, today: date) -> list[News]:
    match after.status:
        case ItemStatus.WITHDRAWN:
            return [News.WITHDRAWN]
        case ItemStatus.CANCELLED:
            return [News.CANCELLED]
        case ItemStatus.RESULT_PUBLISHED:
            return [News.RESULT_PUBLISHED]
        case ItemStatus.OPEN if before.status in (ItemStatus.CLOSED, ItemStatus.WITHDRAWN):
            return [News.REOPENED]
        case ItemStatus.PLANNED if before.status is ItemStatus.CANCELLED:
            return [News.RESCHEDULED]
        case _:
            return []


def _news_of_term(before: SourceItem, after: SourceItem) -> list[News]:
    if after.closes_on is None or after.kind is ItemKind.ACTIVITY:
        return []  # the day of an input round is its moment, told as such
    if before.closes_on is None:
        return [News.TERM_SET]
    return [News.EXTENDED if after.closes_on > before.closes_on else News.SHORTENED]


def _moment(item: SourceItem) -> tuple[datetime | None, date | None]:
    return item.starts_at, item.opens_on


def is_fresh(item: SourceItem, today: date, rules: NewsRules) -> bool:
    """Whether an item that is new to us is new to the world, or still asks for something.

    Publishers send old entries again after corrections; those are stored but not told.
    """
    if item.status in (ItemStatus.WITHDRAWN, ItemStatus.CANCELLED, ItemStatus.MOVED):
        return False
    last_day = last_day_to_act(item)
    if last_day is not None:
        return last_day >= today
    since = today - timedelta(days=rules.fresh_calendar_days)
    return item.published_on is not None and item.published_on >= since


def last_day_to_act(item: SourceItem) -> date | None:
    """The last Dutch day on which the item asks for something; None if it names none."""
    if item.closes_on is not None:
        return item.closes_on
    if item.kind is ItemKind.ACTIVITY and item.starts_at is not None:
        return dutch_date(item.starts_at)
    return None


def is_urgent(
    item: SourceItem, news: tuple[News, ...], today: date, calendar: WorkingCalendar, rules: NewsRules
) -> bool:
    """Whether the news is told at once rather than gathered."""
    if URGENT.intersection(news):
        return True
    if News.NEW not in news and News.TERM_SET not in news:
        return False
    last_day = last_day_to_act(item)
    if last_day is None or last_day < today or item.kind is ItemKind.PARLIAMENTARY_CASE:
        return False
    return (
        item.closes_on is not None
        and calendar.working_days_left(today, last_day) < rules.urgent_under_working_days
    )
