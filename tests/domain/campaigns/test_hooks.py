"""What sort of moment an activity is, and what became of one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from g40flow.domain.campaigns.hooks import (
    HookEvent,
    HookStanding,
    Situation,
    event_between,
    kind_of_activity,
    situation_of,
)
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.sources.tweedekamer.known_values import ACTIVITY_KINDS

TODAY = date(2026, 11, 20)
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 12, 8, 9, tzinfo=UTC)
NO_MOMENT = {
    "Afscheid", "Beëdiging", "Bijzondere procedure", "Constituerende vergadering", "Delegatievergadering",
    "Gesprek", "Herdenking", "Mededelingen", "Ontbijtbijeenkomst Parlement en Wetenschap", "Opening",
    "Overig", "Sluiting", "Vergadering", "Verklaring", "Vragenuur", "Werkbezoek",
}  # fmt: skip


def activity(label: str = "Commissiedebat", title: str = "Wonen", **more: Any) -> SourceItem:
    values: dict[str, Any] = {
        "source": "tweedekamer",
        "identifier": "activiteit:1",
        "kind": ItemKind.ACTIVITY,
        "kind_label": label,
        "title": title,
        "url": "https://example.nl",
        "status": ItemStatus.PLANNED,
    }
    return SourceItem(**(values | more))


def test_every_kind_of_activity_of_the_chamber_is_a_moment_or_is_known_to_be_none() -> None:
    without = {label for label in ACTIVITY_KINDS if kind_of_activity(activity(label)) is None}

    assert without == NO_MOMENT


@pytest.mark.parametrize(
    ("label", "title", "kind"),
    [
        ("Inbreng verslag (wetsvoorstel)", "Wet regie", HookKind.INPUT_DEADLINE),
        ("Inbreng schriftelijk overleg", "Wonen", HookKind.WRITTEN_CONSULTATION),
        ("Plenair debat (tweeminutendebat)", "Wonen", HookKind.TWO_MINUTE_DEBATE),
        ("Plenair debat", "Tweeminutendebat Wonen", HookKind.TWO_MINUTE_DEBATE),
        ("Plenair debat (debat)", "Dertigledendebat over wonen", HookKind.PLENARY_DEBATE),
        ("Stemmingen", "Stemmingen", HookKind.VOTE),
        ("Stemmingen", "Stemming over controversiële onderwerpen", HookKind.CONTROVERSIAL_LIST),
        ("Procedurevergadering", "Controversieel verklaren", HookKind.CONTROVERSIAL_LIST),
        ("Petitie", "Aanbieding petitie", HookKind.PETITION_HANDOVER),
        ("Hoorzitting / rondetafelgesprek", "Wonen", HookKind.ROUND_TABLE),
        ("Deskundigenbijeenkomst", "Wonen", HookKind.ROUND_TABLE),
        ("Stemmingen (Eerste Kamer)", "Wet", HookKind.VOTE),
    ],
)
def test_the_kind_comes_from_the_publishers_word_and_from_what_it_is_about(
    label: str, title: str, kind: HookKind
) -> None:
    assert kind_of_activity(activity(label, title)) is kind


@pytest.mark.parametrize(
    ("item", "standing", "on"),
    [
        (activity(starts_at=AT), HookStanding.PLANNED, date(2026, 12, 1)),
        (activity(opens_on=date(2026, 12, 2)), HookStanding.PLANNED, date(2026, 12, 2)),
        (activity(closes_on=date(2026, 12, 3), starts_at=LATER), HookStanding.PLANNED, date(2026, 12, 3)),
        (activity(), HookStanding.UNDATED, None),
        (activity(starts_at=AT, status=ItemStatus.CANCELLED), HookStanding.CANCELLED, date(2026, 12, 1)),
        (activity(starts_at=AT, status=ItemStatus.MOVED), HookStanding.UNDATED, None),
        (activity(starts_at=AT, status=ItemStatus.CLOSED), HookStanding.HELD, date(2026, 12, 1)),
        (activity(opens_on=date(2026, 11, 19)), HookStanding.HELD, date(2026, 11, 19)),
    ],
)
def test_how_an_activity_stands(item: SourceItem, standing: HookStanding, on: date | None) -> None:
    found = situation_of(item, TODAY)

    assert (found.standing, found.on) == (standing, on)


FIRST = Situation(standing=HookStanding.PLANNED, on=date(2026, 12, 1), at=AT)
WITHOUT_HOUR = Situation(standing=HookStanding.PLANNED, on=date(2026, 12, 1))
SECOND = Situation(standing=HookStanding.PLANNED, on=date(2026, 12, 8), at=LATER)
UNDATED = Situation(standing=HookStanding.UNDATED)
OFF = Situation(standing=HookStanding.CANCELLED, on=date(2026, 12, 1), at=AT)
HELD = Situation(standing=HookStanding.HELD, on=date(2026, 12, 1), at=AT)


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (FIRST, SECOND, HookEvent.MOVED),
        (FIRST, Situation(standing=HookStanding.PLANNED, on=date(2026, 12, 1), at=LATER), HookEvent.MOVED),
        (FIRST, OFF, HookEvent.CANCELLED),
        (UNDATED, OFF, HookEvent.CANCELLED),
        (FIRST, UNDATED, HookEvent.UNDATED),
        (UNDATED, SECOND, HookEvent.DATED),
        (OFF, SECOND, HookEvent.REVIVED),
        (OFF, UNDATED, HookEvent.REVIVED),
        (HELD, SECOND, HookEvent.MOVED),
        (WITHOUT_HOUR, FIRST, None),
        (FIRST, HELD, None),
        (OFF, OFF, None),
        (UNDATED, UNDATED, None),
    ],
)
def test_what_people_are_told_of_a_step(before: Situation, after: Situation, event: HookEvent | None) -> None:
    assert event_between(before, after) is event
