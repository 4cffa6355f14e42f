"""What can be said of a response after it was handed in."""

from datetime import timedelta
from typing import Any

import pytest

from g40flow.domain.dossier.submission import Publication, PublicationFacts, publication_of
from tests.conftest import MONDAY

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Publication.LOOKED_FOR),
        ({"last_looked_at": MONDAY + 9 * DAY}, Publication.LOOKED_FOR),
        ({"last_looked_at": MONDAY + 7 * DAY}, Publication.UNREADABLE),
        ({"submitted_at": MONDAY}, Publication.UNREADABLE),
        ({"submitted_at": MONDAY - 51 * DAY}, Publication.GIVEN_UP),
        ({"may_publish": False}, Publication.WITHHELD),
        ({"is_followed": False}, Publication.NOT_FOLLOWED),
        ({"is_followed": False, "is_linked": True}, Publication.LINKED),
        ({"may_publish": False, "is_linked": True}, Publication.LINKED),
        ({"is_linked": True, "seen_at": MONDAY}, Publication.SEEN),
    ],
)
def test_what_is_said_of_a_response_is_what_is_known_of_it(
    facts: dict[str, Any], expected: Publication
) -> None:
    known: dict[str, Any] = {
        "submitted_at": MONDAY + 9 * DAY,
        "seen_at": None,
        "last_looked_at": None,
        "is_linked": False,
        "may_publish": True,
        "is_followed": True,
        "patience": 60 * DAY,
    }

    assert publication_of(PublicationFacts(**(known | facts)), MONDAY + 10 * DAY) == expected
