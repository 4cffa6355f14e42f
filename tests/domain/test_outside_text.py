"""Text from outside cannot notify, forge a link, hide anything, or be too long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g40flow.domain.outside_text import cut, escape_mrkdwn, one_line


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("  twee\r\n regels\t", "twee regels"),
        ("\u202ekcals\u202c", "kcals"),
        ("a\u200bb\x00c\x1b[31m", "abc[31m"),
        ("los\ud800stuk", "losstuk"),
        ("’s-Hertogenbosch – 50 %", "’s-Hertogenbosch – 50 %"),
        ("\u2028\x07", ""),
    ],
)
def test_only_what_can_be_seen_stays(given_text: str, shown: str) -> None:
    assert one_line(given_text) == shown


@pytest.mark.parametrize("hostile", ["<!channel>", "<@U123>", "<https://kwaad.example|Rijksoverheid>"])
def test_what_slack_would_act_on_is_shown_as_it_is(hostile: str) -> None:
    escaped = escape_mrkdwn(hostile)

    assert "<" not in escaped
    assert escaped == hostile.replace("<", "&lt;").replace(">", "&gt;")


def test_apostrophes_and_quotes_are_not_escaped() -> None:
    assert escape_mrkdwn('\'s "B&W"') == '\'s "B&amp;W"'


def test_a_text_that_fits_is_not_cut() -> None:
    assert cut("precies", 7) == "precies"


@given(st.text(alphabet="a&<> ", max_size=60), st.integers(min_value=1, max_value=40))
def test_cutting_keeps_the_limit_and_whole_entities(text: str, limit: int) -> None:
    shortened = cut(text, limit, escape_mrkdwn)

    assert len(shortened) <= limit
    assert re.fullmatch(r"(?:&amp;|&lt;|&gt;|[a ])*…?", shortened)
    assert shortened.endswith("…") == (len(escape_mrkdwn(text)) > limit)


@given(st.text())
def test_a_line_stays_a_line(text: str) -> None:
    line = one_line(text)

    assert line == one_line(line)
    assert line.isprintable() or not line
    assert line.encode().decode() == line
