"""What a publisher said (records) and what people see of it (items)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A named pointer from one record to another of the same publisher.

    relation: the publisher's own word in lower camel case, e.g. "agendapunt", "voortouwcommissie".
    identifier: of the record pointed to.
    """

    relation: str
    identifier: str


@dataclass(frozen=True, kw_only=True)
class PublisherRecord:
    """One entity in the publisher's own words; no judgement of ours.

    entity: the publisher's own kind of thing, e.g. "consultatie", "activiteit", "zaak".
    identifier: the publisher's own, stable, unique within source and entity.
    fields: the publisher's field names and values; JSON values only, absent and empty left out.
    references: sorted by relation and identifier, so that equal content is equal bytes.
    deleted: withdrawn by the publisher; fields and references are then empty on the wire.
    updated_at: when the publisher made this state visible; None if not told.
    """

    entity: str
    identifier: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    deleted: bool = False
    updated_at: datetime | None = None

    def targets(self, relation: str) -> set[str]:
        """Identifiers of what it refers to in one way."""
        return {one.identifier for one in self.references if one.relation == relation}


@dataclass(frozen=True, kw_only=True)
class StoredRecord:
    """A record as it is kept, with when it was last confirmed by the publisher (aware UTC).

    A deleted record keeps the last fields and references it had before it was withdrawn.
    """

    record: PublisherRecord
    first_seen_at: datetime
    last_seen_at: datetime


class ItemKind(StrEnum):
    """What sort of thing an item is; the publisher's own word for it is `kind_label`."""

    CONSULTATION = "consultation"
    ACTIVITY = "activity"  # something on the agenda of a Chamber
    PARLIAMENTARY_CASE = "parliamentary_case"  # zaak: bill, letter, motion, questions ...
    PUBLICATION = "publication"  # something in an official journal, or a document that was made public
    NEWS_ITEM = "news_item"  # what a publisher writes on its site for everybody


class ItemStatus(StrEnum):
    """Where an item stands with its publisher."""

    PUBLISHED = "published"  # publication or news item: it is there, and asks for nothing by itself
    OPEN = "open"  # consultation that accepts responses; case that is in hand
    PLANNED = "planned"  # activity that is still to come
    CLOSED = "closed"  # term over, activity held, case done with
    RESULT_PUBLISHED = "result_published"  # consultation with its report published
    CANCELLED = "cancelled"  # activity that will not take place
    MOVED = "moved"  # activity that was replaced by another one, see Item.replaced_by
    WITHDRAWN = "withdrawn"  # taken back by the publisher, before its closing day
    UNKNOWN = "unknown"  # the publisher says something that we do not know: reported as a signal


LIVE_STREAM = "Livestream"
"""Kind of document: where a meeting can be watched. It comes and goes, and is no news."""


@dataclass(frozen=True, kw_only=True)
class ItemDocument:
    """A document that belongs to an item. url: absolute. kind: the publisher's own label."""

    title: str
    url: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceItem:
    """One thing that people can act on, assembled from one or more records of one publisher.

    source: key in config/sources.yaml. identifier: unique within the source, e.g. the slug of a
        consultation, "activiteit:<guid>" or "zaak:<guid>".
    kind_label: the publisher's own word, e.g. "Commissiedebat", "Wet", "Motie".
    number: what people read and quote ("2026A06208"); None if there is none.
    url: page for people at the publisher.
    published_on: first made public, Dutch date. For cases the day they began.
    opens_on, closes_on: first and last day on which a response is accepted, Dutch dates; for an
        input round ("Inbreng ...") closes_on is the day of starts_at. None if not announced.
    starts_at, ends_at: aware UTC; None for what has no hour (yet).
    committee: lead committee in the publisher's words; following_committees the others.
    topics: the publisher's own themes, main theme first.
    dossier_number: of the parliamentary dossier, normalised ("36800-XVI"); None if none.
    agenda: titles of agenda points and of the cases dealt with, in order.
    agenda_since: aware UTC; the publisher shows this agenda at least since then. None if it does not
        tell. It is not kept and tells no items apart: it only dates a change (see domain/news.py).
    related: identifiers of other items of the same source that belong with this one.
    replaced_by: identifier of the item that takes this one's place (moved activities).
    chain_id: Keten-ID of the legislative calendar, digits; None if none.
    references: other names of it, and of what it belongs to, as publishers spell them, sorted: of
        publications ("kst-36800-XVI-12", "stcrt-2026-1"), dossiers ("36.512"), cases ("2026Z01234").
    suggested_groups: slugs of theme groups that the configuration names for this part of the publisher.
    home_groups: slugs of theme groups that get it when nothing in it says for whom it is.
    """

    source: str
    identifier: str
    kind: ItemKind
    kind_label: str
    title: str
    url: str
    status: ItemStatus
    number: str | None = None
    summary: str = ""
    published_on: date | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    ministry: str = ""
    committee: str = ""
    following_committees: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    dossier_number: str | None = None
    agenda: tuple[str, ...] = ()
    agenda_since: datetime | None = field(default=None, compare=False)
    documents: tuple[ItemDocument, ...] = ()
    related: tuple[str, ...] = ()
    replaced_by: str | None = None
    chain_id: str | None = None
    references: tuple[str, ...] = ()
    suggested_groups: tuple[str, ...] = ()
    home_groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field of a record or item that got another value. old, new: None means absent."""

    field: str
    old: Json
    new: Json
