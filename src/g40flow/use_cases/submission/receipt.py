"""After a person has handed a text in: proof that it arrived, and where it can be read."""

from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import InvalidInput, StaleVersion, StepNotAllowed
from g40flow.domain.instants import require_aware
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.render.links import safe_url
from g40flow.storage.dossier_tables import Dossier, Submission
from g40flow.storage.files import keep_file
from g40flow.storage.guards import current_hash
from g40flow.storage.submissions import prepared_submission, sent_submission
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on
from g40flow.use_cases.dossier.take_step import advance

LARGEST_RECEIPT = 10_000_000

_KINDS = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
)
_MAIL = "message/rfc822"
_AHEAD = timedelta(minutes=10)

WITH_LINK = frozenset({Stage.SUBMITTED, Stage.SUBMITTED_LATE, Stage.PUBLISHED, Stage.FOLLOW_UP})


def store_receipt(
    session: Session,
    desk: Desk,
    dossier_id: int,
    *,
    actor: Actor,
    seen_version: str,
    sent_at: datetime,
    content: bytes | None = None,
    name: str = "",
    note: str = "",
    now: datetime,
) -> Submission:
    """Keep that the text was sent, with the proof: a screen copy or mail as a file, or a note of it.

    seen_version: content hash of the text that was sent. sent_at: aware instant.
    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed, or InvalidInput ("not_prepared",
    "receipt_needed", "file_too_large", "file_type_not_allowed", "sent_in_future", "sent_before_adoption").
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.STORE_RECEIPT)
    if dossier.stage is not Stage.READY_TO_SUBMIT:
        raise StepNotAllowed(f"nothing is handed in at stage {dossier.stage}")
    submission = _prepared(session, dossier, seen_version)
    said = one_line(note)[:1_000]
    _require_moment(dossier, sent_at, now)
    if content is None and not said:
        raise InvalidInput("receipt_needed", "expected a file or a note, found neither", field="file")
    facts: dict[str, Json] = {"sent_at": require_aware(sent_at).isoformat()}
    if content is not None:
        media_type = _kind_of(content, name)
        file = keep_file(
            session, dossier, "receipt", content, name=name, media_type=media_type, actor=actor, now=now
        )
        submission.receipt_file_id = file.id
        facts |= {"file": file.name, "sha256": file.sha256}
    submission.receipt_note = said
    submission.submitted_at, submission.submitted_by = require_aware(sent_at), actor.person
    session.add(submission)
    note_change(
        session,
        dossier,
        actor,
        "store_receipt",
        now=now,
        version_hash=submission.version_hash,
        reason=said,
        facts=facts,
    )
    return submission


def store_link(
    session: Session, desk: Desk, dossier_id: int, url: str, *, actor: Actor, now: datetime
) -> Submission:
    """Keep where the response can be read; a dossier that waits for it is then published.

    Raises NotFound, NotAllowed, StepNotAllowed or InvalidInput ("link_unusable", "not_sent").
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.STORE_LINK)
    return keep_link(session, desk, dossier, url, actor=actor, now=now)


def keep_link(
    session: Session, desk: Desk, dossier: Dossier, url: str, *, actor: Actor, now: datetime
) -> Submission:
    """The same for a dossier that was opened already."""
    assert dossier.id is not None
    if dossier.stage not in WITH_LINK:
        raise StepNotAllowed(f"nothing can be read in public at stage {dossier.stage}")
    address = safe_url(url)
    if address is None:
        raise InvalidInput("link_unusable", "expected an address with http(s)", field="url")
    submission = sent_submission(session, dossier.id)
    if submission is None:
        raise InvalidInput("not_sent", f"dossier {dossier.number} was not handed in")
    submission.public_url = address
    if actor.is_automatic:
        submission.seen_public_at = now
    session.add(submission)
    facts: dict[str, Json] = {"url": address}
    note_change(
        session, dossier, actor, "store_link", now=now, version_hash=submission.version_hash, facts=facts
    )
    advance(session, desk, dossier, now)
    return submission


# --- pieces ---------------------------------------------------------------------------------------


def _prepared(session: Session, dossier: Dossier, seen_version: str) -> Submission:
    assert dossier.id is not None
    text = current_hash(session, dossier)
    if seen_version != text:
        raise StaleVersion(f"dossier {dossier.number}: sent was another text than the current one")
    submission = prepared_submission(session, dossier.id, text)
    if submission is None:
        raise InvalidInput("not_prepared", "expected the choices of the form, found none")
    return submission


def _require_moment(dossier: Dossier, sent_at: datetime, now: datetime) -> None:
    if require_aware(sent_at) > now + _AHEAD:
        raise InvalidInput("sent_in_future", f"sent at {sent_at}, now is {now}", field="sent_at")
    if dossier.adopted_at is not None and require_aware(sent_at) < dossier.adopted_at - _AHEAD:
        raise InvalidInput(
            "sent_before_adoption", f"sent at {sent_at}, adopted at {dossier.adopted_at}", field="sent_at"
        )


def _kind_of(content: bytes, name: str) -> str:
    """What a file is by its content and its name, which must agree. Raises InvalidInput."""
    if len(content) > LARGEST_RECEIPT:
        raise InvalidInput("file_too_large", f"expected at most {LARGEST_RECEIPT} bytes", field="file")
    ending = name.lower()
    for beginning, media_type, endings in _KINDS:
        if content.startswith(beginning) and ending.endswith(endings):
            return media_type
    if ending.endswith(".eml") and _is_mail(content):
        return _MAIL
    raise InvalidInput("file_type_not_allowed", "expected PDF, PNG, JPEG or an e-mail (.eml)", field="file")


def _is_mail(content: bytes) -> bool:
    """Whether it begins with headers of a mail."""
    head = content[:4_000].lower()
    return b"\x00" not in head and any(
        head.startswith(header) or b"\n" + header in head for header in (b"from:", b"received:")
    )
