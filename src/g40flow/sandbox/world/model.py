"""What the publishers of the sandbox know: consultations and the entities of the House's feed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

ORGANISATIONS: Mapping[str, str] = {
    "AENM": "Ministerie van Asiel en Migratie",
    "AZ": "Ministerie van Algemene Zaken",
    "BZ": "Ministerie van Buitenlandse Zaken",
    "BZK": "Ministerie van Binnenlandse Zaken en Koninkrijksrelaties",
    "DEF": "Ministerie van Defensie",
    "EZ": "Ministerie van Economische Zaken",
    "EZK": "Ministerie van Economische Zaken en Klimaat",
    "FIN": "Ministerie van Financiën",
    "IENW": "Ministerie van Infrastructuur en Waterstaat",
    "JENV": "Ministerie van Justitie en Veiligheid",
    "KGG": "Ministerie van Klimaat en Groene Groei",
    "LVVN": "Ministerie van Landbouw, Visserij, Voedselzekerheid en Natuur",
    "OCW": "Ministerie van Onderwijs, Cultuur en Wetenschap",
    "SZW": "Ministerie van Sociale Zaken en Werkgelegenheid",
    "TK": "Tweede Kamer der Staten-Generaal",
    "VRO": "Ministerie van Volkshuisvesting en Ruimtelijke Ordening",
    "VWS": "Ministerie van Volksgezondheid, Welzijn en Sport",
}
"""Department code in the REST list to the name on the pages. Only EZK is known to be real."""


@dataclass(frozen=True, kw_only=True)
class ConsultationDocument:
    """A document of a consultation. number: unique within the site. version: changes the bytes."""

    number: int
    title: str
    type_label: str = "PDF"
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Response:
    """A public response. sender: as the list shows it. sent_at: Dutch local time, without zone."""

    sender: str
    place: str
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """One consultation as its editor filled it in.

    slug: the first path part exactly as linked, possibly percent-encoded.
    departments: codes of ORGANISATIONS, the first one is shown as the organisation.
    opens_on, closes_on: Dutch dates, both inclusive.
    template: "new" (address /{slug}/b1) or "old".
    number: of the short address /{number}. chain_id: Keten-ID, None if there is no fiche.
    topics: second-level topics in order, may hold the same word twice.
    sections: heading and text of the further paragraphs.
    messages: kind and day, as /{slug}/berichten shows them.
    report: the report on the results is published.
    closed_early: no longer accepts responses although closes_on has not come.
    gone: the page no longer exists.
    """

    slug: str
    title: str
    intro: tuple[str, ...]
    kind: str
    departments: tuple[str, ...]
    opens_on: date
    closes_on: date
    number: int
    template: str = "new"
    chain_id: int | None = None
    themes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    documents: tuple[ConsultationDocument, ...] = ()
    responses: tuple[Response, ...] = ()
    messages: tuple[tuple[str, date], ...] = ()
    report: bool = False
    closed_early: bool = False
    gone: bool = False

    @property
    def organisation(self) -> str:
        return ORGANISATIONS[self.departments[0]]

    @property
    def address(self) -> str:
        """Path as lists link it, from the root of the site."""
        return f"/{self.slug}/b1" if self.template == "new" else f"/{self.slug}"

    def is_open(self, today: date) -> bool:
        """today: Dutch date."""
        return not (self.gone or self.closed_early) and self.opens_on <= today <= self.closes_on

    def is_public(self, today: date) -> bool:
        return not self.gone and self.opens_on <= today


@dataclass(frozen=True, kw_only=True)
class Entity:
    """The current state of one entity of the House's data, as the feed carries it.

    category: upper camel case, as the query spells it ("ActiviteitActor").
    fields: element name and text in wire order; None is written as xsi:nil.
    references: element name and GUID in wire order; a name can occur more than once.
    modified_at: `bijgewerkt`, aware UTC: the change in the source system.
    deleted: on the wire nothing but GUID and `bijgewerkt` is left.
    file_type, file_size: of the file at /Resources/{guid}; None if there is no file.
    """

    category: str
    guid: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    references: tuple[tuple[str, str], ...] = ()
    modified_at: datetime
    deleted: bool = False
    file_type: str | None = None
    file_size: int | None = None

    @property
    def tag(self) -> str:
        """Element name, in lower camel case."""
        return self.category[0].lower() + self.category[1:]
