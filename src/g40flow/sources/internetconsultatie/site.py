"""Addresses of the site: which host is ours, and which first path part is a consultation."""

import re
from urllib.parse import quote, unquote, urlsplit

RESERVED = frozenset(
    {
        *("zoeken", "home", "content", "koop-cb", "resources", "reactie", "reacties", "rest"),
        *("geslotenconsultaties", "voorkeurabonnement", "veelgesteldevragen", "algemenevoorwaarden"),
        "pdf_document_openen",
    }
)  # not "consultatie", although it is called reserved elsewhere: the closed list has one under that slug
LONGEST_SLUG = 300
LIST_PAGE_SIZE = 100  # of the closed list; 10, 25 and 100 are offered

_NOT_IN_A_SLUG = re.compile(r"[\x00-\x20\x7f-\x9f\\<>./?#]")
_NOT_IN_ITS_MEANING = re.compile(r"[\x00-\x1f\x7f-\x9f\\/<>]|\.\.")
_DOCUMENT = re.compile(r"/document/([0-9]{1,12})", re.ASCII)


class Site:
    """internetconsultatie.nl, or what stands in for it. base_url: with or without a path before the slugs."""

    def __init__(self, base_url: str) -> None:
        self.base = base_url.rstrip("/")
        parts = urlsplit(self.base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"expected an http(s) address, found {base_url!r}")
        self.host = parts.hostname
        self._port = parts.port
        self._prefix = parts.path

    @property
    def open_list(self) -> str:
        return f"{self.base}/rest/openconsultaties/"

    def closed_list(self, page: int, size: int = LIST_PAGE_SIZE) -> str:
        return f"{self.base}/geslotenconsultaties/{page}/{size}"

    def search(self, first: str, last: str, page: int) -> str:
        """first, last: days as "31-1-2025", without leading zeros."""
        query = (
            "Trefwoorden=&TrefwoordenSearchScope=Titel"
            f"&ConsultatiedatumVan={quote(first + ' 00:00:00')}"
            f"&ConsultatiedatumTotEnMet={quote(last + ' 00:00:00')}"
        )
        return f"{self.base}/zoeken/resultaat?{query}" + (f"&Pagina={page}" if page > 1 else "")

    def page(self, path: str) -> str:
        """Absolute address of a path below the base, which begins with a slash."""
        return self.base + path

    def path(self, address: str) -> str | None:
        """Path below the base of an address on this site, exactly as written; None for other places."""
        address = address.strip()
        try:
            parts = urlsplit(address)
            own = (parts.hostname, parts.port) == (self.host, self._port)
        except ValueError:
            return None
        if parts.netloc and not (own and parts.scheme in {"http", "https"} and "@" not in parts.netloc):
            return None
        if not parts.netloc and (parts.scheme or not parts.path.startswith("/")):
            return None
        if not parts.path.startswith(f"{self._prefix}/"):
            return None
        return parts.path.removeprefix(self._prefix)

    def slug(self, address: str) -> str | None:
        """The consultation that an address leads to, exactly as written; None if it is none of ours."""
        path = self.path(address)
        if path is None:
            return None
        slug = path[1:].partition("/")[0]
        return slug if is_slug(slug) else None

    def document_number(self, address: str, slug: str) -> str | None:
        """Number of a document of this consultation; None for all other links."""
        path = self.path(address)
        own = f"/{slug}"
        if path is None or path[: len(own)].lower() != own.lower():
            return None
        match = _DOCUMENT.fullmatch(path[len(own) :])
        return match[1] if match else None


def is_slug(text: str) -> bool:
    """Whether a first path part can be a consultation. It is kept as it is, never unquoted."""
    if not text or len(text) > LONGEST_SLUG or text.lower() in RESERVED or _NOT_IN_A_SLUG.search(text):
        return False
    meaning = unquote(text)
    return bool(meaning.strip()) and not _NOT_IN_ITS_MEANING.search(meaning)


def same_slug(one: str, other: str) -> bool:
    """Equal but for percent-encoding and case, which a redirect may change."""
    return unquote(one).lower() == unquote(other).lower()
