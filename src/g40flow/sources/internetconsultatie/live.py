"""Looks at the real site for every point that its documentation leaves open (docs/sources.md)."""

from collections.abc import Iterator
from datetime import date

from g40flow.domain.checks import Check
from g40flow.domain.errors import SourceError
from g40flow.domain.instants import dutch_date
from g40flow.sources.fetch import Fetcher, Page
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.lists import Listed, ParsedList, parse_open_list, parse_results
from g40flow.sources.internetconsultatie.open_list import search_open
from g40flow.sources.internetconsultatie.page import parse_consultation
from g40flow.sources.internetconsultatie.site import Site
from g40flow.sources.markup import shown

PAGES_TO_LOOK_AT = 3
NO_SUCH_SLUG = "deze_consultatie_bestaat_niet"


def look_at(site: Site, fetch: Fetcher, expected_minimum: int) -> list[Check]:
    """One check per open point; a check that cannot be made is not ok and says why."""
    return list(_Look(site, fetch, expected_minimum).checks())


class _Look:
    def __init__(self, site: Site, fetch: Fetcher, expected_minimum: int) -> None:
        self._site = site
        self._fetch = fetch
        self._minimum = expected_minimum

    def checks(self) -> Iterator[Check]:
        rest = "De REST-lijst van open consultaties is er en heeft de bekende vorm"
        listed, today = ParsedList(rows=(), shown=0), None
        try:
            page = self._fetch.get(self._site.open_list)
            listed, today = parse_open_list(page.body, self._site), dutch_date(page.fetched_at)
        except SourceError as error:
            yield _failed(
                rest,
                error,
                "Zonder REST-lijst leest g40flow de zoekpagina. Bekijk het adres in een browser "
                "en pas zo nodig base_url in config/sources.yaml aan.",
            )
        else:
            yield self._open_list(rest, listed, page)
            yield _departments(listed)
            yield self._validators(page)
        yield self._search(listed, today)
        for row in listed.rows[:PAGES_TO_LOOK_AT]:
            yield self._page(row)
        yield self._closed_list()
        yield self._no_such_page()
        yield self._robots()

    def _open_list(self, what: str, listed: ParsedList, page: Page) -> Check:
        odd = [signal.message for signal in listed.signals]
        enough = len(listed.rows) >= self._minimum
        advice = "" if enough else "Stel expected_minimum in config/sources.yaml bij. "
        if odd:
            advice += "Bekijk de vreemde regels: ze worden overgeslagen of zonder datum bewaard."
        count = f"{len(listed.rows)} consultaties, verwacht minstens {self._minimum}"
        found = f"{count}; {page.content_type or 'zonder type'}"
        return Check(
            what=what,
            ok=enough and not odd,
            found="; ".join([found, *odd[:3]]),
            advice=advice.strip(),
        )

    def _validators(self, page: Page) -> Check:
        what = "De REST-lijst bevestigt met 304 dat er niets nieuws is"
        if not (page.etag or page.last_modified):
            return Check(what=what, ok=True, found="geen ETag of Last-Modified: de inhoud wordt vergeleken")
        try:
            again = self._fetch.get(self._site.open_list, etag=page.etag, last_modified=page.last_modified)
        except SourceError as error:
            return _failed(what, error, "Geen gevolg voor de werking: de inhoud wordt vergeleken.")
        found = "304" if again.not_modified else f"status {again.status} met de hele lijst"
        return Check(what=what, ok=True, found=found)

    def _search(self, listed: ParsedList, today: date | None) -> Check:
        what = "De zoekpagina toont dezelfde open consultaties als de REST-lijst"
        if today is None:
            return Check(what=what, ok=False, found="niet vergeleken", advice="Herstel eerst de REST-lijst.")
        try:
            found = search_open(self._site, self._fetch, today)
        except SourceError as error:
            return _failed(what, error, "De dagelijkse vergelijking werkt niet; pas de ontleding aan.")
        by_rest, by_search = ({row.slug for row in rows.rows} for rows in (listed, found))
        differing = sorted(by_rest ^ by_search)
        return Check(
            what=what,
            ok=not differing and not found.signals,
            found=f"{len(by_search)} open van {found.shown} resultaten; {len(differing)} verschillen"
            + (f": {', '.join(shown(slug) for slug in differing[:5])}" if differing else ""),
            advice=""
            if not differing
            else "Kijk waarop de zoekpagina filtert (eerste of laatste dag) en of een lijst achterloopt.",
        )

    def _page(self, row: Listed) -> Check:
        what = f"De pagina van {shown(row.slug)} heeft bekende labels en woorden"
        try:
            page = self._fetch.get(self._site.page(row.path))
            parsed = parse_consultation(page.body, row.slug, self._site)
        except SourceError as error:
            return _failed(what, error, "Bekijk de pagina in een browser en pas de ontleding aan.")
        template = "oude" if "Publicatiedatum" in parsed.overview else "nieuwe"
        found = (
            f"{template} sjabloon, {page.url.removeprefix(self._site.base)}; "
            f"status {shown(parsed.overview.get(words.STATUS_LABEL, '-'))}; "
            f"labels {', '.join(map(shown, parsed.labels)) or '-'}; "
            f"{len(parsed.documents)} documenten, {len(parsed.topics)} onderwerpen, "
            f"{len(parsed.summary)} alinea's in het kort"
        )
        odd = [signal.message for signal in parsed.signals]
        if not parsed.summary:
            odd.append("geen samenvatting")
        if not parsed.documents:
            odd.append("geen documenten")
        return Check(
            what=what,
            ok=not odd,
            found="; ".join([found, *odd[:5]]),
            advice="Vul de woorden aan of pas de ontleding van de pagina aan." if odd else "",
        )

    def _closed_list(self) -> Check:
        what = "De lijst van gesloten consultaties is te lezen"
        try:
            parsed = parse_results(self._fetch.get(self._site.closed_list(1, 10)).body, self._site)
        except SourceError as error:
            return _failed(what, error, "Aanvullen met oude consultaties werkt niet; pas de ontleding aan.")
        ok = len(parsed.rows) == 10 and parsed.total is not None
        return Check(
            what=what,
            ok=ok,
            found=f"{len(parsed.rows)} op de eerste bladzijde van 10, totaal {parsed.total or 'onbekend'}",
            advice="" if ok else "Kijk of het aantal per bladzijde en de zin met het totaal nog kloppen.",
        )

    def _no_such_page(self) -> Check:
        what = "Een adres dat niet bestaat geeft status 404"
        advice = "Een ingetrokken consultatie is zo niet te herkennen: zoek een ander teken."
        try:
            page = self._fetch.get(self._site.page(f"/{NO_SUCH_SLUG}"))
        except SourceError as error:
            return _failed(what, error, advice)
        lost = page.status in {404, 410} or self._site.slug(page.url) is None
        return Check(
            what=what,
            ok=lost,
            found=f"status {page.status} op {shown(page.url)}",
            advice="" if lost else advice,
        )

    def _robots(self) -> Check:
        what, advice = "robots.txt verbiedt ons niets", "Lees robots.txt en pas het ritme of de paden aan."
        try:
            page = self._fetch.get(self._site.page("/robots.txt"))
        except SourceError as error:
            return _failed(what, error, advice)
        if page.status != 200:
            return Check(what=what, ok=True, found=f"status {page.status}")
        lines = page.body.decode("utf-8", "replace").splitlines()
        rules = [shown(line) for line in lines if line.lower().startswith(("disallow:", "crawl-delay:"))]
        forbidding = [rule for rule in rules if rule.partition(":")[2].strip()]
        return Check(
            what=what,
            ok=not forbidding,
            found="; ".join(forbidding[:5]) or "aanwezig, zonder verboden",
            advice=advice if forbidding else "",
        )


def _departments(listed: ParsedList) -> Check:
    codes = sorted({code for row in listed.rows for code in row.departments})
    without = [row.slug for row in listed.rows if not row.departments]
    return Check(
        what="Elke open consultatie noemt een departement",
        ok=bool(codes) and not without,
        found=f"codes: {', '.join(map(shown, codes)) or 'geen'}"
        + (f"; zonder: {', '.join(map(shown, without[:5]))}" if without else ""),
        advice="Zonder departement telt alleen de organisatie op de pagina zelf." if without else "",
    )


def _failed(what: str, error: SourceError, advice: str) -> Check:
    return Check(what=what, ok=False, found=shown(str(error)), advice=advice)
