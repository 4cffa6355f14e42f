"""Pictures: what they say without being looked at, and that no text from outside does harm in them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from g40flow.domain.coverage import Look, Span
from g40flow.render.coverage_picture import DayLook, SourceDays, coverage
from g40flow.render.picture_scale import DayScale
from g40flow.render.pictures import Ink, Picture, Pictures, png
from g40flow.render.timeline_picture import OpenTerm, timeline
from g40flow.render.weeks_picture import GroupWeeks, weeks
from g40flow.resources import resource
from g40flow.use_cases.pictures import KnownDays, day_looks

TODAY = date(2026, 11, 23)
MONDAYS = [TODAY - timedelta(weeks=n) for n in reversed(range(4))]
HOSTILE = '<script>alert(1)</script>"\u202e&'
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = Pictures(resource("templates"))


def term(days: int, *, title: str = "Wet warmte", working_days: int = 8) -> OpenTerm:
    return OpenTerm(
        number=f"2026-{days:03}",
        title=title,
        opens_on=None,
        step_on=None,
        closes_on=TODAY + timedelta(days=days),
        working_days=working_days,
    )


def every_picture(ink: Ink = Ink.PAPER, title: str = "Wet warmte") -> list[Picture]:
    days = [TODAY - timedelta(days=n) for n in reversed(range(5))]
    drawn = timeline([term(10, title=title)], TODAY)
    covered = coverage([SourceDays(source=title, days=list(DayLook))], days)
    counted = weeks([GroupWeeks(name=title, counts=[0, 3, 1, 12])], MONDAYS)
    assert drawn is not None
    assert covered is not None
    assert counted is not None
    return [PICTURES.timeline(drawn, ink), PICTURES.coverage(covered, ink), PICTURES.weeks(counted, ink)]


@pytest.mark.parametrize("ink", Ink)
def test_every_picture_is_an_image_with_a_name_and_an_explanation(ink: Ink) -> None:
    for picture in every_picture(ink):
        root = etree.fromstring(picture.svg)

        named = {element.get("id") for element in root.iter(f"{SVG}title", f"{SVG}desc")}
        assert root.get("role") == "img"
        assert set(root.get("aria-labelledby", "").split()) == named
        assert all(element.text for element in root.iter(f"{SVG}title", f"{SVG}desc"))
        assert picture.words.endswith(".")
        assert "<th scope=" in picture.table


def test_pictures_in_a_page_take_its_colours_and_need_no_style_of_their_own() -> None:
    for picture in every_picture(Ink.PAGE):
        assert "#" not in picture.svg.replace("http://", "")
        assert "style" not in picture.svg
        assert "font-family" not in picture.svg


@pytest.mark.parametrize("ink", Ink)
def test_text_from_outside_stays_text(ink: Ink) -> None:
    for picture in every_picture(ink, HOSTILE):
        tags = {etree.QName(element).localname for element in etree.fromstring(picture.svg).iter()}

        assert "script" not in tags
        assert "<script" not in picture.table


@settings(derandomize=True)
@given(title=st.text(max_size=60))
def test_whatever_a_title_is_the_picture_can_be_read_by_programs(title: str) -> None:
    drawn = timeline([term(10, title=title)], TODAY)

    assert drawn is not None
    etree.fromstring(PICTURES.timeline(drawn).svg)


def test_a_timeline_says_in_words_and_marks_what_is_over_and_what_is_nearly_over() -> None:
    drawn = timeline([term(3, working_days=3), term(-3, working_days=-3), term(30, working_days=20)], TODAY)

    assert drawn is not None
    picture = PICTURES.timeline(drawn)
    assert [bar.state for bar in drawn.bars] == ["over", "soon", "ahead"]
    assert "! nog 3 werkdagen" in picture.svg
    assert "! voorbij" in picture.svg
    assert picture.words == (
        "Tijdlijn van 3 lopende dossiers. Van 1 is de sluitingsdag voorbij. "
        "Eerst sluit 2026-003 Wet warmte, op do 26 nov (nog 3 werkdagen)."
    )


def test_a_timeline_keeps_what_closes_first_and_counts_the_rest() -> None:
    drawn = timeline([term(n) for n in range(20, 0, -1)], TODAY, most=5)

    assert drawn is not None
    assert [bar.term.closes_on.day for bar in drawn.bars] == [24, 25, 26, 27, 28]
    assert drawn.hidden == 15
    assert "En nog 15 dossiers die later sluiten." in PICTURES.timeline(drawn).svg
    assert "En nog 15 dossiers die later sluiten." in PICTURES.timeline(drawn).table
    assert drawn.height > drawn.bars[-1].y


def test_a_term_that_ends_far_away_gets_an_arrow_and_leaves_room_for_the_others() -> None:
    drawn = timeline([term(5), term(400)], TODAY)

    assert drawn is not None
    near, far = drawn.bars
    assert (near.is_later, far.is_later) == (False, True)
    assert far.end <= 596


def test_without_values_there_is_no_picture() -> None:
    assert timeline([], TODAY) is None
    assert coverage([], [TODAY]) is None
    assert weeks([], MONDAYS) is None


def test_each_way_in_which_a_day_can_go_has_a_shape_of_its_own_and_a_word() -> None:
    days = [TODAY - timedelta(days=n) for n in reversed(range(5))]
    drawn = coverage([SourceDays(source="tweedekamer", days=list(DayLook))], days)

    assert drawn is not None
    picture = PICTURES.coverage(drawn)
    for word in ("gekeken", "deels gemist", "mislukt", "niet gekeken"):
        assert f">{word}</text>" in picture.svg
    assert picture.words.endswith("niet of niet helemaal gekeken: Tweede Kamer 3 dagen.")
    assert drawn.bad_days == 3


def test_more_days_than_fit_are_refused() -> None:
    days = [TODAY - timedelta(days=n) for n in range(29)]

    with pytest.raises(ValueError, match="at most 28"):
        coverage([SourceDays(source="x", days=[DayLook.LOOKED] * 29)], days)


def test_numbers_stand_above_the_bars_and_in_the_table() -> None:
    drawn = weeks([GroupWeeks(name="Wonen", counts=[0, 3, 1, 12])], MONDAYS)

    assert drawn is not None
    picture = PICTURES.weeks(drawn)
    [(_, _, bars)] = drawn.rows
    assert [bar.height for bar in bars] == [0, 5, 1.7, 20]
    assert "Wonen 16" in picture.words
    assert picture.table.count("<td") == 5


def test_weeks_without_any_item_have_no_bars() -> None:
    drawn = weeks([GroupWeeks(name="Wonen", counts=[0, 0, 0, 0])], MONDAYS)

    assert drawn is not None
    assert "<rect" not in PICTURES.weeks(drawn, Ink.PAGE).svg


def test_a_picture_becomes_a_png_of_twice_its_size() -> None:
    drawn = weeks([GroupWeeks(name="Wonen 🏠 – café", counts=[0, 3, 1, 12])], MONDAYS)

    assert drawn is not None
    made = png(PICTURES.weeks(drawn).svg)
    assert made.startswith(b"\x89PNG")
    assert int.from_bytes(made[16:20], "big") == 2 * 760


@settings(derandomize=True)
@given(
    first=st.dates(date(2026, 1, 1), date(2026, 12, 31)), length=st.integers(1, 400), at=st.integers(0, 400)
)
def test_days_stand_in_order_within_the_drawing(first: date, length: int, at: int) -> None:
    scale = DayScale(first, first + timedelta(days=length), 10, 110)
    day = first + timedelta(days=min(at, length - 1))

    assert 10 <= scale.at(day) < scale.at(day + timedelta(days=1)) <= 110
    assert all(monday.weekday() == 0 and scale.holds(monday) for _, monday in scale.mondays())
    assert len(list(scale.mondays())) <= 6


# --- how a day went -------------------------------------------------------------------------------

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)  # midnight in the Netherlands, on Friday


def look(hours: float, *, reached: bool = True) -> Look:
    return Look(at=START + hours * HOUR, reached=reached)


def went(looks: list[Look], days: int) -> list[DayLook]:
    shown = [date(2026, 11, 20) + timedelta(days=n) for n in range(days)]
    window = Span(from_at=START, until_at=START + days * 24 * HOUR)
    began = min((one.at for one in looks), default=None)
    return day_looks(looks, began, window, HOUR, shown)


def test_a_failed_look_that_is_soon_repaired_is_no_gap() -> None:
    assert went([look(n, reached=n != 5) for n in range(24)], 1) == [DayLook.LOOKED]


def test_hours_without_a_good_look_are_told_of_their_day_only() -> None:
    looks = [look(n) for n in range(48) if not 30 <= n < 40]

    assert went(looks, 2) == [DayLook.LOOKED, DayLook.PARTLY]


def test_a_day_on_which_all_failed_is_another_than_one_on_which_nobody_looked() -> None:
    good = [look(n) for n in (*range(24), *range(72, 96))]
    failed = [look(n, reached=False) for n in range(24, 48)]

    assert went([*good, *failed], 4) == [DayLook.LOOKED, DayLook.FAILED, DayLook.GAP, DayLook.LOOKED]


def test_before_the_first_look_nothing_is_missed() -> None:
    assert went([look(n) for n in range(24, 48)], 2) == [DayLook.BEFORE, DayLook.LOOKED]
    assert went([], 2) == [DayLook.BEFORE, DayLook.BEFORE]


def test_only_days_that_are_over_are_remembered() -> None:
    today, known = date(2026, 11, 23), KnownDays()
    days = {today - timedelta(days=n): DayLook.LOOKED for n in (0, 1, 2, 27)}

    known.keep("tweedekamer", days, today)
    assert {day for _, day in known.by} == {today - timedelta(days=2), today - timedelta(days=27)}
    known.keep("tweedekamer", {}, today + timedelta(days=60))
    assert known.by == {}
