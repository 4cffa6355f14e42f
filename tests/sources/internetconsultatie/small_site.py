"""A small internetconsultatie.nl on loopback, in the documented form, that tests change at will."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape

from g40flow.domain.items import SourceItem
from g40flow.sources.contract import Signal, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.internetconsultatie import Internetconsultatie
from tests.sources.loopback import Answer, Loopback, Request, fetching
from tests.sources.memory_records import MemoryRecords

MONDAY = datetime(2026, 7, 20, 8, tzinfo=UTC)
OUTAGE = "<html><body><h2>Storing</h2><p>De website is tijdelijk niet beschikbaar.</p></body></html>"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A consultation as the site shows it. page: in place of the page. redirect: to another path.

    page_last: the last day on the page if it is another one than on the lists.
    """

    title: str
    first: str = "06-07-2026"
    last: str = "17-08-2026"
    page_last: str = ""
    status: str = "Actief"
    kind: str = "Wet"
    chain: str = ""
    departments: tuple[str, ...] = ("BZK",)
    documents: tuple[int, ...] = (100,)
    responses: int = 0
    listed: bool = True
    searched: bool = True
    gone: int = 0
    page: str = ""
    redirect: str = ""


class SmallSite:
    """consultations: by slug; change it with `show`, `change` and `remove`. rest: in place of the list."""

    def __init__(self, loopback: Loopback) -> None:
        self.loopback = loopback
        self.consultations: dict[str, Shown] = {}
        self.rest: Answer | None = None
        self.search: Answer | None = None
        self.etag: str | None = None
        loopback.respond_with(self._answer)

    def show(self, slug: str, consultation: Shown) -> None:
        self.consultations[slug] = consultation

    def change(self, slug: str, **values: object) -> None:
        self.consultations[slug] = replace(self.consultations[slug], **values)  # type: ignore[arg-type]  # the test's own words

    def _answer(self, request: Request) -> Answer:
        path, _, query = request.path.partition("?")
        if path == "/rest/openconsultaties/":
            return self.rest or self._rest(request)
        if path == "/zoeken/resultaat":
            return self.search or self._results(query)
        if path.startswith("/geslotenconsultaties/"):
            _, _, page, size = path.split("/")
            return self._closed(int(page), int(size))
        return self._page(path)

    def _rest(self, request: Request) -> Answer:
        if self.etag and request.headers.get("if-none-match") == self.etag:
            return Answer(status=304)
        rows = "".join(
            f"<consultatie><titel>{escape(c.title)} </titel><url>{self.loopback.url}/{slug}</url>"
            f"<startdatum>{c.first}</startdatum><einddatum>{c.last}</einddatum><departementen>"
            + "".join(f"<departement>{code}</departement>" for code in c.departments)
            + "</departementen></consultatie>"
            for slug, c in self.consultations.items()
            if c.listed
        )
        body = f'<?xml version="1.0"?><consultaties>{rows}</consultaties>'
        return Answer(body=body.encode(), headers={"ETag": self.etag} if self.etag else {})

    def _results(self, query: str) -> Answer:
        found = [(slug, c) for slug, c in self.consultations.items() if c.searched]
        page = int(query.partition("Pagina=")[2] or 1)
        return Answer(body=_list(f"{len(found)} resultaten", found[10 * page - 10 : 10 * page]))

    def _closed(self, page: int, size: int) -> Answer:
        found = [(slug, c) for slug, c in self.consultations.items() if not c.listed]
        total = f"Er zijn in totaal {len(found)} consultaties gesloten."
        return Answer(body=_list(total, found[size * (page - 1) : size * page]))

    def _page(self, path: str) -> Answer:
        slug = path[1:].partition("/")[0]
        shown = self.consultations.get(slug)
        if shown is None or shown.gone:
            return Answer(status=shown.gone if shown else 404, body=b"<html><h1>Niet gevonden</h1></html>")
        if shown.redirect:
            return Answer(status=302, headers={"Location": shown.redirect})
        if not path.endswith("/b1"):
            return Answer(status=302, headers={"Location": f"/{slug}/b1"})
        return Answer(body=(shown.page or consultation_page(slug, shown)).encode())


