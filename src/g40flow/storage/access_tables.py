"""Tables of who may come in. Columns named *_at hold aware UTC instants, *_on Dutch calendar dates.

people:  PersonRow, Deactivation, RoleGrant, SlackLink: what administrators add to config/people.yaml;
         PeopleVersion: how often any of that changed
coming in: SignInLink, WebSession, ApiToken: of every secret only the SHA-256 is kept
limits:  Attempt

Queries are in g40flow.storage.access.
"""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from g40flow.domain.network import Role
from g40flow.storage.columns import Table, instant, word

# --- people -------------------------------------------------------------------------------------


class PersonRow(Table, table=True):
    """Somebody whom an administrator added; people in the configuration have no row here.

    slug: not one of the configuration. email: in lower case, unique. city: slug; None for none.
    """

    __tablename__ = "person"
    slug: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    city: str | None = None
    slack_user: str | None = None
    added_at: datetime = instant()
    added_by: str


class Deactivation(Table, table=True):
    """Somebody, of the configuration or added, who cannot come in and holds no role any more."""

    __tablename__ = "deactivation"
    person: str = Field(primary_key=True)
    deactivated_at: datetime = instant()
    deactivated_by: str


class RoleGrant(Table, table=True):
    """A role that an administrator gave or ended.

    scope: slug of the group, pillar or city, or name of the partner; None for the whole network.
    from_on, until_on: inclusive; None means unlimited. deputy_of: person slug.
    from_config: the holding stands in config/people.yaml and this row says that it was ended.
    ended_at: None while it counts.
    """

    __tablename__ = "role_grant"
    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    role: Role = word(Role)
    scope: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    deputy_of: str | None = None
    from_config: bool = False
    granted_at: datetime = instant()
    granted_by: str
    ended_at: datetime | None = instant(nullable=True)
    ended_by: str = ""


class SlackLink(Table, table=True):
    """Which Slack user somebody is, since he first signed in with Slack."""

    __tablename__ = "slack_link"
    person: str = Field(primary_key=True)
    slack_user: str = Field(unique=True)
    linked_at: datetime = instant()


class PeopleVersion(Table, table=True):
    """One row, counted up by the database itself with every change of the four tables above."""

    __tablename__ = "people_version"
    id: int = Field(primary_key=True)
    version: int


# --- coming in ----------------------------------------------------------------------------------


class SignInLink(Table, table=True):
    """A link with which somebody can sign in once.

    nonce: with the secret key of the program it gives the token of the link; alone it gives nothing.
    token_hash: SHA-256, hex, of the token. used_at: None as long as nobody signed in with it.
    """

    __tablename__ = "sign_in_link"
    id: int | None = Field(default=None, primary_key=True)
    nonce: str
    token_hash: str = Field(unique=True)
    person: str = Field(index=True)
    requested_at: datetime = instant()
    expires_at: datetime = instant(index=True)
    used_at: datetime | None = instant(nullable=True)


class WebSession(Table, table=True):
    """One browser in which somebody is signed in.

    expires_at: however busy, it is over then. ended_at: signed out, or ended by an administrator.
    agent: kind of browser, such as "Firefox, Windows"; not the whole user agent.
    """

    __tablename__ = "web_session"
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person: str = Field(index=True)
    created_at: datetime = instant()
    last_seen_at: datetime = instant()
    expires_at: datetime = instant(index=True)
    ended_at: datetime | None = instant(nullable=True)
    agent: str = ""


class ApiToken(Table, table=True):
    """What a program shows to use the API in somebody's name. name: what it is for, as people call it."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    token_hash: str = Field(unique=True)
    person: str = Field(index=True)
    may_write: bool = False
    created_at: datetime = instant()
    created_by: str
    expires_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)
    revoked_by: str = ""
    last_used_at: datetime | None = instant(nullable=True)


# --- limits -------------------------------------------------------------------------------------


class Attempt(Table, table=True):
    """How often something was tried in one window of time.

    key: what, and by whom; addresses and mail addresses as a hash. began_at: start of the window.
    """

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_began_at", "began_at"),)
    key: str = Field(primary_key=True)
    began_at: datetime = instant()
    count: int = 0
