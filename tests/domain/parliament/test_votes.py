"""Counting votes: parity with how the Chamber's data tell them, and what holds for any vote."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.parliament.votes import (
    Chamber,
    Choice,
    Method,
    RecordedVote,
    Result,
    Stance,
    VoteLine,
    majority,
    numbers_in_words,
    summary,
    tally,
)

GROUPS = {"Roos": 40, "Iep": 35, "Linde": 30, "Wilg": 25, "Es": 15, "Beuk": 5}
"""Made-up groups with the 150 seats of the House."""


def line(party: str, choice: Choice, *, size: int | None = -1, mistake: bool = False) -> VoteLine:
    seats = GROUPS[party] if size == -1 else size
    return VoteLine(key=party.lower(), party=party, choice=choice, size=seats, mistake=mistake)


def by_group(*lines: VoteLine, stated: Result = Result.UNKNOWN, words: str = "") -> RecordedVote:
    return RecordedVote(
        identifier="b1",
        chamber=Chamber.HOUSE,
        subjects=("zaak:m1",),
        method=Method.BY_GROUP,
        stated=stated,
        words=words,
        lines=lines,
        held_on=date(2026, 12, 8),
    )


def all_of(in_favour: tuple[str, ...]) -> tuple[VoteLine, ...]:
    return tuple(line(party, Choice.FOR if party in in_favour else Choice.AGAINST) for party in GROUPS)


def roll_call(*members: tuple[str, Choice, int]) -> RecordedVote:
    lines = (
        VoteLine(key=party.lower(), party=party, choice=choice, size=GROUPS[party], members=number)
        for party, choice, number in members
    )
    return replace(by_group(*lines), method=Method.ROLL_CALL)


def test_by_a_show_of_hands_a_group_weighs_its_seats() -> None:
    counted = tally(by_group(*all_of(("Roos", "Iep", "Beuk")), stated=Result.ADOPTED, words="Aangenomen."))

    assert (counted.in_favour, counted.against) == (80, 70)
    assert (counted.result, counted.line, counted.needed) == (Result.ADOPTED, 76, 76)
    assert counted.difference is None
    assert [group.party for group in counted.groups] == list(GROUPS)


SEATS_OF_FIFTEEN = (26, 26, 22, 20, 18, 9, 7, 4, 3, 3, 3, 3, 3, 2, 1)
"""Sizes of the groups of a House with fifteen of them."""


@pytest.mark.parametrize(
    ("against", "stated"),
    [
        ({0, 1, 2, 5, 6}, Result.REJECTED),
        ({0, 1, 2, 5, 6, 7}, Result.REJECTED),
        ({5, 6, 7, 8, 9, 10}, Result.ADOPTED),
        ({3}, Result.ADOPTED),
        (set(), Result.ADOPTED),
        ({4, 13}, Result.ADOPTED),
    ],
)
def test_few_large_groups_outweigh_many_small_ones(against: set[int], stated: Result) -> None:
    lines = [
        VoteLine(
            key=f"{place}",
            party=f"Fractie {place}",
            choice=Choice.AGAINST if place in against else Choice.FOR,
            size=size,
        )
        for place, size in enumerate(SEATS_OF_FIFTEEN)
    ]

    counted = tally(by_group(*lines, stated=stated))

    assert counted.result is stated
    assert counted.in_favour + counted.against == counted.seats
    assert (counted.difference, counted.unrecorded) == (None, 0)


def test_of_a_roll_call_every_member_weighs_one_and_who_is_not_named_was_not_there() -> None:
    counted = tally(
        roll_call(("Roos", Choice.FOR, 30), ("Roos", Choice.AGAINST, 4), ("Iep", Choice.AGAINST, 35))
    )

    roos, iep = counted.groups
    assert (roos.stance, roos.in_favour, roos.against, roos.absent) == (Stance.DIVIDED, 30, 4, 6)
    assert (iep.stance, iep.against, iep.absent) == (Stance.AGAINST, 35, 0)
    assert (counted.in_favour, counted.against, counted.result) == (30, 39, Result.REJECTED)


def test_a_mistake_counts_for_nobody_and_what_was_meant_counts_once() -> None:
    meant = [line("Roos", Choice.FOR, mistake=True), line("Roos", Choice.AGAINST), line("Iep", Choice.FOR)]

    counted = tally(by_group(*meant))

    assert (counted.in_favour, counted.against) == (35, 40)
    assert counted.notes == ("mistake",)


def test_a_group_of_which_only_a_mistake_is_recorded_has_no_vote() -> None:
    counted = tally(by_group(line("Roos", Choice.FOR, mistake=True), line("Iep", Choice.FOR)))

    assert counted.groups[0].stance is Stance.MISTAKEN
    assert counted.in_favour == 35


def test_a_result_that_the_mistake_would_turn_is_shown_beside_that_of_the_chamber() -> None:
    lines = [replace(one, mistake=one.party == "Beuk") for one in all_of(("Roos", "Iep", "Beuk"))]

    counted = tally(by_group(*lines, stated=Result.REJECTED, words="Verworpen."))

    assert counted.result is Result.ADOPTED
    assert counted.difference is not None
    assert (counted.difference.stated, counted.difference.because_of_mistake) == (Result.REJECTED, True)


def test_groups_that_did_not_take_part_count_for_neither_side() -> None:
    counted = tally(
        by_group(line("Roos", Choice.FOR), line("Iep", Choice.AGAINST), line("Linde", Choice.ABSENT))
    )

    assert (counted.in_favour, counted.against, counted.absent, counted.unrecorded) == (40, 35, 30, 45)
    assert (counted.result, counted.needed) == (Result.ADOPTED, 38)


def test_a_tie_is_a_tie_and_a_rejection_of_it_is_no_difference() -> None:
    tied = by_group(
        *all_of(("Roos", "Iep")), stated=Result.REJECTED, words="Bij staken van stemmen verworpen."
    )

    assert tally(tied).result is Result.TIED
    assert tally(tied).difference is None
    assert tally(replace(tied, stated=Result.ADOPTED)).difference is not None


def test_the_numbers_that_the_chamber_says_must_be_ours() -> None:
    vote = by_group(*all_of(("Roos", "Iep", "Beuk")), stated=Result.ADOPTED, words="Aangenomen. (80-70)")

    assert tally(vote).difference is None
    other = tally(replace(vote, words="Aangenomen. (79-71)")).difference
    assert other is not None
    assert (other.stated_for, other.stated_against) == (79, 71)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("Aangenomen. (75-74)", (75, 74)),
        ("Verworpen met 70 stemmen voor en 80 stemmen tegen.", (70, 80)),
        ("Aangenomen.", None),
        ("Verworpen, stuk 36-410", None),
        ("Aangenomen (149-99)", None),
        ("", None),
    ],
)
def test_numbers_are_read_from_the_words_of_the_chamber(words: str, numbers: tuple[int, int] | None) -> None:
    assert numbers_in_words(words) == numbers


def test_a_group_recorded_for_and_against_at_once_counts_for_neither() -> None:
    counted = tally(by_group(line("Roos", Choice.FOR), line("Roos", Choice.AGAINST), line("Iep", Choice.FOR)))

    assert counted.groups[0].stance is Stance.CONTRADICTORY
    assert (counted.in_favour, counted.against) == (35, 0)
    assert "contradictory" in counted.notes


def test_without_sizes_there_are_sides_but_no_result() -> None:
    lines = (line("Roos", Choice.FOR, size=None), line("Iep", Choice.AGAINST, size=None))

    counted = tally(replace(by_group(*lines, stated=Result.ADOPTED), chamber=Chamber.SENATE))

    sides = {group.party: group.stance for group in counted.groups}
    assert sides == {"Roos": Stance.FOR, "Iep": Stance.AGAINST}
    assert (counted.result, counted.without_size, counted.line) == (Result.UNKNOWN, 2, 38)
    assert counted.difference is None


def test_without_a_vote_nothing_is_counted() -> None:
    hammered = replace(
        by_group(line("Roos", Choice.AGAINST), stated=Result.ADOPTED), method=Method.WITHOUT_VOTE
    )

    assert tally(hammered).result is Result.UNKNOWN
    assert tally(hammered).difference is None


def test_more_seats_than_the_chamber_has_is_said() -> None:
    counted = tally(by_group(line("Roos", Choice.FOR, size=120), line("Iep", Choice.AGAINST, size=45)))

    assert "too_many_seats" in counted.notes
    assert counted.unrecorded == 0


def test_a_word_that_nobody_knows_counts_for_neither_side() -> None:
    counted = tally(by_group(line("Roos", Choice.UNKNOWN), line("Iep", Choice.FOR)))

    assert (counted.groups[0].stance, counted.in_favour) == (Stance.UNKNOWN, 35)


def test_a_summary_is_another_one_exactly_when_what_readers_see_is() -> None:
    vote = by_group(*all_of(("Roos",)))
    turned = replace(vote, lines=tuple(reversed(vote.lines)), words="Verworpen, iets anders gezegd")

    assert summary(vote) == summary(turned)
    assert summary(vote) != summary(by_group(*all_of(("Roos", "Beuk"))))
    assert summary(vote) != summary(replace(vote, withdrawn=True))


LINES = st.lists(
    st.builds(
        VoteLine,
        key=st.sampled_from("abcdef"),
        party=st.text(max_size=4),
        choice=st.sampled_from(Choice),
        size=st.integers(0, 40),
        members=st.none(),
        mistake=st.booleans(),
    ),
    max_size=12,
)
BY_NAME = st.lists(
    st.builds(
        VoteLine,
        key=st.sampled_from("abc"),
        party=st.just("x"),
        choice=st.sampled_from(Choice),
        size=st.just(40),
        members=st.integers(1, 8),
        mistake=st.booleans(),
    ),
    max_size=4,
)


@settings(derandomize=True, deadline=None)
@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_lines_told_twice_change_nothing(
    lines: list[VoteLine], random: Random
) -> None:
    vote = by_group(*lines)
    shuffled = [*lines, *lines]
    random.shuffle(shuffled)

    assert summary(vote) == summary(by_group(*shuffled))


@settings(derandomize=True, deadline=None)
@given(LINES)
def test_every_seat_is_counted_at_most_once(lines: list[VoteLine]) -> None:
    counted = tally(by_group(*lines))

    assert len(counted.groups) == len({one.key for one in lines})
    assert counted.in_favour + counted.against + counted.absent <= sum(g.size or 0 for g in counted.groups)
    assert counted.unrecorded >= 0
    if counted.result is Result.ADOPTED:
        assert counted.in_favour >= counted.needed


@settings(derandomize=True, deadline=None)
@given(LINES)
def test_turning_every_choice_turns_the_result(lines: list[VoteLine]) -> None:
    turned = {Choice.FOR: Choice.AGAINST, Choice.AGAINST: Choice.FOR}
    one = tally(by_group(*lines))
    other = tally(by_group(*(replace(o, choice=turned.get(o.choice, o.choice)) for o in lines)))

    assert (one.in_favour, one.against) == (other.against, other.in_favour)
    opposite = {Result.ADOPTED: Result.REJECTED, Result.REJECTED: Result.ADOPTED}
    assert opposite.get(one.result, one.result) is other.result


@settings(derandomize=True, deadline=None)
@given(BY_NAME)
def test_a_roll_call_by_members_in_one_line_or_in_many_is_the_same(lines: list[VoteLine]) -> None:
    apart = [replace(one, members=1) for one in lines for _ in range(one.members or 0)]
    together = replace(by_group(*lines), method=Method.ROLL_CALL)

    assert summary(together) == summary(replace(together, lines=tuple(apart)))


@pytest.mark.parametrize(("seats", "line_"), [(150, 76), (75, 38), (149, 75), (0, 1)])
def test_a_majority_is_more_than_half(seats: int, line_: int) -> None:
    assert majority(seats) == line_
