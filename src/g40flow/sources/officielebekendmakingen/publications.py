"""What is kept of a publication, and the item that it becomes."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from g40flow.domain.dossier_number import normalise_dossier_number
from g40flow.domain.instants import dutch_instant
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
from g40flow.sources.links import public_link
from g40flow.sources.markup import cut, lines_of, shown
from g40flow.sources.named_in_text import names_in
from g40flow.sources.officielebekendmakingen.addresses import page_for_people
from g40flow.sources.officielebekendmakingen.answer import Found

PUBLICATION = "publicatie"
FINDING = "vondst"
"""That a query found a publication; several queries may find the same one."""

JOURNALS = frozenset(
    {
        *("Staatscourant", "Staatsblad", "Tractatenblad", "Gemeenteblad", "Provinciaal blad"),
        *("Waterschapsblad", "Blad gemeenschappelijke regeling", "Kamerstuk", "Handelingen", "Agenda"),
        *("Kamervragen zonder antwoord", "Aanhangsel van de Handelingen", "Bijlage", "Niet-dossierstuk"),
    }
)
"""Names of publications that are known; another one gives a signal."""

_TEXTS = ("publicatienaam", "subrubriek", "documenttitel", "dossiertitel", "ondernummer", "vergaderjaar")
_DAYS = ("available", "date", "datumEindeReactietermijn")
_SEVERAL = {"creator": "maker", "type": "soort", "subject": "onderwerp"}
_MINISTRY = re.compile(r"(?:minister|staatssecretaris) van ", re.IGNORECASE)
_FORMS = (("pdf", "PDF"), ("odt", "ODT"))


@dataclass(frozen=True, kw_only=True)
class About:
    """What the configuration says of everything that a query finds. order: place in the configuration."""

    ministry: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    order: int = 0


def records_of(found: Found, query: str) -> tuple[PublisherRecord, PublisherRecord]:
    """The publication, and that this query found it."""
    dossiers = tuple(dict.fromkeys(_dossiers(found)))
    fields: dict[str, Json] = {"titel": cut(found.text("title") or found.identifier)}
    fields |= {name: cut(text) for name in _TEXTS if (text := found.text(name))}
    fields |= {name: text[:10] for name in _DAYS if _day(text := found.text(name))}
    fields |= {ours: list(texts) for name, ours in _SEVERAL.items() if (texts := found.texts(name))}
    fields |= {"dossiernummer": list(dossiers)} if dossiers else {}
    fields |= {"advies": text} if (text := found.text("adviesRvs")) else {}
    if (abstract := lines_of(found.text("abstract"))) and abstract != fields["titel"]:
        fields["samenvatting"] = abstract
    if found.page:
        fields["pagina"] = found.page
    links = {label: found.links[form] for form, label in _FORMS if found.links.get(form)}
    fields |= {"bestanden": dict(links)} if links else {}
    publication = PublisherRecord(
        entity=PUBLICATION,
        identifier=found.identifier,
        fields=fields,
        references=tuple(Reference(relation="dossier", identifier=number) for number in sorted(dossiers)),
        updated_at=_midnight(found.text("modified")),
    )
    finding = PublisherRecord(
        entity=FINDING,
        identifier=f"{query} {found.identifier}",
        fields={"zoekvraag": query},
        references=(Reference(relation=PUBLICATION, identifier=found.identifier),),
    )
    return publication, finding


def signals_of(found: Iterable[Found]) -> Iterator[Signal]:
    """What is unknown or odd, each thing once."""
    told: set[tuple[str, str]] = set()
    for one in found:
        for signal in _odd(one):
            if (signal.code, signal.subject) not in told:
                told.add((signal.code, signal.subject))
                yield signal


def _odd(found: Found) -> Iterator[Signal]:
    if not found.identifier:
        title = shown(found.text("title"))
        yield Signal(
            code="odd_identifier", subject=title, message=f"publicatie zonder bruikbaar kenmerk: {title}"
        )
        return
    journal = found.text("publicatienaam")
    if journal not in JOURNALS:
        yield Signal(
            code="unknown_journal",
            subject=shown(journal) or "leeg",
            message=f"{found.identifier}: onbekende naam van publicatie: {shown(journal) or 'geen'}",
        )
    for number in _dossiers(found):
        if normalise_dossier_number(number) is None:
            message = f"{found.identifier}: onbekende vorm van dossiernummer: {shown(number)}"
            yield Signal(code="unknown_dossier_number", subject=shown(number), message=message)
    for name in _DAYS:
        if (text := found.text(name)) and _day(text) is None:
            message = f"{found.identifier}: onleesbare datum bij {name}: {shown(text)}"
            yield Signal(code="unreadable_date", subject=f"{found.identifier} {name}", message=message)


def item_of(source: str, site: str, kept: StoredRecord, about: Collection[About]) -> SourceItem:
    """site: for people. about: what the configuration says of the queries that found it, in its order."""
    record, fields = kept.record, kept.record.fields
    journal, rubric = str(fields.get("publicatienaam", "")), str(fields.get("subrubriek", ""))
    dossiers = [n for text in _list(fields.get("dossiernummer")) if (n := normalise_dossier_number(text))]
    title = str(fields["titel"])
    makers = _list(fields.get("maker"))
    return SourceItem(
        source=source,
        identifier=record.identifier,
        kind=ItemKind.PUBLICATION,
        kind_label=" · ".join(dict.fromkeys(text for text in (journal, rubric) if text)) or "Publicatie",
        title=title,
        url=_page(site, record),
        status=ItemStatus.WITHDRAWN if record.deleted else ItemStatus.PUBLISHED,
        number=_number(record),
        summary=_summary(record, title, makers),
        published_on=_day(str(fields.get("available") or fields.get("date") or "")),
        closes_on=_day(str(fields.get("datumEindeReactietermijn", ""))),
        ministry=_ministry(makers) or next((one.ministry for one in about if one.ministry), ""),
        topics=tuple(
            dict.fromkeys([*(t for one in about for t in one.topics), *_list(fields.get("onderwerp"))])
        ),
        dossier_number=dossiers[0] if dossiers else None,
        documents=_documents(site, record),
        references=tuple(sorted({record.identifier, *dossiers, *names_in(title)})),
        suggested_groups=tuple(dict.fromkeys(group for one in about for group in one.groups)),
    )


def _dossiers(found: Found) -> Iterator[str]:
    """ "36800-VII;29362" names several."""
    for text in found.texts("dossiernummer"):
        yield from (part.strip() for part in text.split(";") if part.strip())


def _number(record: PublisherRecord) -> str:
    """ "36512, AB" as people cite a paper; else the identifier."""
    dossiers, paper = _list(record.fields.get("dossiernummer")), record.fields.get("ondernummer")
    if record.identifier.startswith("kst-") and dossiers and isinstance(paper, str):
        return f"{dossiers[0]}, {'nr. ' if paper.isdecimal() else ''}{paper}"
    return record.identifier


def _summary(record: PublisherRecord, title: str, makers: list[str]) -> str:
    fields = record.fields
    texts = [str(fields.get(name, "")) for name in ("samenvatting", "documenttitel", "dossiertitel")]
    if makers:
        texts.append(f"Van: {', '.join(makers)}")
    if advice := fields.get("advies"):
        texts.append(f"Advies Raad van State: {advice}")
    return "\n".join(text for text in dict.fromkeys(texts) if text and text != title)


def _ministry(makers: Iterable[str]) -> str:
    """A ministry among the makers, as the other publishers write it."""
    for maker in makers:
        if maker.casefold().startswith("ministerie van "):
            return f"Ministerie van {maker[len('ministerie van ') :]}"
        if office := _MINISTRY.match(maker):
            return f"Ministerie van {maker[office.end() :]}"
    return ""


def _documents(site: str, record: PublisherRecord) -> tuple[ItemDocument, ...]:
    links = record.fields.get("bestanden")
    if not isinstance(links, dict):
        return ()
    addresses = {label: public_link(str(link), base=site) for label, link in links.items()}
    return tuple(
        ItemDocument(title=f"{record.identifier} ({label})", url=link, kind=label)
        for label, link in sorted(addresses.items(), reverse=True)
        if link
    )


def _page(site: str, record: PublisherRecord) -> str:
    """Where the publisher says it is, else where all of them are."""
    given = public_link(str(record.fields.get("pagina", "")), base=site)
    return given or page_for_people(site, record.identifier)


def _day(text: str) -> date | None:
    """From "2026-11-20" or an instant that begins so."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _midnight(text: str) -> datetime | None:
    day = _day(text)
    return None if day is None else dutch_instant(day, time(0))


def _list(value: Json) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else []
