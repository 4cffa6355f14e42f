"""What people did in Slack: received once, handled once, forgotten when it is old."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from g40flow.storage.database import insert_or_ignore
from g40flow.storage.slack_tables import SlackHome, SlackInteraction

MOST_ATTEMPTS = 3
"""What made its handler die three times is left for a person to look at."""


def note_interaction(
    session: Session,
    key: str,
    *,
    kind: str,
    name: str,
    slack_user: str,
    payload: dict[str, Any],
    now: datetime,
    lease_until: datetime,
) -> bool:
    """Keep something that was received, taken by its receiver; False if it was received before."""
    values = {
        "key": key,
        "kind": kind,
        "name": name,
        "slack_user": slack_user,
        "received_at": now,
        "payload": payload,
        "attempts": 1,
        "lease_until": lease_until,
        "answer": {},
        "error": "",
    }
    # RETURNING, because PostgreSQL's driver does not count the rows of such an insert.
    insert = insert_or_ignore(SlackInteraction).returning(col(SlackInteraction.key))
    return session.connection().execute(insert, values).first() is not None


def note_done(
    session: Session, key: str, now: datetime, *, answer: dict[str, Any] | None = None, error: str = ""
) -> None:
    """Nothing more needs to be done for it. answer: what was given back with the acknowledgement."""
    values: dict[str, Any] = {"done_at": now, "lease_until": None, "payload": {}, "error": error}
    if answer is not None:
        values["answer"] = answer
    statement = update(SlackInteraction).where(col(SlackInteraction.key) == key).values(**values)
    session.connection().execute(statement)


def answer_given(session: Session, key: str) -> dict[str, Any]:
    """What was given back with the acknowledgement; {} for nothing, or not yet."""
    row = session.get(SlackInteraction, key)
    return {} if row is None else row.answer


def left_behind(session: Session, now: datetime) -> Sequence[SlackInteraction]:
    """What was received and whose handler died, oldest first."""
    query = select(SlackInteraction).where(
        col(SlackInteraction.done_at).is_(None),
        or_(col(SlackInteraction.lease_until).is_(None), col(SlackInteraction.lease_until) <= now),
        col(SlackInteraction.attempts) < MOST_ATTEMPTS,
    )
    return session.scalars(query.order_by(col(SlackInteraction.received_at))).all()


def take_again(session: Session, key: str, now: datetime, lease_until: datetime) -> bool:
    """Take what was left behind; False if somebody else was first."""
    taken = session.connection().execute(
        update(SlackInteraction)
        .where(col(SlackInteraction.key) == key, col(SlackInteraction.done_at).is_(None))
        .where(or_(col(SlackInteraction.lease_until).is_(None), col(SlackInteraction.lease_until) <= now))
        .values(lease_until=lease_until, attempts=col(SlackInteraction.attempts) + 1)
    )
    return bool(taken.rowcount)


def forget_interactions(session: Session, before: datetime) -> int:
    """Remove what was received before an instant, counted; Slack delivers again within minutes only."""
    gone = delete(SlackInteraction).where(col(SlackInteraction.received_at) < before)
    return int(session.connection().execute(gone).rowcount)


def home_of(session: Session, slack_user: str) -> SlackHome | None:
    """The Home tab of somebody as it was shown last; None if he never opened it."""
    return session.get(SlackHome, slack_user)


def homes_opened_since(session: Session, moment: datetime) -> Sequence[SlackHome]:
    """The Home tabs that were opened at or after an instant."""
    return session.scalars(select(SlackHome).where(col(SlackHome.opened_at) >= moment)).all()
