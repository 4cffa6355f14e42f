"""The House's SyncFeed 2.0: feed pages, single entities and files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from g40flow.sandbox.publishers.gate import list_share
from g40flow.sandbox.publishers.pdf import small_pdf
from g40flow.sandbox.world import World
from g40flow.sandbox.world.feed import CATEGORIES, FeedEntry
from g40flow.sandbox.world.model import AMSTERDAM, Entity
from g40flow.sandbox.world.parliament import draw

PAGE_SIZE = 250
ATOM = "http://www.w3.org/2005/Atom"
TK_DATA = "http://www.tweedekamer.nl/xsd/tkData/v1-0"
_NS1_CATEGORIES = {"Toezegging", "Vergadering", "Verslag"}
_AUTHOR = "<author><name>Tweede Kamer der Staten-Generaal</name><uri/><email/></author>"
ERROR = b"<Error><Message>An error has occurred.</Message></Error>"


def sync_feed_routes(world: World) -> list[Route]:
    async def feed(request: Request) -> Response:
        category = request.query_params.get("category")
        token = request.query_params.get("skiptoken", "0")
        if not token.isdecimal():
            return _error(400)
        if category is not None and category not in CATEGORIES:
            entries, more = list[FeedEntry](), False
        else:
            entries, more = world.feed.page(category, int(token), PAGE_SIZE)
        share = list_share(request)
        if share < 1:
            entries, more = entries[: int(len(entries) * share)], False
        external = request.query_params.get("content") == "external"
        newest = world.feed.newest()
        pages = _Pages(_base(request), external=external)
        body = pages.feed(category, int(token), entries, more, newest.visible_at if newest else None)
        return Response(body, media_type="application/atom+xml; charset=utf-8")

    async def entity(request: Request) -> Response:
        guid = _guid(request)
        if guid is None:
            return _error(400)
        entry = world.feed.entry(guid)
        if entry is None:
            return _error(500)
        body = '<?xml version="1.0" encoding="utf-8"?>' + entity_xml(entry.entity)
        return Response(body, media_type="application/xml; charset=utf-8")

    async def resource(request: Request) -> Response:
        guid = _guid(request)
        if guid is None:
            return _error(400)
        entry = world.feed.entry(guid)
        if entry is None or entry.entity.file_type is None:
            return _error(500)
        return Response(
            small_pdf(entry.entity.fields.get("onderwerp") or guid), media_type=entry.entity.file_type
        )

    return [
        Route("/SyncFeed/2.0/Feed", feed),
        Route("/SyncFeed/2.0/Entiteiten/{guid}", entity),
        Route("/SyncFeed/2.0/Resources/{guid}", resource),
    ]


def entity_xml(entity: Entity) -> str:
    """One entity as it stands inside an entry."""
    prefix = "ns1" if entity.category in _NS1_CATEGORIES else "tk"
    tag = f"{prefix}:{entity.tag}" if prefix == "ns1" else entity.tag
    attributes = [
        f'id="{entity.guid}"',
        f'{prefix}:bijgewerkt="{_modified(entity)}"',
        f'{prefix}:verwijderd="{"true" if entity.deleted else "false"}"',
    ]
    if entity.file_type and not entity.deleted:
        attributes += [
            f"{prefix}:contentType={quoteattr(entity.file_type)}",
            f'{prefix}:contentLength="{entity.file_size or 0}"',
        ]
    namespaces = f'xmlns:{prefix}="{TK_DATA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    if prefix == "tk":
        namespaces = f'xmlns="{TK_DATA}" {namespaces}'
    opening = f"<{tag} {namespaces} {' '.join(attributes)}"
    if entity.deleted:
        return f"{opening} />"
    return f"{opening}>{''.join(_children(entity, prefix))}</{tag}>"


def _children(entity: Entity, prefix: str) -> Iterator[str]:
    child = f"{prefix}:" if prefix == "ns1" else ""
    for relation, guid in entity.references:
        yield f'<{child}{relation} ref="{guid}" />'
    for name, value in entity.fields.items():
        if value is None:
            if draw(entity.guid + name, 8):  # some empty elements are simply absent
                yield f'<{child}{name} xsi:nil="true" />'
        else:
            yield f"<{child}{name}>{escape(value)}</{child}{name}>"


class _Pages:
    """Writes feed pages with addresses below `base`."""

    def __init__(self, base: str, *, external: bool) -> None:
        self._base = base
        self._external = external

    def feed(
        self,
        category: str | None,
        token: int,
        entries: list[FeedEntry],
        more: bool,
        newest: datetime | None,
    ) -> str:
        links = [self._link("self", category, token)]
        if more:
            links.append(self._link("next", category, entries[-1].next_token))
        elif not entries:
            links.append(self._link("resume", category, token))
        return "".join(
            (
                '<?xml version="1.0" encoding="utf-8"?>',
                f'<feed xmlns="{ATOM}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"',
                ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
                "<title>Gegevensmagazijn SyncFeed</title><rights>CC0</rights>",
                *links,
                f"<updated>{_seven_digits(newest or datetime(2008, 1, 1, tzinfo=UTC))}</updated>{_AUTHOR}",
                *(self._entry(category, entry) for entry in entries),
                "</feed>",
            )
        )

    def _entry(self, category: str | None, entry: FeedEntry) -> str:
        entity = entry.entity
        address = f"{self._base}/Entiteiten/{entity.guid}"
        content = (
            f'<content type="application/xml" src="{escape(address)}" />'
            if self._external
            else f'<content type="application/xml">{entity_xml(entity)}</content>'
        )
        enclosure = (
            f'<link rel="enclosure" type="{entity.file_type}" length="{entity.file_size or 0}"'
            f' href="{escape(self._base)}/Resources/{entity.guid}" />'
            if entity.file_type and not entity.deleted
            else ""
        )
        return (
            f"<entry><title>{entity.guid}</title><id>{escape(address)}</id>{_AUTHOR}"
            f"<updated>{entry.visible_at.strftime('%Y-%m-%dT%H:%M:%SZ')}</updated>"
            f'<category term="{entity.tag}" />{self._link("next", category, entry.next_token)}'
            f"{enclosure}{content}</entry>"
        )

    def _link(self, relation: str, category: str | None, token: int) -> str:
        parts = [f"category={category}"] if category else []
        parts.append(f"skiptoken={token}")
        if token % 2:  # the order of the parameters varies
            parts.reverse()
        return f'<link rel="{relation}" href="{escape(self._base)}/Feed?{"&amp;".join(parts)}" />'


def _modified(entity: Entity) -> str:
    """`bijgewerkt` in one of the forms that occur: UTC with Z, without zone, with a Dutch offset."""
    form = draw(entity.guid, 6)
    if form == 0:
        return entity.modified_at.replace(tzinfo=None).isoformat(timespec="microseconds") + "0"
    if form == 1:
        return entity.modified_at.astimezone(AMSTERDAM).isoformat(timespec="seconds")
    return entity.modified_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _seven_digits(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def _base(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/tweedekamer/SyncFeed/2.0"


def _guid(request: Request) -> str | None:
    """The GUID in the address in lower case, None if it is malformed."""
    try:
        return str(UUID(request.path_params["guid"]))
    except ValueError:
        return None


def _error(status: int) -> Response:
    return Response(ERROR, status, media_type="application/xml; charset=utf-8")
