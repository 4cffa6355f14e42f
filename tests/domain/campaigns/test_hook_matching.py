"""Why a moment concerns a dossier."""

from datetime import date
from typing import Any

import pytest

from g40flow.domain.campaigns.hook_matching import Interest, Upcoming, has_phrase, matches
from g40flow.domain.campaigns.hooks import ReasonKind
from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import CampaignType, HookKind

BILL = ("tweedekamer", "zaak:1")
DAY = date(2026, 12, 1)


def interest(campaign_type: CampaignType = CampaignType.BILL, **ties: Any) -> Interest:
    values: dict[str, Any] = {
        "dossier_id": 1,
        "kinds": CAMPAIGN_TYPES[campaign_type].hooks,
        "is_campaign": True,
        "items": {},
        "families": {},
    }
    return Interest(**(values | ties))


def debate(item_id: int = 9, kind: HookKind = HookKind.COMMITTEE_DEBATE, **more: Any) -> Upcoming:
    values: dict[str, Any] = {
        "item_id": item_id,
        "item_key": ("tweedekamer", f"activiteit:{item_id}"),
        "kind": kind,
        "title": "Wonen en bouwen",
        "on": DAY,
    }
    return Upcoming(**(values | more))


@pytest.mark.parametrize(
    ("ties", "activity", "kind", "value"),
    [
        ({"items": {("tweedekamer", "activiteit:9"): "Debat"}}, {}, ReasonKind.ITEM, "Debat"),
        ({"items": {BILL: "Wet regie"}}, {"cases": frozenset({BILL})}, ReasonKind.CASE, "Wet regie"),
        (
            {"dossier_numbers": frozenset({"36512"})},
            {"dossier_numbers": frozenset({"36512", "32847"})},
            ReasonKind.DOSSIER_NUMBER,
            "36512",
        ),
        ({"families": {4: "Wet regie"}}, {"families": frozenset({4})}, ReasonKind.FAMILY, "Wet regie"),
        (
            {"words": ("betaalbare woning",)},
            {"agenda": ("Betaalbare woningen",)},
            ReasonKind.WORD,
            "betaalbare woning",
        ),
    ],
)
def test_each_tie_proposes_a_moment_and_says_which_it_was(
    ties: dict[str, Any], activity: dict[str, Any], kind: ReasonKind, value: str
) -> None:
    found = matches(interest(**ties), [debate(**activity)])

    assert [(reason.kind, reason.value) for reason in found[0].reasons] == [(kind, value)]


def test_what_is_tied_by_nothing_is_not_proposed() -> None:
    assert matches(interest(items={BILL: "Wet regie"}, words=("warmte",)), [debate()]) == []


def test_a_committee_alone_proposes_only_its_next_meeting_on_procedure() -> None:
    wonen = interest(committees=frozenset({"Vaste commissie voor Wonen"}))
    weekly = [
        debate(
            n, HookKind.PROCEDURE_MEETING, on=date(2026, 12, n), committees=("vaste commissie voor wonen",)
        )
        for n in (9, 2, 16)
    ]
    other = debate(3, committees=("Vaste commissie voor Wonen",))

    found = matches(wonen, [*weekly, other])

    assert [match.upcoming.item_id for match in found] == [2]


def test_only_who_sets_the_agenda_is_told_of_the_next_order_of_business() -> None:
    tuesdays = [debate(n, HookKind.ORDER_OF_BUSINESS, on=date(2026, 12, n)) for n in (1, 8)]

    assert [m.upcoming.item_id for m in matches(interest(CampaignType.AGENDA_SETTING), tuesdays)] == [1]
    assert matches(interest(CampaignType.BILL), tuesdays) == []


def test_moments_without_a_day_are_proposed_after_those_with_one() -> None:
    tied = interest(items={BILL: "Wet regie"})
    both = [debate(1, on=None, cases=frozenset({BILL})), debate(2, cases=frozenset({BILL}))]

    assert [match.upcoming.item_id for match in matches(tied, both)] == [2, 1]


@pytest.mark.parametrize(
    ("text", "phrase", "is_there"),
    [
        ("Betaalbare woningen in de stad", "woning", True),
        ("Woningcorporaties", "woning", False),
        ("Wet. Regie", "wet regie", False),
        ("De wet regie volkshuisvesting", "Wet Regie", True),
        ("iets", "", False),
    ],
)
def test_words_are_found_whole_in_any_case_and_with_dutch_endings(
    text: str, phrase: str, is_there: bool
) -> None:
    assert has_phrase(text, phrase) is is_there
