"""What is filled in at the form of a consultation, and the pack with which somebody does it."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.checklist import Check
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.dossier.writing import WRITABLE
from g40flow.domain.errors import GuardFailed, InvalidInput, NotAllowed, StaleVersion, StepNotAllowed
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.render.documents import PDF, Documents
from g40flow.render.form_sheet import FormAnswer, FormSheet, form_sheet
from g40flow.storage.dossier_tables import ConsultationAnswer, Dossier, Submission
from g40flow.storage.dossiers import active_exception
from g40flow.storage.guards import current_hash, guard_facts
from g40flow.storage.submissions import prepared_submission, subject_of, was_sent
from g40flow.storage.texts import consultation_answers
from g40flow.use_cases.dossier.desk import (
    Desk,
    note_change,
    open_for_change,
    open_to_read,
    require_on,
    roles_on,
)
from g40flow.use_cases.dossier.exceptions import lift_noted, note_exception
from g40flow.use_cases.submission.checks import checklist_of, remove_ticks
from g40flow.use_cases.submission.inspection import Inspection

MOST_QUESTIONS = 50
LONGEST_ANSWER = 20_000
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class FormChoices:
    """What the form asks besides the questions.

    publish: whether the response may be made public. organisation, place: as shown in public.
    contact: who or what stands as contact in the form; a function and the general address do.
    """

    publish: bool
    organisation: str
    place: str
    contact: str = ""


def set_answers(
    session: Session,
    desk: Desk,
    dossier_id: int,
    answers: Sequence[tuple[str, str]],
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> None:
    """Keep the questions of the form, in order, each with our answer ("" leaves it open).

    For who writes and for who checks. Checks of the answers that were done count no longer.
    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed, or InvalidInput ("too_many_questions",
    "question_needed", "answer_too_long").
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    _require_writer_or_checker(session, dossier, actor)
    rows = _checked(dossier_id, answers)
    for row in consultation_answers(session, dossier_id):
        session.delete(row)
    session.flush()
    session.add_all(rows)
    remove_ticks(
        session,
        dossier_id,
        current_hash(session, dossier),
        (Check.ANSWERS_MATCH, Check.NO_PERSONAL_DATA, Check.SECOND_PERSON),
        now,
    )
    facts: dict[str, Json] = {
        "questions": len(rows),
        "answered": sum(bool(row.answer) for row in rows),
    }
    note_change(
        session,
        dossier,
        actor,
        "set_answers",
        now=now,
        version_hash=current_hash(session, dossier),
        facts=facts,
    )


def prepare_submission(
    session: Session,
    desk: Desk,
    documents: Documents,
    dossier_id: int,
    choices: FormChoices,
    *,
    actor: Actor,
    seen_version: str,
    now: datetime,
) -> Submission:
    """Fix what is filled in at the form for exactly this text, and search it for personal data.

    Personal data that is certain raises the exception "personal_data_found", which holds up the step of
    handing in; a text without, and that was not sent before, lifts it.
    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed or InvalidInput ("organisation_needed",
    "place_needed", "no_text_yet").
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.CHECK_SUBMISSION)
    if dossier.stage is not Stage.READY_TO_SUBMIT:
        raise StepNotAllowed(f"nothing is handed in at stage {dossier.stage}")
    text = current_hash(session, dossier)
    if seen_version != text:
        raise StaleVersion(f"dossier {dossier.number}: prepared was another text than the current one")
    filled = _filled(choices)
    submission = prepared_submission(session, dossier_id, text)
    if submission is None:
        submission = Submission(dossier_id=dossier_id, version_hash=text, choices={}, prepared_by="")
    if submission.choices != filled:
        remove_ticks(
            session,
            dossier_id,
            text,
            (Check.ORGANISATION, Check.PUBLICATION_CHOICE, Check.SECOND_PERSON),
            now,
        )
    submission.choices = filled
    submission.prepared_by, submission.prepared_at = actor.person, now
    session.add(submission)
    session.flush()
    facts: dict[str, Json] = {"publish": choices.publish}
    note_change(session, dossier, actor, "prepare_submission", now=now, version_hash=text, facts=facts)
    inspection = checklist_of(session, desk, documents, dossier, now).inspection
    _note_personal_data(session, dossier, inspection, text, actor, now)
    return submission


# --- the pack -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PackFile:
    """One file of a pack."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Pack:
    """What somebody needs to hand a text in. The same text and answers give the same bytes."""

    name: str
    files: tuple[PackFile, ...]
    inspection: Inspection

    def as_zip(self) -> bytes:
        """All files in one."""
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in self.files:
                archive.writestr(zipfile.ZipInfo(file.name, (1980, 1, 1, 0, 0, 0)), file.content)
        return made.getvalue()


