from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.sources.tweedekamer.values import (
    dutch_day,
    dutch_moment,
    guid,
    plain_text,
    truth,
    utc_instant,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-08-29T11:10:24Z", datetime(2023, 8, 29, 11, 10, 24, tzinfo=UTC)),
        ("2019-08-12T12:56:35.4070000", datetime(2019, 8, 12, 12, 56, 35, 407000, tzinfo=UTC)),
        ("2025-12-16T16:19:59.787+01:00", datetime(2025, 12, 16, 15, 19, 59, 787000, tzinfo=UTC)),
        ("2019-06-28T20:34:35.1495901Z", datetime(2019, 6, 28, 20, 34, 35, 149590, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("", None),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59-12:00", None),
    ],
)
def test_the_publishers_clock_is_utc_in_every_precision(text: str, expected: datetime | None) -> None:
    assert utc_instant(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-01T10:00:00", "2026-07-01T08:00:00+00:00"),
        ("2026-12-01T10:00:00.0000000", "2026-12-01T09:00:00+00:00"),
        ("2026-12-01T10:00:00+01:00", "2026-12-01T09:00:00+00:00"),
        ("2026-12-01T09:00:00Z", "2026-12-01T09:00:00+00:00"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00+00:00"),  # happens twice: the first one
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00+00:00"),  # does not exist: after the skip
        ("2026-12-01T24:00:00", "2026-12-01T23:00:00+00:00"),
        (" ", None),
    ],
)
def test_a_time_on_the_agenda_without_a_zone_is_dutch_wall_clock_time(
    text: str, expected: str | None
) -> None:
    assert dutch_moment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-03T00:00:00", "2026-12-03"),
        ("2026-12-03T00:00:00+01:00", "2026-12-03"),
        ("2026-12-02T23:00:00Z", "2026-12-03"),
        ("2024-07-02", "2024-07-02"),
        ("", None),
    ],
)
def test_a_day_on_the_agenda_is_a_dutch_calendar_date(text: str, expected: str | None) -> None:
    assert dutch_day(text) == expected


@pytest.mark.parametrize("read", [utc_instant, dutch_moment, dutch_day, truth, guid])
def test_a_text_that_cannot_be_such_a_value_is_refused(read: object) -> None:
    assert callable(read)

    with pytest.raises(ValueError, match=r"."):
        read("volgende week")


def test_runs_of_spaces_and_line_breaks_in_titles_become_one_space() -> None:
    assert words("Woningbouw\r\n   en\u00a0 koopsector ") == "Woningbouw en koopsector"
    assert words(" \n ") is None


def test_a_note_in_html_becomes_plain_lines() -> None:
    note = "<p>HERZIENE <b>CONVOCATIE</b></p><ul><li>5&nbsp;minuten</li><li>a &lt; b &amp; c</li></ul>"

    assert plain_text(note) == "HERZIENE CONVOCATIE\n5 minuten\na < b & c"


def test_nothing_of_a_script_in_a_note_is_kept() -> None:
    assert plain_text("voor<script>alert('x')</script><style>p{}</style> na") == "voor na"
    assert plain_text("<script>alert(1)") is None


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("<![foo[ x ]]>na", "na"),
        ("<!-- weg -->na<?pi?>", "na"),
        ("5 < 6 & 7 > 3", "5 < 6 & 7 > 3"),
        ("<p>open<b>gebleven", "opengebleven"),
        ("rood&#x1b;[31m &#155;", "rood[31m ›"),
        ("a\x9bb\x7f", "ab"),
        ("<div>\n</div>", None),
    ],
)
def test_broken_or_hostile_markup_leaves_only_words(note: str, expected: str | None) -> None:
    assert plain_text(note) == expected


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", "<![CDATA[", "</a", "<script>", "<b>", "<?", "&#", "<a b='"]
)
def test_a_huge_broken_note_is_read_quickly_and_cut(piece: str) -> None:
    plain = plain_text("begin " + piece * 300_000)

    assert plain is None or len(plain) <= 20_000


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "<![x[", "<!--", "-->", "<script>", "&amp;", "&#x0;", "<", "a b", "é"]
    )
).map("".join)


@settings(derandomize=True)
@given(st.one_of(st.text(), MARKUP))
def test_any_text_can_stand_in_a_note(note: str) -> None:
    plain = plain_text(note)

    assert plain is None or (plain.strip() == plain and "\x1b" not in plain)


@settings(derandomize=True)
@given(st.integers(0, 100 * 365 * 86_400), st.timezones())
def test_a_moment_with_a_zone_stays_the_same_moment(seconds: int, zone: tzinfo) -> None:
    moment = datetime(1980, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    kept = dutch_moment(moment.astimezone(zone).isoformat())

    assert kept == moment.isoformat()
