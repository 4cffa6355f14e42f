"""The page of one consultation, in its old and its new template.

Labels and headings are read, not positions. Names and places of people who responded are passed over:
only the number of public responses is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from g40flow.domain.errors import SourceChanged
from g40flow.sources.contract import Signal
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.markup import read_html, unusable
from g40flow.sources.internetconsultatie.site import Site
from g40flow.sources.markup import (
    INLINE,
    attribute,
    cut,
    first,
    plain,
    select,
    shown,
    tag_of,
    text_of,
    with_class,
)

LINKS_A_DOCUMENT = 3  # title, download, and one to spare
MOST_PARTS = 500  # sections, documents, topics ...

_HEADINGS = {"h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = frozenset({"p", "li", "dd", "dt", "blockquote", "td", "pre"})
_PASSED_OVER = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "form",
        "nav",
        "table",
        "button",
        "input",
        "select",
        "textarea",
    }
)
_CLASSES_PASSED_OVER = frozenset(
    {"button", "cta", "label--large", "list--sources", "result--list", "reacties__sublabel"}
)
_RESPONSES_HEADING = re.compile(r"(laatste |recente )?reacties\b(?! van de )", re.IGNORECASE)
_SENDER = re.compile(r".{1,200} \| \d{1,2} [a-z]+\.? \d{4}( \(\d{1,2}:\d{2}\))?", re.IGNORECASE)
_COUNT = re.compile(r"(\d[\d.]{0,8}) openbaar|\[(\d[\d.]{0,8})\]", re.ASCII)
_TYPE_WORDS = re.compile(r"(pdf|docx?|xlsx?|pptx?|odt|ods|odp|zip)(-document)?(, .{1,20})?", re.IGNORECASE)
_ROLE = re.compile(r"mainContentPlaceHolder_([A-Za-z]{1,40})DocumentDownloadLink_")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document of a consultation. number: with the slug its key; it says nothing by itself.

    kind: type as shown ("PDF"). role: the site's own word for its place ("conceptregeling"), "" if none.
    """

    number: str
    title: str
    kind: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsultationPage:
    """What a page says. Values as written.

    overview: label and text of the table "Consultatiegegevens", but for the topics.
    topics: from the links in that table, may hold the same word twice.
    labels: the large ones at the top, of the new template.
    sections: heading and text, in order; the text of lists of responses is left out.
    summary: paragraphs of "In het kort", or of what stands before the first heading.
    responses: how many are public; None if the page does not say.
    """

    title: str
    overview: dict[str, str]
    topics: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    summary: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    responses: int | None = None
    signals: tuple[Signal, ...] = ()


@dataclass
class _Section:
    heading: str
    level: int
    paragraphs: list[str] = field(default_factory=list)


def parse_consultation(body: bytes, slug: str, site: Site) -> ConsultationPage:
    """Raises SourceChanged when the form is another one, SourceUnavailable for an outage or half a page."""
    document = read_html(body, f"page {shown(slug)}")
    content = first(document, "//*[@id='content']")
    title = "" if content is None else text_of(first(content, ".//h1"))
    if content is None or not title:
        raise unusable(body, f"page {shown(slug)}: expected div#content with an h1")
    table = _overview_table(document)
    if table is None:
        raise unusable(body, f"page {shown(slug)}: expected a table with {words.LAST_DAY_LABEL!r}")
    overview = {label: text for label, cell in table.items() if (text := text_of(cell))}
    topics = _topics(table.get(words.TOPICS_LABEL))
    if topics:
        del overview[words.TOPICS_LABEL]
    large = (text_of(label) for label in select(content, f".//{with_class('span', 'label--large')}"))
    sections = _sections(content)
    return _bounded(
        slug,
        ConsultationPage(
            title=title,
            overview=overview,
            topics=topics,
            labels=tuple(filter(None, large)),
            sections=tuple((part.heading, "\n".join(part.paragraphs)) for part in sections if part.heading),
            summary=_summary(sections),
            documents=_documents(document, slug, site),
            responses=_responses(document),
            signals=(*_odd_words(slug, overview), *_odd_values(slug, overview, topics)),
        ),
    )


