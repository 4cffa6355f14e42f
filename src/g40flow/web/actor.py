"""Who asks for a page. Every page is for people who signed in, unless its address is in OPEN."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated, Any, cast
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.use_cases.access.sign_in import SignedIn, actor_of_session, note_seen

OPEN = (
    "/healthz",
    "/health/",
    "/metrics",  # for this machine, or with a token of its own
    "/static/",
    "/sign-in",
    "/sign-out",
    "/uitvraag/",  # a city's answer: whoever has the personal link
    "/afmelden/",  # getting no more mail of a kind: whoever has the mail
    "/feeds/",  # calendars and news: whoever has the private address
    "/slack/",  # signed by Slack
    "/api/",  # with a token, see ApiCaller
)
"""How addresses begin that need no session; each has a proof of its own, or nothing to hide."""

FOR_MACHINES = ("/healthz", "/health/", "/metrics", "/static/", "/feeds/", "/slack/", "/api/")
"""Where nobody looks whether there is a session."""


class SignInNeeded(Exception):
    """A page for people who signed in was asked for without a session.

    back: where to go afterwards. was_form: something was sent, and is lost.
    """

    def __init__(self, back: str, *, was_form: bool = False) -> None:
        super().__init__(back)
        self.back = back
        self.was_form = was_form


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks for one page. signed_in: None on an open page without a session."""

    signed_in: SignedIn | None = None

    @property
    def actor(self) -> Actor | None:
        """Who acts; None when nobody is signed in."""
        return None if self.signed_in is None else self.signed_in.actor


def visitor(request: Request) -> Visitor:
    """Find out who asks. Raises SignInNeeded, and NotAllowed for somebody without any role."""
    app = cast(App, request.app.state.app)
    found = Visitor(signed_in=_signed_in(app, request))
    request.state.actor = found.actor
    if not is_open(request.url.path):
        if found.actor is None:
            raise _needed(request)
        require(Right.READ, roles_of(found.actor))
    return found


def is_open(path: str) -> bool:
    """Whether an address needs no session."""
    return _is_under(path, OPEN)


def _is_under(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(f"{path}/".startswith(f"{prefix.rstrip('/')}/") for prefix in prefixes)


CurrentVisitor = Annotated[Visitor, Depends(visitor)]


async def _current_actor(request: Request, found: CurrentVisitor) -> Actor:
    if found.actor is None:
        raise _needed(request)
    return found.actor


CurrentActor = Annotated[Actor, Depends(_current_actor)]
"""The signed-in person with the roles of today; asking for it on an open page leads to signing in."""


def needs(right: Right) -> Any:
    """For `dependencies=[needs(Right.X)]`: refuses people without the right, whatever it is held for."""

    async def check(actor: CurrentActor) -> None:
        require(right, roles_of(actor))

    return Depends(check)


# --- the browser --------------------------------------------------------------------------------


def cookie_name(app: App) -> str:
    """The name of the session's cookie. With https it is one that no other host can set."""
    return "__Host-g40flow" if is_https(app) else "g40flow"


def is_https(app: App) -> bool:
    """Whether people reach the portal over https."""
    return urlsplit(app.settings.portal_url).scheme == "https"


def session_token(app: App, request: Request) -> str:
    """What the browser shows as its session; "" when it shows none."""
    return request.cookies.get(cookie_name(app), "")


def client_of(request: Request) -> str:
    """The address a request comes from, for counting; of IPv6 the network, which one person has whole."""
    host = "" if request.client is None else request.client.host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def local_path(given: str) -> str:
    """Where to go after signing in: a page of ours, "/" for anything else."""
    is_plain = given.isascii() and given.isprintable() and "\\" not in given and len(given) <= 500
    if not is_plain or not given.startswith("/") or given.startswith("//"):
        return "/"
    try:
        parts = urlsplit(given)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path.startswith(("/sign-in", "/sign-out")):
        return "/"
    return given


def sign_in_address(back: str, *, was_form: bool = False) -> str:
    """The sign-in page, from which one comes back. was_form: it says that what was sent is not kept."""
    said = ["done=lost"] if was_form else []
    query = "&".join(said + ([] if back == "/" else [f"next={quote(back, safe='/')}"]))
    return f"/sign-in?{query}" if query else "/sign-in"


def _needed(request: Request) -> SignInNeeded:
    """Of a form the way back is the page it stood on, if that is one of ours."""
    if request.method in ("GET", "HEAD"):
        return SignInNeeded(_page_at(request.url.path, request.url.query))
    try:
        came_from = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return SignInNeeded("/", was_form=True)
    is_ours = came_from.netloc == request.headers.get("host")
    return SignInNeeded(_page_at(came_from.path, came_from.query) if is_ours else "/", was_form=True)


def _page_at(path: str, query: str) -> str:
    return local_path(f"{path}?{query}" if query else path)


def _signed_in(app: App, request: Request) -> SignedIn | None:
    token, now = session_token(app, request), app.now()
    if not token or _is_under(request.url.path, FOR_MACHINES):
        return None
    with app.database.reading() as session:
        found = actor_of_session(session, app.access, token, now)
    if found is not None and found.is_to_be_noted:
        with app.database.writing() as writing:
            note_seen(writing, found.session_id, now)
    return found
