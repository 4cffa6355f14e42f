"""Debat Direct: where a meeting can be watched. An unofficial interface; nothing else is taken from it.

It shares no identifier with the data warehouse: a broadcast is that of an activity when room and time
agree. See docs/sources.md for what is certain.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from g40flow.domain.errors import SourceChanged, SourceUnavailable
from g40flow.domain.instants import require_aware
from g40flow.domain.items import LIVE_STREAM, ItemDocument, Json, PublisherRecord, Reference, StoredRecord
from g40flow.sources.fetch import Fetcher
from g40flow.sources.markup import plain, shown
from g40flow.sources.tweedekamer.values import as_instant

STREAM = "DebatDirect"
BROADCAST = "uitzending"
DAY = "dag"
LOOK_AHEAD = timedelta(days=7)
LARGEST_ANSWER = 4 * 1024 * 1024
_USUAL_LENGTH = timedelta(hours=3)
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,150}")
_OFFSET = re.compile(r"([+-]\d{2})(\d{2})$")


@dataclass(frozen=True, kw_only=True)
class DebatDirect:
    """search: base of the interface. site: base of the pages for people."""

    search: str
    site: str

    def address(self, first: date, last: date) -> str:
        """Broadcasts from the first day up to and not including the last."""
        query = {
            "van": first.isoformat(),
            "tot": last.isoformat(),
            "sortering": "relevant",
            "vanaf": "0",
            "appVersion": "10.34.1",
            "platform": "web",
            "totalFormat": "new",
        }
        return f"{self.search}/search?{urlencode(query)}"

    def look(self, today: date, fetch: Fetcher) -> tuple[PublisherRecord, ...]:
        """The broadcasts of today and the coming days. Raises SourceError."""
        page = fetch.get(self.address(today, today + LOOK_AHEAD))
        if page.status != 200:
            raise SourceChanged(f"Debat Direct: expected status 200, found {page.status}")
        return tuple(parse_broadcasts(page.body, self.site))


def parse_broadcasts(body: bytes, site: str) -> Iterator[PublisherRecord]:
    """Those with a page and an hour. Raises SourceChanged, or SourceUnavailable for half an answer."""
    if len(body) > LARGEST_ANSWER:
        raise SourceChanged(f"Debat Direct: {len(body)} bytes, expected at most {LARGEST_ANSWER}")
    try:
        hits = json.loads(body)["hits"]["hits"]
        sources = [hit["_source"] for hit in hits]
    except ValueError as error:  # also bytes that are no text
        raise SourceUnavailable(f"Debat Direct: no JSON, or half of it: {shown(str(error))}") from error
    except (KeyError, TypeError, RecursionError) as error:
        raise SourceChanged(f"Debat Direct: expected hits.hits[]._source, missing {error!r}") from error
    for source in sources:
        if isinstance(source, dict) and (record := _broadcast(source, site)) is not None:
            yield record


def live_stream(
    room: object, starts_at: datetime | None, ends_at: datetime | None, broadcasts: Iterable[StoredRecord]
) -> tuple[ItemDocument, ...]:
    """Where to watch what is in this room at this time; empty if no broadcast agrees."""
    if starts_at is None or not isinstance(room, str):
        return ()
    until = ends_at or starts_at + _USUAL_LENGTH
    fitting = [
        kept.record.fields
        for kept in broadcasts
        if _same_room(str(kept.record.fields["zaal"]), room)
        and _begins(kept.record.fields) < until
        and _ends(kept.record.fields) > starts_at
    ]
    if not fitting:
        return ()
    nearest = min(fitting, key=lambda one: (abs(_begins(one) - starts_at), str(one["pagina"])))
    return (ItemDocument(title="Kijk mee via Debat Direct", url=str(nearest["pagina"]), kind=LIVE_STREAM),)


def _broadcast(source: dict[str, object], site: str) -> PublisherRecord | None:
    categories = source.get("categoryIds")
    category = str(categories[0]) if isinstance(categories, list) and categories else ""
    day = str(source.get("debateDate", ""))[:10]
    parts = [day, category, str(source.get("locationId", "")), str(source.get("slug", ""))]
    begins, ends = _moment(source.get("startsAt")), _moment(source.get("endsAt"))
    if begins is None or not all(_PART.fullmatch(part) for part in parts):
        return None
    fields: dict[str, Json] = {
        "naam": plain(str(source.get("name", "")))[:300],
        "zaal": plain(str(source.get("locationName", "")))[:100],
        "begint": begins.isoformat(),
        "pagina": "/".join([site, *parts]),
    }
    fields |= {"eindigt": ends.isoformat()} if ends else {}
    return PublisherRecord(
        entity=BROADCAST,
        identifier="/".join(parts),
        fields=fields,
        references=(Reference(relation=DAY, identifier=day),),
    )


def _moment(value: object) -> datetime | None:
    """From "2024-09-17T13:00:00+0200": the offset has no colon."""
    if not isinstance(value, str):
        return None
    try:
        return require_aware(datetime.fromisoformat(_OFFSET.sub(r"\1:\2", value)))
    except ValueError:
        return None


def _begins(fields: Mapping[str, Json]) -> datetime:
    begins = as_instant(fields["begint"])
    assert begins is not None
    return begins


def _ends(fields: Mapping[str, Json]) -> datetime:
    return as_instant(fields.get("eindigt")) or _begins(fields) + _USUAL_LENGTH


def _same_room(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()
