"""Keeping and reading what Chambers decided, and who sits in them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, col

from g40flow.domain.instants import dutch_date
from g40flow.domain.parliament.commitments import Commitment
from g40flow.domain.parliament.facts import CommitteeSeat, Group
from g40flow.domain.parliament.support import KnownGroup
from g40flow.domain.parliament.votes import Chamber, RecordedVote, VoteLine
from g40flow.storage.database import chunks
from g40flow.storage.parliament_tables import (
    CommitmentRow,
    CommitteeSeatRow,
    GroupRow,
    GroupSize,
    VoteRow,
    VoteShare,
    VoteSubject,
)
from g40flow.storage.tables import Record, RecordRevision

# --- keeping --------------------------------------------------------------------------------------


def keep_votes(session: Session, source: str, votes: Sequence[RecordedVote], now: datetime) -> int:
    """Store votes as they are now; says how many are new or different. Equal ones are not touched.

    What a publisher took back keeps its lines, to be able to say what it was.
    """
    known = _known_votes(session, source, [vote.identifier for vote in votes])
    changed = 0
    for vote in sorted(votes, key=lambda one: one.identifier):
        mark = _mark(vote)
        row = known.get(vote.identifier)
        if row is not None and row.fingerprint == mark:
            continue
        if row is None:
            row = VoteRow(source=source, identifier=vote.identifier, fingerprint=mark, first_seen_at=now)
        row.chamber, row.method, row.stated = vote.chamber, vote.method, vote.stated
        row.words, row.withdrawn = vote.words, vote.withdrawn
        row.held_on = vote.held_on or row.held_on
        row.fingerprint, row.changed_at = mark, now
        session.add(row)
        session.flush()
        assert row.id is not None
        _keep_lines(session, row.id, vote)
        changed += 1
    return changed


def keep_commitments(session: Session, source: str, said: Sequence[Commitment], now: datetime) -> int:
    """Store commitments as they are now; says how many are new or different."""
    wanted = [one.identifier for one in said]
    known: dict[str, CommitmentRow] = {}
    for chunk in chunks(wanted):
        query = select(CommitmentRow).where(
            col(CommitmentRow.source) == source, col(CommitmentRow.identifier).in_(chunk)
        )
        known |= {row.identifier: row for row in session.scalars(query)}
    changed = 0
    for one in sorted(said, key=lambda other: other.identifier):
        row = known.get(one.identifier)
        if row is not None and commitment_of(row) == one:
            continue
        if row is None:
            row = CommitmentRow(source=source, identifier=one.identifier, first_seen_at=now)
        row.number, row.text, row.status, row.made_by = one.number, one.text, one.status, one.by
        row.ministry, row.made_in, row.made_on = one.ministry, one.made_in, one.made_on
        row.due_on, row.withdrawn, row.changed_at = one.due_on, one.withdrawn, now
        session.add(row)
        changed += 1
    session.flush()
    return changed


def keep_groups(session: Session, source: str, groups: Sequence[Group], now: datetime) -> None:
    """Store groups as they are now, and every number of seats with the day on which it was seen first."""
    for group in sorted(groups, key=lambda one: one.key):
        row = session.get(GroupRow, group.key) or GroupRow(
            key=group.key, source=source, chamber=group.chamber, abbreviation=""
        )
        before = row.seats
        row.abbreviation = group.abbreviation or row.abbreviation
        row.name, row.seats = group.name or row.name, group.seats
        row.active_from, row.active_until = group.active_from, group.active_until
        session.add(row)
        if group.seats is not None and group.seats != before:
            session.merge(GroupSize(group_key=group.key, seen_on=dutch_date(now), seats=group.seats))
    session.flush()


def keep_seats(session: Session, source: str, seats: Iterable[CommitteeSeat]) -> int:
    """Let these be the seats of committees, and no others; says how many there are."""
    rows = [
        {
            "source": source,
            "key": seat.key,
            "committee": seat.committee,
            "holder": seat.holder,
            "party": seat.party,
            "function": seat.function,
        }
        for seat in seats
    ]
    session.connection().execute(delete(CommitteeSeatRow).where(col(CommitteeSeatRow.source) == source))
    if rows:
        session.connection().execute(insert(CommitteeSeatRow), rows)
    return len(rows)


def forget_content(session: Session, source: str, entity: str, identifiers: Collection[str]) -> None:
    """Let nothing be left of what some withdrawn records said, nor of what they said before."""
    for chunk in chunks(sorted(identifiers)):
        gone = select(col(Record.id)).where(
            col(Record.source) == source,
            col(Record.entity) == entity,
            col(Record.identifier).in_(chunk),
        )
        connection = session.connection()
        connection.execute(delete(RecordRevision).where(col(RecordRevision.record_id).in_(gone)))
        connection.execute(
            update(Record).where(col(Record.id).in_(gone), col(Record.deleted).is_(True)).values(fields={})
        )


def _known_votes(session: Session, source: str, identifiers: Sequence[str]) -> dict[str, VoteRow]:
    found: dict[str, VoteRow] = {}
    for chunk in chunks(identifiers):
        query = select(VoteRow).where(col(VoteRow.source) == source, col(VoteRow.identifier).in_(chunk))
        found |= {row.identifier: row for row in session.scalars(query)}
    return found


def _keep_lines(session: Session, vote_id: int, vote: RecordedVote) -> None:
    connection = session.connection()
    if not (vote.withdrawn and not vote.lines):
        connection.execute(delete(VoteShare).where(col(VoteShare.vote_id) == vote_id))
        rows = [
            {
                "vote_id": vote_id,
                "position": place,
                "group_key": line.key,
                "party": line.party,
                "choice": line.choice,
                "size": line.size,
                "members": line.members,
                "mistake": line.mistake,
            }
            for place, line in enumerate(_in_order(vote.lines))
        ]
        if rows:
            connection.execute(insert(VoteShare), rows)
    connection.execute(delete(VoteSubject).where(col(VoteSubject.vote_id) == vote_id))
    if vote.subjects:
        subjects = [{"vote_id": vote_id, "item_identifier": one} for one in sorted(set(vote.subjects))]
        connection.execute(insert(VoteSubject), subjects)


def _in_order(lines: Iterable[VoteLine]) -> list[VoteLine]:
    return sorted(
        lines, key=lambda one: (one.party.casefold(), one.key, one.choice, one.mistake, one.size or 0)
    )


def _mark(vote: RecordedVote) -> str:
    content = repr(replace(vote, lines=tuple(_in_order(vote.lines)), subjects=tuple(sorted(vote.subjects))))
    return blake2b(content.encode("utf-8", "replace"), digest_size=16).hexdigest()


# --- reading --------------------------------------------------------------------------------------


def votes_by_id(session: Session, ids: Collection[int]) -> dict[int, RecordedVote]:
    """Votes with their lines, by id of their row."""
    rows: dict[int, VoteRow] = {}
    lines: dict[int, list[VoteLine]] = {}
    subjects: dict[int, list[str]] = {}
    for chunk in chunks(sorted(ids)):
        rows |= {
            row.id: row
            for row in session.scalars(select(VoteRow).where(col(VoteRow.id).in_(chunk)))
            if row.id is not None
        }
        shares = select(VoteShare).where(col(VoteShare.vote_id).in_(chunk))
        for share in session.scalars(shares.order_by(col(VoteShare.vote_id), col(VoteShare.position))):
            lines.setdefault(share.vote_id, []).append(_line_of(share))
        about = select(VoteSubject).where(col(VoteSubject.vote_id).in_(chunk))
        for subject in session.scalars(about.order_by(col(VoteSubject.item_identifier))):
            subjects.setdefault(subject.vote_id, []).append(subject.item_identifier)
    return {
        id_: RecordedVote(
            identifier=row.identifier,
            chamber=row.chamber,
            subjects=tuple(subjects.get(id_, [])),
            method=row.method,
            stated=row.stated,
            words=row.words,
            lines=tuple(lines.get(id_, [])),
            held_on=row.held_on,
            withdrawn=row.withdrawn,
        )
        for id_, row in rows.items()
    }


def votes_on(session: Session, subjects: Mapping[str, Collection[str]]) -> dict[tuple[str, str], list[int]]:
    """Ids of the votes on some items, by (source, identifier) of the item, oldest first.

    subjects: identifiers of items by source.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for source, identifiers in sorted(subjects.items()):
        for chunk in chunks(sorted(identifiers)):
            query = (
                select(col(VoteSubject.item_identifier), col(VoteRow.id))
                .join(VoteRow, col(VoteRow.id) == col(VoteSubject.vote_id))
                .where(col(VoteRow.source) == source, col(VoteSubject.item_identifier).in_(chunk))
                .order_by(col(VoteRow.held_on), col(VoteRow.id))
            )
            for identifier, vote_id in session.execute(query):
                found.setdefault((source, identifier), []).append(vote_id)
    return found


