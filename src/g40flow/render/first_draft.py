"""A first draft of a document, from templates/documents/*.md.jinja.

Everything that is filled in is text, also what looks like Markdown: it is escaped. What templates write
themselves is Markdown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from g40flow.domain.dossier.text import normalise_markdown, paragraphs
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.errors import NotFound
from g40flow.render.dutch import long_day
from g40flow.render.markdown_text import as_text


@dataclass(frozen=True)
class DraftEvidence:
    """What a city brings for a point. named: the city agrees that it is named in public."""

    city: str
    text: str
    named: bool


@dataclass(frozen=True, kw_only=True)
class DraftPoint:
    """One point, as g40flow.storage.dossier_tables.Point."""

    article: str
    problem: str
    proposal: str
    proposed_wording: str
    priority: int
    evidence: Sequence[DraftEvidence] = ()


@dataclass(frozen=True, kw_only=True)
class DraftPosition:
    """An earlier position. adopted_on: None if not known."""

    title: str
    body: str
    source: str
    adopted_on: date | None


@dataclass(frozen=True)
class DraftAnswer:
    """What a city answered to a call. kind: a word, as kept."""

    city: str
    kind: str
    remark: str


@dataclass(frozen=True)
class DraftDay:
    """A day of the plan. stage: a word of the workflow."""

    stage: str
    latest_on: date


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything a first draft can be filled with. Names are as shown; "" and None mean not known.

    subject, address, sender: title and address of what it is about, and who published that.
    addressee: function or body that a letter goes to, in words. questions: of the consultation.
    answers: of cities, only for documents that stay inside.
    """

    title: str
    organisation: str
    cities: int
    subject: str
    address: str
    sender: str
    closes_on: date | None
    groups: Sequence[str]
    partners: Sequence[str]
    pen_holder: str
    questions: Sequence[str]
    points: Sequence[DraftPoint]
    positions: Sequence[DraftPosition]
    answers: Sequence[DraftAnswer]
    plan: Sequence[DraftDay]
    addressee: str = ""


class DraftWriter:
    """Writes first drafts. templates: the folder of that name."""

    def __init__(self, templates: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([templates / "documents", templates / "messages"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # Marks what has been escaped; the escaping itself is `as_text`, before Jinja's own.
            autoescape=True,
            finalize=as_text,
            auto_reload=False,
        )
        self._environment.filters |= {"long_day": long_day, "paragraphs": as_paragraphs, "quoted": as_quote}

    def write(self, document_type: str, draft: Draft) -> str:
        """The draft as Markdown. Raises NotFound if there is no template for such a document."""
        if document_type not in set(DocumentType):
            raise NotFound(f"there is no template for {document_type!r}")
        template = self._environment.get_template(f"{document_type}.md.jinja")
        return normalise_markdown(template.render(vars(draft)))


def as_paragraphs(value: str) -> Markup:
    """A longer text, its paragraphs kept."""
    return Markup("\n\n").join(as_text(paragraph) for paragraph in paragraphs(value))


def as_quote(value: str) -> Markup:
    """A longer text as a quotation."""
    return Markup("\n>\n").join(Markup("> ") + as_text(paragraph) for paragraph in paragraphs(value))
