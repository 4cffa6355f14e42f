"""From stored records to items: meetings, days for input, debates, bills and votes."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time

from g40flow.domain.instants import dutch_instant
from g40flow.domain.items import (
    ItemDocument,
    ItemKind,
    ItemStatus,
    Json,
    PublisherRecord,
    SourceItem,
    StoredRecord,
)
from g40flow.sources.contract import RecordReader
from g40flow.sources.eerstekamer.bills import FINISHED, PHASES
from g40flow.sources.eerstekamer.records import (
    BILL,
    COMMITTEE,
    HAMMER,
    INPUT,
    MATTER,
    MEETING,
    OVER,
    SUBJECT,
    TERM,
    TREATMENT,
    VOTE,
    VOTING,
    WITHDRAWN,
    day_of,
)
from g40flow.sources.eerstekamer.votes import ADOPTED, RESULTS
from g40flow.sources.eerstekamer.words import dotted, eu_files_in, joined, numbers_in, short_committees
from g40flow.sources.first_sight import day_seen

SOURCE = "eerstekamer"
Fields = Mapping[str, Json]
_CANCELLED = re.compile(r"\b(?:geannuleerd|vervallen|vervalt|afgelast|gaat niet door)\b", re.IGNORECASE)
_PREFIXES = {MEETING: "vergadering:", SUBJECT: "plenair:", BILL: "wetsvoorstel:", VOTE: "stemming:"}
_INPUT_ITEM = "inbreng:"


def touched(records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
    """Items that a change of these records can alter; a meeting's successor and predecessors too."""
    found: set[str] = set()
    for record in records:
        if record.entity in _PREFIXES:
            found.add(_PREFIXES[record.entity] + record.identifier)
        for reference in record.references:
            match record.entity, reference.relation:
                case "inbreng", "termijn":
                    found.add(_INPUT_ITEM + reference.identifier)
                case "behandeling", "wetsvoorstel":
                    found.add(_PREFIXES[BILL] + reference.identifier)
    return found


def assemble(identifier: str, stored: RecordReader, site: str) -> SourceItem | None:
    """The item as the stored records tell it; the same at any moment."""
    prefix, _, name = identifier.partition(":")
    match prefix:
        case "vergadering":
            return _meeting(identifier, stored.get(MEETING, name), stored, site)
        case "inbreng":
            return _input(identifier, name, stored, site)
        case "plenair":
            return _subject(identifier, stored.get(SUBJECT, name), stored, site)
        case "wetsvoorstel":
            return _bill(identifier, stored.get(BILL, name), stored, site)
        case "stemming":
            return _vote(identifier, stored.get(VOTE, name), site)
    raise ValueError(f"expected an identifier of {SOURCE}, found {identifier!r}")


def _meeting(
    identifier: str, kept: StoredRecord | None, stored: RecordReader, site: str
) -> SourceItem | None:
    committees = [] if kept is None else _texts(kept.record.fields.get("commissies"))
    if kept is None or not committees:
        return None  # also for a meeting of the Chamber's own household
    fields = kept.record.fields
    kind, name = str(fields.get("soort", "")), str(fields["naam"])
    points = _points(fields.get("punten"))
    label = kind[:1].upper() + kind[1:] or "Vergadering"
    title = f"{label} {short_committees(name)}"
    successor = _successor(kept.record, stored) if kept.record.deleted else None
    return SourceItem(
        source=SOURCE,
        identifier=identifier,
        kind=ItemKind.ACTIVITY,
        kind_label=(kind[:1].upper() + kind[1:]) or "Commissievergadering",
        title=title,
        url=f"{site}/commissievergadering/{kept.record.identifier}",
        status=_activity_status(kept.record, f"{kind} {name} {fields.get('wanneer', '')}", successor),
        summary="\n".join(_decision(point) for point in points if point["besluit"]),
        opens_on=day_of(kept.record),
        starts_at=_moment(fields),
        committee=committees[0],
        following_committees=tuple(committees[1:]),
        dossier_number=_only(number for point in points for number in numbers_in(point["referentie"])),
        agenda=tuple(dict.fromkeys(_point_title(point) for point in points if _point_title(point))),
        related=() if successor is None else (f"vergadering:{successor}",),
        replaced_by=None if successor is None else f"vergadering:{successor}",
        references=_references(point["referentie"] for point in points),
    )


def _successor(record: PublisherRecord, stored: RecordReader) -> str | None:
    """A later meeting of the same committee that took over a point; None if there is none."""
    own = _subjects_of(record)
    slug = record.identifier.partition("_")[2]
    later = [
        kept.record
        for kept in stored.referring(MEETING, COMMITTEE, slug)
        if kept.record.identifier != record.identifier and day_of(kept.record) >= day_of(record)
    ]
    heirs = [other for other in later if own & _subjects_of(other)]
    return min((other.identifier for other in heirs), default=None)


