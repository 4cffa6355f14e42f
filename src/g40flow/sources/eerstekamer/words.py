"""How the Eerste Kamer writes days, hours, committees and numbers."""

import re
from collections.abc import Iterable
from datetime import date, time

from g40flow.domain.dossier_number import normalise_dossier_number
from g40flow.sources.markup import MONTHS, plain

MONTH = "|".join(MONTHS)
CLOCK = r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})"
_DAY = re.compile(rf"(?P<day>\d{{1,2}})\s+(?P<month>{MONTH})\s+(?P<year>\d{{4}})", re.IGNORECASE)
_DAY_IN_PATH = re.compile(r"/(?:plenaire_vergadering|commissievergadering)/(\d{4})(\d{2})(\d{2})(?=[_/?#]|$)")
_HOUR = re.compile(CLOCK)
_COMMITTEE = re.compile(r"voor\s+(?P<name>.+?)\s*\((?P<abbreviation>[^()]{2,20})\)")
_LISTED_COMMITTEE = re.compile(r"(?P<name>.+?)\s*\((?P<abbreviation>[^()]{2,20})\)")
_NUMBER = re.compile(r"\d{2}\.\d{3}(?:\s+(?:[IVX]{1,6}[AB]?|[A-Z]))?(?:\s*\(R\d{3,4}\))?")
_NUMBER_AT_END = re.compile(
    r"\(\s*(?P<number>\d{1,2}\.\d{3}(?:\s*[A-Z]{1,6}|\s*-\s*\d{2})?(?:\s*\(R\d+\))?)\s*\)\s*$"
)
_EU_FILE = re.compile(r"\bE\d{6}\b")


def day_in(text: str) -> date | None:
    """The first day that is written out: "dinsdag 29 september 2026"; None if there is none."""
    found = _DAY.search(text)
    if found is None:
        return None
    return made_day(int(found["year"]), MONTHS[found["month"].lower()], int(found["day"]))


def day_in_path(path: str) -> date | None:
    """The day of a meeting from its address."""
    found = _DAY_IN_PATH.search(path)
    return made_day(int(found[1]), int(found[2]), int(found[3])) if found else None


def made_day(year: int, month: int, day: int) -> date | None:
    """None for a day that does not exist."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def clock_in(text: str) -> time | None:
    """The first hour in "14.15 uur" or "Aanvang: 09:30 uur"; 24.00 is midnight. None if there is none."""
    found = _HOUR.search(text)
    if found is None:
        return None
    hour, minute = int(found["hour"]) % 24, int(found["minute"])
    return time(hour, minute) if minute < 60 and int(found["hour"]) <= 24 else None


def committees_in(name: str) -> tuple[str, ...]:
    """The committees that meet, in order: "Commissie voor ..."; empty for a meeting of something else."""
    if not name.casefold().startswith("commissie"):
        return ()
    return tuple(f"Commissie voor {found['name']}" for found in _COMMITTEE.finditer(name))


def short_committees(name: str) -> str:
    """ "commissies BIZA en EUZA" of "Commissies voor ... (BIZA) en voor ... (EUZA)"."""
    short = [found["abbreviation"] for found in _COMMITTEE.finditer(name)]
    return f"{'commissies' if len(short) > 1 else 'commissie'} {joined(short)}"


def listed_committee(text: str) -> str:
    """ "Commissie voor Financiën" of "Financiën (FIN)" as the list of committees has it."""
    found = _LISTED_COMMITTEE.fullmatch(plain(text))
    return f"Commissie voor {found['name'] if found else plain(text)}"


def numbers_in(reference: str) -> tuple[str, ...]:
    """Normalised dossier numbers of "28.973 / 32.793, AA" and "E260009 - 36.954, D", each once."""
    spellings = (" ".join(found.split()) for found in _NUMBER.findall(reference))
    return tuple(dict.fromkeys(n for text in spellings if (n := normalise_dossier_number(text))))


def eu_files_in(reference: str) -> tuple[str, ...]:
    """Numbers of files of the Eerste Kamer on European proposals ("E250028")."""
    return tuple(dict.fromkeys(_EU_FILE.findall(reference)))


def split_number(title: str) -> tuple[str, str | None]:
    """Title and normalised number of "Wet voorbeeld (36.937)"; None if it ends in no number."""
    found = _NUMBER_AT_END.search(title)
    number = normalise_dossier_number(found["number"]) if found else None
    return (plain(title[: found.start()]) if found and number else plain(title)), number


def dotted(number: str) -> str:
    """ "36.945 XXII" of "36945-XXII", as the Chamber writes it."""
    base, _, addition = number.partition("-")
    return f"{base[:-3]}.{base[-3:]}" + (f" {addition}" if addition else "")


def names_of(text: str) -> tuple[str, ...]:
    """ "CDA, D66 en VVD" as names."""
    head, _, last = plain(text).rpartition(" en ")
    return tuple(name.strip(" .") for name in [*head.split(","), *last.split(",")] if name.strip(" ."))


def joined(parts: Iterable[str]) -> str:
    """ "a, b en c"."""
    several = list(parts)
    return " en ".join([", ".join(several[:-1]), several[-1]] if len(several) > 1 else several)
