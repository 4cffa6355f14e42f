"""The outbox: messages written with the facts they tell, and the ledger of what was delivered."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, col

from g40flow.domain.reach import INVITATION, PERSON, Channel
from g40flow.storage.database import insert_or_ignore
from g40flow.storage.dossier_tables import Dossier, DossierReader, MessageDossier
from g40flow.storage.tables import Delivery, Item, Message, MessageItem, MessageState


def message_with_key(session: Session, key: str) -> Message | None:
    """The message with this key; None if it was never written."""
    return session.scalars(_with_key(), {"key": key}).one_or_none()


@cache
def _with_key() -> Select[tuple[Message]]:
    return select(Message).where(col(Message.key) == bindparam("key"))


def messages_since(session: Session, key_prefix: str, since: datetime) -> Sequence[Message]:
    """The messages with such a key, not in a thread, written at or after an instant, oldest first."""
    query = select(Message).where(
        col(Message.key).startswith(key_prefix, autoescape=True),
        col(Message.created_at) >= since,
        col(Message.parent_id).is_(None),
    )
    return session.scalars(query.order_by(col(Message.id))).all()


def write_message(
    session: Session,
    key: str,
    *,
    audience: str,
    kind: str,
    now: datetime,
    not_before: datetime | None = None,
    subject: dict[str, Any] | None = None,
    parent: Message | None = None,
    urgent: bool = False,
    transport: str = "slack",
) -> Message:
    """Put a message in the outbox, or return the one that has this key already.

    Two transactions may write the same key at once: the later one waits for the first to end, and
    then finds its message. not_before: None means at once.
    """
    with session.no_autoflush:  # messages are written at once; what waits are their items
        known = message_with_key(session, key)
        if known is not None:
            return known
        leaves = not_before or now
        message = Message(
            key=key,
            audience=audience,
            kind=kind,
            subject=subject or {},
            parent_id=None if parent is None else parent.id,
            urgent=urgent,
            transport=transport,
            created_at=now,
            not_before=leaves,
            next_attempt_at=leaves,
        )
        written = session.scalars(_unless_there(), message.model_dump(exclude={"id"})).one_or_none()
        # A statement of its own: it sees what was committed while the insert waited.
        return written or session.scalars(_with_key(), {"key": key}).one()


@cache
def _unless_there() -> ReturningInsert[tuple[Message]]:
    return insert_or_ignore(Message).returning(Message)


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """A message to be written, see write_message. parent_id: of the message in whose thread it stands."""

    key: str
    audience: str
    kind: str
    subject: dict[str, Any]
    not_before: datetime
    parent_id: int | None = None


def write_new_messages(session: Session, messages: Sequence[NewMessage], now: datetime) -> dict[str, int]:
    """Put many messages in the outbox at once whose keys nobody can have used; their ids by key.

    Raises IntegrityError for a key that was used all the same.
    """
    rows = [
        Message(
            key=one.key,
            audience=one.audience,
            kind=one.kind,
            subject=one.subject,
            parent_id=one.parent_id,
            created_at=now,
            not_before=one.not_before,
            next_attempt_at=one.not_before,
        ).model_dump(exclude={"id"})
        for one in messages
    ]
    if not rows:
        return {}
    written = session.execute(insert(Message).returning(col(Message.key), col(Message.id)), rows)
    return {key: id_ for key, id_ in written if id_ is not None}


def message_about(session: Session, item_id: int, audience: str) -> Message | None:
    """The message in which an audience is told of an item; None if it was not (yet) told."""
    query = (
        select(Message)
        .join(MessageItem, col(MessageItem.message_id) == col(Message.id))
        .where(col(MessageItem.item_id) == item_id, col(MessageItem.audience) == audience)
    )
    return session.scalars(query).one_or_none()


def messages_about(session: Session, item_id: int, *, to_change: bool = False) -> Sequence[Message]:
    """Every message that tells of an item, by audience.

    to_change: in the order they were written, and locked until this transaction ends: a sender that
    is just putting one down must see that it is to be renewed, or be done before.
    """
    return session.scalars(_about(to_change=to_change), {"item_id": item_id}).all()


@cache
def _about(*, to_change: bool) -> Select[tuple[Message]]:
    query = (
        select(Message)
        .join(MessageItem, col(MessageItem.message_id) == col(Message.id))
        .where(col(MessageItem.item_id) == bindparam("item_id"))
    )
    if not to_change:
        return query.order_by(col(Message.audience))
    # One order for all who lock.
    locked = query.order_by(col(Message.id)).with_for_update(of=Message, key_share=True)
    return locked.execution_options(populate_existing=True)


def add_item(session: Session, message: Message, item_id: int) -> None:
    """Let a message tell of one more item."""
    assert message.id is not None
    session.add(MessageItem(message_id=message.id, item_id=item_id, audience=message.audience))


def items_of(session: Session, message_id: int) -> Sequence[int]:
    """Ids of the items that a message tells of, in the order they came."""
    query = select(col(MessageItem.item_id)).where(col(MessageItem.message_id) == message_id)
    return session.scalars(query.order_by(col(MessageItem.item_id))).all()


def renew(session: Session, message: Message, now: datetime) -> None:
    """The subject of a message changed: what is on show must follow.

    One that is waiting is made from the new state anyway; one that is on its way is looked at
    again when it has arrived.
    """
    message.wanted_version += 1
    if message.state == MessageState.SENT:
        message.state = MessageState.PENDING
        message.next_attempt_at = now
        message.attempts = 0
    session.add(message)


def want_again(session: Session, message: Message, not_before: datetime) -> None:
    """Send a message after all that was called off before it left."""
    message.state = MessageState.PENDING
    message.not_before = message.next_attempt_at = not_before
    message.attempts = 0
    session.add(message)


def due_message_ids(
    session: Session, now: datetime, limit: int, *, channels: Collection[str] = tuple(Channel)
) -> Sequence[int]:
    """Ids of messages to deliver now: urgent ones first, then audiences in turn.

    channels: those that are set up. What can go by none of them does not stand before the others.

    For each audience they are in the order in which they were written. In turn, because a channel
    takes one message a second: a hundred for one group need not hold up the one for another.
    A message whose sender died is due again when its lease is over. A message in a thread waits
    until its parent has been posted.
    """
    urgent_first = (col(Message.urgent).desc(), col(Message.id))
    turn = func.row_number().over(partition_by=col(Message.audience), order_by=urgent_first)
    due = (
        select(col(Message.id), col(Message.urgent), turn.label("turn"))
        .where(*_is_due(now), _can_leave(channels))
        .subquery()
    )
    query = select(due.c.id).order_by(due.c.urgent.desc(), due.c.turn, due.c.id)
    return session.scalars(query.limit(limit)).all()


def due_renewal_ids(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Ids of messages that stand in their channel and must show something else, the newest first."""
    query = select(col(Message.id)).where(*_is_due(now), col(Message.external_ts).is_not(None))
    found = session.scalars(query.order_by(col(Message.id).desc()).limit(limit))
    return [message_id for message_id in found if message_id is not None]


