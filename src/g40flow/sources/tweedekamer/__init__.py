"""Tweede Kamer der Staten-Generaal: the agenda and the papers of the lower house.

`source` reads the feeds, `feed` judges a page, `fields` says what is kept of each entity, `affected`
and `activities`, `cases` turn records into items, `start` and `quiet_feed` answer two questions that
the publisher leaves open. See docs/sources.md for what is certain and what is not.
"""

from g40flow.sources.tweedekamer.source import TweedeKamer

__all__ = ["TweedeKamer"]
