"""What the program itself can see of the checks before a text is handed in. People do the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

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
