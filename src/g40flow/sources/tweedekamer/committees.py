"""Names of committees, which come in several spellings and change with every cabinet."""

import re
import unicodedata
from collections.abc import Collection

from g40flow.domain.items import PublisherRecord
from g40flow.sources.contract import RecordReader

# Plenary items carry this row or this word instead of a committee; seen in two public clients.
PLENARY_IDENTIFIER = "38aacfcd-2cfa-4727-949d-e4270237dbbe"
PLENARY_NAME = "TK"

_STANDING = re.compile(r"^vaste\s+commissie\s+voor\s+", re.IGNORECASE)
_GENERIC = re.compile(r"^(?:(?:vaste|algemene|tijdelijke)\s+)?commissie\s+voor\s+(?:(?:de|het)\s+)?")


def committee_name(text: str) -> str:
    """The name as people write it: one space between words, "Vaste commissie voor ..." in that case.

    Empty for the plenary, which is not a committee.
    """
    name = " ".join(text.split())
    if name == PLENARY_NAME:
        return ""
    name = _STANDING.sub("Vaste commissie voor ", name)
    return name[:1].upper() + name[1:]


def committee_key(text: str) -> str:
    """Equal for spellings of the same name: folded, without "vaste commissie voor"."""
    folded = unicodedata.normalize("NFKD", " ".join(text.split())).casefold()
    return _GENERIC.sub("", "".join(letter for letter in folded if not unicodedata.combining(letter)))


def is_known(name: str, known: Collection[str]) -> bool:
    """Whether a name is one of the known ones (given as keys). Nothing is unknown when none are given."""
    return not known or committee_name(name) == "" or committee_key(name) in known


def name_by_reference(record: PublisherRecord, relation: str, stored: RecordReader) -> str:
    """The name of the committee that a record refers to; "" if it refers to none that has a name."""
    targets = [ref.identifier for ref in record.references if ref.relation == relation]
    for committee in stored.get_many("commissie", targets):
        name = committee.record.fields.get("naamNl") or committee.record.fields.get("naamWebNl")
        if isinstance(name, str):
            return committee_name(name)
    return ""
