"""Lists of consultations: the REST list of open ones, search results and the closed list."""

import re
from dataclasses import dataclass

from lxml import etree

from g40flow.domain.errors import SourceChanged
from g40flow.sources.contract import Signal
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.markup import read_html, read_xml, unusable
from g40flow.sources.internetconsultatie.site import Site
from g40flow.sources.markup import attribute, cut, first, select, shown, tag_of, text_of, with_class

_TOTAL = re.compile(r"(\d[\d.]{0,12})\s+resultat|in totaal (\d[\d.]{0,12}) consultatie", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One row of a list, in the publisher's words; "" or () for what this list does not tell.

    path: as linked, below the site's base. first_day, last_day: as written.
    departments: codes of the REST list. organisation: full name in search results.
    """

    slug: str
    path: str
    title: str
    first_day: str = ""
    last_day: str = ""
    departments: tuple[str, ...] = ()
    organisation: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True)
class ParsedList:
    """rows: without those that do not lead to a consultation on this site, which are signals.

    shown: how many rows the page had. total: what it says there are in all, None if it does not say.
    """

    rows: tuple[Listed, ...]
    shown: int
    total: int | None = None
    signals: tuple[Signal, ...] = ()


def parse_open_list(body: bytes, site: Site) -> ParsedList:
    """The REST list of open consultations.

    Raises SourceChanged when the form is another one, SourceUnavailable for an outage or half a page.
    """
    root = read_xml(body, "REST list")
    if root.tag != "consultaties":
        raise unusable(body, f"REST list: expected <consultaties>, found <{shown(str(root.tag))}>")
    entries = [child for child in root if tag_of(child)]
    strange = next((entry.tag for entry in entries if entry.tag != "consultatie"), None)
    if strange is not None:
        raise SourceChanged(f"REST list: expected <consultatie>, found <{shown(str(strange))}>")
    return _collected([_rest_row(entry, site) for entry in entries], total=len(entries))


def _rest_row(entry: etree._Element, site: Site) -> Listed | Signal:
    values = {tag_of(child): text_of(child) for child in entry}
    missing = [name for name in ("titel", "url", "startdatum", "einddatum") if not values.get(name)]
    if missing:
        raise SourceChanged(f"REST list: an entry without {', '.join(missing)}: {shown(text_of(entry))}")
    address = values["url"]
    slug, path = site.slug(address), site.path(address)
    if slug is None or path is None or path.strip("/") != slug:
        return _foreign(address)
    return Listed(
        slug=slug,
        path=f"/{slug}",
        title=cut(values["titel"]),
        first_day=values["startdatum"],
        last_day=values["einddatum"],
        departments=tuple(
            code for element in select(entry, "departementen/departement") if (code := text_of(element))
        ),
    )


def parse_results(body: bytes, site: Site) -> ParsedList:
    """One page of search results or of the closed list. An empty page behind the last has no rows.

    Raises SourceChanged when the form is another one, SourceUnavailable for an outage or half a page.
    """
    document = read_html(body, "result list")
    content = first(document, "//*[@id='content']")
    if content is None or not text_of(first(content, ".//h1")):
        raise unusable(body, "result list: expected div#content with an h1")
    results = first(content, f".//{with_class('div', 'result--list')}")
    total = _total(content)
    if results is None:
        if total == 0:
            return ParsedList(rows=(), shown=0, total=0)
        raise unusable(body, "result list: expected div.result--list")
    titles = select(results, f".//{with_class('a', 'result--title')}")
    return _collected([_result_row(title, site) for title in titles], total=total)


def _result_row(title: etree._Element, site: Site) -> Listed | Signal:
    address = attribute(title, "href")
    slug, path = site.slug(address), site.path(address)
    if slug is None or path is None:
        return _foreign(address)
    item = title.getparent()
    details = [] if item is None else select(item, f"./{with_class('ul', 'list--metadata')}/li")
    metadata: dict[str, str] = {}
    for detail in details:
        label, colon, value = text_of(detail).partition(":")
        metadata.setdefault(label if colon else "", value.strip() if colon else label)
    return Listed(
        slug=slug,
        path=path,
        title=cut(text_of(title)),
        last_day=metadata.get("Sluitingsdatum", ""),
        organisation=metadata.get("", ""),
        status=metadata.get("Status", ""),
    )


def _total(content: etree._Element) -> int | None:
    for paragraph in select(content, ".//p[not(ancestor::ul)]"):
        if match := _TOTAL.search(text_of(paragraph)):
            return int((match[1] or match[2]).replace(".", ""))
    return None


def _foreign(address: str) -> Signal:
    place = shown(address) or "(geen adres)"
    return _note("foreign_address", place, f"overgeslagen, geen consultatie op deze site: {place}")


def _collected(found: list[Listed | Signal], *, total: int | None) -> ParsedList:
    rows: dict[str, Listed] = {}
    signals = [entry for entry in found if isinstance(entry, Signal)]
    for row in (entry for entry in found if isinstance(entry, Listed)):
        if row.slug in rows:
            signals.append(
                _note("duplicate_slug", row.slug, f"{row.slug} staat twee keer in een lijst, de eerste telt")
            )
            continue
        rows[row.slug] = row
        signals += _odd_dates(row)
    return ParsedList(rows=tuple(rows.values()), shown=len(found), total=total, signals=tuple(signals))


def _odd_dates(row: Listed) -> list[Signal]:
    return [
        _note("unreadable_date", f"{row.slug}: {day}", f"{row.slug} heeft een onleesbare datum: {day}")
        for day in (row.first_day, row.last_day)
        if day and words.parse_date(day) is None
    ]


def _note(code: str, subject: str, message: str) -> Signal:
    return Signal(code=code, subject=shown(subject), message=shown(message))