def _bounded(slug: str, page: ConsultationPage) -> ConsultationPage:
    """The page with overlong texts cut, which is told. Raises SourceChanged for an absurd number of parts."""
    parts = (page.overview, page.topics, page.labels, page.sections, page.summary, page.documents)
    most = max(len(part) for part in parts)
    if most > MOST_PARTS:
        raise SourceChanged(f"page {shown(slug)}: {most} parts of one kind, expected at most {MOST_PARTS}")
    bounded = replace(
        page,
        title=cut(page.title),
        overview={cut(label): cut(text) for label, text in page.overview.items()},
        topics=tuple(map(cut, page.topics)),
        labels=tuple(map(cut, page.labels)),
        sections=tuple((cut(heading), cut(text)) for heading, text in page.sections),
        summary=tuple(map(cut, page.summary)),
        documents=tuple(replace(document, title=cut(document.title)) for document in page.documents),
    )
    if bounded == page:
        return page
    return replace(
        bounded, signals=(*page.signals, _odd("text_cut", slug, "een tekst is te lang en is ingekort"))
    )


def _overview_table(document: etree._Element) -> dict[str, etree._Element] | None:
    """Cells by label. Of a label that stands twice the first counts."""
    for table in select(document, f"//{with_class('table', 'table__data-overview')}"):
        cells: dict[str, etree._Element] = {}
        for row in select(table, ".//tr"):
            label, cell = text_of(first(row, "./th")), first(row, "./td")
            if label and cell is not None:
                cells.setdefault(label, cell)
        if words.LAST_DAY_LABEL in cells:
            return cells
    return None


def _topics(cell: etree._Element | None) -> tuple[str, ...]:
    """From the links: the text runs together, and one topic has a comma in it."""
    return () if cell is None else tuple(filter(None, (text_of(link) for link in select(cell, ".//a"))))


def _sections(content: etree._Element) -> list[_Section]:
    """Text by heading; the first section, without one, is what stands between h1 and the first heading."""
    sections = [_Section("", 1)]
    responses_level: int | None = None
    for heading_level, text, names_a_person in _blocks(content):
        if heading_level is None:
            if responses_level is None and not names_a_person and not _SENDER.fullmatch(text):
                sections[-1].paragraphs.append(text)
            continue
        if names_a_person or (responses_level is not None and heading_level > responses_level):
            continue
        responses_level = heading_level if _RESPONSES_HEADING.match(text) else None
        sections.append(_Section(text, heading_level))
    return sections


def _blocks(content: etree._Element) -> Iterator[tuple[int | None, str, bool]]:
    """Headings (with their level) and paragraphs in order, and whether a link to one response is in them."""
    walk = etree.iterwalk(content, events=("start", "end"))
    loose: list[str] = []
    for event, element in walk:
        tag = tag_of(element)
        if event == "end":
            loose.append("" if element is content else element.tail or "")
            continue
        if _is_passed_over(element, tag):
            walk.skip_subtree()
            continue
        if tag in _HEADINGS or (tag in _BLOCKS and not _holds_blocks(element)):
            walk.skip_subtree()
            yield from _paragraph(loose)
            if text := _readable_text(element):
                yield _HEADINGS.get(tag), text, _leads_to_a_response(element)
            continue
        if tag not in INLINE:
            yield from _paragraph(loose)
        if not _leads_to_a_response(element, deep=False):
            loose.append(element.text or "")
    yield from _paragraph(loose)


def _paragraph(loose: list[str]) -> Iterator[tuple[int | None, str, bool]]:
    """Text that stands in no paragraph element, when it comes to its end."""
    if text := plain("".join(loose)):
        yield None, text, False
    loose.clear()


def _is_passed_over(element: etree._Element, tag: str) -> bool:
    classes = attribute(element, "class").split()
    return tag in _PASSED_OVER or tag == "h1" or not _CLASSES_PASSED_OVER.isdisjoint(classes)


def _holds_blocks(element: etree._Element) -> bool:
    return any(tag_of(inner) in _BLOCKS or tag_of(inner) in _HEADINGS for inner in element.iterdescendants())


def _readable_text(element: etree._Element) -> str:
    """Text without buttons; a paragraph that is only a button has none."""
    walk = etree.iterwalk(element, events=("start", "end"))
    parts: list[str] = []
    for event, node in walk:
        if event == "end":
            parts.append("" if node is element else node.tail or "")
        elif node is not element and _is_passed_over(node, tag_of(node)):
            walk.skip_subtree()
        else:
            parts.append(" " if tag_of(node) == "br" else node.text or "")
    return plain("".join(parts))


def _leads_to_a_response(element: etree._Element, *, deep: bool = True) -> bool:
    links = select(element, "descendant-or-self::a") if deep else [element]
    return any("/reactie/" in attribute(link, "href").lower() for link in links)


