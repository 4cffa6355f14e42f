"""open.overheid.nl: letters, and drafts of laws and rules sent out for advice. See docs/sources.md."""

from g40flow.sources.openoverheid.source import OpenOverheid as OpenOverheid
from g40flow.sources.openoverheid.wanted import Wanted as Wanted
