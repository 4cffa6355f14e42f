"""The steps of a lobby campaign: the second table of the one mechanism in domain/dossier/workflow.py.

What a type of campaign asks besides is added by `steps_of`. docs/workflow.md is printed from this table.
"""

from collections.abc import Mapping
from dataclasses import replace

from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.workflow import CAMPAIGN_WORK, Guard, Stage, Step, row
from g40flow.domain.network import Role

_PA = frozenset({Role.PA_OFFICER})
_LEAD = frozenset({Role.THEME_GROUP_LEAD})
_PILLAR = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR})
_WRITERS = frozenset({Role.PEN_HOLDER, Role.THEME_GROUP_SECRETARY})
_BOARD_SECRETARY = frozenset({Role.BOARD_SECRETARY})
_RUN_IT = _PA | _LEAD | _WRITERS
_DECIDE = _LEAD | _PILLAR

_RETURNS = (Stage.ADOPTION, Stage.COALITION, Stage.RUNNING, Stage.DECISION_MOMENT, Stage.EVALUATION)

CAMPAIGN_STEPS: tuple[Step[Stage], ...] = (
    row("ask_mandate", Stage.IDEA, Stage.MANDATE, _RUN_IT, Guard.LEAD_NAMED),
    row("give_mandate", Stage.MANDATE, Stage.PREPARATION, _PILLAR, Guard.MANDATE_SETTLED),
    row("refuse_mandate", Stage.MANDATE, Stage.IDEA, _PILLAR, reason=True),
    row(
        "offer_for_adoption",
        Stage.PREPARATION,
        Stage.ADOPTION,
        _LEAD | _WRITERS,
        Guard.ASKS_READY,
        Guard.TEXT_WRITTEN,
        Guard.COMMENTS_DISPOSED,
        Guard.NO_OPEN_OBJECTION,
        Guard.NO_OPEN_CALL,
    ),
    # Not every lobby needs a paper of its own: what was adopted before can be brought forward again.
    row(
        "use_adopted_position",
        Stage.PREPARATION,
        Stage.COALITION,
        _DECIDE,
        Guard.ASKS_READY,
        Guard.POSITION_NAMED,
        Guard.NO_OPEN_CALL,
        reason=True,
    ),
    row(
        "adopt",
        Stage.ADOPTION,
        Stage.COALITION,
        _BOARD_SECRETARY,
        Guard.TEXT_WRITTEN,
        Guard.ADOPTED,
        Guard.COMMENTS_DISPOSED,
        Guard.NO_OPEN_ROUND,
        automatic=True,
    ),
    row(
        "return_from_board",
        Stage.ADOPTION,
        Stage.PREPARATION,
        _BOARD_SECRETARY,
        Guard.NO_OPEN_ROUND,
        reason=True,
    ),
    row(
        "void_adoption",
        (Stage.COALITION, Stage.RUNNING, Stage.DECISION_MOMENT),
        Stage.ADOPTION,
        _WRITERS | _BOARD_SECRETARY,
        reason=True,
        automatic=True,
    ),
    row("start_running", Stage.COALITION, Stage.RUNNING, _RUN_IT, Guard.SIGNATURES_COMPLETE),
    row("reach_decision", Stage.RUNNING, Stage.DECISION_MOMENT, _RUN_IT),
    row("run_on", Stage.DECISION_MOMENT, Stage.RUNNING, _RUN_IT, reason=True),
    row("evaluate", Stage.DECISION_MOMENT, Stage.EVALUATION, _RUN_IT),
    row("evaluate_without_decision", Stage.RUNNING, Stage.EVALUATION, _RUN_IT, reason=True),
    row(
        "close",
        Stage.EVALUATION,
        Stage.CLOSED,
        _PA,
        Guard.ASKS_JUDGED,
        Guard.NO_OPEN_DOCUMENT,
        reason=True,
    ),
    row("back_to_preparation", _RETURNS, Stage.PREPARATION, _PA | _DECIDE, Guard.NO_OPEN_ROUND, reason=True),
    row("suspend", CAMPAIGN_WORK, Stage.SUSPENDED, _PA | _DECIDE, reason=True),
    row("stop", (*CAMPAIGN_WORK, Stage.SUSPENDED), Stage.STOPPED, _PA | _DECIDE, reason=True),
    row("resume", (Stage.SUSPENDED, Stage.STOPPED), None, _PA | _DECIDE, reason=True),
    row("close_stopped", Stage.STOPPED, Stage.CLOSED, _PA, Guard.NO_OPEN_DOCUMENT, reason=True),
    row("reopen", Stage.CLOSED, Stage.EVALUATION, _PA | _LEAD, reason=True),
)
"""How a campaign goes from idea to closed. Unique per (action, source)."""


def _with_needs(campaign_type: CampaignType) -> tuple[Step[Stage], ...]:
    needs = CAMPAIGN_TYPES[campaign_type].needs
    return tuple(
        replace(step, guards=tuple(dict.fromkeys((*step.guards, *needs.get(step.action, ())))))
        for step in CAMPAIGN_STEPS
    )


STEPS_OF: Mapping[CampaignType, tuple[Step[Stage], ...]] = {kind: _with_needs(kind) for kind in CampaignType}
"""The table for each type of campaign: the same steps, some with further conditions."""

WHO_ACTS: Mapping[Stage, frozenset[Role]] = {
    Stage.IDEA: _LEAD | frozenset({Role.THEME_GROUP_SECRETARY}),
    Stage.MANDATE: frozenset({Role.PILLAR_CHAIR}),
    Stage.PREPARATION: _WRITERS,
    Stage.ADOPTION: _BOARD_SECRETARY,
    Stage.COALITION: frozenset({Role.THEME_GROUP_SECRETARY}),
    Stage.RUNNING: frozenset({Role.THEME_GROUP_SECRETARY}),
    Stage.DECISION_MOMENT: _PA | frozenset({Role.THEME_GROUP_SECRETARY}),
    Stage.EVALUATION: _PA | frozenset({Role.THEME_GROUP_SECRETARY}),
}
"""Whose move it is at each stage."""
