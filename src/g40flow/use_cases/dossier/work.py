"""Everything that waits for one person: what is asked, why of him, and until when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from g40flow.domain.actors import Actor, may_see, roles_of
from g40flow.domain.campaigns.workflow import WHO_ACTS as WHO_ACTS_IN_CAMPAIGNS
from g40flow.domain.dossier.reminders import WHO_ACTS
from g40flow.domain.dossier.workflow import Process, Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role
from g40flow.storage.campaigns import follow_ups_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import dossier_by_id, parties_of
from g40flow.storage.outcomes import waiting_proposals
from g40flow.storage.waiting import (
    dossiers_whose_move,
    groups_asked,
    hooks_to_prepare,
    signatures_asked,
    to_ratify,
    unanswered_calls,
    unanswered_rounds,
)
from g40flow.use_cases.campaigns.hooks_reading import due_preparation
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.plan import shown_plan


class Asked(StrEnum):
    """What somebody is asked to do; stages that are his move have the word of the stage."""

    ANSWER_FOR_GROUP = "answer_for_group"
    ANSWER_CALL = "answer_call"
    DECIDE = "decide"
    SIGN = "sign"
    RATIFY = "ratify"
    PREPARE_HOOK = "prepare_hook"  # get something ready for a moment in parliament
    CONFIRM_OUTCOMES = "confirm_outcomes"  # say whether what was decided came of what was asked
    TOUCHPOINT_FOLLOW_UP = "touchpoint_follow_up"  # what was agreed in a contact with the outside


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing that waits for somebody.

    dossier_id, number, stage: 0, "" and None for what was agreed in a contact outside any campaign.
    asked: a word of Asked, or the stage that is his move. scope: the group, city, partner or member it
    is asked for, a slug; "" if for the dossier as a whole. until: Dutch day; None if there is none.
    subject_id: of the call, round, moment or contact; None for the others. title: of a moment, its own.
    preparation: a word of Preparation, of a moment; "" for the others. path: page of what is no dossier
    as a whole, "" for the others.
    """

    dossier_id: int
    number: str
    title: str
    stage: Stage | None
    asked: str
    scope: str = ""
    until: date | None = None
    working_days_left: int | None = None
    urgent: bool = False
    subject_id: int | None = None
    preparation: str = ""
    path: str = ""


_LATER: dict[Stage, frozenset[Role]] = {
    Stage.SUPPORT_VNG: frozenset({Role.PA_OFFICER, Role.THEME_GROUP_SECRETARY}),
    Stage.PUBLISHED: frozenset({Role.THEME_GROUP_SECRETARY}),
    Stage.WITHDRAWN: frozenset({Role.PA_OFFICER}),
}
"""Stages without a latest day at which it is somebody's move all the same."""

WHO_MOVES: Mapping[Stage, frozenset[Role]] = {
    stage: roles
    for stage, roles in {**WHO_ACTS, **_LATER, **WHO_ACTS_IN_CAMPAIGNS}.items()
    if stage is not Stage.ROUTED
}
"""Whose move each stage is. Routed dossiers wait for each of their groups apart."""


def work_of(session: Session, desk: Desk, actor: Actor, now: datetime) -> list[Waiting]:
    """Everything that waits for somebody, what is due first at the top; what has no day comes last."""
    found = [w for dossier, w in _found(session, desk, actor, now) if _sees(session, dossier, actor)]
    found += _outcomes(session, desk, actor, now)
    found += _preparations(session, desk, actor, now)
    found += _follow_ups(session, desk, actor, now)
    return sorted(found, key=lambda w: (w.until or date.max, not w.urgent, w.dossier_id))


def _sees(session: Session, dossier: Dossier, actor: Actor) -> bool:
    return not dossier.confidential or may_see(actor, parties_of(session, dossier))


