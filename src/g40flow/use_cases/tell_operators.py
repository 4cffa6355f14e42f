"""What the people who keep g40flow running are told about publishers: once when, once when over.

Several streams of one publisher that fail in the same look, or are well again soon after each other, are
one message that names them all.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.storage.mail_tables import MailAddressState
from g40flow.storage.messages import (
    message_with_key,
    messages_since,
    renew,
    write_message,
)
from g40flow.storage.tables import Message, SourceSignal, SourceStream

OPERATORS = "operators"

RECOVER_TOGETHER = timedelta(hours=1)
"""Streams of a publisher that are well again within this time are named in one message. Nobody looks
again at an older one; and that something else failed too is never told by a message that was read."""


def tell_signal(session: Session, signal: SourceSignal, now: datetime) -> None:
    """Something odd that did not stop the reading."""
    session.flush()
    write_message(
        session,
        f"signal:{signal.id}",
        audience=OPERATORS,
        kind="source_notice",
        subject={"source": signal.source, "code": signal.code, "message": signal.message},
        now=now,
    )


def tell_trouble(session: Session, stream: SourceStream, look_began: datetime, now: datetime) -> None:
    """A stream cannot be read; said once for as long as it lasts."""
    if not _was_told(session, stream):
        _tell(session, stream, "trouble", look_began, now)


def tell_recovery(session: Session, stream: SourceStream, look_began: datetime, now: datetime) -> None:
    """The trouble is over; said only if the trouble was."""
    if _was_told(session, stream):
        _tell(session, stream, "recovered", min(look_began, now - RECOVER_TOGETHER), now)


def _tell(session: Session, stream: SourceStream, code: str, since: datetime, now: datetime) -> None:
    """A message of its own, or a name more in one that was written since and does not have it."""
    for written in messages_since(session, f"{code}:{stream.source}:", since):
        named = written.subject.get("streams", [])
        if stream.stream not in named:
            message = session.get_one(Message, written.id, with_for_update={"key_share": True})
            message.subject = message.subject | {"streams": [*named, stream.stream]}
            renew(session, message, now)
            return
    write_message(
        session,
        _key(code, stream),
        audience=OPERATORS,
        kind="source_notice",
        subject=_subject(stream, code),
        urgent=True,
        now=now,
    )


def _was_told(session: Session, stream: SourceStream) -> bool:
    """Whether the trouble of a stream has a message, of its own or together with others."""
    assert stream.trouble_since is not None
    if message_with_key(session, _key("trouble", stream)) is not None:
        return True
    since = messages_since(session, f"trouble:{stream.source}:", stream.trouble_since)
    return any(stream.stream in message.subject.get("streams", ()) for message in since)


def tell_about_source(
    session: Session,
    source: str,
    code: str,
    message: str,
    *,
    now: datetime,
    since: datetime | None = None,
    count: int | None = None,
) -> None:
    """Something about a publisher that began or ended just now; the caller sees to it that it is told once.

    message: names or words of the publisher; the sentence around it is in the template, by `code`.
    """
    subject: dict[str, str | int] = {"source": source, "code": code, "message": message}
    if since is not None:
        subject["since"] = since.isoformat()
    if count is not None:
        subject["count"] = count
    write_message(
        session,
        f"{code}:{source}:{now.isoformat()}",
        audience=OPERATORS,
        kind="source_notice",
        subject=subject,
        now=now,
    )


def tell_bounce(session: Session, refusal: MailAddressState, now: datetime) -> None:
    """Mail to somebody was refused for good; said once for as long as it lasts."""
    write_message(
        session,
        f"mail-bounced:{refusal.address_mark}:{refusal.since_at.isoformat()}",
        audience=OPERATORS,
        kind="mail_bounced",
        subject={
            "person": refusal.person,
            "reason": refusal.reason,
            "since": refusal.since_at.isoformat(),
        },
        now=now,
    )


def _key(what: str, stream: SourceStream) -> str:
    assert stream.trouble_since is not None
    return f"{what}:{stream.source}:{stream.stream}:{stream.trouble_since.isoformat()}"


def _subject(stream: SourceStream, code: str) -> dict[str, str | list[str]]:
    assert stream.trouble_since is not None
    return {
        "source": stream.source,
        "code": code,
        "message": f"{stream.stream}: {stream.trouble}",
        "since": stream.trouble_since.isoformat(),
        "streams": [stream.stream],
    }
