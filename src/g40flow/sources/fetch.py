"""Polite HTTP shared by all sources (see the class)."""

import random
import re
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from itertools import count
from typing import Self

import httpx

from g40flow.domain.errors import SourceChanged, SourceUnavailable
from g40flow.sources.private_addresses import Resolve, private_address_of, private_peer_of, resolve

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ANSWERS = frozenset({200, 304, 404, 410})  # what a source can conclude something from
ASKED_TO_WAIT = frozenset({429, 503})
CONTACT = re.compile(r"[\x21-\x27\x2a-\x7e]+")  # printable ASCII, no spaces and no brackets
VALIDATOR = re.compile(r"[\x20-\x7e]{1,500}")
LOCATION = "g40flow.location"
LONGEST_RETRY_AFTER = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer of a publisher.

    url: address after redirects. body: decoded content bytes, within the size limit.
    status: 200, 304 (only when validators were given), 404 or 410; all others are errors.
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


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """What we ask of a publisher and of ourselves.

    interval: between the starts of two requests to one host.
    attempts: in all, for one address. first_backoff doubles with every attempt.
    max_wait: in all, for one address, between attempts; a longer Retry-After is passed on instead.
    connect, read, write: seconds of silence per phase. duration: seconds for one whole answer.
    body_bytes: of one answer, after decompression.
    """

    interval: timedelta = timedelta(seconds=1)
    attempts: int = 4
    first_backoff: timedelta = timedelta(seconds=2)
    max_wait: timedelta = timedelta(minutes=2)
    connect: float = 15.0
    read: float = 75.0
    write: float = 30.0
    duration: float = 900.0
    body_bytes: int = 16 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True, kw_only=True)
class Time:
    """The clock and the waiting of a Fetcher, to be replaced in tests.

    now: aware UTC. monotonic: seconds from any start. sleep: seconds. chance: 0 <= x < 1.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class _TryAgain(Exception):
    """One attempt gave nothing usable. retry_after: what the publisher asked for."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class _Answer:
    """location: where a redirect points to, as sent."""

    status: int
    headers: httpx.Headers
    body: bytes = b""
    location: str = ""


