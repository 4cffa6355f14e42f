from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.sources.internetconsultatie.site import RESERVED, Site, is_slug, same_slug
from g40flow.sources.internetconsultatie.words import MONTHS, SHORT_MONTHS, parse_date

SITE = Site("https://www.internetconsultatie.nl/")
QUICK = settings(derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("04-07-2025", date(2025, 7, 4)),
        ("  09-10-2026 ", date(2026, 10, 9)),
        ("31-1-2025 00:00:00", date(2025, 1, 31)),
        ("07 januari 2020 (00:00)", date(2020, 1, 7)),
        ("7 januari 2020", date(2020, 1, 7)),
        ("7 apr 2025", date(2025, 4, 7)),
        ("1 mrt 2025", date(2025, 3, 1)),
        ("1 Sept. 2025", date(2025, 9, 1)),
        ("29 februari 2024", date(2024, 2, 29)),
    ],
)
def test_every_documented_form_of_a_date_is_read(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text", ["", "31-02-2026", "29 februari 2025", "2025-07-04", "7 foo 2025", "1 maa 2025", "7 january 2020",
             "00-00-0000", "04-07-25", "٠٤-٠٧-٢٠٢٥", "04-07-2025 of later"],
)  # fmt: skip
def test_anything_else_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@QUICK
@given(st.text(max_size=40))
def test_no_text_makes_the_date_parser_fail(text: str) -> None:
    parse_date(text)


@QUICK
@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from([MONTHS, SHORT_MONTHS]))
def test_a_written_day_is_read_back(day: date, months: dict[str, int]) -> None:
    name = next(name for name, number in months.items() if number == day.month)

    assert parse_date(f"{day.day} {name} {day.year:04}") == day
    assert parse_date(f"{day.day:02}-{day.month:02}-{day.year:04}") == day


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("/isde/b1", "isde"),
        ("https://www.internetconsultatie.nl/isde", "isde"),
        ("http://www.internetconsultatie.nl/isde/b1?x=1#y", "isde"),
        ("/%22vestigingsplaatsen%22%20", "%22vestigingsplaatsen%22%20"),
        ("/%22essenti%C3%ABle-informatiedocument%22", "%22essenti%C3%ABle-informatiedocument%22"),
        ("/1289", "1289"),
        ("/besluit_vrijstelling-c", "besluit_vrijstelling-c"),
    ],
)
def test_a_slug_is_kept_exactly_as_given(address: str, slug: str) -> None:
    assert SITE.slug(address) == slug


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "isde",
        "//elders.example/isde",
        "https://internetconsultatie.nl.evil.example/isde",
        "https://www.internetconsultatie.nl@evil.example/isde",
        "https://www.internetconsultatie.nl:8443/isde",
        "ftp://www.internetconsultatie.nl/isde",
        "javascript:alert(1)",
        "/zoeken/resultaat",
        "/Zoeken",
        "/rest/openconsultaties/",
        "/..",
        "/%2e%2e/",
        "/a%2fb",
        "/a%00b",
        "/a%0ab",
        "/%20",
        "/default.aspx",
        "/a b",
        "/<script>",
        "/" + "a" * 301,
        "http://[kapot/isde",
    ],
)
def test_what_is_no_consultation_of_this_site_is_refused(address: str) -> None:
    assert SITE.slug(address) is None


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_reserved_path_parts_are_no_slugs(word: str) -> None:
    assert not is_slug(word)
    assert not is_slug(word.upper())


@QUICK
@given(st.text(max_size=60))
def test_no_address_makes_the_site_fail(text: str) -> None:
    slug = SITE.slug(text)

    assert slug is None or is_slug(slug)
    SITE.document_number(text, "isde")


@QUICK
@given(st.from_regex(r"[a-z0-9_-]{1,60}", fullmatch=True).filter(is_slug))
def test_ordinary_slugs_survive_the_way_to_an_address_and_back(slug: str) -> None:
    assert SITE.slug(SITE.page(f"/{slug}/b1")) == slug
    assert SITE.document_number(f"/{slug}/document/16009", slug) == "16009"
    assert SITE.document_number(f"/{slug}x/document/16009", slug) is None


def test_a_site_can_stand_below_a_path() -> None:
    site = Site("http://127.0.0.1:8040/internetconsultatie")

    assert site.slug("http://127.0.0.1:8040/internetconsultatie/isde/b1") == "isde"
    assert site.path("/internetconsultatie/isde/b1") == "/isde/b1"
    assert site.slug("/isde/b1") is None
    assert site.slug("http://127.0.0.1:8041/internetconsultatie/isde") is None


def test_percent_encoding_and_case_make_no_other_consultation() -> None:
    assert same_slug("%22x%22", '"X"')
    assert not same_slug("x", "y")


@pytest.mark.parametrize("base", ["", "www.internetconsultatie.nl", "ftp://www.internetconsultatie.nl"])
def test_a_base_address_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="http"):
        Site(base)
