"""What is kept of each entity, in one place, and how an XML element becomes a record.

The names are those of the publisher's schema (tkData-v1-0-*.xsd, 3 October 2024). What is not named
here is not kept. Left out on purpose:

- references to Persoon except those of seats, and every attribute of people beyond name, group and
  function; of a person only who holds an office today has a name;
- who voted what in a roll call: how many members of which group is enough;
- counters that change without news (`hoogsteVolgnummer`, `bijgewerkt`), so that a record only
  changes when something changed that people can see;
- `afgesloten` of a dossier, which is false practically everywhere.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from g40flow.domain.errors import SourceChanged
from g40flow.domain.items import Json, PublisherRecord, Reference
from g40flow.sources.tweedekamer.feed import ENTITY_NAMESPACE, FeedEntry
from g40flow.sources.tweedekamer.values import (
    dutch_day,
    dutch_moment,
    guid,
    number,
    plain_text,
    truth,
    utc_instant,
    words,
)

Reader = Callable[[str], Json]

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
# The schema also defines these attributes in a second namespace; some clients saw none at all.
_ATTRIBUTE_NAMESPACES = (
    f"{{{ENTITY_NAMESPACE}}}",
    "",
    "{http://www.tweedekamer.nl/xsd/tkData-instantie/v1-0}",
)
_OFFICE_HOLDER = re.compile(r"kamerlid|\blid\b.*\bkamer\b|minister|staatssecretaris", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class EntityTable:
    """What is kept of one entity.

    category: its name in the address of the feed. entity: name of its XML element.
    fields: element name to reader. relations: elements that refer to another entity; all may repeat,
        also where the schema says they do not.
    attributes: of the entity's element, to reader.
    names_people: whether actorNaam is kept for office holders and committees only.
    """

    category: str
    entity: str
    fields: Mapping[str, Reader] = field(default_factory=dict)
    relations: tuple[str, ...] = ()
    attributes: Mapping[str, Reader] = field(default_factory=dict)
    names_people: bool = False

    @property
    def tag(self) -> str:
        """The element's name with its namespace, as lxml writes it."""
        return f"{{{ENTITY_NAMESPACE}}}{self.entity}"