class _Turns:
    """Gives every request to a host its moment, in all threads together."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_for(self, host: str, interval: timedelta) -> None:
        with self._lock:
            now = self._clock.monotonic()
            start = max(now, self._free_at.get(host, now))
            self._free_at[host] = start + interval.total_seconds()
        if start > now:
            self._clock.sleep(start - now)

    def hold(self, host: str, pause: timedelta) -> None:
        """No request to this host before `pause` is over."""
        with self._lock:
            until = self._clock.monotonic() + pause.total_seconds()
            self._free_at[host] = max(until, self._free_at.get(host, until))


@dataclass
class _Connection:
    """What a Fetcher shares with those that are derived from it."""

    client: httpx.Client
    turns: _Turns
    clock: Time
    resolve: Resolve


@dataclass
class _Counter:
    value: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self) -> None:
        with self.lock:
            self.value += 1


class Fetcher:
    """Gets pages: own user agent, one request a second per host, validators, limits, retries.

    Only hosts in `allowed_hosts` are asked, also after a redirect; so no answer can lead us to
    another or a private address, unless that very host was allowed. A host by name must stand for
    addresses of the open internet, before every request and at the other end of the connection; see
    private_addresses.py. From https never to http.
    Cookies are neither kept nor sent. Proxies come from the environment (HTTPS_PROXY, NO_PROXY).
    Safe to use from several threads; pacing then holds for all of them together.

    contact: e-mail or web address at which the publisher can reach the people behind the requests.
    resolve: gives the addresses of a host name.
    trust: the authorities that vouch for publishers; None for those this machine knows.
    """

    def __init__(
        self,
        *,
        contact: str,
        allowed_hosts: Collection[str],
        limits: FetchLimits | None = None,
        clock: Time | None = None,
        resolve: Resolve = resolve,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        if not CONTACT.fullmatch(contact):
            raise ValueError(f"contact must be an e-mail or web address, found {contact!r}")
        limits = limits or FetchLimits()
        clock = clock or Time()
        client = httpx.Client(
            headers={
                "User-Agent": f"g40flow/{version('g40flow')} ({contact})",
                "Accept": "*/*",
                "Accept-Encoding": "gzip",
            },
            timeout=httpx.Timeout(
                connect=limits.connect, read=limits.read, write=limits.write, pool=limits.read
            ),
            verify=trust or _known_authorities(),
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            event_hooks={"response": [_keep_redirect_to_ourselves]},
        )
        self._shared = _Connection(client=client, turns=_Turns(clock), clock=clock, resolve=resolve)
        self._limits = limits
        self._allowed = frozenset(_plain_host(host) for host in allowed_hosts)
        self._requests = _Counter()

    def for_hosts(self, allowed_hosts: Collection[str], limits: FetchLimits | None = None) -> "Fetcher":
        """A Fetcher with its own allow-list, count and limits that shares connections and pacing.

        Time-outs per phase stay those of the original. Closing either closes both.
        """
        derived = copy(self)
        derived._limits = limits or self._limits
        derived._allowed = frozenset(_plain_host(host) for host in allowed_hosts)
        derived._requests = _Counter()
        return derived

    @property
    def requests_made(self) -> int:
        """How many requests went out, repeated ones and redirects included."""
        return self._requests.value

    def now(self) -> datetime:
        """The clock of this client, aware UTC."""
        return self._shared.clock.now()

    def close(self) -> None:
        self._shared.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Page:
        """The page at an absolute address; with validators it may be confirmed instead of sent.

        Raises SourceUnavailable (no usable answer after all attempts; retry_after if the publisher
        named it) and SourceChanged (an answer that trying again will not mend). A page that is not
        there (404, 410) is an answer.
        """
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in validators.items() if value}
        address = self._allowed_address(url)
        for _ in range(self._limits.redirects + 1):
            answer = self._ask_patiently(address, headers)
            if answer.status not in REDIRECTS:
                return self._page(address, answer, conditional=bool(headers))
            address = self._redirect_target(address, answer)
        raise SourceChanged(f"{_shown(url)}: more than {self._limits.redirects} redirects")

    def _allowed_address(self, url: str | httpx.URL) -> httpx.URL:
        try:
            address = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise SourceChanged(f"not an address: {_shown(str(url))}") from error
        if address.scheme not in {"http", "https"} or address.userinfo:
            raise SourceChanged(f"expected a plain http(s) address, found {_shown(str(url))}")
        if _plain_host(address.host) not in self._allowed:
            raise SourceChanged(
                f"{_shown(str(url))}: host {_shown(address.host)} is not one of {sorted(self._allowed)}"
            )
        return address.copy_with(fragment=None)

    def _redirect_target(self, address: httpx.URL, answer: _Answer) -> httpx.URL:
        if not answer.location:
            raise SourceChanged(f"{_shown(str(address))}: redirect without an address")
        try:
            target = address.join(answer.location)
        except (httpx.InvalidURL, ValueError) as error:
            raise SourceChanged(f"{_shown(str(address))}: redirect to {_shown(answer.location)}") from error
        if address.scheme == "https" and target.scheme == "http":
            raise SourceChanged(f"{_shown(str(address))}: redirect from https to {_shown(str(target))}")
        return self._allowed_address(target)

    def _ask_patiently(self, address: httpx.URL, headers: Mapping[str, str]) -> _Answer:
        waited = timedelta()
        for attempt in count(1):
            try:
                return self._ask(address, headers)
            except _TryAgain as failure:
                pause = self._pause(attempt, failure.retry_after)
                if attempt >= self._limits.attempts or waited + pause > self._limits.max_wait:
                    raise SourceUnavailable(
                        f"{_shown(str(address))}: {failure} (attempt {attempt})",
                        retry_after=failure.retry_after,
                    ) from failure
                waited += pause
                self._shared.turns.hold(address.host, pause)
        raise AssertionError("count() does not end")

    def _pause(self, attempt: int, retry_after: timedelta | None) -> timedelta:
        """Exponential, of which up to half is left to chance so that pollers do not march in step."""
        backoff = self._limits.first_backoff * 2.0 ** (attempt - 1) * (0.5 + self._shared.clock.chance() / 2)
        return max(backoff, retry_after or timedelta())

    def _ask(self, address: httpx.URL, headers: Mapping[str, str]) -> _Answer:
        if private := private_address_of(address.host, self._shared.resolve):
            raise SourceChanged(f"{_shown(str(address))}: stands for the private address {private}")
        self._shared.turns.wait_for(address.host, self._limits.interval)
        self._requests.add()
        try:
            with self._shared.client.stream("GET", address, headers=dict(headers)) as response:
                return self._received(address, response)
        except httpx.TransportError as error:
            raise _TryAgain(f"{type(error).__name__}: {_shown(str(error))}") from error

    def _received(self, address: httpx.URL, response: httpx.Response) -> _Answer:
        if private := private_peer_of(address, response):
            raise SourceChanged(f"{_shown(str(address))}: was answered by the private address {private}")
        status = response.status_code
        if status == 429 or status >= 500:
            raise _TryAgain(f"status {status}", retry_after=self._retry_after(response))
        if status == 304:
            return _Answer(status, response.headers)
        if status in REDIRECTS:
            return _Answer(status, response.headers, location=response.extensions.get(LOCATION, ""))
        if status in {401, 403}:
            raise SourceUnavailable(f"{_shown(str(address))}: refused with status {status}")
        if status not in ANSWERS:
            raise SourceChanged(f"{_shown(str(address))}: expected status 200, found {status}")
        return _Answer(status, response.headers, self._body(address, response))

    def _retry_after(self, response: httpx.Response) -> timedelta | None:
        value = response.headers.get("Retry-After", "").strip()
        if response.status_code not in ASKED_TO_WAIT or not value:
            return None
        if re.fullmatch(r"[0-9]{1,9}", value):
            return min(timedelta(seconds=int(value)), LONGEST_RETRY_AFTER)
        moment = _http_date(value)
        if moment is None:
            return None
        return min(max(moment - self._shared.clock.now(), timedelta()), LONGEST_RETRY_AFTER)

    def _body(self, address: httpx.URL, response: httpx.Response) -> bytes:
        """The whole body. A short one is noticed by h11 (Content-Length, chunks) or by gzip's end mark."""
        limit = self._limits.body_bytes
        declared = response.headers.get("Content-Length", "")
        if declared.isdecimal() and len(declared) < 20 and int(declared) > limit:
            raise SourceChanged(
                f"{_shown(str(address))}: expected at most {limit} bytes, announced {declared}"
            )
        decode = _decoder(response.headers.get("Content-Encoding", ""), address)
        ends_at = self._shared.clock.monotonic() + self._limits.duration
        body = bytearray()
        for chunk in response.iter_raw():
            body += decode.feed(chunk, limit + 1 - len(body))
            if len(body) > limit:
                raise SourceChanged(f"{_shown(str(address))}: more than {limit} bytes")
            if self._shared.clock.monotonic() > ends_at:
                raise _TryAgain(f"answer not complete after {self._limits.duration:.0f} seconds")
        decode.finish()
        return bytes(body)

    def _page(self, address: httpx.URL, answer: _Answer, *, conditional: bool) -> Page:
        if answer.status == 304 and not conditional:
            raise SourceChanged(f"{_shown(str(address))}: status 304 to a request without validators")
        headers = answer.headers
        return Page(
            url=str(address),
            status=answer.status,
            body=answer.body,
            content_type=headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            etag=_validator(headers.get("ETag", "")),
            last_modified=_validator(headers.get("Last-Modified", "")),
            not_modified=answer.status == 304,
            fetched_at=self._shared.clock.now(),
            published_date=_http_date(headers.get("Date", "")),
        )


