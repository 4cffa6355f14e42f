import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.folding import fold
from g40flow.domain.routing.terms import TermIndex, TermUnreadable, parse_phrase, parse_term
from g40flow.domain.routing.text import cut, stem


def found(term: str, text: str) -> bool:
    index = TermIndex()
    numbers = {index.add(phrase) for phrase in parse_term(term)}
    return {number for number, _ in index.find(cut(text))} == numbers


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("woning", "Meer woningen in de stad"),
        ("school", "Scholen en gemeenten"),
        ("gemeente", "De gemeenten"),
        ("sociale huur", "Het sociaal huur"),
        ("woningbouw*", "De woningbouwopgave"),
        ("winkelstraat*", "Lege winkelstraten"),
        ("*huur", "Over de middenhuur"),
        ("*huur*", "Over verhuurders"),
        ("=amv", "opvang van amv's"),
        ("^RES", "De RES 2.0"),
        ("wet _ verhuurderschap", "Wet goed verhuurderschap"),
        ("gemeente* + subsidie", "een subsidie voor gemeenten"),
        ("Oekraïne", "OEKRAINE"),
        ("mkb-dienstverlening", "MKB dienstverlening"),
        ("regio's", "De regio's"),
    ],
)
def test_a_term_is_found_in_every_form_it_stands_for(term: str, text: str) -> None:
    assert found(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("=amv", "Wijziging van een AMvB"),
        ("^RES", "de resultaten van res"),
        ("stad", "stadion"),
        ("sociale huur", "Sociaal beleid. Huur van land"),
        ("gemeente* + subsidie", "een subsidie voor scholen"),
        ("woningbouw*", "nieuwbouwwoning"),
    ],
)
def test_a_term_is_not_found_in_what_only_looks_like_it(term: str, text: str) -> None:
    assert not found(term, text)


@pytest.mark.parametrize("term", ["", "_", "wet _", "ab*", "a + ", "(wet)", "^"])
def test_a_term_that_would_match_nothing_or_everything_is_refused(term: str) -> None:
    with pytest.raises(TermUnreadable):
        parse_term(term)


def test_equal_phrases_share_a_number() -> None:
    index = TermIndex()

    assert index.add(parse_phrase("woningen")) == index.add(parse_phrase("Woning"))


@settings(derandomize=True)
@given(st.text(max_size=200))
def test_any_text_can_be_cut_and_folding_changes_nothing_twice(text: str) -> None:
    words = cut(text)

    assert len(words.folded) == len(words.stems) == len(words.written)
    assert fold(fold(text)) == fold(text)
    assert all(word == word.lower() for word in words.folded)


@settings(derandomize=True)
@given(st.from_regex(r"[a-z]{1,20}", fullmatch=True))
def test_a_stem_is_never_empty_nor_longer_than_the_word(word: str) -> None:
    assert 0 < len(stem(word)) <= len(word)
