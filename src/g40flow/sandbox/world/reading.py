"""Reads the compact descriptions of the YAML files, and of events, into the model.

Dates are Dutch. `weeks` moves all of them, so that the data set can be played at any time of year.
Raises BadDescription naming the description for anything that does not fit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from g40flow.sandbox.world.model import ORGANISATIONS, Consultation, ConsultationDocument, Response
from g40flow.sandbox.world.parliament import (
    Activity,
    AgendaPoint,
    Case,
    Committee,
    Dossier,
    draw,
    local,
    utc_instant,
)

Description = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")

CONSULTATION_KINDS = ("Wet", "AMvB", "Ministeriële regeling", "Initiatiefwet", "Beleidsnota")
_CONCEPTS = dict(
    zip(
        CONSULTATION_KINDS,
        ("Wetsvoorstel", "Ontwerpbesluit", "Ontwerpregeling", "Initiatiefwetsvoorstel", "Beleidsnota"),
        strict=True,
    )
)
_EXPLANATIONS = dict(
    zip(
        CONSULTATION_KINDS,
        (
            "Memorie van toelichting",
            "Nota van toelichting",
            "Toelichting",
            "Memorie van toelichting",
            "Bijlage",
        ),
        strict=True,
    )
)
_SENDERS = (
    "Gemeente Voorbeeldstad  (Voornaam Achternaam)",
    "Anoniem",
    "Vereniging van Voorbeelden  (Voornaam Achternaam)",
    "Stichting Proefwijk  (Voornaam Achternaam)",
    "Voornaam Achternaam",
)
_PLACES = ("Zwolle", "Breda", "Almelo", "Haarlem", "Dordrecht", "Assen", "Heerlen")


class BadDescription(ValueError):
    """A description in a world file or an event that cannot be read."""


def _naming_the_description(read: Callable[P, T]) -> Callable[P, T]:
    @wraps(read)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (KeyError, ValueError, TypeError, IndexError) as error:
            description = next((a for a in args if isinstance(a, Mapping)), {})
            raise BadDescription(f"{error!r} in {dict(description)!r}") from error

    return wrapper


@dataclass(frozen=True)
class Shift:
    """Reads dates and moves them by whole weeks."""

    weeks: int = 0

    def day(self, value: str | date) -> date:
        """From "2026-11-25" or a date."""
        day = value if isinstance(value, date) else date.fromisoformat(value.strip())
        return day + timedelta(weeks=self.weeks)

    def moment(self, value: str | date, default: time = time(9)) -> datetime:
        """Dutch local moment without zone from "2026-11-25 10:00" or a day."""
        day, _, clock = str(value).strip().partition(" ")
        return local(self.day(day), time.fromisoformat(clock) if clock else default)

    def term(self, value: str) -> tuple[date, date]:
        """From "2026-11-02..2026-12-14"."""
        first, last = value.split("..")
        return self.day(first), self.day(last)

    def span(self, value: str) -> tuple[datetime, datetime | None]:
        """From "2026-11-25 10:00-14:00", "2026-11-25 14:00" or a day."""
        begin, _, end = str(value).strip().partition(" ")
        clock, _, until = end.partition("-")
        starts = self.moment(f"{begin} {clock}".strip(), time(0))
        return starts, local(starts.date(), time.fromisoformat(until)) if until else None


@_naming_the_description
def read_consultation(raw: Description, shift: Shift, *, number: int, first_document: int) -> Consultation:
    """number: of the short address. first_document: number of the first document."""
    known = {
        *("slug", "title", "intro", "kind", "by", "term", "themes", "topics", "chain", "docs", "template"),
        *("responses", "report", "messages", "sections", "closed_early"),
    }
    if unknown := set(raw) - known:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    opens_on, closes_on = shift.term(raw["term"])
    kind = raw["kind"]
    if kind not in CONSULTATION_KINDS:
        raise ValueError(f"unknown kind {kind}")
    departments = tuple(raw["by"].split())
    if missing := [code for code in departments if code not in ORGANISATIONS]:
        raise ValueError(f"unknown departments {missing}")
    intro = raw["intro"]
    return Consultation(
        slug=raw["slug"],
        title=raw["title"],
        intro=(intro,) if isinstance(intro, str) else tuple(intro),
        kind=kind,
        departments=departments,
        opens_on=opens_on,
        closes_on=closes_on,
        number=number,
        template=raw.get("template", "new"),
        chain_id=raw.get("chain"),
        themes=tuple(raw.get("themes", ())),
        topics=tuple(raw.get("topics", ())),
        sections=tuple((heading, text) for heading, text in raw.get("sections", {}).items()),
        documents=_documents(kind, raw.get("docs", ()), bool(raw.get("report")), first_document),
        responses=_responses(raw["slug"], raw.get("responses", 0), opens_on),
        messages=tuple((kind, shift.day(day)) for kind, day in raw.get("messages", ())),
        report=bool(raw.get("report")),
        closed_early=bool(raw.get("closed_early")),
    )


def _documents(kind: str, extra: Sequence[str], report: bool, first: int) -> tuple[ConsultationDocument, ...]:
    titles = [_CONCEPTS[kind], _EXPLANATIONS[kind], "Beleidskompas", *extra]
    if report:
        titles.append("Verslag over de resultaten van de consultatie")
    return tuple(ConsultationDocument(number=first + i, title=title) for i, title in enumerate(titles))


def _responses(slug: str, count: int, opens_on: date) -> tuple[Response, ...]:
    return tuple(
        Response(
            sender=_SENDERS[draw(f"{slug}{i}", len(_SENDERS))],
            place=_PLACES[draw(f"{i}{slug}", len(_PLACES))],
            sent_at=local(opens_on, time(9, i % 60)) + timedelta(days=1 + i // 2, hours=i % 8),
        )
        for i in range(count)
    )


@_naming_the_description
def read_committee(raw: Description) -> Committee:
    return Committee(
        key=raw["key"],
        number=raw["number"],
        abbreviation=raw["abbreviation"],
        name=raw["name"],
        web_name=raw.get("web"),
        english=raw.get("english"),
        kind=raw.get("kind", "Vaste commissies"),
        department=raw.get("department", "Dienst Commissieondersteuning"),
        active_from=raw.get("from", date(2017, 3, 23)),
        active_until=raw.get("until"),
    )


@_naming_the_description
def read_dossier(raw: Description) -> Dossier:
    return Dossier(
        key=str(raw["key"]),
        number=raw.get("number", raw["key"]),
        title=raw["title"],
        suffix=raw.get("suffix"),
        cite=raw.get("cite"),
        last_paper=raw.get("papers", 1),
    )


@_naming_the_description
def read_case(
    raw: Description, shift: Shift, dossiers: Mapping[str, Dossier], *, number: int, year: int
) -> Case:
    """number: serial number within the year. again: day on which an old zaak was put out again."""
    known = {
        *("key", "kind", "title", "by", "at", "committee", "following", "dossier", "paper", "subject"),
        *("appreciation", "voorhang", "due", "again", "nr"),
    }
    if unknown := set(raw) - known:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    at = shift.moment(raw["at"], time(9 + draw(raw["key"], 8), draw(raw["title"], 60)))
    dossier = dossiers[str(raw["dossier"])] if "dossier" in raw else None
    visible = shift.moment(raw["again"], time(6, draw(raw["key"], 60))) if "again" in raw else at
    return Case(
        key=raw["key"],
        number=raw.get("nr", f"{year}Z{number:05d}"),
        kind=raw["kind"],
        title=raw["title"],
        by=_words(raw["by"]),
        at=at,
        committee=raw["committee"],
        following=_words(raw.get("following", "")),
        dossier=dossier,
        paper=raw.get("paper"),
        subject=raw.get("subject"),
        appreciation=raw.get("appreciation"),
        voorhang=raw.get("voorhang"),
        due=shift.day(raw["due"]) if "due" in raw else None,
        visible_at=utc_instant(visible),
    )


@_naming_the_description
def read_activity(
    raw: Description,
    shift: Shift,
    case_titles: Mapping[str, str],
    *,
    number: int,
    year: int,
    announced: datetime,
) -> Activity:
    """An agenda entry "=key" deals with that zaak; anything else is its own title.

    announced: aware UTC moment at which it became visible unless the description says otherwise.
    """
    known = {
        *(
            "key",
            "kind",
            "title",
            "when",
            "committee",
            "following",
            "present",
            "groups",
            "status",
            "date_kind",
        ),
        *("note", "place", "private", "replaces", "continues", "agenda", "announced", "requested", "heading"),
    }
    if unknown := set(raw) - known:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    starts, ends = shift.span(raw["when"]) if "when" in raw else (None, None)
    visible_at = utc_instant(shift.moment(raw["announced"])) if "announced" in raw else announced
    return Activity(
        key=raw["key"],
        number=f"{year}A{number:05d}",
        kind=raw["kind"],
        title=raw["title"],
        committee=raw["committee"],
        starts=starts,
        ends=ends,
        following=_words(raw.get("following", "")),
        present=_words(raw.get("present", "")),
        groups=_words(raw.get("groups", "")),
        status=raw.get("status", "Gepland"),
        date_kind=raw.get("date_kind", "Dag" if starts else "Nog geen datum bekend"),
        note=raw.get("note"),
        place=raw.get("place"),
        private=bool(raw.get("private")),
        replaces=raw.get("replaces"),
        continues=raw.get("continues"),
        requested_on=shift.day(raw["requested"]) if "requested" in raw else None,
        visible_at=visible_at,
        agenda=tuple(
            read_agenda_point(entry, raw["key"], case_titles, i + 1, number * 10 + i, year, visible_at)
            for i, entry in enumerate(raw.get("agenda", ()))
        ),
    )


def read_agenda_point(
    entry: str,
    activity_key: str,
    case_titles: Mapping[str, str],
    order: int,
    number: int,
    year: int,
    visible_at: datetime,
) -> AgendaPoint:
    case = entry[1:] if entry.startswith("=") else None
    return AgendaPoint(
        key=f"{activity_key}/{order}",
        number=f"{year}P{number:05d}",
        title=case_titles[case] if case else entry,
        case=case,
        order=order,
        heading="Stukken/brieven" if case else None,
        visible_at=visible_at + timedelta(minutes=order),
    )


def _words(value: str) -> tuple[str, ...]:
    """Codes separated by commas ("VRO, stas FIN")."""
    return tuple(word.strip() for word in value.split(",") if word.strip())
