"""Moments: proposed with reasons, chosen by people, followed when their publisher does something else."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from g40flow.domain.campaigns.hook_plan import StepStanding
from g40flow.domain.campaigns.hooks import HookStanding, HookState, ReasonKind
from g40flow.domain.campaigns.words import CampaignType, HookKind
from g40flow.domain.campaigns.yearly import YearlyMoment
from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from g40flow.storage.database import Database
from g40flow.storage.tables import Item, Message
from g40flow.use_cases.campaigns.hooks import (
    NewHook,
    accept_hook,
    add_hook,
    dismiss_hook,
    edit_hook,
    finish_preparation,
    restore_hook,
    tie_dossier,
    untie_dossier,
)
from g40flow.use_cases.campaigns.hooks_following import catch_up
from g40flow.use_cases.campaigns.hooks_reading import HookSearch, coming_hooks
from g40flow.use_cases.campaigns.stakeholders import StakeholderText, add_stakeholder, map_stakeholder
from g40flow.use_cases.dossier.settle import make_confidential
from tests.use_cases.campaigns.hook_world import DEBATE_AT, HookWorld
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    CARE_LEAD,
    DESK,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    SECRETARIAT,
)

GROUP = "group:woningmarkt"
SECRETARY = f"person:{HOUSING_SECRETARY}"
WEEK = timedelta(days=7)


@pytest.fixture
def world(sqlite: Database) -> HookWorld:
    return HookWorld(sqlite)


# --- proposing ------------------------------------------------------------------------------------


def test_a_moment_about_the_bill_is_proposed_once_and_says_what_made_it(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    world.activity("Werkbezoek")
    world.activity(title="Iets anders", facts={})

    assert (world.propose(), world.propose()) == (1, 0)

    hook = world.shown(campaign_id)[0]
    assert (hook.kind, hook.state, hook.on) == (
        HookKind.COMMITTEE_DEBATE,
        HookState.PROPOSED,
        date(2026, 12, 15),
    )
    assert [(reason.kind, reason.value) for reason in hook.reasons] == [
        (ReasonKind.CASE, "Wet regie"),
        (ReasonKind.DOSSIER_NUMBER, "36512"),
    ]
    assert hook.path == f"/items/{item_id}"


@pytest.mark.parametrize(
    ("kind", "value", "activity"),
    [
        ("dossier_number", "32 847", {"dossier_number": "32847", "facts": {}}),
        ("word", "woningtekort", {"title": "Het woningtekort", "facts": {}}),
        ("committee", "Vaste commissie voor Wonen", {"kind_label": "Procedurevergadering", "facts": {}}),
    ],
)
def test_what_a_campaign_is_tied_to_by_hand_is_proposed_as_well(
    world: HookWorld, kind: str, value: str, activity: dict[str, Any]
) -> None:
    campaign_id = world.campaign(CampaignType.BILL)
    world.do(tie_dossier, campaign_id, kind, value, by=HOUSING_SECRETARY, seen_revision=None)
    world.activity(**({"label": activity.pop("kind_label", "Commissiedebat")} | activity))

    world.propose()

    assert [reason.kind for reason in world.shown(campaign_id)[0].reasons] == [ReasonKind(kind)]


def test_a_committee_on_the_map_of_stakeholders_brings_its_next_meeting_on_procedure(
    world: HookWorld,
) -> None:
    campaign_id = world.campaign(CampaignType.BILL)
    name = "Vaste commissie voor Wonen"
    text = StakeholderText(kind="committee", function=name, organisation="Tweede Kamer", committee=name)
    committee = world.do(add_stakeholder, text)
    world.do(map_stakeholder, campaign_id, committee.id, stance="neutral")
    for days in (14, 7):
        world.activity("Procedurevergadering", DEBATE_AT + timedelta(days=days), facts={})

    world.propose()

    assert [hook.moment_on for hook in world.hooks(campaign_id)] == [date(2026, 12, 22)]


def test_a_text_that_is_followed_up_gets_the_moments_of_the_bill_that_it_became(world: HookWorld) -> None:
    dossier_id = world.responded(world.bill())
    world.activity("Inbreng verslag (wetsvoorstel)", None, closes_on=date(2026, 12, 10))

    world.propose()

    assert [hook.kind for hook in world.hooks(dossier_id)] == [HookKind.INPUT_DEADLINE]


def test_the_round_of_input_that_a_text_answers_is_no_moment_besides(world: HookWorld) -> None:
    round_of_input = world.activity("Inbreng verslag (wetsvoorstel)", None, closes_on=date(2026, 12, 10))
    dossier_id = world.responded(round_of_input)

    world.propose()

    assert world.hooks(dossier_id) == []


def test_the_calendar_of_the_year_is_proposed_to_the_campaigns_that_aim_at_it(world: HookWorld) -> None:
    budget, bill = world.campaign(CampaignType.BUDGET), world.campaign(CampaignType.BILL)

    world.propose()

    found = {hook.key: hook for hook in world.hooks(budget)}
    assert found["calendar:prinsjesdag-2027"].moment_on == date(2027, 9, 21)
    assert found["calendar:begroting-bzk-2028"].standing is HookStanding.UNDATED
    assert world.hooks(bill) == []


def test_who_chooses_hears_of_proposals_once_a_day_and_of_none_when_all_were_chosen(
    world: HookWorld,
) -> None:
    campaign_id = world.lobby()
    world.activity()
    world.propose()
    world.activity("Stemmingen", DEBATE_AT + WEEK)
    world.propose()

    assert list(world.told("hook_proposals")) == [SECRETARY]
    assert "2 momenten" in world.told("hook_proposals")[SECRETARY]
    for hook in world.hooks(campaign_id):
        world.do(dismiss_hook, campaign_id, hook.id, seen_revision=None)
    assert world.told("hook_proposals") == {}


# --- choosing -------------------------------------------------------------------------------------


def test_a_proposal_is_accepted_dismissed_and_taken_back(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity()
    hook_id = world.accepted(campaign_id)

    world.do(dismiss_hook, campaign_id, hook_id, reason="gaat over iets anders", seen_revision=None)
    dismissed = world.hooks(campaign_id)[0]
    world.do(restore_hook, campaign_id, hook_id, seen_revision=None)
    back = world.hooks(campaign_id)[0]
    world.do(restore_hook, campaign_id, hook_id, seen_revision=None)

    assert (dismissed.state, dismissed.note) == (HookState.DISMISSED, "gaat over iets anders")
    assert back.state is HookState.ACCEPTED
    assert world.hooks(campaign_id)[0].state is HookState.PROPOSED
    assert world.acts(campaign_id)[-4:] == ["accept_hook", "dismiss_hook", "restore_hook", "restore_hook"]
    assert world.propose() == 0


def test_what_was_dismissed_is_not_proposed_again(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity()
    world.propose()
    world.do(dismiss_hook, campaign_id, world.hooks(campaign_id)[0].id, seen_revision=None)

    assert world.propose() == 0
    assert world.shown(campaign_id) == []


@pytest.mark.parametrize("who", [BOARD_MEMBER, CARE_LEAD])
def test_who_does_not_work_on_it_chooses_nothing(world: HookWorld, who: str) -> None:
    campaign_id = world.lobby()
    world.activity()
    world.propose()
    hook_id = world.hooks(campaign_id)[0].id

    with pytest.raises(NotAllowed):
        world.do(accept_hook, campaign_id, hook_id, by=who, seen_revision=None)
    with pytest.raises(NotAllowed):
        world.do(add_hook, campaign_id, NewHook(kind="vote", title="x"), by=who, seen_revision=None)

    assert world.hooks(campaign_id)[0].state is HookState.PROPOSED


def test_a_choice_on_an_outdated_page_or_of_another_dossier_changes_nothing(world: HookWorld) -> None:
    campaign_id, other = world.lobby(), world.campaign()
    world.activity()
    world.propose()
    hook_id = world.hooks(campaign_id)[0].id

    with pytest.raises(StaleVersion):
        world.do(accept_hook, campaign_id, hook_id, seen_revision=0)
    with pytest.raises(NotFound):
        world.do(accept_hook, other, hook_id, seen_revision=None)

    assert world.hooks(campaign_id)[0].state is HookState.PROPOSED


def test_a_moment_made_by_hand_counts_and_can_get_its_day_later(world: HookWorld) -> None:
    campaign_id = world.campaign()
    made = NewHook(kind="petition_handover", title="Aanbieding manifest", expected="voor de zomer")
    hook = world.do(add_hook, campaign_id, made, by=HOUSING_SECRETARY, seen_revision=None)
    undated = world.shown(campaign_id)[0]

    said = replace(made, on=date(2027, 2, 2), clock=time(13, 45))
    world.do(edit_hook, campaign_id, hook.id, said, seen_revision=None)

    assert (undated.state, undated.standing, undated.expected) == (
        HookState.ACCEPTED,
        HookStanding.UNDATED,
        "voor de zomer",
    )
    dated = world.shown(campaign_id)[0]
    assert (dated.on, dated.at) == (date(2027, 2, 2), datetime(2027, 2, 2, 12, 45, tzinfo=UTC))
    assert dated.expected == ""


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (NewHook(kind="feest", title="x"), "unknown_hook_kind"),
        (NewHook(kind="vote", title=" "), "title_needed"),
        (NewHook(kind="vote", title="x", on=date(2026, 11, 22)), "day_passed"),
        (NewHook(item_id=1), "no_moment"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(world: HookWorld, wrong: NewHook, code: str) -> None:
    world.bill()
    campaign_id = world.campaign()

    with pytest.raises(InvalidInput) as refused:
        world.do(add_hook, campaign_id, wrong, seen_revision=None)

    assert refused.value.code == code


def test_an_activity_that_nobody_proposed_can_be_chosen_also_after_it_was_dismissed(
    world: HookWorld,
) -> None:
    campaign_id = world.campaign()
    item_id = world.activity(facts={})

    hook = world.do(add_hook, campaign_id, NewHook(item_id=item_id), seen_revision=None)
    world.do(dismiss_hook, campaign_id, hook.id, seen_revision=None)
    world.do(add_hook, campaign_id, NewHook(item_id=item_id), seen_revision=None)

    with pytest.raises(InvalidInput, match="counts already"):
        world.do(add_hook, campaign_id, NewHook(item_id=item_id), seen_revision=None)
    assert [(one.key, one.state) for one in world.hooks(campaign_id)] == [
        (f"item:{item_id}", HookState.ACCEPTED)
    ]


def test_what_is_ready_is_ticked_off_and_can_be_opened_again(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity()
    hook_id = world.accepted(campaign_id)
    letter = "letter_to_spokespersons"

    world.do(finish_preparation, campaign_id, hook_id, letter, seen_revision=None)
    done = world.shown(campaign_id)[0]
    world.do(finish_preparation, campaign_id, hook_id, letter, undo=True, seen_revision=None)

    assert done.plan.steps[1].standing is StepStanding.DONE
    assert done.done is not None
    assert done.done[letter].name == "Anna Testerink"
    assert world.shown(campaign_id)[0].plan.steps[1].standing is StepStanding.AHEAD
    with pytest.raises(InvalidInput, match="has no"):
        world.do(finish_preparation, campaign_id, hook_id, "invite_press", seen_revision=None)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("dossier_number", "geen nummer", "no_dossier_number"),
        ("word", "ab", "word_too_short"),
        ("partij", "VVD", "unknown_tie"),
        ("word", "wonen", "tie_exists"),
    ],
)
def test_a_tie_that_cannot_be_is_refused(world: HookWorld, kind: str, value: str, code: str) -> None:
    campaign_id = world.campaign()
    world.do(tie_dossier, campaign_id, "word", "wonen", seen_revision=None)

    with pytest.raises(InvalidInput) as refused:
        world.do(tie_dossier, campaign_id, kind, value, seen_revision=None)

    assert refused.value.code == code
    world.do(untie_dossier, campaign_id, "word", "wonen", seen_revision=None)
    assert world.acts(campaign_id)[-2:] == ["add_tie", "remove_tie"]


# --- what the publisher does ----------------------------------------------------------------------


def test_a_moved_debate_is_told_once_to_everybody_with_old_and_new_day_and_what_it_means(
    world: HookWorld,
) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    world.accepted(campaign_id)

    told = world.publish(item_id, starts_at=DEBATE_AT - WEEK)
    again = world.publish(item_id, starts_at=DEBATE_AT - WEEK)

    everybody = {GROUP, SECRETARY, f"person:{HOUSING_LEAD}", f"person:{SECRETARIAT}"}
    assert told >= everybody
    assert not again
    assert sorted(world.messages("hook_notice")) == sorted(told)
    read = world.told("hook_notice")[SECRETARY]
    assert "Van dinsdag 15 december 2026, 10:00 uur naar dinsdag 8 december 2026, 10:00 uur." in read
    assert "brief aan de woordvoerders: uiterlijk woensdag 2 december 2026 (was woensdag 9 december" in read
    facts = world.history(campaign_id)[-1].facts
    assert (facts["old_on"], facts["new_on"]) == ("2026-12-15", "2026-12-08")
    assert world.shown(campaign_id)[0].changes[0].old_on == date(2026, 12, 15)


def test_a_debate_that_is_moved_forward_shows_what_is_too_late_now(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    world.accepted(campaign_id)

    world.publish(item_id, starts_at=datetime(2026, 11, 26, 9, tzinfo=UTC))

    hook = world.shown(campaign_id)[0]
    assert [step.preparation for step in hook.plan.too_late] == ["text_ready", "letter_to_spokespersons"]
    assert "te laat, dit had vrijdag 20 november 2026" in world.told("hook_notice")[SECRETARY]


def test_a_cancelled_debate_asks_nothing_more_and_can_come_back(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    world.accepted(campaign_id)

    world.publish(item_id, status="cancelled")
    off = world.shown(campaign_id)[0]
    world.publish(item_id, status="planned", starts_at=DEBATE_AT + WEEK)

    assert (off.standing, off.on) == (HookStanding.CANCELLED, date(2026, 12, 15))
    assert {step.standing for step in off.plan.steps} == {StepStanding.OFF}
    back = world.shown(campaign_id)[0]
    assert (back.standing, back.on) == (HookStanding.PLANNED, date(2026, 12, 22))
    assert world.acts(campaign_id)[-2:] == ["hook_cancelled", "hook_revived"]


def test_a_debate_without_a_day_waits_and_is_planned_when_it_has_one(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    world.accepted(campaign_id)

    world.publish(item_id, starts_at=None)
    undated = world.shown(campaign_id)[0]
    read = world.told("hook_notice")[SECRETARY]
    world.publish(item_id, starts_at=DEBATE_AT + 5 * WEEK)

    assert (undated.standing, undated.on, undated.plan.next_step) == (HookStanding.UNDATED, None, None)
    assert "Stond gepland: dinsdag 15 december 2026, 10:00 uur" in read
    hook = world.shown(campaign_id)[0]
    assert hook.on == date(2027, 1, 19)
    assert [change.event for change in hook.changes] == ["dated", "undated"]


def test_a_replaced_debate_goes_on_as_the_one_that_took_its_place(world: HookWorld) -> None:
    campaign_id = world.lobby()
    old = world.activity()
    world.accepted(campaign_id)
    world.publish(old, status="moved")
    waiting = world.shown(campaign_id)[0]
    new = world.activity(at=DEBATE_AT + WEEK, identifier="activiteit:nieuw")
    with world.writing() as session:
        session.get_one(Item, old).facts = {"replaced_by": "activiteit:nieuw"}

    changed, proposed, _ = world.watch()

    assert waiting.standing is HookStanding.UNDATED
    assert (changed, proposed) == (1, 0)
    hook = world.hooks(campaign_id)[0]
    assert (hook.item_id, hook.key, hook.moment_on) == (new, f"item:{new}", date(2026, 12, 22))


def test_a_proposal_follows_without_a_word_and_an_hour_that_became_known_is_no_news(
    world: HookWorld,
) -> None:
    campaign_id = world.lobby()
    item_id = world.activity(at=None, opens_on=date(2026, 12, 15))
    world.propose()
    world.publish(item_id, opens_on=date(2026, 12, 16))
    proposed = world.hooks(campaign_id)[0].moment_on
    world.accepted(campaign_id)

    told = world.publish(item_id, opens_on=None, starts_at=DEBATE_AT + timedelta(days=1))

    assert proposed == date(2026, 12, 16)
    assert told == frozenset()
    assert world.shown(campaign_id)[0].at == DEBATE_AT + timedelta(days=1)
    assert world.messages("hook_notice") == []


def test_a_moment_of_the_year_that_gets_another_day_is_told_like_one_of_parliament(
    world: HookWorld,
) -> None:
    campaign_id = world.campaign(CampaignType.BUDGET)
    world.propose()
    spring = next(h for h in world.hooks(campaign_id) if h.key == "calendar:voorjaarsnota-2027")
    world.do(accept_hook, campaign_id, spring.id, seen_revision=None)
    earlier = YearlyMoment(
        key="voorjaarsnota-2027",
        kind=HookKind.BUDGET_MOMENT,
        name="Voorjaarsnota",
        on=date(2027, 5, 21),
    )
    desk = replace(DESK, calendars=replace(DESK.calendars, moments=(earlier,)))

    with world.writing() as session:
        catch_up(session, desk, world.now)

    assert "Van dinsdag 1 juni 2027 naar vrijdag 21 mei 2027." in world.told("hook_notice")[SECRETARY]


def test_nobody_outside_hears_of_a_confidential_campaign(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    world.accepted(campaign_id)
    world.do(make_confidential, campaign_id, [HOUSING_SECRETARY], reason="nog stil", seen_revision=None)

    told = world.publish(item_id, status="cancelled")

    assert told == {SECRETARY, f"person:{SECRETARIAT}"}  # who read it, and who closed it off


def test_what_was_posted_about_a_campaign_that_became_confidential_says_only_that(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity()
    world.accepted(campaign_id)
    world.publish(item_id, starts_at=DEBATE_AT - WEEK)
    with world.writing() as session:
        for message in session.scalars(select(Message).where(col(Message.kind) == "hook_notice")):
            message.external_ts = "1.0"

    world.do(make_confidential, campaign_id, [HOUSING_SECRETARY], reason="nog stil", seen_revision=None)

    assert "Regie op wonen" not in world.told("hook_notice")[GROUP]
    assert "Regie op wonen" in world.told("hook_notice")[SECRETARY]


# --- reminders ------------------------------------------------------------------------------------


def test_the_letter_is_reminded_of_two_days_ahead_and_at_once_on_the_last_day(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity(at=datetime(2026, 11, 30, 9, tzinfo=UTC))
    world.accepted(campaign_id)

    first, again = world.watch()[2], world.watch()[2]
    world.later(days=1, hours=10)
    on_the_day = world.watch()[2]

    assert (first, again, on_the_day) == (2, 0, 2)
    assert set(world.told("hook_reminder")) == {GROUP, SECRETARY}
    read = world.told("hook_reminder")[SECRETARY]
    assert "Brief aan de woordvoerders, uiterlijk dinsdag 24 november 2026 (vandaag)" in read
    assert max(world.leaving("hook_reminder").values()) == world.now


def test_a_reminder_that_is_due_in_the_night_waits_until_people_work(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity(at=datetime(2026, 11, 30, 9, tzinfo=UTC))
    world.accepted(campaign_id)
    world.now = datetime(2026, 11, 23, 23, 15, tzinfo=UTC)  # a quarter past midnight, on the last day

    world.watch()

    assert set(world.leaving("hook_reminder").values()) == {datetime(2026, 11, 24, 7, tzinfo=UTC)}


def test_nobody_is_reminded_of_what_is_done_dismissed_or_off(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity(at=datetime(2026, 11, 30, 9, tzinfo=UTC))
    hook_id = world.accepted(campaign_id)
    world.do(finish_preparation, campaign_id, hook_id, "letter_to_spokespersons", seen_revision=None)
    done = world.watch()[2]
    world.publish(item_id, status="cancelled")
    world.later(days=4)

    assert (done, world.watch()[2]) == (0, 0)


def test_a_reminder_that_was_overtaken_before_it_left_says_nothing(world: HookWorld) -> None:
    campaign_id = world.lobby()
    item_id = world.activity(at=datetime(2026, 11, 30, 9, tzinfo=UTC))
    world.accepted(campaign_id)
    world.watch()

    world.publish(item_id, starts_at=DEBATE_AT)

    assert world.told("hook_reminder") == {}


def test_after_the_recess_nobody_is_late_because_they_were_told_before_it(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity(at=datetime(2027, 1, 13, 9, tzinfo=UTC))
    world.accepted(campaign_id)
    world.now = datetime(2026, 12, 15, 9, tzinfo=UTC)

    reminded = world.watch()[2]

    assert reminded == 4
    assert "kerstreces" in world.told("hook_reminder")[SECRETARY]


# --- reading --------------------------------------------------------------------------------------


def test_what_is_coming_is_shown_by_day_to_who_may_see_it(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity("Stemmingen", DEBATE_AT + WEEK)
    world.activity()
    world.accepted(campaign_id)
    made = NewHook(kind="round_table", title="Rondetafel")
    world.do(add_hook, campaign_id, made, seen_revision=None)

    with world.database.reading() as session:
        mine = coming_hooks(session, DESK, world.actor(HOUSING_LEAD), HookSearch(), world.now)
        votes = coming_hooks(
            session, DESK, world.actor(HOUSING_LEAD), HookSearch(kind="vote", group="woningmarkt"), world.now
        )
        others = coming_hooks(
            session, DESK, world.actor(HOUSING_LEAD), HookSearch(group="veiligheid"), world.now
        )

    assert [one.hook.kind.value for one in mine.accepted] == ["committee_debate", "round_table"]
    assert [one.hook.kind.value for one in mine.proposed] == ["vote"]
    assert [one.hook.kind.value for one in votes.proposed] == ["vote"]
    assert (others.accepted, others.proposed) == ([], [])


def test_a_working_visit_is_nothing_to_aim_at(world: HookWorld) -> None:
    campaign_id = world.campaign()
    visit = world.activity("Werkbezoek", facts={})

    with pytest.raises(InvalidInput, match="nothing to aim at"):
        world.do(add_hook, campaign_id, NewHook(item_id=visit), seen_revision=None)

    assert world.hooks(campaign_id) == []