def _summary(sections: list[_Section]) -> tuple[str, ...]:
    for section in sections:
        if section.heading == words.SUMMARY_HEADING and section.paragraphs:
            return tuple(section.paragraphs)
    return tuple(sections[0].paragraphs)


def _documents(page: etree._Element, slug: str, site: Site) -> tuple[Document, ...]:
    """By number, in the order of the page; one document can have a title link and a download link."""
    links: dict[str, list[etree._Element]] = {}
    for link in select(page, "//a[contains(@href, '/document/')]"):
        number = site.document_number(attribute(link, "href"), slug)
        if number is not None and len(known := links.setdefault(number, [])) < LINKS_A_DOCUMENT:
            known.append(link)
        if len(links) > MOST_PARTS:
            raise SourceChanged(f"page {shown(slug)}: expected at most {MOST_PARTS} documents")
    return tuple(_document(number, found) for number, found in links.items())


def _document(number: str, links: list[etree._Element]) -> Document:
    titles: list[str] = []
    kinds: list[str] = []
    for link in links:
        information = first(link, f"ancestor::li[1]//{with_class('div', 'list--source__information')}")
        texts = [] if information is None else [plain(str(text)) for text in information.itertext()]
        for text in filter(None, [*texts, _link_text(link)]):
            (kinds if _TYPE_WORDS.fullmatch(text) else titles).append(text)
    roles = (_ROLE.match(attribute(link, "id")) for link in links)
    return Document(
        number=number,
        title=next(iter(titles), f"Document {number}"),
        kind=next(iter(kinds), ""),
        role=next((role[1] for role in roles if role), ""),
    )


def _link_text(link: etree._Element) -> str:
    text = text_of(link)
    return text.removeprefix("Downloaden").strip() or plain(attribute(link, "title"))


def _responses(document: etree._Element) -> int | None:
    counters = [
        *select(document, f"//{with_class('span', 'reacties__sublabel')}"),
        *select(document, "//a[contains(@href, '/reacties')]"),
    ]
    for counter in counters:
        if match := _COUNT.search(text_of(counter)):
            return int((match[1] or match[2]).replace(".", ""))
    return None


def _odd_words(slug: str, overview: dict[str, str]) -> Iterator[Signal]:
    for label, known, code in (
        (words.STATUS_LABEL, words.STATUS_WORDS, "unknown_status"),
        (words.TYPE_LABEL, words.TYPE_WORDS, "unknown_type"),
    ):
        word = overview.get(label)
        if word and word not in known:
            yield Signal(
                code=code,
                subject=plain(word)[:120],
                message=f"{shown(slug)}: onbekend woord bij {label}: {shown(word)}",
            )


def _odd_values(slug: str, overview: dict[str, str], topics: tuple[str, ...]) -> Iterator[Signal]:
    for label in words.EXPECTED_LABELS:
        if label not in overview:
            yield _of_the_form("missing_label", slug, f"{label} ontbreekt")
    if not any(label in overview for label in words.FIRST_DAY_LABELS):
        yield _of_the_form("missing_label", slug, f"{' of '.join(words.FIRST_DAY_LABELS)} ontbreekt")
    for label in (*words.FIRST_DAY_LABELS, words.LAST_DAY_LABEL):
        if label in overview and words.parse_date(overview[label]) is None:
            yield _odd("unreadable_date", slug, f"{label} is niet te lezen: {shown(overview[label])}")
    chain = overview.get(words.CHAIN_LABEL)
    if chain is not None and chain_id(overview) is None:
        yield _odd("odd_chain_id", slug, f"{words.CHAIN_LABEL} is geen getal: {shown(chain)}")
    if words.TOPICS_LABEL in overview and not topics:
        yield _of_the_form("topics_without_links", slug, f"{words.TOPICS_LABEL} heeft geen links")


def _odd(code: str, slug: str, what: str) -> Signal:
    return Signal(code=code, subject=f"{shown(slug)}: {what}", message=f"{shown(slug)}: {what}")


def _of_the_form(code: str, slug: str, what: str) -> Signal:
    """Something that will be the same on many pages, so that it is told once and not for each."""
    return Signal(code=code, subject=what, message=f"{shown(slug)}: {what}")


def chain_id(overview: dict[str, str]) -> str | None:
    """Keten-ID of the legislative calendar, digits; None if there is none that can be read."""
    value = overview.get(words.CHAIN_LABEL, "")
    return value if re.fullmatch(r"[0-9]{1,12}", value) else None
