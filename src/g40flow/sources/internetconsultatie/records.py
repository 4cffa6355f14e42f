"""The two records kept per consultation: its row on the open list and its page.

"lijstregel", by slug: titel, startdatum, einddatum, departementen (codes), organisatie (only if the row
came from the search results). Deleted: no longer on the list.
"consultatie", by slug: titel, adres (path below the base), gegevens (label → text), onderwerpen, labels,
samenvatting (paragraphs), koppen (kop, tekst), documenten (nummer, titel, soort, rol), openbare_reacties.
References "keten" (Keten-ID) and, when the address leads to another slug, "verplaatstNaar".
Deleted: the publisher no longer has the page.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from g40flow.domain.items import Json, PublisherRecord, Reference
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.lists import Listed
from g40flow.sources.internetconsultatie.page import ConsultationPage, Document, chain_id

ROW = "lijstregel"
PAGE = "consultatie"
CHAIN = "keten"
MOVED_TO = "verplaatstNaar"


def row_record(row: Listed, known: PublisherRecord | None) -> PublisherRecord:
    """The row as a record. Search results tell less than the REST list: the rest stays as it was known."""
    told: dict[str, Json] = {"titel": row.title, "einddatum": row.last_day}
    if row.first_day:
        told["startdatum"] = row.first_day
        told["departementen"] = list(row.departments)
    else:
        told = {**(known.fields if known else {"organisatie": row.organisation}), **told}
    return PublisherRecord(entity=ROW, identifier=row.slug, fields=_filled(told))


def page_record(slug: str, path: str, page: ConsultationPage) -> PublisherRecord:
    """path: where the page was found, below the base."""
    fields: dict[str, Json] = {
        "titel": page.title,
        "adres": path,
        "gegevens": dict(page.overview),
        "onderwerpen": list(page.topics),
        "labels": list(page.labels),
        "samenvatting": list(page.summary),
        "koppen": [_filled({"kop": heading, "tekst": text}) for heading, text in page.sections],
        "documenten": [_document_fields(document) for document in page.documents],
        "openbare_reacties": page.responses,
    }
    chain = chain_id(page.overview)
    references = (Reference(relation=CHAIN, identifier=chain),) if chain else ()
    return PublisherRecord(entity=PAGE, identifier=slug, fields=_filled(fields), references=references)


def gone(entity: str, slug: str) -> PublisherRecord:
    """No longer on the list, or a page that is no longer there."""
    return PublisherRecord(entity=entity, identifier=slug, deleted=True)


def empty_page(slug: str) -> PublisherRecord:
    """Of a consultation whose own page was never seen."""
    return PublisherRecord(entity=PAGE, identifier=slug)


def moved(page: PublisherRecord, target: str) -> PublisherRecord:
    """The page as last known, with where its address leads to now."""
    others = [reference for reference in page.references if reference.relation != MOVED_TO]
    pointer = Reference(relation=MOVED_TO, identifier=target)
    ordered = sorted([*others, pointer], key=lambda reference: (reference.relation, reference.identifier))
    return replace(page, references=tuple(ordered), deleted=False)


def target_of(record: PublisherRecord, relation: str) -> str | None:
    """Identifier of the first reference of a kind; None if there is none."""
    return next((r.identifier for r in record.references if r.relation == relation), None)


def text(fields: Mapping[str, Json], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def texts(fields: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = fields.get(name)
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def overview_of(fields: Mapping[str, Json]) -> Mapping[str, Json]:
    value = fields.get("gegevens")
    return value if isinstance(value, dict) else {}


def documents_of(fields: Mapping[str, Json]) -> tuple[Document, ...]:
    value = fields.get("documenten")
    return tuple(
        Document(number=text(entry, "nummer"), title=text(entry, "titel"), kind=text(entry, "soort"))
        for entry in (value if isinstance(value, list) else [])
        if isinstance(entry, dict)
    )


def row_last_day(row: PublisherRecord) -> date | None:
    return words.parse_date(text(row.fields, "einddatum"))


def page_last_day(page: PublisherRecord) -> date | None:
    return words.parse_date(text(overview_of(page.fields), words.LAST_DAY_LABEL))


def status_word(page: PublisherRecord) -> str:
    return text(overview_of(page.fields), words.STATUS_LABEL)


def _document_fields(document: Document) -> dict[str, Json]:
    return _filled(
        {
            "nummer": document.number,
            "titel": document.title,
            "soort": document.kind,
            "rol": document.role,
        }
    )


def _filled(fields: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
