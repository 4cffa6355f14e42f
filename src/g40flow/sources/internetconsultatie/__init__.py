"""internetconsultatie.nl: consultations on drafts of acts, decrees and policy.

words, site, markup: the publisher's vocabulary, addresses and pages in general.
lists, page: the parsers, pure.
records, assembling: what is kept, and the item made of it.
open_list, closed_list, visits: what is to be read. reading, conclusions, source: reading it.
live: the checks of `g40flow doctor --live`.
"""

from g40flow.sources.internetconsultatie.source import Internetconsultatie

__all__ = ["Internetconsultatie"]
