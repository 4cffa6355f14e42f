"""Typing what nobody changed as it was, from values alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g40flow.domain.dossier.respelling import respellings

BEFORE = """Eerste regel,
tweede regel.[^cbs]

| Artikel | Voorstel |
|---|---|
| 2.1 | Meer tijd |

* een
* twee

1. eerst
1. daarna

[^cbs]: Statline.
"""

READ_BACK = """Eerste regel, tweede regel.[^1]

| Artikel | Voorstel  |
|---------|-----------|
| 2.1     | Meer tijd |

- een
- twee

1.  eerst
2.  daarna

[^1]: Statline.
"""


def nearest(edited: str) -> str:
    return next(respellings(BEFORE, READ_BACK, edited))


def test_a_text_that_nobody_touched_is_the_text_before() -> None:
    assert nearest(READ_BACK) == BEFORE


@pytest.mark.parametrize(
    ("old", "new", "was", "becomes"),
    [
        ("tweede regel", "tweede zin", "tweede regel", "tweede zin"),
        ("| Meer tijd |", "| Veel meer tijd en geld |", "Meer tijd", "Veel meer tijd en geld"),
        ("- een\n", "- nul\n- een\n", "* een", "* nul\n* een"),
        ("- twee\n", "- twee\n- drie\n", "* twee", "* twee\n* drie"),
        ("Statline.", "Statline 2026.", "Statline.", "Statline 2026."),
        ("regel.[^1]\n", "regel.[^1] Nieuw.[^2]\n", "regel.[^cbs]\n", "regel.[^cbs] Nieuw.[^1]\n"),
    ],
)
def test_only_what_was_changed_differs(old: str, new: str, was: str, becomes: str) -> None:
    edited = READ_BACK.replace(old, new)
    if "[^2]" in new:
        edited += "\n[^2]: Nieuwe noot.\n"

    expected = BEFORE.replace(was, becomes) + ("\n[^1]: Nieuwe noot.\n" if "[^2]" in new else "")
    assert nearest(edited) == expected


def test_what_cannot_be_typed_as_before_in_part_is_tried_by_paragraph_and_then_left() -> None:
    before, read_back = (
        "Een __vet woord__ hier.\n\nLange\nregel.\n",
        "Een **vet woord** hier.\n\nLange regel.\n",
    )
    edited = "Een **vet** hier.\n\nLange regel.\n"

    found = list(respellings(before, read_back, edited))

    assert found == [
        "Een __vet** hier.\n\nLange\nregel.\n",  # half of a pair: means something else
        "Een **vet** hier.\n\nLange\nregel.\n",
        edited,
    ]


@given(*[st.lists(st.sampled_from(["de", "stad", "vraagt", "\n\n", "- ", "| ", "[^1]", "1. "]))] * 3)
def test_no_word_is_ever_lost_whatever_came_back(
    before: list[str], away: list[str], edited: list[str]
) -> None:
    text = " ".join(edited)

    for found in respellings(" ".join(before), " ".join(away), text):
        assert [word for word in found.split() if word.isalpha()] == [
            word for word in text.split() if word.isalpha()
        ]