TABLES: Mapping[str, EntityTable] = {
    table.category: table
    for table in (
        EntityTable(
            category="Commissie",
            entity="commissie",
            fields={
                "nummer": words,
                "soort": words,
                "afkorting": words,
                "naamNl": words,
                "naamWebNl": words,
                "inhoudsopgave": words,
                "datumActief": dutch_day,
                "datumInactief": dutch_day,
            },
        ),
        EntityTable(
            category="Kamerstukdossier",
            entity="kamerstukdossier",
            fields={
                "titel": words,
                "citeertitel": words,
                "alias": words,
                "nummer": number,
                "toevoeging": words,
                "kamer": words,
            },
        ),
        EntityTable(
            category="Activiteit",
            entity="activiteit",
            fields={
                "soort": words,
                "nummer": words,
                "onderwerp": words,
                "datumSoort": words,
                "datum": dutch_day,
                "aanvangstijd": dutch_moment,
                "eindtijd": dutch_moment,
                "locatie": words,
                "besloten": truth,
                "status": words,
                "vergaderjaar": words,
                "kamer": words,
                "noot": plain_text,
                "voortouwnaam": words,
                "voortouwafkorting": words,
                "voortouwkortenaam": words,
                "aanvraagdatum": dutch_day,
                "vervaldatum": dutch_day,
            },
            relations=("voortouwcommissie", "voortgezetVanuit", "vervangenVanuit"),
        ),
        EntityTable(
            category="Agendapunt",
            entity="agendapunt",
            fields={
                "nummer": words,
                "onderwerp": words,
                "aanvangstijd": dutch_moment,
                "eindtijd": dutch_moment,
                "volgorde": number,
                "rubriek": words,
                "noot": plain_text,
                "status": words,
            },
            relations=("activiteit",),
        ),
        EntityTable(
            category="ActiviteitActor",
            entity="activiteitActor",
            fields={
                "actorNaam": words,
                "actorFractie": words,
                "relatie": words,
                "volgorde": number,
                "functie": words,
            },
            relations=("activiteit", "commissie"),
            names_people=True,
        ),
        EntityTable(
            category="Zaak",
            entity="zaak",
            fields={
                "nummer": words,
                "soort": words,
                "onderwerp": words,
                "gestartOp": dutch_day,
                "organisatie": words,
                "titel": words,
                "citeertitel": words,
                "alias": words,
                "grondslagvoorhang": words,
                "termijn": dutch_day,
                "vergaderjaar": words,
                "volgnummer": number,
                "status": words,
                "huidigeBehandelstatus": words,
                "afgedaan": truth,
                "kabinetsappreciatie": words,
            },
            relations=(
                "kamerstukdossier",
                "activiteit",
                "agendapunt",
                "gerelateerdVanuit",
                "vervangenVanuit",
            ),
        ),
        EntityTable(
            category="ZaakActor",
            entity="zaakActor",
            fields={
                "actorNaam": words,
                "actorFractie": words,
                "actorAfkorting": words,
                "functie": words,
                "relatie": words,
            },
            relations=("zaak", "commissie"),
            names_people=True,
        ),
        EntityTable(
            category="Document",
            entity="document",
            fields={
                "soort": words,
                "documentNummer": words,
                "titel": words,
                "onderwerp": words,
                "datum": dutch_day,
                "volgnummer": number,
                "vergaderjaar": words,
                "citeertitel": words,
                "alias": words,
                "datumRegistratie": dutch_day,
                "datumOntvangst": dutch_day,
                "aanhangselnummer": words,
                "kenmerkAfzender": words,
                "organisatie": words,
            },
            relations=(
                "huidigeDocumentVersie",
                "bronDocument",
                "activiteit",
                "agendapunt",
                "zaak",
                "kamerstukdossier",
            ),
            attributes={"contentType": words, "contentLength": number},
        ),
        EntityTable(
            category="DocumentVersie",
            entity="documentVersie",
            fields={
                "status": words,
                "versienummer": number,
                "bestandsgrootte": number,
                "extensie": words,
                "datum": dutch_day,
                "externeidentifier": words,
            },
            relations=("document",),
        ),
        EntityTable(
            category="DocumentActor",
            entity="documentActor",
            fields={"actorNaam": words, "actorFractie": words, "functie": words, "relatie": words},
            relations=("document", "commissie"),
            names_people=True,
        ),
        # No items are made of these: they tell what the Chamber decided and who sits in it, see chamber.py.
        EntityTable(
            category="Besluit",
            entity="besluit",
            fields={
                "stemmingsSoort": words,
                "besluitSoort": words,
                "besluitTekst": words,
                "opmerking": words,
                "status": words,
                "agendapuntZaakBesluitVolgorde": number,
            },
            relations=("agendapunt", "zaak"),
        ),
        EntityTable(
            category="Stemming",
            entity="stemming",
            fields={
                "soort": words,
                "fractieGrootte": number,
                "actorFractie": words,
                "vergissing": truth,
            },
            relations=("besluit", "fractie"),
        ),
        EntityTable(
            category="Toezegging",
            entity="toezegging",
            fields={
                "aanmaakdatum": dutch_day,
                "nummer": words,
                "activiteitNummer": words,
                "functie": words,
                "status": words,
                "datumNakoming": dutch_day,
                "kamerbriefNakoming": words,
                "ministerie": words,
                "tekst": words,
            },
            relations=(
                "activiteit",
                "toegezegdAanFractie",
                "isHerhalingVan",
                "isAanvullingOp",
                "isWijzigingVan",
            ),
        ),
        EntityTable(
            category="Fractie",
            entity="fractie",
            fields={
                "afkorting": words,
                "naamNl": words,
                "aantalZetels": number,
                "datumActief": dutch_day,
                "datumInactief": dutch_day,
            },
        ),
        EntityTable(category="FractieZetel", entity="fractieZetel", relations=("fractie",)),
        EntityTable(
            category="FractieZetelPersoon",
            entity="fractieZetelPersoon",
            fields={"functie": words, "van": dutch_day, "totEnMet": dutch_day},
            relations=("fractieZetel", "persoon"),
        ),
        EntityTable(
            category="Persoon",
            entity="persoon",
            fields={"roepnaam": words, "tussenvoegsel": words, "achternaam": words, "functie": words},
        ),
        EntityTable(category="CommissieZetel", entity="commissieZetel", relations=("commissie",)),
        EntityTable(
            category="CommissieZetelVastPersoon",
            entity="commissieZetelVastPersoon",
            fields={"functie": words, "van": dutch_day, "totEnMet": dutch_day},
            relations=("commissieZetel", "persoon"),
        ),
    )
}

