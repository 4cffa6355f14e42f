"""What messages to the operators about publishers say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.messages import Rendered, SourceNotice
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose


class SourceRenderer(Protocol):
    """Turns what is known of publishers into finished Dutch messages. Pure."""

    def source_notice(self, notice: SourceNotice) -> Rendered:
        """To the operators: a publisher is in trouble, recovered, or said something odd."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutSources:
    """Makes messages about publishers. portal_url: address of the portal, without a slash."""

    renderer: SourceRenderer
    portal_url: str

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {"source_notice": self._source_notice}

    def _source_notice(self, session: Session, message: Message, now: datetime) -> Rendered:
        subject = message.subject
        return self.renderer.source_notice(
            SourceNotice(
                source=subject["source"],
                code=subject["code"],
                message=subject["message"],
                recovered=subject["code"] == "recovered",
                since=datetime.fromisoformat(subject["since"]) if "since" in subject else None,
                count=subject.get("count"),
                streams=tuple(subject.get("streams", ())),
                portal_url=f"{self.portal_url}/{_page(subject['code'])}",
            )
        )


ABOUT_COVERAGE = frozenset(
    {"gaps_found", "gaps_healed", "count_differs", "compared_again", "cross_check_failed", "quiet_over"}
    | {"quiet_not_looked_at", "quiet_nothing_new", "quiet_too_little"}
)


def _page(code: str) -> str:
    return "sources/coverage" if code in ABOUT_COVERAGE else "sources"
