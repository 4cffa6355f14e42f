"""Who the people are, with what administrators added to the configuration, and who has come in.

Everything that needs people or roles asks here; config/people.yaml alone is only the beginning.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Insert, Select, bindparam, case, delete, exists, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from g40flow.domain.network import Network, Person, RoleHolding
from g40flow.storage.access_tables import (
    ApiToken,
    Attempt,
    Deactivation,
    PeopleVersion,
    PersonRow,
    RoleGrant,
    SignInLink,
    SlackLink,
    WebSession,
)
from g40flow.storage.database import asked_once, kept_notes, reading_notes

# --- people -------------------------------------------------------------------------------------

_PEOPLE, _PEOPLE_VERSION = "people", "people_version"
_VERSION = select(PeopleVersion.version)


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    """One role that somebody holds or will hold, and where that stands.

    grant_id: row in role_grant; None when it stands in config/people.yaml.
    """

    holding: RoleHolding
    grant_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class KnownPeople:
    """Everybody as found at one version of the tables. effective: without who was deactivated."""

    version: int
    network: Network
    everybody: tuple[Person, ...]
    effective: Mapping[str, Person]
    names: Mapping[str, str]


def _known_people(session: Session, network: Network) -> KnownPeople | None:
    """What this process remembers of all people, if nothing about them changed since, wherever that was.

    None in a session that may change them itself, which reads the tables.
    """
    notes, kept = reading_notes(session), kept_notes(session)
    if notes is None or kept is None:
        return None
    if _PEOPLE not in notes:
        notes[_PEOPLE] = _up_to_date(session, network, kept.get(_PEOPLE))
        kept[_PEOPLE] = notes[_PEOPLE]
    found: KnownPeople | None = notes[_PEOPLE]
    return found if found is not None and found.network is network else None


def _up_to_date(session: Session, network: Network, kept: KnownPeople | None) -> KnownPeople | None:
    version = _people_version(session)
    if version is None or (kept is not None and kept.version == version and kept.network is network):
        return kept
    # Read after the version: what changes meanwhile is read again the next time.
    people, gone = _read_everybody(session, network), set(session.scalars(select(Deactivation.person)))
    return KnownPeople(
        version=version,
        network=network,
        everybody=people,
        effective={person.slug: person for person in people if person.slug not in gone},
        names={person.slug: person.name for person in people},
    )


def _people_version(session: Session) -> int | None:
    """Counted up by every change of people, roles and links, wherever it is made."""
    return asked_once(session, _PEOPLE_VERSION, lambda: session.scalar(_VERSION))


def effective_people(session: Session, network: Network) -> tuple[Person, ...]:
    """The people of the configuration and those added, with the roles that were not ended.

    Without who was deactivated. Periods of roles are kept as they are: who acts on a day is asked
    with RoleHolding.is_held_on. Configured people first, then those added, by name.
    """
    if (known := _known_people(session, network)) is not None:
        return tuple(known.effective.values())
    gone = set(session.scalars(select(Deactivation.person)))
    return tuple(person for person in _read_everybody(session, network) if person.slug not in gone)


def effective_network(session: Session, network: Network) -> Network:
    """The network with its people as they now are."""
    return replace(network, people=effective_people(session, network))


def network_with_everybody(session: Session, network: Network) -> Network:
    """The network with its people, also those who were deactivated: for names in what is past."""
    return replace(network, people=everybody(session, network))


def everybody(session: Session, network: Network) -> tuple[Person, ...]:
    """As effective_people, with those who were deactivated."""
    known = _known_people(session, network)
    return _read_everybody(session, network) if known is None else known.everybody


def _read_everybody(session: Session, network: Network) -> tuple[Person, ...]:
    added = session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.slug)).all()
    people = (*network.people, *(_of_row(row) for row in added))
    grants = session.scalars(select(RoleGrant).order_by(col(RoleGrant.id))).all()
    links = {link.person: link.slack_user for link in session.scalars(select(SlackLink))}
    per_person: dict[str, list[RoleGrant]] = {}
    for grant in grants:
        per_person.setdefault(grant.person, []).append(grant)
    return tuple(_effective(p, per_person.get(p.slug, ()), links.get(p.slug)) for p in people)


def effective_person(session: Session, network: Network, slug: str) -> Person | None:
    """One person as in effective_people; None if there is no such person, or not any more."""
    if (known := _known_people(session, network)) is not None:
        return known.effective.get(slug)
    person = _known(session, network, slug)
    is_gone = exists().where(col(Deactivation.person) == slug)
    linked = select(SlackLink.slack_user).where(col(SlackLink.person) == slug).scalar_subquery()
    gone, slack_user = session.execute(select(is_gone, linked)).one()
    if person is None or gone:
        return None
    return _effective(person, _grants(session, slug), slack_user)


def roles_held(session: Session, network: Network, slug: str) -> list[HeldRole]:
    """Every role of one person that was not ended, those of the configuration first."""
    person = _known(session, network, slug)
    return [] if person is None else _held(person, _grants(session, slug))


def person_with_email(session: Session, network: Network, email: str) -> Person | None:
    """The person with this mail address, however it is capitalised; None if nobody has it."""
    wanted = email.casefold()
    people = effective_people(session, network)
    return next((person for person in people if person.email.casefold() == wanted), None)


def person_with_slack_user(session: Session, network: Network, slack_user: str) -> Person | None:
    """The person who is this Slack user, by configuration or since signing in with Slack; or None."""
    people = effective_people(session, network)
    return next((person for person in people if person.slack_user == slack_user), None)


def link_slack_user(session: Session, person: str, slack_user: str, now: datetime) -> None:
    """Keep which Slack user somebody is, in place of an earlier one.

    Who was this Slack user before is it no more: such as a slug that the configuration renamed.
    """
    others = delete(SlackLink).where(col(SlackLink.slack_user) == slack_user, col(SlackLink.person) != person)
    session.connection().execute(others)
    link = session.get(SlackLink, person) or SlackLink(person=person, slack_user=slack_user)
    link.slack_user, link.linked_at = slack_user, now
    session.add(link)


def slack_link_of(session: Session, person: str) -> SlackLink | None:
    """Which Slack user somebody is since signing in with Slack; None if that never happened."""
    return session.get(SlackLink, person)


def names_of_people(session: Session, network: Network) -> dict[str, str]:
    """Slug to name of everybody, also of those who were deactivated."""
    if (known := _known_people(session, network)) is not None:
        return dict(known.names)
    added = session.scalars(select(PersonRow))
    return {p.slug: p.name for p in network.people} | {row.slug: row.name for row in added}


def deactivations(session: Session) -> dict[str, Deactivation]:
    """Who was deactivated, by slug."""
    return {row.person: row for row in session.scalars(select(Deactivation))}


def _known(session: Session, network: Network, slug: str) -> Person | None:
    configured = next((person for person in network.people if person.slug == slug), None)
    if configured is not None:
        return configured
    row = session.get(PersonRow, slug)
    return None if row is None else _of_row(row)


def _of_row(row: PersonRow) -> Person:
    return Person(slug=row.slug, name=row.name, email=row.email, city=row.city, slack_user=row.slack_user)


def _grants(session: Session, slug: str) -> Sequence[RoleGrant]:
    query = select(RoleGrant).where(col(RoleGrant.person) == slug)
    return session.scalars(query.order_by(col(RoleGrant.id))).all()


def _effective(person: Person, grants: Iterable[RoleGrant], slack_user: str | None) -> Person:
    roles = tuple(held.holding for held in _held(person, grants))
    return replace(person, roles=roles, slack_user=slack_user or person.slack_user)


def _held(person: Person, grants: Iterable[RoleGrant]) -> list[HeldRole]:
    grants = list(grants)
    ended = {holding_of(grant) for grant in grants if grant.from_config}
    configured = [HeldRole(holding=holding) for holding in person.roles if holding not in ended]
    given = [
        HeldRole(holding=holding_of(grant), grant_id=grant.id)
        for grant in grants
        if not grant.from_config and grant.ended_at is None
    ]
    return configured + given


def holding_of(grant: RoleGrant) -> RoleHolding:
    """A grant as the domain knows it."""
    return RoleHolding(
        role=grant.role,
        scope=grant.scope,
        from_on=grant.from_on,
        until_on=grant.until_on,
        deputy_of=grant.deputy_of,
    )


# --- coming in ----------------------------------------------------------------------------------


def hash_of_secret(secret: str) -> str:
    """SHA-256, hex: what is kept of a token. Tokens are random and long, so they need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_with_token(session: Session, token: str) -> SignInLink | None:
    """The sign-in link with this token, locked until the end of the transaction; None if there is none."""
    query = select(SignInLink).where(col(SignInLink.token_hash) == hash_of_secret(token))
    return session.scalars(query.with_for_update()).one_or_none()


