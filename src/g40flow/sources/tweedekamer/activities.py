"""From stored records to what is on the agenda of the Tweede Kamer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemDocument, ItemKind, ItemStatus, PublisherRecord, SourceItem
from g40flow.sources.contract import RecordReader, StoredRecord
from g40flow.sources.tweedekamer.affected import ACTIVITY, CASE
from g40flow.sources.tweedekamer.cases import case_title, dossiers_of, number_of
from g40flow.sources.tweedekamer.committees import (
    PLENARY_IDENTIFIER,
    PLENARY_NAME,
    committee_name,
    name_by_reference,
)
from g40flow.sources.tweedekamer.debat_direct import BROADCAST, DAY, live_stream
from g40flow.sources.tweedekamer.ministries import first_ministry
from g40flow.sources.tweedekamer.pages import Addresses, by_date, item_documents
from g40flow.sources.tweedekamer.values import as_day, as_instant

# "Zorgfraude (geannuleerd)", "GEANNULEERD: Zorgfraude", "Zorgfraude - geannuleerd"
_CANCELLED = re.compile(
    r"\((?:is |wordt )?geannuleerd\b[^)]*\)|^geannuleerd\s*[:–-]|\s[:–-]\s*geannuleerd$", re.IGNORECASE
)
_STATUSES = {
    "Gepland": ItemStatus.PLANNED,
    "Uitgevoerd": ItemStatus.CLOSED,
    "Geannuleerd": ItemStatus.CANCELLED,
    "Verplaatst": ItemStatus.MOVED,
}
_UNDATED = "Nog geen datum bekend"
_WEEK = "Weeknummer"
_INPUT_ROUND = "inbreng "
_PLENARY_KINDS = re.compile(
    r"^(?:plenair|stemmingen|vragenuur|regeling van werkzaamheden|interpellatie|hamerstukken)", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A case that is dealt with.

    title: "" for a placeholder. dossier: normalised number. points: GUIDs of agenda points.
    """

    identifier: str
    title: str
    dossier: str | None
    points: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class _Agenda:
    """What an activity is about. titles: points and cases in the order of the agenda.

    since: when the last of what they are made of became visible; None if there is nothing on it, or if
        that is not known of all.
    """

    titles: tuple[str, ...]
    since: datetime | None
    cases: tuple[_Case, ...]
    documents: tuple[ItemDocument, ...]


def assemble_activity(
    identifier: str, stored: RecordReader, addresses: Addresses, source: str
) -> SourceItem | None:
    """The activity with this GUID; None if it was never seen or is a placeholder without a title."""
    kept = stored.get("activiteit", identifier)
    if kept is None or not (title := str(kept.record.fields.get("onderwerp", ""))):
        return None
    record = kept.record
    successor = _successor(identifier, stored)
    agenda = _agenda(identifier, stored, addresses)
    actors = [actor.record for actor in stored.referring("activiteitActor", "activiteit", identifier)]
    starts_at, ends_at = _hours(record)
    return SourceItem(
        source=source,
        identifier=ACTIVITY + identifier,
        kind=ItemKind.ACTIVITY,
        kind_label=str(record.fields.get("soort", "Activiteit")),
        title=title,
        url=_url(record, addresses),
        status=_status(record, title, successor),
        number=_text_or_none(record, "nummer"),
        summary=_summary(record, starts_at),
        opens_on=_day_without_hour(record, starts_at),
        closes_on=_closes_on(record, starts_at),
        starts_at=starts_at,
        ends_at=ends_at,
        ministry=first_ministry(actors, "Bewindspersoon c.a."),
        committee=_committee(record, stored),
        following_committees=_following(actors, stored),
        dossier_number=_common_dossier(agenda.cases),
        agenda=agenda.titles,
        agenda_since=agenda.since,
        documents=(*agenda.documents, *_live_stream(record, starts_at, ends_at, stored)),
        related=_related(record, agenda.cases),
        replaced_by=ACTIVITY + successor if successor else None,
    )


