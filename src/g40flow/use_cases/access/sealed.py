"""Values that a browser keeps for us for a few minutes and cannot change: signed, and good until a moment."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime


def seal(key: bytes, purpose: str, values: Mapping[str, str], until: datetime) -> str:
    """The values as one word for a cookie. purpose: nothing sealed for another one is accepted."""
    content = urlsafe_b64encode(json.dumps([dict(values), until.timestamp()]).encode()).decode()
    return f"{content}.{_mark(key, purpose, content)}"


def unseal(key: bytes, purpose: str, sealed: str, now: datetime) -> dict[str, str] | None:
    """The values; None for what was not sealed by this program for this purpose, or is over."""
    content, _, mark = sealed.rpartition(".")
    if not hmac.compare_digest(mark.encode(), _mark(key, purpose, content).encode()):
        return None
    values, until = json.loads(urlsafe_b64decode(content))
    return None if until <= now.timestamp() else {str(name): str(value) for name, value in values.items()}


def _mark(key: bytes, purpose: str, content: str) -> str:
    return hmac.digest(key, f"{purpose}\n{content}".encode(), hashlib.sha256).hex()
