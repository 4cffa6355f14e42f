"""What stands on open.overheid.nl: letters of the government, drafts sent out for advice, and much else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from g40flow.sandbox.world.model import ORGANISATIONS
from g40flow.sandbox.world.parliament import Case, draw, guid, utc_instant
from g40flow.sandbox.world.reading import BadDescription, Shift

LATER_THAN_THE_HOUSE = timedelta(hours=2)
"""A letter goes to the House first."""

DRAFT = "ontwerpen van wet- en regelgeving met adviesaanvraag"
OTHERS = 60
"""Documents of municipalities, which flood the list."""
_CITIES = ("Voorbeeldstad", "Proefwijk", "Modeldam", "Testerveen")


@dataclass(frozen=True, kw_only=True)
class OpenDocument:
    """One document. uuid: bare. changed_at: aware UTC, moves without other content too. gone: a 404."""

    uuid: str
    title: str
    body: str
    published_on: date
    changed_at: datetime
    about: str = ""
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    gone: bool = False

    @property
    def is_of_a_ministry(self) -> bool:
        return self.body.startswith("ministerie")


def read_documents(rows: Iterable[Mapping[str, Any]], shift: Shift) -> dict[str, OpenDocument]:
    """By uuid, from archive.yaml."""
    found: dict[str, OpenDocument] = {}
    for row in rows:
        known = {"key", "title", "about", "by", "kind", "category", "subjects", "marks", "at"}
        if unknown := set(row) - known:
            raise BadDescription(f"unknown keys {sorted(unknown)} in {dict(row)!r}")
        at = utc_instant(shift.moment(row["at"]))
        document = OpenDocument(
            uuid=guid("open", row["key"]),
            title=row["title"],
            about=row.get("about", ""),
            body=_body(row["by"]),
            kinds=(row["kind"],),
            categories=(row["category"],),
            subjects=tuple(row.get("subjects", ())),
            marks=tuple(row.get("marks", ())),
            published_on=shift.day(str(row["at"]).partition(" ")[0]),
            changed_at=at,
        )
        found[document.uuid] = document
    return found


def of_municipalities(start: datetime) -> Iterator[OpenDocument]:
    """What cities made public in the weeks before."""
    for number in range(OTHERS):
        changed_at = start - timedelta(hours=5 * number + 1)
        yield OpenDocument(
            uuid=guid("open", f"gemeente{number}"),
            title=f"Besluit op Woo-verzoek {number + 1}",
            body=f"gemeente {_CITIES[draw(str(number), len(_CITIES))]}",
            kinds=("besluit",),
            categories=("Woo-verzoeken en -besluiten",),
            published_on=changed_at.date(),
            changed_at=changed_at,
        )


def letters(cases: Iterable[Case]) -> Iterator[OpenDocument]:
    """The letters of the government that are in the House, without any number of it."""
    for case in cases:
        code = case.by[0].removeprefix("stas ") if case.by else ""
        if case.kind != "Brief regering" or code not in ORGANISATIONS:
            continue
        yield OpenDocument(
            uuid=guid("open", f"brief/{case.key}"),
            title=f"Kamerbrief over {case.title[:1].lower()}{case.title[1:]}",
            body=_body(code),
            kinds=("Kamerbrief",),
            categories=("vergaderstukken Staten-Generaal",),
            published_on=case.at.date(),
            changed_at=case.visible_at + LATER_THAN_THE_HOUSE,
        )


def _body(code: str) -> str:
    name = ORGANISATIONS.get(code)
    return name[0].lower() + name[1:] if name else code


def on_the_site(own: Iterable[OpenDocument], cases: Iterable[Case], now: datetime) -> list[OpenDocument]:
    """Everything that can be found at a moment, what changed last first."""
    every = [*own, *letters(cases)]
    return sorted(
        (document for document in every if document.changed_at <= now.astimezone(UTC) and not document.gone),
        key=lambda document: (document.changed_at, document.uuid),
        reverse=True,
    )
