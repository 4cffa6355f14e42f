"""internetconsultatie.nl: the REST list of open consultations and the pages for people."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.publishers.gate import list_share
from g40flow.sandbox.publishers.pdf import small_pdf
from g40flow.sandbox.world import World
from g40flow.sandbox.world.model import AMSTERDAM, Consultation

RESULTS_A_PAGE = 10
RESPONSES_A_PAGE = 10
_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli"),
    *("augustus", "september", "oktober", "november", "december"),
)
_INFORMATION_PAGES = {
    "zoeken": "Uitgebreid zoeken",
    "voorkeurabonnement": "Abonneren nieuwe consultaties",
    "veelgesteldevragen": "Over internetconsultatie",
    "algemenevoorwaarden": "Algemene voorwaarden",
    "pdf_document_openen": "PDF-documenten openen",
}
PREFIX = "/internetconsultatie"


def consultation_routes(world: World, clock: SandboxClock) -> list[Route]:
    site = _Site(world, clock)
    return [
        Route("/", site.front_page),
        Route("/rest/openconsultaties/", site.rest_list),
        Route("/rest/openconsultaties", site.rest_list),
        Route("/zoeken/resultaat", site.search),
        Route("/geslotenconsultaties", site.closed_list),
        Route("/geslotenconsultaties/{page:int}/{size:int}", site.closed_list),
        Route("/{slug}", site.consultation),
        Route("/{slug}/b1", site.consultation),
        Route("/{slug}/document/{number:int}", site.document),
        Route("/{slug}/berichten", site.messages),
        Route("/{slug}/reageren", site.respond),
        Route("/{slug}/reacties", site.responses),
        Route("/{slug}/reacties/{order}/{page:int}", site.responses),
        Route("/{slug}/reacties/{order}/{page:int}/{size:int}", site.responses),
        Route("/{path:path}", site.not_found),
    ]


class _Site:
    def __init__(self, world: World, clock: SandboxClock) -> None:
        self._world = world
        self._clock = clock

    async def front_page(self, request: Request) -> Response:
        found = self._share(request, self._open())
        return self._page(request, "front.html", title="Internetconsultatie", found=found)

    async def rest_list(self, request: Request) -> Response:
        rows = "".join(_rest_row(item, _base(request)) for item in self._share(request, self._open()))
        body = f'<?xml version="1.0" encoding="utf-8"?>\n<consultaties>{rows}</consultaties>'
        return Response(body, media_type="application/xml; charset=utf-8")

    async def search(self, request: Request) -> Response:
        try:
            found = self._share(request, self._matching(request))
            page = int(request.query_params.get("Pagina", "1"))
        except ValueError:
            return self._notice(request, 500, "Er is een fout opgetreden")
        begin = (page - 1) * RESULTS_A_PAGE
        return self._page(
            request,
            "results.html",
            title="Zoekresultaat",
            total=len(found),
            found=found[begin : begin + RESULTS_A_PAGE],
            pages=_page_links(request, len(found), page),
        )

    async def closed_list(self, request: Request) -> Response:
        page = request.path_params.get("page", 1)
        size = max(1, request.path_params.get("size", RESULTS_A_PAGE))
        found = self._share(request, self._closed())
        begin = (page - 1) * size
        return self._page(
            request,
            "closed.html",
            title="Gesloten consultaties",
            total=len(found),
            found=found[begin : begin + size],
            size=size,
            last_page=max(1, -(-len(found) // size)),
        )

    async def consultation(self, request: Request) -> Response:
        slug = _slug(request)
        if slug in _INFORMATION_PAGES:
            return self._notice(request, 200, _INFORMATION_PAGES[slug])
        if slug.isdecimal() and (target := self._numbered(int(slug))):
            return RedirectResponse(_base(request) + target.address, 302)
        item = self._find(slug)
        if item is None:
            return self._notice(request, 404, "Pagina niet gevonden")
        if item.template == "new" and not request.url.path.endswith("/b1"):
            return RedirectResponse(_base(request) + item.address, 302)
        return self._page(
            request,
            f"consultation_{item.template}.html",
            title=item.title,
            item=item,
            status=self._status(item),
        )

    async def document(self, request: Request) -> Response:
        item = self._find(_slug(request))
        number = request.path_params["number"]
        document = next((d for d in item.documents if d.number == number), None) if item else None
        if item is None or document is None:
            return self._notice(request, 404, "Pagina niet gevonden")
        name = re.sub(r"[^a-z0-9]+", "-", f"{document.title} {item.title}".lower()).strip("-")[:80]
        return Response(
            small_pdf(f"{document.title}, versie {document.version}: {item.title.strip()}"),
            media_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
        )

    async def messages(self, request: Request) -> Response:
        return self._part(request, "messages.html")

    async def respond(self, request: Request) -> Response:
        return self._part(request, "respond.html")

    async def responses(self, request: Request) -> Response:
        item = self._find(_slug(request))
        if item is None:
            return self._notice(request, 404, "Pagina niet gevonden")
        by_name = request.path_params.get("order") == "naam"
        shown = sorted(item.responses, key=lambda r: r.sender if by_name else r.sent_at, reverse=not by_name)
        size = max(1, request.path_params.get("size", RESPONSES_A_PAGE))
        begin = (request.path_params.get("page", 1) - 1) * size
        return self._page(
            request,
            "responses.html",
            title=item.title,
            item=item,
            total=len(shown),
            shown=shown[begin : begin + size],
            pages=range(1, -(-len(shown) // size) + 1),
        )

    async def not_found(self, request: Request) -> Response:
        return self._notice(request, 404, "Pagina niet gevonden")

    def _today(self) -> date:
        return self._clock.now().astimezone(AMSTERDAM).date()

    def _open(self) -> list[Consultation]:
        today = self._today()
        return [item for item in self._world.consultations.values() if item.is_open(today)]

    def _closed(self) -> list[Consultation]:
        """Newest closing date first, as on the site."""
        today = self._today()
        every = self._world.consultations.values()
        closed = [item for item in every if item.is_public(today) and not item.is_open(today)]
        return sorted(closed, key=lambda item: item.closes_on, reverse=True)

    def _matching(self, request: Request) -> list[Consultation]:
        """What the search finds, newest opening date first. Raises ValueError for a bad date."""
        today = self._today()
        words = request.query_params.get("Trefwoorden", "").casefold().split()
        everywhere = request.query_params.get("TrefwoordenSearchScope", "TitelEnTekst") != "Titel"
        first = _search_day(request.query_params.get("ConsultatiedatumVan", ""), date.min)
        last = _search_day(request.query_params.get("ConsultatiedatumTotEnMet", ""), date.max)
        found = [
            item
            for item in self._world.consultations.values()
            if item.is_public(today)
            and item.opens_on <= last
            and item.closes_on >= first
            and all(word in _searched(item, everywhere) for word in words)
        ]
        return sorted(found, key=lambda item: item.opens_on, reverse=True)

    def _find(self, slug: str) -> Consultation | None:
        """By slug as linked or percent-decoded; None if it was never public or is gone."""
        every = self._world.consultations
        item = every.get(slug) or every.get(quote(slug, safe="_-%"))
        return item if item and item.is_public(self._today()) else None

    def _numbered(self, number: int) -> Consultation | None:
        every = self._world.consultations
        if str(number) in every:
            return None
        found = (item for item in every.values() if item.number == number)
        return next(filter(lambda item: item.is_public(self._today()), found), None)

    def _status(self, item: Consultation) -> str:
        return status_word(item, self._today())

    def _share(self, request: Request, items: Sequence[Consultation]) -> Sequence[Consultation]:
        return items[: int(len(items) * list_share(request))]

    def _part(self, request: Request, template: str) -> Response:
        item = self._find(_slug(request))
        if item is None:
            return self._notice(request, 404, "Pagina niet gevonden")
        return self._page(request, template, title=item.title, item=item, status=self._status(item))

    def _notice(self, request: Request, status: int, title: str) -> Response:
        return self._page(request, "notice.html", http_status=status, title=title)

    def _page(self, request: Request, template: str, *, http_status: int = 200, **values: object) -> Response:
        status_of = self._status
        text = _PAGES.get_template(template).render(root=PREFIX, status_of=status_of, **values)
        return HTMLResponse(text, http_status)


def status_word(item: Consultation, today: date) -> str:
    """As search results and the overview table show it. The word of the table for an open one is
    not known from the real site; the one of the search results is used.
    """
    if item.is_open(today):
        return "Actief"
    return "Resultaat gepubliceerd" if item.report else "Gesloten"


def _rest_row(item: Consultation, base: str) -> str:
    departments = "".join(f"<departement>{escape(code)}</departement>\n" for code in item.departments)
    return (
        f"<consultatie>\n<titel>{escape(item.title)}</titel>\n<url>{escape(base)}/{escape(item.slug)}</url>\n"
        f"<startdatum>{_day(item.opens_on)}</startdatum>\n<einddatum>{_day(item.closes_on)}</einddatum>\n"
        f"<departementen>\n{departments}</departementen>\n</consultatie>\n"
    )


def _page_links(request: Request, total: int, current: int) -> list[tuple[int, str | None]]:
    """Number and address of each page; no address for the one shown."""
    count = -(-total // RESULTS_A_PAGE)
    links: list[tuple[int, str | None]] = []
    for number in range(1, count + 1):
        query = request.url.include_query_params(Pagina=number).query
        links.append((number, None if number == current else f"{PREFIX}/zoeken/resultaat?{query}"))
    return links if count > 1 else []


def _searched(item: Consultation, everywhere: bool) -> str:
    parts: Iterable[str] = (item.title, *item.intro, *item.topics) if everywhere else (item.title,)
    return " ".join(parts).casefold()


def _search_day(value: str, missing: date) -> date:
    """From "31-1-2025 00:00:00"."""
    return datetime.strptime(value.split()[0], "%d-%m-%Y").date() if value.strip() else missing  # noqa: DTZ007


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/") + PREFIX


def _day(day: date) -> str:
    return day.strftime("%d-%m-%Y")


def _long_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")), autoescape=True, auto_reload=False
)
_PAGES.filters |= {"day": _day, "long_day": _long_day}
