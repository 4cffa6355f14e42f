"""The steps of a dossier: one table, with who may take each and what must be true first.

Steps are code; people, thresholds and dates are config. docs/workflow.md is printed from this table.
Labels are Dutch and live in templates/. A lobby campaign is a dossier too, with a table of its own:
g40flow.domain.campaigns.workflow. What a step is, and how one is found, is the same for both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from g40flow.domain.errors import StepNotAllowed
from g40flow.domain.network import Role


class Process(StrEnum):
    """Which table of steps a dossier goes by."""

    RESPONSE = "response"  # a text: a response, letter, paper or manifest
    CAMPAIGN = "campaign"  # a lobby, with asks, people, partners and texts of its own


class Stage(StrEnum):
    """Where a dossier stands: as a text, or (from IDEA on) as a campaign. Some words serve both."""

    SIGNALED = "signaled"
    TRIAGE = "triage"
    DISMISSED = "dismissed"
    ROUTED = "routed"
    RESPONSE_DECISION = "response_decision"
    SUPPORT_VNG = "support_vng"
    NO_RESPONSE = "no_response"
    MEMBER_CALL = "member_call"
    DRAFTING = "drafting"
    OFFICIAL_REVIEW = "official_review"
    POLITICAL_REVIEW = "political_review"
    BOARD_APPROVAL = "board_approval"
    READY_TO_SUBMIT = "ready_to_submit"
    SUBMITTED = "submitted"
    SUBMITTED_LATE = "submitted_late"
    PUBLISHED = "published"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    MERGED = "merged"
    IDEA = "idea"
    MANDATE = "mandate"
    PREPARATION = "preparation"
    ADOPTION = "adoption"
    COALITION = "coalition"
    RUNNING = "running"
    DECISION_MOMENT = "decision_moment"
    EVALUATION = "evaluation"
    STOPPED = "stopped"


CAMPAIGN_WORK = (
    Stage.IDEA,
    Stage.MANDATE,
    Stage.PREPARATION,
    Stage.ADOPTION,
    Stage.COALITION,
    Stage.RUNNING,
    Stage.DECISION_MOMENT,
    Stage.EVALUATION,
)
"""Stages of a campaign at which somebody must still do something, in the order they come."""

CAMPAIGN_STAGES = (*CAMPAIGN_WORK, Stage.SUSPENDED, Stage.STOPPED, Stage.CLOSED)
"""Every stage of a campaign."""

RESPONSE_STAGES = tuple(stage for stage in Stage if stage not in (*CAMPAIGN_WORK, Stage.STOPPED))
"""Every stage of a text."""

FINAL = frozenset({Stage.CLOSED, Stage.MERGED})
"""The work is done. No step of a text leads out of these; a campaign can be opened again."""

RESTING = frozenset({Stage.DISMISSED, Stage.WITHDRAWN, Stage.SUSPENDED, Stage.STOPPED})
"""Nobody works on it and no deadline counts, but it can come back."""

AT_THE_BOARD = frozenset({Stage.BOARD_APPROVAL, Stage.ADOPTION})
"""The text can be decided on."""

ADOPTED_AND_HERE = frozenset({Stage.READY_TO_SUBMIT, Stage.COALITION, Stage.RUNNING, Stage.DECISION_MOMENT})
"""The text was adopted and is still in our own hands: saying something else takes it back to the board."""

OPEN = tuple(stage for stage in Stage if stage not in FINAL | RESTING)
"""Somebody must still do something."""

_RESPONSE_WORK = tuple(stage for stage in OPEN if stage in RESPONSE_STAGES)

BEFORE_SUBMISSION = tuple(
    stage
    for stage in _RESPONSE_WORK
    if stage
    not in (
        Stage.SUPPORT_VNG,
        Stage.NO_RESPONSE,
        Stage.SUBMITTED,
        Stage.SUBMITTED_LATE,
        Stage.PUBLISHED,
        Stage.FOLLOW_UP,
    )
)
"""Stages of a text in which the closing day still matters for it."""


class Guard(StrEnum):
    """What must be true of the dossier itself before a step, besides its stage and the role.

    g40flow.storage.guards finds out whether each holds.
    """

    LEAD_NAMED = "lead_named"
    LEAD_ACCEPTED = "lead_accepted"
    GROUPS_ANSWERED = "groups_answered"
    RESPONSE_CHOSEN = "response_chosen"  # a type that has a text of our own
    PEN_HOLDER_NAMED = "pen_holder_named"
    PLAN_FIXED = "plan_fixed"
    URGENT = "urgent"
    CALL_CLOSED = "call_closed"  # there was one, and none is open
    NO_OPEN_CALL = "no_open_call"
    TEXT_WRITTEN = "text_written"
    COMMENTS_DISPOSED = "comments_disposed"
    NO_OPEN_OBJECTION = "no_open_objection"
    NO_OPEN_ROUND = "no_open_round"
    ADOPTED = "adopted"  # the rule was met on the hash of the current text
    SIGNATURES_COMPLETE = "signatures_complete"  # of the partners of a joint letter
    CHECKLIST_SIGNED = "checklist_signed"
    RECEIPT_STORED = "receipt_stored"
    NO_PERSONAL_DATA = "no_personal_data"  # none was found that has not been dealt with
    TERM_OPEN = "term_open"
    TERM_PASSED = "term_passed"
    LINK_STORED = "link_stored"
    OUTCOMES_KNOWN = "outcomes_known"
    OBJECTION_WINDOW_OPEN = "objection_window_open"
    OBJECTION_WINDOW_OVER = "objection_window_over"
    MANDATE_SETTLED = "mandate_settled"  # who leads, with what capacity, and how far it reaches
    ASKS_READY = "asks_ready"  # there is one at least, and each says at whom it is aimed
    ASKS_JUDGED = "asks_judged"  # what came of each is written down
    POSITION_NAMED = "position_named"  # an adopted position of the library that the campaign rests on
    ITEM_LINKED = "item_linked"  # what parliament or a ministry has in hand
    DECISION_DAY_NAMED = "decision_day_named"
    COSIGNED = "cosigned"  # at least one organisation signed the text as it is now
    NO_OPEN_DOCUMENT = "no_open_document"  # no further text of the campaign is still in hand


S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Step(Generic[S]):
    """One step that people (or, if automatic, the program) can take.

    sources: stages it can be taken from. target: None goes back to the stage before the rest.
    guards: all must hold. reason: the actor must say why.
    automatic: the program takes it too, as soon as its guards hold or a publisher gives cause.
    """

    action: str
    sources: tuple[S, ...]
    target: S | None
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    reason: bool = False
    automatic: bool = False


_PA = frozenset({Role.PA_OFFICER})
_LEAD = frozenset({Role.THEME_GROUP_LEAD})
_SECRETARY = frozenset({Role.THEME_GROUP_SECRETARY})
_PILLAR = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR})
_DECIDERS = _LEAD | frozenset({Role.PILLAR_CHAIR})
_WRITERS = frozenset({Role.PEN_HOLDER, Role.THEME_GROUP_SECRETARY})
_BOARD = frozenset({Role.BOARD_MEMBER, Role.BOARD_CHAIR})
_BOARD_SECRETARY = frozenset({Role.BOARD_SECRETARY})
_COMMUNICATIONS = frozenset({Role.COMMUNICATIONS})

_TO_WRITE = (Guard.RESPONSE_CHOSEN, Guard.PEN_HOLDER_NAMED, Guard.PLAN_FIXED)
_AGREED = (Guard.TEXT_WRITTEN, Guard.COMMENTS_DISPOSED, Guard.NO_OPEN_OBJECTION)
_TO_SEND = (
    Guard.ADOPTED,
    Guard.COMMENTS_DISPOSED,
    Guard.SIGNATURES_COMPLETE,
    Guard.CHECKLIST_SIGNED,
    Guard.RECEIPT_STORED,
    Guard.NO_PERSONAL_DATA,
)


def row(
    action: str,
    sources: Stage | tuple[Stage, ...],
    target: Stage | None,
    roles: frozenset[Role],
    *guards: Guard,
    reason: bool = False,
    automatic: bool = False,
) -> Step[Stage]:
    """One row of a table of steps; a single source may be given as it is."""
    if isinstance(sources, Stage):
        sources = (sources,)
    return Step(
        action=action,
        sources=sources,
        target=target,
        roles=roles,
        guards=guards,
        reason=reason,
        automatic=automatic,
    )


RESPONSE_STEPS: tuple[Step[Stage], ...] = (
    row("open_triage", Stage.SIGNALED, Stage.TRIAGE, _PA),
    row("dismiss", (Stage.SIGNALED, Stage.TRIAGE), Stage.DISMISSED, _PA, reason=True),
    row("reconsider", Stage.DISMISSED, Stage.TRIAGE, _PA, reason=True),
    row("route", (Stage.SIGNALED, Stage.TRIAGE), Stage.ROUTED, _PA, Guard.LEAD_NAMED),
    row("back_to_triage", Stage.ROUTED, Stage.TRIAGE, _PA | _LEAD, reason=True, automatic=True),
    row(
        "reroute",
        (Stage.ROUTED, Stage.RESPONSE_DECISION, Stage.MEMBER_CALL, Stage.DRAFTING),
        Stage.ROUTED,
        _PA,
        Guard.NO_OPEN_CALL,
        reason=True,
    ),
    row(
        "start_decision",
        Stage.ROUTED,
        Stage.RESPONSE_DECISION,
        _LEAD | _PA,
        Guard.LEAD_ACCEPTED,
        Guard.GROUPS_ANSWERED,
        automatic=True,
    ),
    row("call_members", Stage.RESPONSE_DECISION, Stage.MEMBER_CALL, _DECIDERS, *_TO_WRITE),
    row("write_without_call", Stage.RESPONSE_DECISION, Stage.DRAFTING, _DECIDERS, *_TO_WRITE, reason=True),
    row("support_vng", Stage.RESPONSE_DECISION, Stage.SUPPORT_VNG, _DECIDERS, reason=True),
    row("reconsider_response", Stage.SUPPORT_VNG, Stage.RESPONSE_DECISION, _DECIDERS | _PA, reason=True),
    # That there is no common position often shows only while people write and comment.
    row(
        "decide_no_response",
        (Stage.RESPONSE_DECISION, Stage.DRAFTING, Stage.OFFICIAL_REVIEW, Stage.POLITICAL_REVIEW),
        Stage.NO_RESPONSE,
        _DECIDERS,
        reason=True,
    ),
    row(
        "object_to_no_response",
        Stage.NO_RESPONSE,
        Stage.RESPONSE_DECISION,
        _LEAD | _PILLAR | _BOARD | frozenset({Role.THEME_GROUP_MEMBER, Role.CITY_COORDINATOR}),
        Guard.OBJECTION_WINDOW_OPEN,
        reason=True,
    ),
    row("follow_vng", Stage.SUPPORT_VNG, Stage.FOLLOW_UP, _PA | _SECRETARY),
    row("end_call", Stage.MEMBER_CALL, Stage.DRAFTING, _SECRETARY, Guard.CALL_CLOSED, automatic=True),
    row(
        "call_again",
        (Stage.DRAFTING, Stage.OFFICIAL_REVIEW),
        Stage.MEMBER_CALL,
        _SECRETARY,
        reason=True,
    ),
    row("offer_for_review", Stage.DRAFTING, Stage.OFFICIAL_REVIEW, _WRITERS, Guard.TEXT_WRITTEN),
    row("send_back", Stage.OFFICIAL_REVIEW, Stage.DRAFTING, _SECRETARY, reason=True),
    row(
        "agree_officially",
        Stage.OFFICIAL_REVIEW,
        Stage.POLITICAL_REVIEW,
        _SECRETARY,
        Guard.TEXT_WRITTEN,
        Guard.COMMENTS_DISPOSED,
    ),
    row(
        "agree_urgently",
        Stage.OFFICIAL_REVIEW,
        Stage.BOARD_APPROVAL,
        _DECIDERS,
        Guard.URGENT,
        *_AGREED,
        reason=True,
    ),
    row("return_text", Stage.POLITICAL_REVIEW, Stage.DRAFTING, _LEAD | _PILLAR, reason=True),
    row("agree_politically", Stage.POLITICAL_REVIEW, Stage.BOARD_APPROVAL, _LEAD | _PILLAR, *_AGREED),
    row(
        "return_from_board",
        Stage.BOARD_APPROVAL,
        Stage.DRAFTING,
        _BOARD_SECRETARY,
        Guard.NO_OPEN_ROUND,
        reason=True,
    ),
    row(
        "adopt",
        Stage.BOARD_APPROVAL,
        Stage.READY_TO_SUBMIT,
        _BOARD_SECRETARY,
        Guard.TEXT_WRITTEN,
        Guard.ADOPTED,
        Guard.COMMENTS_DISPOSED,
        Guard.NO_OPEN_ROUND,
        automatic=True,
    ),
    row(
        "void_adoption",
        Stage.READY_TO_SUBMIT,
        Stage.BOARD_APPROVAL,
        _WRITERS | _BOARD_SECRETARY,
        reason=True,
        automatic=True,
    ),
    row("submit", Stage.READY_TO_SUBMIT, Stage.SUBMITTED, _PA, *_TO_SEND, Guard.TERM_OPEN),
    row(
        "submit_late",
        Stage.READY_TO_SUBMIT,
        Stage.SUBMITTED_LATE,
        _PA,
        *_TO_SEND,
        Guard.TERM_PASSED,
        reason=True,
    ),
    row(
        "resubmit_clean",
        (Stage.SUBMITTED, Stage.SUBMITTED_LATE, Stage.PUBLISHED),
        Stage.READY_TO_SUBMIT,
        _PA,
        reason=True,
    ),
    row(
        "publish",
        (Stage.SUBMITTED, Stage.SUBMITTED_LATE),
        Stage.PUBLISHED,
        _COMMUNICATIONS | _PA,
        Guard.LINK_STORED,
        automatic=True,
    ),
    row("follow_up", Stage.PUBLISHED, Stage.FOLLOW_UP, _SECRETARY | _PA),
    # Publication can be declined, and a letter is not published by its addressee.
    row(
        "follow_up_unpublished",
        (Stage.SUBMITTED, Stage.SUBMITTED_LATE),
        Stage.FOLLOW_UP,
        _COMMUNICATIONS | _PA,
        reason=True,
    ),
    row("close", Stage.FOLLOW_UP, Stage.CLOSED, _PA, Guard.OUTCOMES_KNOWN, reason=True),
    row(
        "close_no_response",
        Stage.NO_RESPONSE,
        Stage.CLOSED,
        _PA,
        Guard.OBJECTION_WINDOW_OVER,
        automatic=True,
    ),
    row(
        "close_missed",
        BEFORE_SUBMISSION,
        Stage.CLOSED,
        _PA,
        Guard.TERM_PASSED,
        Guard.NO_OPEN_ROUND,
        reason=True,
    ),
    row("withdraw", (*_RESPONSE_WORK, Stage.SUSPENDED), Stage.WITHDRAWN, _PA, reason=True, automatic=True),
    row("close_withdrawn", Stage.WITHDRAWN, Stage.CLOSED, _PA, reason=True),
    row("suspend", _RESPONSE_WORK, Stage.SUSPENDED, _PA, reason=True, automatic=True),
    row("resume", (Stage.SUSPENDED, Stage.WITHDRAWN), None, _PA, reason=True),
    row("merge", _RESPONSE_WORK, Stage.MERGED, _PA, reason=True),
)
"""How a text of the network goes from signal to closed. Unique per (action, source)."""


def find_step(steps: Sequence[Step[S]], stage: S, action: str, roles: Iterable[Role]) -> Step[S]:
    """The step that somebody with these roles takes from a stage. Raises StepNotAllowed."""
    step = next((step for step in steps if step.action == action and stage in step.sources), None)
    if step is None:
        possible = sorted(step.action for step in steps if stage in step.sources)
        raise StepNotAllowed(f"{action!r} cannot be done at stage {stage}; possible are {possible}")
    held = frozenset(roles)
    if not step.roles & held:
        raise StepNotAllowed(
            f"{action!r} is for {sorted(step.roles)}, not for {sorted(held)}", roles=step.roles
        )
    return step


def automatic_step(steps: Sequence[Step[S]], stage: S, action: str) -> Step[S]:
    """The step that the program itself takes from a stage. Raises StepNotAllowed."""
    step = next((step for step in steps if step.action == action and stage in step.sources), None)
    if step is None or not step.automatic:
        raise StepNotAllowed(f"{action!r} is not taken by the program itself at stage {stage}")
    return step


def steps_from(steps: Sequence[Step[S]], stage: S, roles: Iterable[Role]) -> list[Step[S]]:
    """Every step that somebody with these roles could take from a stage, in the order of the table."""
    held = frozenset(roles)
    return [step for step in steps if stage in step.sources and step.roles & held]


def failing_guards(step: Step[S], facts: Mapping[Guard, bool]) -> list[Guard]:
    """The conditions of a step that do not hold. facts must name every condition of the step."""
    return [guard for guard in step.guards if not facts[guard]]


def stages_without_exit(steps: Sequence[Step[S]], stages: Iterable[S], final: Iterable[S]) -> set[S]:
    """Stages that are not final and that no step leads out of."""
    left = {source for step in steps for source in step.sources}
    return set(stages) - left - set(final)


def unreachable(steps: Sequence[Step[S]], stages: Iterable[S], start: S) -> set[S]:
    """Stages that no series of steps reaches from the start."""
    found: set[S] = {start}
    while True:
        more = {s.target for s in steps if s.target is not None and found.intersection(s.sources)} - found
        if not more:
            return set(stages) - found
        found |= more
