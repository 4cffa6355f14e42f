"""Comments on a version of the text, and what is done with each."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.dossier.writing import NEEDS_REASON, WRITABLE, Disposition, disposition_of
from g40flow.domain.errors import InvalidInput, NotAllowed, StaleVersion, StepNotAllowed
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.dossier_tables import Comment, Dossier, TextVersion
from g40flow.storage.texts import comment_of, current_version
from g40flow.use_cases.dossier.desk import (
    Desk,
    note_change,
    open_for_change,
    require_on,
    required_reason,
)
from g40flow.use_cases.dossier.telling import tell_followers, tell_objection

LONGEST_COMMENT = 10_000
LONGEST_QUOTE = 2_000


def add_comment(
    session: Session,
    desk: Desk,
    dossier_id: int,
    body: str,
    *,
    actor: Actor,
    seen_version: str,
    quote: str = "",
    objection: bool = False,
    now: datetime,
) -> Comment:
    """Remark something about the newest text.

    seen_version: content hash of the text that was read. quote: the piece it is about; "" for the whole.
    objection: it holds up the political agreement; whoever works on the dossier hears of it at once.
    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed if the text cannot change any more, or
    InvalidInput ("no_text_yet", "comment_needed", "comment_too_long").
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.OBJECT if objection else Right.COMMENT)
    version = _version_to_comment(session, dossier, seen_version)
    assert version.id is not None
    comment = Comment(
        dossier_id=dossier_id,
        version_id=version.id,
        quote=one_line(quote)[:LONGEST_QUOTE],
        body=_said(body),
        author=actor.person,
        author_name=actor.name,
        objection=objection,
        created_at=now,
    )
    session.add(comment)
    session.flush()
    facts: dict[str, Json] = {"comment": comment.id, "version": version.number}
    entry = note_change(
        session,
        dossier,
        actor,
        "object" if objection else "add_comment",
        now=now,
        version_hash=version.content_hash,
        reason=one_line(comment.body)[:300],
        facts=facts,
    )
    if objection:
        tell_objection(session, desk, dossier, entry, now)
    tell_followers(session, desk, dossier, entry, now)
    return comment


def dispose_comment(
    session: Session,
    desk: Desk,
    dossier_id: int,
    comment_id: int,
    disposition: str,
    *,
    actor: Actor,
    reason: str = "",
    now: datetime,
) -> Comment:
    """Say what was done with a comment: accepted, revised or rejected; the last two with a reason.

    An objection of somebody else is disposed of by the chair of the pillar, who thereby agrees to go on.
    Raises NotFound, NotAllowed, StaleVersion if it was disposed of already, or InvalidInput
    ("disposition_needed", "reason_needed").
    """
    dossier = open_for_change(session, dossier_id, actor)
    comment = comment_of(session, dossier_id, comment_id)
    own = comment.author == actor.person
    right = Right.DISPOSE_OBJECTION if comment.objection and not own else Right.DISPOSE_COMMENT
    require_on(session, dossier, actor, right)
    _require_open(comment)
    word = disposition_of(disposition)
    said = required_reason(reason) if word in NEEDS_REASON else one_line(reason)
    _dispose(session, desk, dossier, comment, word, said, actor, now)
    return comment


def withdraw_comment(
    session: Session,
    desk: Desk,
    dossier_id: int,
    comment_id: int,
    *,
    actor: Actor,
    reason: str = "",
    now: datetime,
) -> Comment:
    """Take back a comment of one's own; so an objection is lifted by who made it.

    Raises NotFound, NotAllowed for somebody else's, or StaleVersion if it was disposed of already.
    """
    dossier = open_for_change(session, dossier_id, actor)
    comment = comment_of(session, dossier_id, comment_id)
    if comment.author != actor.person:
        raise NotAllowed(f"comment {comment_id} is of {comment.author}, not of {actor.person}")
    _require_open(comment)
    _dispose(session, desk, dossier, comment, Disposition.WITHDRAWN, one_line(reason), actor, now)
    return comment


# --- pieces ---------------------------------------------------------------------------------------


def _version_to_comment(session: Session, dossier: Dossier, seen_version: str) -> TextVersion:
    version = current_version(session, dossier)
    if version is None:
        raise InvalidInput("no_text_yet", f"dossier {dossier.number} has no text to comment on")
    if dossier.stage not in WRITABLE:
        raise StepNotAllowed(f"the text cannot change at stage {dossier.stage}, so no comment can be made")
    if seen_version != version.content_hash:
        raise StaleVersion(
            f"dossier {dossier.number}: read was text {seen_version[:8]}, "
            f"the newest is {version.content_hash[:8]}"
        )
    return version


def _said(body: str) -> str:
    said = normalise_markdown(body[: LONGEST_COMMENT + 1]).rstrip("\n")
    if not said:
        raise InvalidInput("comment_needed", "expected a comment, found nothing", field="body")
    if len(body) > LONGEST_COMMENT:
        raise InvalidInput("comment_too_long", f"expected at most {LONGEST_COMMENT} characters", field="body")
    return said


def _require_open(comment: Comment) -> None:
    if comment.disposition:
        raise StaleVersion(f"comment {comment.id} was {comment.disposition} by {comment.disposed_by}")


def _dispose(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    comment: Comment,
    word: Disposition,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    comment.disposition, comment.disposition_reason = word, reason
    comment.disposed_by, comment.disposed_at = actor.person, now
    session.add(comment)
    facts: dict[str, Json] = {
        "comment": comment.id,
        "disposition": word.value,
        "objection": comment.objection,
        "author": comment.author,
    }
    entry = note_change(session, dossier, actor, "dispose_comment", now=now, reason=reason, facts=facts)
    tell_followers(session, desk, dossier, entry, now)
