"""The text of a dossier: reading, writing, comparing, Word and PDF, and comments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.text import compare_texts, reading_minutes, word_count
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.dossier.writing import WRITABLE, Origin
from g40flow.domain.errors import GuardFailed, InvalidInput, NotFound, StaleVersion, StepNotAllowed
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.render.documents import PDF, WORD, DocumentDetails, neutral_file_name
from g40flow.render.markdown_html import markdown_html
from g40flow.render.word_import import LARGEST_FILE
from g40flow.storage.access import names_of_people
from g40flow.storage.decisions import open_round_of, seen_version_of
from g40flow.storage.dossier_tables import Comment, Dossier, TextVersion
from g40flow.storage.texts import comments_of, open_comments, word_upload_of
from g40flow.use_cases.dossier.desk import open_to_read, roles_on
from g40flow.use_cases.dossier.signatures import signed_names
from g40flow.use_cases.text.comments import add_comment, dispose_comment, withdraw_comment
from g40flow.use_cases.text.drafting import first_draft, insertable
from g40flow.use_cases.text.versions import (
    newest_readable,
    read_version,
    readable_versions,
    see_version,
    share_with_partners,
    upload_docx,
    write_version,
)
from g40flow.web.actor import CurrentActor
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/dossiers/{dossier_id}/text")

DossierId = Annotated[int, Path(ge=1, le=2**62)]
Short = Annotated[str, Form(max_length=2_000)]
Long = Annotated[str, Form(max_length=300_000)]
Hash = Annotated[str, Form(max_length=64)]
Tick = Annotated[bool, Form()]
Done = Annotated[str, Query(max_length=20)]
Number = Annotated[int, Query(ge=1, le=100_000)]
Act = Callable[[Session], str | None]
Problem = InvalidInput | GuardFailed | StepNotAllowed | StaleVersion


@dataclass(frozen=True, kw_only=True)
class TextPage:
    """What is shown of a text, for one person.

    version: the newest one that the viewer may read; None if there is none. html: that version.
    may: words of Right. inside: somebody of the network, who sees comments too.
    needs_kind: a new version must say whether it is editorial. new_since: version seen last, if older.
    is_unseen: the viewer has not had this version on screen. word: see word_upload_of, of this version.
    """

    row: Dossier
    version: TextVersion | None
    html: Markup
    versions: Sequence[TextVersion]
    comments: Sequence[Comment]
    may: frozenset[str]
    inside: bool
    is_writable: bool
    needs_kind: bool
    new_since: int | None
    is_unseen: bool
    viewer: str
    names: dict[str, str]
    word: Mapping[str, Json]

    @property
    def text_hash(self) -> str:
        """Hash of the text on screen; "" for none."""
        return "" if self.version is None else self.version.content_hash

    @property
    def may_write(self) -> bool:
        """Whether the viewer can write a version now."""
        editorial = self.needs_kind and Right.EDIT_ADOPTED_TEXT in self.may
        return self.is_writable and (Right.WRITE_VERSION in self.may or editorial)

    def may_dispose(self, comment: Comment) -> bool:
        """Whether the viewer can say what was done with a comment."""
        own = comment.author == self.viewer
        right = Right.DISPOSE_OBJECTION if comment.objection and not own else Right.DISPOSE_COMMENT
        return comment.disposition == "" and right in self.may


def text_part(session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime) -> Any:
    """What the page of a dossier says of its text."""
    assert dossier.id is not None
    newest = newest_readable(session, dossier, actor)
    may = _may(session, dossier, actor)
    can_begin = dossier.stage in WRITABLE and Right.WRITE_VERSION in may
    if newest is None and not can_begin:
        return None
    waiting = open_comments(session, dossier.id) if Right.READ_HISTORY in may else []
    return {
        "version": newest,
        "words": 0 if newest is None else word_count(newest.markdown),
        "open": len(waiting),
        "objections": sum(comment.objection for comment in waiting),
        "is_adopted": newest is not None and newest.content_hash == dossier.adopted_hash,
        "can_begin": can_begin,
    }


# --- reading ------------------------------------------------------------------------------------


@router.get("")
def text_page(
    dossier_id: DossierId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, done: Done = ""
) -> HTMLResponse:
    """The newest text with its comments."""
    return _show(app, pages, dossier_id, actor, done=done)


@router.get("/edit")
def edit_page(
    dossier_id: DossierId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> HTMLResponse:
    """The text to change."""
    return _edit(app, pages, dossier_id, actor)


@router.get("/versions/{number}")
def version_page(
    dossier_id: DossierId, number: int, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> HTMLResponse:
    """One version as it was."""
    with app.database.writing() as session:
        version = see_version(session, dossier_id, number, actor=actor, now=app.now())
        dossier = open_to_read(session, dossier_id, actor)
        names = names_of_people(session, app.network)
    html = _html(version)
    return pages.show(
        "dossier_version.html", here="dossiers", row=dossier, version=version, html=html, names=names
    )


@router.get("/versions/{number}/{format_}")
def version_file(
    dossier_id: DossierId,
    number: int,
    format_: Literal["docx", "pdf"],
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
) -> Response:
    """One version as a file."""
    with app.database.reading() as session:
        version = read_version(session, dossier_id, number, actor=actor)
        dossier = open_to_read(session, dossier_id, actor)
        signatories = signed_names(session, app.network, dossier, version.content_hash)
    details = DocumentDetails(
        title=dossier.title,
        organisation=app.desk.rules.submission.organisation,
        label=app.documents.label(dossier.document_type),
        dated_on=dutch_date(version.created_at),
        signatories=signatories,
        version=version.content_hash,
    )
    make = app.documents.docx if format_ == "docx" else app.documents.pdf
    try:
        content = make(version.markdown, details)
    except InvalidInput as problem:
        return _show(app, pages, dossier_id, actor, problem=problem)
    name = neutral_file_name(details, "x").removesuffix(".x")
    return Response(
        content,
        media_type=WORD if format_ == "docx" else PDF,
        headers={"Content-Disposition": f'attachment; filename="{name}-v{version.number}.{format_}"'},
    )


@router.get("/changes")
def changes_page(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    old: Number,
    new: Number,
    view: Literal["inline", "side"] = "inline",
    whole: Annotated[bool, Query()] = False,
) -> HTMLResponse:
    """What changed between two versions."""
    with app.database.reading() as session:
        dossier = open_to_read(session, dossier_id, actor)
        before = read_version(session, dossier_id, old, actor=actor)
        after = read_version(session, dossier_id, new, actor=actor)
        names = names_of_people(session, app.network)
    change = compare_texts(before.markdown, after.markdown)
    return pages.show(
        "dossier_changes.html",
        here="dossiers",
        row=dossier,
        before=before,
        after=after,
        change=change,
        shown=change.paragraphs if whole else change.near_changes(),
        view=view,
        whole=whole,
        names=names,
    )


# --- writing ------------------------------------------------------------------------------------


@router.post("")
def post_version(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen_version: Hash = "",
    text: Long = "",
    note: Short = "",
    kind: Short = "",
) -> Response:
    """Keep a new version. What was typed is never lost, also when somebody else was first."""
    try:
        with app.database.writing() as session:
            write_version(
                session,
                app.desk,
                dossier_id,
                text,
                actor=actor,
                seen_version=seen_version,
                note=note,
                kind=kind,
                now=app.now(),
            )
    except (InvalidInput, StepNotAllowed, StaleVersion) as problem:
        typed = {"text": text, "note": note, "kind": kind}
        return _edit(app, pages, dossier_id, actor, problem=problem, typed=typed)
    return see_other(f"/dossiers/{dossier_id}/text?done=written#melding")


@router.post("/insert")
def post_insert(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    text: Long = "",
    note: Short = "",
    kind: Short = "",
    entry: Short = "",
) -> Response:
    """Put a core message, a position or an ask below what was typed; nothing is kept yet."""
    with app.database.reading() as session:
        found = {choice.key: choice for choice in insertable(session, dossier_id, actor=actor)}
    chosen = found.get(entry)
    longer = text if chosen is None else f"{text.rstrip()}\n\n{chosen.markdown}\n"
    typed = {"text": longer, "note": note, "kind": kind}
    missing = InvalidInput("entry_needed", f"found {entry!r}", field="entry") if chosen is None else None
    return _edit(app, pages, dossier_id, actor, problem=missing, typed=typed)


@router.post("/draft")
def post_draft(dossier_id: DossierId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Begin a text from its template."""

    def act(session: Session) -> None:
        first_draft(
            session,
            app.desk,
            app.draft_writer,
            dossier_id,
            actor=actor,
            seeds=app.positions,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, actor, "drafted", act)


