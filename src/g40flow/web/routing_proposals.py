"""Proposed rule changes: finding them in corrections, and accepting, refusing or taking them back."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.config.rule_terms import LISTS, may_be_written
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import ConfigError
from g40flow.domain.routing.rules import Role
from g40flow.storage.proposals import corrected_titles, count_unexamined, last_decisions, proposals_in
from g40flow.storage.tables import ProposalState, RuleDecision, RuleProposal
from g40flow.use_cases.decide_proposal import accept_proposal, refuse_proposal
from g40flow.use_cases.find_proposals import find_proposals, kept_effect
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.forms import DecisionForm, Several, see_other
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

MOST_SHOWN, DECISIONS = 25, 25
PER_SEARCH = 8
"""Corrections examined for one click, so that the answer comes within seconds."""
MOST_WORSE = 12
"""Known items that a person may wave through at most; more is not a decision any more."""

ProposalId = Annotated[int, Path(ge=1, le=2**62)]


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """One proposal. key: under which the list stands in the file. items: (id, title) of the corrected.

    summary: its effect in one sentence. is_outdated: the rules changed since that was measured.
    """

    row: RuleProposal
    key: str
    summary: str
    items: tuple[tuple[int, str], ...]
    is_outdated: bool


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """One decision. may_undo: the change stands in the rules by this very decision."""

    row: RuleDecision
    proposal: RuleProposal
    key: str
    summary: str
    may_undo: bool


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why nothing was changed. kind: "worse", "form" or "files"; detail: what the program says."""

    kind: str
    proposal_id: int
    form: DecisionForm
    detail: str = ""


@router.get("/routing/proposals", dependencies=[needs(Right.READ_HISTORY)])
def proposals(
    app: CurrentApp, pages: CurrentPages, done: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """What waits for a decision, and what was decided. done: what was just done."""
    return _show(app, pages, done=done)


@router.post("/routing/proposals/search", dependencies=[needs(Right.CORRECT_ROUTING)])
def post_search(app: CurrentApp) -> Response:
    """Look for rule changes in corrections that nobody looked at yet."""
    app.read_rules_again()
    find_proposals(
        app.database,
        app.router,
        app.config_dir / "routing",
        now=app.now(),
        holder=app.new_holder(),
        most=PER_SEARCH,
    )
    return see_other("/routing/proposals?done=searched#melding")


@router.post("/routing/proposals/{proposal_id}/decision", dependencies=[needs(Right.CORRECT_ROUTING)])
def post_decision(
    proposal_id: ProposalId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    decision: Annotated[str, Form()] = "",
    seen_state: Annotated[str, Form()] = "",
    seen: Several = (),
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Accept or refuse; a refusal of what was accepted takes the term out again."""
    form = DecisionForm.read(decision=decision, seen=seen, reason=reason)
    if form.errors:
        return _show(app, pages, problem=Problem(kind="form", proposal_id=proposal_id, form=form))
    try:
        adopted = _decide(app, actor, proposal_id, seen_state, form)
    except ConfigError as error:
        problem = Problem(kind="files", proposal_id=proposal_id, form=form, detail=str(error))
        return _show(app, pages, problem=problem)
    if not adopted:
        return _show(app, pages, problem=Problem(kind="worse", proposal_id=proposal_id, form=form))
    app.read_rules_again()
    return see_other(f"/routing/proposals?done={form.decision}#melding")


def _decide(app: App, actor: Actor, proposal_id: int, seen_state: str, form: DecisionForm) -> bool:
    directory, now, holder = app.config_dir / "routing", app.now(), app.new_holder()
    if form.decision == "accept":
        return accept_proposal(
            app.database,
            directory,
            proposal_id,
            seen_state=seen_state,
            seen_worse=tuple(form.seen[:MOST_WORSE]),
            person=actor.name,
            reason=form.reason,
            now=now,
            holder=holder,
        )
    refuse_proposal(
        app.database,
        directory,
        proposal_id,
        seen_state=seen_state,
        person=actor.name,
        reason=form.reason,
        now=now,
        holder=holder,
    )
    return True


def _show(app: App, pages: CurrentPages, *, done: str = "", problem: Problem | None = None) -> HTMLResponse:
    rules = app.router.book.version
    with app.database.reading() as session:
        waiting = proposals_in(session, ProposalState.OPEN)
        views = _proposal_views(session, waiting[:MOST_SHOWN], rules)
        decisions = _decision_views(session)
        unexamined = count_unexamined(session, rules)
    return pages.show(
        "routing_proposals.html",
        status=409 if problem and problem.kind != "form" else 422 if problem else 200,
        here="routing",
        proposals=views,
        waiting=len(waiting),
        decisions=decisions,
        unexamined=unexamined,
        may_write=may_be_written(app.config_dir / "routing"),
        most_worse=MOST_WORSE,
        done=done,
        problem=problem,
    )


def _proposal_views(session: Session, rows: Collection[RuleProposal], rules: str) -> list[ProposalView]:
    titles = corrected_titles(session, {number for row in rows for number in row.correction_ids})
    return [
        ProposalView(
            row=row,
            key=LISTS[Role(row.role)],
            summary=kept_effect(row.effect).summary(),
            items=tuple(dict.fromkeys(titles[n] for n in row.correction_ids if n in titles)),
            is_outdated=row.measured_rules != rules,
        )
        for row in rows
    ]


def _decision_views(session: Session) -> list[DecisionView]:
    views: list[DecisionView] = []
    told: set[int] = set()
    for row, proposal in last_decisions(session, DECISIONS):
        is_last = row.proposal_id not in told
        told.add(row.proposal_id)
        views.append(
            DecisionView(
                row=row,
                proposal=proposal,
                key=LISTS[Role(proposal.role)],
                summary=kept_effect(row.effect).summary(),
                may_undo=is_last and proposal.state == ProposalState.ACCEPTED,
            )
        )
    return views
