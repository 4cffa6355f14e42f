"""An optional look at the agenda through OData, to check that our copy misses nothing.

The SyncFeed stays the source of truth. Version 4 of the OData service has ended and version 5 renamed
attributes without a list that we could find; so the address and the names of the fields come from the
configuration, and a name that the service does not know is a signal, not a failure.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from lxml import etree

from g40flow.domain.errors import SourceChanged
from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import RecordReader, Signal
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer.values import dutch_moment, guid

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_MOST_PAGES = 200

DEFAULT_FIELDS: Mapping[str, str] = {
    "id": "Id",
    "deleted": "Verwijderd",
    "datum": "Datum",
    "aanvangstijd": "Aanvangstijd",
    "onderwerp": "Onderwerp",
    "status": "Status",
    "nummer": "Nummer",
}
_NEEDED = ("id", "deleted", "datum")


@dataclass(frozen=True, kw_only=True)
class ODataService:
    """base_url: address of the service, e.g. ".../OData/v5". entity_set: of the activities.

    fields: our name to the service's name; id, deleted and datum cannot be missed.
    changes: per category of the feed the fields with which its latest changes are compared by name, see
        changed_lately.py; empty compares the agenda only.
    followed_since: when our copy began, aware UTC; what was changed before may be missing. None: not known.
    """

    base_url: str
    entity_set: str = "Activiteit"
    fields: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_FIELDS))
    changes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    followed_since: Callable[[], datetime | None] = lambda: None

    def metadata_url(self) -> str:
        """The description of the service."""
        return f"{self.base_url.rstrip('/')}/$metadata"

    def agenda_url(self, first_on: date, last_on: date, names: Mapping[str, str]) -> str:
        """What is on the agenda from first_on up to and including last_on; names: fields to select."""
        day = names["datum"]
        # A date without a time is local midnight in version 5; with "Z" some activities are missed.
        period = f"{day} ge {first_on} and {day} lt {last_on + timedelta(days=1)}"
        query = {
            "$filter": f"{names['deleted']} eq false and {period}",
            "$select": ",".join(names.values()),
            "$orderby": day,
        }
        return f"{self.base_url.rstrip('/')}/{self.entity_set}?{urlencode(query)}"


@dataclass(frozen=True, kw_only=True)
class AgendaLook:
    """What OData shows. rows: our field names to values, absent ones left out, `id` always there."""

    rows: tuple[Mapping[str, Any], ...]
    signals: tuple[Signal, ...]


def look_ahead(fetch: Fetcher, service: ODataService, first_on: date, last_on: date) -> AgendaLook:
    """The agenda between two Dutch dates, both included.

    Raises SourceChanged when a field is gone that cannot be missed, or for an answer of another form.
    """
    url = service.metadata_url()
    gone = missing_fields(fetch.get(url).body, service)
    if lost := [
        service.fields.get(name, name) for name in _NEEDED if name in gone or name not in service.fields
    ]:
        raise SourceChanged(f"{url}: {service.entity_set} has no {', '.join(lost)}")
    names = {ours: theirs for ours, theirs in service.fields.items() if ours not in gone}
    pages = list(read_rows(fetch, service.agenda_url(first_on, last_on, names), names, most=_MOST_PAGES))
    if pages[-1].next_url is not None:
        raise SourceChanged(f"{url}: expected an end of the agenda, found {_MOST_PAGES} pages")
    rows = [row for page in pages for row in page.rows]
    return AgendaLook(rows=tuple(rows), signals=tuple(_gone(service, name) for name in gone))


@dataclass(frozen=True, kw_only=True)
class RowPage:
    """rows: our field names to values, `id` always there. counted: rows of all pages, None if not told."""

    rows: tuple[Mapping[str, Any], ...]
    counted: int | None
    next_url: str | None


def read_rows(fetch: Fetcher, url: str, names: Mapping[str, str], *, most: int) -> Iterator[RowPage]:
    """The pages from an address on, at most so many; the last one has no next_url if it is the end.

    Raises SourceChanged for an answer of another form.
    """
    next_url: str | None = url
    for _ in range(most):
        if next_url is None:
            return
        page = _page(fetch.get(next_url).body, next_url, names)
        next_url = page.next_url
        yield page


def missing_fields(metadata: bytes, service: ODataService) -> tuple[str, ...]:
    """Our names of the fields that the service's $metadata does not describe.

    Raises SourceChanged if the document is no description of the entity set at all.
    """
    if b"<!DOCTYPE" in metadata[:4096]:
        raise SourceChanged("$metadata: expected a service description, found a document with a DTD")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(metadata, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceChanged(f"$metadata: expected well-formed XML: {error}") from error
    known = _properties(root, service.entity_set)
    return tuple(ours for ours, theirs in service.fields.items() if theirs not in known)


def held_by_us(look: AgendaLook, stored: RecordReader) -> frozenset[str]:
    """Identifiers of the activities on the agenda that our copy has, at the same time."""
    identifiers = [row["id"] for row in look.rows]
    kept = {one.record.identifier: one.record for one in stored.get_many("activiteit", identifiers)}
    return frozenset(row["id"] for row in look.rows if _is_same(row, kept.get(row["id"])))


def _is_same(row: Mapping[str, Any], record: PublisherRecord | None) -> bool:
    if record is None:
        return False
    return "aanvangstijd" not in row or row["aanvangstijd"] == record.fields.get("aanvangstijd")


def _properties(root: etree._Element, entity_set: str) -> set[str]:
    """Names of the properties of an entity set's type and the types it is based on."""
    types = {one.get("Name"): one for one in root.iter(_EDM + "EntityType")}
    declared = next((one for one in root.iter(_EDM + "EntitySet") if one.get("Name") == entity_set), None)
    name = (declared.get("EntityType") or "").rpartition(".")[2] if declared is not None else entity_set
    if name not in types:
        raise SourceChanged(f"$metadata: expected a description of {entity_set}")
    found: set[str] = set()
    seen: set[str] = set()
    while name in types and name not in seen:
        seen.add(name)
        found |= {one.get("Name") or "" for one in types[name].iter(_EDM + "Property")}
        name = (types[name].get("BaseType") or "").rpartition(".")[2]
    return found


def _page(body: bytes, url: str, names: Mapping[str, str]) -> RowPage:
    try:
        page = json.loads(body)
        rows = tuple(_row(row, names) for row in page["value"])
        next_url, counted = page.get("@odata.nextLink"), page.get("@odata.count")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceChanged(f"{url}: expected a page of rows: {error!r}") from error
    if next_url is not None and not isinstance(next_url, str):
        raise SourceChanged(f"{url}: expected an address in @odata.nextLink")
    return RowPage(rows=rows, counted=counted if isinstance(counted, int) else None, next_url=next_url)


def _row(row: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    kept = {ours: row[theirs] for ours, theirs in names.items() if row.get(theirs) is not None}
    kept["id"] = guid(kept["id"])
    if "aanvangstijd" in kept:
        kept["aanvangstijd"] = dutch_moment(kept["aanvangstijd"])
    return kept


def _gone(service: ODataService, name: str) -> Signal:
    return Signal(
        code="odata_field_gone",
        subject=service.fields[name][:200],
        message=f"OData kent {service.fields[name]} van {service.entity_set} niet meer; pas de veldnamen aan",
    )
