"""What may not be kept of people in a campaign, and when it is taken out again. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from g40flow.domain.dossier.personal_data import PersonalData, find_personal_data

_CONTACT = frozenset(
    {
        PersonalData.EMAIL_ADDRESS,
        PersonalData.PHONE_NUMBER,
        PersonalData.CITIZEN_SERVICE_NUMBER,
        PersonalData.BANK_ACCOUNT,
    }
)

TAKEN_OUT = "(verwijderd)"
"""Stands where something of a person stood."""


def has_contact_data(text: str, *, allowed: Iterable[str] = ()) -> bool:
    """Whether a text holds an e-mail address, a telephone, citizen or account number; certain ones only."""
    return any(found.kind in _CONTACT for found in find_personal_data(text, allowed=list(allowed)))


def kept_until(happened_on: date, retention_calendar_days: int) -> date:
    """The last day on which it is kept who took part in a contact."""
    return happened_on + timedelta(days=retention_calendar_days)


def concerns(people: Sequence[dict[str, Any]], person: str, name: str) -> bool:
    """Whether somebody is among the people of a contact.

    people: [{"person": slug or "", "function": text}]. person: slug, name: as written; "" for neither.
    """
    return any(
        (person and row.get("person") == person) or names_in(str(row.get("function", "")), name)
        for row in people
    )


def without(people: Sequence[dict[str, Any]], person: str, name: str) -> list[dict[str, Any]]:
    """The people of a contact with one of them taken out; that somebody was there stays."""
    taken_out = {"person": "", "function": TAKEN_OUT}
    return [dict(taken_out) if concerns([row], person, name) else dict(row) for row in people]


def names_in(text: str, name: str) -> bool:
    """Whether a name stands in a text, whatever its capitals and blanks."""
    wanted = _folded(name)
    return bool(wanted) and wanted in _folded(text)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
