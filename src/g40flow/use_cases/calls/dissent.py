"""Which cities do not agree, as the exception "dissent" of a dossier shows it."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import PROGRAM
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.items import Json
from g40flow.storage.calls import dissents_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import active_exception
from g40flow.use_cases.dossier.exceptions import lift_noted, note_exception


def note_dissents(session: Session, dossier: Dossier, now: datetime) -> None:
    """Let the exception say which cities do not agree now; what people raised by hand stays.

    dossier: opened for change. To be called by everything that changes what counts as an answer.
    """
    assert dossier.id is not None
    session.flush()
    cities: list[Json] = [*sorted({answer.city for answer in dissents_of(session, dossier.id)})]
    standing = active_exception(session, dossier.id, ExceptionCode.DISSENT)
    shown = [] if standing is None else standing.facts.get("cities", [])
    if cities == shown:
        return
    if cities or (standing is not None and "who" in standing.facts):
        facts: dict[str, Json] = {"cities": cities}
        note_exception(session, dossier, ExceptionCode.DISSENT, actor=PROGRAM, now=now, facts=facts)
    else:
        lift_noted(session, dossier, ExceptionCode.DISSENT, actor=PROGRAM, now=now)