def count_due(session: Session, now: datetime) -> int:
    """How many messages are to be delivered now, whether or not there is a channel for them."""
    query = select(func.count()).select_from(Message).where(*_is_due(now))
    return session.scalar(query) or 0


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    parent = select(col(Message.id)).where(col(Message.external_ts).is_not(None)).scalar_subquery()
    return (
        or_(
            (col(Message.state) == MessageState.PENDING) & (col(Message.next_attempt_at) <= now),
            (col(Message.state) == MessageState.SENDING) & (col(Message.lease_until) <= now),
        ),
        or_(col(Message.parent_id).is_(None), col(Message.parent_id).in_(parent)),
    )


def _can_leave(channels: Collection[str]) -> ColumnElement[bool]:
    """Its own channel is set up; or it is for one person, who can be told by mail where nothing stands."""
    own = col(Message.transport).in_(list(channels))
    if Channel.MAIL not in channels:
        return own
    audience = col(Message.audience)
    to_one = or_(audience.startswith(PERSON), audience.startswith(INVITATION))
    return or_(own, to_one & col(Message.external_ts).is_(None))


def lease_message(
    session: Session, message_id: int, *, holder: str, now: datetime, until: datetime
) -> Message | None:
    """Take a due message for sending; None if another sender was first.

    One that was being sent already may have arrived: its sender died, or is late.
    """
    was_on_its_way = col(Message.state) == MessageState.SENDING
    taken = session.connection().execute(
        update(Message)
        .where(col(Message.id) == message_id)
        .where(
            or_(
                (col(Message.state) == MessageState.PENDING) & (col(Message.next_attempt_at) <= now),
                (col(Message.state) == MessageState.SENDING) & (col(Message.lease_until) <= now),
            )
        )
        .values(
            state=MessageState.SENDING,
            holder=holder,
            lease_until=until,
            attempts=col(Message.attempts) + 1,
            unsure_attempts=col(Message.unsure_attempts) + case((was_on_its_way, 1), else_=0),
        )
    )
    return session.get_one(Message, message_id) if taken.rowcount else None


def leased_message(session: Session, message: Message) -> Message | None:
    """A message that we took, to put it down; None if another sender has taken it over meanwhile."""
    row = session.get_one(Message, message.id, with_for_update={"key_share": True})
    ours = row.state == MessageState.SENDING and row.holder == message.holder
    return row if ours else None


def take_looks(
    session: Session, limit: int, *, channels: Collection[str], now: datetime, until: datetime
) -> Sequence[Message]:
    """Messages that stand in their channel, perhaps twice, and for which it is time to look.

    Nobody else looks for them before `until`. channels: by which of those that we can look.
    """
    query = select(Message).where(
        col(Message.look_again_at) <= now,
        col(Message.external_ts).is_not(None),
        col(Message.state) != MessageState.SENDING,
        col(Message.transport).in_(channels),
    )
    due = query.order_by(col(Message.look_again_at)).limit(limit)
    taken = session.scalars(due.with_for_update(skip_locked=True, key_share=True)).all()
    for message in taken:
        message.look_again_at = until
    return taken


