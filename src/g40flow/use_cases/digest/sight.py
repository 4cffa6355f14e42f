"""What of a digest somebody may (still) know: a dossier can become confidential afterwards."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.digest.content import Digest
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network
from g40flow.storage.access import effective_person
from g40flow.storage.digests import hidden_dossiers, messages_with
from g40flow.storage.messages import renew
from g40flow.use_cases.recipients import recipient_of


def as_seen_by(session: Session, digest: Digest, actor: Actor | None) -> Digest:
    """The digest without the lines about dossiers that somebody may not know of. None: in a channel."""
    ids = digest.dossier_ids
    return digest.without(hidden_dossiers(session, ids, actor)) if ids else digest


def as_told_to(session: Session, digest: Digest, audience: str, network: Network, now: datetime) -> Digest:
    """The digest as an audience of messages may be told of it."""
    slug = recipient_of(audience)
    if not digest.dossier_ids or not hidden_dossiers(session, digest.dossier_ids, None):
        return digest  # everybody may know all of it, whoever this is
    person = None if slug is None else effective_person(session, network, slug)
    actor = None if person is None else actor_on(person, dutch_date(now), Surface.AUTOMATIC)
    return as_seen_by(session, digest, actor)


def renew_digests_with(session: Session, dossier_id: int, now: datetime) -> None:
    """Let every message that shows a digest with a dossier in it follow who may know of that dossier."""
    for message in messages_with(session, f"dossier:{dossier_id}"):
        renew(session, message, now)
