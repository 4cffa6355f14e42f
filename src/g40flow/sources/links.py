"""Addresses that publishers give: only public web addresses become links, and one page has one spelling."""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

LONGEST = 1_000
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")
_INNER_NAMES = (".local", ".localhost", ".internal", ".intranet", ".lan", ".home.arpa")


def public_link(address: str, *, base: str, also_hosts: Collection[str] = ()) -> str | None:
    """The absolute http(s) address, or None for anything that does not lead to a public place.

    base: what a relative one is relative to; its own host is allowed whatever it is, since that was
    configured. also_hosts: when given, the only other hosts that are.
    """
    address = address.strip()
    if not address or len(address) > LONGEST or any(not letter.isprintable() for letter in address):
        return None
    try:
        parts = urlsplit(urljoin(base, address))
        host, own = (parts.hostname or "").rstrip("."), urlsplit(base).hostname
        _ = parts.port  # raises ValueError for one that is no number
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not host:
        return None
    allowed = host == own or (host in also_hosts if also_hosts else _is_public(host))
    return urlunsplit(parts).replace(" ", "%20") if allowed else None


def same_page(address: str) -> str:
    """The address without what only tells where the reader came from: equal for the same page."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith(_TRACKING)]
    path = parts.path.rstrip("/") or "/"
    return urlunsplit(SplitResult(parts.scheme, parts.netloc.lower(), path, urlencode(kept), ""))


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        # "127.1" and "0x7f000001" are addresses for some programs: a name ends in a word
        last = host.rpartition(".")[2]
        return "." in host and last.isalpha() and not host.endswith(_INNER_NAMES)
