"""The checklist before a text is handed in: seven checks, two people, one exact text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.checklist import Check, is_signed
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.submission import SubmissionFacts, seen_by_program
from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.errors import InvalidInput, StaleVersion, StepNotAllowed
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.render.documents import Documents, neutral_file_name
from g40flow.storage.dossier_tables import ChecklistTick, Dossier, Submission, TextVersion
from g40flow.storage.guards import guard_facts
from g40flow.storage.submissions import prepared_submission, ticks_of
from g40flow.storage.texts import consultation_answers, current_version
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, open_to_read, require_on
from g40flow.use_cases.submission.inspection import Inspection, details_of, inspect_submission


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """One check. seen: what the program sees, None if only a person can tell; tick: None if not done."""

    check: Check
    seen: bool | None
    tick: ChecklistTick | None


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """Everything that must be right before a text is handed in.

    version: the text it is about. submission: what was prepared for it, None if nothing was.
    is_signed: every check was done, the last one by somebody else.
    """

    version: TextVersion
    lines: tuple[CheckLine, ...]
    inspection: Inspection
    submission: Submission | None
    is_signed: bool


def checklist(
    session: Session,
    desk: Desk,
    documents: Documents,
    dossier_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> Checklist:
    """The checklist of the current text. Raises NotFound, NotAllowed or InvalidInput ("no_text_yet")."""
    dossier = open_to_read(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.CHECK_SUBMISSION)
    return checklist_of(session, desk, documents, dossier, now)


def checklist_of(
    session: Session, desk: Desk, documents: Documents, dossier: Dossier, now: datetime
) -> Checklist:
    """The same for a dossier that was opened already."""
    assert dossier.id is not None
    version = current_version(session, dossier)
    if version is None:
        raise InvalidInput("no_text_yet", f"dossier {dossier.number} has no text to hand in")
    name = neutral_file_name(details_of(session, desk, documents, dossier, version, now), "pdf")
    inspection = inspect_submission(session, desk, documents, dossier, version, name=name, now=now)
    prepared = prepared_submission(session, dossier.id, version.content_hash)
    seen = seen_by_program(_facts(session, dossier, inspection, prepared, now))
    ticks = ticks_of(session, dossier.id, version.content_hash)
    done: Mapping[str, ChecklistTick] = {tick.check_code: tick for tick in ticks}
    return Checklist(
        version=version,
        lines=tuple(CheckLine(check=check, seen=seen[check], tick=done.get(check)) for check in Check),
        inspection=inspection,
        submission=prepared,
        is_signed=is_signed((tick.check_code, tick.person) for tick in ticks),
    )


def tick_check(
    session: Session,
    desk: Desk,
    documents: Documents,
    dossier_id: int,
    check: str,
    *,
    actor: Actor,
    seen_version: str,
    note: str = "",
    now: datetime,
) -> ChecklistTick:
    """Say that one check was done on the text that was on screen.

    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed at another stage, or InvalidInput
    ("unknown_check", "check_fails" when the program sees that it is not right, "second_person_needed").
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.CHECK_SUBMISSION)
    _require_ready(dossier)
    known = _check(check)
    found = checklist_of(session, desk, documents, dossier, now)
    if seen_version != found.version.content_hash:
        raise StaleVersion(f"dossier {dossier.number}: checked was another text than the current one")
    if next(line.seen for line in found.lines if line.check is known) is False:
        raise InvalidInput("check_fails", f"{known} is not right yet", field="check")
    _require_second_person(found, known, actor)
    tick = ChecklistTick(
        dossier_id=dossier_id,
        check_code=known,
        version_hash=found.version.content_hash,
        person=actor.person,
        note=one_line(note)[:500],
        ticked_at=now,
    )
    session.add(tick)
    facts: dict[str, Json] = {"check": known.value}
    note_change(
        session,
        dossier,
        actor,
        "tick_check",
        now=now,
        version_hash=tick.version_hash,
        reason=tick.note,
        facts=facts,
    )
    return tick


def untick_check(
    session: Session, desk: Desk, dossier_id: int, check: str, *, actor: Actor, now: datetime
) -> None:
    """Take back a check, whoever did it. Raises NotFound, NotAllowed, StepNotAllowed or InvalidInput."""
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.CHECK_SUBMISSION)
    _require_ready(dossier)
    known = _check(check)
    version = current_version(session, dossier)
    if version is not None and remove_ticks(session, dossier_id, version.content_hash, (known,), now):
        facts: dict[str, Json] = {"check": known.value}
        note_change(
            session, dossier, actor, "untick_check", now=now, version_hash=version.content_hash, facts=facts
        )


def remove_ticks(
    session: Session, dossier_id: int, version_hash: str, checks: tuple[Check, ...], now: datetime
) -> int:
    """Checks that count no longer, because what they were about changed; says how many."""
    gone = [tick for tick in ticks_of(session, dossier_id, version_hash) if tick.check_code in checks]
    for tick in gone:
        tick.removed_at = now
        session.add(tick)
    return len(gone)


# --- pieces ---------------------------------------------------------------------------------------


def _facts(
    session: Session,
    dossier: Dossier,
    inspection: Inspection,
    prepared: Submission | None,
    now: datetime,
) -> SubmissionFacts:
    assert dossier.id is not None
    choices = {} if prepared is None else prepared.choices
    answers = consultation_answers(session, dossier.id)
    return SubmissionFacts(
        is_adopted=guard_facts(session, dossier, now, [Guard.ADOPTED])[Guard.ADOPTED],
        findings=len(inspection.certain),
        organisation=str(choices.get("organisation", "")),
        place=str(choices.get("place", "")),
        publish=choices.get("publish"),
        questions=len(answers),
        open_questions=sum(not row.answer for row in answers),
    )


def _require_ready(dossier: Dossier) -> None:
    if dossier.stage is not Stage.READY_TO_SUBMIT:
        raise StepNotAllowed(f"nothing is checked at stage {dossier.stage}, only when ready to submit")


def _check(word: str) -> Check:
    if word not in set(Check):
        raise InvalidInput("unknown_check", f"expected one of {sorted(Check)}, found {word!r}", field="check")
    return Check(word)


def _require_second_person(found: Checklist, check: Check, actor: Actor) -> None:
    """Nobody looks twice at the own work, in whichever order the checks are done."""
    others = {
        line.tick.person
        for line in found.lines
        if line.tick is not None and (line.check is Check.SECOND_PERSON) is not (check is Check.SECOND_PERSON)
    }
    if actor.person in others:
        raise InvalidInput(
            "second_person_needed", f"{actor.person} did other checks; a second person must", field="check"
        )
