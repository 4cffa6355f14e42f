"""What stands around every page: who may ask, how large a form may be, and the safety headers."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from g40flow.web.pages import Pages

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST_FORM = 64 * 1024
"""Bytes; the largest form has sixteen tick boxes and two text fields."""

LARGER_FORMS = (
    (re.compile(r"/uitvraag/[^/]{1,100}|(?:/api/v1)?/calls/\d{1,18}/.{1,80}"), 250_000),
    (re.compile(r"/dossiers/\d{1,18}/call"), 250_000),
    (re.compile(r"/dossiers/\d{1,18}/(?:text|submission/answers)"), 1_500_000),
    (re.compile(r"/dossiers/\d{1,18}/(?:text/upload|submission/receipt)"), 10_100_000),
)
"""Where texts and files come in, in bytes; what is in them is checked where it is used."""

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

API = "/api/"

WITHOUT_COOKIES = (API, "/slack/", "/afmelden/")
"""Where programs ask, with a proof of their own in each request; cookies do not count there."""

MEASURED_BY_ITSELF = ("/slack/",)
"""What Slack sends can be as large as a modal; see g40flow.slack_app.http for how large."""

SAFETY_HEADERS = {
    # No scripts at all, and styles only from our own file.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def add_safety_headers(headers: MutableHeaders) -> None:
    """Add what every answer carries; what a route set itself stays."""
    for name, value in SAFETY_HEADERS.items():
        headers.setdefault(name, value)


def allowed_hosts(portal_url: str) -> frozenset[str]:
    """Host names under which the portal answers: this machine, and the configured address."""
    configured = urlsplit(portal_url).hostname
    return frozenset((*LOOPBACK, *filter(None, [configured])))


class Guard:
    """ASGI middleware that refuses what no page of ours would send, and marks every answer.

    Host: a name that is not ours means that somebody else's name points to this machine (DNS
    rebinding), so that his page could read ours. Origin: a form that changes something must come
    from one of our own pages (cross-site request forgery). Browsers set both; pages cannot.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str], pages: Pages, for_programs: Callable[[int, str], ASGIApp]
    ) -> None:
        """for_programs: makes the answer that tells a program of the API why it is refused."""
        self._app = app
        self._hosts = frozenset(hosts)
        self._pages = pages
        self._for_programs = for_programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_safety_headers(MutableHeaders(scope=message))
            await send(message)

        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        refuse = self._for_programs if scope["path"].startswith(API) else self._pages.error
        answer = self._app if refusal is None else refuse(*refusal)
        await answer(scope, receive, send_marked)

    def _refusal(self, method: str, path: str, headers: Headers) -> tuple[int, str] | None:
        """Status and kind of refusal; None if the request may pass."""
        if _host_name(headers.get("host", "")) not in self._hosts:
            return 421, "host"
        if method not in CHANGING:
            return None
        if not path.startswith(WITHOUT_COOKIES) and not is_from_own_page(headers):
            return 403, "origin"
        length = headers.get("content-length")
        if length is None and path.startswith(API) and "transfer-encoding" not in headers:
            return None  # no body at all, see RFC 9112, 6.3
        if length is None or not length.isdecimal():
            return 411, "length"
        if path.startswith(MEASURED_BY_ITSELF):
            return None
        return (413, "size") if int(length) > _largest_form(path) else None


def is_from_own_page(headers: Headers) -> bool:
    """Whether the browser says that a form was sent by a page of this very address.

    Without a word of the browser the answer is no: what changes something here are forms.
    """
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host")
    return headers.get("sec-fetch-site") == "same-origin"


def _largest_form(path: str) -> int:
    return next((size for where, size in LARGER_FORMS if where.fullmatch(path)), LARGEST_FORM)


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # such as a bracket that is not closed
        return None
