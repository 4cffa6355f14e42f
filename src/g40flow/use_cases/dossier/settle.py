"""Settling how a dossier is worked on: the response, the pen holder, partners, and who may see it."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, delete

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import WITH_TEXT, ExceptionCode, PartnerState, ResponseType
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION, CAMPAIGN_WORK
from g40flow.domain.errors import InvalidInput
from g40flow.domain.items import Json
from g40flow.storage.access import effective_person
from g40flow.storage.dossier_tables import Dossier, DossierPartner, DossierReader
from g40flow.storage.dossiers import readers_of
from g40flow.use_cases.digest.follow_acts import follow_dossier
from g40flow.use_cases.digest.sight import renew_digests_with
from g40flow.use_cases.dossier.desk import (
    Desk,
    note_change,
    open_for_change,
    require_on,
    required_reason,
)
from g40flow.use_cases.dossier.exceptions import lift_noted, note_exception
from g40flow.use_cases.dossier.telling import tell_groups, tell_people

LONGEST_PLANS = 1_000


def choose_response(
    session: Session,
    desk: Desk,
    dossier_id: int,
    response_type: str,
    *,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Dossier:
    """Choose which text the network writes. Not responding and joining VNG are steps of their own.

    A text together with partners is a joint letter: each partner's signature is followed apart.
    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("response_without_text", "too_late_for").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.FIX_PLAN)
    _require_before_submission(dossier)
    if response_type not in {known.value for known in WITH_TEXT}:
        raise InvalidInput("response_without_text", f"found {response_type!r}", field="response_type")
    before = dossier.response_type
    dossier.response_type = response_type
    facts: dict[str, Json] = {"response_type_before": before, "response_type": response_type}
    note_change(session, dossier, actor, "choose_response", now=now, facts=facts)
    if response_type == ResponseType.JOINT_PARTNERS:
        note_exception(session, dossier, ExceptionCode.JOINT_LETTER, actor=actor, now=now)
    else:
        lift_noted(session, dossier, ExceptionCode.JOINT_LETTER, actor=actor, now=now)
    return dossier


def name_pen_holder(
    session: Session,
    desk: Desk,
    dossier_id: int,
    person: str,
    *,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Dossier:
    """Name who writes; he hears it and sees the dossier from then on, also a confidential one.

    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("unknown_person", "too_late_for").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.FIX_PLAN)
    _require_before_submission(dossier)
    if effective_person(session, desk.network, person) is None:
        raise InvalidInput("unknown_person", f"the network knows no {person!r}", field="pen_holder")
    before = dossier.pen_holder
    dossier.pen_holder = person
    facts: dict[str, Json] = {"pen_holder_before": before, "pen_holder": person}
    entry = note_change(session, dossier, actor, "name_pen_holder", now=now, facts=facts)
    tell_people(session, desk, dossier, entry, {person} - {before, actor.person}, now)
    return dossier


def note_partner_plans(
    session: Session,
    desk: Desk,
    dossier_id: int,
    plans: str,
    *,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Dossier:
    """Write down what VNG, G4 and others plan to do about the same subject; the newest one counts.

    It is kept in the history alone, see g40flow.storage.history.latest_act.
    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("reason_needed", "too_late_for").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    _require_before_submission(dossier)
    said = required_reason(plans, field="plans")[:LONGEST_PLANS]
    note_change(session, dossier, actor, "note_partner_plans", now=now, reason=said)
    return dossier


def add_partner(
    session: Session,
    desk: Desk,
    dossier_id: int,
    partner: str,
    *,
    contact: str = "",
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Dossier:
    """Let an organisation work along: its people see the versions that are shared with partners.

    contact: a function, such as "beleidsadviseur wonen"; never a private address.
    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("unknown_partner", "partner_has_part").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    if partner not in {known.slug for known in desk.network.partners}:
        raise InvalidInput("unknown_partner", f"the network knows no {partner!r}", field="partner")
    if session.get(DossierPartner, (dossier_id, partner)) is not None:
        raise InvalidInput("partner_has_part", f"{partner} works along already", field="partner")
    session.add(DossierPartner(dossier_id=dossier_id, partner=partner, contact=contact))
    session.flush()
    note_change(session, dossier, actor, "add_partner", now=now, facts={"partner": partner})
    return dossier


def remove_partner(
    session: Session,
    desk: Desk,
    dossier_id: int,
    partner: str,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Dossier:
    """An organisation works along no more; one that has signed declines instead.

    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("reason_needed", "unknown_partner",
    "partner_signed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    said = required_reason(reason)
    row = session.get(DossierPartner, (dossier_id, partner))
    if row is None:
        raise InvalidInput("unknown_partner", f"{partner} does not work along", field="partner")
    if row.state == PartnerState.SIGNED:
        raise InvalidInput("partner_signed", f"{partner} has signed", field="partner")
    session.delete(row)
    session.flush()
    note_change(session, dossier, actor, "remove_partner", now=now, reason=said, facts={"partner": partner})
    return dossier


def make_confidential(
    session: Session,
    desk: Desk,
    dossier_id: int,
    readers: Iterable[str],
    *,
    reason: str,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Dossier:
    """Let only some people see a dossier; whoever does this is one of them, and so is the pen holder.

    What channels show of it is replaced by a neutral line. Again, with other readers, changes the list.
    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("reason_needed", "unknown_person").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    said = required_reason(reason)
    wanted = sorted({actor.person, *readers})
    for person in wanted:
        if not actor.is_automatic and effective_person(session, desk.network, person) is None:
            raise InvalidInput("unknown_person", f"the network knows no {person!r}", field="readers")
    before = readers_of(session, dossier_id)
    session.execute(delete(DossierReader).where(col(DossierReader.dossier_id) == dossier_id))
    session.add_all(DossierReader(dossier_id=dossier_id, person=person) for person in wanted)
    dossier.confidential = True
    session.flush()
    renew_digests_with(session, dossier_id, now)
    follow_dossier(session, dossier_id, now, whatever_age=True)  # a line may name who took its item up
    facts: dict[str, Json] = {"readers_before": list(before), "readers": list(wanted)}
    note_exception(session, dossier, ExceptionCode.CONFIDENTIAL, actor=actor, now=now, note=said, facts=facts)
    return dossier


def lift_confidentiality(
    session: Session,
    desk: Desk,
    dossier_id: int,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int,
    now: datetime,
) -> Dossier:
    """Let the whole network see a dossier again; its groups get the card they did not get before.

    Raises NotFound, StaleVersion, NotAllowed or InvalidInput ("reason_needed", "not_confidential").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.EDIT_DOSSIER)
    said = required_reason(reason)
    if not dossier.confidential:
        raise InvalidInput("not_confidential", f"{dossier.number} is not confidential")
    dossier.confidential = False
    renew_digests_with(session, dossier_id, now)
    session.execute(delete(DossierReader).where(col(DossierReader.dossier_id) == dossier_id))
    lift_noted(session, dossier, ExceptionCode.CONFIDENTIAL, actor=actor, now=now, note=said)
    tell_groups(session, desk, dossier, now)
    return dossier


def _require_before_submission(dossier: Dossier) -> None:
    if dossier.stage not in (*BEFORE_SUBMISSION, *CAMPAIGN_WORK):
        raise InvalidInput("too_late_for", f"{dossier.number} is {dossier.stage}")
