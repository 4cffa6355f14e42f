"""Proposing moments to every open campaign and text, with the reasons why. It decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import CursorResult
from sqlmodel import Session, col, select

from g40flow.domain.actors import AUTOMATIC
from g40flow.domain.calendar import next_gather_moment
from g40flow.domain.campaigns.hook_matching import (
    RESPONSE_HOOKS,
    Interest,
    Match,
    matches,
)
from g40flow.domain.campaigns.hooks import (
    HookOrigin,
    HookReason,
    HookState,
    ReasonKind,
    Situation,
    dated,
    situation_of,
)
from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.campaigns.yearly import YearlyMoment
from g40flow.domain.dossier.workflow import OPEN, Process
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role
from g40flow.storage.campaign_tables import Ask, Campaign, CampaignStakeholder, Stakeholder
from g40flow.storage.database import insert_or_ignore
from g40flow.storage.dossier_tables import Dossier, DossierItem
from g40flow.storage.hook_tables import Hook, HookTie, TieKind
from g40flow.storage.hooks import families_of, upcoming_activities
from g40flow.storage.items import items_by_id, read_item
from g40flow.storage.locks import take_turn
from g40flow.storage.tables import Item
from g40flow.use_cases.announce_items import person_audience
from g40flow.use_cases.dossier.desk import Desk, tell
from g40flow.use_cases.dossier.telling import people_with

ASKED = frozenset({Role.THEME_GROUP_SECRETARY, Role.PEN_HOLDER})
"""Who is told that there is something to choose from."""


ROUNDS_OF_INPUT = frozenset({HookKind.INPUT_DEADLINE, HookKind.WRITTEN_CONSULTATION})
"""Moments that end a term."""


def propose_hooks(session: Session, desk: Desk, now: datetime) -> int:
    """Propose what is coming and was not proposed yet; returns how many. Safe to repeat.

    Who works on a dossier hears of its new proposals once a day, in one message.
    """
    take_turn(session)
    today = dutch_date(now)
    rows = session.scalars(select(Dossier).where(col(Dossier.stage).in_(list(OPEN)))).all()
    interests = _interests(session, rows)
    known = _known_keys(session)
    upcoming = upcoming_activities(session, today)
    proposed = 0
    for row in rows:
        assert row.id is not None
        interest = interests[row.id]
        fresh = [
            match
            for match in matches(interest, upcoming)
            if (row.id, f"item:{match.upcoming.item_id}") not in known and not _is_own_term(row, match)
        ]
        yearly = [
            moment
            for moment in _yearly(interest, desk.calendars.moments, today)
            if (row.id, f"calendar:{moment.key}") not in known
        ]
        written = sum(_write(session, hook) for hook in _proposals(session, row.id, fresh, yearly, now))
        if written:
            _tell(session, desk, row, now)
        proposed += written
    return proposed


def _is_own_term(dossier: Dossier, match: Match) -> bool:
    """Whether it is the very round of input that a text answers: that has its term and its plan already."""
    is_subject = match.reasons[0].kind is ReasonKind.ITEM
    return dossier.process == Process.RESPONSE and is_subject and match.upcoming.kind in ROUNDS_OF_INPUT


# --- what a dossier is tied to --------------------------------------------------------------------


@dataclass
class _Ties:
    """Gathered per dossier."""

    items: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    families: dict[int, str] = field(default_factory=dict)
    committees: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)


def _interests(session: Session, rows: Sequence[Dossier]) -> dict[int, Interest]:
    ties = {row.id or 0: _Ties() for row in rows}
    _tie_to_items(session, ties)
    _tie_by_hand(session, ties)
    _tie_to_committees(session, ties)
    types = {row.dossier_id: row.campaign_type for row in session.scalars(select(Campaign))}
    return {
        row.id or 0: Interest(
            dossier_id=row.id or 0,
            kinds=CAMPAIGN_TYPES[types[row.id or 0]].hooks if row.id in types else RESPONSE_HOOKS,
            is_campaign=row.process == Process.CAMPAIGN,
            items=found.items,
            dossier_numbers=frozenset(found.numbers),
            families=found.families,
            committees=frozenset(found.committees),
            words=tuple(found.words),
        )
        for row in rows
        for found in [ties[row.id or 0]]
    }


def _tie_to_items(session: Session, ties: Mapping[int, _Ties]) -> None:
    query = (
        select(DossierItem.dossier_id, Item)
        .join(Item, col(Item.id) == col(DossierItem.item_id))
        .where(col(DossierItem.dossier_id).in_(ties))
        .order_by(col(DossierItem.dossier_id), col(Item.id))
    )
    linked = [(dossier_id, item) for dossier_id, item in session.execute(query)]
    families = families_of(session, {item.id for _, item in linked if item.id is not None})
    for dossier_id, item in linked:
        found = ties[dossier_id]
        found.items[(item.source, item.identifier)] = item.title
        if item.dossier_number:
            found.numbers.add(item.dossier_number)
        for family in families.get(item.id or 0, ()):
            found.families.setdefault(family, item.title)


def _tie_by_hand(session: Session, ties: Mapping[int, _Ties]) -> None:
    query = select(HookTie).where(col(HookTie.dossier_id).in_(ties)).order_by(col(HookTie.value))
    for tie in session.scalars(query):
        found = ties[tie.dossier_id]
        if tie.kind == TieKind.DOSSIER_NUMBER:
            found.numbers.add(tie.value)
        elif tie.kind == TieKind.COMMITTEE:
            found.committees.add(tie.value)
        else:
            found.words.append(tie.value)


def _tie_to_committees(session: Session, ties: Mapping[int, _Ties]) -> None:
    """Committees on the map of stakeholders, and those that are asked something."""
    on_map = (
        select(col(CampaignStakeholder.campaign_id), col(Stakeholder.committee))
        .join(Stakeholder, col(Stakeholder.id) == col(CampaignStakeholder.stakeholder_id))
        .where(col(Stakeholder.committee) != "")
    )
    asked = (
        select(col(Ask.campaign_id), col(Stakeholder.committee))
        .join(Stakeholder, col(Stakeholder.id) == col(Ask.stakeholder_id))
        .where(col(Stakeholder.committee) != "")
    )
    for query in (on_map, asked):
        for dossier_id, committee in session.execute(query):
            if dossier_id in ties:
                ties[dossier_id].committees.add(committee)


def _yearly(interest: Interest, moments: Iterable[YearlyMoment], today: date) -> list[YearlyMoment]:
    if not interest.is_campaign:
        return []
    return [m for m in moments if m.kind in interest.kinds and (m.on is None or m.on >= today)]


# --- writing --------------------------------------------------------------------------------------


def _known_keys(session: Session) -> set[tuple[int, str]]:
    return {(dossier_id, key) for dossier_id, key in session.execute(select(Hook.dossier_id, Hook.key))}


def _proposals(
    session: Session,
    dossier_id: int,
    found: Sequence[Match],
    yearly: Sequence[YearlyMoment],
    now: datetime,
) -> Iterable[Hook]:
    today = dutch_date(now)
    items = items_by_id(session, [match.upcoming.item_id for match in found])
    for match in found:
        row = items[match.upcoming.item_id]
        item = read_item(row)
        proposal = _proposal(dossier_id, situation_of(item, today), match.reasons, now)
        proposal.key, proposal.origin, proposal.item_id = f"item:{row.id}", HookOrigin.ITEM, row.id
        proposal.kind, proposal.title, proposal.place = match.upcoming.kind, item.title[:300], item.committee
        yield proposal
    for moment in yearly:
        reason = HookReason(kind=ReasonKind.CAMPAIGN_TYPE, value=moment.kind.value)
        proposal = _proposal(dossier_id, dated(moment.on, None, today), [reason], now)
        proposal.key, proposal.origin = f"calendar:{moment.key}", HookOrigin.CALENDAR
        proposal.kind, proposal.title, proposal.expected = moment.kind, moment.name, moment.expected
        yield proposal


def _proposal(dossier_id: int, found: Situation, reasons: Sequence[HookReason], now: datetime) -> Hook:
    return Hook(
        dossier_id=dossier_id,
        key="",
        origin=HookOrigin.ITEM,
        state=HookState.PROPOSED,
        standing=found.standing,
        moment_on=found.on,
        moment_at=found.at,
        reasons=[{"kind": reason.kind.value, "value": reason.value} for reason in reasons],
        done={},
        made_by=AUTOMATIC,
        made_at=now,
    )


def _write(session: Session, hook: Hook) -> int:
    """Another worker may write the same at the same moment; then it stands there once."""
    done = session.connection().execute(insert_or_ignore(Hook), hook.model_dump(exclude={"id"}))
    assert isinstance(done, CursorResult)
    return max(0, done.rowcount)


def _tell(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> None:
    """Once a day: what is proposed later that day stands in the same message until it leaves."""
    leaves = next_gather_moment(now, desk.calendars.sending, desk.calendars.working)
    for person in people_with(session, desk, dossier, ASKED, now):
        audience = person_audience(person.slug)
        tell(
            session,
            dossier,
            f"hooks-proposed:{dutch_date(now)}:{audience}",
            audience=audience,
            kind="hook_proposals",
            subject={"since": now.isoformat()},
            now=now,
            not_before=leaves,
        )
