"""Signing in: a link in an e-mail or Slack's word leads to a session, a session to who acts."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.errors import NotFound, SignInFailed
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network, Person
from g40flow.domain.slack_identity import SlackIdentity
from g40flow.storage.access import (
    effective_person,
    end_sessions,
    forget_old,
    hash_of_secret,
    link_slack_user,
    link_with_token,
    person_with_email,
    person_with_slack_user,
    session_with_token,
    unused_links,
)
from g40flow.storage.access_tables import SignInLink, WebSession
from g40flow.storage.messages import write_message
from g40flow.use_cases.access.rules import AccessRules

SIGN_IN_LINK = "sign_in_link"
"""Kind of the message that brings a link."""

SEEN_STEP = timedelta(minutes=5)
"""How exactly it is kept when a session was last used: not every page costs a write."""

KEPT_FOR = timedelta(days=30)
"""How long links and sessions that are over stay, for who asks what happened."""


# --- links --------------------------------------------------------------------------------------


def request_link(session: Session, rules: AccessRules, email: str, *, back: str = "/", now: datetime) -> None:
    """Send a sign-in link to a person of the network; to anybody else nothing happens.

    back: the page of the portal to go to afterwards. Who asks must not notice which of the two it
    was: answer first, then call this.
    """
    person = person_with_email(session, rules.network, email)
    if person is None:
        return
    link = _new_link(session, rules, person, now)
    write_message(
        session,
        f"{SIGN_IN_LINK}:{link.id}",
        transport="mail",
        audience=f"person:{person.slug}",
        kind=SIGN_IN_LINK,
        subject={"link": link.id, "back": back},
        urgent=True,
        now=now,
    )


def make_link(session: Session, rules: AccessRules, slug: str, now: datetime) -> str:
    """The token of a new link for somebody, to hand over by other means. Raises NotFound."""
    person = effective_person(session, rules.network, slug)
    if person is None:
        raise NotFound(f"er is geen persoon {slug!r}")
    return token_of(rules, _new_link(session, rules, person, now))


def token_of(rules: AccessRules, link: SignInLink) -> str:
    """The token of a link, made again from the secret key: it is stored nowhere."""
    made = hmac.digest(rules.secret_key, f"sign-in link {link.nonce}".encode(), hashlib.sha256)
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def person_of_link(session: Session, rules: AccessRules, token: str, now: datetime) -> Person:
    """Whom a link signs in, without using it. Raises SignInFailed."""
    return _checked(session, rules, link_with_token(session, token), now)[1]


def use_link(
    session: Session, rules: AccessRules, token: str, *, agent: str, replaces: str = "", now: datetime
) -> str:
    """Sign in with a link, once; returns the token of the new session.

    Other links that the person asked for are over with it. agent, replaces: see start_session.
    Raises SignInFailed.
    """
    link, person = _checked(session, rules, link_with_token(session, token), now)
    for unused in [*unused_links(session, link.person)]:
        unused.used_at = now
        session.add(unused)
    return start_session(session, rules, person, agent=agent, replaces=replaces, now=now)


def _new_link(session: Session, rules: AccessRules, person: Person, now: datetime) -> SignInLink:
    link = SignInLink(
        nonce=secrets.token_urlsafe(24),
        token_hash="",
        person=person.slug,
        requested_at=now,
        expires_at=now + rules.link_life,
    )
    link.token_hash = hash_of_secret(token_of(rules, link))
    session.add(link)
    session.flush()
    return link


def _checked(
    session: Session, rules: AccessRules, link: SignInLink | None, now: datetime
) -> tuple[SignInLink, Person]:
    if link is None:
        raise SignInFailed("link_unknown", "no link has this token")
    if link.used_at is not None:
        raise SignInFailed("link_used", f"link {link.id} was used at {link.used_at}")
    if link.expires_at <= now:
        raise SignInFailed("link_expired", f"link {link.id} was good until {link.expires_at}")
    person = effective_person(session, rules.network, link.person)
    if person is None:
        raise SignInFailed("nobody", f"{link.person} is nobody any more")
    return link, person


# --- Slack --------------------------------------------------------------------------------------


def person_of_slack(session: Session, rules: AccessRules, identity: SlackIdentity, now: datetime) -> Person:
    """The person who signs in with Slack: by user id, the first time by a verified mail address.

    Raises SignInFailed, also when the address belongs to somebody who is another Slack user: an
    address that was given to a newcomer does not open the account of who left.
    """
    known = person_with_slack_user(session, rules.network, identity.user_id)
    if known is not None:
        return known
    if not identity.email_verified:
        raise SignInFailed("slack_email", f"{identity.user_id} has no verified mail address")
    person = person_with_email(session, rules.network, identity.email)
    if person is None:
        raise SignInFailed("nobody", f"nobody has the address of {identity.user_id}")
    if person.slack_user is not None:
        raise SignInFailed("slack_other", f"{person.slug} is another Slack user than {identity.user_id}")
    link_slack_user(session, person.slug, identity.user_id, now)
    return person


# --- sessions -----------------------------------------------------------------------------------


def start_session(
    session: Session, rules: AccessRules, person: Person, *, agent: str, replaces: str = "", now: datetime
) -> str:
    """Sign a person in; returns the token for the cookie, always a new one.

    agent: kind of browser, for the list of sessions. replaces: token that the browser had before;
    that session ends, so that nobody can slip his own to somebody else.
    """
    forget_old(session, now - KEPT_FOR)
    if replaces:
        end_session(session, replaces, now)
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            token_hash=hash_of_secret(token),
            person=person.slug,
            created_at=now,
            last_seen_at=now,
            expires_at=now + rules.session_longest,
            agent=agent,
        )
    )
    session.flush()
    return token


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Somebody with a session. is_to_be_noted: note_seen should be called once for it."""

    actor: Actor
    session_id: int
    is_to_be_noted: bool


