"""Whether the conditions of steps hold: each a small question to the database.

A condition is asked only when a step needs it. The words are g40flow.domain.dossier.workflow.Guard.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists
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
    DossierGroup,
    DossierItem,
    DossierPartner,
    HistoryEntry,
    MemberCall,
    Point,
    Submission,
)
from g40flow.storage.dossiers import active_exception
from g40flow.storage.history import chain_of
from g40flow.storage.texts import current_version


def guard_facts(
    session: Session, dossier: Dossier, now: datetime, guards: Iterable[Guard] = tuple(Guard)
) -> dict[Guard, bool]:
    """Which of some conditions hold for a dossier at an instant (aware UTC)."""
    session.flush()
    return {guard: _HOLDS[guard](session, dossier, now) for guard in dict.fromkeys(guards)}


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


def _groups_answered(session: Session, dossier: Dossier, now: datetime) -> bool:
    asked = (col(DossierGroup.dossier_id) == dossier.id, col(DossierGroup.state) == GroupState.ASKED)
    return not _any(session, *asked)


def _has_call(session: Session, dossier: Dossier, state: str) -> bool:
    return _any(session, col(MemberCall.dossier_id) == dossier.id, col(MemberCall.state) == state)


def _no_open_call(session: Session, dossier: Dossier, now: datetime) -> bool:
    return not _has_call(session, dossier, "open")


def _call_closed(session: Session, dossier: Dossier, now: datetime) -> bool:
    """There was a call since the cities were last to be asked, and it is over."""
    closed = [col(MemberCall.dossier_id) == dossier.id, col(MemberCall.state) == "closed"]
    if (since := _last_act(session, dossier, "call_members", "call_again")) is not None:
        closed.append(col(MemberCall.closed_at) >= since)
    return _no_open_call(session, dossier, now) and _any(session, *closed)


def _last_act(session: Session, dossier: Dossier, *actions: str) -> datetime | None:
    """When one of some acts was last done; None if never."""
    assert dossier.id is not None
    query = select(col(HistoryEntry.at)).where(
        col(HistoryEntry.chain) == chain_of(dossier.id), col(HistoryEntry.action).in_(actions)
    )
    return session.scalars(query.order_by(col(HistoryEntry.sequence).desc()).limit(1)).first()


def _comments_disposed(session: Session, dossier: Dossier, now: datetime) -> bool:
    return not _any(session, col(Comment.dossier_id) == dossier.id, col(Comment.disposition) == "")


def _no_open_objection(session: Session, dossier: Dossier, now: datetime) -> bool:
    return not _any(
        session,
        col(Comment.dossier_id) == dossier.id,
        col(Comment.objection).is_(True),
        col(Comment.disposition) == "",
    )


def _no_open_round(session: Session, dossier: Dossier, now: datetime) -> bool:
    return not _any(
        session, col(DecisionRound.dossier_id) == dossier.id, col(DecisionRound.closed_at).is_(None)
    )


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


def _no_personal_data(session: Session, dossier: Dossier, now: datetime) -> bool:
    assert dossier.id is not None
    return active_exception(session, dossier.id, ExceptionCode.PERSONAL_DATA_FOUND) is None


def _term_open(session: Session, dossier: Dossier, now: datetime) -> bool:
    until = last_instant(dossier)
    return until is None or now <= until


def _term_passed(session: Session, dossier: Dossier, now: datetime) -> bool:
    return not _term_open(session, dossier, now)


def _link_stored(session: Session, dossier: Dossier, now: datetime) -> bool:
    assert dossier.id is not None
    submission = latest_submission(session, dossier.id)
    return submission is not None and submission.public_url != ""


def _outcomes_known(session: Session, dossier: Dossier, now: datetime) -> bool:
    return not _any(
        session,
        col(Point.dossier_id) == dossier.id,
        col(Point.removed_at).is_(None),
        col(Point.outcome).in_(["", "open"]),
    )


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


def _no_open_document(session: Session, dossier: Dossier, now: datetime) -> bool:
    return not _any(
        session, col(Dossier.campaign_id) == dossier.id, col(Dossier.stage).not_in([*FINAL, *RESTING])
    )


_HOLDS: Mapping[Guard, Callable[[Session, Dossier, datetime], bool]] = {
    Guard.LEAD_NAMED: lambda session, dossier, now: dossier.lead_group != "",
    Guard.LEAD_ACCEPTED: _lead_accepted,
    Guard.GROUPS_ANSWERED: _groups_answered,
    Guard.RESPONSE_CHOSEN: lambda session, dossier, now: dossier.response_type in WITH_TEXT,
    Guard.PEN_HOLDER_NAMED: lambda session, dossier, now: dossier.pen_holder != "",
    Guard.PLAN_FIXED: lambda session, dossier, now: bool(dossier.plan.get("fixed_at")),
    Guard.URGENT: lambda session, dossier, now: dossier.urgent,
    Guard.CALL_CLOSED: _call_closed,
    Guard.NO_OPEN_CALL: _no_open_call,
    Guard.TEXT_WRITTEN: lambda session, dossier, now: dossier.current_version_id is not None,
    Guard.COMMENTS_DISPOSED: _comments_disposed,
    Guard.NO_OPEN_OBJECTION: _no_open_objection,
    Guard.NO_OPEN_ROUND: _no_open_round,
    Guard.ADOPTED: _adopted,
    Guard.SIGNATURES_COMPLETE: _signatures_complete,
    Guard.CHECKLIST_SIGNED: _checklist_signed,
    Guard.RECEIPT_STORED: _receipt_stored,
    Guard.NO_PERSONAL_DATA: _no_personal_data,
    Guard.TERM_OPEN: _term_open,
    Guard.TERM_PASSED: _term_passed,
    Guard.LINK_STORED: _link_stored,
    Guard.OUTCOMES_KNOWN: _outcomes_known,
    Guard.OBJECTION_WINDOW_OPEN: _window_open,
    Guard.OBJECTION_WINDOW_OVER: _window_over,
    Guard.MANDATE_SETTLED: _mandate_settled,
    Guard.ASKS_READY: _asks_ready,
    Guard.ASKS_JUDGED: _asks_judged,
    Guard.POSITION_NAMED: _position_named,
    Guard.ITEM_LINKED: _item_linked,
    Guard.DECISION_DAY_NAMED: lambda session, dossier, now: dossier.closes_on is not None,
    Guard.COSIGNED: _cosigned,
    Guard.NO_OPEN_DOCUMENT: _no_open_document,
}
