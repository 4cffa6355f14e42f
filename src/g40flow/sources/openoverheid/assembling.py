"""From a stored document to the item that people see."""

from g40flow.domain.items import (
    ItemDocument,
    ItemKind,
    ItemStatus,
    Json,
    PublisherRecord,
    SourceItem,
    StoredRecord,
)
from g40flow.sources.links import public_link
from g40flow.sources.named_in_text import names_in
from g40flow.sources.openoverheid.answers import PUBLISHED, day
from g40flow.sources.openoverheid.wanted import Wanted

NAMED = "https://open.overheid.nl/documenten/"
"""How publishers name a document of this site, wherever it is read from."""


def item_of(source: str, base: str, kept: StoredRecord, wanted: Wanted) -> SourceItem | None:
    """The item; None for a document of a kind that we do not want."""
    record, fields = kept.record, kept.record.fields
    category = wanted.category_among(_list(fields.get("informatiecategorieen")))
    kind = wanted.kind_among(_list(fields.get("documentsoorten")))
    if not category and not kind:
        return None
    title, about = str(fields["titel"]), _list(fields.get("omschrijvingen"))
    own = {f"{NAMED}{record.identifier}", *_list(fields.get("kenmerken")), *_list(fields.get("relaties"))}
    return SourceItem(
        source=source,
        identifier=record.identifier,
        kind=ItemKind.PUBLICATION,
        kind_label=_capital(category or kind),
        title=title,
        url=f"{base}/details/{record.identifier}",
        status=_status(record),
        summary="\n".join(text for text in dict.fromkeys(about) if text != title),
        published_on=day(str(fields.get("openbaarmakingsdatum", ""))),
        ministry=_capital(str(fields["verantwoordelijke"])),
        topics=tuple(dict.fromkeys([*_list(fields.get("onderwerpen")), *_list(fields.get("themas"))])),
        documents=_files(base, record),
        references=tuple(sorted(own | names_in(title, *about))),
    )


def is_wanted(record: PublisherRecord, wanted: Wanted) -> bool:
    """Whether an item is made of it."""
    categories, kinds = (_list(record.fields.get(n)) for n in ("informatiecategorieen", "documentsoorten"))
    return bool(wanted.category_among(categories) or wanted.kind_among(kinds))


def _status(record: PublisherRecord) -> ItemStatus:
    if record.deleted:
        return ItemStatus.WITHDRAWN
    known = record.fields.get("publicatiestatus") in (None, PUBLISHED)
    return ItemStatus.PUBLISHED if known else ItemStatus.UNKNOWN


def _files(base: str, record: PublisherRecord) -> tuple[ItemDocument, ...]:
    """Addresses are made from ours; what the publisher gives may lead anywhere."""
    files = record.fields.get("bestanden")
    found = []
    for file in files if isinstance(files, list) else []:
        if isinstance(file, dict):
            given = public_link(str(file.get("adres", "")), base=base, also_hosts={"open.overheid.nl"})
            address = given or f"{base}/documenten/{record.identifier}/file"
            found.append(ItemDocument(title=str(file["naam"]), url=address))
    return tuple(found)


def _list(value: Json) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
