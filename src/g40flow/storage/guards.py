"""Whether the conditions of steps hold.

A condition is asked only when a step needs it, and those that forbid something all in one question.
The words are g40flow.domain.dossier.workflow.Guard.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from g40flow.domain.campaigns.words import AskState
from g40flow.domain.dossier.checklist import is_signed
from g40flow.domain.dossier.words import WITH_TEXT, ExceptionCode, GroupState, PartnerState
from g40flow.domain.dossier.workflow import FINAL, RESTING, Guard
from g40flow.domain.instants import end_of_dutch_day
from g40flow.storage.campaign_tables import Ask, Campaign
from g40flow.storage.dossier_tables import (
    ChecklistTick,
    Comment,
    DecisionRound,
    Dossier,
    DossierException,
    DossierGroup,
    DossierItem,
    DossierPartner,
    HistoryEntry,
    MemberCall,
    Point,
    Submission,
)
from g40flow.storage.history import chain_of
from g40flow.storage.texts import current_version


def guard_facts(
    session: Session, dossier: Dossier, now: datetime, guards: Iterable[Guard] = tuple(Guard)
) -> dict[Guard, bool]:
    """Which of some conditions hold for a dossier at an instant (aware UTC)."""
    session.flush()
    wanted = dict.fromkeys(guards)
    absent = _absent(session, dossier, tuple(guard for guard in wanted if guard in _forbidden()))
    return {
        guard: absent[guard] if guard in absent else _HOLDS[guard](session, dossier, now) for guard in wanted
    }


def _absent(session: Session, dossier: Dossier, guards: tuple[Guard, ...]) -> dict[Guard, bool]:
    """For each of some conditions whether there is nothing of what it forbids."""
    if not guards:
        return {}
    found = session.execute(_nothing_of(guards), {"dossier_id": dossier.id}).one()
    return {guard: bool(holds) for guard, holds in zip(guards, found, strict=True)}


@cache
def _nothing_of(guards: tuple[Guard, ...]) -> Select[Any]:
    return select_columns(*(~exists().where(*_forbidden()[guard]) for guard in guards))


@cache
def _forbidden() -> Mapping[Guard, Sequence[ColumnElement[bool]]]:
    """What there may be none of, for the conditions that say no more than that."""
    dossier_id: BindParameter[int] = bindparam("dossier_id")
    open_comment = (col(Comment.dossier_id) == dossier_id, col(Comment.disposition) == "")
    return {
        Guard.GROUPS_ANSWERED: (
            col(DossierGroup.dossier_id) == dossier_id,
            col(DossierGroup.state) == GroupState.ASKED,
        ),
        Guard.NO_OPEN_CALL: (col(MemberCall.dossier_id) == dossier_id, col(MemberCall.state) == "open"),
        Guard.COMMENTS_DISPOSED: open_comment,
        Guard.NO_OPEN_OBJECTION: (*open_comment, col(Comment.objection).is_(True)),
        Guard.NO_OPEN_ROUND: (
            col(DecisionRound.dossier_id) == dossier_id,
            col(DecisionRound.closed_at).is_(None),
        ),
        Guard.NO_PERSONAL_DATA: (
            col(DossierException.dossier_id) == dossier_id,
            col(DossierException.code) == ExceptionCode.PERSONAL_DATA_FOUND,
            col(DossierException.lifted_at).is_(None),
        ),
        Guard.OUTCOMES_KNOWN: (
            col(Point.dossier_id) == dossier_id,
            col(Point.removed_at).is_(None),
            col(Point.outcome).in_(["", "open"]),
        ),
        Guard.NO_OPEN_DOCUMENT: (
            col(Dossier.campaign_id) == dossier_id,
            col(Dossier.stage).not_in([*FINAL, *RESTING]),
        ),
    }


def last_instant(dossier: Dossier) -> datetime | None:
    """Until when a response is accepted: the agreed day, or else the published one; None without a term."""
    last_day = dossier.agreed_closes_on or dossier.closes_on
    return None if last_day is None else end_of_dutch_day(last_day)


def current_hash(session: Session, dossier: Dossier) -> str:
    """Content hash of the newest text; "" if there is none."""
    version = current_version(session, dossier)
    return "" if version is None else version.content_hash


def latest_submission(session: Session, dossier_id: int) -> Submission | None:
    """The last time that a text was prepared for handing in; None if it never was."""
    query = select(Submission).where(col(Submission.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(Submission.id).desc()).limit(1)).first()


def _any(session: Session, *conditions: ColumnElement[bool]) -> bool:
    return bool(session.scalar(select(exists().where(*conditions))))


def _lead_accepted(session: Session, dossier: Dossier, now: datetime) -> bool:
    lead = session.get(DossierGroup, (dossier.id, dossier.lead_group))
    return lead is not None and lead.state == GroupState.ACCEPTED


def _call_closed(session: Session, dossier: Dossier, now: datetime) -> bool:
    """There was a call since the cities were last to be asked, and it is over."""
    if not _absent(session, dossier, (Guard.NO_OPEN_CALL,))[Guard.NO_OPEN_CALL]:
        return False
    closed = [col(MemberCall.dossier_id) == dossier.id, col(MemberCall.state) == "closed"]
    if (since := _last_act(session, dossier, "call_members", "call_again")) is not None:
        closed.append(col(MemberCall.closed_at) >= since)
    return _any(session, *closed)


def _last_act(session: Session, dossier: Dossier, *actions: str) -> datetime | None:
    """When one of some acts was last done; None if never."""
    assert dossier.id is not None
    query = select(col(HistoryEntry.at)).where(
        col(HistoryEntry.chain) == chain_of(dossier.id), col(HistoryEntry.action).in_(actions)
    )
    return session.scalars(query.order_by(col(HistoryEntry.sequence).desc()).limit(1)).first()


def _adopted(session: Session, dossier: Dossier, now: datetime) -> bool:
    return dossier.adopted_hash != "" and dossier.adopted_hash == current_hash(session, dossier)


def _signatures_complete(session: Session, dossier: Dossier, now: datetime) -> bool:
    """Nobody who was asked still has to sign, and who signed did so under the text as it is now."""
    query = select(DossierPartner).where(col(DossierPartner.dossier_id) == dossier.id)
    text = current_hash(session, dossier)
    waiting = (PartnerState.ASKED, PartnerState.AGREED)
    return not any(
        partner.state in waiting or (partner.state == PartnerState.SIGNED and partner.signed_hash != text)
        for partner in session.scalars(query)
    )


def _checklist_signed(session: Session, dossier: Dossier, now: datetime) -> bool:
    query = select(ChecklistTick.check_code, ChecklistTick.person).where(
        col(ChecklistTick.dossier_id) == dossier.id,
        col(ChecklistTick.version_hash) == current_hash(session, dossier),
        col(ChecklistTick.removed_at).is_(None),
    )
    return is_signed((check, person) for check, person in session.execute(query))


def _receipt_stored(session: Session, dossier: Dossier, now: datetime) -> bool:
    """Of this text, and not of one that was sent before a clean version had to be sent again."""
    assert dossier.id is not None
    submission = latest_submission(session, dossier.id)
    if submission is None or submission.submitted_at is None:
        return False
    has_receipt = submission.receipt_file_id is not None or submission.receipt_note != ""
    sent_back = _last_act(session, dossier, "resubmit_clean")
    is_newer = sent_back is None or submission.submitted_at >= sent_back
    return has_receipt and is_newer and submission.version_hash == current_hash(session, dossier)


def _term_open(session: Session, dossier: Dossier, now: datetime) -> bool:
    until = last_instant(dossier)
    return until is None or now <= until


def _term_passed(session: Session, dossier: Dossier, now: datetime) -> bool:
    return not _term_open(session, dossier, now)


def _link_stored(session: Session, dossier: Dossier, now: datetime) -> bool:
    assert dossier.id is not None
    submission = latest_submission(session, dossier.id)
    return submission is not None and submission.public_url != ""


def _window_open(session: Session, dossier: Dossier, now: datetime) -> bool:
    return dossier.objection_until is not None and now <= dossier.objection_until


def _window_over(session: Session, dossier: Dossier, now: datetime) -> bool:
    return dossier.objection_until is not None and now > dossier.objection_until


def _mandate_settled(session: Session, dossier: Dossier, now: datetime) -> bool:
    campaign = session.get(Campaign, dossier.id)
    return campaign is not None and bool(campaign.lead and campaign.capacity and campaign.scope)


def _asks_ready(session: Session, dossier: Dossier, now: datetime) -> bool:
    asks = _asks(session, dossier)
    return bool(asks) and all(ask.target or ask.stakeholder_id is not None for ask in asks)


def _asks_judged(session: Session, dossier: Dossier, now: datetime) -> bool:
    return all(ask.result != "" for ask in _asks(session, dossier))


def _asks(session: Session, dossier: Dossier) -> Sequence[Ask]:
    query = select(Ask).where(col(Ask.campaign_id) == dossier.id, col(Ask.state) != AskState.DROPPED)
    return session.scalars(query).all()


def _position_named(session: Session, dossier: Dossier, now: datetime) -> bool:
    campaign = session.get(Campaign, dossier.id)
    return campaign is not None and campaign.position_id is not None


def _item_linked(session: Session, dossier: Dossier, now: datetime) -> bool:
    return _any(session, col(DossierItem.dossier_id) == dossier.id)


def _cosigned(session: Session, dossier: Dossier, now: datetime) -> bool:
    text = current_hash(session, dossier)
    return text != "" and _any(
        session,
        col(DossierPartner.dossier_id) == dossier.id,
        col(DossierPartner.state) == PartnerState.SIGNED,
        col(DossierPartner.signed_hash) == text,
    )


_HOLDS: Mapping[Guard, Callable[[Session, Dossier, datetime], bool]] = {
    Guard.LEAD_NAMED: lambda session, dossier, now: dossier.lead_group != "",
    Guard.LEAD_ACCEPTED: _lead_accepted,
    Guard.RESPONSE_CHOSEN: lambda session, dossier, now: dossier.response_type in WITH_TEXT,
    Guard.PEN_HOLDER_NAMED: lambda session, dossier, now: dossier.pen_holder != "",
    Guard.PLAN_FIXED: lambda session, dossier, now: bool(dossier.plan.get("fixed_at")),
    Guard.URGENT: lambda session, dossier, now: dossier.urgent,
    Guard.CALL_CLOSED: _call_closed,
    Guard.TEXT_WRITTEN: lambda session, dossier, now: dossier.current_version_id is not None,
    Guard.ADOPTED: _adopted,
    Guard.SIGNATURES_COMPLETE: _signatures_complete,
    Guard.CHECKLIST_SIGNED: _checklist_signed,
    Guard.RECEIPT_STORED: _receipt_stored,
    Guard.TERM_OPEN: _term_open,
    Guard.TERM_PASSED: _term_passed,
    Guard.LINK_STORED: _link_stored,
    Guard.OBJECTION_WINDOW_OPEN: _window_open,
    Guard.OBJECTION_WINDOW_OVER: _window_over,
    Guard.MANDATE_SETTLED: _mandate_settled,
    Guard.ASKS_READY: _asks_ready,
    Guard.ASKS_JUDGED: _asks_judged,
    Guard.POSITION_NAMED: _position_named,
    Guard.ITEM_LINKED: _item_linked,
    Guard.DECISION_DAY_NAMED: lambda session, dossier, now: dossier.closes_on is not None,
    Guard.COSIGNED: _cosigned,
}
