"""Dutch compounds fall apart into words that are known by themselves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.routing.compounds import NO_COMPOUNDS, Compounds
from g40flow.domain.routing.text import stem

KNOWN = Compounds(
    frozenset(
        map(stem, ("jeugdzorg", "jeugd", "zorg", "regio", "bedrijf", "terrein", "grondwater", "status"))
    )
    | frozenset(map(stem, ("onttrekking", "heffing", "houder", "water", "grond", "belasting", "gemeente")))
)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("jeugdzorgregio", ("jeugdzorg", "regio")),
        ("bedrijventerreinen", ("bedrijf", "terrein")),
        ("grondwateronttrekkingsheffing", ("grondwater", "onttrekking", "heffing")),
        ("statushouders", ("status", "houder")),
        ("gemeentebelastingen", ("gemeent", "belasting")),
    ],
)
def test_a_compound_is_split_into_the_stems_of_its_parts(word: str, parts: tuple[str, ...]) -> None:
    assert KNOWN.split(word) == parts


@pytest.mark.parametrize("word", ["zorg", "jeugdzorg2", "vergadering", "regioxyz", ""])
def test_a_word_that_is_no_compound_of_known_words_stays_whole(word: str) -> None:
    assert KNOWN.split(word) == ()


def test_the_fewest_parts_win() -> None:
    assert KNOWN.split("grondwaterheffing") == ("grondwater", "heffing")


def test_without_known_words_nothing_is_split() -> None:
    assert NO_COMPOUNDS.split("jeugdzorgregio") == ()


@settings(derandomize=True)
@given(st.text(alphabet="abcdeghijkmnorstuwz", max_size=30))
def test_whatever_comes_out_is_known(word: str) -> None:
    assert set(KNOWN.split(word)) <= KNOWN.parts