def _found(session: Session, desk: Desk, actor: Actor, now: datetime) -> Iterator[tuple[Dossier, Waiting]]:
    for dossier in dossiers_whose_move(session, actor, WHO_MOVES.items()):
        day = _day_of(desk, dossier, dossier.stage, now)
        yield dossier, _waiting(desk, dossier, dossier.stage.value, now, until=day)
    for dossier, group in groups_asked(session, _scopes(actor, Role.THEME_GROUP_LEAD)):
        day = _day_of(desk, dossier, Stage.ROUTED, now)
        yield dossier, _waiting(desk, dossier, Asked.ANSWER_FOR_GROUP, now, scope=group, until=day)
    for dossier, call, city in unanswered_calls(session, _scopes(actor, Role.CITY_COORDINATOR)):
        day = dutch_date(call.closes_at)
        yield (
            dossier,
            _waiting(desk, dossier, Asked.ANSWER_CALL, now, scope=city, until=day, subject_id=call.id),
        )
    for dossier, found, member in unanswered_rounds(session, actor.person):
        day_of_round = found.meeting_on if found.closes_at is None else dutch_date(found.closes_at)
        scope = "" if member == actor.person else member
        yield (
            dossier,
            _waiting(desk, dossier, Asked.DECIDE, now, scope=scope, until=day_of_round, subject_id=found.id),
        )
    for dossier, partner in signatures_asked(session, _scopes(actor, Role.PARTNER)):
        day = _day_of(desk, dossier, Stage.BOARD_APPROVAL, now)
        yield dossier, _waiting(desk, dossier, Asked.SIGN, now, scope=partner, until=day)
    if any(held.role is Role.BOARD_SECRETARY for held in actor.holdings):
        for dossier, ratification in to_ratify(session):
            yield (
                dossier,
                _waiting(
                    desk,
                    dossier,
                    Asked.RATIFY,
                    now,
                    until=ratification.due_on,
                    subject_id=ratification.round_id,
                    path=f"/board/mandates#b-{ratification.id}",
                ),
            )


def _outcomes(session: Session, desk: Desk, actor: Actor, now: datetime) -> Iterator[Waiting]:
    """Dossiers of which the Chamber, or somebody else, may have done what was asked."""
    is_staff = Role.PA_OFFICER in roles_of(actor)
    groups = None if is_staff else _scopes(actor, Role.THEME_GROUP_SECRETARY)
    if groups is not None and not groups:
        return
    for dossier_id in waiting_proposals(session, groups):
        dossier = dossier_by_id(session, dossier_id)
        if _sees(session, dossier, actor):
            found = _waiting(desk, dossier, Asked.CONFIRM_OUTCOMES, now)
            yield replace(found, path=f"/dossiers/{dossier_id}#uitkomsten")


def _preparations(session: Session, desk: Desk, actor: Actor, now: datetime) -> Iterator[Waiting]:
    """What must be ready next for each moment that somebody prepares."""
    for hook, dossier, lead in hooks_to_prepare(session, dutch_date(now), actor):
        due = due_preparation(desk, hook, dossier, lead, now)
        if due is not None:
            found = _waiting(desk, dossier, Asked.PREPARE_HOOK, now, until=due.on, subject_id=due.hook_id)
            yield replace(found, title=due.title, preparation=due.preparation.value, path=due.path)


def _follow_ups(session: Session, desk: Desk, actor: Actor, now: datetime) -> Iterator[Waiting]:
    """What somebody was to do after a contact: he owns it, so he hears of it whatever else he may see."""
    today = dutch_date(now)
    for contact in follow_ups_of(session, actor.person):
        campaign = None if contact.campaign_id is None else dossier_by_id(session, contact.campaign_id)
        until = contact.follow_up_on
        yield Waiting(
            dossier_id=0 if campaign is None else campaign.id or 0,
            number="" if campaign is None else campaign.number,
            title=contact.follow_up,
            stage=None if campaign is None else campaign.stage,
            asked=Asked.TOUCHPOINT_FOLLOW_UP,
            until=until,
            working_days_left=None
            if until is None
            else desk.calendars.working.working_days_left(today, until),
            subject_id=contact.id,
        )


def _scopes(actor: Actor, role: Role) -> set[str]:
    return {held.scope for held in actor.holdings if held.role is role and held.scope}


def _day_of(desk: Desk, dossier: Dossier, stage: Stage, now: datetime) -> date | None:
    """The latest day of a stage by the plan that counts; the last day to respond if it names none.

    Of a campaign, which has no plan of latest days: the day the decision is expected.
    """
    if dossier.process == Process.CAMPAIGN:
        return dossier.closes_on
    plan, _ = shown_plan(desk, dossier, now)
    day = plan.day_of(stage)
    if day is not None:
        return day.latest_on
    return dossier.agreed_closes_on or dossier.closes_on


def _waiting(
    desk: Desk,
    dossier: Dossier,
    asked: str,
    now: datetime,
    *,
    scope: str = "",
    until: date | None = None,
    subject_id: int | None = None,
    path: str = "",
) -> Waiting:
    assert dossier.id is not None
    left = None if until is None else desk.calendars.working.working_days_left(dutch_date(now), until)
    return Waiting(
        dossier_id=dossier.id,
        number=dossier.number,
        title=dossier.title,
        stage=dossier.stage,
        asked=asked,
        scope=scope,
        until=until,
        working_days_left=left,
        urgent=dossier.urgent,
        subject_id=subject_id,
        path=path,
    )
