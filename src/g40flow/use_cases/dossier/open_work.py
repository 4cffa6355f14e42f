"""What is still asked of people about a dossier: calling it off, or letting it go on after a rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from g40flow.domain.actors import AUTOMATIC
from g40flow.domain.dossier.decisions import Result
from g40flow.domain.dossier.words import PartnerState
from g40flow.domain.items import Json
from g40flow.storage.dossier_tables import CallInvitation, DecisionRound, Dossier, DossierPartner, MemberCall
from g40flow.use_cases.decisions.telling import tell_result
from g40flow.use_cases.dossier.desk import Desk


def cancel_open_work(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> list[str]:
    """Close open calls and rounds without a result, and take back requests to sign; says what it did.

    Links of a cancelled call are revoked. A round that is cancelled has adopted nothing, and who was
    asked hears that.
    """
    done = _cancel_calls(session, dossier, now) + _close_rounds(session, desk, dossier, now)
    for partner in session.scalars(
        select(DossierPartner).where(
            col(DossierPartner.dossier_id) == dossier.id,
            col(DossierPartner.state).in_([PartnerState.ASKED, PartnerState.AGREED]),
        )
    ):
        partner.state, partner.answered_at = PartnerState.PARTNER, now
        session.add(partner)
        done.append(f"signature:{partner.partner}")
    session.flush()
    return done


def _cancel_calls(session: Session, dossier: Dossier, now: datetime) -> list[str]:
    done: list[str] = []
    for call in _open_calls(session, dossier):
        call.state, call.closed_at, call.closed_by = "cancelled", now, AUTOMATIC
        session.add(call)
        for link in _links_of(session, [call]):
            link.revoked_at = now
            session.add(link)
        done.append(f"call:{call.id}")
    return done


def _close_rounds(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> list[str]:
    done: list[str] = []
    for found in _open_rounds(session, dossier):
        found.closed_at, found.closed_by, found.result = now, AUTOMATIC, Result.CANCELLED
        session.add(found)
        tell_result(session, desk, dossier, found, now)
        done.append(f"round:{found.id}")
    return done


def lengthen_open_work(session: Session, dossier: Dossier, rested: timedelta) -> dict[str, Json]:
    """Give calls and rounds the time back during which the clock stood still; the new ends, aware UTC.

    rested: how long it stood still. Personal links of the calls open as much longer.
    """
    ends: dict[str, Json] = {}
    for link in _links_of(session, _open_calls(session, dossier)):
        link.expires_at += rested
        session.add(link)
    for kind, rows in (("call", _open_calls(session, dossier)), ("round", _open_rounds(session, dossier))):
        for row in rows:
            if row.closes_at is not None:
                row.closes_at += rested
                session.add(row)
                ends[f"{kind}:{row.id}"] = row.closes_at.isoformat()
    return ends


def _links_of(session: Session, calls: Sequence[MemberCall]) -> Sequence[CallInvitation]:
    """Links of some calls that were not revoked."""
    query = select(CallInvitation).where(
        col(CallInvitation.call_id).in_([call.id for call in calls]), col(CallInvitation.revoked_at).is_(None)
    )
    return session.scalars(query).all()


def _open_calls(session: Session, dossier: Dossier) -> Sequence[MemberCall]:
    query = select(MemberCall).where(
        col(MemberCall.dossier_id) == dossier.id, col(MemberCall.state) == "open"
    )
    return session.scalars(query.with_for_update()).all()


def _open_rounds(session: Session, dossier: Dossier) -> Sequence[DecisionRound]:
    query = select(DecisionRound).where(
        col(DecisionRound.dossier_id) == dossier.id, col(DecisionRound.closed_at).is_(None)
    )
    return session.scalars(query.with_for_update()).all()
