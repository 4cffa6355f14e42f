"""Calling off what is still asked of people about a dossier."""

from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import AUTOMATIC
from g40flow.domain.dossier.decisions import Result
from g40flow.domain.dossier.words import PartnerState
from g40flow.storage.dossier_tables import CallInvitation, DecisionRound, Dossier, DossierPartner, MemberCall


def cancel_open_work(session: Session, dossier: Dossier, now: datetime) -> list[str]:
    """Close open calls and rounds without a result, and take back requests to sign; says what it did.

    Links of a cancelled call are revoked. A round that is cancelled has adopted nothing.
    """
    done = _cancel_calls(session, dossier, now) + _close_rounds(session, dossier, now)
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
    open_calls = select(MemberCall).where(
        col(MemberCall.dossier_id) == dossier.id, col(MemberCall.state) == "open"
    )
    for call in session.scalars(open_calls.with_for_update()).all():
        call.state, call.closed_at, call.closed_by = "cancelled", now, AUTOMATIC
        session.add(call)
        links = select(CallInvitation).where(
            col(CallInvitation.call_id) == call.id, col(CallInvitation.revoked_at).is_(None)
        )
        for link in session.scalars(links).all():
            link.revoked_at = now
            session.add(link)
        done.append(f"call:{call.id}")
    return done


def _close_rounds(session: Session, dossier: Dossier, now: datetime) -> list[str]:
    done: list[str] = []
    open_rounds = select(DecisionRound).where(
        col(DecisionRound.dossier_id) == dossier.id, col(DecisionRound.closed_at).is_(None)
    )
    for found in session.scalars(open_rounds.with_for_update()).all():
        found.closed_at, found.closed_by, found.result = now, AUTOMATIC, Result.CANCELLED
        session.add(found)
        done.append(f"round:{found.id}")
    return done
