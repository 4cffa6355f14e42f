"""Records of publishers: keeping a page of them, and reading them back for assembly."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlmodel import Session, col

from g40flow.domain.items import FieldChange, Json, PublisherRecord, Reference, StoredRecord
from g40flow.storage.bulk import insert_rows
from g40flow.storage.database import CHUNK, chunks
from g40flow.storage.tables import Record, RecordReference, RecordRevision

_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))

Key: TypeAlias = tuple[str, str]
"""Entity and identifier."""


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """A record that is new or differs: as it was (None if new) and as it is now.

    A deleted record keeps, in `after`, the fields and references it had.
    """

    before: PublisherRecord | None
    after: PublisherRecord


def keep_turn(session: Session, source: str) -> None:
    """Wait until nobody else stores records of this publisher; ours until the transaction ends.

    SQLite has one writer anyway. On PostgreSQL two that store the same new record would collide.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"records:{source}"))))


def fingerprint(record: PublisherRecord) -> str:
    """Equal for equal content, whatever the order of the fields."""
    content = [
        dict(record.fields),
        [[reference.relation, reference.identifier] for reference in record.references],
        record.deleted,
    ]
    return hashlib.blake2b(_CANONICAL.encode(content).encode(), digest_size=16).hexdigest()


def keep_records(
    session: Session, source: str, records: Sequence[PublisherRecord], now: datetime
) -> list[RecordChange]:
    """Store one page of records; returns those that are new or changed, in the order given.

    Unchanged records only get their last_seen_at renewed. When an identity stands twice on the
    page the later one counts, as it does at the publisher.
    """
    latest = {_key(record): record for record in records}
    known = _known(session, source, latest)
    new: list[_Marked] = []
    same: list[int] = []
    altered: dict[int, _Marked] = {}
    for key, record in latest.items():
        kept, mark = known.get(key), fingerprint(record)
        if kept is None:
            new.append(_Marked(record, mark))
        elif kept.fingerprint == mark or (record.deleted and kept.deleted):
            same.append(kept.id)
        else:
            altered[kept.id] = _Marked(record, mark)
    _insert(session, source, new, now)
    _confirm(session, same, now)
    changes = [RecordChange(before=None, after=record) for record, _ in new] + _change(session, altered, now)
    place = {key: number for number, key in enumerate(latest)}
    return sorted(changes, key=lambda change: place[_key(change.after)])


class _Known(NamedTuple):
    """What tells whether a record differs, without reading it whole."""

    id: int
    fingerprint: str
    deleted: bool


class _Marked(NamedTuple):
    """A record with its fingerprint."""

    record: PublisherRecord
    mark: str


def _key(record: PublisherRecord) -> Key:
    return record.entity, record.identifier


def _known(session: Session, source: str, keys: Iterable[Key]) -> dict[Key, _Known]:
    found: dict[Key, _Known] = {}
    columns = (col(Record.identifier), col(Record.id), col(Record.fingerprint), col(Record.deleted))
    for entity, condition in _with_keys(source, keys):
        rows = session.connection().execute(select(*columns).where(condition))
        found |= {(entity, row.identifier): _Known(row.id, row.fingerprint, row.deleted) for row in rows}
    return found


