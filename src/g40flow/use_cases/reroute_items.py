"""Routing everything again after the rules or the model changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from g40flow.domain.news import News
from g40flow.storage.database import Database
from g40flow.storage.items import groups_of_items, read_item
from g40flow.storage.locks import lock_around_items, take_turn
from g40flow.storage.tables import Item
from g40flow.use_cases.announce_items import Announcer
from g40flow.use_cases.route_items import Router, route_items

PER_TRANSACTION = 200


@dataclass
class Rerouted:
    """done of total items; added: groups that now get an item that they did not get before."""

    total: int
    done: int = 0
    added: int = 0


def reroute_items(
    database: Database,
    router: Router,
    announcer: Announcer,
    *,
    rule_version: str,
    clock: Callable[[], datetime],
    progress: Callable[[Rerouted], None] = lambda _: None,
) -> Rerouted:
    """Route every item that was routed by other rules; what that adds is told in gathered messages.

    Can be stopped at any moment and run again: an item that these rules have routed is passed over.
    rule_version: what the router writes on its routings.
    """
    behind = col(Item.rule_version) != rule_version
    with database.reading() as session:
        total = session.scalar(select(func.count()).select_from(Item).where(behind)) or 0
    result = Rerouted(total=total)
    after = 0
    while True:
        last = _reroute_some(database, router, announcer, behind, after, clock(), result)
        if last is None:
            return result
        after = last
        progress(result)


def _reroute_some(
    database: Database,
    router: Router,
    announcer: Announcer,
    behind: ColumnElement[bool],
    after: int,
    now: datetime,
    result: Rerouted,
) -> int | None:
    """One transaction; returns the last id done, None when nothing was left."""
    with database.writing() as session:
        take_turn(session)
        query = select(Item).where(behind, col(Item.id) > after).order_by(col(Item.id))
        rows = session.scalars(query.limit(PER_TRANSACTION).with_for_update(key_share=True)).all()
        batch = [(row, read_item(row)) for row in rows]
        ids = [row.id for row in rows if row.id is not None]
        lock_around_items(session, ids)
        before = groups_of_items(session, ids)
        route_items(session, batch, router, announcer.network, now)
        session.flush()
        after_it = groups_of_items(session, ids)
        for row, item in batch:
            added = len(after_it.get(row.id or 0, ())) - len(before.get(row.id or 0, ()))
            if added:
                announcer.announce(session, row, item, (News.NEW,), now, quietly=True)
            result.done += 1
            result.added += added
        return rows[-1].id if rows else None
