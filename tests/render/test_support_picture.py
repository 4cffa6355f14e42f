"""Where groups stand on an ask, as a picture: all is said in words and numbers, and nothing does harm."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from g40flow.domain.parliament.support import KnownGroup, LinkedVote, support_picture
from g40flow.domain.parliament.votes import Chamber, Choice, Method, RecordedVote, Result, VoteLine
from g40flow.render.pictures import Ink, Picture, Pictures
from g40flow.render.support_picture import LEFT, RIGHT, WIDTH, support_drawing
from g40flow.resources import resource

PICTURES = Pictures(resource("templates"))
HOSTILE = '<script>alert(1)</script>"\u202e&'
SIZES = st.one_of(st.none(), st.integers(0, 200))
SVG = "{http://www.w3.org/2000/svg}"


def vote(*lines: VoteLine, chamber: Chamber = Chamber.HOUSE) -> LinkedVote:
    recorded = RecordedVote(
        identifier="v",
        chamber=chamber,
        subjects=(),
        method=Method.BY_GROUP,
        stated=Result.UNKNOWN,
        words="",
        lines=lines,
        held_on=date(2026, 12, 8),
    )
    return LinkedVote(vote=recorded)


def line(name: str, choice: Choice, size: int | None) -> VoteLine:
    return VoteLine(key=name, party=name, choice=choice, size=size)


def drawn(linked: LinkedVote, *groups: KnownGroup, ink: Ink = Ink.PAPER) -> Picture:
    picture = support_picture(linked.vote.chamber, [linked], groups)
    assert picture is not None
    return PICTURES.support(support_drawing("steun", picture), ink)


@pytest.mark.parametrize("ink", Ink)
def test_seats_sides_and_the_majority_are_said_in_words_picture_and_table(ink: Ink) -> None:
    linked = vote(line("Roos", Choice.FOR, 80), line("Iep", Choice.AGAINST, 65), line("Oud", Choice.FOR, 5))
    groups = (KnownGroup(key="Roos", name="Roos", seats=82), KnownGroup(key="Iep", name="Iep", seats=68))

    picture = drawn(linked, *groups, ink=ink)

    assert picture.words == (
        "Tweede Kamer: 82 zetels voor, 0 wisselend, 68 tegen en 0 onbekend."
        " Een meerderheid is 76 zetels: die is er wel."
    )
    drawing = etree.fromstring(picture.svg)
    texts = " ".join("".join(map(str, text.itertext())) for text in drawing.iter(f"{SVG}text"))
    assert "meerderheid: 76" in texts
    assert "82 voor" in texts
    assert "voorheen voor" in texts
    assert "82 (bij de stemming: 80)" in picture.table
    assert "bestaat niet meer" in picture.table


def test_the_senate_has_its_own_line_and_says_that_it_gives_no_sizes() -> None:
    linked = vote(line("Roos", Choice.FOR, None), chamber=Chamber.SENATE)

    picture = drawn(linked)

    assert "Een meerderheid is 38 zetels: die is er niet." in picture.words
    assert "niet bekend" in picture.table


def test_hostile_names_do_no_harm() -> None:
    picture = drawn(vote(line(HOSTILE, Choice.FOR, 80)))

    root = etree.fromstring(picture.svg)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in picture.svg
    assert "<script" not in picture.table


@settings(derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(Choice), st.one_of(st.none(), st.integers(0, 200))), min_size=1, max_size=20
    )
)
def test_everything_stays_inside_the_drawing(groups: list[tuple[Choice, int | None]]) -> None:
    lines = [line(f"Fractie {n}", choice, size) for n, (choice, size) in enumerate(groups)]
    picture = support_picture(Chamber.HOUSE, [vote(*lines)], [])
    assert picture is not None

    drawing = support_drawing("steun", picture)

    assert sum(share.width for share in drawing.shares) == pytest.approx(WIDTH - 4, abs=1)
    assert 0 < drawing.line_x < WIDTH
    assert all(0 <= row.width <= RIGHT - LEFT + 0.1 for row in drawing.rows)
