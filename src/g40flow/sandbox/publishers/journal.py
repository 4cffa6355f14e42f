"""Officiële bekendmakingen: the search (SRU), the feed of a query, and the pages of publications."""

from datetime import UTC, datetime, time
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from g40flow.sandbox.publishers.cql import BadQuery, CqlQuery, Record, parse_cql
from g40flow.sandbox.publishers.gate import list_share
from g40flow.sandbox.world import World
from g40flow.sandbox.world.model import AMSTERDAM
from g40flow.sandbox.world.papers import JournalEntry

MOST_A_PAGE = 100
LAST_POSITION = 10_000
INDEXES = (
    *("dt.identifier", "dt.title", "dt.creator", "dt.type", "dt.modified", "dt.available", "dt.subject"),
    *("w.publicatienaam", "w.dossiernummer", "w.datumEindeReactietermijn", "w.organisatietype"),
    *("c.product-area", "cql.textAndIndexes"),
)
PREFIX = "/officielebekendmakingen"
_FEED_LENGTH = 30
_NAMESPACES = (
    'xmlns:gzd="http://standaarden.overheid.nl/sru" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:overheidwetgeving="http://standaarden.overheid.nl/wetgeving/"'
)


def journal_routes(world: World) -> list[Route]:
    """Below /officielebekendmakingen; search and site are one host here."""
    site = _Site(world)
    return [Route("/sru", site.search), Route("/rss", site.feed), Route("/{name}.html", site.page)]


class _Site:
    def __init__(self, world: World) -> None:
        self._world = world

    def search(self, request: Request) -> Response:
        asked = request.query_params
        start, most = int(asked.get("startRecord", "1")), int(asked.get("maximumRecords", "10"))
        if start >= LAST_POSITION:
            return Response("<html><body>Gateway Timeout</body></html>", 504, media_type="text/html")
        try:
            found = self._found(asked.get("query", ""))
        except BadQuery as error:
            return _xml(_diagnostic(str(error)))
        found = found[: int(len(found) * list_share(request))]
        shown = found[start - 1 : start - 1 + min(most, MOST_A_PAGE)]
        base = _base(request)
        records = "".join(_record(entry, start + i, base) for i, entry in enumerate(shown))
        following = start + len(shown)
        more = (
            f"<sru:nextRecordPosition>{following}</sru:nextRecordPosition>" if following <= len(found) else ""
        )
        return _xml(
            '<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse" '
            f"{_NAMESPACES}><sru:version>2.0</sru:version>"
            f"<sru:numberOfRecords>{len(found)}</sru:numberOfRecords>"
            f"<sru:records>{records}</sru:records>{more}</sru:searchRetrieveResponse>"
        )

    def feed(self, request: Request) -> Response:
        try:
            found = self._found(request.query_params.get("q", ""))
        except BadQuery as error:
            return HTMLResponse(f"<html><body>{escape(str(error))}</body></html>", 500)
        latest = sorted(found, key=lambda entry: entry.day, reverse=True)[:_FEED_LENGTH]
        base = _base(request)
        items = "".join(_item(entry, base) for entry in latest)
        return _xml(
            f'<rss version="2.0"><channel><title>Officiële bekendmakingen</title><link>{base}</link>'
            f"<description>Zoekresultaten</description>{items}</channel></rss>",
            media_type="application/rss+xml",
        )

    def page(self, request: Request) -> Response:
        entry = self._world.contents.journal.get(request.path_params["name"])
        if entry is None:
            return HTMLResponse("<html><body><h1>Pagina niet gevonden</h1></body></html>", 404)
        title = escape(entry.title)
        return HTMLResponse(
            f'<!doctype html><html lang="nl"><head><meta charset="utf-8"/><title>{title}</title></head><body>'
            f"<p>Oefenomgeving: dit is niet de echte site.</p><h1>{title}</h1>"
            f"<p>{escape(entry.journal)}, {entry.day:%d-%m-%Y}</p>"
            f"<p>{escape(entry.abstract)}</p></body></html>"
        )

    def _found(self, text: str) -> list[JournalEntry]:
        query: CqlQuery = parse_cql(text, INDEXES)
        found = [entry for entry in self._world.contents.journal.values() if query.test(_indexed(entry))]
        return sorted(found, key=lambda e: e.identifier) if query.sorted_by == "dt.identifier" else found


