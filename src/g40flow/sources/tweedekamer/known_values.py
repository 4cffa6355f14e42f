"""Lists that the Tweede Kamer may extend any day, and the signals when it did.

The lists were gathered from public clients and the publisher's page on kinds of activities; they
are open. A value outside them changes nothing in how an item is read, except for a status, which
then makes the item's status unknown.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from g40flow.domain.instants import dutch_date
from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import Signal
from g40flow.sources.tweedekamer.committees import is_known

# A full reading passes every value that ever was in use; only what is in use now is worth a signal.
SIGNALS_FOR = timedelta(days=90)
LONGEST_SUBJECT = 200

ACTIVITY_KINDS = frozenset(
    {
        "Aanbieding",
        "Afscheid",
        "Algemeen overleg",
        "Beëdiging",
        "Begrotingsoverleg",
        "Bijzondere procedure",
        "Commissiedebat",
        "Constituerende vergadering",
        "Delegatievergadering",
        "E-mailprocedure",
        "Gesprek",
        "Hamerstukken",
        "Herdenking",
        "Hoorzitting",
        "Hoorzitting / rondetafelgesprek",
        "Inbreng feitelijke vragen",
        "Inbreng schriftelijk overleg",
        "Inbreng verslag (wetsvoorstel)",
        "Interpellatiedebat",
        "Mededelingen",
        "Notaoverleg",
        "Ontbijtbijeenkomst Parlement en Wetenschap",
        "Opening",
        "Overig",
        "Petitie",
        "Plenair debat",
        "Plenair debat (debat)",
        "Plenair debat (initiatiefwetgeving)",
        "Plenair debat (overig)",
        "Plenair debat (tweeminutendebat)",
        "Plenair debat (wetgeving)",
        "Procedurevergadering",
        "Regeling van werkzaamheden",
        "Rondetafelgesprek",
        "Schriftelijk commentaar algemeen",
        "Schriftelijk commentaar gericht",
        "Sluiting",
        "Stemmingen",
        "Strategische procedurevergadering",
        "Technische briefing",
        "Vergadering",
        "Verklaring",
        "Vragenuur",
        "Werkbezoek",
        "Wetgevingsoverleg",
    }
)

CASE_KINDS = frozenset(
    {
        "Amendement",
        "Artikelen/onderdelen (wetsvoorstel)",
        "Begroting",
        "Brief commissie",
        "Brief derden",
        "Brief Europese Commissie",
        "Brief Kamer",
        "Brief regering",
        "Brief van lid/fractie/commissie",
        "EU-voorstel",
        "Initiatiefnota",
        "Initiatiefwetgeving",
        "Interpellatie",
        "Lijst met EU-voorstellen",
        "Mondelinge vragen",
        "Motie",
        "Nationale ombudsman",
        "Netwerkverkenning",
        "Nota n.a.v. het (nader/tweede nader/enz.) verslag",
        "Nota van wijziging",
        "Overig",
        "Parlementair onderzoeksrapport",
        "PKB/Structuurvisie",
        "Position paper",
        "Rapport/brief Algemene Rekenkamer",
        "Rondvraagpunt procedurevergadering",
        "Schriftelijke vragen",
        "Stafnotitie",
        "Verdrag",
        "Verzoek bij commissie-regeling van werkzaamheden",
        "Verzoek bij regeling van werkzaamheden",
        "Verzoekschrift",
        "Voordrachten en benoemingen",
        "Wetenschapstoets",
        "Wetgeving",
        "Wijziging RvO",
        "Wijzigingen voorgesteld door de regering",
    }
)

ACTIVITY_STATUSES = frozenset({"Gepland", "Uitgevoerd", "Geannuleerd", "Verplaatst"})
CASE_STATUSES = frozenset({"Vrijgegeven"})  # the only one in public recordings

_LISTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "activiteit": {
        "soort": ACTIVITY_KINDS,
        "status": ACTIVITY_STATUSES,
        "datumSoort": frozenset({"Dag", "Meerdaags", "Weeknummer", "Nog geen datum bekend"}),
    },
    "zaak": {"soort": CASE_KINDS, "status": CASE_STATUSES},
    "activiteitActor": {
        "relatie": frozenset(
            {
                "Aanvrager",
                "Afgemeld",
                "Bewindspersoon c.a.",
                "Deelnemende fractie",
                "Deelnemer",
                "Initiatiefnemer",
                "Interpellant",
                "Volgcommissie",
            }
        )
    },
    "besluit": {"stemmingsSoort": frozenset({"Met handopsteken", "Hoofdelijk", "Zonder stemming"})},
    "stemming": {"soort": frozenset({"Voor", "Tegen", "Niet deelgenomen"})},
    "zaakActor": {
        "relatie": frozenset(
            {
                "Gericht aan",
                "Indiener",
                "Medeindiener",
                "Rapporteur",
                "Volgcommissie",
                "Voortouwcommissie",
            }
        )
    },
}

_COMMITTEE_RELATIONS = frozenset({"Volgcommissie", "Voortouwcommissie"})


def signals_for(
    records: Iterable[PublisherRecord], known_committees: Collection[str], now: datetime
) -> tuple[Signal, ...]:
    """What an operator must hear about these records, each thing once.

    known_committees: committee keys; empty switches the check off.
    """
    found: dict[tuple[str, str], Signal] = {}
    for record in records:
        for signal in _signals(record, known_committees, now):
            found.setdefault((signal.code, signal.subject), signal)
    return tuple(found.values())


def _signals(record: PublisherRecord, known_committees: Collection[str], now: datetime) -> Iterator[Signal]:
    if record.entity == "commissie":
        yield from _new_standing_committee(record, known_committees, dutch_date(now))
    if record.updated_at is not None and now - record.updated_at > SIGNALS_FOR:
        return
    for field, known in _LISTS.get(record.entity, {}).items():
        value = record.fields.get(field)
        if isinstance(value, str) and value not in known:
            yield Signal(
                code=f"unknown_{record.entity.lower()}_{field.lower()}",
                subject=value[:LONGEST_SUBJECT],
                message=f"onbekende waarde voor {field} van {record.entity}: {value[:LONGEST_SUBJECT]}",
            )
    name = _committee_mentioned(record)
    if name and not is_known(name, known_committees):
        yield _unknown_committee(name)


def _committee_mentioned(record: PublisherRecord) -> str:
    if record.entity == "activiteit":
        return str(record.fields.get("voortouwnaam", ""))
    if record.fields.get("relatie") in _COMMITTEE_RELATIONS:
        return str(record.fields.get("actorNaam", ""))
    return ""


def _new_standing_committee(
    record: PublisherRecord, known_committees: Collection[str], today: date
) -> Iterator[Signal]:
    """Also of old date: a committee row is written once and then holds for years."""
    name = record.fields.get("naamNl")
    ended = record.fields.get("datumInactief")
    if not isinstance(name, str) or (isinstance(ended, str) and ended <= today.isoformat()):
        return
    section = str(record.fields.get("inhoudsopgave", ""))
    is_standing = section.casefold() == "vaste commissies" or name.casefold().startswith("vaste commissie")
    if is_standing and not is_known(name, known_committees):
        yield _unknown_committee(name)


def _unknown_committee(name: str) -> Signal:
    return Signal(
        code="unknown_committee",
        subject=name[:LONGEST_SUBJECT],
        message=f"onbekende commissie, nog bij geen themagroep ingedeeld: {name[:LONGEST_SUBJECT]}",
    )