def build_pack(
    session: Session,
    desk: Desk,
    documents: Documents,
    dossier_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> Pack:
    """The PDF of exactly the adopted text, and a sheet with what to fill in.

    Raises NotFound, NotAllowed, GuardFailed if the current text is not the adopted one, or InvalidInput
    ("not_prepared", "personal_data_found").
    """
    dossier = open_to_read(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.CHECK_SUBMISSION)
    if not guard_facts(session, dossier, now, [Guard.ADOPTED])[Guard.ADOPTED]:
        raise GuardFailed("build_pack", [Guard.ADOPTED])
    found = checklist_of(session, desk, documents, dossier, now)
    if found.submission is None:
        raise InvalidInput("not_prepared", "expected the choices of the form, found none")
    if found.inspection.certain:
        raise InvalidInput("personal_data_found", f"found {len(found.inspection.certain)} pieces")
    sheet = _sheet(session, dossier, found.submission, found.inspection.pdf_name)
    pdf = PackFile(found.inspection.pdf_name, PDF, found.inspection.pdf)
    text = PackFile(
        found.inspection.pdf_name.removesuffix(".pdf") + "-formulier.txt",
        TEXT,
        form_sheet(documents.templates, sheet).encode(),
    )
    return Pack(found.inspection.pdf_name.removesuffix("pdf") + "zip", (pdf, text), found.inspection)


# --- pieces ---------------------------------------------------------------------------------------


def _require_writer_or_checker(session: Session, dossier: Dossier, actor: Actor) -> None:
    roles = roles_on(session, dossier, actor)
    if not has_right(Right.WRITE_VERSION, roles) and not has_right(Right.CHECK_SUBMISSION, roles):
        raise NotAllowed(f"answers are for who writes or checks, not for {sorted(roles)}")
    if dossier.stage not in WRITABLE:
        raise StepNotAllowed(f"answers cannot change at stage {dossier.stage}")


def _checked(dossier_id: int, answers: Sequence[tuple[str, str]]) -> list[ConsultationAnswer]:
    if len(answers) > MOST_QUESTIONS:
        raise InvalidInput("too_many_questions", f"expected at most {MOST_QUESTIONS}", field="questions")
    rows = []
    for number, (question, answer) in enumerate(answers, start=1):
        if not (asked := one_line(question)):
            raise InvalidInput("question_needed", f"question {number} is empty", field=f"question_{number}")
        if len(answer) > LONGEST_ANSWER:
            raise InvalidInput(
                "answer_too_long", f"expected at most {LONGEST_ANSWER}", field=f"answer_{number}"
            )
        said = normalise_markdown(answer).rstrip("\n")
        rows.append(
            ConsultationAnswer(dossier_id=dossier_id, number=number, question=asked[:2_000], answer=said)
        )
    return rows


def _filled(choices: FormChoices) -> dict[str, Json]:
    organisation, place = one_line(choices.organisation)[:200], one_line(choices.place)[:200]
    if not organisation:
        raise InvalidInput("organisation_needed", "expected an organisation", field="organisation")
    if not place:
        raise InvalidInput("place_needed", "expected a place", field="place")
    return {
        "publish": choices.publish,
        "organisation": organisation,
        "place": place,
        "contact": one_line(choices.contact)[:200],
    }


def _note_personal_data(
    session: Session,
    dossier: Dossier,
    inspection: Inspection,
    text: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Raise or lift the exception. The history names kinds and numbers, never the data itself."""
    assert dossier.id is not None
    if inspection.certain:
        kinds = sorted({found.finding.kind.value for found in inspection.certain})
        facts: dict[str, Json] = {"kinds": list(kinds), "count": len(inspection.certain)}
        note_exception(session, dossier, ExceptionCode.PERSONAL_DATA_FOUND, actor=actor, now=now, facts=facts)
    elif not was_sent(session, dossier.id, text):
        raised = active_exception(session, dossier.id, ExceptionCode.PERSONAL_DATA_FOUND)
        if raised is not None:
            lift_noted(session, dossier, ExceptionCode.PERSONAL_DATA_FOUND, actor=actor, now=now)


def _sheet(session: Session, dossier: Dossier, submission: Submission, pdf_name: str) -> FormSheet:
    assert dossier.id is not None
    item = subject_of(session, dossier.id)
    choices = submission.choices
    return FormSheet(
        title=one_line(dossier.title),
        address="" if item is None else _form_address(item.url, item.source),
        closes_on=dossier.agreed_closes_on or dossier.closes_on,
        content_hash=submission.version_hash,
        pdf_name=pdf_name,
        organisation=str(choices["organisation"]),
        place=str(choices["place"]),
        contact=str(choices["contact"]),
        publish=bool(choices["publish"]),
        answers=[
            FormAnswer(row.number, row.question, row.answer)
            for row in consultation_answers(session, dossier.id)
        ],
    )


def _form_address(page: str, source: str) -> str:
    """Where the form of a consultation is: /{slug}/reageren, see docs/sources.md."""
    if source != "internetconsultatie":
        return page
    return f"{page.rstrip('/').removesuffix('/b1')}/reageren"
