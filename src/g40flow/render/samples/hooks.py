"""Moments in parliament as messages tell of them: made up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from g40flow.domain.calendar import Period, WorkingCalendar
from g40flow.domain.campaigns.hook_plan import LEAD_TIMES, HookPlan, StepStanding, plan_hook
from g40flow.domain.campaigns.hook_shown import (
    ChangeShown,
    HookNoticeShown,
    HookProposalsShown,
    HookReminderShown,
    HookShown,
    StepChange,
)
from g40flow.domain.campaigns.hooks import (
    HookEvent,
    HookOrigin,
    HookReason,
    HookStanding,
    HookState,
    ReasonKind,
    Situation,
)
from g40flow.domain.campaigns.words import HookKind
from g40flow.render.campaign_messages import CampaignRenderer
from g40flow.render.hook_messages import HookRenderer
from g40flow.render.samples.campaigns import CAMPAIGN, RUNNING
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

TODAY = RUNNING.today
DEBATE_AT = datetime(2027, 1, 27, 9, 0, tzinfo=UTC)
RECESS = Period(name="Kerstreces", from_on=date(2026, 12, 18), until_on=date(2027, 1, 11))
CALENDAR = WorkingCalendar(recesses=(RECESS,))


def _plan(kind: HookKind, on: date | None) -> HookPlan:
    found = Situation(standing=HookStanding.UNDATED if on is None else HookStanding.PLANNED, on=on)
    return plan_hook(kind, found, LEAD_TIMES[kind], done=(), today=TODAY, calendar=CALENDAR)


HOOK = HookShown(
    hook_id=5,
    dossier_id=RUNNING.dossier_id,
    kind=HookKind.COMMITTEE_DEBATE,
    origin=HookOrigin.ITEM,
    title="Armoede- en schuldenbeleid",
    state=HookState.ACCEPTED,
    standing=HookStanding.PLANNED,
    on=date(2027, 1, 27),
    at=DEBATE_AT,
    expected="",
    place="Vaste commissie voor Sociale Zaken",
    note="",
    plan=_plan(HookKind.COMMITTEE_DEBATE, date(2027, 1, 27)),
    today=TODAY,
    working_days_left=10,
    reasons=(
        HookReason(kind=ReasonKind.DOSSIER_NUMBER, value="24515"),
        HookReason(kind=ReasonKind.WORD, value="bestaanszekerheid"),
    ),
    path="/items/31",
    publisher_url="https://publisher.example/31",
)
MOVED = ChangeShown(
    event=HookEvent.MOVED,
    at=datetime(2027, 1, 13, 8, 0, tzinfo=UTC),
    old_on=date(2027, 2, 3),
    old_at=datetime(2027, 2, 3, 9, 0, tzinfo=UTC),
    new_on=date(2027, 1, 27),
    new_at=DEBATE_AT,
)
STEPS = (
    StepChange(preparation="text_ready", old=date(2027, 1, 22), new=date(2027, 1, 12), too_late=True),
    StepChange(
        preparation="letter_to_spokespersons", old=date(2027, 1, 28), new=date(2027, 1, 21), too_late=False
    ),
    StepChange(preparation="call_spokespersons", old=date(2027, 2, 2), new=date(2027, 1, 26), too_late=False),
)


def hook_messages() -> Iterator[Sample]:
    """Every message about a moment."""
    renderer = HookRenderer(resource("templates"), interactive=True)
    yield from _reminders(renderer)
    yield from _notices(renderer)
    undated = replace(
        HOOK,
        kind=HookKind.TWO_MINUTE_DEBATE,
        title="Tweeminutendebat Armoede",
        standing=HookStanding.UNDATED,
        on=None,
        at=None,
        expected="week 6 van 2027",
        plan=_plan(HookKind.TWO_MINUTE_DEBATE, None),
        reasons=(HookReason(kind=ReasonKind.CASE, value="Brief over schulden"),),
    )
    proposals = HookProposalsShown(dossier=RUNNING, hooks=(replace(HOOK, state=HookState.PROPOSED), undated))
    yield Sample("hook_proposals", "two", renderer.hook_proposals(proposals))
    cards = CampaignRenderer(resource("templates"), interactive=True)
    aiming = replace(CAMPAIGN, hooks=(replace(HOOK, changes=(MOVED,)), replace(undated, state=HOOK.state)))
    yield Sample("campaign_card", "with_moments", cards.campaign_card(aiming, "woningmarkt"))
    yield Sample("hook_proposals", "chosen", renderer.hook_proposals(replace(proposals, hooks=())))


def _reminders(renderer: HookRenderer) -> Iterator[Sample]:
    letter = next(s for s in HOOK.plan.steps if s.preparation == "letter_to_spokespersons")
    reminder = HookReminderShown(dossier=RUNNING, hook=HOOK, step=letter, working_days_left=2)
    yield Sample("hook_reminder", "soon", renderer.hook_reminder(reminder))
    after_recess = replace(HOOK, on=date(2027, 1, 13), at=None, plan=_plan(HOOK.kind, date(2027, 1, 13)))
    first = replace(reminder, hook=after_recess, step=after_recess.plan.steps[1], working_days_left=0)
    yield Sample("hook_reminder", "before_recess", renderer.hook_reminder(first))
    done = replace(reminder, step=replace(letter, standing=StepStanding.DONE))
    yield Sample("hook_reminder", "done", renderer.hook_reminder(done))


def _notices(renderer: HookRenderer) -> Iterator[Sample]:
    moved = HookNoticeShown(dossier=RUNNING, hook=HOOK, change=MOVED, steps=STEPS)
    yield Sample("hook_notice", "moved", renderer.hook_notice(moved))
    off = replace(MOVED, event=HookEvent.CANCELLED, new_on=None, new_at=None)
    cancelled = replace(moved, hook=replace(HOOK, standing=HookStanding.CANCELLED), change=off)
    yield Sample("hook_notice", "cancelled", renderer.hook_notice(cancelled))
    undated = replace(off, event=HookEvent.UNDATED)
    without_day = replace(HOOK, standing=HookStanding.UNDATED, on=None, at=None)
    yield Sample(
        "hook_notice", "undated", renderer.hook_notice(replace(moved, hook=without_day, change=undated))
    )
    dated = replace(MOVED, event=HookEvent.DATED, old_on=None, old_at=None)
    ahead = tuple(replace(step, old=None, too_late=False) for step in STEPS)
    yield Sample("hook_notice", "dated", renderer.hook_notice(replace(moved, change=dated, steps=ahead)))
