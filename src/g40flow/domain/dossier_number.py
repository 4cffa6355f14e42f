"""Numbers of parliamentary dossiers, which every publisher spells in its own way."""

import re

# "36800-XVI" (Tweede Kamer), "36.800 XVI" (Eerste Kamer), "36 800-XVI" (printed), "21501-02",
# "33794-(R2019)" (an act of the Kingdom); a document's own number may follow: ", nr. 12".
_SPELLING = re.compile(
    r"""
    (?P<thousands>\d{2})[.\s]?(?P<rest>\d{3})
    (?: \s*[-‐‑–—\s]\s* (?P<addition>\(?R\s?\d{3,4}\)?|[A-Z]{1,6}|\d{1,2}) )?
    (?: \s*[,;]?\s*nrs?\.?\s*\d+ )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def normalise_dossier_number(text: str) -> str | None:
    """The number in the spelling "36800-XVI", or None if the text is not a dossier number.

    Budget chapters ("36800-XVI") are dossiers of their own; numbers of documents are dropped.
    """
    found = _SPELLING.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    return _joined(found["thousands"] + found["rest"], found["addition"])


def dossier_number(number: int, addition: str | None) -> str | None:
    """The normalised number from its two parts; None if they do not form one."""
    return normalise_dossier_number(f"{number} {addition.strip()}" if addition else str(number))


def _joined(number: str, addition: str | None) -> str:
    if not addition:
        return number
    addition = re.sub(r"[()\s]", "", addition).upper()
    if addition.isdigit():
        return f"{number}-{addition:0>2}"  # 21501-2 and 21501-02 are the same dossier
    if re.fullmatch(r"R\d+", addition):
        return f"{number}-({addition})"
    return f"{number}-{addition}"