def _list(total: str, found: list[tuple[str, Shown]]) -> bytes:
    items = "".join(
        f'<li><a class="result--title" href="/{slug}/b1">{escape(c.title)}</a><p></p>'
        f'<ul class="list--metadata"><li>Status: {c.status}</li><li>Sluitingsdatum:  {c.last}</li>'
        f"<li>Ministerie van Voorbeeld</li></ul></li>"
        for slug, c in found
    )
    return (
        f'<html><div id="content"><h1>Lijst</h1><p>{total}</p>'
        f'<div class="result--list"><ul>{items}</ul></div></div></html>'
    ).encode()


def consultation_page(slug: str, shown: Shown) -> str:
    overview = {
        "Startdatum consultatie": shown.first,
        "Einddatum consultatie": shown.page_last or shown.last,
        "Status": shown.status,
        "Type consultatie": shown.kind,
        "Organisatie": "Ministerie van Voorbeeld",
        "Keten-ID": shown.chain,
        "Onderwerpen": '<a href="/zoeken">Gemeenten</a>',
    }
    rows = "".join(
        f'<tr><th scope="row"> {label} </th><td> {value} </td></tr>'
        for label, value in overview.items()
        if value
    )
    documents = "".join(
        f'<li><div class="list--source__information">Stuk {number}<span>PDF</span></div>'
        f'<a class="button" href="/{slug}/document/{number}">Downloaden</a></li>'
        for number in shown.documents
    )
    return f"""<html><body><div id="content"><h1>{escape(shown.title)}</h1>
<span class="label--large">Consultatie open</span><span class="label--large">Bestuur</span>
<section><h2>In het kort</h2><p class="p-intro">Kort over {escape(shown.title)}.</p></section>
<ul class="list--sources">{documents}</ul>
<h2>Reacties op deze consultatie</h2><span class="reacties__sublabel">{shown.responses} openbaar</span>
<table class="table__data-overview">{rows}</table></div></body></html>"""


@dataclass
class Poll:
    """What one poll did. paths: requests in order. changed: identifiers by entity."""

    paths: list[str]
    changed: list[str]
    signals: list[Signal]
    seen: int

    @property
    def codes(self) -> list[str]:
        return [signal.code for signal in self.signals]


class Desk:
    """Polls the small site as the product does: each batch is kept before the next is asked."""

    def __init__(self, site: SmallSite, fetch: Fetcher, *, expected_minimum: int = 1) -> None:
        self.site = site
        self.fetch = fetch
        self.records = MemoryRecords()
        self.states: dict[str, StreamState] = {}
        self.now = MONDAY
        self.source = Internetconsultatie(
            base_url=site.loopback.url,
            expected_minimum=expected_minimum,
            reread_open_after=timedelta(hours=24),
            reread_closed_after=timedelta(days=7),
        )

    def poll(self, stream: str = "open", *, batches: int | None = None, into: Poll | None = None) -> Poll:
        """batches: stop after so many, as a crash would. into: to see what came before an error."""
        before = len(self.site.loopback.requests)
        result = into or Poll(paths=[], changed=[], signals=[], seen=0)
        state = self.states.get(stream, StreamState())
        try:
            for number, batch in enumerate(
                self.source.read(stream, state, self.records, self.fetch, self.now), start=1
            ):
                changed = self.records.apply(batch, self.now)
                result.changed += [f"{record.entity} {record.identifier}" for record in changed]
                result.signals += batch.signals
                result.seen += batch.seen
                self.states[stream] = batch.state
                if number == batches:
                    break
        finally:
            result.paths += self.site.loopback.paths()[before:]
        return result

    def item(self, slug: str) -> SourceItem:
        item = self.source.assemble(slug, self.records, self.now)
        assert item is not None
        return item


@contextmanager
def desk(*, expected_minimum: int = 1, consultations: int = 6) -> Iterator[Desk]:
    """A desk at a site that shows consultations "plan1", "plan2" and so on, all open until 17 August."""
    with Loopback().running() as loopback, fetching() as fetch:
        site = SmallSite(loopback)
        for number in range(1, consultations + 1):
            site.show(f"plan{number}", Shown(title=f"Plan {number}"))
        yield Desk(site, fetch, expected_minimum=expected_minimum)
