"""What waits for one person, of dossiers that were read before.

The same as g40flow.use_cases.dossier.work.work_of finds for one person in the database; a test holds
them together.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from g40flow.domain.actors import Actor, may_see, roles_in
from g40flow.domain.campaigns.hook_plan import PREPARE, DuePreparation
from g40flow.domain.digest.facts import DossierFacts
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.words import GroupState
from g40flow.domain.dossier.workflow import OPEN, Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role, RoleHolding

CONFIRM = "confirm_outcomes"
"""Asked: to say of proposed outcomes whether they came of what was asked."""

_OF_A_GROUP = frozenset({Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_MEMBER})
_OF_A_PILLAR = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR, Role.PILLAR_SECRETARY})


@dataclass(frozen=True, kw_only=True)
class Wait:
    """One thing that waits for somebody. asked, scope, until, subject_id: as of work.Waiting.

    preparation: of a moment; None for the others.
    """

    dossier: DossierFacts
    asked: str
    scope: str = ""
    until: date | None = None
    subject_id: int | None = None
    preparation: DuePreparation | None = None


Moves = Mapping[Stage, Collection[Role]]
"""Whose move it is at each stage."""


def waiting_for(actor: Actor, dossiers: Iterable[DossierFacts], moves: Moves) -> list[Wait]:
    """Everything that waits for somebody, what is due first at the top; what has no day comes last."""
    found = [
        wait
        for dossier in dossiers
        for wait in _waits(actor, dossier, moves)
        if not dossier.confidential or may_see(actor, dossier.parties)
    ]
    return sorted(found, key=lambda w: (w.until or date.max, not w.dossier.urgent, w.dossier.id))


def asked_groups(dossier: DossierFacts) -> list[str]:
    """The groups that have not said whether they take part in an open dossier, once it is routed."""
    if dossier.stage not in OPEN or dossier.stage in (Stage.SIGNALED, Stage.TRIAGE):
        return []
    return [group for group, state in dossier.groups.items() if state == GroupState.ASKED]


def _waits(actor: Actor, dossier: DossierFacts, moves: Moves) -> Iterator[Wait]:
    if is_move_of(actor, dossier, moves):
        yield Wait(dossier=dossier, asked=dossier.stage.value, until=dossier.step_on or dossier.closes_on)
    for group in asked_groups(dossier):
        if actor.holds(Role.THEME_GROUP_LEAD, group):
            until = dossier.asked_on or dossier.closes_on
            yield Wait(dossier=dossier, asked="answer_for_group", scope=group, until=until)
    for call in dossier.calls:
        for city in call.silent:
            if actor.holds(Role.CITY_COORDINATOR, city):
                day = dutch_date(call.closes_at)
                yield Wait(dossier=dossier, asked="answer_call", scope=city, until=day, subject_id=call.id)
    if dossier.round is not None:
        for seat in dossier.round.silent:
            if actor.person in (seat.member, seat.deputy):
                scope = "" if seat.member == actor.person else seat.member
                yield Wait(
                    dossier=dossier,
                    asked="decide",
                    scope=scope,
                    until=dossier.round.until,
                    subject_id=dossier.round.id,
                )
    for partner in dossier.to_sign:
        if dossier.stage in OPEN and actor.holds(Role.PARTNER, partner):
            until = dossier.board_on or dossier.closes_on
            yield Wait(dossier=dossier, asked="sign", scope=partner, until=until)
    if any(held.role is Role.BOARD_SECRETARY for held in actor.holdings):
        for round_id, due_on in dossier.to_ratify:
            yield Wait(dossier=dossier, asked="ratify", until=due_on, subject_id=round_id)
    if dossier.to_confirm and _confirms(actor, dossier):
        yield Wait(dossier=dossier, asked=CONFIRM)
    for due in dossier.preparations:
        if _prepares(actor, dossier, due) and may_see(actor, dossier.parties):
            yield Wait(
                dossier=dossier,
                asked="prepare_hook",
                until=due.on,
                subject_id=due.hook_id,
                preparation=due,
            )


def _confirms(actor: Actor, dossier: DossierFacts) -> bool:
    """Whether somebody may say that a proposed outcome came of what was asked."""
    return has_right(Right.RECORD_OUTCOME, roles_in(actor, dossier.parties))


def _prepares(actor: Actor, dossier: DossierFacts, due: DuePreparation) -> bool:
    return due.lead == actor.person or bool(PREPARE & roles_in(actor, dossier.parties))


def is_move_of(actor: Actor, dossier: DossierFacts, moves: Moves) -> bool:
    """Whether somebody must do the next thing at the stage of a dossier."""
    roles = moves.get(dossier.stage)
    if roles is None:
        return False
    if Role.PEN_HOLDER in roles and dossier.parties.pen_holder == actor.person:
        return True
    return any(held.role in roles and _concerns(held, dossier) for held in actor.holdings)


def _concerns(held: RoleHolding, dossier: DossierFacts) -> bool:
    if held.role in _OF_A_GROUP:
        return (held.scope or "") == dossier.parties.lead_group
    if held.role in _OF_A_PILLAR and held.scope is not None:
        return dossier.parties.pillar in ("", held.scope)
    return True
