"""The list of votes: what was voted on, day by day, newest first, 25 to a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree

from g40flow.domain.dossier_number import normalise_dossier_number
from g40flow.domain.errors import SourceChanged
from g40flow.sources.eerstekamer.words import day_in, names_of
from g40flow.sources.markup import attribute, first, plain, read_html, select, shown, text_of, with_class

ADOPTED, REJECTED = "Aangenomen", "Verworpen"
RESULTS = frozenset({ADOPTED, REJECTED})
BY_NAME = "hoofdelijke"
"""Of a vote by roll call the page names every member; we keep none of these names."""

_SUBJECT = re.compile(r"/(?:wetsvoorstel|motiedossier|kamerstukdossier|behandeling)/[A-Za-z0-9_%./-]{1,200}")
_LETTER = re.compile(r"(?P<number>.+?),\s*(?P<letter>[A-Z]{1,3})")
_SIDES = {"voor": "voor", "tegen": "tegen", "aantekening gevraagd": "aantekening"}


@dataclass(frozen=True, kw_only=True)
class Vote:
    """One vote. number: normalised, of the dossier; letter: of the paper voted on, "" for a bill.

    spelling: the number as written. result: the Chamber's word. method: "Hamerstuk", "Stemming bij ...".
    sides: names of parliamentary groups by "voor", "tegen" and "aantekening".
    """

    day: date
    title: str
    path: str
    number: str | None
    spelling: str
    letter: str
    result: str
    method: str
    report: str
    sides: dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class VotePage:
    """One page. earlier: path of the page with older votes; None on the last."""

    votes: tuple[Vote, ...]
    earlier: str | None


def parse_votes(body: bytes) -> VotePage:
    """Raises SourceChanged or SourceUnavailable."""
    document = read_html(body, "votes")
    votes: list[Vote] = []
    day: date | None = None
    rows = select(document, f"//main//h2 | //main//{with_class('li', 'met_image')}")
    for element in rows:
        if element.tag == "h2":
            day = day_in(text_of(element)) or day
        elif day is None:
            raise SourceChanged("votes: a vote before the first day")
        elif (vote := _vote(element, day)) is not None:
            votes.append(vote)
    if not votes:
        raise SourceChanged("votes: expected votes under the day of a meeting, found none")
    return VotePage(votes=tuple(votes), earlier=_earlier(document))


def _vote(row: etree._Element, day: date) -> Vote | None:
    subject = next((a for a in select(row, ".//a[@href]") if _SUBJECT.fullmatch(_path(a))), None)
    image = first(row, ".//img[@alt]")
    if subject is None or image is None:
        return None
    spelling = text_of(subject).strip("() ")
    lettered = _LETTER.fullmatch(spelling)
    words = first(row, f".//{with_class('div', 'opsomtekst')}")
    report = first(row, ".//a[contains(@href, '/verslagdeel/')]")
    method = text_of(report)
    return Vote(
        day=day,
        title=_title(words if words is not None else row, subject),
        path=_path(subject),
        number=normalise_dossier_number(lettered["number"] if lettered else spelling),
        spelling=spelling,
        letter=lettered["letter"] if lettered else "",
        result=attribute(image, "alt").strip(),
        method=method,
        report=_path(report) if report is not None else "",
        sides={} if BY_NAME in method.lower() else dict(_sides(row)),
    )


def _title(words: etree._Element, subject: etree._Element) -> str:
    """Everything before the link with the number."""
    before: list[str] = [words.text or ""]
    for element in words.iterdescendants():
        if element is subject:
            break
        if element.tag in {"strong", "div"} and subject not in element.iterdescendants():
            continue
        before += [element.text or "", element.tail or ""]
    return plain("".join(before)).rstrip(" (") or shown(text_of(words))


def _sides(row: etree._Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    for label in select(row, ".//strong"):
        name = text_of(label).rstrip(":").strip().lower()
        if name in _SIDES and label.tail:
            yield _SIDES[name], names_of(label.tail)


def _earlier(document: etree._Element) -> str | None:
    for link in select(document, "//a[contains(@href, 'stemmingen_per_vergaderdag')]"):
        if "eerdere" in text_of(link).lower():
            href = attribute(link, "href")
            return href if href.startswith("/stemmingen_per_vergaderdag?") else None
    return None


def _path(link: etree._Element) -> str:
    return attribute(link, "href").partition("#")[0]
