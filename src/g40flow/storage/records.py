"""Records of publishers: keeping a page of them, and reading them back for assembly."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlmodel import Session, col

from g40flow.domain.items import FieldChange, Json, PublisherRecord, Reference, StoredRecord
from g40flow.storage.tables import Record, RecordReference, RecordRevision

CHUNK = 500  # identifiers per query: below SQLite's limit on variables, large enough to be quick


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """A record that is new or differs: as it was (None if new) and as it is now.

    A deleted record keeps, in `after`, the fields and references it had.
    """

    before: PublisherRecord | None
    after: PublisherRecord


def fingerprint(record: PublisherRecord) -> str:
    """Equal for equal content, whatever the order of the fields."""
    content = [
        dict(record.fields),
        [[reference.relation, reference.identifier] for reference in record.references],
        record.deleted,
    ]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()


def keep_records(
    session: Session, source: str, records: Sequence[PublisherRecord], now: datetime
) -> list[RecordChange]:
    """Store one page of records; returns those that are new or changed, in the order given.

    Unchanged records only get their last_seen_at renewed. When an identity stands twice on the
    page the later one counts, as it does at the publisher.
    """
    latest = {(record.entity, record.identifier): record for record in records}
    stored = _stored_rows(session, source, latest.keys())
    changes: list[RecordChange] = []
    new: list[tuple[PublisherRecord, str]] = []
    confirmed: list[int] = []
    for key, record in latest.items():
        row = stored.get(key)
        mark = fingerprint(record)
        if row is None:
            new.append((record, mark))
            changes.append(RecordChange(before=None, after=record))
        elif row.fingerprint == mark or (record.deleted and row.deleted):
            confirmed.append(_id(row))
        else:
            before = _as_record(row, _references(session, [_id(row)]).get(_id(row), ()))
            after = _with_last_content(record, before)
            _change(session, row, before, after, fingerprint(record), now)
            changes.append(RecordChange(before=before, after=after))
    _insert(session, source, new, now)
    for chunk in _chunks(confirmed):
        session.connection().execute(update(Record).where(col(Record.id).in_(chunk)).values(last_seen_at=now))
    return changes


def _stored_rows(
    session: Session, source: str, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Record]:
    by_entity: dict[str, list[str]] = {}
    for entity, identifier in keys:
        by_entity.setdefault(entity, []).append(identifier)
    rows: dict[tuple[str, str], Record] = {}
    for entity, identifiers in by_entity.items():
        for chunk in _chunks(identifiers):
            query = select(Record).where(
                col(Record.source) == source,
                col(Record.entity) == entity,
                col(Record.identifier).in_(chunk),
            )
            rows.update({(row.entity, row.identifier): row for row in session.scalars(query)})
    return rows


def _with_last_content(record: PublisherRecord, before: PublisherRecord) -> PublisherRecord:
    """A deleted record comes without content; people must still be told what was withdrawn."""
    if not record.deleted:
        return record
    return replace(record, fields=before.fields, references=before.references)


def _insert(session: Session, source: str, new: Sequence[tuple[PublisherRecord, str]], now: datetime) -> None:
    if not new:
        return
    rows = [
        {
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
        for record, mark in new
    ]
    ids = session.scalars(insert(Record).returning(col(Record.id), sort_by_parameter_order=True), rows)
    references = [
        {"record_id": id_, "relation": reference.relation, "identifier": reference.identifier}
        for id_, (record, _) in zip(ids, new, strict=True)
        for reference in record.references
    ]
    if references:
        session.connection().execute(insert(RecordReference), references)


def _change(
    session: Session,
    row: Record,
    before: PublisherRecord,
    after: PublisherRecord,
    mark: str,
    now: datetime,
) -> None:
    changes = record_changes(before, after)
    if changes:
        session.add(
            RecordRevision(record_id=_id(row), seen_at=now, changes=[change_as_json(c) for c in changes])
        )
    row.fingerprint = mark
    row.fields = dict(after.fields)
    row.deleted = after.deleted
    row.updated_at = after.updated_at
    row.last_seen_at = row.changed_at = now
    session.add(row)
    if after.references != before.references:
        session.connection().execute(
            delete(RecordReference).where(col(RecordReference.record_id) == _id(row))
        )
        session.add_all(
            RecordReference(record_id=_id(row), relation=ref.relation, identifier=ref.identifier)
            for ref in after.references
        )
    session.flush()


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
        with self._sessions() as session:
            rows = _stored_rows(session, self._source, [(entity, i) for i in wanted])
            return _stored(session, [rows[entity, i] for i in wanted if (entity, i) in rows])

    def referring(self, entity: str, relation: str, identifier: str) -> list[StoredRecord]:
        """Undeleted records of `entity` that point to `identifier` by `relation`, by identifier."""
        return self.referring_any(entity, relation, [identifier])

    def referring_any(self, entity: str, relation: str, identifiers: Iterable[str]) -> list[StoredRecord]:
        """Undeleted records of `entity` that point to any of these, each once, by identifier."""
        found: dict[str, StoredRecord] = {}
        with self._sessions() as session:
            for chunk in _chunks(list(dict.fromkeys(identifiers))):
                pointing = select(col(RecordReference.record_id)).where(
                    col(RecordReference.identifier).in_(chunk), col(RecordReference.relation) == relation
                )
                query = select(Record).where(
                    col(Record.id).in_(pointing),
                    col(Record.source) == self._source,
                    col(Record.entity) == entity,
                    col(Record.deleted).is_(False),
                )
                rows = session.scalars(query).all()
                found |= {kept.record.identifier: kept for kept in _stored(session, rows)}
        return [found[identifier] for identifier in sorted(found)]

    def all(self, entity: str) -> Iterator[StoredRecord]:
        """Every undeleted record of one entity, by identifier, in constant memory."""
        last = ""
        while True:
            query = (
                select(Record)
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
                page = _stored(session, session.scalars(query).all())
            yield from page
            if len(page) < CHUNK:
                return
            last = page[-1].record.identifier


def records_behind(session: Session, source: str, identifier: str, limit: int) -> Sequence[Record]:
    """The records that tell of an item: its own first, then those it points to or that point to it.

    identifier: of the item; what stands after the last colon is the record's own.
    """
    own = identifier.rpartition(":")[2]
    mine = select(col(Record.id)).where(col(Record.source) == source, col(Record.identifier) == own)
    pointed = select(col(RecordReference.identifier)).where(col(RecordReference.record_id).in_(mine))
    pointing = select(col(RecordReference.record_id)).where(col(RecordReference.identifier) == own)
    query = (
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
    )
    return session.scalars(query.limit(limit)).all()


def _stored(session: Session, rows: Sequence[Record]) -> list[StoredRecord]:
    references = _references(session, [_id(row) for row in rows])
    return [
        StoredRecord(
            record=_as_record(row, references.get(_id(row), ())),
            first_seen_at=row.first_seen_at,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    ]


def _references(session: Session, ids: Sequence[int]) -> dict[int, tuple[Reference, ...]]:
    found: dict[int, list[Reference]] = {}
    for chunk in _chunks(ids):
        query = (
            select(RecordReference)
            .where(col(RecordReference.record_id).in_(chunk))
            .order_by(col(RecordReference.relation), col(RecordReference.identifier))
        )
        for row in session.scalars(query):
            found.setdefault(row.record_id, []).append(
                Reference(relation=row.relation, identifier=row.identifier)
            )
    return {id_: tuple(references) for id_, references in found.items()}


def _as_record(row: Record, references: tuple[Reference, ...]) -> PublisherRecord:
    return PublisherRecord(
        entity=row.entity,
        identifier=row.identifier,
        fields=row.fields,
        references=references,
        deleted=row.deleted,
        updated_at=row.updated_at,
    )


def _id(row: Record) -> int:
    assert row.id is not None
    return row.id


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
