"""From a stored initiative to the consultation that people see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from g40flow.domain.items import ItemDocument, ItemKind, ItemStatus, Json, SourceItem, StoredRecord
from g40flow.sources.haveyoursay.answers import OPEN, first_day, last_day
from g40flow.sources.json_page import parts, texts, whole, words
from g40flow.sources.named_in_text import names_in

PAGE = "/info/law/better-regulation/have-your-say/initiatives"


@dataclass(frozen=True, kw_only=True)
class Names:
    """How codes of the Commission are called in Dutch. groups: slugs that all of it is meant for."""

    acts: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()


def item_of(
    source: str, base: str, row: StoredRecord, detail: StoredRecord | None, names: Names, today: date
) -> SourceItem:
    """detail: None as long as it was not read."""
    fields = row.record.fields
    more: Mapping[str, Json] = detail.record.fields if detail else {}
    identifier = row.record.identifier
    closes_on = last_day(str(fields.get("feedbackEndDate", "")))
    opens_on = first_day(str(fields.get("feedbackStartDate", "")))
    act = str(fields.get("foreseenActType", ""))
    title, english = _titles(fields)
    summary = words(more, "dossierSummary")
    publications = list(parts(more, "publications"))
    cited = {words(publication, "reference") for publication in publications} - {""}
    return SourceItem(
        source=source,
        identifier=identifier,
        kind=ItemKind.CONSULTATION,
        kind_label=names.acts.get(act, act),
        title=title,
        url=f"{base}{PAGE}/{identifier}_nl",
        status=_status(row, detail, closes_on, today),
        number=str(fields["reference"]) if "reference" in fields else None,
        summary="\n".join(text for text in (english if english != title else "", summary) if text),
        published_on=opens_on,
        opens_on=opens_on,
        closes_on=closes_on,
        topics=tuple(dict.fromkeys([*_topics(fields, names), *texts(more, "policyAreas")])),
        documents=tuple(_documents(base, publications)),
        references=tuple(sorted({f"https://ec.europa.eu{PAGE}/{identifier}_nl", *cited, *names_in(summary)})),
        suggested_groups=names.groups,
        home_groups=names.groups,
    )


def _titles(fields: Mapping[str, Json]) -> tuple[str, str]:
    """(the Dutch title, or else the English one; the English one, or "")."""
    titles = fields.get("titels")
    known = {k: str(v) for k, v in titles.items()} if isinstance(titles, dict) else {}
    english = known.get("EN", "")
    return known.get("NL") or english or "Initiatief zonder titel", english


def _status(
    row: StoredRecord, detail: StoredRecord | None, closes_on: date | None, today: date
) -> ItemStatus:
    """Listed is open. What left the list before its last day is closed, or withdrawn if its page is gone."""
    if not row.record.deleted:
        if row.record.fields.get("receivingFeedbackStatus") != OPEN:
            return ItemStatus.UNKNOWN
        return ItemStatus.OPEN if closes_on is None or closes_on >= today else ItemStatus.CLOSED
    gone = detail is not None and detail.record.deleted
    return ItemStatus.WITHDRAWN if gone and (closes_on is None or closes_on >= today) else ItemStatus.CLOSED


def _topics(fields: Mapping[str, Json], names: Names) -> Iterator[str]:
    topics = fields.get("topics")
    for code, label in (topics if isinstance(topics, dict) else {}).items():
        yield names.topics.get(code) or str(label) or code


def _documents(base: str, publications: list[Mapping[str, Json]]) -> Iterator[ItemDocument]:
    """Addresses are made from the publisher's numbers, so that they lead to the publisher only."""
    for publication in publications:
        for file in parts(publication, "attachments"):
            number, name = whole(file, "id"), words(file, "name")
            if number is not None and name:
                address = f"{base}/info/law/better-regulation/brpapi/download/{number}"
                yield ItemDocument(title=name, url=address, kind=words(file, "language"))