def _with_keys(source: str, keys: Iterable[Key]) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Conditions that together find the records with these keys, each with its entity."""
    by_entity: dict[str, list[str]] = {}
    for entity, identifier in keys:
        by_entity.setdefault(entity, []).append(identifier)
    for entity, identifiers in by_entity.items():
        of_entity = (col(Record.source) == source) & (col(Record.entity) == entity)
        for chunk in chunks(identifiers):
            yield entity, of_entity & col(Record.identifier).in_(chunk)


def _insert(session: Session, source: str, new: Sequence[_Marked], now: datetime) -> None:
    if not new:
        return
    ids = _new_ids(session, len(new))
    rows = [
        {
            "id": id_,
            "source": source,
            "entity": record.entity,
            "identifier": record.identifier,
            "fingerprint": mark,
            "fields": dict(record.fields),
            "deleted": record.deleted,
            "updated_at": record.updated_at,
            "first_seen_at": now,
            "last_seen_at": now,
            "changed_at": now,
        }
        for id_, (record, mark) in zip(ids, new, strict=True)
    ]
    insert_rows(session, Record, rows)
    _point(session, {id_: record for id_, (record, _) in zip(ids, new, strict=True)})


def _new_ids(session: Session, number: int) -> Sequence[int]:
    """So many ids that nobody else gets. Quicker than RETURNING, which turns many rows into one statement."""
    if session.get_bind().dialect.name == "postgresql":
        sequence = cast(func.pg_get_serial_sequence("record", "id"), REGCLASS)
        taken = select(func.nextval(sequence)).select_from(func.generate_series(1, number))
        return session.scalars(taken).all()
    last = session.scalar(select(func.max(Record.id))) or 0  # there is one writer, and that is us
    return range(last + 1, last + number + 1)


def _point(session: Session, records: Mapping[int, PublisherRecord]) -> None:
    """Keep the references of records, each given by its id."""
    references = [
        {"record_id": id_, "relation": reference.relation, "identifier": reference.identifier}
        for id_, record in records.items()
        for reference in record.references
    ]
    insert_rows(session, RecordReference, references)


def _confirm(session: Session, ids: Sequence[int], now: datetime) -> None:
    for chunk in chunks(ids):
        session.connection().execute(update(Record).where(col(Record.id).in_(chunk)).values(last_seen_at=now))


def _change(session: Session, altered: Mapping[int, _Marked], now: datetime) -> list[RecordChange]:
    """Keep the new state of stored records, each given by its id, and what changed in them."""
    if not altered:
        return []
    stored = _records(session, list(altered))
    before = {id_: kept.record for id_, kept in stored.items()}
    after = {id_: _with_last_content(altered[id_].record, before[id_]) for id_ in altered}
    _rewrite(session, {id_: _Marked(after[id_], altered[id_].mark) for id_ in altered}, now)
    _revise(session, before, after, now)
    _point_elsewhere(session, before, after)
    return [RecordChange(before=before[id_], after=after[id_]) for id_ in altered]


def _with_last_content(record: PublisherRecord, before: PublisherRecord) -> PublisherRecord:
    """A deleted record comes without content; people must still be told what was withdrawn."""
    if not record.deleted:
        return record
    return replace(record, fields=before.fields, references=before.references)


def _rewrite(session: Session, records: Mapping[int, _Marked], now: datetime) -> None:
    rows = [
        {
            "row": id_,
            "fingerprint": mark,
            "fields": dict(record.fields),
            "deleted": record.deleted,
            "updated_at": record.updated_at,
            "last_seen_at": now,
            "changed_at": now,
        }
        for id_, (record, mark) in records.items()
    ]
    session.connection().execute(update(Record).where(col(Record.id) == bindparam("row")), rows)


def _revise(
    session: Session,
    before: Mapping[int, PublisherRecord],
    after: Mapping[int, PublisherRecord],
    now: datetime,
) -> None:
    changes = {id_: record_changes(before[id_], after[id_]) for id_ in after}
    rows = [
        {"record_id": id_, "seen_at": now, "changes": [change_as_json(change) for change in found]}
        for id_, found in changes.items()
        if found
    ]
    insert_rows(session, RecordRevision, rows)


def _point_elsewhere(
    session: Session, before: Mapping[int, PublisherRecord], after: Mapping[int, PublisherRecord]
) -> None:
    moved = {id_: record for id_, record in after.items() if record.references != before[id_].references}
    for chunk in chunks(list(moved)):
        session.connection().execute(delete(RecordReference).where(col(RecordReference.record_id).in_(chunk)))
    _point(session, moved)


def record_changes(before: PublisherRecord, after: PublisherRecord) -> list[FieldChange]:
    """Every field that differs, references counted as a field per relation, by name."""
    old, new = _comparable(before), _comparable(after)
    return [
        FieldChange(field=name, old=old.get(name), new=new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _comparable(record: PublisherRecord) -> dict[str, Json]:
    content: dict[str, Json] = dict(record.fields)
    for reference in record.references:
        pointed = content.setdefault(f"→ {reference.relation}", [])
        if isinstance(pointed, list):
            pointed.append(reference.identifier)
    if record.deleted:
        content["deleted"] = True
    return content


def change_as_json(change: FieldChange) -> dict[str, Any]:
    """The form in which revisions keep a change."""
    return {"field": change.field, "old": change.old, "new": change.new}


class StoredRecords:
    """The records of one source. Fulfils sources.contract.RecordReader.

    sessions: gives the session for one question. `nullcontext(session)` asks within a transaction;
        `database.reading` takes a fresh one each time, so that no transaction stays open while the
        publisher is awaited, and what was just stored is seen.
    """

    def __init__(self, sessions: Callable[[], AbstractContextManager[Session]], source: str) -> None:
        self._sessions = sessions
        self._source = source

    def get(self, entity: str, identifier: str) -> StoredRecord | None:
        """The record, deleted or not; None if it was never seen."""
        return next(iter(self.get_many(entity, [identifier])), None)

    def get_many(self, entity: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        """The records that exist, in the order of identifiers."""
        wanted = list(dict.fromkeys(identifiers))
        found: dict[str, StoredRecord] = {}
        with self._sessions() as session:
            for _, condition in _with_keys(self._source, [(entity, identifier) for identifier in wanted]):
                found |= _by_identifier(_found(session, select(*_STORED).where(condition)))
        return [found[identifier] for identifier in wanted if identifier in found]

    def referring(self, entity: str, relation: str, identifier: str) -> list[StoredRecord]:
        """Undeleted records of `entity` that point to `identifier` by `relation`, by identifier."""
        return self.referring_any(entity, relation, [identifier])

    def referring_any(self, entity: str, relation: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        """Undeleted records of `entity` that point to any of these, each once, by identifier."""
        found: dict[str, StoredRecord] = {}
        with self._sessions() as session:
            for chunk in chunks(list(dict.fromkeys(identifiers))):
                pointing = select(col(RecordReference.record_id)).where(
                    col(RecordReference.identifier).in_(chunk), col(RecordReference.relation) == relation
                )
                query = select(*_STORED).where(
                    col(Record.id).in_(pointing),
                    col(Record.source) == self._source,
                    col(Record.entity) == entity,
                    col(Record.deleted).is_(False),
                )
                found |= _by_identifier(_found(session, query))
        return [found[identifier] for identifier in sorted(found)]

    def all(self, entity: str) -> Iterator[StoredRecord]:
        """Every undeleted record of one entity, by identifier, in constant memory."""
        last = ""
        while True:
            query = (
                select(*_STORED)
                .where(
                    col(Record.source) == self._source,
                    col(Record.entity) == entity,
                    col(Record.identifier) > last,
                    col(Record.deleted).is_(False),
                )
                .order_by(col(Record.identifier))
                .limit(CHUNK)
            )
            with self._sessions() as session:
                page = list(_found(session, query).values())
            yield from page
            if len(page) < CHUNK:
                return
            last = page[-1].record.identifier


def records_behind(session: Session, source: str, identifier: str, limit: int) -> Sequence[Record]:
    """The records that tell of an item: its own first, then those it points to or that point to it.

    identifier: of the item; what stands after the last colon is the record's own.
    """
    given = {"source": source, "own": identifier.rpartition(":")[2], "limit": limit}
    return session.scalars(_behind(), given).all()


@cache
def _behind() -> Select[tuple[Record]]:
    source: BindParameter[str] = bindparam("source")
    own: BindParameter[str] = bindparam("own")
    mine = select(col(Record.id)).where(col(Record.source) == source, col(Record.identifier) == own)
    pointed = select(col(RecordReference.identifier)).where(col(RecordReference.record_id).in_(mine))
    pointing = select(col(RecordReference.record_id)).where(col(RecordReference.identifier) == own)
    return (
        select(Record)
        .where(
            col(Record.source) == source,
            or_(
                col(Record.identifier) == own,
                col(Record.identifier).in_(pointed),
                col(Record.id).in_(pointing),
            ),
        )
        .order_by(col(Record.identifier) != own, col(Record.entity), col(Record.id))
        .limit(bindparam("limit"))
    )


_STORED = tuple(
    col(column)
    for column in (
        Record.id,
        Record.entity,
        Record.identifier,
        Record.fields,
        Record.deleted,
        Record.updated_at,
        Record.first_seen_at,
        Record.last_seen_at,
    )
)
"""Rather than whole rows, which the session would keep an eye on: these are many, and never changed."""


def _records(session: Session, ids: Sequence[int]) -> dict[int, StoredRecord]:
    """The records with these ids."""
    found: dict[int, StoredRecord] = {}
    for chunk in chunks(ids):
        found |= _found(session, select(*_STORED).where(col(Record.id).in_(chunk)))
    return found


def _found(session: Session, query: Select[Any]) -> dict[int, StoredRecord]:
    """What a query for _STORED finds, by id, in its order."""
    rows = session.connection().execute(query).all()
    references = _references(session, [row.id for row in rows])
    return {
        row.id: StoredRecord(
            record=PublisherRecord(
                entity=row.entity,
                identifier=row.identifier,
                fields=row.fields,
                references=references.get(row.id, ()),
                deleted=row.deleted,
                updated_at=row.updated_at,
            ),
            first_seen_at=row.first_seen_at,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    }


def _by_identifier(found: Mapping[int, StoredRecord]) -> dict[str, StoredRecord]:
    return {kept.record.identifier: kept for kept in found.values()}


def _references(session: Session, ids: Sequence[int]) -> dict[int, tuple[Reference, ...]]:
    found: dict[int, list[Reference]] = {}
    columns = (
        col(RecordReference.record_id),
        col(RecordReference.relation),
        col(RecordReference.identifier),
    )
    for chunk in chunks(ids):
        query = select(*columns).where(columns[0].in_(chunk)).order_by(*columns[1:])
        for id_, relation, identifier in session.connection().execute(query):
            found.setdefault(id_, []).append(Reference(relation=relation, identifier=identifier))
    return {id_: tuple(references) for id_, references in found.items()}
