import pytest

from g40flow.sources.tweedekamer.ministries import ministry_of


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("minister van Financiën", "Ministerie van Financiën"),
        ("Minister van Onderwijs, Cultuur en Wetenschap", "Ministerie van Onderwijs, Cultuur en Wetenschap"),
        ("staatssecretaris van Justitie en Veiligheid (asiel)", "Ministerie van Justitie en Veiligheid"),
        ("minister-president, minister van Algemene Zaken", "Ministerie van Algemene Zaken"),
        (
            "minister van Sociale Zaken en Werkgelegenheid en viceminister-president",
            "Ministerie van Sociale Zaken en Werkgelegenheid",
        ),
        ("eerste viceminister-president, minister van Defensie", "Ministerie van Defensie"),
        ("minister voor Klimaat en Energie", ""),
        ("staatssecretaris Jeugd, Preventie en Sport", ""),
        ("Tweede Kamerlid", ""),
        ("", ""),
    ],
)
def test_the_ministry_is_told_by_the_office_where_it_can_be(office: str, expected: str) -> None:
    assert ministry_of(office) == expected
