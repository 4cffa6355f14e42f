"""Publishers of which nothing is known but their RSS and Atom feeds; added by configuration only.

entries: what is kept of an entry, and by what it is known again. source: reading and assembling.
live: the checks of `g40flow doctor --live`.
"""

from g40flow.sources.feeds.source import Feed, Feeds

__all__ = ["Feed", "Feeds"]
