"""Who signs along: also organisations that are no partner of the network; and reminding those asked."""

import re
from datetime import date, datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.chasing import signature_reminder_due
from g40flow.domain.campaigns.privacy import has_contact_data
from g40flow.domain.dossier.library import folded_words
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import PartnerState
from g40flow.domain.dossier.workflow import OPEN
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import effective_network
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.dossiers import locked_dossier
from g40flow.storage.locks import lock_dossiers, take_turn
from g40flow.storage.messages import message_with_key
from g40flow.use_cases.announce_items import person_audience
from g40flow.use_cases.dossier.desk import Desk, leaves_at, note_change, open_for_change, require_on, tell
from g40flow.use_cases.dossier.telling import people_of_partner, people_with, those_who_may_see

WAITING = (PartnerState.ASKED, PartnerState.AGREED)


def add_signatory(
    session: Session,
    desk: Desk,
    dossier_id: int,
    name: str,
    *,
    contact: str = "",
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> DossierPartner:
    """Let an organisation that is no partner of the network stand among those who sign along.

    contact: a function, never an address. Its answers are written down by the secretariat.
    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("name_needed", "partner_has_part",
    "contact_data").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.MANAGE_SIGNATURES)
    said, function = one_line(name)[:200], one_line(contact)[:200]
    if not (slug := slug_of(said)):
        raise InvalidInput("name_needed", "expected the name of an organisation", field="name")
    if has_contact_data(said) or has_contact_data(function):
        raise InvalidInput("contact_data", "expected an organisation and a function", field="contact")
    known = next((p for p in desk.network.partners if slug in (p.slug, slug_of(p.name))), None)
    key = slug if known is None else known.slug
    if session.get(DossierPartner, (dossier_id, key)) is not None:
        raise InvalidInput("partner_has_part", f"{said} stands there already", field="name")
    row = DossierPartner(
        dossier_id=dossier_id, partner=key, name="" if known is not None else said, contact=function
    )
    session.add(row)
    session.flush()
    note_change(session, dossier, actor, "add_partner", now=now, facts={"partner": key, "name": said})
    return row


def slug_of(name: str) -> str:
    """How an organisation is told apart from others, whatever its capitals and accents."""
    return re.sub(r"[^a-z0-9]+", "-", folded_words(name).strip()).strip("-")[:80]


def chase_signatures(session: Session, desk: Desk, now: datetime) -> int:
    """Remind of signatures that were asked and did not come; returns how many messages are new.

    A partner's own people are reminded; of an organisation without any, who must ask it again. Each
    reminder is told once, whatever runs twice.
    """
    query = (
        select(DossierPartner, Dossier)
        .join(Dossier, col(Dossier.id) == col(DossierPartner.dossier_id))
        .where(
            col(DossierPartner.state).in_(WAITING),
            col(DossierPartner.sign_by).is_not(None),
            col(Dossier.stage).in_(OPEN),
        )
        .order_by(col(DossierPartner.dossier_id), col(DossierPartner.partner))
    )
    take_turn(session)
    waiting = session.execute(query).tuples().all()
    lock_dossiers(session, {row.dossier_id for row, _ in waiting})
    return sum(_chase(session, desk, row, dossier, now) for row, dossier in waiting)


def _chase(session: Session, desk: Desk, row: DossierPartner, dossier: Dossier, now: datetime) -> int:
    assert row.sign_by is not None
    asked_on = dutch_date(row.asked_at) if row.asked_at is not None else date.min
    days = desk.rules.campaigns.signature_reminders_working_days
    due = signature_reminder_due(row.sign_by, asked_on, dutch_date(now), days, desk.calendars.working)
    if due is None:
        return 0
    dossier = locked_dossier(session, dossier.id or 0)
    written = 0
    for person in _whom(session, desk, dossier, row, now):
        audience = person_audience(person)
        key = f"sign:{row.partner}:{row.sign_by}:{due}:{audience}"
        if message_with_key(session, f"dossier:{dossier.id}:{key}") is None:
            tell(
                session,
                dossier,
                key,
                audience=audience,
                kind="signature_reminder",
                subject={"partner": row.partner, "sign_by": row.sign_by.isoformat()},
                now=now,
                not_before=leaves_at(desk, dossier, now),
            )
            written += 1
    return written


def _whom(session: Session, desk: Desk, dossier: Dossier, row: DossierPartner, now: datetime) -> list[str]:
    slugs = people_of_partner(session, desk, row.partner, now)
    network = effective_network(session, desk.network)
    own = [person for person in network.people if person.slug in slugs]
    if own := those_who_may_see(session, dossier, own, now):
        return [person.slug for person in own]
    wanted = frozenset({Role.THEME_GROUP_SECRETARY, Role.PEN_HOLDER})
    return [person.slug for person in people_with(session, desk, dossier, wanted, now)]