def unused_links(session: Session, person: str) -> Sequence[SignInLink]:
    """Links of somebody that were not used, over or not."""
    query = select(SignInLink).where(col(SignInLink.person) == person, col(SignInLink.used_at).is_(None))
    return session.scalars(query).all()


@cache
def _session_and_version() -> Select[tuple[WebSession, int | None]]:
    """Together, since whoever asks for a session also asks next who that person is."""
    version = select(col(PeopleVersion.version)).scalar_subquery()
    return select(WebSession, version).where(col(WebSession.token_hash) == bindparam("token_hash"))


def session_with_token(session: Session, token: str) -> WebSession | None:
    """The session with this token, whatever became of it; None if there never was one."""
    found = session.execute(_session_and_version(), {"token_hash": hash_of_secret(token)}).one_or_none()
    if found is None:
        return None
    row: WebSession = found[0]
    if (notes := reading_notes(session)) is not None:
        notes[_PEOPLE_VERSION] = found[1]
    return row


def sessions_of(
    session: Session, person: str, *, seen_after: datetime, now: datetime
) -> Sequence[WebSession]:
    """Where somebody is signed in, last seen first. seen_after: those seen before it went idle."""
    query = select(WebSession).where(
        col(WebSession.person) == person,
        col(WebSession.ended_at).is_(None),
        col(WebSession.expires_at) > now,
        col(WebSession.last_seen_at) > seen_after,
    )
    return session.scalars(query.order_by(col(WebSession.last_seen_at).desc())).all()


