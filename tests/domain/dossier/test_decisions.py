"""How positions and a rule become a decision, or do not."""

import dataclasses
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.dossier.decisions import (
    APPROVED,
    MAY_COUNT,
    YES,
    Ballot,
    Leave,
    Position,
    Result,
    Rule,
    Seat,
    Weigher,
    mandate_problem,
    rule_of,
    seats_on,
    tally,
    usual_end,
)
from g40flow.domain.instants import end_of_dutch_day
from g40flow.domain.network import Person, Role, RoleHolding

WORDS = {
    "y": Position.APPROVE,
    "c": Position.APPROVE_WITH_CHANGES,
    "o": Position.OBJECT,
    "h": Position.HOLD,
    "a": Position.ABSTAIN,
    "r": Position.RECUSE,
    ".": None,
}
WRITTEN = Rule(minimum_answers=4, counts_as_approval=MAY_COUNT, chair="m0")
AT_THE_CHAIR = dataclasses.replace(WRITTEN, moves_to=Weigher.CHAIR)
SILENCE = dataclasses.replace(WRITTEN, silence_agrees=True)
STRICT = dataclasses.replace(WRITTEN, counts_as_approval=YES)
MANDATE = Rule(minimum_answers=1, counts_as_approval=frozenset({Position.APPROVE}), chair="m0")


def ballots(letters: str) -> list[Ballot]:
    """One member per letter, the first one is the chair."""
    return [Ballot(member=f"m{n}", position=WORDS[letter]) for n, letter in enumerate(letters)]


@pytest.mark.parametrize(
    ("rule", "letters", "is_over", "result"),
    [
        (WRITTEN, "yyyy..", False, Result.ADOPTED),
        (WRITTEN, "yyy...", False, Result.HELD_OVER),
        (WRITTEN, "yyy...", True, Result.EXPIRED),
        (WRITTEN, "......", True, Result.EXPIRED),
        (WRITTEN, "yyyc..", False, Result.ADOPTED_WITH_CHANGES),
        (WRITTEN, "yyyyyo", False, Result.HELD_OVER),
        (WRITTEN, "yyyyyh", True, Result.HELD_OVER),
        (WRITTEN, "yaaa..", False, Result.ADOPTED),
        (WRITTEN, "aaaaaa", False, Result.HELD_OVER),
        (WRITTEN, "aaaaaa", True, Result.EXPIRED),
        (WRITTEN, "rrryyy", False, Result.ADOPTED),
        (WRITTEN, "rrryy.", True, Result.EXPIRED),
        (WRITTEN, "rrrrrr", True, Result.EXPIRED),
        (WRITTEN, "ryyyy.", False, Result.ADOPTED),
        (STRICT, "yyaa..", False, Result.ADOPTED),
        (STRICT, "aayy..", False, Result.HELD_OVER),
        (STRICT, "yaaa..", True, Result.EXPIRED),
        (SILENCE, "yyyy..", True, Result.ADOPTED),
        (SILENCE, "yyy...", True, Result.EXPIRED),
        (SILENCE, "yyyo..", True, Result.HELD_OVER),
        (SILENCE, "aaaa..", True, Result.EXPIRED),
        (AT_THE_CHAIR, "yyyyyo", False, Result.ADOPTED),
        (AT_THE_CHAIR, "yyyooo", False, Result.ADOPTED),
        (AT_THE_CHAIR, "yyoooo", False, Result.HELD_OVER),
        (AT_THE_CHAIR, "oyyyyy", False, Result.REJECTED),
        (AT_THE_CHAIR, "hyyyyy", False, Result.HELD_OVER),
        (AT_THE_CHAIR, ".yyyyo", False, Result.HELD_OVER),
        (AT_THE_CHAIR, "ayyyyo", False, Result.HELD_OVER),
        (MANDATE, "y", False, Result.ADOPTED),
        (MANDATE, "o", False, Result.HELD_OVER),
        (MANDATE, "a", False, Result.HELD_OVER),
        (MANDATE, ".", True, Result.EXPIRED),
    ],
)
def test_what_closing_now_gives(rule: Rule, letters: str, is_over: bool, result: Result) -> None:
    standing = tally(rule, ballots(letters), is_over=is_over)

    assert standing.result is result
    assert standing.is_met is (result in APPROVED)


def test_a_tie_is_decided_by_the_chair() -> None:
    assert tally(STRICT, ballots("yyaa"), is_over=False).is_met
    assert not tally(STRICT, ballots("aayy"), is_over=False).is_met
    assert not tally(dataclasses.replace(STRICT, chair=""), ballots("yyaa"), is_over=False).is_met


