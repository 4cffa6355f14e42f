"""What the interface answers: a block of search results, and one document."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from g40flow.domain.errors import SourceChanged
from g40flow.domain.items import Json, PublisherRecord, Reference
from g40flow.sources.contract import Signal
from g40flow.sources.fetch import Page
from g40flow.sources.json_page import filled, part, parts, read_json, texts, whole, words
from g40flow.sources.markup import shown
from g40flow.sources.openoverheid.wanted import INFORMATION_CATEGORIES

DOCUMENT = "document"
DAY = "dag"
"""A document refers to the day on which it was made public: so all of a day are found."""

PUBLISHED = "gepubliceerd"
NO_VALUE = frozenset({"nvt", "onbekend", "geen", "-"})
MOST_RELATIONS = 20

_ID = re.compile(
    r"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:_[0-9]{1,4})?", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One search result. uuid: bare. changed_at: aware UTC. published_on: Dutch day, None if unreadable."""

    uuid: str
    title: str
    publisher: str
    changed_at: datetime
    published_on: date | None


@dataclass(frozen=True, kw_only=True)
class Block:
    """total: how many the publisher counts in all. shown: rows in this block, unreadable ones included."""

    rows: tuple[Row, ...]
    total: int
    shown: int
    signals: tuple[Signal, ...] = ()


def parse_block(page: Page, what: str) -> Block:
    """Raises SourceChanged when it is no block of results, or when no row in it can be read."""
    answer = read_json(page, what)
    total, results = whole(answer, "totaal"), answer.get("resultaten")
    if total is None or not isinstance(results, list):
        raise SourceChanged(f"{what}: expected totaal and resultaten, found {shown(', '.join(answer))}")
    rows: list[Row] = []
    signals: list[Signal] = []
    for entry in results:
        row = _row(part(entry, "document") if isinstance(entry, dict) else {})
        if isinstance(row, str):
            signals.append(Signal(code="odd_row", subject=row, message=f"{what}: {row}"))
        else:
            rows.append(row)
    if results and not rows:
        raise SourceChanged(f"{what}: none of {len(results)} rows can be read, first: {signals[0].message}")
    return Block(rows=tuple(rows), total=total, shown=len(results), signals=tuple(signals))


def _row(document: Mapping[str, Json]) -> Row | str:
    """The row, or in Dutch what is wrong with it."""
    found = _ID.fullmatch(words(document, "id"))
    if found is None:
        return f"rij zonder bruikbaar id: {shown(words(document, 'id')) or 'leeg'}"
    changed_at = instant(words(document, "mutatiedatumtijd"))
    if changed_at is None:
        return f"{found['uuid']}: onleesbare mutatiedatumtijd {shown(words(document, 'mutatiedatumtijd'))}"
    return Row(
        uuid=found["uuid"].lower(),
        title=words(document, "titel"),
        publisher=words(document, "publisher"),
        changed_at=changed_at,
        published_on=day(words(document, "openbaarmakingsdatum")),
    )


def parse_document(page: Page, uuid: str) -> PublisherRecord:
    """The document as a record. When it was last touched is left out: that changes without content.

    Raises SourceChanged.
    """
    answer = read_json(page, f"document {uuid}")
    document = part(answer, "document")
    title = words(part(document, "titelcollectie"), "officieleTitel")
    body = words(part(document, "verantwoordelijke"), "label")
    if not title or not body:
        found = shown(", ".join(document) or ", ".join(answer))
        raise SourceChanged(f"document {uuid}: expected a title and a responsible body, found {found}")
    classes = part(document, "classificatiecollectie")
    latest = max(parts(answer, "versies"), key=lambda version: whole(version, "nummer") or 0, default={})
    fields: dict[str, Json] = {
        "titel": title,
        "verantwoordelijke": body,
        "medeverantwoordelijken": _labels(document, "medeverantwoordelijken"),
        "omschrijvingen": list(texts(document, "omschrijvingen")),
        "documentsoorten": _labels(classes, "documentsoorten"),
        "informatiecategorieen": _labels(classes, "informatiecategorieen"),
        "themas": _labels(classes, "themas"),
        "onderwerpen": _labels(classes, "onderwerpenRonl"),
        "kenmerken": [t for t in texts(document, "identifiers") if t.casefold() not in NO_VALUE],
        "publicatiestatus": words(part(answer, "plooiIntern"), "publicatiestatus"),
        "openbaarmakingsdatum": words(latest, "openbaarmakingsdatum")[:10],
        "bestanden": list(_files(latest)),
        "relaties": list(_relations(answer)),
    }
    published_on = day(words(latest, "openbaarmakingsdatum"))
    days = () if published_on is None else (Reference(relation=DAY, identifier=published_on.isoformat()),)
    return PublisherRecord(entity=DOCUMENT, identifier=uuid, fields=filled(fields), references=days)


def _labels(value: Mapping[str, Json], name: str) -> list[Json]:
    labels = (words(entry, "label") for entry in parts(value, name))
    return [label for label in labels if label and label.casefold() not in NO_VALUE]


def _files(version: Mapping[str, Json]) -> Iterator[Json]:
    for file in parts(version, "bestanden"):
        name = words(file, "bestandsnaam") or words(file, "label")
        if name and file.get("gepubliceerd") is not False:
            yield filled({"naam": name, "adres": words(file, "id"), "hash": words(file, "hash")})


def _relations(answer: Mapping[str, Json]) -> Iterator[str]:
    found = sorted({words(relation, "relation") for relation in parts(answer, "documentrelaties")} - {""})
    yield from found[:MOST_RELATIONS]


def signals_of(record: PublisherRecord) -> Iterator[Signal]:
    """What is unknown in a document."""
    categories = record.fields.get("informatiecategorieen")
    for label in categories if isinstance(categories, list) else []:
        if str(label).casefold() not in INFORMATION_CATEGORIES:
            yield Signal(
                code="unknown_category",
                subject=shown(str(label)),
                message=f"onbekende informatiecategorie: {shown(str(label))}",
            )
    status = record.fields.get("publicatiestatus")
    if status is not None and status != PUBLISHED:
        yield Signal(
            code="unknown_status",
            subject=shown(str(status)),
            message=f"onbekende publicatiestatus: {shown(str(status))}",
        )


def instant(text: str) -> datetime | None:
    """From "2026-03-21T09:23:36.587641713Z"; None if it is none or has no zone."""
    try:
        found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def day(text: str) -> date | None:
    """From "2026-03-21"."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