def groups_today(session: Session, chamber: Chamber) -> list[KnownGroup]:
    """The groups of a Chamber that exist, and those that did; empty if its publisher does not tell."""
    query = select(GroupRow).where(col(GroupRow.chamber) == chamber).order_by(col(GroupRow.key))
    return [
        KnownGroup(key=row.key, name=row.abbreviation, seats=row.seats or 0) for row in session.scalars(query)
    ]


def sizes_of(session: Session, group_key: str) -> list[tuple[date, int]]:
    """(the day on which we saw it first, seats) of a group, oldest first."""
    query = select(GroupSize).where(col(GroupSize.group_key) == group_key).order_by(col(GroupSize.seen_on))
    return [(row.seen_on, row.seats) for row in session.scalars(query)]


def seats_of(session: Session, committees: Collection[str]) -> Sequence[CommitteeSeatRow]:
    """Who sits in some committees, by committee, party and name."""
    query = select(CommitteeSeatRow).where(col(CommitteeSeatRow.committee).in_(committees))
    order = (
        CommitteeSeatRow.committee,
        CommitteeSeatRow.function,
        CommitteeSeatRow.party,
        CommitteeSeatRow.key,
    )
    return session.scalars(query.order_by(*map(col, order))).all()


def count_seats(session: Session) -> int:
    """How many seats of committees are known."""
    return session.scalar(select(func.count()).select_from(CommitteeSeatRow)) or 0


def commitment_of(row: CommitmentRow) -> Commitment:
    """A row as a value."""
    return Commitment(
        identifier=row.identifier,
        number=row.number,
        text=row.text,
        status=row.status,
        by=row.made_by,
        ministry=row.ministry,
        made_in=row.made_in,
        made_on=row.made_on,
        due_on=row.due_on,
        withdrawn=row.withdrawn,
    )


def commitments_by_id(session: Session, ids: Collection[int]) -> dict[int, CommitmentRow]:
    """Commitments by id."""
    found: dict[int, CommitmentRow] = {}
    for chunk in chunks(sorted(ids)):
        query = select(CommitmentRow).where(col(CommitmentRow.id).in_(chunk))
        found |= {row.id: row for row in session.scalars(query) if row.id is not None}
    return found


def _line_of(share: VoteShare) -> VoteLine:
    return VoteLine(
        key=share.group_key,
        party=share.party,
        choice=share.choice,
        size=share.size,
        members=share.members,
        mistake=share.mistake,
    )