def _keep_redirect_to_ourselves(response: httpx.Response) -> None:
    """Take the target away from httpx, which reads it even when it must not follow, and trips over some."""
    response.extensions[LOCATION] = response.headers.pop("Location", "")


class _Plain:
    def feed(self, chunk: bytes, room: int) -> bytes:
        return chunk[:room]

    def finish(self) -> None:
        """Nothing is held back."""


class _Gzip:
    """Decompresses no further than there is room for, so that a small bomb stays small."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._empty = True

    def feed(self, chunk: bytes, room: int) -> bytes:
        out = bytearray()
        while chunk and len(out) < room:
            self._empty = False
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            try:
                out += self._member.decompress(chunk, room - len(out))
            except zlib.error as error:
                raise _TryAgain(f"damaged gzip: {error}") from error
            chunk = self._member.unconsumed_tail or self._member.unused_data
        return bytes(out)

    def finish(self) -> None:
        if not self._empty and not self._member.eof:
            raise _TryAgain("gzip body ends before its end")


def _decoder(encoding: str, address: httpx.URL) -> _Plain | _Gzip:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip()
        case _:
            raise SourceChanged(f"{_shown(str(address))}: expected gzip, found encoding {_shown(encoding)}")


def _plain_host(host: str) -> str:
    return host.lower().rstrip(".")


def _validator(value: str) -> str | None:
    """Only what can be sent back as it came."""
    return value if VALIDATOR.fullmatch(value) else None


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _shown(text: str) -> str:
    """Text of a publisher, made harmless for logs and terminals."""
    return ascii(text[:200])[1:-1]


@cache
def _known_authorities() -> ssl.SSLContext:
    """Read once by each process: that takes longer than many a request."""
    return httpx.create_ssl_context()
