"""Turns compact descriptions of debates and papers into the entities of the House's feed.

Used for the data set (parliament.yaml) and for what events add later, so that both look alike.
GUIDs follow from category and key (uuid5), so that they are the same on every machine.
Element names and their order: the schemas of the open data portal (tkData v1-0).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from g40flow.sandbox.world.model import AMSTERDAM, ORGANISATIONS, Entity

NAMESPACE = UUID("0b0d4c0e-6f1f-5f43-9a55-9a8c7d2f6e40")
PLENARY_GUID = "38aacfcd-2cfa-4727-949d-e4270237dbbe"  # as published for the plenary, tweedekamer.md 3.7

Published = tuple[Entity, datetime]
"""An entity and the moment (aware UTC) at which it became visible in the feed."""

DOCUMENT_KINDS: Mapping[str, tuple[str, ...]] = {
    "Wetgeving": ("Voorstel van wet", "Memorie van toelichting"),
    "Initiatiefwetgeving": (
        "Voorstel van wet (initiatiefvoorstel)",
        "Memorie van toelichting (initiatiefvoorstel)",
    ),
    "Begroting": ("Voorstel van wet", "Memorie van toelichting"),
    "Brief regering": ("Brief regering",),
    "Motie": ("Motie",),
    "Schriftelijke vragen": ("Schriftelijke vragen",),
    "Amendement": ("Amendement",),
    "Nota van wijziging": ("Nota van wijziging",),
    "EU-voorstel": ("EU-voorstel",),
    "Initiatiefnota": ("Initiatiefnota",),
    "Position paper": ("Position paper",),
}


def guid(category: str, key: str) -> str:
    """The GUID of the entity that a description calls `key`."""
    return (
        PLENARY_GUID if (category, key) == ("Commissie", "tk") else str(uuid5(NAMESPACE, f"{category}/{key}"))
    )


def draw(text: str, choices: int) -> int:
    """A number below `choices` that depends on the text alone."""
    return int.from_bytes(sha256(text.encode()).digest()[:4]) % choices


@dataclass(frozen=True, kw_only=True)
class Committee:
    """A committee. name: None only for the plenary, which has no name of its own."""

    key: str
    number: int
    abbreviation: str
    name: str | None
    web_name: str | None
    english: str | None = None
    department: str = "Dienst Commissieondersteuning"
    kind: str = "Vaste commissies"
    active_from: date = date(2017, 3, 23)
    active_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """A parliamentary dossier. suffix: "XVI" of a budget chapter, None otherwise."""

    key: str
    number: int
    title: str
    suffix: str | None = None
    cite: str | None = None
    last_paper: int = 1


@dataclass(frozen=True, kw_only=True)
class Case:
    """A zaak: bill, letter, motion, questions and so on.

    number: "2026Z18284". by: department codes ("VRO", "stas FIN") or groups of the House ("D66").
    at: Dutch local moment it was submitted. paper: number within the dossier, None if none.
    due: deadline (Dutch date) of a reply or of the term in which the House may object.
    visible_at: aware UTC; differs from `at` for what is put out again later.
    """

    key: str
    number: str
    kind: str
    title: str
    by: tuple[str, ...]
    at: datetime
    committee: str
    following: tuple[str, ...] = ()
    dossier: Dossier | None = None
    paper: int | None = None
    subject: str | None = None
    appreciation: str | None = None
    voorhang: str | None = None
    due: date | None = None
    visible_at: datetime


@dataclass(frozen=True, kw_only=True)
class AgendaPoint:
    """A point on an agenda. case: key of the zaak it deals with, None for none."""

    key: str
    number: str
    title: str
    case: str | None = None
    order: int
    heading: str | None = None
    visible_at: datetime


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Something on the agenda of the House.

    starts, ends: Dutch local moments, both None while no date is known.
    replaces, continues: keys of the activities before it.
    status: "Gepland", "Uitgevoerd", "Geannuleerd" or "Verplaatst".
    present: department codes of the members of the government; groups: of the House.
    """

    key: str
    number: str
    kind: str
    title: str
    committee: str
    starts: datetime | None
    ends: datetime | None
    following: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    status: str = "Gepland"
    date_kind: str = "Dag"
    note: str | None = None
    place: str | None = None
    private: bool = False
    replaces: str | None = None
    continues: str | None = None
    agenda: tuple[AgendaPoint, ...] = ()
    requested_on: date | None = None
    visible_at: datetime


@dataclass(frozen=True)
class Links:
    """Which activities and agenda points deal with a zaak, as GUIDs in order."""

    activities: tuple[str, ...] = ()
    agenda_points: tuple[str, ...] = ()


NO_LINKS = Links()


