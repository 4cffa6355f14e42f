"""One subject is one line, however many parts, rules and families it fits in."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.digest.content import Line, Part, Section, What, Why
from g40flow.domain.digest.merging import Candidate, Caps, Shelf, merged

ORDER = (
    Section.WAITING,
    Section.NEW,
    Section.OPEN,
    Section.CALENDAR,
    Section.DECIDED,
    Section.RESULTS,
)
CAPS = Caps(lines=3, more_paths={Section.NEW: "/items"})


def item(number: int, section: Section, *kin: str, **fields: object) -> Candidate:
    usual: dict[str, object] = {
        "key": f"item:{number}",
        "what": What.CONSULTATION,
        "title": f"Stuk {number}",
        "path": f"/items/{number}",
        "why": Why.ROUTED,
    }
    line = Line(**{**usual, **fields})  # type: ignore[arg-type]
    return Candidate(section=section, line=line, kin=frozenset(kin))


def dossier(number: int, section: Section, *kin: str, **fields: object) -> Candidate:
    named = {"key": f"dossier:{number}", "what": What.DOSSIER, "path": f"/dossiers/{number}"}
    return item(number, section, *kin, **{**named, **fields})


def parts_of(*candidates: Candidate, told: frozenset[str] = frozenset()) -> dict[Section, list[str]]:
    parts = merged(candidates, ORDER, CAPS, told)
    return {part.section: [line.key for line in part.lines] for part in parts}


def line_of(*candidates: Candidate) -> Line:
    (part,) = merged(candidates, ORDER, CAPS, frozenset())
    (line,) = part.lines
    return line


def test_a_subject_stands_where_something_is_asked_before_where_it_is_told() -> None:
    assert parts_of(
        item(1, Section.OPEN), item(1, Section.NEW), dossier(2, Section.CALENDAR), dossier(2, Section.WAITING)
    ) == {Section.WAITING: ["dossier:2"], Section.NEW: ["item:1"]}


def test_what_the_other_parts_say_is_not_lost() -> None:
    line = line_of(
        dossier(1, Section.DECIDED, deeds=("adopt",)),
        dossier(1, Section.DECIDED, deeds=("submit",)),
        dossier(1, Section.OPEN, until=date(2026, 12, 1), working_days_left=4, risks=("closes_soon",)),
    )

    assert line.deeds == ("adopt", "submit")
    assert line.risks == ("closes_soon",)
    assert (line.until, line.working_days_left) == (date(2026, 12, 1), 4)


def test_what_was_done_in_a_year_is_one_candidate_and_every_point_has_its_outcome() -> None:
    deeds = [
        dossier(
            1,
            Section.RESULTS,
            deeds=("record_outcome",),
            outcomes=(word,),
            facts=(f"history:{number}",),
        )
        for number, word in enumerate(["achieved", "achieved", "not"] * 400)
    ]
    shelf = Shelf(ORDER, CAPS, frozenset({"history:0"}), iter(deeds))

    (part,) = shelf.parts()

    assert part.lines[0].deeds == ("record_outcome",)
    assert len(part.lines[0].outcomes) == 1_199
    assert len(shelf.facts) == 1_200


def test_a_day_and_its_hour_stay_together() -> None:
    step, call = date(2026, 12, 8), datetime(2026, 11, 30, 8, 0, tzinfo=UTC)

    line = line_of(
        dossier(1, Section.WAITING, until=step, working_days_left=11),
        dossier(1, Section.CALENDAR, until=call.date(), working_days_left=5, at=call),
    )

    assert (line.until, line.working_days_left, line.at) == (step, 11, None)


def test_that_a_dossier_is_new_goes_without_saying_once_more_was_done() -> None:
    assert line_of(
        dossier(1, Section.DECIDED, deeds=("submit",)), dossier(1, Section.NEW, deeds=("open",))
    ).deeds == ("submit",)
    assert line_of(dossier(1, Section.NEW, deeds=("open",))).deeds == ("open",)


def test_a_family_is_one_line_that_names_its_others() -> None:
    bill = item(2, Section.NEW, "family:7", label="Wet", until=date(2026, 12, 20))
    debate = item(3, Section.CALENDAR, "family:7", label="Commissiedebat")

    line = line_of(item(1, Section.NEW, "family:7", until=date(2026, 12, 3)), bill, debate)

    assert line.key == "item:1"
    assert [(also.label, also.path) for also in line.also] == [
        ("Wet", "/items/2"),
        ("Commissiedebat", "/items/3"),
    ]


def test_of_a_large_family_the_rest_is_counted() -> None:
    line = line_of(*(item(number, Section.NEW, "family:7") for number in range(1, 8)))

    assert (len(line.also), line.more_also) == (3, 3)


def test_a_dossier_speaks_for_the_items_it_is_about() -> None:
    line = line_of(dossier(9, Section.OPEN, "item:1"), item(1, Section.NEW), item(1, Section.OPEN))

    assert line.key == "dossier:9"
    assert line.also == ()


def test_two_dossiers_about_the_same_are_two_lines() -> None:
    assert parts_of(dossier(8, Section.OPEN, "item:1"), dossier(9, Section.OPEN, "item:1")) == {
        Section.OPEN: ["dossier:8", "dossier:9"]
    }


def test_what_was_told_before_is_left_out_and_what_stands_is_said_again() -> None:
    told = frozenset({"routing:1:woningmarkt"})
    again = item(1, Section.NEW, facts=("routing:1:woningmarkt",))

    assert parts_of(again, item(1, Section.OPEN), told=told) == {Section.OPEN: ["item:1"]}
    assert Shelf(ORDER, CAPS, told, [again]).facts == told


def test_lines_are_read_by_what_is_due_first_and_what_is_urgent_before_that() -> None:
    found = parts_of(
        item(1, Section.OPEN, until=date(2026, 12, 9)),
        item(2, Section.OPEN),
        item(3, Section.OPEN, until=date(2026, 12, 1)),
        item(4, Section.OPEN, until=date(2026, 12, 30), urgent=True),
    )

    assert found == {Section.OPEN: ["item:4", "item:3", "item:1"]}


def test_the_rest_is_behind_a_link() -> None:
    (part,) = merged([item(n, Section.NEW) for n in range(1, 8)], ORDER, CAPS, frozenset())

    assert part == Part(section=Section.NEW, lines=part.lines, more=4, more_path="/items")
    assert len(part.lines) == 3


def test_what_closed_weeks_ago_is_read_after_what_can_still_be_acted_on() -> None:
    over = item(1, Section.NEW, until=date(2026, 3, 1), working_days_left=-180)
    ahead = item(2, Section.NEW, until=date(2026, 12, 1), working_days_left=5)

    assert parts_of(over, ahead) == {Section.NEW: ["item:2", "item:1"]}


def test_of_many_results_the_latest_are_read_in_the_order_in_which_they_came() -> None:
    results = [
        replace(item(number, Section.RESULTS), happened_at=datetime(2026, 11, number, tzinfo=UTC))
        for number in (4, 1, 3, 2)
    ]

    assert parts_of(*results) == {Section.RESULTS: ["item:2", "item:3", "item:4"]}


families_of_items = st.lists(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from([Section.NEW, Section.OPEN, Section.RESULTS])),
        min_size=1,
        max_size=4,
    ),
    max_size=12,
)


@given(families=families_of_items, about=st.sets(st.integers(0, 30), max_size=5))
@settings(derandomize=True, deadline=None)
def test_items_that_come_family_by_family_are_told_as_if_all_had_come_at_once(
    families: list[list[tuple[int, Section]]], about: set[int]
) -> None:
    """A dossier about some items; each item is in one family only."""
    place_of: dict[int, int] = {}
    for place, family in enumerate(families):
        for number, _ in family:
            place_of.setdefault(number, place)
    named = [
        [
            item(number, section, f"family:{place}", until=date(2026, 12, 1 + number % 28))
            for number, section in family
            if place_of[number] == place
        ]
        for place, family in enumerate(families)
    ]
    anchor = dossier(99, Section.WAITING, *(f"item:{number}" for number in about))

    shelf = Shelf(ORDER, CAPS, anchors=[anchor])
    for candidates in named:
        shelf.add(candidates)

    everything = [anchor, *(candidate for candidates in named for candidate in candidates)]
    at_once = merged(everything, ORDER, CAPS, frozenset())
    counted = {part.section: (len(part.lines), part.more) for part in shelf.parts()}
    assert counted == {part.section: (len(part.lines), part.more) for part in at_once}