def test_who_recused_himself_is_not_missing_and_lowers_what_is_needed() -> None:
    standing = tally(WRITTEN, ballots("yrrr.."), is_over=False)

    assert (standing.base, standing.needed, standing.answered) == (3, 3, 1)
    assert standing.missing == ("m4", "m5")
    assert standing.counts == {Position.APPROVE: 1, Position.RECUSE: 3}


def test_an_objection_is_said_to_move_it_even_when_it_does_not_stop_it() -> None:
    assert tally(AT_THE_CHAIR, ballots("yyyyyo"), is_over=False).moved_to is Weigher.CHAIR
    assert tally(WRITTEN, ballots("yyyyyh"), is_over=False).moved_to is Weigher.MEETING
    assert tally(WRITTEN, ballots("yyyyyy"), is_over=False).moved_to is None


def test_a_round_of_which_everybody_takes_no_part_is_never_complete() -> None:
    assert tally(WRITTEN, ballots("yyyyyy"), is_over=False).is_complete
    assert tally(WRITTEN, ballots("yyyyyr"), is_over=False).is_complete
    assert not tally(WRITTEN, ballots("rrrrrr"), is_over=False).is_complete


@pytest.mark.parametrize("counted", [{"object"}, {"hold", "approve"}, {"recuse"}, set()])
def test_a_rule_cannot_count_an_objection_or_nothing_as_approval(counted: set[str]) -> None:
    with pytest.raises(ValueError, match="expected some of"):
        Rule(minimum_answers=1, counts_as_approval=frozenset(map(Position, counted)))


def test_a_rule_cannot_do_without_answers() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Rule(minimum_answers=0, counts_as_approval=YES)


RULES = st.builds(
    Rule,
    minimum_answers=st.integers(1, 7),
    counts_as_approval=st.sets(st.sampled_from(sorted(MAY_COUNT)), min_size=1).map(frozenset),
    silence_agrees=st.booleans(),
    moves_to=st.sampled_from(Weigher),
    chair=st.sampled_from(["", "m0", "m3"]),
)
POSITIONS = st.text("ycohar.", max_size=7)
property_test = settings(derandomize=True, deadline=None)


@property_test
@given(RULES)
def test_a_rule_comes_back_as_it_was_kept(rule: Rule) -> None:
    assert rule_of(rule.as_json()) == rule


@property_test
@given(RULES, POSITIONS, st.booleans())
def test_every_member_is_counted_once_or_missing(rule: Rule, letters: str, is_over: bool) -> None:
    standing = tally(rule, ballots(letters), is_over=is_over)

    assert sum(standing.counts.values()) + len(standing.missing) == len(letters)
    assert standing.base == len(letters) - letters.count("r")


@property_test
@given(RULES, POSITIONS, st.booleans())
def test_it_is_adopted_exactly_when_the_rule_is_met(rule: Rule, letters: str, is_over: bool) -> None:
    standing = tally(rule, ballots(letters), is_over=is_over)

    assert standing.is_met is (standing.result in APPROVED)


@property_test
@given(RULES, POSITIONS, st.booleans())
def test_nothing_is_adopted_without_enough_answers_and_one_yes(
    rule: Rule, letters: str, is_over: bool
) -> None:
    standing = tally(rule, ballots(letters), is_over=is_over)

    if standing.is_met:
        assert standing.answered >= min(rule.minimum_answers, standing.base) > 0
        assert set(letters) & {"y", "c"}


@property_test
@given(RULES, POSITIONS)
def test_time_alone_approves_nothing_unless_silence_agrees(rule: Rule, letters: str) -> None:
    before, after = (tally(rule, ballots(letters), is_over=over).is_met for over in (False, True))

    if not rule.silence_agrees:
        assert after == before
    assert after >= before


@property_test
@given(RULES, POSITIONS, st.booleans())
def test_one_objection_stops_a_written_round(rule: Rule, letters: str, is_over: bool) -> None:
    rule = dataclasses.replace(rule, moves_to=Weigher.MEETING)

    assert not tally(rule, ballots(letters + "o"), is_over=is_over).is_met
    assert not tally(rule, ballots(letters + "h"), is_over=is_over).is_met


