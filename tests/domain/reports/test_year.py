"""Figures of a year: what counts, for whom, and in which year."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.reports.campaign import overall
from g40flow.domain.reports.facts import (
    AskFact,
    CampaignFact,
    ContactFact,
    Decided,
    PositionFact,
    Scope,
    ScopeKind,
    TextFact,
    YearFacts,
)
from g40flow.domain.reports.year import Totals, YearReport, spare_days, totals, year_report

HOUSING, CARE, SAFETY = frozenset({"wonen"}), frozenset({"zorg"}), frozenset({"veiligheid"})
NETWORK = Scope(kind=ScopeKind.NETWORK, slug="", name="Het netwerk")
PILLAR = Scope(kind=ScopeKind.PILLAR, slug="stad", name="Stad", groups=HOUSING | CARE)
GROUP = Scope(kind=ScopeKind.GROUP, slug="wonen", name="Wonen", groups=HOUSING)
KINGS_DAY = date(2026, 4, 27)
CALENDAR = WorkingCalendar(holidays=frozenset({KINGS_DAY}))
GROUPS = ["wonen", "zorg", "veiligheid"]


def text(id: int, groups: frozenset[str] = HOUSING, **more: Any) -> TextFact:
    values: dict[str, Any] = {
        "number": f"2026-{id:03}",
        "title": f"Stuk {id}",
        "document_type": "consultation_response",
    }
    return TextFact(id=id, groups=groups, **(values | more))


def campaign(id: int, groups: frozenset[str] = HOUSING, **more: Any) -> CampaignFact:
    values: dict[str, Any] = {
        "number": f"2026-{id:03}",
        "title": f"Campagne {id}",
        "campaign_type": "bill",
        "document_type": "position_paper",
        "opened_on": date(2026, 2, 1),
    }
    return CampaignFact(id=id, groups=groups, **(values | more))


FACTS = YearFacts(
    texts=[
        text(1, last_day=date(2026, 4, 28), handed_in_on=date(2026, 4, 24), outcomes=("achieved", "not", "")),
        text(2, HOUSING | CARE, last_day=date(2026, 4, 24), handed_in_on=date(2026, 4, 25)),
        text(3, SAFETY, handed_in_on=date(2026, 12, 31), document_type="letter_minister"),
        text(4, handed_in_on=date(2025, 12, 31), last_day=date(2025, 12, 31)),
        text(5, CARE, decided=Decided.NO_RESPONSE, decided_on=date(2026, 5, 1)),
        text(6, decided=Decided.SUPPORT_VNG, decided_on=date(2026, 5, 2)),
        text(7, decided=Decided.MISSED, decided_on=date(2026, 5, 3)),
        text(8, decided=Decided.MISSED, decided_on=date(2026, 5, 3), handed_in_on=date(2026, 5, 4)),
        text(9, document_type="manifest", adopted_on=date(2026, 6, 1), confidential=True),
        text(10, adopted_on=date(2026, 6, 1)),  # a response takes no new position
    ],
    campaigns=[
        campaign(20, HOUSING | CARE, adopted_on=date(2026, 3, 1), closed_on=date(2026, 11, 1)),
        campaign(21, SAFETY, opened_on=date(2025, 1, 1)),
    ],
    asks=[
        AskFact(campaign_id=20, wording="A", result=Outcome.ACHIEVED, judged_on=date(2026, 10, 1)),
        AskFact(campaign_id=20, wording="B", result=Outcome.PARTLY, judged_on=date(2025, 10, 1)),
        AskFact(campaign_id=21, wording="C", result=Outcome.NOT, judged_on=date(2026, 10, 1)),
        AskFact(campaign_id=21, wording="D"),
    ],
    contacts=[
        ContactFact(happened_on=date(2026, 1, 1), channel=Channel.CALL, campaign_id=20),
        ContactFact(happened_on=date(2026, 2, 1), channel=Channel.CALL, campaign_id=21),
        ContactFact(happened_on=date(2026, 3, 1), channel=Channel.EVENT),
        ContactFact(happened_on=date(2025, 3, 1), channel=Channel.EVENT),
    ],
    positions=[
        PositionFact(title="Paper", source="netwerkdag", groups=CARE, adopted_on=date(2026, 7, 1)),
        PositionFact(
            title="Manifest", source="", groups=HOUSING, adopted_on=date(2026, 6, 1), dossier_id=9
        ),
    ],
)  # fmt: skip


def report(scope: Scope = NETWORK, year: int = 2026) -> YearReport:
    return year_report(FACTS, scope, year, today=date(2026, 11, 23), groups=GROUPS, calendar=CALENDAR)


def numbers(found: Totals) -> dict[str, int]:
    """Only what is not nothing."""
    return {one.name: getattr(found, one.name) for one in fields(found) if getattr(found, one.name)}


def test_every_figure_of_the_network_is_what_the_facts_say() -> None:
    found = report()

    assert numbers(found.totals) == {
        "handed_in": 4, "in_time": 1, "late": 1, "no_response": 1, "support_vng": 1, "missed": 1,
        "adopted": 3, "contacts": 3, "judged": 2, "achieved": 1, "campaigns_opened": 1,
        "campaigns_closed": 1,
    }  # fmt: skip
    assert numbers(found.before) == {
        "handed_in": 1, "in_time": 1, "contacts": 1, "judged": 1, "achieved": 1, "campaigns_opened": 1,
    }  # fmt: skip
    assert found.channels == {Channel.CALL: 2, Channel.EVENT: 1}
    assert found.types == {"consultation_response": 3, "letter_minister": 1}
    assert found.results[Outcome.ACHIEVED] == found.results[Outcome.NOT] == 1
    assert [one.title for one in found.adopted] == ["Campagne 20", "Stuk 9", "Paper"]
    assert {word: n for word, n in found.points.items() if n} == {"achieved": 1, "not": 1, "": 1}
    assert (found.until, found.confidential) == (date(2026, 11, 23), 1)


def test_working_days_to_spare_are_counted_without_holidays_and_a_weekend_late_is_late() -> None:
    times = {one.text.id: (one.spare_days, one.is_late) for one in report().handed_in}

    assert times == {1: (1, False), 2: (-1, True), 3: (None, False), 8: (None, False)}
    time = report().on_time
    assert (time.counted, time.late, time.without_last_day) == (2, 1, 2)
    assert (time.median_spare, time.least_spare) == (0, -1)
    assert time.spare == {5: 0, 3: 0, 1: 1, 0: 0, None: 1}


def test_a_shared_dossier_counts_for_each_of_its_groups_and_once_for_the_pillar() -> None:
    pillar = report(PILLAR)

    assert pillar.totals.handed_in == 3
    assert [pillar.groups[slug].handed_in for slug in ("wonen", "zorg")] == [3, 1]
    assert "veiligheid" not in pillar.groups
    assert report(GROUP).groups == {}


def test_contacts_outside_campaigns_are_of_the_network_alone() -> None:
    assert [report(scope).totals.contacts for scope in (NETWORK, PILLAR, GROUP)] == [3, 1, 1]


def test_a_year_that_is_over_says_nothing_of_today() -> None:
    assert report(year=2025).until is None


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], ""),
        (["", ""], ""),
        (["achieved", "achieved"], "achieved"),
        (["achieved", ""], "partly"),
        (["achieved", "not"], "partly"),
        (["partly"], "partly"),
        (["not", "not"], "not"),
        (["not", "open"], "open"),
        (["not", ""], "open"),
        (["unknown", "not"], "not"),
        (["unknown"], "unknown"),
    ],
)
def test_what_came_of_a_campaign_is_one_word(results: list[str], expected: str) -> None:
    assert overall(results) == expected


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@settings(deadline=None)
@given(st.lists(st.tuples(DAYS, st.none() | DAYS, st.sampled_from(GROUPS)), max_size=12))
def test_parts_and_whole_agree(cases: list[tuple[date, date | None, str]]) -> None:
    facts = YearFacts(
        texts=[
            text(n, frozenset({group}), handed_in_on=on, last_day=last)
            for n, (on, last, group) in enumerate(cases)
        ]
    )

    found = year_report(facts, NETWORK, 2026, today=date(2027, 1, 1), groups=GROUPS, calendar=CALENDAR)

    # Each text has one group here, so that groups add up to the whole.
    assert sum(part.handed_in for part in found.groups.values()) == found.totals.handed_in
    assert found.totals.in_time + found.totals.late + found.on_time.without_last_day == len(found.handed_in)
    assert sum(found.on_time.spare.values()) == found.on_time.counted
    assert sum(totals(facts, y, CALENDAR).handed_in for y in range(2024, 2028)) == len(cases)
    for line in found.handed_in:
        assert line.is_late == (line.spare_days is not None and line.spare_days < 0)


@given(DAYS, DAYS)
@settings(deadline=None)
def test_who_is_in_time_has_no_negative_days_to_spare(on: date, last: date) -> None:
    days = spare_days(on, last, CALENDAR)

    assert days is not None
    assert (days >= 0) == (on <= last)
