"""Addresses from outside that may be followed."""

from functools import lru_cache
from urllib.parse import quote, urlsplit

LONGEST = 400
"""An address of ours or of a publisher is far shorter; several of these must fit in one message."""

# Everything that may stand in an address; the rest, such as "|" and ">" that end a link in Slack's
# markup, is written with percent signs.
_MAY_STAND = "%/:?#[]@!$&'()*+,;=~-._"


@lru_cache(maxsize=4096)
def safe_url(url: str) -> str | None:
    """The address in a form that cannot be mistaken; None for what is no plain http(s) address.

    Refused are other schemes, a user name before the host (it looks like a host), and what is
    longer than LONGEST.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
        rest = quote(parts._replace(scheme="", netloc="").geturl(), safe=_MAY_STAND)
    except ValueError:  # a broken port or bracket; UnicodeError is one too
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    if not all(letter.isalnum() or letter in "-._:" for letter in host):
        return None
    place = f"[{host}]" if ":" in host else host
    safe = f"{parts.scheme}://{place}{'' if port is None else f':{port}'}{rest}"
    return safe if len(safe) <= LONGEST else None
