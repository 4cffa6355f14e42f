"""What OData says was changed in the past days, by name, beside our copy.

The SyncFeed brings every change in order; a stretch of it that was passed over would never be noticed by
reading on. OData shows the same entities by another door, so that what is missing gets a name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from g40flow.domain.coverage import Listed
from g40flow.domain.instants import dutch_date
from g40flow.sources.contract import RecordReader, Signal
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer.affected import CASE
from g40flow.sources.tweedekamer.fields import TABLES
from g40flow.sources.tweedekamer.odata import ODataService, missing_fields, read_rows
from g40flow.sources.tweedekamer.pages import Addresses

LOOK_BACK = timedelta(days=7)
"""Days that are over; every one is looked at a week long, so that an outage of this door loses none."""

MOST_PAGES = 80
"""Of 250 rows: twenty thousand changes of one set in a week are a rebuild at the publisher, no news."""

_NEEDED = ("id", "deleted", "changed")


@dataclass(frozen=True, kw_only=True)
class ChangedLately:
    """listed: of every set, each once. held: identifiers of those that our copy has, not deleted."""

    listed: tuple[Listed, ...]
    held: frozenset[str]
    signals: tuple[Signal, ...]


def changed_lately(
    service: ODataService, addresses: Addresses, stored: RecordReader, fetch: Fetcher, today: date
) -> ChangedLately:
    """What was changed in the sets of `service.changes` on the days before today.

    Nothing that was changed before this publisher was followed: that may be missing. A set whose fields
    the service does not know any more is left out and told. Raises SourceError.
    """
    since = today - LOOK_BACK
    followed_since = service.followed_since()
    if followed_since is not None:
        since = max(since, dutch_date(followed_since) + timedelta(days=1))
    listed: dict[str, Listed] = {}
    held: set[str] = set()
    signals: list[Signal] = []
    for category, fields in service.changes.items() if since < today else ():
        one_set = replace(service, entity_set=category, fields=fields)
        gone = missing_fields(fetch.get(service.metadata_url()).body, one_set)
        signals += [_gone(one_set, name) for name in gone]
        if any(name in gone or name not in fields for name in _NEEDED):
            continue
        names = {ours: theirs for ours, theirs in fields.items() if ours not in gone}
        rows, counted = _rows(one_set, names, fetch, since, today)
        if counted is not None and counted > len(rows):
            signals.append(_incomplete(category, len(rows), counted, today))
        found = {one.identifier: one for one in _listed(category, rows, addresses)}
        listed |= found
        kept = stored.get_many(TABLES[category].entity, found)
        held |= {one.record.identifier for one in kept if not one.record.deleted}
    return ChangedLately(listed=tuple(listed.values()), held=frozenset(held), signals=tuple(signals))


def _rows(
    one_set: ODataService, names: Mapping[str, str], fetch: Fetcher, since: date, until: date
) -> tuple[Sequence[Mapping[str, Any]], int | None]:
    """The rows, and how many the service counts; None if it does not say."""
    changed = names["changed"]
    query = {
        "$filter": f"{names['deleted']} eq false and {changed} ge {since} and {changed} lt {until}",
        "$select": ",".join(names.values()),
        "$orderby": names["id"],
        "$count": "true",
    }
    address = f"{one_set.base_url.rstrip('/')}/{one_set.entity_set}?{urlencode(query)}"
    rows: list[Mapping[str, Any]] = []
    counted: int | None = None
    for page in read_rows(fetch, address, names, most=MOST_PAGES):
        rows += page.rows
        counted = page.counted if counted is None else counted
    return rows, counted


def _listed(category: str, rows: Sequence[Mapping[str, Any]], addresses: Addresses) -> Iterator[Listed]:
    for row in rows:
        kind, title = str(row.get("kind") or category), str(row.get("title") or "")
        number = str(row.get("number") or "")
        yield Listed(
            identifier=row["id"],
            item=CASE + row["id"] if category == "Zaak" else "",
            title=" · ".join(text for text in (kind, number, title) if text)[:300],
            url=addresses.papers(number, number if category == "Document" else None) if number else "",
        )


def _gone(one_set: ODataService, name: str) -> Signal:
    theirs = one_set.fields[name]
    return Signal(
        code="odata_field_gone",
        subject=f"{one_set.entity_set} {theirs}"[:200],
        message=f"OData kent {theirs} van {one_set.entity_set} niet meer; pas odata.changes aan",
    )


def _incomplete(category: str, listed: int, counted: int, today: date) -> Signal:
    told = f"OData telt {counted} wijzigingen in {category} maar toont er {listed}"
    return Signal(
        code="odata_list_incomplete",
        subject=f"{category} {today}",
        message=f"{told}; de rest is niet vergeleken",
    )
