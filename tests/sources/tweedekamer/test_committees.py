import pytest

from g40flow.sources.tweedekamer.committees import committee_key, committee_name, is_known


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("vaste commissie voor Digitale Zaken", "Vaste commissie voor Digitale Zaken"),
        (
            "Vaste commissie voor Landbouw, Visserij, Voedselzekerheid en Natuur ",
            "Vaste commissie voor Landbouw, Visserij, Voedselzekerheid en Natuur",
        ),
        ("commissie  voor de\nRijksuitgaven", "Commissie voor de Rijksuitgaven"),
        ("TK", ""),
        ("", ""),
    ],
)
def test_a_committee_is_written_in_one_way(published: str, expected: str) -> None:
    assert committee_name(published) == expected


@pytest.mark.parametrize(
    "spelling",
    [
        "Vaste commissie voor Financiën",
        "vaste commissie voor financien ",
        "Financiën",
        "FINANCIËN",
        "Vaste  commissie voor Financie\u0308n",
    ],
)
def test_spellings_of_one_name_have_one_key(spelling: str) -> None:
    assert committee_key(spelling) == "financien"


def test_a_committee_is_known_by_any_spelling_and_the_plenary_always() -> None:
    known = frozenset({committee_key("Vaste commissie voor Digitale Zaken")})

    assert is_known("digitale zaken", known)
    assert is_known("TK", known)
    assert not is_known("Vaste commissie voor Klimaat en Groene Groei", known)
    assert is_known("Vaste commissie voor Klimaat en Groene Groei", frozenset())
