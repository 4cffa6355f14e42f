"""The dossiers that digests of one stretch of time can be about, with a fixed number of questions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from sys import intern
from typing import TypeVar

from sqlalchemy import or_, select
from sqlmodel import Session, col

from g40flow.domain.actors import Parties
from g40flow.domain.campaigns.hook_plan import DuePreparation
from g40flow.domain.digest.facts import Deed, DossierFacts, OpenCall, OpenRound, Seat
from g40flow.domain.digest.lines_of_dossiers import DECIDING, ENDING, OPENING
from g40flow.domain.digest.moments import Window
from g40flow.domain.dossier.calls import CallState
from g40flow.domain.dossier.plan import Plan
from g40flow.domain.dossier.words import ExceptionCode, GroupState, PartnerState
from g40flow.domain.dossier.workflow import OPEN, Process, Stage
from g40flow.domain.instants import dutch_date
from g40flow.storage.dossier_tables import (
    CallAnswer,
    DecisionRound,
    Dossier,
    DossierException,
    DossierGroup,
    DossierItem,
    DossierPartner,
    DossierReader,
    Follow,
    HistoryEntry,
    MemberCall,
    Ratification,
    RoundMember,
    RoundPosition,
)
from g40flow.storage.family_tables import FamilyMember
from g40flow.storage.history import chain_of
from g40flow.storage.outcomes import waiting_proposals
from g40flow.storage.waiting import hooks_to_prepare
from g40flow.use_cases.campaigns.hooks_reading import due_preparation
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.plan import shown_plan
from g40flow.use_cases.dossier.work import WHO_MOVES

TOLD = DECIDING | ENDING | OPENING
"""Deeds that a digest tells of."""

STILL_WAITING = (*OPEN, *(stage for stage in WHO_MOVES if stage not in OPEN))

Value = TypeVar("Value")


@dataclass(frozen=True)
class _Parts:
    """Rows of all dossiers, by dossier."""

    groups: dict[int, list[DossierGroup]]
    partners: dict[int, list[DossierPartner]]
    readers: dict[int, list[str]]
    items: dict[int, list[int]]
    families: dict[int, int]
    exceptions: dict[int, list[DossierException]]
    deeds: dict[int, list[Deed]]
    calls: dict[int, list[OpenCall]]
    rounds: dict[int, OpenRound]
    to_ratify: dict[int, list[tuple[int, date | None]]]
    preparations: dict[int, list[DuePreparation]]
    to_confirm: dict[int, int]
    followers: dict[str, set[str]]


def dossier_facts(
    session: Session, desk: Desk, window: Window, now: datetime, names: dict[str, str]
) -> list[DossierFacts]:
    """Dossiers in which somebody must do something, and those in which something was done.

    names: of cities, by slug.
    """
    deeds = _deeds(session, window)
    is_wanted = or_(col(Dossier.stage).in_(STILL_WAITING), col(Dossier.id).in_(deeds))
    rows = session.scalars(select(Dossier).where(is_wanted).order_by(col(Dossier.id))).all()
    ids = [row.id for row in rows if row.id is not None]
    parts = _read_parts(session, desk, ids, deeds, now)
    return [_facts(desk, row, parts, names, now) for row in rows]


def _facts(desk: Desk, row: Dossier, parts: _Parts, names: dict[str, str], now: datetime) -> DossierFacts:
    assert row.id is not None
    plan = _plan(desk, row, now)
    exceptions, items = parts.exceptions.get(row.id, []), parts.items.get(row.id, [])
    return DossierFacts(
        id=row.id,
        number=row.number,
        title=row.title,
        document_type=row.document_type,
        stage=Stage(row.stage),
        parties=_parties(row, parts),
        groups={group.theme_group: group.state for group in parts.groups.get(row.id, [])},
        urgent=row.urgent,
        step_on=_day_of(plan, Stage(row.stage)),
        asked_on=_day_of(plan, Stage.ROUTED),
        board_on=_day_of(plan, Stage.BOARD_APPROVAL),
        opens_on=row.opens_on or row.detected_on,
        closes_on=row.agreed_closes_on or row.closes_on,
        objection_until=row.objection_until,
        item_ids=frozenset(items),
        family=frozenset(f"family:{parts.families[item]}" for item in items if item in parts.families),
        exceptions=tuple(dict.fromkeys(exception.code for exception in exceptions)),
        dissent=tuple(_dissenting(exceptions, names)),
        deeds=tuple(parts.deeds.get(row.id, ())),
        calls=tuple(parts.calls.get(row.id, ())),
        round=parts.rounds.get(row.id),
        to_ratify=tuple(parts.to_ratify.get(row.id, ())),
        to_sign=tuple(
            partner.partner
            for partner in parts.partners.get(row.id, [])
            if partner.state in (PartnerState.ASKED, PartnerState.AGREED)
        ),
        preparations=tuple(parts.preparations.get(row.id, ())),
        to_confirm=parts.to_confirm.get(row.id, 0),
        followers=frozenset(_followers(row.id, items, parts)),
    )


def _plan(desk: Desk, row: Dossier, now: datetime) -> Plan | None:
    if row.process == Process.CAMPAIGN or row.stage not in STILL_WAITING:
        return None
    return shown_plan(desk, row, now)[0]


def _day_of(plan: Plan | None, stage: Stage) -> date | None:
    day = None if plan is None else plan.day_of(stage)
    return None if day is None else day.latest_on


def _parties(row: Dossier, parts: _Parts) -> Parties:
    """As g40flow.storage.dossiers.parties_of reads of one dossier."""
    assert row.id is not None
    groups = parts.groups.get(row.id, [])
    return Parties(
        lead_group=row.lead_group,
        co_groups=tuple(g.theme_group for g in groups if not g.is_lead and g.state != GroupState.REJECTED),
        pillar=row.pillar,
        pen_holder=row.pen_holder,
        partners=tuple(partner.partner for partner in parts.partners.get(row.id, [])),
        readers=frozenset(parts.readers.get(row.id, ())) if row.confidential else None,
    )


def _dissenting(exceptions: Iterable[DossierException], names: dict[str, str]) -> Iterable[str]:
    for exception in exceptions:
        if exception.code == ExceptionCode.DISSENT:
            for city in exception.facts.get("cities", ()):
                yield names.get(str(city), str(city))


def _followers(dossier_id: int, items: Iterable[int], parts: _Parts) -> Iterable[str]:
    yield from parts.followers.get(f"dossier:{dossier_id}", ())
    for item in items:
        yield from parts.followers.get(f"item:{item}", ())
        if item in parts.families:
            yield from parts.followers.get(f"family:{parts.families[item]}", ())


# --- reading --------------------------------------------------------------------------------------


def _read_parts(
    session: Session, desk: Desk, ids: Sequence[int], deeds: dict[int, list[Deed]], now: datetime
) -> _Parts:
    groups = select(DossierGroup).where(col(DossierGroup.dossier_id).in_(ids))
    partners = select(DossierPartner).where(col(DossierPartner.dossier_id).in_(ids))
    readers = select(DossierReader).where(col(DossierReader.dossier_id).in_(ids))
    items = select(DossierItem).where(col(DossierItem.dossier_id).in_(ids))
    exceptions = select(DossierException).where(
        col(DossierException.dossier_id).in_(ids), col(DossierException.lifted_at).is_(None)
    )
    by_group = groups.order_by(col(DossierGroup.is_lead).desc(), col(DossierGroup.theme_group))
    by_item = items.order_by(col(DossierItem.item_id))
    item_ids = _by_dossier((row.dossier_id, row.item_id) for row in session.scalars(by_item))
    return _Parts(
        groups=_by_dossier((row.dossier_id, row) for row in session.scalars(by_group)),
        partners=_by_dossier((row.dossier_id, row) for row in session.scalars(partners)),
        readers=_by_dossier((row.dossier_id, row.person) for row in session.scalars(readers)),
        items=item_ids,
        families=_families(session, {item for several in item_ids.values() for item in several}),
        exceptions=_by_dossier((row.dossier_id, row) for row in session.scalars(exceptions)),
        deeds=deeds,
        calls=_calls(session),
        rounds=_rounds(session),
        to_ratify=_to_ratify(session),
        preparations=_preparations(session, desk, now),
        to_confirm=waiting_proposals(session),
        followers=_all_followers(session),
    )


def _deeds(session: Session, window: Window) -> dict[int, list[Deed]]:
    query = (
        select(
            col(HistoryEntry.id),
            col(HistoryEntry.chain),
            col(HistoryEntry.at),
            col(HistoryEntry.action),
            col(HistoryEntry.person),
            col(HistoryEntry.facts),
        )
        .where(
            col(HistoryEntry.at) >= window.with_overlap.since,
            col(HistoryEntry.at) < window.until,
            col(HistoryEntry.action).in_(TOLD),
            col(HistoryEntry.chain).startswith(_CHAIN),
        )
        .order_by(col(HistoryEntry.id))
    )
    return _by_dossier(
        (
            int(chain.removeprefix(_CHAIN)),
            Deed(
                id=id_,
                at=at,
                action=intern(action),
                person=intern(person),
                outcome=intern(str(facts.get("outcome", ""))),
                point=int(facts.get("point") or 0),
            ),
        )
        for id_, chain, at, action, person, facts in session.execute(query)
    )


_CHAIN = chain_of(0).removesuffix("0")


def _families(session: Session, items: Collection[int]) -> dict[int, int]:
    query = select(col(FamilyMember.item_id), col(FamilyMember.family_id))
    rows = session.execute(query.where(col(FamilyMember.item_id).in_(items)))
    return dict(rows.tuples().all())


def _calls(session: Session) -> dict[int, list[OpenCall]]:
    rows = session.scalars(
        select(MemberCall)
        .where(col(MemberCall.state) == CallState.OPEN)
        .order_by(col(MemberCall.closes_at), col(MemberCall.id))
    ).all()
    answers = select(col(CallAnswer.call_id), col(CallAnswer.city)).where(
        col(CallAnswer.call_id).in_([row.id for row in rows]), col(CallAnswer.replaced_at).is_(None)
    )
    done = {(call_id, city) for call_id, city in session.execute(answers)}
    return _by_dossier(
        (
            row.dossier_id,
            OpenCall(
                id=row.id or 0,
                closes_at=row.closes_at,
                silent=tuple(city for city in row.cities if (row.id, city) not in done),
                answered=sum((row.id, city) in done for city in row.cities),
                minimum=row.minimum_answers,
            ),
        )
        for row in rows
    )


def _rounds(session: Session) -> dict[int, OpenRound]:
    rows = session.scalars(select(DecisionRound).where(col(DecisionRound.closed_at).is_(None))).all()
    said = select(col(RoundPosition.id)).where(
        col(RoundPosition.round_id) == col(RoundMember.round_id),
        col(RoundPosition.member) == col(RoundMember.member),
    )
    silent = select(RoundMember).where(
        col(RoundMember.round_id).in_([row.id for row in rows]), ~said.exists()
    )
    seats = _by_dossier(
        (seat.round_id, Seat(member=seat.member, deputy=seat.deputy)) for seat in session.scalars(silent)
    )
    return {
        row.dossier_id: OpenRound(
            id=row.id or 0,
            until=row.meeting_on if row.closes_at is None else dutch_date(row.closes_at),
            closes_at=row.closes_at,
            silent=tuple(seats.get(row.id or 0, ())),
            version_hash="" if row.form == "meeting" else row.version_hash,
        )
        for row in rows
    }


def _to_ratify(session: Session) -> dict[int, list[tuple[int, date | None]]]:
    query = select(Ratification).where(col(Ratification.result) == "").order_by(col(Ratification.due_on))
    return _by_dossier((row.dossier_id, (row.round_id, row.due_on)) for row in session.scalars(query))


def _preparations(session: Session, desk: Desk, now: datetime) -> dict[int, list[DuePreparation]]:
    rows = hooks_to_prepare(session, dutch_date(now))
    found = (
        (hook.dossier_id, due_preparation(desk, hook, dossier, lead, now)) for hook, dossier, lead in rows
    )
    return _by_dossier((dossier_id, due) for dossier_id, due in found if due is not None)


def _all_followers(session: Session) -> dict[str, set[str]]:
    followers: dict[str, set[str]] = {}
    for subject, person in session.execute(select(col(Follow.subject), col(Follow.person))):
        followers.setdefault(subject, set()).add(person)
    return followers


def _by_dossier(pairs: Iterable[tuple[int, Value]]) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = {}
    for dossier_id, value in pairs:
        found.setdefault(dossier_id, []).append(value)
    return found
