import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.dossier_number import dossier_number, normalise_dossier_number


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("36800-XVI", "36800-XVI"),
        ("36.800 XVI", "36800-XVI"),
        ("36 800 XVI", "36800-XVI"),
        ("36 800-xvi", "36800-XVI"),
        ("36800 XVI", "36800-XVI"),
        ("36\u00a0800 – XVI", "36800-XVI"),
        (" 36800-XVI, nr. 12 ", "36800-XVI"),
        ("36 800-XVI nr 2", "36800-XVI"),
        ("36800 B", "36800-B"),
        ("32847", "32847"),
        ("32 847", "32847"),
        ("32.847, nr. 1012", "32847"),
        ("21501-02", "21501-02"),
        ("21 501-2", "21501-02"),
        ("33794-(R2019)", "33794-(R2019)"),
        ("33 794 (R2019)", "33794-(R2019)"),
        ("33794 R 2019", "33794-(R2019)"),
    ],
)
def test_every_spelling_of_a_dossier_number_is_the_same_number(spelling: str, expected: str) -> None:
    assert normalise_dossier_number(spelling) == expected


@pytest.mark.parametrize("text", ["", "2026Z18284", "Wet van 2019", "3680", "368000", "kst-36714-5", "-XVI"])
def test_other_text_is_not_a_dossier_number(text: str) -> None:
    assert normalise_dossier_number(text) is None


def test_the_parts_as_the_feed_gives_them_make_the_same_number() -> None:
    assert dossier_number(36800, "XVI") == "36800-XVI"
    assert dossier_number(21501, "08") == "21501-08"
    assert dossier_number(33794, "(R2019)") == "33794-(R2019)"
    assert dossier_number(32847, None) == "32847"
    assert dossier_number(32847, " ") == "32847"


def test_a_number_that_no_dossier_can_have_is_none() -> None:
    assert dossier_number(7, None) is None


ADDITIONS = st.one_of(
    st.none(),
    st.sampled_from(["I", "IV", "VII", "XVI", "A", "B", "J", "(R2019)"]),
    st.integers(1, 99).map(lambda number: f"{number:02}"),
)


@settings(derandomize=True)
@given(
    st.integers(10_000, 99_999),
    ADDITIONS,
    st.sampled_from(["", " ", "."]),
    st.sampled_from(["-", " ", " - "]),
)
def test_normalising_does_not_depend_on_the_spelling_and_can_be_repeated(
    number: int, addition: str | None, thousands: str, separator: str
) -> None:
    digits = str(number)
    spelled = digits[:2] + thousands + digits[2:] + (separator + addition if addition else "")

    once = normalise_dossier_number(spelled)

    assert once == dossier_number(number, addition)
    assert once is not None
    assert normalise_dossier_number(once) == once
