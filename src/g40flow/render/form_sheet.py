"""What somebody fills in at the form of a consultation, as plain text to copy from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from g40flow.render.dutch import long_day


@dataclass(frozen=True)
class FormAnswer:
    """One question of the form with our answer; "" leaves it open."""

    number: int
    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class FormSheet:
    """Everything the form asks. address: of the form, "" if unknown. pdf_name: of the attachment."""

    title: str
    address: str
    closes_on: date | None
    content_hash: str
    pdf_name: str
    organisation: str
    place: str
    contact: str
    publish: bool
    answers: Sequence[FormAnswer]


def form_sheet(templates: Path, sheet: FormSheet) -> str:
    """The sheet as text. templates: the folder of that name."""
    environment = Environment(
        loader=FileSystemLoader(templates / "documents"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - plain text, which nobody interprets
    )
    values = {**vars(sheet), "closes_on": long_day(sheet.closes_on) if sheet.closes_on else ""}
    return environment.get_template("form_sheet.txt.jinja").render(values)
