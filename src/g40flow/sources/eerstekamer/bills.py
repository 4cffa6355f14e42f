"""The lists of bills: committees, the list of each, and the bills under its headings."""

import re
from dataclasses import dataclass

from g40flow.domain.dossier_number import normalise_dossier_number
from g40flow.domain.errors import SourceChanged
from g40flow.sources.eerstekamer.words import listed_committee
from g40flow.sources.markup import attribute, first, read_html, select, shown, text_of, with_class

IN_PREPARATION = "In schriftelijke voorbereiding"
READY = "Gereed voor plenaire behandeling door de Eerste Kamer"
FINISHED = "Plenaire behandeling Eerste Kamer afgerond"
PHASES = frozenset({IN_PREPARATION, READY, FINISHED})

_COMMITTEE_PATH = re.compile(r"/commissies/[a-z0-9_]{1,80}")
_LIST_PATH = re.compile(r"(/wetsvoorstellen_bij_commissie\?key=[a-z0-9]{1,40})")
_BILL_PATH = re.compile(r"/wetsvoorstel/[A-Za-z0-9_%.-]{1,200}")
_FURTHER_PAGE = "@href[contains(., 'start_pag=')]"
_OF_COMMITTEE = re.compile(
    r"Wetsvoorstellen bij (?:de )?commissie voor (?P<name>.+?) - Eerste Kamer", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class CommitteeLink:
    """A committee on the list of all. name: "Commissie voor Financiën"."""

    path: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ListedBill:
    """A bill under a heading. number: normalised; None if it cannot be read. phase: the heading."""

    path: str
    number: str | None
    spelling: str
    title: str
    phase: str


@dataclass(frozen=True, kw_only=True)
class BillList:
    """The bills of one committee; of the finished ones only the latest."""

    committee: str
    bills: tuple[ListedBill, ...]


def parse_committees(body: bytes) -> tuple[CommitteeLink, ...]:
    """Raises SourceChanged or SourceUnavailable."""
    document = read_html(body, "committees")
    found: dict[str, CommitteeLink] = {}
    for link in select(document, "//a[starts-with(@href, '/commissies/')]"):
        path, name = attribute(link, "href"), text_of(link)
        if _COMMITTEE_PATH.fullmatch(path) and name:
            found.setdefault(path, CommitteeLink(path=path, name=listed_committee(name)))
    if not found:
        raise SourceChanged("committees: expected links to committees, found none")
    return tuple(found.values())


def parse_committee(body: bytes) -> str | None:
    """Path of the list of bills that a committee's page links to; None if it has none."""
    document = read_html(body, "committee")
    hrefs = (attribute(link, "href") for link in select(document, "//a[@href]"))
    return next((found[1] for href in hrefs if (found := _LIST_PATH.match(href))), None)


def parse_bills(body: bytes) -> BillList:
    """Raises SourceChanged or SourceUnavailable.

    A heading with more than fifty bills goes on on a further page. Of the finished ones that is not read;
    of others it was never seen, and taking the first page for all would make the rest look withdrawn.
    """
    document = read_html(body, "bills")
    title = text_of(first(document, "//head/title"))
    named = _OF_COMMITTEE.search(title)
    if named is None:
        raise SourceChanged(f"bills: expected the list of a committee, found page {shown(title)!r}")
    phase = ""
    bills: list[ListedBill] = []
    parts = f"//main//h2 | //main//{with_class('ul', 'ladder')}/li | //main//a[{_FURTHER_PAGE}]"
    for element in select(document, parts):
        if element.tag == "h2":
            phase = text_of(element)
            continue
        if element.tag == "a":
            if phase != FINISHED:
                raise SourceChanged(f"bills: expected one page with all of {shown(phase)!r}, found more")
            continue
        link = first(element, "./a[starts-with(@href, '/wetsvoorstel/')]")
        words = first(link, "./span") if link is not None else None
        if link is None or words is None:
            continue
        spelling = text_of_first_line(words.text)
        bills.append(
            ListedBill(
                path=_bill_path(attribute(link, "href")),
                number=normalise_dossier_number(spelling),
                spelling=spelling,
                title=text_of(words).removeprefix(spelling).strip(),
                phase=phase,
            )
        )
    if not phase:
        raise SourceChanged("bills: expected headings, found none")
    return BillList(committee=listed_committee(named["name"]), bills=tuple(bills))


def text_of_first_line(text: str | None) -> str:
    """What stands before the line break: the number."""
    return " ".join((text or "").split())


def _bill_path(href: str) -> str:
    path = href.partition("?")[0]
    if not _BILL_PATH.fullmatch(path):
        raise SourceChanged(f"bills: expected the address of a bill, found {shown(href)!r}")
    return path
