"""What coming in needs of the configuration, and how often it may be tried."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.errors import TooManyAttempts
from g40flow.domain.network import Network
from g40flow.storage.access import attempts_so_far, count_attempt

WINDOW = timedelta(minutes=15)
LINKS_PER_ADDRESS, LINKS_PER_CLIENT = 3, 20
"""Requests for a sign-in link in one window; a whole town hall may share one client address."""

FAILURES_PER_CLIENT = 20
"""Tokens in one window that turn out to be none; more is guessing."""


@dataclass(frozen=True, kw_only=True)
class AccessRules:
    """Who can come in, and for how long. network: as configured.

    secret_key: from which the tokens of links are made. link_life: how long a link in an e-mail works.
    session_idle: after so long without a page one signs in again; session_longest: in any case.
    """

    network: Network
    secret_key: bytes
    link_life: timedelta = timedelta(minutes=30)
    session_idle: timedelta = timedelta(hours=12)
    session_longest: timedelta = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Whether something may be tried once more. It is counted in any case: commit first, then require."""

    is_granted: bool

    def require(self) -> None:
        """Raises TooManyAttempts if it may not."""
        if not self.is_granted:
            raise TooManyAttempts(f"more often than allowed in {WINDOW}", retry_after=WINDOW)


def admit_link_request(session: Session, email: str, client: str, now: datetime) -> Admission:
    """Count a request for a link. client: the address it comes from.

    The same for an address that nobody has: how often it works tells nothing about people.
    """
    counts = (
        count_attempt(session, f"link for {email.casefold()}", WINDOW, now) <= LINKS_PER_ADDRESS,
        count_attempt(session, f"links to {client}", WINDOW, now) <= LINKS_PER_CLIENT,
    )
    return Admission(is_granted=all(counts))


def require_patience(session: Session, client: str, now: datetime) -> None:
    """Raises TooManyAttempts for a client that showed too many tokens that were none."""
    if attempts_so_far(session, _failures_of(client), WINDOW, now) >= FAILURES_PER_CLIENT:
        raise TooManyAttempts("too many tokens that are none", retry_after=WINDOW)


def count_failure(session: Session, client: str, now: datetime) -> None:
    """Note that a client showed a token that is none."""
    count_attempt(session, _failures_of(client), WINDOW, now)


def _failures_of(client: str) -> str:
    return f"failures of {client}"