def _live_stream(
    record: PublisherRecord, starts_at: datetime | None, ends_at: datetime | None, stored: RecordReader
) -> tuple[ItemDocument, ...]:
    day = record.fields.get("datum")
    if not isinstance(day, str):
        return ()
    broadcasts = stored.referring(BROADCAST, DAY, day)
    return live_stream(record.fields.get("locatie"), starts_at, ends_at, broadcasts)


def is_plenary(record: PublisherRecord) -> bool:
    """Whether an activity is one of the whole Kamer; by its lead, or by its kind if no lead is told."""
    leads = {record.fields.get("voortouwnaam"), record.fields.get("voortouwafkorting")} - {None}
    references = {ref.identifier for ref in record.references if ref.relation == "voortouwcommissie"}
    if leads or references:
        return PLENARY_NAME in leads or PLENARY_IDENTIFIER in references
    return _PLENARY_KINDS.match(str(record.fields.get("soort", ""))) is not None


def _status(record: PublisherRecord, title: str, successor: str | None) -> ItemStatus:
    status = _STATUSES.get(str(record.fields.get("status", "")), ItemStatus.UNKNOWN)
    if status in (ItemStatus.PLANNED, ItemStatus.UNKNOWN) and _CANCELLED.search(title):
        status = ItemStatus.CANCELLED
    if successor and (record.deleted or status in (ItemStatus.PLANNED, ItemStatus.UNKNOWN)):
        return ItemStatus.MOVED
    return ItemStatus.WITHDRAWN if record.deleted else status


def _successor(identifier: str, stored: RecordReader) -> str | None:
    """The activity that took this one's place; of several the one that is latest on the agenda."""
    candidates = stored.referring("activiteit", "vervangenVanuit", identifier)
    others = [candidate.record for candidate in candidates if candidate.record.identifier != identifier]
    latest = max(
        others, key=lambda other: (str(other.fields.get("datum", "")), other.identifier), default=None
    )
    return latest.identifier if latest else None


def _hours(record: PublisherRecord) -> tuple[datetime | None, datetime | None]:
    if record.fields.get("datumSoort") in (_UNDATED, _WEEK):
        return None, None
    starts_at = as_instant(record.fields.get("aanvangstijd"))
    ends_at = as_instant(record.fields.get("eindtijd"))
    if starts_at and ends_at and ends_at < starts_at:
        ends_at = None
    return starts_at, ends_at


def _closes_on(record: PublisherRecord, starts_at: datetime | None) -> date | None:
    """Of a written round the start is the deadline: nobody meets."""
    if not str(record.fields.get("soort", "")).casefold().startswith(_INPUT_ROUND):
        return None
    return dutch_date(starts_at) if starts_at else _day(record)


def _day_without_hour(record: PublisherRecord, starts_at: datetime | None) -> date | None:
    """The day of what has no hour yet; None when only a week is known, or for a written round."""
    is_week = record.fields.get("datumSoort") == _WEEK
    is_round = str(record.fields.get("soort", "")).casefold().startswith(_INPUT_ROUND)
    return None if starts_at is not None or is_week or is_round else _day(record)


def _day(record: PublisherRecord) -> date | None:
    if record.fields.get("datumSoort") == _UNDATED:
        return None
    return as_day(record.fields.get("datum"))


def _summary(record: PublisherRecord, starts_at: datetime | None) -> str:
    """The convocation's remarks, after the week when no more is known of the time."""
    lines = [str(record.fields.get("noot", ""))]
    day = _day(record)
    if starts_at is None and day is not None and record.fields.get("datumSoort") == _WEEK:
        week = f"In week {day.isocalendar().week} van {day.isocalendar().year}; dag nog niet bekend."
        lines.insert(0, week)
    if record.fields.get("besloten") is True:
        lines.append("Besloten vergadering.")
    return "\n".join(line for line in lines if line)


def _committee(record: PublisherRecord, stored: RecordReader) -> str:
    if is_plenary(record):
        return ""
    if name := record.fields.get("voortouwnaam"):
        return committee_name(str(name))
    return name_by_reference(record, "voortouwcommissie", stored) or committee_name(
        str(record.fields.get("voortouwkortenaam") or record.fields.get("voortouwafkorting") or "")
    )


