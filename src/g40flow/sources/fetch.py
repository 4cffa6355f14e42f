"""Polite HTTP shared by all sources (see the class)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer of a publisher.

    url: address after redirects. body: decoded content bytes, within the size limit.
    content_type: lower case, without parameters; "" if not told.
    not_modified: the publisher confirmed our validators (304); body is then empty.
    fetched_at: aware UTC. published_date: the Date header as aware UTC, None if missing or unreadable.
    """

    url: str
    status: int
    body: bytes
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False
    fetched_at: datetime
    published_date: datetime | None = None


class Fetcher:
    """Gets pages: own user agent, one request a second per host, validators, limits, retries."""

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Page:
        raise NotImplementedError
