"""What every piece of work on a dossier begins and ends with.

It begins with `open_for_change` (nobody else changes it meanwhile, and the actor saw it as it is) and
`require_on` (the actor may do this); it ends with `note_change` (history, a new revision, and
everything on show is renewed).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.config.calendar import Calendars
from g40flow.config.workflow import WorkflowConfig
from g40flow.domain.actors import Actor, may_see, roles_in
from g40flow.domain.calendar import next_open_moment
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput, NotFound, StaleVersion
from g40flow.domain.items import Json
from g40flow.domain.network import Network, Role
from g40flow.domain.outside_text import one_line
from g40flow.storage.database import insert_or_ignore
from g40flow.storage.dossier_tables import Dossier, HistoryEntry, MessageDossier
from g40flow.storage.dossiers import dossier_by_id, locked_dossier, messages_showing, parties_of
from g40flow.storage.history import chain_of, record
from g40flow.storage.messages import renew, write_message
from g40flow.storage.tables import Message
from g40flow.use_cases.digest.follow_acts import follow_dossier


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What work on dossiers needs of the configuration."""

    network: Network
    calendars: Calendars
    rules: WorkflowConfig


def open_to_read(session: Session, dossier_id: int, actor: Actor) -> Dossier:
    """A dossier that the actor may see. Raises NotFound, also for one that he may not know of."""
    dossier = dossier_by_id(session, dossier_id)
    _require_sight(session, dossier, actor)
    return dossier


def open_for_change(
    session: Session, dossier_id: int, actor: Actor, *, seen_revision: int | None = None
) -> Dossier:
    """A dossier that nobody else changes before this transaction ends.

    seen_revision: the revision that the actor had on screen; None when it does not matter.
    Raises NotFound, also for a dossier that the actor may not know of, or StaleVersion.
    """
    dossier = locked_dossier(session, dossier_id)
    _require_sight(session, dossier, actor)
    if seen_revision is not None and seen_revision != dossier.revision:
        raise StaleVersion(
            f"dossier {dossier.number}: seen at revision {seen_revision}, now at {dossier.revision}"
        )
    return dossier


def roles_on(session: Session, dossier: Dossier, actor: Actor) -> frozenset[Role]:
    """The roles that the actor has in this dossier."""
    return roles_in(actor, parties_of(session, dossier))


def require_on(session: Session, dossier: Dossier, actor: Actor, right: Right) -> None:
    """Raises NotAllowed unless the actor, or the program itself, may do this here."""
    if not actor.is_automatic:
        require(right, roles_on(session, dossier, actor))


def required_reason(text: str, *, field: str = "reason") -> str:
    """Why somebody does something, on one line. Raises InvalidInput ("reason_needed") if it says nothing."""
    said = one_line(text)
    if not said:
        raise InvalidInput("reason_needed", "expected a reason, found nothing", field=field)
    return said


def leaves_at(desk: Desk, dossier: Dossier, now: datetime) -> datetime:
    """When a message about a dossier may disturb people: at once if it is urgent."""
    if dossier.urgent:
        return now
    return next_open_moment(now, desk.calendars.sending, desk.calendars.working)


def note_change(
    session: Session,
    dossier: Dossier,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    version_hash: str = "",
    reason: str = "",
    facts: dict[str, Json] | None = None,
) -> HistoryEntry:
    """Write history, count the change, and let every message that shows the dossier follow."""
    assert dossier.id is not None
    dossier.revision += 1
    session.add(dossier)
    for message in messages_showing(session, dossier.id):
        renew(session, message, now)
    entry = record(
        session,
        chain_of(dossier.id),
        actor,
        action,
        now=now,
        version_hash=version_hash,
        reason=reason,
        facts=facts,
    )
    follow_dossier(session, dossier.id, now)
    return entry


def tell(
    session: Session,
    dossier: Dossier,
    key: str,
    *,
    audience: str,
    kind: str,
    now: datetime,
    subject: dict[str, Json] | None = None,
    not_before: datetime | None = None,
    urgent: bool = False,
    parent: Message | None = None,
    transport: str = "slack",
) -> Message:
    """Write a message about a dossier, once per key; it is renewed whenever the dossier changes.

    key: what it tells and to whom; the dossier is put before it.
    """
    assert dossier.id is not None
    full: dict[str, Json] = {"dossier_id": dossier.id, **(subject or {})}
    message = write_message(
        session,
        f"dossier:{dossier.id}:{key}",
        audience=audience,
        kind=kind,
        subject=full,
        now=now,
        not_before=not_before,
        urgent=urgent,
        parent=parent,
        transport=transport,
    )
    shows = {"message_id": message.id, "dossier_id": dossier.id}
    session.connection().execute(insert_or_ignore(MessageDossier), shows)
    return message


def _require_sight(session: Session, dossier: Dossier, actor: Actor) -> None:
    if not may_see(actor, parties_of(session, dossier)):
        raise NotFound(f"there is no dossier {dossier.id}")