@router.post("/upload")
def post_upload(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    file: Annotated[UploadFile, File()],
    seen_version: Hash = "",
    over_newer: Annotated[bool, Form()] = False,
    note: Short = "",
    kind: Short = "",
) -> Response:
    """Read a Word file in as a new version."""
    content = file.file.read(LARGEST_FILE + 1)

    def act(session: Session) -> str:
        uploaded = upload_docx(
            session,
            app.desk,
            dossier_id,
            content,
            file.filename or "",
            actor=actor,
            seen_version=seen_version,
            over_newer=over_newer,
            note=note,
            kind=kind,
            now=app.now(),
        )
        return "uploaded" if uploaded.is_new else "remarked"

    return _try(app, pages, dossier_id, actor, "uploaded", act)


@router.post("/versions/{number}/share")
def post_share(
    dossier_id: DossierId, number: int, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Let partners read a version."""

    def act(session: Session) -> None:
        share_with_partners(session, app.desk, dossier_id, number, actor=actor, now=app.now())

    return _try(app, pages, dossier_id, actor, "shared", act)


# --- comments -----------------------------------------------------------------------------------


@router.post("/comments")
def post_comment(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen_version: Hash = "",
    body: Annotated[str, Form(max_length=20_000)] = "",
    quote: Short = "",
    objection: Tick = False,
) -> Response:
    """Remark something, or object."""

    def act(session: Session) -> None:
        add_comment(
            session,
            app.desk,
            dossier_id,
            body,
            actor=actor,
            seen_version=seen_version,
            quote=quote,
            objection=objection,
            now=app.now(),
        )

    typed = {"body": body, "quote": quote}
    return _try(app, pages, dossier_id, actor, "objected" if objection else "commented", act, typed)


@router.post("/comments/{comment_id}/dispose")
def post_dispose(
    dossier_id: DossierId,
    comment_id: int,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    disposition: Short = "",
    reason: Short = "",
) -> Response:
    """Say what was done with a comment."""

    def act(session: Session) -> None:
        dispose_comment(
            session,
            app.desk,
            dossier_id,
            comment_id,
            disposition,
            actor=actor,
            reason=reason,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, actor, "disposed", act)


@router.post("/comments/{comment_id}/withdraw")
def post_withdraw(
    dossier_id: DossierId, comment_id: int, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Take a comment of one's own back."""

    def act(session: Session) -> None:
        withdraw_comment(session, app.desk, dossier_id, comment_id, actor=actor, now=app.now())

    return _try(app, pages, dossier_id, actor, "withdrawn", act)


# --- pieces -------------------------------------------------------------------------------------


def _try(
    app: App,
    pages: Pages,
    dossier_id: int,
    actor: Actor,
    done: str,
    act: Act,
    typed: dict[str, str] | None = None,
) -> Response:
    """One form, one use case; what is refused changes nothing and the page says why.

    act: gives the word for what was done where that is not always the same.
    """
    try:
        with app.database.writing() as session:
            done = act(session) or done
    except (InvalidInput, GuardFailed, StepNotAllowed, StaleVersion) as problem:
        return _show(app, pages, dossier_id, actor, problem=problem, typed=typed)
    return see_other(f"/dossiers/{dossier_id}/text?done={done}#melding")


def _show(
    app: App,
    pages: Pages,
    dossier_id: int,
    actor: Actor,
    *,
    done: str = "",
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    with app.database.reading() as session:
        page = _page(session, app, dossier_id, actor)
    if page.version is not None and page.is_unseen and problem is None:
        with app.database.writing() as session:
            see_version(session, dossier_id, page.version.number, actor=actor, now=app.now())
    return pages.show(
        "dossier_text.html",
        status=_status(problem),
        here="dossiers",
        page=page,
        done=done,
        problem=problem,
        stale=isinstance(problem, StaleVersion),
        typed=typed or {},
        minutes=0 if page.version is None else reading_minutes(page.version.markdown),
        words=0 if page.version is None else word_count(page.version.markdown),
    )


def _edit(
    app: App,
    pages: Pages,
    dossier_id: int,
    actor: Actor,
    *,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    with app.database.reading() as session:
        page = _page(session, app, dossier_id, actor)
        if not page.inside:
            raise NotFound(f"dossier {dossier_id} has no text to change for {actor.person}")
        choices = insertable(session, dossier_id, actor=actor)
    text = "" if page.version is None else page.version.markdown
    return pages.show(
        "dossier_edit.html",
        status=_status(problem),
        here="dossiers",
        page=page,
        problem=problem,
        stale=isinstance(problem, StaleVersion),
        choices=choices,
        typed={"text": text, "note": "", "kind": "", **(typed or {})},
    )


def _status(problem: Problem | None) -> int:
    if problem is None:
        return 200
    return 422 if isinstance(problem, InvalidInput) else 409


def _page(session: Session, app: App, dossier_id: int, actor: Actor) -> TextPage:
    dossier = open_to_read(session, dossier_id, actor)
    may = _may(session, dossier, actor)
    versions = readable_versions(session, dossier, actor)
    newest = versions[0] if versions else None
    inside = Right.READ_HISTORY in may
    seen = seen_version_of(session, actor.person, dossier_id)
    is_older = seen is not None and newest is not None and seen.number < newest.number
    return TextPage(
        row=dossier,
        version=newest,
        html=Markup() if newest is None else _html(newest),
        versions=versions,
        comments=comments_of(session, dossier_id) if inside else [],
        may=may,
        inside=inside,
        is_writable=dossier.stage in WRITABLE,
        needs_kind=dossier.adopted_hash != ""
        or dossier.stage is Stage.READY_TO_SUBMIT
        or open_round_of(session, dossier_id) is not None,
        new_since=seen.number if seen is not None and is_older else None,
        is_unseen=newest is not None and (seen is None or seen.number != newest.number),
        viewer=actor.person,
        names=dict(names_of_people(session, app.network)),
        word=_word_of(session, newest) if inside else {},
    )


def _word_of(session: Session, version: TextVersion | None) -> Mapping[str, Json]:
    if version is None or version.origin != Origin.WORD:
        return {}
    return word_upload_of(session, version.dossier_id, version.content_hash)


def _may(session: Session, dossier: Dossier, actor: Actor) -> frozenset[str]:
    roles = roles_on(session, dossier, actor)
    return frozenset(right.value for right in Right if RIGHTS[right] & roles)


def _html(version: TextVersion) -> Markup:
    return markdown_html(
        version.markdown,
        heading_level=3,
        notes_label="Noten",
        table_label="Tabel, schuif opzij om alles te zien",
    )
