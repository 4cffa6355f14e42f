"""The ministry that speaks from the office of a minister or state secretary."""

import re
from collections.abc import Iterable

from g40flow.domain.items import PublisherRecord

# "minister van Onderwijs, Cultuur en Wetenschap"; a minister "voor" something has no ministry of
# that name, and the ministry of such an office cannot be told from the words.
_OFFICE = re.compile(
    r"\b(?:minister|staatssecretaris)\s+van\s+(?P<ministry>[^(]+?)"
    r"(?=\s*(?:\(|$|,?\s*(?:en\s+)?(?:tevens\s+)?(?:(?:eerste|tweede|derde)\s+)?(?:vice-?)?minister\b|,?\s*vice))",
    re.IGNORECASE,
)


def ministry_of(office: str) -> str:
    """ "Ministerie van ..." from an office; "" where it cannot be told."""
    found = _OFFICE.search(" ".join(office.split()))
    return f"Ministerie van {found['ministry'].strip(' ,;')}" if found else ""


def first_ministry(actors: Iterable[PublisherRecord], *relations: str) -> str:
    """The ministry of the first actor with a ministry, by relation in the order given."""
    known = list(actors)
    offices = (
        str(actor.fields.get("functie", ""))
        for relation in relations
        for actor in known
        if actor.fields.get("relatie") == relation
    )
    return next((ministry for office in offices if (ministry := ministry_of(office))), "")
