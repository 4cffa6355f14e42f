"""Where an item stands for the people who read of it: what decides whether something is asked."""

from enum import StrEnum

from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.domain.messages import ItemView
from g40flow.domain.news import last_day_to_act


class Standing(StrEnum):
    """One word for status and time together."""

    RUNNING = "running"
    LAST_WORKING_DAY = "last_working_day"  # the last day is in the weekend or holiday that follows
    TODAY = "today"
    UNDATED = "undated"  # nothing says until when
    OVER = "over"
    RESULT = "result"  # over, and the report can be read
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    MOVED = "moved"


ASKING = frozenset({Standing.RUNNING, Standing.LAST_WORKING_DAY, Standing.TODAY, Standing.UNDATED})
FELL_AWAY = frozenset({Standing.WITHDRAWN, Standing.CANCELLED, Standing.MOVED})

INFORMING = frozenset({ItemKind.PARLIAMENTARY_CASE, ItemKind.PUBLICATION, ItemKind.NEWS_ITEM})

_BY_STATUS = {
    ItemStatus.WITHDRAWN: Standing.WITHDRAWN,
    ItemStatus.CANCELLED: Standing.CANCELLED,
    ItemStatus.MOVED: Standing.MOVED,
    ItemStatus.RESULT_PUBLISHED: Standing.RESULT,
}


def standing_of(view: ItemView) -> Standing:
    """How the item stands on view.today.

    An agreed last day goes before the published one, also when the publisher has closed.
    """
    item = view.item
    if item.status in _BY_STATUS:
        return _BY_STATUS[item.status]
    agreed = view.agreed_closes_on
    if item.status is ItemStatus.CLOSED and (agreed is None or agreed < view.today):
        return Standing.OVER
    last_day = agreed or last_day_to_act(item)
    if last_day is None:
        return Standing.UNDATED
    if last_day <= view.today:
        return Standing.TODAY if last_day == view.today else Standing.OVER
    return Standing.LAST_WORKING_DAY if view.working_days_left == 0 else Standing.RUNNING


class Bucket(StrEnum):
    """What must happen with an item, for a list of several."""

    JUDGE = "judge"
    DECIDE = "decide"
    INPUT = "input"
    INFORM = "inform"


def bucket_of(view: ItemView) -> Bucket:
    """Under which heading an item belongs in a gathered message."""
    if standing_of(view) not in ASKING:
        return Bucket.INFORM
    if view.group is None:
        return Bucket.JUDGE
    if not view.is_lead or view.item.kind in INFORMING:
        return Bucket.INFORM
    return Bucket.DECIDE if view.item.kind is ItemKind.CONSULTATION else Bucket.INPUT
