"""Partners under a joint letter: each signs, or not, and always under one exact text."""

from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import PartnerState
from g40flow.domain.errors import InvalidInput, StaleVersion
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Network, Role
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.dossiers import partners_of
from g40flow.storage.guards import current_hash
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on, required_reason
from g40flow.use_cases.dossier.telling import people_of_partner, tell_people

ANSWERS = frozenset({PartnerState.AGREED, PartnerState.SIGNED, PartnerState.DECLINED, PartnerState.WITHDRAWN})
_NO = frozenset({PartnerState.DECLINED, PartnerState.WITHDRAWN})
"""Answers that need a reason, and take back the consent to show name and logo."""


def ask_signature(
    session: Session,
    desk: Desk,
    dossier_id: int,
    partner: str,
    *,
    sign_by: date | None = None,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Dossier:
    """Ask a partner who works along to sign; asking again starts over.

    sign_by: the last day to sign, Dutch date; None for no such day.
    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("unknown_partner", "day_passed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.MANAGE_SIGNATURES)
    row = _row(session, dossier, partner)
    if sign_by is not None and sign_by < dutch_date(now):
        raise InvalidInput("day_passed", f"{sign_by} has passed", field="sign_by")
    row.state, row.signed_hash, row.answered_at = PartnerState.ASKED, "", None
    row.sign_by, row.asked_at = sign_by, now
    row.name_consent = row.logo_consent = False
    session.add(row)
    until = None if sign_by is None else sign_by.isoformat()
    facts: dict[str, Json] = {"partner": partner, "name": row.name, "until": until}
    entry = note_change(session, dossier, actor, "ask_signature", now=now, facts=facts)
    tell_people(session, desk, dossier, entry, people_of_partner(session, desk, partner, now), now)
    return dossier


def answer_signature(
    session: Session,
    desk: Desk,
    dossier_id: int,
    partner: str,
    answer: str,
    *,
    actor: Actor,
    seen_revision: int | None,
    seen_hash: str = "",
    note: str = "",
    name_consent: bool = False,
    logo_consent: bool = False,
    now: datetime,
) -> Dossier:
    """What a partner says: that it will sign, that it signs this text, that it declines, or that it
    takes back what it had agreed to.

    The partner's own people answer; the secretariat can record what a partner wrote, and says in the
    note where that stands. seen_hash: content hash of the text that was on screen, for "signed".
    name_consent, logo_consent: whether name and logo may stand under the text.
    Raises NotFound, NotAllowed, StaleVersion or InvalidInput ("unknown_partner", "unknown_answer",
    "not_asked", "nothing_to_withdraw", "no_text", "reason_needed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    row = _row(session, dossier, partner)
    said = _who_says(session, dossier, actor, partner, answer, note)
    if answer not in {known.value for known in ANSWERS}:
        raise InvalidInput("unknown_answer", f"expected one of {sorted(ANSWERS)}, found {answer!r}")
    if row.state == PartnerState.PARTNER:
        raise InvalidInput("not_asked", f"{partner} was not asked to sign")
    if answer == PartnerState.WITHDRAWN and row.state not in (PartnerState.AGREED, PartnerState.SIGNED):
        raise InvalidInput("nothing_to_withdraw", f"{partner} has not agreed", field="answer")
    text = _signed_text(session, dossier, seen_hash) if answer == PartnerState.SIGNED else ""
    row.state, row.signed_hash, row.answered_at, row.note = answer, text, now, said
    row.name_consent = name_consent and answer not in _NO
    row.logo_consent = logo_consent and answer not in _NO
    session.add(row)
    facts: dict[str, Json] = {
        "partner": partner,
        "name": row.name,
        "answer": answer,
        "name_consent": row.name_consent,
        "logo_consent": row.logo_consent,
    }
    note_change(
        session, dossier, actor, "answer_signature", now=now, version_hash=text, reason=said, facts=facts
    )
    return dossier


def signed_names(session: Session, network: Network, dossier: Dossier, text_hash: str) -> tuple[str, ...]:
    """Names of the organisations that signed exactly this text and want to be named under it."""
    assert dossier.id is not None
    return tuple(
        partner_name(network, row)
        for row in partners_of(session, dossier.id)
        if row.state == PartnerState.SIGNED and row.signed_hash == text_hash and row.name_consent
    )


def partner_name(network: Network, row: DossierPartner) -> str:
    """The name of an organisation that works along or signs."""
    known = next((partner.name for partner in network.partners if partner.slug == row.partner), "")
    return row.name or known or row.partner


def lapse_signatures(session: Session, dossier: Dossier, *, actor: Actor, now: datetime) -> list[str]:
    """Take back every signature under a text that is not the newest; returns whose.

    dossier: opened for change, with its new text. Who signed said yes to that text and to no other.
    """
    assert dossier.id is not None
    text = current_hash(session, dossier)
    lapsed = [
        row
        for row in partners_of(session, dossier.id)
        if row.state == PartnerState.SIGNED and row.signed_hash != text
    ]
    for row in lapsed:
        before, row.state, row.signed_hash = row.signed_hash, PartnerState.AGREED, ""
        session.add(row)
        facts: dict[str, Json] = {"partner": row.partner}
        note_change(session, dossier, actor, "signature_lapsed", now=now, version_hash=before, facts=facts)
    return [row.partner for row in lapsed]


def _row(session: Session, dossier: Dossier, partner: str) -> DossierPartner:
    row = session.get(DossierPartner, (dossier.id, partner))
    if row is None:
        raise InvalidInput("unknown_partner", f"{partner} does not work along", field="partner")
    return row


def _who_says(session: Session, dossier: Dossier, actor: Actor, partner: str, answer: str, note: str) -> str:
    if actor.holds(Role.PARTNER, partner):
        require_on(session, dossier, actor, Right.COSIGN)
        return required_reason(note, field="note") if answer in _NO else one_line(note)
    require_on(session, dossier, actor, Right.MANAGE_SIGNATURES)
    return required_reason(note, field="note")


def _signed_text(session: Session, dossier: Dossier, seen_hash: str) -> str:
    text = current_hash(session, dossier)
    if not text:
        raise InvalidInput("no_text", f"{dossier.number} has no text to sign")
    if seen_hash != text:
        raise StaleVersion(f"signed {seen_hash[:8]!r}, the text is now {text[:8]}")
    return text
