"""Handing a text in from the portal: the form, the checks, the pack, the receipt and the link."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.submission import Publication
from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.dossier.writing import WRITABLE
from g40flow.domain.errors import GuardFailed, InvalidInput, NotFound, StaleVersion, StepNotAllowed
from g40flow.domain.instants import dutch_instant
from g40flow.storage.access import names_of_people
from g40flow.storage.dossier_holdings import holdings_of
from g40flow.storage.dossier_tables import ConsultationAnswer, Dossier, Submission
from g40flow.storage.files import FileLine, file_of, files_of
from g40flow.storage.guards import current_hash, guard_facts
from g40flow.storage.submissions import sent_submission, subject_of, submissions_of
from g40flow.storage.texts import consultation_answers
from g40flow.use_cases.dossier.desk import open_to_read, require_on, roles_on
from g40flow.use_cases.submission.checks import Checklist, checklist_of, tick_check, untick_check
from g40flow.use_cases.submission.form import FormChoices, build_pack, prepare_submission, set_answers
from g40flow.use_cases.submission.receipt import (
    LARGEST_RECEIPT,
    WITH_LINK,
    store_link,
    store_receipt,
)
from g40flow.use_cases.submission.watch_publication import publication_now
from g40flow.web.actor import CurrentActor
from g40flow.web.forms import see_other, typed_day
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/dossiers/{dossier_id}/submission")

DossierId = Annotated[int, Path(ge=1, le=2**62)]
Text = Annotated[str, Form(max_length=2_000)]
Hash = Annotated[str, Form(max_length=64)]
Tick = Annotated[bool, Form()]
Seen = Annotated[int, Form(ge=0, le=2**31)]
Act = Callable[[Session], Any]
Problem = InvalidInput | GuardFailed | StepNotAllowed | StaleVersion

SPARE_QUESTIONS = 2
"""Empty rows under the questions of a form."""


@dataclass(frozen=True, kw_only=True)
class SubmissionPage:
    """What is shown of handing in, for one person.

    checklist: None unless the text is ready to be handed in and the viewer checks.
    may: words of Right. files: receipts and other files. sent: what was handed in last;
    publication: what is known of its publication. Both None if nothing was sent.
    """

    row: Dossier
    text_hash: str
    answers: Sequence[ConsultationAnswer]
    checklist: Checklist | None
    submissions: Sequence[Submission]
    sent: Submission | None
    publication: Publication | None
    files: Sequence[FileLine]
    may: frozenset[str]
    is_adopted: bool
    form_address: str
    names: dict[str, str]

    @property
    def is_ready(self) -> bool:
        """Whether the text waits to be handed in."""
        return self.row.stage is Stage.READY_TO_SUBMIT

    @property
    def may_answer(self) -> bool:
        """Whether the viewer can change the answers now."""
        return self.row.stage in WRITABLE and bool(
            {Right.WRITE_VERSION, Right.CHECK_SUBMISSION} & set(self.may)
        )

    @property
    def may_link(self) -> bool:
        """Whether the viewer can store where the response can be read."""
        return self.row.stage in WITH_LINK and Right.STORE_LINK in self.may


def submission_part(session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime) -> Any:
    """What the page of a dossier says of handing in; None as long as there is nothing to say."""
    assert dossier.id is not None
    may = _may(session, dossier, actor)
    sent = sent_submission(session, dossier.id) if holdings_of(session, dossier.id).submissions else None
    if Right.READ_HISTORY not in may or (sent is None and dossier.stage is not Stage.READY_TO_SUBMIT):
        return None
    facts = guard_facts(session, dossier, now, [Guard.CHECKLIST_SIGNED, Guard.RECEIPT_STORED])
    return {
        "sent": sent,
        "publication": None if sent is None else publication_now(session, app.desk, sent, now),
        "is_ready": dossier.stage is Stage.READY_TO_SUBMIT,
        "is_signed": facts[Guard.CHECKLIST_SIGNED],
        "has_receipt": facts[Guard.RECEIPT_STORED],
    }


# --- reading ------------------------------------------------------------------------------------


@router.get("")
def submission_page(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Everything about handing in."""
    return _show(app, pages, dossier_id, actor, done=done)


