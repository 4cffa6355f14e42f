"""Tokens with which programs use the API in somebody's name."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.actors import Actor, Surface, actor_on, roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Network
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import effective_person, hash_of_secret, token_with_secret
from g40flow.storage.access_tables import ApiToken
from g40flow.storage.history import NETWORK, record

PREFIX = "g40_"
"""So that a token is recognised where it should not be, such as in a log or a repository."""

LONGEST_NAME = 80
LONGEST_DAYS = 366
USED_STEP = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class TokenHolder:
    """In whose name a program acts.

    may_write: whether it may change anything. is_to_be_noted: note_used should be called once for it.
    """

    actor: Actor
    token_id: int
    may_write: bool
    is_to_be_noted: bool = False


def create_token(
    session: Session,
    network: Network,
    person: str,
    *,
    name: str,
    may_write: bool,
    days: int,
    actor: Actor,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A new token, with its secret, which is told this once and kept nowhere.

    name: what it is for. days: calendar days that it works. Raises NotAllowed, NotFound, InvalidInput.
    """
    _require(actor)
    name = one_line(name)
    _check(name, days)
    if effective_person(session, network, person) is None:
        raise NotFound(f"er is geen persoon {person!r}")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        name=name,
        token_hash=hash_of_secret(secret),
        person=person,
        may_write=may_write,
        created_at=now,
        created_by=actor.person,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    facts: dict[str, Json] = {
        "token": token.id,
        "name": name,
        "for": person,
        "may_write": may_write,
        "days": days,
    }
    record(session, NETWORK, actor, "create_token", now=now, facts={**facts, "days": days})
    return token, secret


def revoke_token(session: Session, token_id: int, *, actor: Actor, now: datetime) -> ApiToken:
    """Let a token work no more; one that was revoked already stays as it was. Raises NotAllowed, NotFound."""
    _require(actor)
    token = session.get(ApiToken, token_id, with_for_update=True)
    if token is None:
        raise NotFound(f"er is geen token {token_id}")
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = now, actor.person
        session.add(token)
        facts: dict[str, Json] = {"token": token_id, "name": token.name, "for": token.person}
        record(session, NETWORK, actor, "revoke_token", now=now, facts=facts)
    return token


def holder_of_token(session: Session, network: Network, secret: str, now: datetime) -> TokenHolder | None:
    """Who acts with this token; None if it does not work (any more)."""
    token = token_with_secret(session, secret)
    if token is None or token.id is None or not is_valid(token, now):
        return None
    person = effective_person(session, network, token.person)
    if person is None:
        return None
    return TokenHolder(
        actor=actor_on(person, dutch_date(now), Surface.API),
        token_id=token.id,
        may_write=token.may_write,
        is_to_be_noted=token.last_used_at is None or token.last_used_at <= now - USED_STEP,
    )


def note_used(session: Session, token_id: int, now: datetime) -> None:
    """Keep that a token is in use; not exactly, so that not every request costs a write."""
    token = session.get_one(ApiToken, token_id)
    token.last_used_at = now
    session.add(token)


def is_valid(token: ApiToken, now: datetime) -> bool:
    """Whether a token still works."""
    return token.revoked_at is None and now < token.expires_at


def _require(actor: Actor) -> None:
    if not actor.is_automatic:
        require(Right.MANAGE_TOKENS, roles_of(actor))


def _check(name: str, days: int) -> None:
    if not name:
        raise InvalidInput("missing", "a token needs a name", field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidInput("long", f"expected at most {LONGEST_NAME} characters", field="name")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput("days", f"expected 1 to {LONGEST_DAYS} days, found {days}", field="days")
