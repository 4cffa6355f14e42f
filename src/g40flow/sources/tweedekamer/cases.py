"""From stored records to cases: bills, letters, motions, questions and whatever else is a zaak."""

import re
from collections.abc import Iterable

from g40flow.domain.dossier_number import dossier_number
from g40flow.domain.items import ItemKind, ItemStatus, PublisherRecord, SourceItem
from g40flow.sources.contract import RecordReader
from g40flow.sources.tweedekamer.affected import ACTIVITY, CASE, activities_of
from g40flow.sources.tweedekamer.committees import committee_name, name_by_reference
from g40flow.sources.tweedekamer.known_values import CASE_STATUSES
from g40flow.sources.tweedekamer.ministries import first_ministry
from g40flow.sources.tweedekamer.pages import Addresses, by_date, is_attachment, item_documents
from g40flow.sources.tweedekamer.values import as_day, dutch_words

# Of these `onderwerp` is their own text and `titel` that of the debate in which they were tabled.
_NAMED_BY_SUBJECT = frozenset({"Motie", "Amendement"})
_PROPOSALS = frozenset({"EU-voorstel", "Brief Europese Commissie"})
_COM = re.compile(r"\bCOM\s?\(\s?(20\d{2})\s?\)\s?(\d{1,4})\b")
# These open a dossier, which then has their title; all other cases in it have a subject of their own.
_OPEN_A_DOSSIER = frozenset({"Wetgeving", "Initiatiefwetgeving", "Begroting", "Verdrag", "Initiatiefnota"})


def assemble_case(
    identifier: str, stored: RecordReader, addresses: Addresses, source: str
) -> SourceItem | None:
    """The case with this GUID; None if it was never seen or is a placeholder without a title."""
    kept = stored.get("zaak", identifier)
    if kept is None:
        return None
    record = kept.record
    dossier = dossier_of(record, stored)
    title = case_title(record, dossier)
    if not title:
        return None
    actors = [actor.record for actor in stored.referring("zaakActor", "zaak", identifier)]
    attached = [kept.record for kept in stored.referring("document", "zaak", identifier)]
    documents = sorted(attached, key=by_date)
    lead, *others = _committees(actors, "Voortouwcommissie", stored) or [""]
    return SourceItem(
        source=source,
        identifier=CASE + identifier,
        kind=ItemKind.PARLIAMENTARY_CASE,
        kind_label=str(record.fields.get("soort", "Zaak")),
        title=title,
        url=_url(record, documents, addresses),
        status=_status(record),
        number=str(record.fields["nummer"]) if "nummer" in record.fields else None,
        summary=_summary(record, title, dossier),
        published_on=as_day(record.fields.get("gestartOp")),
        ministry=first_ministry(actors, "Indiener", "Medeindiener", "Gericht aan"),
        committee=lead,
        following_committees=(*others, *_committees(actors, "Volgcommissie", stored)),
        dossier_number=number_of(dossier),
        documents=item_documents(documents, addresses),
        related=_related(record, stored),
        replaced_by=_successor(identifier, stored),
        references=tuple(
            sorted(
                {
                    *_names(documents, dossier),
                    *_further_dossiers(record, stored),
                    *_proposals_of_the_commission(record),
                }
            )
        ),
    )


def case_title(record: PublisherRecord, dossier: PublisherRecord | None) -> str:
    """What people call the case; "" for a placeholder.

    A letter often has the title of its dossier as `titel`, like a hundred others: then its subject
    tells it apart.
    """
    titel, onderwerp = (str(record.fields.get(name, "")) for name in ("titel", "onderwerp"))
    kind = record.fields.get("soort")
    if kind in _NAMED_BY_SUBJECT or not onderwerp:
        return onderwerp
    if kind not in _OPEN_A_DOSSIER and dossier is not None and titel == dossier.fields.get("titel"):
        return onderwerp
    return titel or onderwerp


def dossier_of(record: PublisherRecord, stored: RecordReader) -> PublisherRecord | None:
    """The first of the case's dossiers by number; None if it has none or it was not read yet."""
    return dossiers_of([record], stored).get(record.identifier)


def dossiers_of(cases: Iterable[PublisherRecord], stored: RecordReader) -> dict[str, PublisherRecord]:
    """The dossier of each case by the case's GUID; cases without one are left out.

    Of several dossiers the first by number, so that the choice does not depend on chance.
    """
    targets = {
        case.identifier: [ref.identifier for ref in case.references if ref.relation == "kamerstukdossier"]
        for case in cases
    }
    wanted = sorted({target for several in targets.values() for target in several})
    known = {kept.record.identifier: kept.record for kept in stored.get_many("kamerstukdossier", wanted)}
    candidates = {
        case: [known[target] for target in several if target in known] for case, several in targets.items()
    }
    return {case: min(several, key=_by_dossier_number) for case, several in candidates.items() if several}