@dataclass
class Parliament:
    """Knows the committees by key, and turns descriptions into entities."""

    committees: Mapping[str, Committee] = field(default_factory=dict)

    def committee_entities(self) -> Iterator[Published]:
        for committee in self.committees.values():
            yield _committee(committee)

    def case_entities(self, case: Case, links: Links = NO_LINKS) -> Iterator[Published]:
        """The zaak with its actors, documents and versions."""
        yield self.case(case, links), case.visible_at
        actors = [*_submitters(case), *self._case_committees(case)]
        for order, (relation, fields, references) in enumerate(actors):
            yield (
                Entity(
                    category="ZaakActor",
                    guid=guid("ZaakActor", f"{case.key}/{order}"),
                    fields={**fields, "relatie": relation, "sidActor": None},
                    references=(("zaak", guid("Zaak", case.key)), *references),
                    modified_at=case.visible_at - timedelta(seconds=10),
                ),
                case.visible_at + timedelta(seconds=1),
            )
        yield from _documents(case, links)

    def activity_entities(self, activity: Activity) -> Iterator[Published]:
        """The activity with its actors and agenda points; not the cases it deals with."""
        yield self.activity(activity), activity.visible_at
        for order, (relation, fields, references) in enumerate(self._attendance(activity)):
            yield (
                Entity(
                    category="ActiviteitActor",
                    guid=guid("ActiviteitActor", f"{activity.key}/{order}"),
                    fields={
                        **fields,
                        "relatie": relation,
                        "volgorde": str(order + 1),
                        "functie": fields.get("functie"),
                        "spreektijd": None,
                        "sidActor": None,
                    },
                    references=(("activiteit", guid("Activiteit", activity.key)), *references),
                    modified_at=activity.visible_at - timedelta(seconds=20),
                ),
                activity.visible_at + timedelta(seconds=1),
            )
        for point in activity.agenda:
            yield agenda_point_entity(activity.key, point), point.visible_at

    def activity(self, activity: Activity) -> Entity:
        committee = self.committees[activity.committee]
        references = [("voortouwcommissie", guid("Commissie", activity.committee))]
        if activity.continues:
            references.append(("voortgezetVanuit", guid("Activiteit", activity.continues)))
        if activity.replaces:
            references.append(("vervangenVanuit", guid("Activiteit", activity.replaces)))
        zoned = draw(activity.key, 4) == 0  # the contract: some values carry a zone, most do not
        day = activity.starts.replace(hour=0, minute=0) if activity.starts else None
        year = (activity.starts or activity.visible_at).date()
        return Entity(
            category="Activiteit",
            guid=guid("Activiteit", activity.key),
            references=tuple(references),
            fields={
                "soort": activity.kind,
                "nummer": activity.number,
                "onderwerp": activity.title,
                "datumSoort": activity.date_kind,
                "datum": _wire_time(day, zoned=False),
                "aanvangstijd": _wire_time(activity.starts, zoned=zoned),
                "eindtijd": _wire_time(activity.ends, zoned=zoned),
                "locatie": activity.place,
                "besloten": "true" if activity.private else "false",
                "status": activity.status,
                "vergaderjaar": session_year(year),
                "kamer": "Tweede Kamer",
                "noot": activity.note,
                "vrsNummer": None,
                "sidVoortouw": None,
                "voortouwnaam": committee.name,
                "voortouwafkorting": committee.abbreviation,
                "voortouwkortenaam": committee.web_name,
                "aanvraagdatum": _wire_day(activity.requested_on),
                "vervaldatum": None,
            },
            modified_at=activity.visible_at - timedelta(seconds=30),
        )

    def _attendance(self, activity: Activity) -> Iterator["Actor"]:
        for key in activity.following:
            yield self._committee_actor("Volgcommissie", key)
        for code in activity.present:
            yield "Bewindspersoon c.a.", {"actorNaam": None, "functie": government_member(code)}, ()
        for group in activity.groups:
            yield "Deelnemende fractie", {"actorNaam": group, "actorFractie": group}, ()

    def _case_committees(self, case: Case) -> Iterator["Actor"]:
        yield self._committee_actor("Voortouwcommissie", case.committee)
        for key in case.following:
            yield self._committee_actor("Volgcommissie", key)

    def _committee_actor(self, relation: str, key: str) -> "Actor":
        committee = self.committees[key]
        fields = {"actorNaam": committee.name, "actorAfkorting": committee.abbreviation}
        if relation == "Volgcommissie" and draw(key, 3) == 0 and committee.name:
            fields["actorNaam"] = committee.name[0].lower() + committee.name[1:]  # names vary in case
        return relation, fields, (("commissie", guid("Commissie", key)),)

    def case(self, case: Case, links: Links = NO_LINKS) -> Entity:
        """The zaak itself, without actors and documents."""
        references = (
            [("kamerstukdossier", guid("Kamerstukdossier", case.dossier.key))] if case.dossier else []
        )
        references += [("activiteit", activity) for activity in links.activities]
        references += [("agendapunt", point) for point in links.agenda_points]
        own_text = case.kind in {"Motie", "Amendement"}
        title = (case.dossier.title if case.dossier else None) if own_text else case.title
        return Entity(
            category="Zaak",
            guid=guid("Zaak", case.key),
            references=tuple(references),
            fields={
                "nummer": case.number,
                "soort": case.kind,
                "onderwerp": case.subject or case.title,
                "gestartOp": _wire_time(case.at.replace(hour=0, minute=0), zoned=False),
                "organisatie": "Tweede Kamer",
                "titel": title,
                "citeertitel": case.dossier.cite if case.dossier and case.kind == "Wetgeving" else None,
                "alias": None,
                "grondslagvoorhang": case.voorhang,
                "termijn": _wire_day(case.due),
                "vergaderjaar": session_year(case.at.date()),
                "volgnummer": str(case.paper or -1),
                "status": "Vrijgegeven",
                "huidigeBehandelstatus": None,
                "afgedaan": "false",
                "grootProject": "false",
                "kabinetsappreciatie": case.appreciation,
            },
            modified_at=case.visible_at - timedelta(seconds=15),
        )


