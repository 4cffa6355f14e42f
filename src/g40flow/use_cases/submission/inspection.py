"""Looking for personal data in everything that is about to be public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.dossier.personal_data import Finding, find_personal_data
from g40flow.domain.instants import dutch_date
from g40flow.render.documents import DocumentDetails, Documents, read_pdf
from g40flow.storage.access import effective_network
from g40flow.storage.dossier_tables import Dossier, TextVersion
from g40flow.storage.texts import consultation_answers
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.signatures import signed_names


@dataclass(frozen=True)
class Found:
    """A finding with where it is: "text", "file", "properties" or "answer 2"."""

    where: str
    finding: Finding


@dataclass(frozen=True)
class Inspection:
    """The file to hand in, and the personal data found in it and beside it. pdf_name: neutral."""

    pdf: bytes
    pdf_name: str
    found: tuple[Found, ...]

    @property
    def certain(self) -> tuple[Found, ...]:
        """What stops the submission."""
        return tuple(found for found in self.found if found.finding.is_certain)

    @property
    def doubtful(self) -> tuple[Found, ...]:
        """What a person must judge."""
        return tuple(found for found in self.found if not found.finding.is_certain)


def inspect_submission(
    session: Session,
    desk: Desk,
    documents: Documents,
    dossier: Dossier,
    version: TextVersion,
    *,
    name: str,
    now: datetime,
) -> Inspection:
    """Make the file of a version and search everything that would become public.

    name: neutral name of the file. Raises InvalidInput if the text cannot be printed.
    """
    assert dossier.id is not None
    details = details_of(session, desk, documents, dossier, version, now)
    pdf = documents.pdf(version.markdown, details)
    content = read_pdf(pdf)
    parts = [
        ("text", version.markdown),
        ("file", content.text),
        *(("properties", value) for key, value in content.properties.items() if key != "xmp"),
        *((f"answer {row.number}", row.answer) for row in consultation_answers(session, dossier.id)),
    ]
    return Inspection(pdf=pdf, pdf_name=name, found=tuple(_search(session, desk, parts)))


def details_of(
    session: Session, desk: Desk, documents: Documents, dossier: Dossier, version: TextVersion, now: datetime
) -> DocumentDetails:
    """What stands above the text and who signed it; its day is that of the adoption, so that the file
    stays the same.
    """
    return DocumentDetails(
        title=dossier.title,
        organisation=desk.rules.submission.organisation,
        label=documents.label(dossier.document_type),
        dated_on=dutch_date(dossier.adopted_at or now),
        signatories=signed_names(session, desk.network, dossier, version.content_hash),
    )


def _search(session: Session, desk: Desk, parts: Sequence[tuple[str, str]]) -> list[Found]:
    """Each piece of personal data once, where it was found first."""
    rules = desk.rules.submission
    people = [person.name for person in effective_network(session, desk.network).people]
    allowed = [*rules.neutral_addresses, rules.organisation, desk.network.name, desk.network.short_name]
    found: list[Found] = []
    seen: set[tuple[str, str]] = set()
    for where, text in parts:
        for finding in find_personal_data(text, people=people, allowed=allowed):
            key = (finding.kind, " ".join(finding.quote.split()))
            if where.startswith("answer") or key not in seen:
                found.append(Found(where, finding))
            seen.add(key)
    return found