def _following(actors: Iterable[PublisherRecord], stored: RecordReader) -> tuple[str, ...]:
    followers = (actor for actor in actors if actor.fields.get("relatie") == "Volgcommissie")
    names = {
        committee_name(str(actor.fields.get("actorNaam", "")))
        or name_by_reference(actor, "commissie", stored)
        for actor in followers
    }
    return tuple(sorted(names - {""}))


def _agenda(identifier: str, stored: RecordReader, addresses: Addresses) -> _Agenda:
    points = sorted(stored.referring("agendapunt", "activiteit", identifier), key=_by_order)
    point_ids = [point.record.identifier for point in points]
    records = _reached("zaak", identifier, point_ids, stored)
    dossiers = dossiers_of(records, stored)
    cases = [_case(record, dossiers.get(record.identifier)) for record in sorted(records, key=_by_number)]
    documents = _reached("document", identifier, point_ids, stored)
    return _Agenda(
        titles=_titles(points, cases),
        since=_newest([*(point.record for point in points), *records, *dossiers.values()]),
        cases=tuple(case for case in cases if case.title),
        documents=item_documents(sorted(documents, key=by_date), addresses),
    )


def _newest(records: Iterable[PublisherRecord]) -> datetime | None:
    moments = [record.updated_at for record in records]
    known = [moment for moment in moments if moment is not None]
    return max(known, default=None) if len(known) == len(moments) else None


def _reached(
    entity: str, activity: str, points: Iterable[str], stored: RecordReader
) -> list[PublisherRecord]:
    """Records that name the activity or one of its agenda points, each once."""
    found = [
        *stored.referring_any(entity, "agendapunt", points),
        *stored.referring(entity, "activiteit", activity),
    ]
    return list({kept.record.identifier: kept.record for kept in found}.values())


def _case(record: PublisherRecord, dossier: PublisherRecord | None) -> _Case:
    return _Case(
        identifier=record.identifier,
        title=case_title(record, dossier),
        dossier=number_of(dossier),
        points=frozenset(ref.identifier for ref in record.references if ref.relation == "agendapunt"),
    )


def _titles(points: list[StoredRecord], cases: list[_Case]) -> tuple[str, ...]:
    """Every point followed by its cases, then the cases without a point; nothing twice."""
    cases_of: dict[str, list[str]] = {}
    for case in cases:
        for identifier in case.points:
            cases_of.setdefault(identifier, []).append(case.title)
    titles: list[str] = []
    for point in points:
        titles.append(str(point.record.fields.get("onderwerp", "")))
        titles += cases_of.get(point.record.identifier, [])
    titles += (case.title for case in cases)
    return tuple(title for title in dict.fromkeys(titles) if title)


def _by_order(point: StoredRecord) -> tuple[int, str, str]:
    order = point.record.fields.get("volgorde")
    return (
        order if isinstance(order, int) else 10**6,
        str(point.record.fields.get("nummer", "")),
        point.record.identifier,
    )


def _by_number(case: PublisherRecord) -> tuple[str, str]:
    return str(case.fields.get("nummer", "")), case.identifier


def _common_dossier(cases: Iterable[_Case]) -> str | None:
    """The dossier if the whole agenda is about one; a debate on letters of many has none of its own."""
    numbers = {case.dossier for case in cases} - {None}
    return numbers.pop() if len(numbers) == 1 else None


def _related(record: PublisherRecord, cases: Iterable[_Case]) -> tuple[str, ...]:
    neighbours = {
        ACTIVITY + ref.identifier
        for ref in record.references
        if ref.relation in ("voortgezetVanuit", "vervangenVanuit") and ref.identifier != record.identifier
    }
    return tuple(sorted(neighbours | {CASE + case.identifier for case in cases}))


def _url(record: PublisherRecord, addresses: Addresses) -> str:
    number = _text_or_none(record, "nummer")
    if number is None:
        return addresses.entity(record.identifier)
    return addresses.activity(number, plenary=is_plenary(record))


def _text_or_none(record: PublisherRecord, field: str) -> str | None:
    value = record.fields.get(field)
    return value if isinstance(value, str) else None
