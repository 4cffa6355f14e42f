"""The written form of a text, its hash, and what changed between two texts."""

import random
import re
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.dossier.text import (
    Change,
    Segment,
    Unchanged,
    compare_texts,
    content_hash,
    normalise_markdown,
    paragraphs,
    reading_minutes,
    word_count,
)

ANY_TEXT = st.text(max_size=300)
FEW_WORDS = st.sampled_from(
    ["de", "stad", "wonen", "geld", "krijgt", ",", ".", "\n", "\n\n", "- ", "**", "é"]
)
LIKE_PROSE = st.lists(FEW_WORDS, max_size=60).map(" ".join)


def inline(old: str, new: str) -> str:
    """The difference as people write it in a plain mail: [-gone-] and {+new+}."""
    marks = {Change.EQUAL: "{}", Change.DELETED: "[-{}-]", Change.INSERTED: "{{+{}+}}"}
    return "¶".join(
        "".join(marks[piece.change].format(piece.text) for piece in paragraph.segments)
        for paragraph in compare_texts(old, new).paragraphs
    )


@given(ANY_TEXT)
@settings(derandomize=True)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_markdown(text)

    assert normalise_markdown(once) == once


@given(ANY_TEXT)
@settings(derandomize=True)
def test_a_normalised_text_has_one_form_only(text: str) -> None:
    normalised = normalise_markdown(text)

    assert normalised == "" or re.search(r"[^\n]\n\Z", normalised)
    assert unicodedata.is_normalized("NFC", normalised)
    assert not re.search(r"[ \t]\n|\n\n\n|[\r\u200b\u202e]", normalised)


def test_what_cannot_be_seen_does_not_change_the_hash() -> None:
    plain = "Artikel 2\n\nDe stad één\n"

    written_in_word = "\r\nArtikel 2  \r\n\r\n\r\nDe \u202estad\u200b e\u0301\u0301n".replace(
        "e\u0301\u0301", "\u00e9\u00e9"
    )

    assert content_hash(written_in_word) == content_hash(plain)


def test_another_word_is_another_hash() -> None:
    assert content_hash("De stad wil dit.") != content_hash("De stad wil dit niet.")
    assert content_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(ANY_TEXT)
@settings(derandomize=True)
def test_paragraphs_put_together_are_the_text(text: str) -> None:
    assert normalise_markdown("\n\n".join(paragraphs(text))) == normalise_markdown(text)


@given(LIKE_PROSE | ANY_TEXT, LIKE_PROSE | ANY_TEXT)
@settings(derandomize=True)
def test_a_change_holds_both_texts(old: str, new: str) -> None:
    change = compare_texts(old, new)

    assert change.old_text == normalise_markdown(old)
    assert change.new_text == normalise_markdown(new)
    assert change.is_empty is (content_hash(old) == content_hash(new))


@given(LIKE_PROSE, LIKE_PROSE)
@settings(derandomize=True)
def test_pieces_beside_each_other_differ_and_none_is_empty(old: str, new: str) -> None:
    for paragraph in compare_texts(old, new).paragraphs:
        kinds = [piece.change for piece in paragraph.segments]

        assert all(piece.text for piece in paragraph.segments)
        assert all(a is not b for a, b in pairwise(kinds))


@given(LIKE_PROSE)
@settings(derandomize=True)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert compare_texts(text, text).is_empty


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("De stad krijgt geld.", "De stad krijgt meer geld.", "De stad krijgt {+meer +}geld."),
        ("De stad krijgt geld.", "De stad krijgt, geld.", "De stad krijgt{+,+} geld."),
        (
            "Wij steunen dit wetsvoorstel van harte.",
            "Wij steunen dit besluit van harte.",
            "Wij steunen dit [-wetsvoorstel-]{+besluit+} van harte.",
        ),
        ("Eerste.\n\nTweede.", "Eerste.\n\nNieuw.\n\nTweede.", "Eerste.¶{+Nieuw.+}¶Tweede."),
        ("Eerste.\n\nTweede.", "Tweede.", "[-Eerste.-]¶Tweede."),
        ("", "Nieuw.", "{+Nieuw.+}"),
        (
            "Kies artikel 2 en lid 3 hier.",
            "Kies hoofdstuk 2 of paragraaf 3 hier.",
            "Kies [-artikel 2 en lid-]{+hoofdstuk 2 of paragraaf+} 3 hier.",
        ),
    ],
)
def test_changes_are_told_by_paragraph_and_word(old: str, new: str, expected: str) -> None:
    assert inline(old, new) == expected


def test_a_rewritten_paragraph_stands_beside_the_one_it_replaces() -> None:
    old = "Inleiding van de brief.\n\nDe steden vragen om geld voor wonen.\n\nSlot van de brief."
    new = "Nieuw begin met vele andere zinnen.\n\nDe steden vragen om tijd voor wonen.\n\nSlot van de brief."

    rows = compare_texts(old, new).paragraphs

    assert [row.change for row in rows] == [Change.DELETED, Change.INSERTED, Change.CHANGED, Change.EQUAL]
    assert (rows[0].new, rows[1].old) == (None, None)
    assert rows[2].old == (
        Segment(Change.EQUAL, "De steden vragen om "),
        Segment(Change.DELETED, "geld"),
        Segment(Change.EQUAL, " voor wonen."),
    )


def test_far_from_changes_equal_paragraphs_are_only_counted() -> None:
    old = "\n\n".join(f"Alinea {number}." for number in range(10))
    new = old.replace("Alinea 5.", "Alinea vijf.")

    shown = compare_texts(old, new).near_changes(around=1)

    assert [item.paragraphs if isinstance(item, Unchanged) else item.change for item in shown] == [
        4,
        Change.EQUAL,
        Change.CHANGED,
        Change.EQUAL,
        3,
    ]


def test_words_are_counted_without_marks() -> None:
    text = "## Kop\n\n- **Een** punt over 's-Hertogenbosch"

    assert word_count(text) == 5
    assert (reading_minutes(text), reading_minutes(""), reading_minutes("woord " * 401)) == (1, 0, 3)


def _prose(seed: int, words: int) -> str:
    chance = random.Random(seed)
    vocabulary = [f"woord{number}" for number in range(800)] + ["de", "het", "een", "van"] * 150
    return " ".join(chance.choice(vocabulary) + chance.choice(["", "", "", ".\n\n"]) for _ in range(words))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_prose(1, 15_000), _prose(2, 15_000)),
        (_prose(1, 15_000), _prose(1, 15_000).replace("woord7", "ander")),
        (_prose(1, 15_000).replace("\n", " "), _prose(2, 15_000).replace("\n", " ")),
        ("a " * 50_000, "a b " * 25_000),
        ("a\n\nb\n\n" * 17_000, "b\n\na\n\nc\n\n" * 11_000),
        ("(" * 100_000, ")" * 100_000),
    ],
    ids=["other", "small changes", "one paragraph", "two words", "two paragraphs", "signs"],
)
def test_texts_of_a_hundred_kilobytes_are_compared_at_once(old: str, new: str) -> None:
    started = time.process_time()

    change = compare_texts(old, new)

    assert time.process_time() - started < 3
    assert change.new_text == normalise_markdown(new)