def _indexed(entry: JournalEntry) -> Record:
    return {
        "dt.identifier": [entry.identifier],
        "dt.title": [entry.title],
        "dt.creator": [entry.maker],
        "dt.type": [entry.rubric or entry.journal, entry.journal],
        "dt.modified": [entry.day.isoformat()],
        "dt.available": [entry.day.isoformat()],
        "w.publicatienaam": [entry.journal],
        "w.dossiernummer": [entry.dossier],
        "w.datumEindeReactietermijn": [entry.until.isoformat()] if entry.until else [],
        "c.product-area": ["officielepublicaties"],
        "cql.textAndIndexes": [f"{entry.title} {entry.abstract} {entry.maker} {entry.journal}"],
    }


def _record(entry: JournalEntry, position: int, base: str) -> str:
    scheme = "OVERHEID.StatenGeneraal" if "Kamer" in entry.maker else "OVERHEID.Ministerie"
    words = "".join(
        f"<overheidwetgeving:{name}>{escape(text)}</overheidwetgeving:{name}>"
        for name, text in (
            ("product-area", "officielepublicaties"),
            ("publicatienaam", entry.journal),
            ("subrubriek", entry.rubric),
            ("dossiernummer", entry.dossier),
            ("ondernummer", entry.paper),
            ("datumEindeReactietermijn", entry.until.isoformat() if entry.until else ""),
        )
        if text
    )
    abstract = f"<dcterms:abstract>{escape(entry.abstract)}</dcterms:abstract>" if entry.abstract else ""
    return (
        "<sru:record><sru:recordData><gzd:gzd><gzd:originalData><overheidwetgeving:meta>"
        "<overheidwetgeving:owmskern>"
        f"<dcterms:identifier>{escape(entry.identifier)}</dcterms:identifier>"
        f"<dcterms:title>{escape(entry.title)}</dcterms:title>"
        f"<dcterms:creator scheme={quoteattr(scheme)}>{escape(entry.maker)}</dcterms:creator>"
        f"<dcterms:modified>{entry.day.isoformat()}</dcterms:modified></overheidwetgeving:owmskern>"
        f"<overheidwetgeving:owmsmantel><dcterms:available>{entry.day.isoformat()}</dcterms:available>{abstract}"
        f"</overheidwetgeving:owmsmantel><overheidwetgeving:tpmeta>{words}</overheidwetgeving:tpmeta>"
        "</overheidwetgeving:meta></gzd:originalData><gzd:enrichedData>"
        f"<gzd:preferredUrl>{base}/{escape(entry.identifier)}.html</gzd:preferredUrl>"
        "</gzd:enrichedData></gzd:gzd></sru:recordData>"
        f"<sru:recordPosition>{position}</sru:recordPosition></sru:record>"
    )


def _item(entry: JournalEntry, base: str) -> str:
    """The title holds identifier and publisher only, as on the real site."""
    at = datetime.combine(entry.day, time(9), tzinfo=AMSTERDAM).astimezone(UTC)
    link = f"{base}/{escape(entry.identifier)}.html"
    return (
        f"<item><title>{escape(entry.identifier)} : {escape(entry.maker)}</title><link>{link}</link>"
        f"<guid>{link}</guid><description>{escape(entry.title)}</description>"
        f"<pubDate>{format_datetime(at, usegmt=True)}</pubDate></item>"
    )


def _diagnostic(message: str) -> str:
    return (
        '<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse">'
        "<sru:version>2.0</sru:version><sru:numberOfRecords>0</sru:numberOfRecords>"
        f"<sru:diagnostics><diagnostic><message>{escape(message)}</message></diagnostic></sru:diagnostics>"
        "</sru:searchRetrieveResponse>"
    )


def _xml(body: str, media_type: str = "application/xml") -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', media_type=media_type)


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/") + PREFIX
