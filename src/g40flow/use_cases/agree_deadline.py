"""Recording that a ministry accepts responses until another day than it published."""

from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.errors import NotFound, StaleVersion
from g40flow.domain.items import FieldChange
from g40flow.storage.messages import messages_about, renew
from g40flow.storage.records import change_as_json
from g40flow.storage.tables import Item, ItemRevision


def agree_deadline(
    session: Session,
    item_id: int,
    closes_on: date | None,
    *,
    source: str,
    person: str,
    seen: date | None,
    now: datetime,
) -> None:
    """Keep another last day beside the published one, with its history; messages follow.

    closes_on: Dutch date; None takes an agreement back. source: with whom and how it was agreed.
    seen: the agreed day that the person had on screen; None if there was none.
    Raises NotFound, or StaleVersion if the agreement has changed since it was on screen.
    """
    row = session.get(Item, item_id, with_for_update={"key_share": True})
    if row is None:
        raise NotFound(f"there is no item {item_id}")
    if row.agreed_closes_on != seen:
        raise StaleVersion(f"item {item_id}: seen with {seen}, now with {row.agreed_closes_on}")
    if (closes_on, source) == (row.agreed_closes_on, row.agreed_closes_source):
        return
    session.add(_revision(row, closes_on, source, person, now))
    row.agreed_closes_on, row.agreed_closes_source = closes_on, source
    session.add(row)
    for message in messages_about(session, item_id, to_change=True):
        renew(session, message, now)


def _revision(row: Item, closes_on: date | None, source: str, person: str, now: datetime) -> ItemRevision:
    before = {
        "agreed_closes_on": _iso(row.agreed_closes_on),
        "agreed_closes_source": row.agreed_closes_source,
    }
    after = {"agreed_closes_on": _iso(closes_on), "agreed_closes_source": source}
    changes = [
        FieldChange(field=name, old=before[name] or None, new=after[name] or None)
        for name in before
        if before[name] != after[name]
    ]
    changes.append(FieldChange(field="agreed_by", old=None, new=person))
    assert row.id is not None
    return ItemRevision(
        item_id=row.id, seen_at=now, changes=[change_as_json(change) for change in changes], news=[]
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
