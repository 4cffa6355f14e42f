"""What weekly digests say as messages: always what was kept when they were made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.content import Digest
from g40flow.domain.digest.done import done_from_json
from g40flow.domain.messages import Rendered
from g40flow.domain.network import Network
from g40flow.domain.reach import Channel
from g40flow.storage.digests import KIND, digest_by_id, read_digest
from g40flow.storage.preferences import wants_plain_words
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.digest.sight import as_told_to

EXPLAINED = frozenset({AudienceKind.THEME_GROUP, AudienceKind.PA_STAFF})
"""Digests that say what counted for the router; the others have plain words only."""


class DigestMessageRenderer(Protocol):
    """Turns digests into finished Dutch messages. Pure."""

    def message(
        self,
        digest: Digest,
        url: str,
        lines: tuple[int, int],
        *,
        private: bool = False,
        in_plain_words: bool = False,
    ) -> Rendered:
        """Some lines of a digest; text and HTML hold all of it with the first ones."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutDigests:
    """Makes messages of digests. portal_url: address of the portal, without a slash."""

    network: Network
    renderer: DigestMessageRenderer
    portal_url: str

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {KIND: self._digest}

    def _digest(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """A part of a digest. A mail holds all of it in its first message: it needs no other."""
        subject = message.subject
        row = digest_by_id(session, subject["digest"])
        if row is None or (subject["part"] > 1 and message.transport == Channel.MAIL):
            return None
        kept = read_digest(row)
        seen = as_told_to(session, kept, message.audience, self.network, now)
        begin, end = subject["lines"]
        done = done_from_json(subject.get("done", {}))
        return self.renderer.message(
            seen.with_done(done),
            f"{self.portal_url}/weekoverzichten/{row.id}",
            (_moved(kept, seen, begin), _moved(kept, seen, end)),
            private=kept.audience.kind is AudienceKind.PERSON,
            in_plain_words=kept.audience.kind in EXPLAINED and wants_plain_words(session, message.audience),
        )


def _moved(kept: Digest, seen: Digest, end: int) -> int:
    """Where a line stands once others were left out."""
    if seen is kept:
        return end
    left = {line.key for line in seen.lines}
    return sum(line.key in left for line in kept.lines[:end])
