"""The same message about a dossier to many audiences at once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col

from g40flow.domain.items import Json
from g40flow.storage.dossier_tables import MessageDossier
from g40flow.storage.tables import Message, MessageState


def write_notices(
    session: Session,
    dossier_id: int,
    keys: Mapping[str, str],
    *,
    kind: str,
    subject: Mapping[str, Json],
    now: datetime,
    not_before: datetime,
) -> None:
    """Put an urgent message to each audience in the outbox; they are renewed when the dossier changes.

    keys: by audience; none was used before, as they name an entry of the history that is new.
    """
    if not keys:
        return
    rows = [
        {
            "key": key,
            "audience": audience,
            "kind": kind,
            "subject": dict(subject),
            "transport": "slack",
            "urgent": True,
            "state": MessageState.PENDING.value,
            "created_at": now,
            "not_before": not_before,
            "next_attempt_at": not_before,
        }
        for audience, key in keys.items()
    ]
    written = session.connection().execute(insert(Message).returning(col(Message.id)), rows)
    links = [{"message_id": message_id, "dossier_id": dossier_id} for message_id in written.scalars()]
    session.connection().execute(insert(MessageDossier), links)