Actor = tuple[str, dict[str, str | None], tuple[tuple[str, str], ...]]
"""Relation, fields and references of an actor row."""


def document_number(case: Case, order: int) -> str:
    """Of the document with that order, from 0, with which the case began."""
    return f"{case.number[:4]}D{int(case.number[5:]) * 2 + order:05d}"


def dossier_entity(dossier: Dossier, visible_at: datetime) -> Published:
    return (
        Entity(
            category="Kamerstukdossier",
            guid=guid("Kamerstukdossier", dossier.key),
            fields={
                "titel": dossier.title,
                "citeertitel": dossier.cite,
                "alias": None,
                "nummer": str(dossier.number),
                "toevoeging": dossier.suffix,
                "hoogsteVolgnummer": str(dossier.last_paper),
                "afgesloten": "false",
                "kamer": "Tweede Kamer",
            },
            modified_at=visible_at - timedelta(hours=2),
        ),
        visible_at,
    )


def agenda_point_entity(activity_key: str, point: AgendaPoint) -> Entity:
    return Entity(
        category="Agendapunt",
        guid=guid("Agendapunt", point.key),
        references=(("activiteit", guid("Activiteit", activity_key)),),
        fields={
            "nummer": point.number,
            "onderwerp": point.title,
            "aanvangstijd": None,
            "eindtijd": None,
            "volgorde": str(point.order),
            "rubriek": point.heading,
            "noot": None,
            "status": "Vrijgegeven",
        },
        modified_at=point.visible_at - timedelta(seconds=5),
    )


def government_member(code: str) -> str:
    """The function behind a department code: "VRO" is a minister, "stas FIN" a state secretary."""
    rank = "staatssecretaris" if code.startswith("stas ") else "minister"
    return f"{rank} van {ORGANISATIONS[code.removeprefix('stas ')].removeprefix('Ministerie van ')}"


def is_government(code: str) -> bool:
    return code.removeprefix("stas ") in ORGANISATIONS and code != "TK"


def session_year(day: date) -> str:
    """The parliamentary year, which begins in the middle of September."""
    first = day.year if (day.month, day.day) >= (9, 15) else day.year - 1
    return f"{first}-{first + 1}"


def deleted(entity: Entity, at: datetime) -> Entity:
    """What is left on the wire of a deleted entity."""
    return Entity(category=entity.category, guid=entity.guid, modified_at=at, deleted=True)


def local(day: date, clock: time) -> datetime:
    """A Dutch local moment without zone, as descriptions hold it."""
    return datetime.combine(day, clock)


def utc_instant(moment: datetime) -> datetime:
    """The aware UTC instant of a Dutch local moment without zone."""
    return moment.replace(tzinfo=AMSTERDAM).astimezone(UTC)


def _committee(committee: Committee) -> Published:
    visible_at = utc_instant(local(max(committee.active_from, date(2024, 7, 2)), time(9)))
    entity = Entity(
        category="Commissie",
        guid=guid("Commissie", committee.key),
        fields={
            "nummer": str(committee.number),
            "soort": committee.department,
            "afkorting": committee.abbreviation,
            "naamNl": committee.name,
            "naamEn": committee.english,
            "naamWebNl": committee.web_name,
            "naamWebEn": committee.english,
            "inhoudsopgave": committee.kind,
            "datumActief": committee.active_from.isoformat(),
            "datumInactief": committee.active_until.isoformat() if committee.active_until else None,
        },
        modified_at=visible_at - timedelta(hours=2),
    )
    return entity, visible_at


