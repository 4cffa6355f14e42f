"""A small part of the House's OData service: enough to look at the agenda ahead.

Served: $metadata, one entity set for each category, $filter (comparisons joined by "and"), $select,
$orderby on one field, $top, $skip, $count, next links, single entities and their files. Anything else
is a 400. Field names are those of the feed with a capital: which ones version 5 renamed is not known.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from operator import eq, ge, gt, le, lt, ne
from typing import Any
from uuid import UUID
from xml.sax.saxutils import quoteattr

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from g40flow.sandbox.world import World
from g40flow.sandbox.world.feed import FeedEntry
from g40flow.sandbox.world.model import AMSTERDAM, Entity

PAGE_SIZE = 250
PREFIX = "/tweedekamer/OData/v5"
SETS = (
    *("Activiteit", "ActiviteitActor", "Agendapunt", "Besluit", "Commissie", "Document", "DocumentActor"),
    *("DocumentVersie", "Kamerstukdossier", "Reservering", "Toezegging", "Vergadering", "Zaak", "ZaakActor"),
    "Zaal",
)
Row = dict[str, Any]
Test = Callable[[Row], bool]

_OWN = ("Id", "Verwijderd", "GewijzigdOp", "ApiGewijzigdOp")
_NUMBERS = {"Volgorde", "Volgnummer", "Versienummer", "Bestandsgrootte", "HoogsteVolgnummer", "Kamer"}
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": eq,
    "ne": ne,
    "gt": gt,
    "ge": ge,
    "lt": lt,
    "le": le,
}
_COMPARISON = re.compile(r"(\w+) (eq|ne|gt|ge|lt|le) ('(?:[^']|'')*'|\S+)")
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_KNOWN_OPTIONS = {"$filter", "$select", "$orderby", "$top", "$skip", "$count", "$format"}
_MOST_ROWS = 1_000_000


class _BadQuery(ValueError):
    """A query that this service does not understand."""


def odata_routes(world: World) -> list[Route]:
    def collection(request: Request) -> Response:
        name = request.path_params["name"]
        rows = [_row(entry) for entry in world.feed.page(name, 0, _MOST_ROWS)[0]]
        return JSONResponse(_Query(request, _field_names(rows)).answer(rows))

    def single(request: Request) -> Response:
        entry = _find(world, request)
        return JSONResponse(_row(entry)) if entry else _error(404, "Not found")

    def file(request: Request) -> Response:
        entry = _find(world, request)
        if entry is None or entry.entity.file_type is None:
            return _error(404, "Not found")
        return RedirectResponse(f"/tweedekamer/SyncFeed/2.0/Resources/{entry.entity.guid}", 302)

    def metadata(request: Request) -> Response:
        return Response(_metadata(world), media_type="application/xml; charset=utf-8")

    paths = {
        "/OData/v5/$metadata": metadata,
        "/OData/v5/{name}({guid})/resource": file,
        "/OData/v5/{name}({guid})": single,
        "/OData/v5/{name}": collection,
    }
    return [Route(path, _guarded(respond)) for path, respond in paths.items()]


def _guarded(respond: Callable[[Request], Response]) -> Callable[[Request], Any]:
    """Unknown sets are a 404 and queries that are not understood a 400, as JSON."""

    async def guarded(request: Request) -> Response:
        if request.path_params.get("name", SETS[0]) not in SETS:
            return _error(404, "Not found")
        try:
            return respond(request)
        except _BadQuery as error:
            return _error(400, str(error))

    return guarded


class _Query:
    """The options of one request. Raises _BadQuery for what is not served."""

    def __init__(self, request: Request, names: set[str]) -> None:
        options = request.query_params
        if unknown := sorted(set(options) - _KNOWN_OPTIONS):
            raise _BadQuery(f"The query option {unknown[0]} is not served.")
        self._request = request
        self._tests = list(_tests(options.get("$filter", ""), names))
        self._select = [_known(name.strip(), names) for name in options.get("$select", "").split(",") if name]
        field, _, direction = options.get("$orderby", "Id").partition(" ")
        self._order, self._descending = _known(field, names), direction == "desc"
        self._skip = _whole(options.get("$skip", "0"))
        self._top = _whole(options["$top"]) if "$top" in options else None
        if self._top is not None and self._top > PAGE_SIZE:
            raise _BadQuery(f"The limit of '{PAGE_SIZE}' for Top query has been exceeded.")
        self._count = options.get("$count") == "true"

    def answer(self, rows: list[Row]) -> dict[str, Any]:
        found = [row for row in rows if all(test(row) for test in self._tests)]
        found.sort(key=lambda row: (row.get(self._order) is not None, str(row.get(self._order))))
        if self._descending:
            found.reverse()
        size = self._top if self._top is not None else PAGE_SIZE
        shown = found[self._skip : self._skip + size]
        body: dict[str, Any] = {"@odata.context": f"{self._base()}/$metadata"}
        if self._count:
            body["@odata.count"] = len(found)
        body["value"] = [
            {name: row.get(name) for name in self._select} if self._select else row for row in shown
        ]
        if self._top is None and self._skip + size < len(found):
            query = self._request.url.include_query_params(**{"$skip": self._skip + size}).query
            body["@odata.nextLink"] = f"{self._base()}/{self._request.path_params['name']}?{query}"
        return body

    def _selected(self, row: Row) -> Row:
        return {name: row.get(name) for name in self._select} if self._select else row

    def _base(self) -> str:
        return f"{str(self._request.base_url).rstrip('/')}{PREFIX}"


def _tests(text: str, names: set[str]) -> Iterator[Test]:
    """The comparisons of a filter. Raises _BadQuery for any other form."""
    rest = text.strip()
    while rest:
        match = _COMPARISON.match(rest)
        if match is None:
            raise _BadQuery(f"The $filter is not served from here on: {rest}")
        field, operator, literal = match.groups()
        yield _comparison(_known(field, names), operator, literal)
        rest = rest[match.end() :]
        if rest and not rest.startswith(" and "):
            raise _BadQuery(f"Only 'and' is served, found: {rest}")
        rest = rest.removeprefix(" and ").lstrip()


def _comparison(field: str, operator: str, literal: str) -> Test:
    compare = _OPERATORS[operator]
    wanted = _value_of(literal)

    def test(row: Row) -> bool:
        found = row.get(field)
        if isinstance(wanted, datetime) and isinstance(found, str):
            found = _moment(found, field)
        if operator not in {"eq", "ne"} and type(found) is not type(wanted):
            return False  # nothing is smaller or larger than null
        return compare(found, wanted)

    return test


def _moment(text: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise _BadQuery(f"The property '{field}' is not a date.") from error


def _value_of(literal: str) -> Any:
    """A literal of a filter. A day without a time is midnight in the Netherlands."""
    if literal.startswith("'"):
        return literal[1:-1].replace("''", "'")
    if literal in {"true", "false", "null"}:
        return {"true": True, "false": False, "null": None}[literal]
    if _DAY.fullmatch(literal):
        return datetime.combine(date.fromisoformat(literal), time(0), AMSTERDAM)
    try:
        if _LOCAL_TIME.match(literal):
            moment = datetime.fromisoformat(literal)
            return moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)
        return int(literal) if literal.lstrip("-").isdecimal() else str(UUID(literal))
    except ValueError as error:
        raise _BadQuery(f"Not a literal: {literal}") from error


def _row(entry: FeedEntry) -> Row:
    entity = entry.entity
    row: Row = {
        "Id": entity.guid,
        **{_capital(name): _value(name, text) for name, text in entity.fields.items()},
        "GewijzigdOp": entity.modified_at.astimezone(AMSTERDAM).isoformat(timespec="seconds"),
        "ApiGewijzigdOp": entry.visible_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Verwijderd": entity.deleted,
    }
    for relation, target in entity.references:
        row.setdefault(f"{_capital(relation)}_Id", target)
    return row


def _value(name: str, text: str | None) -> Any:
    if text is None:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if _capital(name) in _NUMBERS and text.lstrip("-").isdecimal():
        return int(text)
    if _LOCAL_TIME.fullmatch(text):
        return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).isoformat()
    return text


def _field_names(rows: list[Row]) -> set[str]:
    return {name for row in rows for name in row} | set(_OWN)


def _metadata(world: World) -> str:
    types = "".join(_entity_type(name, world) for name in SETS)
    sets = "".join(f'<EntitySet Name="{name}" EntityType="TK.DA.GGM.OData.{name}"/>' for name in SETS)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
        '<Schema Namespace="TK.DA.GGM.OData" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f'{types}<EntityContainer Name="Container">{sets}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    )


def _entity_type(name: str, world: World) -> str:
    entries = world.feed.page(name, 0, PAGE_SIZE)[0]
    names = dict.fromkeys([*_OWN, *(field for entry in entries for field in _row(entry))])
    properties = "".join(f'<Property Name={quoteattr(field)} Type="Edm.String"/>' for field in names)
    return f'<EntityType Name="{name}"><Key><PropertyRef Name="Id"/></Key>{properties}</EntityType>'


def _find(world: World, request: Request) -> FeedEntry | None:
    try:
        guid = str(UUID(request.path_params["guid"]))
    except ValueError as error:
        raise _BadQuery("The key is not a guid.") from error
    entry = world.feed.entry(guid)
    return entry if entry and _is_of(entry.entity, request) else None


def _is_of(entity: Entity, request: Request) -> bool:
    return bool(entity.category == request.path_params["name"])


def _known(field: str, names: set[str]) -> str:
    if field not in names:
        raise _BadQuery(f"Could not find a property named '{field}'.")
    return field


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise _BadQuery(f"Expected a whole number, found {text}")
    return int(text)


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _error(status: int, message: str) -> Response:
    body: Mapping[str, Any] = {"error": {"code": "", "message": message}}
    return JSONResponse(body, status)
