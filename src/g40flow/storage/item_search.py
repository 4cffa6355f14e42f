"""Finding items by parts of words, with the table item_words that the database keeps by itself (migrations
0003 and 0005).

A word that is searched for may be any part of a word of the item ("woning" finds "huurwoningen"),
capitals and accents do not count, and all words must occur.
"""

import re

from sqlalchemy import ColumnElement, cast, column, false, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col

from g40flow.domain.folding import fold
from g40flow.storage.tables import Item

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_INDEXED = 3
"""Letters: SQLite's index holds pieces of three."""

_ITEM_WORDS = table("item_words", column("rowid"), column("item_id"), column("words"))
"""Item's id: in SQLite the rowid, on PostgreSQL item_id."""


def words_of(searched: str) -> list[str]:
    """The words to look for, each once, folded: letters and digits only."""
    return list(dict.fromkeys(_WORD.findall(fold(searched))))


def has_words(session: Session, searched: str, *, are_many: bool = False) -> ColumnElement[bool]:
    """The condition that an item has all words.

    are_many: that so many items have them that looking at one item after the other soon finds enough.
    What has no letter or digit, such as "%", is in no item: the index holds words only.
    """
    words = words_of(searched)
    if not words:
        return false()
    if session.get_bind().dialect.name == "postgresql":
        return _on_postgresql(words, are_many)
    return _on_sqlite(words)


def _on_postgresql(words: list[str], are_many: bool) -> ColumnElement[bool]:
    query = cast(" & ".join(f"'{word}':*" for word in words), TSQUERY)
    fits: ColumnElement[bool] = _ITEM_WORDS.c.words.bool_op("@@")(query)
    if are_many:  # a value for each item, which no plan can turn into gathering all that fit
        return select(fits).where(_ITEM_WORDS.c.item_id == col(Item.id)).scalar_subquery()
    return col(Item.id).in_(select(_ITEM_WORDS.c.item_id).where(fits))


def _on_sqlite(words: list[str]) -> ColumnElement[bool]:
    kept = _ITEM_WORDS.c.words
    found = select(_ITEM_WORDS.c.rowid)
    if long := [word for word in words if len(word) >= _SHORTEST_INDEXED]:
        found = found.where(kept.bool_op("MATCH")(" AND ".join(f'"{word}"' for word in long)))
    for word in words:
        if len(word) < _SHORTEST_INDEXED:
            found = found.where(kept.like(f"%{word}%"))
    return col(Item.id).in_(found)
