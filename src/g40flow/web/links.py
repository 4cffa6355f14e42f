"""Addresses of our own pages, with search terms kept."""

from collections.abc import Mapping
from urllib.parse import urlencode


def address_with(path: str, values: Mapping[str, object], **changed: object) -> str:
    """A path with the values as query, some of them changed; empty ones are left out."""
    query = {name: value for name, value in {**values, **changed}.items() if value not in ("", None, False)}
    return f"{path}?{urlencode(query)}" if query else path
