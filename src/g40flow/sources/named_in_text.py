"""Names of papers and publications that a text mentions, for the items that belong together."""

import re

_NAMES = re.compile(
    r"\b(?:kst|blg|stcrt|stb|trb|ah-tk|kv-tk|h-tk|h-ek)-[0-9a-z][0-9a-z()-]{3,40}"  # kst-36512-3
    r"|\b20\d{2}[ZDA]\d{5,6}\b"  # 2026Z12345
    r"|\bKamerstuk(?:ken)?(?:\s+I{1,2})?(?:\s+\d{4}[/-]\d{2,4},?)?\s+\d{2}[.\s]?\d{3}"
    r"(?:[\s-]*[IVX]{1,6}\b)?(?:,\s*nrs?\.?\s*\d+)?",
    re.IGNORECASE,
)


def names_in(*texts: str) -> frozenset[str]:
    """Identifiers of official publications, numbers of the Tweede Kamer, and papers as they are cited."""
    return frozenset(" ".join(found.split()) for text in texts for found in _NAMES.findall(text))