# What makes items, what is referred to before what refers to it: a first reading in this order
# needs the fewest repairs of items that were assembled too early.
STANDARD_CATEGORIES = tuple(TABLES)[:10]
DECISION_CATEGORIES = tuple(TABLES)[10:]

_READERS: Mapping[str, Mapping[object, tuple[str, Reader | None]]] = {
    category: {
        **{f"{{{ENTITY_NAMESPACE}}}{name}": (name, reader) for name, reader in table.fields.items()},
        **{f"{{{ENTITY_NAMESPACE}}}{name}": (name, None) for name in table.relations},
    }
    for category, table in TABLES.items()
}


def record_of(table: EntityTable, entry: FeedEntry, url: str) -> PublisherRecord:
    """The record in one entry of the feed of `table.category`. url: only for messages.

    Raises SourceChanged for another entity, and for a value that its field cannot have.
    """
    element = entry.entity
    if element.tag != table.tag:
        raise SourceChanged(f"{url}: expected {table.tag}, found {element.tag}")
    try:
        return _record(table, element, entry)
    except ValueError as error:
        raise SourceChanged(f"{url}: {table.entity} {element.get('id')}: {error}") from error


def _record(table: EntityTable, element: etree._Element, entry: FeedEntry) -> PublisherRecord:
    identifier = guid(_attribute(element, "id") or "")
    updated_at = entry.updated_at or utc_instant(_attribute(element, "bijgewerkt") or "")
    if truth(_attribute(element, "verwijderd") or ""):
        return PublisherRecord(
            entity=table.entity, identifier=identifier, deleted=True, updated_at=updated_at
        )
    fields, references = _content(table, element)
    return PublisherRecord(
        entity=table.entity,
        identifier=identifier,
        fields=fields,
        references=_day(table, fields) + references,
        updated_at=updated_at,
    )


def _day(table: EntityTable, fields: Mapping[str, Json]) -> tuple[Reference, ...]:
    """The day of an activity, as a reference: what else is on that day finds it so. Sorts first."""
    day = fields.get("datum")
    if table.entity != "activiteit" or not isinstance(day, str):
        return ()
    return (Reference(relation="dag", identifier=day),)


def _content(table: EntityTable, element: etree._Element) -> tuple[dict[str, Json], tuple[Reference, ...]]:
    fields: dict[str, Json] = {}
    pointers: set[tuple[str, str]] = set()
    readers = _READERS[table.category]
    for child in element:
        known = readers.get(child.tag)
        if known is None or child.get(_NIL) in ("true", "1"):
            continue
        name, reader = known
        if reader is None:
            if target := _attribute(child, "ref"):
                pointers.add((name, guid(target)))
        elif (value := _value(name, reader, child)) is not None:
            fields[name] = value
    for name, reader in table.attributes.items():
        if (value := reader(_attribute(element, name) or "")) is not None:
            fields[name] = value
    if table.names_people and not _is_public_actor(fields, pointers):
        fields.pop("actorNaam", None)
    if table.entity == "persoon" and not holds_office(fields):
        fields = {}
    references = tuple(Reference(relation=name, identifier=target) for name, target in sorted(pointers))
    return fields, references


def _value(name: str, reader: Reader, child: etree._Element) -> Json:
    text = child.text if len(child) == 0 else "".join(map(str, child.itertext()))
    if not text:
        return None
    try:
        return reader(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name}: {error}") from error


def _attribute(element: etree._Element, name: str) -> str | None:
    for namespace in _ATTRIBUTE_NAMESPACES:
        value = element.get(namespace + name)
        if value is not None:
            return value
    return None


def holds_office(fields: Mapping[str, Json]) -> bool:
    """Whether a person is in the Chamber or the government today; whoever was is nobody we must know."""
    function = str(fields.get("functie", "")).strip()
    return _OFFICE_HOLDER.search(function) is not None and not function.casefold().startswith("oud")


def _is_public_actor(fields: Mapping[str, Json], pointers: set[tuple[str, str]]) -> bool:
    """Members, ministers and committees; guests of a round table and writers of letters are not."""
    if "actorFractie" in fields or any(name == "commissie" for name, _ in pointers):
        return True
    return _OFFICE_HOLDER.search(str(fields.get("functie", ""))) is not None
