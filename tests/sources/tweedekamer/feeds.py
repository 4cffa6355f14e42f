"""Feeds of the Tweede Kamer made to order, and a publisher on loopback that serves them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, urlsplit

from tests.sources.loopback import Answer, Loopback, Request

ENTITY_NAMESPACE = "http://www.tweedekamer.nl/xsd/tkData/v1-0"
BASE = "https://voorbeeld.example/SyncFeed/2.0"


def guid(name: str) -> str:
    """A stable GUID for a readable name; a name that is one stays as it is."""
    if len(name) == 36 and name.count("-") == 4:
        return name
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


@dataclass(frozen=True, kw_only=True)
class Entity:
    """fields: element name to text, None for xsi:nil. refs: (relation, name) of what is pointed to."""

    kind: str
    name: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    refs: tuple[tuple[str, str], ...] = ()
    deleted: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    updated: str = "2026-11-20T10:14:58Z"
    edited: str = "2026-11-20T10:14:50Z"

    @property
    def guid(self) -> str:
        return guid(self.name)

    def xml(self, prefix: str = "tk") -> str:
        children = [f'<{relation} ref="{guid(name)}"/>' for relation, name in self.refs]
        children += [
            f'<{name} xsi:nil="true"/>' if text is None else f"<{name}>{escape(text)}</{name}>"
            for name, text in self.fields.items()
        ]
        extra = "".join(f' {prefix}:{name}="{escape(text)}"' for name, text in self.attributes.items())
        return (
            f'<{self.kind} xmlns="{ENTITY_NAMESPACE}" xmlns:{prefix}="{ENTITY_NAMESPACE}"'
            f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="{self.guid}"'
            f' {prefix}:bijgewerkt="{self.edited}" {prefix}:verwijderd="{str(self.deleted).lower()}"{extra}>'
            f"{'' if self.deleted else ''.join(children)}</{self.kind}>"
        )


def entry(
    content: str, token: int | str | None, updated: str = "2026-11-20T10:14:58Z", base: str = BASE
) -> str:
    link = "" if token is None else f'<link rel="next" href="{base}/Feed?category=X&amp;skiptoken={token}"/>'
    return (
        f"<entry><title>t</title><updated>{updated}</updated>{link}"
        f'<content type="application/xml">{content}</content></entry>'
    )


def page(entries: Iterable[str], *, next_token: int | None = None, resume_token: int | None = None) -> bytes:
    links = "".join(
        f'<link rel="{relation}" href="{BASE}/Feed?skiptoken={token}&amp;category=X"/>'
        for relation, token in (("next", next_token), ("resume", resume_token))
        if token is not None
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Gegevensmagazijn SyncFeed</title>{links}{''.join(entries)}</feed>"
    ).encode()


def feed_page(*entities: Entity, first_token: int = 100, next_token: int | None = None) -> bytes:
    """A page on which every entry has its own token, counted from first_token."""
    return page(
        [entry(one.xml(), first_token + n, one.updated) for n, one in enumerate(entities, 1)],
        next_token=next_token,
    )


class SyncFeed:
    """A publisher that keeps an ever growing list of entities and serves it by category and token."""

    def __init__(self, *, page_size: int = 250) -> None:
        self.page_size = page_size
        self.entities: list[Entity] = []
        self.broken: list[Answer] = []

    def publish(self, *entities: Entity) -> None:
        self.entities.extend(entities)

    def serve_from(self, loopback: Loopback) -> str:
        """Serve on loopback; returns the base address."""
        loopback.respond_with(self.answer)
        return loopback.url

    def answer(self, request: Request) -> Answer:
        """What the publisher says; `broken` answers are given first, each once."""
        if self.broken:
            return self.broken.pop(0)
        query = parse_qs(urlsplit(request.path).query)
        category, start = query["category"][0], int(query.get("skiptoken", ["0"])[0])
        found = [
            (token, one)
            for token, one in enumerate(self.entities)
            if token >= start and one.kind.lower() == category.lower()
        ]
        shown = found[: self.page_size]
        last = shown[-1][0] + 1 if shown else None
        body = page(
            [entry(one.xml(), token + 1, one.updated) for token, one in shown],
            next_token=last,
            resume_token=None if shown else start,
        )
        return Answer(body=body, headers={"Content-Type": "application/atom+xml"})
