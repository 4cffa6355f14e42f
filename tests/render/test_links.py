"""Addresses: only those that lead where they seem to lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g40flow.render.links import LONGEST, safe_url


@pytest.mark.parametrize(
    ("given_url", "safe"),
    [
        ("https://www.internetconsultatie.nl/wet/b1", "https://www.internetconsultatie.nl/wet/b1"),
        ("http://127.0.0.1:8040/items/12?a=1&b=2#c", "http://127.0.0.1:8040/items/12?a=1&b=2#c"),
        (" HTTPS://Www.Example.nl/Pad ", "https://www.example.nl/Pad"),
        ("https://example.nl/a|b>c d", "https://example.nl/a%7Cb%3Ec%20d"),
        ("https://example.nl/gemeente-Súdwest", "https://example.nl/gemeente-S%C3%BAdwest"),
        ("https://example.nl/a%20b", "https://example.nl/a%20b"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:8040/", "http://[::1]:8040/"),
    ],
)
def test_an_address_is_written_so_that_nothing_in_it_is_markup(given_url: str, safe: str) -> None:
    assert safe_url(given_url) == safe


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.nl/x",
        "/wet/b1",
        "https:///x",
        "https://www.internetconsultatie.nl@kwaad.example/",
        "https://example.nl:99999/",
        "https://[kapot/",
        "https://a<b.example/",
        "https://example.nl/\ud800",
        "https://example.nl/" + "x" * LONGEST,
    ],
)
def test_what_is_no_plain_web_address_is_no_link(url: str) -> None:
    assert safe_url(url) is None


@given(st.text().map("https://example.nl/".__add__))
def test_a_safe_address_stays_as_it_is(url: str) -> None:
    safe = safe_url(url)

    assert safe is None or safe_url(safe) == safe
    assert safe is None or not set(safe) & set('<>| "\\`{}^')
