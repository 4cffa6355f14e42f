"""Looking in people's corrections for rule changes, and keeping those as proposals to decide on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from g40flow.domain.routing.learning import Correction, Effect, RuleChange
from g40flow.domain.routing.router import Router
from g40flow.domain.routing.rules import Role
from g40flow.storage.claims import release_claim, take_claim
from g40flow.storage.corrections import all_corrections
from g40flow.storage.database import Database
from g40flow.storage.items import read_item
from g40flow.storage.proposals import (
    examined_corrections,
    items_since,
    mark_examined,
    proposals_in,
    same_proposal,
)
from g40flow.storage.tables import Item, ProposalState, RuleProposal
from g40flow.use_cases.evaluate_routing import Line, read_files
from g40flow.use_cases.learn_from_corrections import Judgement, as_known_items, judgements, known_id
from g40flow.use_cases.propose_rules import KnownItems, Proposal, is_repaired_by, proposed_changes
from g40flow.use_cases.route_items import routable

KNOWN_FILES = ("examples.jsonl", "known_items.jsonl")
"""Labelled items beside the rules, as far as they are there."""
RECENT = timedelta(days=90)
MOST_RECENT = 2_000
PER_CORRECTION = 2
"""Alternatives that are proposed for one correction; more would be a list to get lost in."""

CLAIM = "routing-rules"
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Sought:
    """What a search did. examined: corrected items looked at; left: those not yet looked at.

    proposed: changes that came up for decision; withdrawn: those that are no longer needed.
    """

    examined: int
    left: int
    proposed: int
    withdrawn: int


@dataclass
class _Find:
    """A change with its effect, and the corrections that it repairs."""

    effect: Effect
    correction_ids: set[int] = field(default_factory=set)


def find_proposals(
    database: Database,
    router: Router,
    directory: Path,
    *,
    now: datetime,
    holder: str,
    most: int = 1_000_000,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Sought:
    """Seek rule changes in corrections that were not examined for these rules yet, newest first.

    directory: config/routing, for the labelled items beside the rules. most: corrected items looked at.
    What was refused is not proposed again. Raises AlreadyRunning.
    """
    rules = router.book.version
    with database.reading() as session:
        judged = judgements(session)
        known = known_items(session, router, directory, judged, now)
        examined = examined_corrections(session, rules)
        corrections = {row.id for row in all_corrections(session) if row.id is not None}
        waiting = proposals_in(session, ProposalState.OPEN)
    unexamined = [judgement for judgement in reversed(judged) if judgement.correction_ids[-1] not in examined]
    looked_at, left = unexamined[:most], unexamined[most:]
    finds = _finds(known, looked_at, progress)
    outdated = [row.id for row in waiting if not _is_needed(row, router, judged)]
    effects = {row.id: known.effect_of(change_of(row)) for row in waiting if row.id not in outdated}
    with changing_rules(database, holder=holder, now=now) as session:
        for proposal_id, effect in effects.items():
            row = session.get_one(RuleProposal, proposal_id)
            if row.state == ProposalState.OPEN:
                _write_effect(row, effect, known, now)
        withdrawn = sum(_withdraw(session.get_one(RuleProposal, proposal_id)) for proposal_id in outdated)
        proposed = sum(_keep(session, change, find, known, now) for change, find in finds.items())
        mark_examined(
            session, corrections - {n for judgement in left for n in judgement.correction_ids}, rules
        )
    return Sought(examined=len(looked_at), left=len(left), proposed=proposed, withdrawn=withdrawn)


def known_items(
    session: Session, router: Router, directory: Path, judged: Iterable[Judgement], now: datetime
) -> KnownItems:
    """What a rule change is measured by: labelled items beside the rules, what people judged, and what
    came in lately, of which only can be said what would be added and dropped."""
    people = as_known_items(judged)
    ids = {line.item.id for line in people}
    rows = items_since(session, now - RECENT, MOST_RECENT)
    recent = [line for line in (_recent(row, now) for row in rows) if line.item.id not in ids]
    files = [path for name in KNOWN_FILES if (path := directory / name).exists()]
    return KnownItems(router, [*read_files(files), *people, *recent])


@contextmanager
def changing_rules(database: Database, *, holder: str, now: datetime) -> Iterator[Session]:
    """A transaction beside which nobody else changes rules or proposals. Raises AlreadyRunning."""
    with database.writing() as session:
        take_claim(session, CLAIM, holder=holder, now=now, lease=LEASE)
        yield session
        release_claim(session, CLAIM, holder=holder)


def change_of(row: RuleProposal) -> RuleChange:
    """The change that a proposal is about."""
    return RuleChange(group=row.theme_group, role=Role(row.role), term=row.term, add=row.adds)


def kept_effect(effect: Mapping[str, Any]) -> Effect:
    """The effect as it was kept with a proposal or decision."""

    def pairs(name: str) -> tuple[tuple[str, str], ...]:
        return tuple((pair["id"], pair["group"]) for pair in effect[name])

    def items(name: str) -> tuple[str, ...]:
        return tuple(item["id"] for item in effect[name])

    return Effect(
        added=pairs("added"), dropped=pairs("dropped"), better=items("better"), worse=items("worse")
    )


def measure(row: RuleProposal, known: KnownItems, now: datetime) -> Effect:
    """The effect by the rules of now, kept with the proposal."""
    effect = known.effect_of(change_of(row))
    _write_effect(row, effect, known, now)
    return effect


def _write_effect(row: RuleProposal, effect: Effect, known: KnownItems, now: datetime) -> None:
    row.effect = _with_titles(effect, {line.item.id: line.item.title for line in known.lines})
    row.measured_at, row.measured_rules = now, known.router.book.version


def _recent(row: Item, now: datetime) -> Line:
    assert row.id is not None
    item = routable(read_item(row), dossier_groups=(), today_of=now)
    return Line(replace(item, id=known_id(row.id)), None)


def _finds(
    known: KnownItems, judged: Sequence[Judgement], progress: Callable[[int, int], None]
) -> dict[RuleChange, _Find]:
    finds: dict[RuleChange, _Find] = {}
    for number, judgement in enumerate(judged, start=1):
        for proposal in _best(proposed_changes(known, _correction(known.router, judgement))):
            find = finds.setdefault(proposal.change, _Find(proposal.effect))
            find.correction_ids.update(judgement.correction_ids)
        progress(number, len(judged))
    return finds


def _best(proposals: Sequence[Proposal]) -> list[Proposal]:
    """A change that harms more known items than another one is no alternative to it."""
    least = min((len(proposal.effect.worse) for proposal in proposals), default=0)
    return [proposal for proposal in proposals if len(proposal.effect.worse) == least][:PER_CORRECTION]


def _correction(router: Router, judgement: Judgement) -> Correction:
    """What people would have to correct by the rules of now."""
    item = judgement.line.item
    return Correction(item=item, before=router.route(item).groups, after=judgement.label.groups)


def _is_needed(row: RuleProposal, router: Router, judged: Iterable[Judgement]) -> bool:
    """Whether one of its corrections still stands and is still repaired by it."""
    return any(
        is_repaired_by(router, change_of(row), _correction(router, judgement))
        for judgement in judged
        if not set(row.correction_ids).isdisjoint(judgement.correction_ids)
    )


def _keep(session: Session, change: RuleChange, find: _Find, known: KnownItems, now: datetime) -> bool:
    """Whether the change came up for decision: for the first time, or again."""
    row = same_proposal(
        session, theme_group=change.group, role=change.role, term=change.term, adds=change.add
    )
    if row is None:
        row = RuleProposal(
            theme_group=change.group,
            role=change.role.value,
            term=change.term,
            adds=change.add,
            state=ProposalState.WITHDRAWN,
            proposed_at=now,
            correction_ids=[],
            effect={},
            measured_at=now,
        )
    comes_up = row.state == ProposalState.WITHDRAWN
    if comes_up:
        row.state, row.proposed_at = ProposalState.OPEN, now
    if row.state == ProposalState.OPEN:
        row.correction_ids = sorted({*row.correction_ids, *find.correction_ids})
        _write_effect(row, find.effect, known, now)
        session.add(row)
    return comes_up


def _withdraw(row: RuleProposal) -> bool:
    if row.state != ProposalState.OPEN:
        return False
    row.state = ProposalState.WITHDRAWN
    return True


def _with_titles(effect: Effect, titles: Mapping[str, str]) -> dict[str, Any]:
    """As it is kept, so that it can be shown without the files it was measured by."""

    def pairs(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"id": number, "title": titles[number], "group": group} for number, group in found]

    def items(found: Iterable[str]) -> list[dict[str, str]]:
        return [{"id": number, "title": titles[number]} for number in found]

    return {
        "added": pairs(effect.added),
        "dropped": pairs(effect.dropped),
        "better": items(effect.better),
        "worse": items(effect.worse),
    }
