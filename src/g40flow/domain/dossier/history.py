"""The chain of the history: each entry carries a hash over itself and the one before.

Who changes, removes or reorders an entry breaks the chain from there on; who cuts off its end is
betrayed by the head, which is kept apart.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from g40flow.domain.errors import HistoryBroken
from g40flow.domain.items import Json

START = "0" * 64
"""previous_hash of the first entry of a chain."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One entry of a history as it is hashed. at: aware UTC; facts: JSON."""

    chain: str
    sequence: int
    at: datetime
    person: str
    person_name: str
    surface: str
    action: str
    version_hash: str
    reason: str
    facts: dict[str, Json]
    previous_hash: str


def hash_of(link: Link) -> str:
    """SHA-256, hex, over all fields; independent of the order of keys and of the database used."""
    fields: dict[str, object] = {name: getattr(link, name) for name in link.__dataclass_fields__}
    fields["at"] = link.at.astimezone(UTC).isoformat(timespec="microseconds")
    plain = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def verify(links: Iterable[tuple[Link, str]], *, length: int, last_hash: str) -> None:
    """Check a whole chain. links: each entry with its stored hash, in order of sequence.

    length, last_hash: as the head says; 0 and "" for a chain without entries.
    Raises HistoryBroken, naming the first entry that does not fit.
    """
    previous, count = START, 0
    for link, stored in links:
        count += 1
        if link.sequence != count:
            raise HistoryBroken(f"expected entry {count}, found entry {link.sequence}")
        if link.previous_hash != previous:
            raise HistoryBroken(f"entry {count} does not follow from the one before")
        if hash_of(link) != stored:
            raise HistoryBroken(f"entry {count} is not what was written")
        previous = stored
    if count != length:
        raise HistoryBroken(f"expected {length} entries, found {count}: the end is missing")
    if count and previous != last_hash:
        raise HistoryBroken(f"the last of {count} entries is not the one the head names")
