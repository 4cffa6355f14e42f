"""What the program itself can see before a text is handed in, and of its publication afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from g40flow.domain.dossier.checklist import Check


@dataclass(frozen=True, kw_only=True)
class SubmissionFacts:
    """Where a dossier stands just before it is handed in.

    is_adopted: the current text is the one that the board adopted.
    findings: personal data found for certain, in text, file or answers.
    publish: whether the response may be made public; None if nobody has chosen.
    open_questions: questions of the form without an answer; questions: how many there are.
    """

    is_adopted: bool
    findings: int
    organisation: str
    place: str
    publish: bool | None
    questions: int = 0
    open_questions: int = 0


def seen_by_program(facts: SubmissionFacts) -> Mapping[Check, bool | None]:
    """Per check whether it is all right; None where only a person can tell.

    A check that the program sees fail cannot be ticked; one that it sees succeed is still ticked by a
    person, who answers for it.
    """
    return {
        Check.FINAL_PDF: facts.is_adopted,
        Check.NO_PERSONAL_DATA: facts.findings == 0,
        Check.ORGANISATION: bool(facts.organisation and facts.place),
        Check.PUBLICATION_CHOICE: facts.publish is not None,
        Check.ANSWERS_MATCH: False if facts.questions and facts.open_questions == facts.questions else None,
        Check.COPIES_PLANNED: None,
        Check.SECOND_PERSON: None,
    }


# --- afterwards ---------------------------------------------------------------------------------

UNREADABLE_AFTER = timedelta(days=2)
"""So long without having seen the publisher's page it is said that it cannot be read."""


class Publication(StrEnum):
    """What is known of a response on the publisher's public page."""

    SEEN = "seen"  # the program read it there
    LINKED = "linked"  # people stored where it stands
    WITHHELD = "withheld"  # it was sent with the choice not to make it public
    NOT_FOLLOWED = "not_followed"  # there is no page that the program can look at
    LOOKED_FOR = "looked_for"  # not there yet, or not looked yet
    UNREADABLE = "unreadable"  # the page could not be read for some time
    GIVEN_UP = "given_up"  # not seen within the time in which is looked


@dataclass(frozen=True, kw_only=True)
class PublicationFacts:
    """What is kept of one submission. Instants are aware UTC; None: never.

    is_followed: it answers a publisher whose list of responses the program reads. patience: so long
    after submission is looked.
    """

    submitted_at: datetime
    seen_at: datetime | None
    last_looked_at: datetime | None
    is_linked: bool
    may_publish: bool
    is_followed: bool
    patience: timedelta


def publication_of(facts: PublicationFacts, now: datetime) -> Publication:
    """What can be said of the publication of a response."""
    if facts.seen_at is not None:
        return Publication.SEEN
    if facts.is_linked:
        return Publication.LINKED
    if not facts.may_publish:
        return Publication.WITHHELD
    if not facts.is_followed:
        return Publication.NOT_FOLLOWED
    if now - facts.submitted_at > facts.patience:
        return Publication.GIVEN_UP
    if now - (facts.last_looked_at or facts.submitted_at) > UNREADABLE_AFTER:
        return Publication.UNREADABLE
    return Publication.LOOKED_FOR