@router.get("/pack.zip")
def pack(dossier_id: DossierId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """What somebody needs to hand the text in."""
    try:
        with app.database.reading() as session:
            made = build_pack(session, app.desk, app.documents, dossier_id, actor=actor, now=app.now())
    except (InvalidInput, GuardFailed) as problem:
        return _show(app, pages, dossier_id, actor, problem=problem)
    return _download(made.as_zip(), made.name, "application/zip")


@router.get("/files/{file_id}")
def stored_file(dossier_id: DossierId, file_id: int, app: CurrentApp, actor: CurrentActor) -> Response:
    """A receipt or another file; always to keep, never to show in the portal itself."""
    with app.database.reading() as session:
        dossier = open_to_read(session, dossier_id, actor)
        require_on(session, dossier, actor, Right.READ_HISTORY)
        file = file_of(session, dossier_id, file_id)
        return _download(file.content, file.name, file.media_type)


# --- the form -----------------------------------------------------------------------------------


async def _pairs(request: Request) -> list[tuple[str, str]]:
    """Questions with their answers, in order; a row without a question is left out."""
    form = await request.form()
    questions = [value for value in form.getlist("question") if isinstance(value, str)]
    answers = [value for value in form.getlist("answer") if isinstance(value, str)]
    pairs = zip(questions, answers, strict=False)
    return [(question, answer) for question, answer in pairs if question.strip() or answer.strip()]


@router.post("/answers")
def post_answers(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    pairs: Annotated[list[tuple[str, str]], Depends(_pairs)],
    seen: Seen,
) -> Response:
    """Keep questions and answers."""

    def act(session: Session) -> None:
        set_answers(session, app.desk, dossier_id, pairs, actor=actor, seen_revision=seen, now=app.now())

    return _try(app, pages, dossier_id, actor, "answers", act)


@router.post("/prepare")
def post_prepare(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen_version: Hash = "",
    publish: Text = "",
    organisation: Text = "",
    place: Text = "",
    contact: Text = "",
) -> Response:
    """Fix what is filled in at the form."""

    def act(session: Session) -> None:
        if publish not in ("yes", "no"):
            raise InvalidInput("publish_needed", f"found {publish!r}", field="publish")
        choices = FormChoices(
            publish=publish == "yes", organisation=organisation, place=place, contact=contact
        )
        prepare_submission(
            session,
            app.desk,
            app.documents,
            dossier_id,
            choices,
            actor=actor,
            seen_version=seen_version,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, actor, "prepared", act)


# --- checks -------------------------------------------------------------------------------------


@router.post("/checks/{check}")
def post_check(
    dossier_id: DossierId,
    check: str,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen_version: Hash = "",
    note: Text = "",
) -> Response:
    """Say that a check was done."""

    def act(session: Session) -> None:
        tick_check(
            session,
            app.desk,
            app.documents,
            dossier_id,
            check,
            actor=actor,
            seen_version=seen_version,
            note=note,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, actor, "checked", act)


@router.post("/checks/{check}/undo")
def post_uncheck(
    dossier_id: DossierId, check: str, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Take a check back."""

    def act(session: Session) -> None:
        untick_check(session, app.desk, dossier_id, check, actor=actor, now=app.now())

    return _try(app, pages, dossier_id, actor, "unchecked", act)


# --- afterwards ---------------------------------------------------------------------------------


@router.post("/receipt")
def post_receipt(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen_version: Hash = "",
    sent_on: Text = "",
    sent_clock: Text = "",
    note: Text = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep that it was sent."""
    content = file.file.read(LARGEST_RECEIPT + 1) if file is not None and file.filename else None

    def act(session: Session) -> None:
        store_receipt(
            session,
            app.desk,
            dossier_id,
            actor=actor,
            seen_version=seen_version,
            sent_at=_moment(sent_on, sent_clock),
            content=content,
            name=(file.filename or "") if file is not None else "",
            note=note,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, actor, "receipt", act)


@router.post("/link")
def post_link(
    dossier_id: DossierId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, url: Text = ""
) -> Response:
    """Keep where it can be read."""

    def act(session: Session) -> None:
        store_link(session, app.desk, dossier_id, url, actor=actor, now=app.now())

    return _try(app, pages, dossier_id, actor, "link", act)


# --- pieces -------------------------------------------------------------------------------------


def _moment(day: str, clock: str) -> datetime:
    found = typed_day(day)
    try:
        at = time.fromisoformat(clock.strip())
    except ValueError:
        at = None
    if found is None or at is None or at.tzinfo is not None:
        raise InvalidInput("moment_needed", f"found {day!r} {clock!r}", field="sent_at")
    return dutch_instant(found, at)


def _download(content: bytes, name: str, media_type: str) -> Response:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "-" for c in name)
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{plain}"'},
    )


def _try(app: App, pages: Pages, dossier_id: int, actor: Actor, done: str, act: Act) -> Response:
    """One form, one use case; what is refused changes nothing and the page says why."""
    try:
        with app.database.writing() as session:
            act(session)
    except (InvalidInput, GuardFailed, StepNotAllowed, StaleVersion) as problem:
        return _show(app, pages, dossier_id, actor, problem=problem)
    return see_other(f"/dossiers/{dossier_id}/submission?done={done}#melding")


def _show(
    app: App,
    pages: Pages,
    dossier_id: int,
    actor: Actor,
    *,
    done: str = "",
    problem: Problem | None = None,
) -> HTMLResponse:
    with app.database.reading() as session:
        page = _page(session, app, dossier_id, actor, app.now())
    status = 200 if problem is None else 422 if isinstance(problem, InvalidInput) else 409
    return pages.show(
        "dossier_submission.html",
        status=status,
        here="dossiers",
        page=page,
        done=done,
        problem=problem,
        stale=isinstance(problem, StaleVersion),
        rules=app.desk.rules.submission,
        spare=SPARE_QUESTIONS,
    )


def _page(session: Session, app: App, dossier_id: int, actor: Actor, now: datetime) -> SubmissionPage:
    dossier = open_to_read(session, dossier_id, actor)
    may = _may(session, dossier, actor)
    if Right.READ_HISTORY not in may:
        raise NotFound(f"dossier {dossier_id} shows {actor.person} nothing of its submission")
    text = current_hash(session, dossier)
    checks = dossier.stage is Stage.READY_TO_SUBMIT and text != "" and Right.CHECK_SUBMISSION in may
    item, sent = subject_of(session, dossier_id), sent_submission(session, dossier_id)
    return SubmissionPage(
        row=dossier,
        text_hash=text,
        answers=consultation_answers(session, dossier_id),
        checklist=checklist_of(session, app.desk, app.documents, dossier, now) if checks else None,
        submissions=submissions_of(session, dossier_id),
        sent=sent,
        publication=None if sent is None else publication_now(session, app.desk, sent, now),
        files=files_of(session, dossier_id),
        may=may,
        is_adopted=guard_facts(session, dossier, now, [Guard.ADOPTED])[Guard.ADOPTED],
        form_address="" if item is None else item.url,
        names=dict(names_of_people(session, app.network)),
    )


def _may(session: Session, dossier: Dossier, actor: Actor) -> frozenset[str]:
    roles = roles_on(session, dossier, actor)
    return frozenset(right.value for right in Right if RIGHTS[right] & roles)
