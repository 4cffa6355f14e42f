"""Tables for Excel: everything that is written is read back, and nothing in it can run."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.outside_text import several_lines
from g40flow.render.csv_table import csv_bytes, guarded, unguarded

TEXT = st.text(max_size=30) | st.sampled_from(["=1+1", "'=x", "''", "-", "@SUM(A1)", ";", 'a"b', "é\nb"])


def read(content: bytes) -> list[list[str]]:
    """The table as another program reads it."""
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_a_file_begins_with_a_mark_and_has_semicolons_and_dutch_numbers() -> None:
    content = csv_bytes(["naam", "aantal"], [["Kramer; & zn", 2], ["half", 2.5], [None, -3]])

    assert content == (b'\xef\xbb\xbfnaam;aantal\r\n"Kramer; & zn";2\r\nhalf;2,5\r\n;-3\r\n')


def test_what_excel_would_run_is_text() -> None:
    for hostile in ("=cmd|'/c calc'!A1", "+1", "-2+3", "@SUM(1)", "＝1", "\t=1", "'=1"):
        [[shown]] = read(csv_bytes([hostile], []))

        assert shown.startswith("'")
    assert guarded("'s-Hertogenbosch") == "'s-Hertogenbosch"


@settings(deadline=None)
@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=6))
def test_every_table_comes_back_as_it_was(rows: list[list[str]]) -> None:
    found = read(csv_bytes(["a", "b"], rows))

    shown = [[several_lines(cell) for cell in row] for row in rows]
    assert [[unguarded(cell) for cell in row] for row in found[1:]] == shown


@settings(deadline=None)
@given(TEXT)
def test_a_guard_is_taken_off_again_and_only_a_guard(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@")