def _by_dossier_number(dossier: PublisherRecord) -> tuple[str, str]:
    return number_of(dossier) or "~", dossier.identifier


def number_of(dossier: PublisherRecord | None) -> str | None:
    """The normalised number of a dossier; None for no dossier."""
    number = dossier.fields.get("nummer") if dossier else None
    if dossier is None or not isinstance(number, int):
        return None
    addition = dossier.fields.get("toevoeging")
    return dossier_number(number, addition if isinstance(addition, str) else None)


def _status(record: PublisherRecord) -> ItemStatus:
    if record.deleted:
        return ItemStatus.WITHDRAWN
    if record.fields.get("afgedaan") is True:
        return ItemStatus.CLOSED
    status = record.fields.get("status")
    return ItemStatus.OPEN if status is None or status in CASE_STATUSES else ItemStatus.UNKNOWN


def _summary(record: PublisherRecord, title: str, dossier: PublisherRecord | None) -> str:
    """What the title leaves out: the other title, the dossier, and terms that run."""
    texts = [str(record.fields.get(name, "")) for name in ("onderwerp", "titel", "citeertitel")]
    if dossier is not None:
        texts.append(str(dossier.fields.get("titel", "")))
    lines = [text for text in dict.fromkeys(texts) if text and text != title]
    if basis := record.fields.get("grondslagvoorhang"):
        lines.append(f"Voorhang: {basis}")
    if term := as_day(record.fields.get("termijn")):
        lines.append(f"Termijn: {dutch_words(term)}")
    return "\n".join(lines)


def _committees(actors: Iterable[PublisherRecord], relation: str, stored: RecordReader) -> list[str]:
    names = {
        committee_name(str(actor.fields.get("actorNaam", "")))
        or name_by_reference(actor, "commissie", stored)
        for actor in actors
        if actor.fields.get("relatie") == relation
    }
    return sorted(names - {""})


def _related(record: PublisherRecord, stored: RecordReader) -> tuple[str, ...]:
    activities = {ACTIVITY + identifier for identifier in activities_of([record], stored)}
    neighbours = {
        CASE + ref.identifier
        for ref in record.references
        if ref.relation in ("gerelateerdVanuit", "vervangenVanuit") and ref.identifier != record.identifier
    }
    return tuple(sorted(activities | neighbours))


def _further_dossiers(record: PublisherRecord, stored: RecordReader) -> set[str]:
    """All dossiers of a case that has several: who names a hundred is about none of them."""
    targets = record.targets("kamerstukdossier")
    if len(targets) < 2:
        return set()
    numbers = (number_of(kept.record) for kept in stored.get_many("kamerstukdossier", sorted(targets)))
    return {number for number in numbers if number}


def _proposals_of_the_commission(record: PublisherRecord) -> set[str]:
    """ "COM(2026)412" of a case that is such a proposal; others only mention one."""
    if record.fields.get("soort") not in _PROPOSALS:
        return set()
    texts = (str(record.fields.get(name, "")) for name in ("titel", "onderwerp"))
    return {f"COM({year}){number}" for text in texts for year, number in _COM.findall(text)}


def _names(documents: Iterable[PublisherRecord], dossier: PublisherRecord | None) -> set[str]:
    """Under which names other publishers show the papers of this case, and of no other.

    A list of decisions or of what came in belongs to dozens of cases, and says nothing about any.
    """
    names: set[str] = set()
    for document in documents:
        if len(document.targets("zaak")) != 1:
            continue
        names |= {str(number) for name, number in document.fields.items() if name == "documentNummer"}
        paper = document.fields.get("volgnummer")
        of_dossier = dossier is not None and document.targets("kamerstukdossier") == {dossier.identifier}
        if of_dossier and isinstance(paper, int) and paper > 0:
            names.add(f"kst-{number_of(dossier)}-{paper}")
    return names


def _successor(identifier: str, stored: RecordReader) -> str | None:
    """The case that took this one's place (a changed motion); of several the one that began last."""
    candidates = stored.referring("zaak", "vervangenVanuit", identifier)
    others = [candidate.record for candidate in candidates if candidate.record.identifier != identifier]
    latest = max(
        others, key=lambda other: (str(other.fields.get("gestartOp", "")), other.identifier), default=None
    )
    return CASE + latest.identifier if latest else None


def _url(record: PublisherRecord, documents: Iterable[PublisherRecord], addresses: Addresses) -> str:
    number = record.fields.get("nummer")
    if not isinstance(number, str):
        return addresses.entity(record.identifier)
    main = (document.fields for document in documents if not is_attachment(document))
    document_number = next((fields["documentNummer"] for fields in main if "documentNummer" in fields), None)
    return addresses.papers(number, str(document_number) if document_number else None)
