"""What can befall a dossier from outside: its term is missed, or its subject is put aside."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.words import ExceptionCode, ResponseType
from g40flow.domain.dossier.workflow import RESPONSE_STEPS, find_step
from g40flow.storage.dossier_tables import Dossier
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, required_reason, roles_on
from g40flow.use_cases.dossier.exceptions import note_exception
from g40flow.use_cases.dossier.take_step import apply_step, check_guards


def miss_term(
    session: Session,
    desk: Desk,
    dossier_id: int,
    *,
    cause: str,
    late_letter: bool,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Note why the term was missed, and close the dossier, or go on with it as a letter that is late.

    Raises NotFound, StaleVersion, StepNotAllowed, GuardFailed or InvalidInput ("reason_needed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    said = required_reason(cause, field="cause")
    step = find_step(RESPONSE_STEPS, dossier.stage, "close_missed", roles_on(session, dossier, actor))
    if not late_letter:
        apply_step(session, desk, dossier, step, actor=actor, reason=said, facts=None, now=now)
        return dossier
    check_guards(session, dossier, step, now)
    dossier.response_type = ResponseType.LETTER
    note_exception(
        session,
        dossier,
        ExceptionCode.MISSED,
        actor=actor,
        now=now,
        note=said,
        facts={"cause": said, "late": True},
    )
    note_change(session, dossier, actor, "go_on_late", now=now, reason=said)
    return dossier


def declare_controversial(
    session: Session,
    desk: Desk,
    dossier_id: int,
    *,
    reason: str,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Dossier:
    """Park a dossier whose subject parliament declared controversial; it goes on as a campaign.

    Raises NotFound, StaleVersion, StepNotAllowed or InvalidInput ("reason_needed").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    said = required_reason(reason)
    step = find_step(RESPONSE_STEPS, dossier.stage, "suspend", roles_on(session, dossier, actor))
    note_exception(
        session,
        dossier,
        ExceptionCode.CONTROVERSIAL,
        actor=actor,
        now=now,
        note=said,
        facts={"campaign": True},
    )
    apply_step(session, desk, dossier, step, actor=actor, reason=said, facts={"controversial": True}, now=now)
    return dossier
