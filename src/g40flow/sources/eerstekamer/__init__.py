"""Eerste Kamer der Staten-Generaal: meetings, input rounds, bills in committee and votes, from its web pages.

words: dates, hours, committees and numbers as the Chamber writes them. inputs: the sentences that set a day
for input. agenda, bills, votes: the parsers, pure. records: what is kept. activities, cases: the items.
walking: from day to day. source: which pages are read when. live: the checks of `g40flow doctor --live`.
"""

from g40flow.sources.eerstekamer.source import EersteKamer

__all__ = ["EersteKamer"]
