"""The groups of the House of the sandbox, a few of its members, and votes: all of it made up.

Element names and their order: the schemas of the open data portal (tkData v1-0).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from g40flow.sandbox.world.model import Entity
from g40flow.sandbox.world.parliament import Published, guid

GROUPS: Mapping[str, int] = {
    "Stad & Land": 38,
    "Vooruitgang": 31,
    "Nieuw Midden": 27,
    "Samen Wonen": 22,
    "Vrije Regio": 17,
    "Groene Kern": 11,
    "Lijst Voorbeeld": 4,
}
"""Seats by group, 150 together."""

MEMBERS: Mapping[str, tuple[str, str, str, str]] = {
    "roos": ("Roos", "van", "Zandbak", "Stad & Land"),
    "joris": ("Joris", "", "Speelman", "Vooruitgang"),
    "mira": ("Mira", "de", "Schets", "Nieuw Midden"),
    "teun": ("Teun", "", "Verzon", "Samen Wonen"),
}
"""Calling name, prefix, family name and group."""

SEATS = (("roos", "vro"), ("joris", "vro"), ("mira", "szw"), ("teun", "binza"))
"""Who sits in which committee, by key."""

_INSTALLED = datetime(2025, 11, 12, 14, tzinfo=UTC)


def house_entities() -> Iterator[Published]:
    """Groups, members and their seats, and one vote of long ago."""
    for order, (name, seats) in enumerate(GROUPS.items()):
        yield _group(name, seats, order, _INSTALLED)
    for key, (calling, prefix, family, group) in MEMBERS.items():
        yield _person(key, calling, prefix, family, group)
        yield _entity("FractieZetel", key, {"gewicht": "1"}, [("fractie", guid("Fractie", group))])
        pointers = [("fractieZetel", "FractieZetel", key), ("persoon", "Persoon", key)]
        yield _held("FractieZetelPersoon", key, pointers)
    for member, committee in SEATS:
        key = f"{committee}/{member}"
        yield _entity("CommissieZetel", key, {"gewicht": "1"}, [("commissie", guid("Commissie", committee))])
        pointers = [("commissieZetel", "CommissieZetel", key), ("persoon", "Persoon", member)]
        yield _held("CommissieZetelVastPersoon", key, pointers)
    past = Ballot(case="", key="van vorig jaar", in_favour=("Vooruitgang", "Nieuw Midden", "Groene Kern"))
    yield from past.entities(_INSTALLED + timedelta(days=30))


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """A vote by a show of hands. case, point: keys of the case and the agenda point, "" for none.

    key: of the decision, if it is not about a case.
    absent: groups that did not take part. mistaken: groups that later said they had meant the other side.
    """

    case: str
    in_favour: Collection[str]
    key: str = ""
    point: str = ""
    absent: Collection[str] = ()
    mistaken: Collection[str] = ()
    roll_call: bool = False

    def entities(self, at: datetime) -> Iterator[Published]:
        """The decision and a line for each group, or member of a roll call. at: aware UTC."""
        references = [("agendapunt", guid("Agendapunt", self.point))] if self.point else []
        if self.case:
            references.append(("zaak", guid("Zaak", self.case)))
        yield _entity("Besluit", self._key, self._decision(), references, at)
        for group, seats in GROUPS.items():
            if group in self.mistaken:
                # The line as it was recorded first stays, marked as a mistake.
                yield self._line(group, seats, f"{group}/vergissing", self._choice(group), at, mistake=True)
                meant = "Tegen" if self._choice(group) == "Voor" else "Voor"
                yield self._line(group, seats, group, meant, at)
            elif self.roll_call:
                for member in range(seats):
                    yield self._line(group, seats, f"{group}/{member}", self._choice(group), at)
            else:
                yield self._line(group, seats, group, self._choice(group), at)

    @property
    def _key(self) -> str:
        return self.key or self.case

    def _choice(self, group: str) -> str:
        if group in self.absent:
            return "Niet deelgenomen"
        return "Voor" if group in self.in_favour else "Tegen"

    def _decision(self) -> dict[str, str | None]:
        """What the Chair said: a mistake that is told later does not change it."""
        adopted = 2 * sum(GROUPS[group] for group in self.in_favour) > sum(
            seats for group, seats in GROUPS.items() if group not in self.absent
        )
        return {
            "stemmingsSoort": "Hoofdelijk" if self.roll_call else "Met handopsteken",
            "besluitSoort": "Stemmen - aangenomen" if adopted else "Stemmen - verworpen",
            "besluitTekst": "Aangenomen." if adopted else "Verworpen.",
            "opmerking": None,
            "status": "Besluit",
            "agendapuntZaakBesluitVolgorde": "1",
        }

    def _line(
        self, group: str, seats: int, key: str, choice: str, at: datetime, *, mistake: bool = False
    ) -> Published:
        fields: dict[str, str | None] = {
            "soort": choice,
            "fractieGrootte": str(seats),
            "actorNaam": "Kamerlid" if self.roll_call else group,
            "actorFractie": group,
            "vergissing": "true" if mistake else "false",
            "sidActorLid": None,
            "sidActorFractie": None,
        }
        references = [("besluit", guid("Besluit", self._key)), ("fractie", guid("Fractie", group))]
        return _entity("Stemming", f"{self._key}/{key}", fields, references, at + timedelta(seconds=1))


def commitment(key: str, number: int, activity: str, text: str, by: str, due: str, at: datetime) -> Published:
    """A commitment made in an activity. by: the office. due: ISO day, "" for none."""
    fields: dict[str, str | None] = {
        "aanmaakdatum": at.strftime("%Y-%m-%dT00:00:00"),
        "nummer": f"TZ{at:%Y%m}-{number:03d}",
        "activiteitNummer": None,
        "naam": None,
        "functie": by,
        "status": "Openstaand",
        "datumNakoming": f"{due}T00:00:00" if due else None,
        "ministerie": by.partition(" van ")[2],
        "tekst": text,
    }
    return _entity("Toezegging", key, fields, [("activiteit", guid("Activiteit", activity))], at)


def _group(name: str, seats: int, order: int, at: datetime) -> Published:
    fields: dict[str, str | None] = {
        "nummer": str(90_001 + order),
        "afkorting": name,
        "naamNl": f"Fractie {name}",
        "naamEn": f"{name} Group",
        "aantalZetels": str(seats),
        "aantalStemmen": str(seats * 68_000),
        "datumActief": _INSTALLED.date().isoformat(),
        "datumInactief": None,
    }
    return _entity("Fractie", name, fields, [], at)


def _person(key: str, calling: str, prefix: str, family: str, group: str) -> Published:
    fields: dict[str, str | None] = {
        "nummer": str(91_001 + list(MEMBERS).index(key)),
        "titels": None,
        "initialen": f"{calling[0]}.",
        "tussenvoegsel": prefix or None,
        "achternaam": family,
        "voornamen": calling,
        "roepnaam": calling,
        "geslacht": None,
        "functie": "Tweede Kamerlid",
        "geboortedatum": "1980-01-01",
        "woonplaats": "Zandbak",
        "fractielabel": group,
    }
    return _entity("Persoon", key, fields, [])


def _held(category: str, key: str, pointers: list[tuple[str, str, str]]) -> Published:
    fields: dict[str, str | None] = {
        "functie": "Lid",
        "van": _INSTALLED.date().isoformat(),
        "totEnMet": None,
    }
    return _entity(
        category, key, fields, [(relation, guid(other, name)) for relation, other, name in pointers]
    )


def _entity(
    category: str,
    key: str,
    fields: Mapping[str, str | None],
    references: list[tuple[str, str]],
    at: datetime = _INSTALLED,
) -> Published:
    entity = Entity(
        category=category,
        guid=guid(category, key),
        fields=dict(fields),
        references=tuple(references),
        modified_at=at - timedelta(seconds=10),
    )
    return entity, at
