"""Addresses that items link to: pages of the Kamer for people, files at the data warehouse."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from g40flow.domain.items import ItemDocument, PublisherRecord


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """warehouse: base of the data warehouse, above /SyncFeed/2.0. site: base of the website.

    The forms of the pages were seen in two public projects; the website itself is never read.
    """

    warehouse: str
    site: str

    @property
    def _sync_feed(self) -> str:
        return self.warehouse.rstrip("/") + "/SyncFeed/2.0"

    @property
    def _site(self) -> str:
        return self.site.rstrip("/")

    def feed(self, category: str, token: str | None) -> str:
        """A page of a feed; token None is its beginning."""
        query = {"category": category} if token is None else {"category": category, "skiptoken": token}
        return f"{self._sync_feed}/Feed?{urlencode(query)}"

    def entity(self, identifier: str) -> str:
        """The raw current state of one entity: the last resort where there is no page for people."""
        return f"{self._sync_feed}/Entiteiten/{identifier}"

    def activity(self, number: str, *, plenary: bool) -> str:
        """The page of something on the agenda."""
        section = "plenaire_vergaderingen/details/activiteit" if plenary else "commissievergaderingen/details"
        return f"{self._site}/debat_en_vergadering/{section}?{urlencode({'id': number})}"

    def papers(self, case_number: str, document_number: str | None) -> str:
        """The page of a case, or of the document with which it began."""
        query = {"id": case_number, "did": document_number} if document_number else {"id": case_number}
        return f"{self._site}/kamerstukken/detail?{urlencode(query)}"

    def file(self, document: PublisherRecord) -> str:
        """The file of a document; its page if there is no file (yet)."""
        number = document.fields.get("documentNummer")
        if "contentType" not in document.fields and isinstance(number, str):
            return self.papers(number, number)
        return f"{self._sync_feed}/Resources/{document.identifier}"


def item_documents(documents: Iterable[PublisherRecord], addresses: Addresses) -> tuple[ItemDocument, ...]:
    """Documents as people see them, in the order given; those without any title are left out."""
    return tuple(
        ItemDocument(title=title, url=addresses.file(record), kind=str(record.fields.get("soort", "")))
        for record in documents
        if (title := str(record.fields.get("onderwerp") or record.fields.get("titel") or ""))
    )


def is_attachment(document: PublisherRecord) -> bool:
    """Whether it only comes along with another document."""
    return document.fields.get("soort") == "Bijlage"


def by_date(document: PublisherRecord) -> tuple[bool, str, str, str]:
    """Order of documents: attachments after all others, oldest first, then by number."""
    day, number = (str(document.fields.get(name, "")) for name in ("datum", "documentNummer"))
    return is_attachment(document), day, number, document.identifier
