"""Which of the documents on open.overheid.nl are for us: half a million are not."""

from collections.abc import Collection
from dataclasses import dataclass

INFORMATION_CATEGORIES = frozenset(
    {
        "wetten en algemeen verbindende voorschriften",
        "overige besluiten van algemene strekking",
        "ontwerpen van wet- en regelgeving met adviesaanvraag",
        "organisatie en werkwijze",
        "bereikbaarheidsgegevens",
        "bij vertegenwoordigende organen ingekomen stukken",
        "vergaderstukken staten-generaal",
        "vergaderstukken decentrale overheden",
        "agenda's en besluitenlijsten bestuurscolleges",
        "adviezen",
        "convenanten",
        "jaarplannen en jaarverslagen",
        "woo-verzoeken en -besluiten",
        "onderzoeksrapporten",
        "beschikkingen",
        "klachtoordelen",
        "subsidieverplichtingen anders dan met beschikking",
        "onbekend",
    }
)
"""Those of the Woo, folded; another one gives a signal."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """bodies: how the name of a responsible body begins, of which documents are read at all.

    categories: information categories, and kinds: kinds of documents, of which items are made; one
    that fits is enough. All are compared without capitals.
    """

    bodies: Collection[str]
    categories: Collection[str] = ()
    kinds: Collection[str] = ()

    def is_body(self, name: str) -> bool:
        """Whether documents of this body are read."""
        return name.casefold().startswith(tuple(body.casefold() for body in self.bodies))

    def category_among(self, labels: Collection[str]) -> str:
        """The first of the labels that is a category we want; "" if none is."""
        return _first(labels, self.categories)

    def kind_among(self, labels: Collection[str]) -> str:
        """The first of the labels that is a kind we want; "" if none is."""
        return _first(labels, self.kinds)


def _first(labels: Collection[str], wanted: Collection[str]) -> str:
    folded = {word.casefold() for word in wanted}
    return next((label for label in labels if label.casefold() in folded), "")