def actor_of_session(session: Session, rules: AccessRules, token: str, now: datetime) -> SignedIn | None:
    """Who has the session with this token; None if it is over or the person may not come in any more."""
    row = session_with_token(session, token)
    if row is None or not is_alive(row, rules, now):
        return None
    person = effective_person(session, rules.network, row.person)
    if person is None or row.id is None:
        return None
    return SignedIn(
        actor=actor_on(person, dutch_date(now), Surface.PORTAL),
        session_id=row.id,
        is_to_be_noted=row.last_seen_at <= now - SEEN_STEP,
    )


def is_alive(row: WebSession, rules: AccessRules, now: datetime) -> bool:
    """Whether a session still counts."""
    return row.ended_at is None and now < row.expires_at and now < row.last_seen_at + rules.session_idle


def note_seen(session: Session, session_id: int, now: datetime) -> None:
    """Keep that a session is in use."""
    row = session.get(WebSession, session_id)
    if row is not None:
        row.last_seen_at = now
        session.add(row)


def end_session(session: Session, token: str, now: datetime) -> None:
    """Sign out in one browser; does nothing for a session that is over or never was."""
    row = session_with_token(session, token)
    if row is not None and row.ended_at is None:
        row.ended_at = now
        session.add(row)


def end_all_sessions(session: Session, person: str, now: datetime) -> int:
    """Sign somebody out everywhere, and let no link he asked for work; returns in how many browsers."""
    for link in unused_links(session, person):
        link.used_at = now
        session.add(link)
    return end_sessions(session, person, now)


def actor_for(session: Session, network: Network, slug: str, *, surface: Surface, now: datetime) -> Actor:
    """Somebody as who acts now, with the roles held today. Raises NotFound, also if deactivated."""
    person = effective_person(session, network, slug)
    if person is None:
        raise NotFound(f"er is geen persoon {slug!r}")
    return actor_on(person, dutch_date(now), surface)
