"""The pages of the agenda: a day of committee meetings, and a plenary meeting."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from lxml import etree

from g40flow.domain.errors import SourceChanged
from g40flow.sources.eerstekamer.words import clock_in, day_in, day_in_path, split_number
from g40flow.sources.markup import (
    attribute,
    first,
    lines_of,
    plain,
    read_html,
    select,
    shown,
    text_of,
    with_class,
)

_MEETING_PATH = re.compile(r"/commissievergadering/(?P<key>\d{8}_[a-z0-9_]{1,80})")
_BLOCK = re.compile(r"(?P<begin>\d{1,2}[.:]\d{2})\s*[-–]\s*(?P<end>\d{1,2}[.:]\d{2})\s*uur\s*(?P<title>.*)")
_SUBJECT_PATH = re.compile(r"/[a-z_]+/[A-Za-z0-9_%.-]{1,200}")


@dataclass(frozen=True, kw_only=True)
class DecisionPoint:
    """A point of a committee meeting. reference: the papers it is about, free text."""

    number: str
    reference: str
    subject: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class CommitteeMeeting:
    """One meeting. key: "20260929_ocw", unique. kind: "deskundigenbijeenkomst", "" for an ordinary one."""

    key: str
    day: date
    name: str
    kind: str
    clock: time | None
    when: str
    points: tuple[DecisionPoint, ...]


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Paths of the page before and after, with their days; None at an end."""

    earlier: tuple[str, date] | None = None
    later: tuple[str, date] | None = None


@dataclass(frozen=True, kw_only=True)
class CommitteeDay:
    """All meetings of committees on one day."""

    day: date
    meetings: tuple[CommitteeMeeting, ...]
    neighbours: Neighbours


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A bill or note that a block is about. number: normalised, None if the title ends in none."""

    path: str
    title: str
    number: str | None


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of the agenda. begins, ends: Dutch clock; None without hours."""

    title: str
    begins: time | None
    ends: time | None
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, kw_only=True)
class PlenaryMeeting:
    """One plenary meeting; it may go on past midnight."""

    day: date
    begins: time | None
    blocks: tuple[Block, ...]
    neighbours: Neighbours


def parse_committee_day(body: bytes) -> CommitteeDay:
    """Raises SourceChanged or SourceUnavailable."""
    what = "committee day"
    document = read_html(body, what)
    title = text_of(first(document, "//head/title"))
    listed = first(document, "//ul[@id='ladder_plan']")
    day = day_in(title)
    if listed is None or day is None or not title.startswith("Commissievergadering"):
        raise SourceChanged(f"{what}: expected a list of meetings with a day, found page {shown(title)!r}")
    rows = select(listed, "./li")
    return CommitteeDay(
        day=day,
        meetings=tuple(_meeting(row, day) for row in rows),
        neighbours=_neighbours(document),
    )


def parse_plenary(body: bytes, path: str) -> PlenaryMeeting:
    """path: where it was found, which says the day. Raises SourceChanged or SourceUnavailable."""
    what = f"plenary meeting {shown(path)}"
    document = read_html(body, what)
    title = text_of(first(document, "//head/title"))
    day = day_in_path(path) or day_in(title)
    if day is None or "plenaire vergadering" not in title.lower():
        raise SourceChanged(f"{what}: expected a plenary meeting, found page {shown(title)!r}")
    begins = clock_in(text_of(first(document, f"//{with_class('div', 'aanvangsttijd')}")))
    blocks = select(document, f"//{with_class('div', 'agendablok')}")
    if not blocks and begins is None:
        raise SourceChanged(f"{what}: neither an hour nor a block of the agenda")
    return PlenaryMeeting(
        day=day,
        begins=begins,
        blocks=tuple(_block(block) for block in blocks),
        neighbours=_neighbours(document),
    )


def _meeting(row: etree._Element, day: date) -> CommitteeMeeting:
    link = first(row, f".//a[.//{with_class('div', 'i-plan_t')}]")
    path = attribute(link, "href") if link is not None else ""
    found = _MEETING_PATH.match(path)
    name = text_of(first(row, f".//{with_class('div', 'i-plan_t')}"))
    if found is None or not name:
        raise SourceChanged(f"committee day {day}: expected a meeting, found {shown(text_of(row))!r}")
    when = text_of(first(row, f"./{with_class('span', 'd-block')}"))
    return CommitteeMeeting(
        key=found["key"],
        day=day_in_path(path) or day,
        name=name,
        kind=text_of(first(row, "./em")),
        clock=clock_in(when),
        when=when,
        points=tuple(_points(row)),
    )


def _points(row: etree._Element) -> Iterator[DecisionPoint]:
    """Headings and what follows them are siblings."""
    for heading in select(row, f".//h2[.//{with_class('span', 'kop_agenda_kamerleden_tekst')}]"):
        subject, decision = "", ""
        for element in heading.itersiblings():
            if element.tag == "h2":
                break
            if (header := first(element, ".//span[starts-with(@id, 'header_')]")) is not None:
                subject = text_of(header)
            if (decided := first(element, ".//span[starts-with(@id, 'u5h_')]")) is not None:
                decision = lines_of(etree.tostring(decided, encoding="unicode", with_tail=False))
        yield DecisionPoint(
            number=text_of(first(heading, f".//{with_class('span', 'apnum')}")).rstrip("."),
            reference=text_of(first(heading, f".//{with_class('span', 'kop_agenda_kamerleden_tekst')}")),
            subject=subject,
            decision=decision,
        )


def _block(block: etree._Element) -> Block:
    heading = plain(text_of(first(block, "./h3")).replace("\xa0", " "))
    found = _BLOCK.match(heading)
    links = select(block, f"./{with_class('div', 'zaken')}//a[@href]")
    return Block(
        title=plain(found["title"]) if found else heading,
        begins=clock_in(found["begin"]) if found else None,
        ends=clock_in(found["end"]) if found else None,
        subjects=tuple(subject for link in links if (subject := _subject(link)) is not None),
    )


def _subject(link: etree._Element) -> Subject | None:
    path = attribute(link, "href").partition("?")[0]
    title, number = split_number(text_of(link))
    return Subject(path=path, title=title, number=number) if _SUBJECT_PATH.fullmatch(path) and title else None


def _neighbours(document: etree._Element) -> Neighbours:
    return Neighbours(earlier=_neighbour(document, "eerder"), later=_neighbour(document, "recenter"))


def _neighbour(document: etree._Element, name: str) -> tuple[str, date] | None:
    link = first(document, f"//nav//{with_class('div', name)}//a[@href]")
    if link is None:
        return None
    path = attribute(link, "href")
    day = day_in(text_of(link)) or day_in_path(path)
    return (path, day) if day is not None and path.startswith("/") and not path.startswith("//") else None
