"""Writing a version of a text. A version never changes; a text that changes is another version."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.decisions import Result
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.text import (
    Change,
    compare_texts,
    content_hash,
    normalise_markdown,
    word_count,
)
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.dossier.workflow import ADOPTED_AND_HERE, Stage
from g40flow.domain.dossier.writing import Origin, VersionKind, kind_of_change
from g40flow.domain.errors import InvalidInput, NotFound, StaleVersion
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.render.documents import WORD, unprintable
from g40flow.render.markdown_html import nesting
from g40flow.render.pandoc import LONGEST_TEXT
from g40flow.render.word_import import WordRemark, WordText, import_word
from g40flow.render.word_spelling import spelled_as_before
from g40flow.storage.decisions import open_round_of
from g40flow.storage.dossier_tables import ChecklistTick, Comment, Dossier, TextVersion
from g40flow.storage.files import keep_file
from g40flow.storage.guards import current_hash
from g40flow.storage.texts import (
    comments_of,
    current_version,
    next_version_number,
    note_seen,
    version_of,
    version_with_hash,
    versions_of,
)
from g40flow.use_cases.decisions.ending import end_open_round, void_adoption
from g40flow.use_cases.dossier.desk import (
    Desk,
    note_change,
    open_for_change,
    open_to_read,
    require_on,
    required_reason,
    roles_on,
)
from g40flow.use_cases.dossier.exceptions import note_exception
from g40flow.use_cases.dossier.signatures import lapse_signatures
from g40flow.use_cases.dossier.telling import tell_followers

DEEPEST = 30
"""Levels of lists, quotations and emphasis; a file can be made of what has no more than forty."""


def write_version(
    session: Session,
    desk: Desk,
    dossier_id: int,
    markdown: str,
    *,
    actor: Actor,
    seen_version: str,
    note: str = "",
    kind: str = "",
    origin: Origin = Origin.PORTAL,
    now: datetime,
) -> TextVersion:
    """Keep a new version of the text; it is the current one from now on.

    seen_version: content hash of the text that was changed; "" if there was none.
    kind: needed once the board has adopted the text or is deciding on it: "editorial" keeps the adoption
    and is for the secretary of the board; "substantive" voids it, and what was decided in an open round.
    note: what changed; needed whenever kind is.
    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed if the text cannot change any more, or
    InvalidInput ("empty_text", "text_too_long", "unprintable_characters", "text_unchanged",
    "change_kind_needed", "round_is_open", "reason_needed").
    """
    text = checked_text(markdown)
    dossier = open_for_change(session, dossier_id, actor)
    changed = _kind(session, dossier, kind)
    _require_writer(session, dossier, actor, changed)
    _require_seen(session, dossier, seen_version)
    said = one_line(note) if changed is VersionKind.DRAFT else required_reason(note, field="note")
    before = current_version(session, dossier)
    version = _keep(session, dossier, text, before, actor, said, changed, origin, now)
    _follow_adoption(session, desk, dossier, version, actor=actor, reason=said, now=now)
    entry = note_change(
        session,
        dossier,
        actor,
        "write_version",
        now=now,
        version_hash=version.content_hash,
        reason=said,
        facts=_facts(version, before),
    )
    tell_followers(session, desk, dossier, entry, now)
    return version


@dataclass(frozen=True)
class Uploaded:
    """What came as a Word file, and what of it could not be taken over as it was.

    is_new: False when nothing was changed in it but remarks were made; they stand with the newest version.
    """

    version: TextVersion
    word: WordText
    is_new: bool


def upload_docx(
    session: Session,
    desk: Desk,
    dossier_id: int,
    content: bytes,
    name: str,
    *,
    actor: Actor,
    seen_version: str,
    over_newer: bool = False,
    note: str = "",
    kind: str = "",
    now: datetime,
) -> Uploaded:
    """Keep the text of a Word file as a new version; its remarks become comments of the uploader.

    Tracked changes count as made; who made them, and the file itself, are kept. What nobody changed is
    typed as before. A file with new remarks in which nothing was changed makes no version.
    over_newer: the file may have been made of an older version; what changed since is lost.
    Raises what write_version and g40flow.render.word_import.import_word raise, and InvalidInput
    ("word_of_older_version").
    """
    dossier = open_to_read(session, dossier_id, actor)
    _require_writer(session, dossier, actor, _kind(session, dossier, kind))
    word = import_word(content, name)
    before = current_version(session, dossier)
    if not over_newer:
        _require_made_from(session, dossier_id, word, before)
    text = word.markdown if before is None else spelled_as_before(word.markdown, before.markdown)
    remarks = _not_told_yet(session, dossier_id, word, actor)
    if before is not None and remarks and text == before.markdown:
        _require_seen(session, open_for_change(session, dossier_id, actor), seen_version)
        version = before
    else:
        version = write_version(
            session,
            desk,
            dossier_id,
            text,
            actor=actor,
            seen_version=seen_version,
            note=note,
            kind=kind,
            origin=Origin.WORD,
            now=now,
        )
    assert version.id is not None
    session.add_all(_comment(dossier_id, version.id, remark, actor, now) for remark in remarks)
    kept = keep_file(
        session, dossier, "word_upload", content, name=name, media_type=WORD, actor=actor, now=now
    )
    facts: dict[str, Json] = {
        "file": kept.name,
        "sha256": kept.sha256,
        "changes_by": list(word.authors),
        "remarks": len(remarks),
        "pictures": word.pictures,
        "simplified_tables": word.simplified_tables,
    }
    note_change(
        session, dossier, actor, "upload_docx", now=now, version_hash=version.content_hash, facts=facts
    )
    return Uploaded(version, word, is_new=version is not before)


def _comment(dossier_id: int, version_id: int, remark: WordRemark, actor: Actor, now: datetime) -> Comment:
    """A remark in the margin as a comment of who uploaded it, under the name that Word has."""
    return Comment(
        dossier_id=dossier_id,
        version_id=version_id,
        quote=remark.quote,
        body=remark.text,
        author=actor.person,
        author_name=remark.author or actor.name,
        created_at=now,
    )


def _require_made_from(
    session: Session, dossier_id: int, word: WordText, current: TextVersion | None
) -> None:
    older = version_with_hash(session, dossier_id, word.made_from) if word.made_from else None
    if older is not None and current is not None and older.content_hash != current.content_hash:
        raise InvalidInput(
            "word_of_older_version",
            f"expected a file made of version {current.number}, found one of version {older.number}",
            field="file",
        )


def readable_versions(session: Session, dossier: Dossier, actor: Actor) -> list[TextVersion]:
    """The versions that somebody who may see the dossier may read, newest first.

    A partner reads those that were shared; everybody of the network reads all.
    """
    assert dossier.id is not None
    inside = _reads_all(session, dossier, actor)
    return [v for v in versions_of(session, dossier.id) if inside or v.shared_with_partners]


def newest_readable(session: Session, dossier: Dossier, actor: Actor) -> TextVersion | None:
    """The newest of `readable_versions`; None without any."""
    if _reads_all(session, dossier, actor):
        return current_version(session, dossier)
    return next(iter(readable_versions(session, dossier, actor)), None)


def _reads_all(session: Session, dossier: Dossier, actor: Actor) -> bool:
    return actor.is_automatic or has_right(Right.READ_HISTORY, roles_on(session, dossier, actor))


def read_version(session: Session, dossier_id: int, number: int, *, actor: Actor) -> TextVersion:
    """One version by its number. Raises NotFound, also for one that the actor may not read."""
    dossier = open_to_read(session, dossier_id, actor)
    found = (v for v in readable_versions(session, dossier, actor) if v.number == number)
    version = next(found, None)
    if version is None:
        raise NotFound(f"dossier {dossier_id} has no version {number}")
    return version


def see_version(
    session: Session, dossier_id: int, number: int, *, actor: Actor, now: datetime
) -> TextVersion:
    """A version that somebody looks at; it is remembered, to show later what changed since.

    Raises NotFound.
    """
    version = read_version(session, dossier_id, number, actor=actor)
    note_seen(session, actor.person, version, now)
    return version


def share_with_partners(
    session: Session, desk: Desk, dossier_id: int, number: int, *, actor: Actor, now: datetime
) -> TextVersion:
    """Let the partners of a dossier see one version. Raises NotFound or NotAllowed."""
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.MANAGE_SIGNATURES)
    version = version_of(session, dossier_id, number)
    if not version.shared_with_partners:
        version.shared_with_partners = True
        session.add(version)
        facts: dict[str, Json] = {"number": version.number}
        entry = note_change(
            session,
            dossier,
            actor,
            "share_version",
            now=now,
            version_hash=version.content_hash,
            facts=facts,
        )
        tell_followers(session, desk, dossier, entry, now)
    return version


def checked_text(markdown: str) -> str:
    """The text as it is kept. Raises InvalidInput for what cannot be a text of the network."""
    if len(markdown) > LONGEST_TEXT:
        raise InvalidInput(
            "text_too_long",
            f"expected at most {LONGEST_TEXT} characters, found {len(markdown)}",
            field="text",
        )
    text = normalise_markdown(markdown)
    if not text:
        raise InvalidInput("empty_text", "expected a text, found none", field="text")
    if nesting(text) > DEEPEST:
        raise InvalidInput("nested_too_deeply", f"expected at most {DEEPEST} levels", field="text")
    if strange := unprintable(text):
        raise InvalidInput("unprintable_characters", f"cannot be printed: {strange[:40]}", field="text")
    return text


# --- pieces ---------------------------------------------------------------------------------------


def _kind(session: Session, dossier: Dossier, asked: str) -> VersionKind:
    assert dossier.id is not None
    return kind_of_change(
        dossier.stage,
        asked,
        adopted=dossier.adopted_hash != "" or dossier.stage is Stage.READY_TO_SUBMIT,
        round_is_open=open_round_of(session, dossier.id) is not None,
    )


def _require_writer(session: Session, dossier: Dossier, actor: Actor, kind: VersionKind) -> None:
    editorial = kind is VersionKind.EDITORIAL
    require_on(session, dossier, actor, Right.EDIT_ADOPTED_TEXT if editorial else Right.WRITE_VERSION)


def _require_seen(session: Session, dossier: Dossier, seen_version: str) -> None:
    newest = current_hash(session, dossier)
    if seen_version != newest:
        raise StaleVersion(
            f"dossier {dossier.number}: written on text {seen_version[:8] or '(none)'}, "
            f"the newest is {newest[:8] or '(none)'}"
        )


def _not_told_yet(session: Session, dossier_id: int, word: WordText, actor: Actor) -> list[WordRemark]:
    """The remarks that no earlier file had in the same words about the same piece."""
    known = {(told.author_name, told.quote, told.body) for told in comments_of(session, dossier_id)}
    return [said for said in word.remarks if (said.author or actor.name, said.quote, said.text) not in known]


def _keep(
    session: Session,
    dossier: Dossier,
    text: str,
    before: TextVersion | None,
    actor: Actor,
    note: str,
    kind: VersionKind,
    origin: Origin,
    now: datetime,
) -> TextVersion:
    assert dossier.id is not None
    new_hash = content_hash(text)
    if before is not None and before.content_hash == new_hash:
        raise InvalidInput("text_unchanged", "the text is the same as the one before", field="text")
    version = TextVersion(
        dossier_id=dossier.id,
        number=next_version_number(session, dossier.id),
        content_hash=new_hash,
        markdown=text,
        author=actor.person,
        note=note,
        kind=kind,
        origin=origin,
        based_on_id=None if before is None else before.id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    dossier.current_version_id = version.id
    lapse_signatures(session, dossier, actor=actor, now=now)
    note_seen(session, actor.person, version, now)
    return version


def _follow_adoption(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    version: TextVersion,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """What the new version does to what the board decided, and to the checks before handing in."""
    if version.kind == VersionKind.DRAFT:
        return
    clear_ticks(session, dossier, now)
    if dossier.stage in ADOPTED_AND_HERE and version.kind == VersionKind.SUBSTANTIVE:
        void_adoption(session, desk, dossier, actor=actor, now=now, reason=reason)
        return
    facts: dict[str, Json] = {"kind": version.kind, "adopted_hash": dossier.adopted_hash}
    note_exception(
        session,
        dossier,
        ExceptionCode.POST_ADOPTION_CHANGE,
        actor=actor,
        now=now,
        note=reason,
        facts=facts,
    )
    if version.kind == VersionKind.EDITORIAL:
        dossier.adopted_hash = version.content_hash
    else:
        end_open_round(session, desk, dossier, Result.VOID, actor=actor, now=now, reason=reason)
        dossier.adopted_hash, dossier.adopted_at = "", None


def clear_ticks(session: Session, dossier: Dossier, now: datetime) -> None:
    """Checks that were done on an earlier text count no longer."""
    query = select(ChecklistTick).where(
        col(ChecklistTick.dossier_id) == dossier.id, col(ChecklistTick.removed_at).is_(None)
    )
    for tick in session.scalars(query):
        tick.removed_at = now
        session.add(tick)


def _facts(version: TextVersion, before: TextVersion | None) -> dict[str, Json]:
    change = compare_texts("" if before is None else before.markdown, version.markdown)
    return {
        "number": version.number,
        "kind": version.kind,
        "origin": version.origin,
        "words": word_count(version.markdown),
        "words_added": change.words(Change.INSERTED),
        "words_removed": change.words(Change.DELETED),
    }