def _subjects_of(record: PublisherRecord) -> set[str]:
    return {_point_title(point) for point in _points(record.fields.get("punten"))} - {"", "Rondvraag"}


def _input(identifier: str, term: str, stored: RecordReader, site: str) -> SourceItem | None:
    """The day that was set last for a round of input; cancelled when the sentence is gone."""
    several = [kept.record for kept in stored.referring(INPUT, TERM, term)]
    if not several:
        return None
    standing = [record for record in several if record.fields.get(WITHDRAWN) is not True]
    record = max(standing or several, key=lambda one: (str(one.fields["vergadering"]), one.identifier))
    fields = record.fields
    day, clock = day_of(record), fields.get("uur")
    committees = _texts(fields.get("commissies"))
    reference, subject = str(fields.get("referentie", "")), str(fields.get("onderwerp", ""))
    round_ = str(fields.get("ronde", "")) or "schriftelijke ronde"
    return SourceItem(
        source=SOURCE,
        identifier=identifier,
        kind=ItemKind.ACTIVITY,
        kind_label=_input_label(round_),
        title=subject or reference or round_,
        url=f"{site}/commissievergadering/{fields['vergadering']}",
        status=_activity_status(record, "", None) if standing else ItemStatus.CANCELLED,
        summary=f"Ronde: {round_}. De commissie schreef: “{fields['zin']}”",
        closes_on=day,
        starts_at=dutch_instant(day, time.fromisoformat(clock)) if isinstance(clock, str) else None,
        committee=committees[0] if committees else "",
        following_committees=tuple(committees[1:]),
        dossier_number=_only(numbers_in(reference)),
        related=(f"vergadering:{fields['vergadering']}",),
        references=_references([reference]),
    )


def _input_label(round_: str) -> str:
    """In the words of the Tweede Kamer where it is the same thing, so that rules hold for both."""
    what = "verslag" if "verslag" in round_ else "schriftelijk overleg"
    return f"Inbreng {what} (Eerste Kamer)"


def _subject(
    identifier: str, kept: StoredRecord | None, stored: RecordReader, site: str
) -> SourceItem | None:
    if kept is None:
        return None
    record, fields = kept.record, kept.record.fields
    number = fields.get("nummer")
    successor = _later_day(record, stored) if record.deleted else None
    kind = str(fields["soort"])
    title = str(fields["titel"])
    return SourceItem(
        source=SOURCE,
        identifier=identifier,
        kind=ItemKind.ACTIVITY,
        kind_label={HAMMER: "Hamerstukken", VOTING: "Stemmingen"}.get(kind, kind) + " (Eerste Kamer)",
        title=title,
        url=f"{site}/plenaire_vergadering/{day_of(record):%Y%m%d}",
        status=_activity_status(record, title, successor),
        number=dotted(str(number)) if number else None,
        summary="De tijden zijn indicatief." if "begint" in fields else "",
        opens_on=day_of(record),
        starts_at=_instant(fields.get("begint")),
        ends_at=_instant(fields.get("eindigt")),
        dossier_number=str(number) if number else None,
        agenda=tuple(text for text in _texts(fields.get("blokken")) if text != title),
        documents=_page_of_bill(fields, site),
        related=_with_bill(number) + (() if successor is None else (f"plenair:{successor}",)),
        replaced_by=None if successor is None else f"plenair:{successor}",
    )


def _later_day(record: PublisherRecord, stored: RecordReader) -> str | None:
    """The same matter on another day of the agenda, the first from this one on."""
    matter = next((r.identifier for r in record.references if r.relation == MATTER), "")
    others = [
        kept.record
        for kept in stored.referring(SUBJECT, MATTER, matter)
        if kept.record.identifier != record.identifier and day_of(kept.record) > day_of(record)
    ]
    return min((other.identifier for other in others), default=None)


def _bill(identifier: str, kept: StoredRecord | None, stored: RecordReader, site: str) -> SourceItem | None:
    if kept is None:
        return None
    fields, number = kept.record.fields, kept.record.identifier
    treatments = [one.record.fields for one in stored.referring(TREATMENT, BILL, number)]
    committees = list(dict.fromkeys(str(one["commissie"]) for one in treatments))
    phases = list(dict.fromkeys(str(one["fase"]) for one in treatments))
    told = joined(phases) if phases else "Staat niet meer op de lijst van een commissie"
    return SourceItem(
        source=SOURCE,
        identifier=identifier,
        kind=ItemKind.PARLIAMENTARY_CASE,
        kind_label="Wetsvoorstel in de Eerste Kamer",
        title=str(fields["titel"]),
        url=f"{site}{fields['pad']}",
        status=_bill_status(phases),
        number=str(fields["spelling"]),
        summary=f"{told}.",
        published_on=day_seen(kept),
        committee=committees[0] if committees else "",
        following_committees=tuple(committees[1:]),
        dossier_number=number,
        references=(number,),
    )


