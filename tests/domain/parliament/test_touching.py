"""Which words a text of the Chamber touches."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.parliament.touching import MOST_WORDS, touched_words

ASK = "Geef steden vijf jaar zekerheid over de woningbouwregie en schrap de opschalingskorting"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Motie van het lid Van Elst over de opschalingskorting", ("opschalingskorting",)),
        ("Amendement over woningbouw in de regio", ("woningbouwregie",)),
        ("Motie over meerjarige zekerheden", ("zekerheid",)),
        ("Motie van het lid Zekerheid over vuurwerk", ()),
        ("Wijziging van de wet, steden en jaren", ()),
        ("", ()),
    ],
)
def test_words_are_touched_in_any_form_but_not_by_names_and_empty_words(
    told: str, words: tuple[str, ...]
) -> None:
    assert touched_words(ASK, told) == words


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_what_is_touched_stands_in_the_ask_as_it_is_written(asked: str, told: str) -> None:
    touched = touched_words(asked, told)

    assert len(touched) <= MOST_WORDS
    assert touched == touched_words(asked, told)
