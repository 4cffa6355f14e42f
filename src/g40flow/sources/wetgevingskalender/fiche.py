"""The XML fiche of one law in the making."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

from lxml import etree

from g40flow.domain.errors import SourceChanged
from g40flow.domain.items import (
    ItemDocument,
    ItemKind,
    ItemStatus,
    Json,
    PublisherRecord,
    Reference,
    SourceItem,
    StoredRecord,
)
from g40flow.sources.contract import Signal
from g40flow.sources.json_page import filled, parts, texts, words
from g40flow.sources.links import public_link
from g40flow.sources.markup import LONGEST_TEXT, first, lines_of, read_xml, select, shown, text_of
from g40flow.sources.named_in_text import names_in

FICHE = "fiche"
ROOT = "regelgevingFiche"
PHASES = frozenset({"Voorbereiding", "Raad van State", "Tweede Kamer", "Eerste Kamer", "Bekendmaking"})
STATUSES = {"Lopend": ItemStatus.PUBLISHED}
"""The only word that was seen; other ones are signals."""
KINDS = frozenset({"Wet", "AMvB", "Amvb"})
MOST_MILESTONES = 100

_NUMBER = re.compile(r"WGK(\d{3,9})", re.ASCII)


def parse_fiche(body: bytes, chain: str) -> PublisherRecord:
    """The fiche as a record, by Keten-ID. Raises SourceChanged."""
    what = f"fiche {chain}"
    root = read_xml(body, what, ROOT)
    number = _NUMBER.fullmatch(_meta(root, "identifier"))
    title = _meta(root, "title")
    if number is None or not title:
        found = shown(_meta(root, "identifier"))
        raise SourceChanged(f"{what}: expected an identifier and a title, found {found or 'none'}")
    if str(int(number[1])) != chain:
        raise SourceChanged(f"{what}: this is the fiche of {number[0]}")
    milestones = list(_milestones(root))[:MOST_MILESTONES]
    pointers: list[Json] = [*sorted(set(_pointers(root)))]
    fields: dict[str, Json] = {
        "titel": title,
        "gewijzigd": _meta(root, "modified"),
        "onderwerpen": [text for element in _named(root, "subject") if (text := text_of(element))],
        "soort": _meta(root, "type"),
        "ministerie": _meta(root, "departementEersteOndertekenaar"),
        "status": _meta(root, "status"),
        "fase": _meta(root, "actieveFase"),
        "samenvatting": lines_of(text_of(first(root, ".//*[local-name()='samenvatting']")))[:LONGEST_TEXT],
        "mijlpalen": milestones,
        "verwijzingen": pointers,
    }
    return PublisherRecord(
        entity=FICHE,
        identifier=chain,
        fields=filled(fields),
        references=(Reference(relation="keten", identifier=chain),),
    )


def _meta(root: etree._Element, name: str) -> str:
    return text_of(first(root, f"./*[local-name()='meta']//*[local-name()='{name}']"))


def _named(root: etree._Element, name: str) -> list[etree._Element]:
    return select(root, f"./*[local-name()='meta']//*[local-name()='{name}']")


def _milestones(root: etree._Element) -> Iterator[Json]:
    for phase in select(root, ".//*[local-name()='fase']"):
        for milestone in select(phase, ".//*[local-name()='mijlpaal']"):
            documents: list[Json] = [
                filled(
                    {
                        "titel": text_of(first(document, "./*[local-name()='titel']")),
                        "url": text_of(first(document, "./*[local-name()='url']")),
                    }
                )
                for document in select(milestone, ".//*[local-name()='document']")
            ]
            yield filled(
                {
                    "fase": str(phase.get("faseTitel") or ""),
                    "titel": text_of(first(milestone, "./*[local-name()='mijlpaalTitel']")),
                    "datum": text_of(first(milestone, "./*[local-name()='mijlpaalDatum']")),
                    "documenten": documents,
                }
            )


def _pointers(root: etree._Element) -> Iterator[str]:
    """Addresses elsewhere that the fiche names: the consultation, papers of parliament."""
    for element in select(root, ".//*[@resourceIdentifier]"):
        address = " ".join(str(element.get("resourceIdentifier")).split())
        if 0 < len(address) <= 500:
            yield address


def signals_of(record: PublisherRecord) -> Iterator[Signal]:
    """Words that were never seen."""
    for name, known in (("status", STATUSES), ("fase", PHASES), ("soort", KINDS)):
        word = record.fields.get(name)
        if word is not None and word not in known:
            text = shown(str(word))
            yield Signal(code=f"unknown_{name}", subject=text, message=f"onbekend bij {name}: {text}")


def item_of(source: str, base: str, kept: StoredRecord) -> SourceItem:
    """What people see: where the law stands. It asks for nothing, and is no news by itself."""
    record, fields = kept.record, kept.record.fields
    number = wgk(record.identifier)
    milestones = list(parts(fields, "mijlpalen"))
    kind = words(fields, "soort") or "Regeling"
    is_drafted = words(fields, "fase") == "Voorbereiding"
    return SourceItem(
        source=source,
        identifier=record.identifier,
        kind=ItemKind.PUBLICATION,
        kind_label=f"{kind} in voorbereiding" if is_drafted else kind,
        title=words(fields, "titel"),
        url=f"{base}/Regeling/{number}",
        status=_status(record),
        number=number,
        summary="\n".join(_about(fields, milestones)),
        ministry=words(fields, "ministerie"),
        topics=_topics(fields),
        documents=tuple(_documents(base, milestones)),
        chain_id=record.identifier,
        references=tuple(sorted({number, *_known_names(fields)})),
    )


def wgk(chain: str) -> str:
    """ "WGK012345" of "12345"."""
    return f"WGK{int(chain):06d}"


def _status(record: PublisherRecord) -> ItemStatus:
    if record.deleted:
        return ItemStatus.WITHDRAWN
    return STATUSES.get(words(record.fields, "status"), ItemStatus.UNKNOWN)


def _about(fields: Mapping[str, Json], milestones: Iterable[Mapping[str, Json]]) -> Iterator[str]:
    if phase := words(fields, "fase"):
        yield f"Fase: {phase}"
    if summary := fields.get("samenvatting"):
        yield str(summary)
    for milestone in milestones:
        when = _day(words(milestone, "datum"))
        day = f" ({when:%d-%m-%Y})" if when else ""
        yield f"{words(milestone, 'fase')}: {words(milestone, 'titel')}{day}"


def _topics(fields: Mapping[str, Json]) -> tuple[str, ...]:
    """Theme and topic stand in one text: "Huisvesting | Bouwen en verbouwen"."""
    names = (part.strip() for text in texts(fields, "onderwerpen") for part in text.split("|"))
    return tuple(dict.fromkeys(name for name in names if name))


def _documents(base: str, milestones: Iterable[Mapping[str, Json]]) -> Iterator[ItemDocument]:
    own = {urlsplit(base).hostname or "", "wetgevingskalender.overheid.nl"}
    for milestone in milestones:
        for document in parts(milestone, "documenten"):
            address = public_link(words(document, "url"), base=f"{base}/", also_hosts=own)
            if address and (title := words(document, "titel")):
                yield ItemDocument(title=title, url=address)


def _known_names(fields: Mapping[str, Json]) -> set[str]:
    """Addresses of the fiche, and papers that it cites."""
    pointers = texts(fields, "verwijzingen")
    return {*pointers, *names_in(*pointers)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
