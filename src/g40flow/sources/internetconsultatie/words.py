"""The publisher's vocabulary: labels, status and type words, and dates in all documented forms."""

import re
from datetime import date

MONTHS = {
    "januari": 1,
    "februari": 2,
    "maart": 3,
    "april": 4,
    "mei": 5,
    "juni": 6,
    "juli": 7,
    "augustus": 8,
    "september": 9,
    "oktober": 10,
    "november": 11,
    "december": 12,
}
SHORT_MONTHS = {name[:3]: number for name, number in MONTHS.items() if name != "maart"} | {
    "mrt": 3,
    "sept": 9,
}

OPEN_WORD, CLOSED_WORD, RESULT_WORD = "Actief", "Gesloten", "Resultaat gepubliceerd"
STATUS_WORDS = frozenset({OPEN_WORD, CLOSED_WORD, RESULT_WORD})
TYPE_WORDS = frozenset({"Wet", "AMvB", "Ministeriële regeling", "Initiatiefwet", "Beleidsnota"})

FIRST_DAY_LABELS = ("Startdatum consultatie", "Publicatiedatum")  # new and old template
LAST_DAY_LABEL = "Einddatum consultatie"
STATUS_LABEL = "Status"
TYPE_LABEL = "Type consultatie"
ORGANISATION_LABEL = "Organisatie"
CHAIN_LABEL = "Keten-ID"
TOPICS_LABEL = "Onderwerpen"
EXPECTED_LABELS = (LAST_DAY_LABEL, STATUS_LABEL, TYPE_LABEL, ORGANISATION_LABEL)

SUMMARY_HEADING = "In het kort"

_NUMERIC = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_IN_WORDS = re.compile(r"(\d{1,2})\s+([a-z]+)\.?\s+(\d{4})(?:\s+\(\d{1,2}:\d{2}\))?", re.ASCII)


def parse_date(text: str) -> date | None:
    """The Dutch calendar day in one of the publisher's forms; None for anything else.

    Forms: "04-07-2025", "31-1-2025 00:00:00", "7 januari 2020", "07 januari 2020 (00:00)", "7 apr 2025".
    """
    text = text.strip().lower()
    if match := _NUMERIC.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _IN_WORDS.fullmatch(text):
        name = match[2]
        day, month, year = int(match[1]), MONTHS.get(name) or SHORT_MONTHS.get(name, 0), int(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
