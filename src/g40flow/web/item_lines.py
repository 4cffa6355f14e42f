"""Items as lists show them: for whom, and how long there is to act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network, ThemeGroup
from g40flow.domain.news import last_day_to_act
from g40flow.storage.items import groups_of_items, read_item
from g40flow.storage.tables import Item


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One item in a list.

    groups: lead first. last_day: Dutch date, the agreed one if there is one; None if it has none.
    days_left: working days to it; negative when it has passed.
    """

    row: Item
    groups: tuple[ThemeGroup, ...]
    last_day: date | None
    days_left: int | None


def item_lines(session: Session, app: App, rows: Sequence[Item]) -> list[ItemLine]:
    """Lines in the order of the rows, with one query for the groups of all of them."""
    if not rows:
        return []
    groups = groups_of_items(session, [row.id for row in rows if row.id is not None])
    today = dutch_date(app.now())
    return [_line(app, row, groups.get(row.id or 0, []), today) for row in rows]


def last_day_of(row: Item) -> date | None:
    """The last Dutch day to act: the agreed one, else the publisher's; None if there is none."""
    return row.agreed_closes_on or last_day_to_act(read_item(row))


def _line(app: App, row: Item, slugs: Sequence[str], today: date) -> ItemLine:
    last_day = last_day_of(row)
    return ItemLine(
        row=row,
        groups=tuple(group_named(app.network, slug) for slug in slugs),
        last_day=last_day,
        days_left=None if last_day is None else app.calendars.working.working_days_left(today, last_day),
    )


def group_named(network: Network, slug: str) -> ThemeGroup:
    """The theme group; one that has left the configuration keeps its slug as name."""
    return network.group(slug) or ThemeGroup(slug=slug, name=slug, short_name=slug, pillar=None)
