"""Where groups stand on an ask, over several votes."""

from dataclasses import replace
from datetime import date

from g40flow.domain.parliament.support import Direction, KnownGroup, LinkedVote, Support, support_picture
from g40flow.domain.parliament.votes import Chamber, Choice, Method, RecordedVote, Result, VoteLine

TODAY = [KnownGroup(key="a", name="Roos", seats=80), KnownGroup(key="b", name="Iep", seats=70)]


def vote(on: date, *sides: tuple[str, Choice, int], direction: Direction = Direction.HELPS) -> LinkedVote:
    lines = tuple(
        VoteLine(key=key, party=key.upper(), choice=choice, size=size) for key, choice, size in sides
    )
    recorded = RecordedVote(
        identifier=f"{on}",
        chamber=Chamber.HOUSE,
        subjects=(),
        method=Method.BY_GROUP,
        stated=Result.UNKNOWN,
        words="",
        lines=lines,
        held_on=on,
    )
    return LinkedVote(vote=recorded, direction=direction)


MARCH = vote(date(2026, 3, 3), ("a", Choice.FOR, 85), ("b", Choice.AGAINST, 60), ("c", Choice.FOR, 5))
MAY = vote(date(2026, 5, 5), ("a", Choice.FOR, 80), ("b", Choice.FOR, 70))


def test_without_votes_there_is_no_picture() -> None:
    assert support_picture(Chamber.HOUSE, [], TODAY) is None
    assert support_picture(Chamber.SENATE, [MARCH], TODAY) is None
    withdrawn = replace(MARCH, vote=replace(MARCH.vote, withdrawn=True))
    assert support_picture(Chamber.HOUSE, [withdrawn], TODAY) is None


def test_seats_are_those_of_today_and_sizes_at_the_votes_stand_beside_them() -> None:
    picture = support_picture(Chamber.HOUSE, [MAY, MARCH], TODAY)

    assert picture is not None
    roos, iep, former = picture.parties
    assert (roos.name, roos.support, roos.seats, roos.sizes) == ("Roos", Support.WITH, 80, (85, 80))
    assert (iep.support, iep.seats, iep.votes_with, iep.votes_against) == (Support.MIXED, 70, 1, 1)
    assert (former.name, former.former, former.seats, former.sizes) == ("C", True, 0, (5,))
    assert (picture.seats[Support.WITH], picture.line, picture.has_majority) == (80, 76, True)


def test_a_vote_for_what_harms_an_ask_is_a_vote_against_it() -> None:
    harmful = replace(MARCH, direction=Direction.HARMS)

    picture = support_picture(Chamber.HOUSE, [harmful], TODAY)

    assert picture is not None
    assert {party.name: party.support for party in picture.parties} == {
        "Roos": Support.AGAINST,
        "Iep": Support.WITH,
        "C": Support.AGAINST,
    }
    assert not picture.has_majority


def test_a_group_without_a_vote_is_silent_and_seats_nobody_told_of_as_well() -> None:
    alone = vote(date(2026, 3, 3), ("a", Choice.FOR, 80))

    known = support_picture(Chamber.HOUSE, [alone], TODAY)
    unknown = support_picture(Chamber.HOUSE, [alone], [])

    assert known is not None
    assert unknown is not None
    assert (known.seats[Support.SILENT], known.total) == (70, 150)
    assert (unknown.seats[Support.WITH], unknown.seats[Support.SILENT]) == (80, 70)
    assert not any(party.former for party in unknown.parties)