def note_delivery(
    session: Session, message: Message, act: str, now: datetime, *, text: str = "", error: str = ""
) -> None:
    """Add a line to the ledger."""
    assert message.id is not None
    session.add(
        Delivery(message_id=message.id, at=now, act=act, transport=message.transport, text=text, error=error)
    )


def sent_as(session: Session, external_ids: Sequence[str]) -> Message | None:
    """The mail that went out under one of these Message-IDs, in the order given; None if none did."""
    query = select(Message).where(
        col(Message.transport) == Channel.MAIL, col(Message.external_ts).in_(external_ids)
    )
    found = {message.external_ts: message for message in session.scalars(query.with_for_update())}
    return next((found[name] for name in external_ids if name in found), None)


def was_rerouted(session: Session, message: Message) -> bool:
    """Whether a message might have gone by another channel than the one it went by."""
    query = select(Delivery).where(col(Delivery.message_id) == message.id, col(Delivery.act) == "route")
    return session.scalars(query.limit(1)).first() is not None


def deliveries_of(session: Session, message_ids: Iterable[int]) -> Sequence[Delivery]:
    """Ledger lines of some messages, oldest first."""
    query = select(Delivery).where(col(Delivery.message_id).in_(list(message_ids)))
    return session.scalars(query.order_by(col(Delivery.id))).all()


def recent_messages(
    session: Session, *, state: str = "", audience: str = "", limit: int = 100
) -> Sequence[Message]:
    """The latest messages, newest first; of one state or audience if given."""
    query = select(Message)
    if state:
        query = query.where(col(Message.state) == state)
    if audience:
        query = query.where(col(Message.audience) == audience)
    return session.scalars(query.order_by(col(Message.id).desc()).limit(limit)).all()


def search_messages(
    session: Session,
    *,
    state: str = "",
    audience: str = "",
    reader: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Sequence[Message], int]:
    """(one page of messages, newest first; how many there are in all). Empty values do not restrict.

    reader: slug of who looks; messages about confidential dossiers of others are left out. None: all.
    """
    conditions = [] if reader is None else [~_is_kept_from(reader)]
    conditions += [
        col(column) == value
        for column, value in ((Message.state, state), (Message.audience, audience))
        if value
    ]
    total = session.scalar(select(func.count()).select_from(Message).where(*conditions)) or 0
    query = select(Message).where(*conditions).order_by(col(Message.id).desc())
    return session.scalars(query.offset(offset).limit(limit)).all(), total


def _is_kept_from(person: str) -> ColumnElement[bool]:
    """Whether a message shows a confidential dossier that somebody may not see, as domain.actors.may_see."""
    reads = exists().where(
        col(DossierReader.dossier_id) == col(Dossier.id), col(DossierReader.person) == person
    )
    return exists().where(
        col(MessageDossier.message_id) == col(Message.id),
        col(MessageDossier.dossier_id) == col(Dossier.id),
        col(Dossier.confidential),
        col(Dossier.pen_holder) != person,
        ~reads,
    )


def messages_per_state(session: Session) -> dict[str, int]:
    """How many messages stand in each state; states without any are left out."""
    return {str(state): int(number) for state, number in session.execute(_per_state())}


@cache
def _per_state() -> Select[tuple[MessageState, int]]:
    return select(col(Message.state), func.count()).group_by(col(Message.state))


def count_overdue(session: Session, now: datetime) -> int:
    """How many messages may leave since before `now` and have not: put off, or nobody sends them."""
    return session.scalar(_overdue(), {"now": now}) or 0


@cache
def _overdue() -> Select[tuple[int]]:
    query = select(func.count()).select_from(Message)
    is_pending = col(Message.state) == MessageState.PENDING
    return query.where(is_pending, col(Message.not_before) < bindparam("now"))


def known_audiences(session: Session) -> Sequence[str]:
    """Every audience that a message was ever written for, by name."""
    return session.scalars(select(col(Message.audience)).distinct().order_by(col(Message.audience))).all()


def with_replies(session: Session, messages: Iterable[Message]) -> Sequence[Message]:
    """Messages with those in their threads, in the order they were written."""
    ids = [message.id for message in messages]
    if not ids:
        return []
    query = select(Message).where(or_(col(Message.id).in_(ids), col(Message.parent_id).in_(ids)))
    return session.scalars(query.order_by(col(Message.id))).all()


def titles_in_messages(session: Session, message_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """For each message the (id, title) of the items it tells of; others are left out."""
    query = (
        select(col(MessageItem.message_id), col(Item.id), col(Item.title))
        .join(Item, col(Item.id) == col(MessageItem.item_id))
        .where(col(MessageItem.message_id).in_(list(message_ids)))
        .order_by(col(Item.id))
    )
    titles: dict[int, list[tuple[int, str]]] = {}
    for message_id, item_id, title in session.execute(query):
        titles.setdefault(message_id, []).append((item_id or 0, title))
    return titles