def _bill_status(phases: Collection[str]) -> ItemStatus:
    if any(phase not in PHASES for phase in phases):
        return ItemStatus.UNKNOWN
    return ItemStatus.CLOSED if all(phase == FINISHED for phase in phases) else ItemStatus.OPEN


def _vote(identifier: str, kept: StoredRecord | None, site: str) -> SourceItem | None:
    if kept is None:
        return None
    fields = kept.record.fields
    number, result = fields.get("nummer"), str(fields.get("uitslag", ""))
    spelling = str(fields.get("spelling", ""))
    return SourceItem(
        source=SOURCE,
        identifier=identifier,
        kind=ItemKind.PARLIAMENTARY_CASE,
        kind_label="Uitslag stemming (Eerste Kamer)",
        title=f"{result}: {fields['titel']}" if result else str(fields["titel"]),
        url=f"{site}{fields['pad']}",
        status=ItemStatus.PUBLISHED if result in RESULTS else ItemStatus.UNKNOWN,
        number=spelling or None,
        summary=_how(fields),
        published_on=day_of(kept.record),
        dossier_number=str(number) if number else None,
        documents=_report(fields, site),
        related=_with_bill(number) if result == ADOPTED or not fields.get("letter") else (),
        references=tuple(sorted({str(number), *_paper(number, fields)})) if number else (),
    )


def _how(fields: Fields) -> str:
    lines = [str(fields.get("wijze", ""))]
    for side, label in (("voor", "Voor"), ("tegen", "Tegen"), ("aantekening", "Aantekening gevraagd")):
        if names := _texts(fields.get(side)):
            lines.append(f"{label}: {joined(names)}")
    return "; ".join(line for line in lines if line)


def _activity_status(record: PublisherRecord, words: str, successor: str | None) -> ItemStatus:
    if successor is not None:
        return ItemStatus.MOVED
    if record.deleted or _CANCELLED.search(words):
        return ItemStatus.CANCELLED
    return ItemStatus.CLOSED if record.fields.get(OVER) is True else ItemStatus.PLANNED


def _points(value: Json) -> list[dict[str, str]]:
    if not isinstance(value, list):
        return []
    return [{name: str(text) for name, text in point.items()} for point in value if isinstance(point, dict)]


def _point_title(point: Mapping[str, str]) -> str:
    return point["onderwerp"] or point["referentie"]


def _decision(point: Mapping[str, str]) -> str:
    about = ", ".join(text for text in (point["referentie"], point["onderwerp"]) if text)
    return f"{about}: {point['besluit']}" if about else point["besluit"]


def _moment(fields: Fields) -> datetime | None:
    clock = fields.get("uur")
    if not isinstance(clock, str):
        return None
    return dutch_instant(date.fromisoformat(str(fields["dag"])), time.fromisoformat(clock))


def _instant(value: Json) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _texts(value: Json) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else []


def _only(numbers: Iterable[str]) -> str | None:
    """The dossier when all is about one; a meeting on several has none of its own."""
    several = set(numbers)
    return several.pop() if len(several) == 1 else None


def _references(texts: Iterable[str]) -> tuple[str, ...]:
    found = {name for text in texts for name in (*numbers_in(text), *eu_files_in(text))}
    return tuple(sorted(found))


def _paper(number: Json, fields: Fields) -> list[str]:
    letter = fields.get("letter")
    return [f"kst-{number}-{letter}"] if isinstance(number, str) and isinstance(letter, str) else []


def _with_bill(number: Json) -> tuple[str, ...]:
    return (f"{_PREFIXES[BILL]}{number}",) if isinstance(number, str) else ()


def _page_of_bill(fields: Fields, site: str) -> tuple[ItemDocument, ...]:
    path = fields.get("pad")
    if not isinstance(path, str):
        return ()
    return (ItemDocument(title=str(fields["titel"]), url=f"{site}{path}", kind="Pagina"),)


def _report(fields: Fields, site: str) -> tuple[ItemDocument, ...]:
    path = fields.get("verslag")
    if not isinstance(path, str) or not path.startswith("/"):
        return ()
    return (ItemDocument(title="Verslag van de stemming", url=f"{site}{path}", kind="Verslag"),)
