"""The checks before a text is handed in, done by two different people on one exact text."""

from collections.abc import Iterable
from enum import StrEnum


class Check(StrEnum):
    """One check that a person does. The closing instant and the receipt are conditions of the step."""

    FINAL_PDF = "final_pdf"  # the PDF is the adopted text
    NO_PERSONAL_DATA = "no_personal_data"  # no names, numbers, addresses or signatures of persons
    ORGANISATION = "organisation"  # name of the organisation and place of business are set
    PUBLICATION_CHOICE = "publication_choice"
    ANSWERS_MATCH = "answers_match"  # the answers in the form say what the PDF says
    COPIES_PLANNED = "copies_planned"  # for VNG, cities and spokespersons
    SECOND_PERSON = "second_person"  # somebody who did none of the other checks looked as well


def is_signed(ticks: Iterable[tuple[str, str]]) -> bool:
    """Whether every check was done, the last one by somebody else. ticks: (check, person)."""
    done: dict[str, set[str]] = {}
    for check, person in ticks:
        done.setdefault(check, set()).add(person)
    first = {person for check, people in done.items() if check != Check.SECOND_PERSON for person in people}
    return set(Check) <= done.keys() and bool(done[Check.SECOND_PERSON] - first)