def _submitters(case: Case) -> Iterator[Actor]:
    for order, code in enumerate(case.by):
        relation = "Indiener" if order == 0 else "Medeindiener"
        if is_government(code):
            yield relation, {"actorNaam": None, "functie": government_member(code)}, ()
        else:
            yield relation, {"actorNaam": None, "actorFractie": code, "functie": "Tweede Kamerlid"}, ()


def _documents(case: Case, links: Links) -> Iterator[Published]:
    for order, kind in enumerate(DOCUMENT_KINDS.get(case.kind, (case.kind,))):
        key = f"{case.key}/{order}"
        paper = case.paper + order if case.paper else None
        size = 20_000 + draw(key, 400_000)
        seen = case.visible_at + timedelta(seconds=2 + order)
        yield (
            Entity(
                category="Document",
                guid=guid("Document", key),
                fields=_document_fields(case, kind, order, paper),
                references=_document_references(case, key, links),
                modified_at=seen - timedelta(seconds=20),
                file_type="application/pdf",
                file_size=size,
            ),
            seen,
        )
        yield _document_version(case, key, paper, size, seen)
        for submitter, (relation, fields, _) in enumerate(_submitters(case)):
            yield (
                Entity(
                    category="DocumentActor",
                    guid=guid("DocumentActor", f"{key}/{submitter}"),
                    fields={**fields, "relatie": relation, "sidActor": None},
                    references=(("document", guid("Document", key)),),
                    modified_at=seen,
                ),
                seen + timedelta(seconds=1),
            )


def _document_fields(case: Case, kind: str, order: int, paper: int | None) -> dict[str, str | None]:
    submitted = case.at.replace(hour=0, minute=0)
    return {
        "soort": kind,
        "documentNummer": document_number(case, order),
        "titel": case.dossier.title if case.dossier else kind,
        "onderwerp": case.title,
        "datum": _wire_time(submitted, zoned=False),
        "volgnummer": str(paper or -1),
        "vergaderjaar": session_year(case.at.date()),
        "kamer": "2",
        "citeertitel": None,
        "alias": None,
        "datumRegistratie": _wire_time(case.at, zoned=False),
        "datumOntvangst": _wire_time(submitted, zoned=False),
        "aanhangselnummer": None,
        "kenmerkAfzender": f"{case.at.year}-0000{int(case.number[5:]):06d}"
        if is_government(case.by[0])
        else None,
        "organisatie": "Tweede Kamer",
    }


def _document_references(case: Case, key: str, links: Links) -> tuple[tuple[str, str], ...]:
    return (
        ("huidigeDocumentVersie", guid("DocumentVersie", key)),
        *(("activiteit", activity) for activity in links.activities),
        *(("agendapunt", point) for point in links.agenda_points),
        ("zaak", guid("Zaak", case.key)),
        *((("kamerstukdossier", guid("Kamerstukdossier", case.dossier.key)),) if case.dossier else ()),
    )


def _document_version(case: Case, key: str, paper: int | None, size: int, seen: datetime) -> Published:
    suffix = f"-{case.dossier.suffix}" if case.dossier and case.dossier.suffix else ""
    external = f"kst-{case.dossier.number}{suffix}-{paper}" if case.dossier and paper else None
    return (
        Entity(
            category="DocumentVersie",
            guid=guid("DocumentVersie", key),
            fields={
                "status": "Definitief",
                "versienummer": "1",
                "bestandsgrootte": str(size),
                "extensie": ".pdf",
                "datum": _wire_time(case.at, zoned=False),
                "externeidentifier": external,
            },
            references=(("document", guid("Document", key)),),
            modified_at=seen,
        ),
        seen,
    )


def _wire_time(moment: datetime | None, *, zoned: bool) -> str | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=AMSTERDAM).isoformat() if zoned else moment.isoformat()


def _wire_day(day: date | None) -> str | None:
    return None if day is None else _wire_time(local(day, time(0)), zoned=False)


def agenda_links(activities: Sequence[Activity]) -> dict[str, Links]:
    """For each case key the activities and agenda points that deal with it."""
    found: dict[str, Links] = {}
    for activity in activities:
        for point in activity.agenda:
            if point.case:
                links = found.get(point.case, Links())
                found[point.case] = Links(
                    (*links.activities, guid("Activiteit", activity.key)),
                    (*links.agenda_points, guid("Agendapunt", point.key)),
                )
    return found
