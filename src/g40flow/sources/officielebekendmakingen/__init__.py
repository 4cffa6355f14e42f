"""Officiële bekendmakingen: official journals and papers of parliament, by saved queries.

addresses: the search, the feed of a query, the pages. answer: one answer of the search. publications: what
is kept of one, and the item made of it. reading: which part of time is asked, and where it goes on.
live: the checks of `g40flow doctor --live`.
"""

from g40flow.sources.officielebekendmakingen.source import OfficieleBekendmakingen, Query

__all__ = ["OfficieleBekendmakingen", "Query"]