@property_test
@given(RULES, POSITIONS, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(
    rule: Rule, letters: str, is_over: bool, chance: random.Random
) -> None:
    given_, mixed = ballots(letters), ballots(letters)
    chance.shuffle(mixed)

    one, other = tally(rule, given_, is_over=is_over), tally(rule, mixed, is_over=is_over)

    assert dataclasses.replace(one, missing=()) == dataclasses.replace(other, missing=())


@property_test
@given(RULES, POSITIONS, st.integers(0, 6), st.booleans())
def test_one_more_yes_never_undoes_a_decision(rule: Rule, letters: str, at: int, is_over: bool) -> None:
    rule = dataclasses.replace(rule, counts_as_approval=rule.counts_as_approval | {Position.APPROVE})
    more = letters[:at] + "y" + letters[at + 1 :]

    # Who returns from recusal is one more who must answer; everybody else only helps.
    if letters[at : at + 1] not in ("r", "") and tally(rule, ballots(letters), is_over=is_over).is_met:
        assert tally(rule, ballots(more), is_over=is_over).is_met


# --- who is asked -------------------------------------------------------------------------------

DAY = date(2026, 11, 23)


def person(slug: str, *roles: RoleHolding) -> Person:
    return Person(slug=slug, name=slug.title(), email=f"{slug}@example.nl", roles=roles)


def member(**changed: Any) -> RoleHolding:
    return dataclasses.replace(RoleHolding(role=Role.BOARD_MEMBER), **changed)


def test_the_board_is_who_holds_a_seat_that_day_with_the_deputies_of_that_day() -> None:
    people = [
        person("ines", member(), RoleHolding(role=Role.BOARD_CHAIR)),
        person("kim", member()),
        person("gone", member(until_on=date(2026, 11, 22))),
        person("later", member(from_on=date(2026, 11, 24))),
        person("uma", member(deputy_of="kim", until_on=DAY)),
        person("bram", RoleHolding(role=Role.BOARD_SECRETARY)),
    ]

    assert seats_on(people, DAY) == (Seat(member="ines", is_chair=True), Seat(member="kim", deputy="uma"))
    assert seats_on(people, DAY + timedelta(days=1))[1] == Seat(member="kim")


def test_nobody_answers_twice_by_being_somebodys_deputy() -> None:
    people = [person("kim", member()), person("lars", member(), member(deputy_of="kim"))]

    assert seats_on(people, DAY) == (Seat(member="kim"), Seat(member="lars"))


def test_a_deputy_of_the_chair_has_no_chair() -> None:
    people = [
        person("ines", RoleHolding(role=Role.BOARD_CHAIR)),
        person("joost", RoleHolding(role=Role.BOARD_CHAIR, deputy_of="ines")),
    ]

    assert seats_on(people, DAY) == (Seat(member="ines", deputy="joost", is_chair=True),)


# --- until when ---------------------------------------------------------------------------------

CALENDAR = WorkingCalendar(holidays=frozenset({date(2026, 11, 27)}))
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)  # a Wednesday


def test_a_round_ends_at_the_end_of_a_working_day() -> None:
    assert usual_end(NOW, 3, None, CALENDAR) == end_of_dutch_day(date(2026, 12, 1))


def test_a_round_ends_no_later_than_the_deadline() -> None:
    deadline = end_of_dutch_day(date(2026, 11, 26))

    assert usual_end(NOW, 3, deadline, CALENDAR) == deadline
    assert usual_end(NOW, 3, NOW - timedelta(days=1), CALENDAR) == end_of_dutch_day(date(2026, 12, 1))


# --- mandates -----------------------------------------------------------------------------------

LEAVE = Leave(holder="ines", from_on=date(2026, 11, 1), until_on=DAY)


@pytest.mark.parametrize(
    ("changed", "asked", "problem"),
    [
        ({}, {}, None),
        ({}, {"person": "kim"}, "mandate_of_other"),
        ({"is_revoked": True}, {}, "mandate_revoked"),
        ({}, {"day": date(2026, 11, 24)}, "mandate_period"),
        ({}, {"day": date(2026, 10, 31)}, "mandate_period"),
        ({"theme_groups": frozenset({"woningmarkt"})}, {}, None),
        ({"theme_groups": frozenset({"veiligheid"})}, {}, "mandate_group"),
        ({"document_types": frozenset({"letter_minister"})}, {}, "mandate_document"),
        ({"document_types": frozenset({"consultation_response"})}, {}, None),
    ],
)
def test_a_mandate_holds_for_its_holder_scope_period_and_documents(
    changed: dict[str, Any], asked: dict[str, Any], problem: str | None
) -> None:
    leave = dataclasses.replace(LEAVE, **changed)
    facts = {"person": "ines", "lead_group": "woningmarkt", "document_type": "consultation_response"}

    assert mandate_problem(leave, **{"day": DAY, **facts, **asked}) == problem
