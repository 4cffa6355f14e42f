"""What a page shows of what may have come of asks and points, and the time line of a campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.workflow import FINAL, Process
from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.outcomes.proposing import suggested_result
from g40flow.domain.outcomes.shown import OutcomeShown
from g40flow.domain.outcomes.words import ProposalState
from g40flow.render.pictures import Ink, Picture
from g40flow.render.support_picture import support_drawing
from g40flow.storage.dossier_holdings import holdings_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.use_cases.campaigns.asks import JUDGED_AT
from g40flow.use_cases.dossier.desk import roles_on
from g40flow.use_cases.outcomes.link import right_for
from g40flow.use_cases.outcomes.read import (
    LinkedShown,
    Target,
    linked_shown,
    outcomes_shown,
    support_of,
    target_of,
    targets_of,
)
from g40flow.use_cases.outcomes.story import StoryEvent, first_later, story_of
from g40flow.use_cases.text.points import WITH_OUTCOME

MOST_SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class TargetView:
    """An ask or point with what is linked to it, and where groups stand on it."""

    target: Target
    linked: Sequence[LinkedShown]
    pictures: Sequence[Picture]


@dataclass(frozen=True, kw_only=True)
class OutcomesPart:
    """What came of a dossier, as far as is known. waiting: proposals that touch something; others: those
    that do not; dismissed: what people said does not belong here. suggested: a result by proposal.
    """

    dossier_id: int
    is_campaign: bool
    waiting: Sequence[OutcomeShown]
    others: Sequence[OutcomeShown]
    dismissed: Sequence[OutcomeShown]
    hidden: int
    targets: Sequence[Target]
    views: Sequence[TargetView]
    elsewhere: Sequence[LinkedShown]
    suggested: dict[int, str]
    results: Sequence[str]
    may: bool
    may_judge: bool


def outcomes_part(
    session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime
) -> OutcomesPart | None:
    """None for who is no part of the network, and while nothing was found or linked."""
    assert dossier.id is not None
    roles = roles_on(session, dossier, actor)
    if not has_right(Right.READ_HISTORY, roles) or not holdings_of(session, dossier.id).outcomes:
        return None
    shown = outcomes_shown(session, app.network, dossier.id)
    linked, targets = linked_shown(session, app.network, dossier.id), targets_of(session, dossier.id)
    is_campaign = dossier.process == Process.CAMPAIGN
    waiting = [one for one in shown if one.state is ProposalState.OPEN and one.strong]
    others = [one for one in shown if one.state is ProposalState.OPEN and not one.strong]
    may = has_right(right_for(dossier), roles) and dossier.stage not in FINAL
    return OutcomesPart(
        dossier_id=dossier.id,
        is_campaign=is_campaign,
        waiting=waiting[:MOST_SHOWN],
        others=others[:MOST_SHOWN],
        dismissed=[one for one in shown if one.state is ProposalState.DISMISSED][:MOST_SHOWN],
        hidden=max(0, len(waiting) - MOST_SHOWN) + max(0, len(others) - MOST_SHOWN),
        targets=targets,
        views=[_view(session, app, target, linked) for target in targets],
        elsewhere=[one for one in linked if target_of(targets, one.proof.ask_id, one.proof.point_id) is None],
        suggested={one.proposal_id: _suggested(one) for one in shown},
        results=[result.value for result in Outcome],
        may=may,
        may_judge=may and dossier.stage in (JUDGED_AT if is_campaign else WITH_OUTCOME),
    )


def _view(session: Session, app: App, target: Target, linked: Sequence[LinkedShown]) -> TargetView:
    own = [
        one for one in linked if (one.proof.ask_id, one.proof.point_id) == (target.ask_id, target.point_id)
    ]
    pictures = [
        app.pictures.support(
            support_drawing(f"steun-{target.key.replace(':', '-')}-{picture.chamber}", picture), Ink.PAGE
        )
        for picture in support_of(session, own, target)
    ]
    return TargetView(target=target, linked=own, pictures=pictures)


def _suggested(shown: OutcomeShown) -> str:
    stated = None if shown.vote is None else shown.vote.vote.stated
    return suggested_result(shown.kind, stated) or ""


@dataclass(frozen=True, kw_only=True)
class StoryPart:
    """The time line of a campaign. upcoming: the place of the first event that is still to come."""

    events: Sequence[StoryEvent]
    upcoming: int | None


def story_part(session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime) -> StoryPart | None:
    """None for who is no part of the network."""
    assert dossier.id is not None
    if not has_right(Right.READ_HISTORY, roles_on(session, dossier, actor)):
        return None
    events = story_of(session, dossier.id)
    return StoryPart(events=events, upcoming=first_later(events, now))