def end_sessions(session: Session, person: str, now: datetime) -> int:
    """Sign somebody out everywhere; returns in how many browsers."""
    ended = session.connection().execute(
        update(WebSession)
        .where(col(WebSession.person) == person, col(WebSession.ended_at).is_(None))
        .values(ended_at=now)
    )
    return int(ended.rowcount)


def token_with_secret(session: Session, secret: str) -> ApiToken | None:
    """The API token with this secret, whatever became of it; None if there never was one."""
    query = select(ApiToken).where(col(ApiToken.token_hash) == hash_of_secret(secret))
    return session.scalars(query).one_or_none()


def api_tokens(session: Session, person: str | None = None) -> Sequence[ApiToken]:
    """API tokens, newest first. person: only of this person."""
    query = select(ApiToken).order_by(col(ApiToken.id).desc())
    return session.scalars(query if person is None else query.where(col(ApiToken.person) == person)).all()


def forget_old(session: Session, before: datetime) -> int:
    """Remove links, sessions and attempts that were over before an instant; says how many."""
    gone = 0
    for table, moment in (
        (SignInLink, SignInLink.expires_at),
        (WebSession, WebSession.expires_at),
        (Attempt, Attempt.began_at),
    ):
        gone += int(session.connection().execute(delete(table).where(col(moment) < before)).rowcount)
    return gone


# --- limits -------------------------------------------------------------------------------------


def count_attempt(session: Session, key: str, window: timedelta, now: datetime) -> int:
    """Note that something was tried; returns how often in the running window, this time included.

    A window begins with the first attempt after the one before was over. Two at once both count.
    """
    hashed, is_over = hash_of_secret(key), col(Attempt.began_at) <= now - window
    values = {"key": hashed, "began_at": now, "count": 1}
    changed = {
        "count": case((is_over, 1), else_=col(Attempt.count) + 1),
        "began_at": case((is_over, now), else_=col(Attempt.began_at)),
    }
    session.connection().execute(_upsert(session, values, changed))
    found = session.execute(select(Attempt.count).where(col(Attempt.key) == hashed)).scalar_one()
    return int(found)


def attempts_so_far(session: Session, key: str, window: timedelta, now: datetime) -> int:
    """How often something was tried in the running window."""
    query = select(func.coalesce(func.sum(Attempt.count), 0)).where(
        col(Attempt.key) == hash_of_secret(key), col(Attempt.began_at) > now - window
    )
    return int(session.execute(query).scalar_one())


def _upsert(session: Session, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Insert:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(Attempt).values(values).on_conflict_do_update(index_elements=["key"], set_=changed)
