"""What reports of every kind need to become HTML, CSV, DOCX and PDF: templates/reports/ and its words."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from g40flow.domain.network import Network
from g40flow.domain.outside_text import one_line
from g40flow.render import dutch
from g40flow.render.bars_picture import BarRow, bars
from g40flow.render.documents import DocumentDetails, Documents, PrintedPicture, unprintable
from g40flow.render.first_draft import as_paragraphs
from g40flow.render.markdown_text import as_text
from g40flow.render.pictures import Ink, Picture, Pictures

_WORDS = ("words.html", "labels.html", "campaign_labels.html", "text_labels.html")


class ReportForms:
    """Writes templates of reports. portal_url: address that links in a file of its own begin with."""

    def __init__(
        self, templates: Path, *, documents: Documents, pictures: Pictures, network: Network, portal_url: str
    ) -> None:
        self.documents, self._pictures, self.network = documents, pictures, network
        self.portal_url = portal_url.rstrip("/")
        folders = [templates / "reports", templates / "web"]
        self._pages = _environment(folders)
        # Marks what has been escaped; the escaping itself is `as_text`, before Jinja's own.
        self._texts = _environment(folders, finalize=as_text)
        modules: list[Any] = [self._pages.get_template(name).module for name in _WORDS]
        self.words, self.labels, self.campaign, self.texts = modules

    def group_name(self, slug: str) -> str:
        """What a theme group is called."""
        return self.network.scope_name(slug)

    def document_type(self, word: str) -> str:
        """What a type of document is called."""
        return str(self.labels.document_type.get(word, word))

    def html(self, template: str, **values: Any) -> Markup:
        """A part of a page, with every value escaped."""
        rendered = self._pages.get_template(template).render(group_name=self.group_name, **values)
        return Markup(rendered)  # noqa: S704 - the environment has escaped every value

    def page(self, title: str, body: Markup, made_on: date) -> bytes:
        """A file of its own, which fetches nothing and runs nothing."""
        organisation = self.network.name
        values = {"title": title, "organisation": organisation, "made_on": made_on, "body": body}
        return self._pages.get_template("page.html").render(values).encode()

    def markdown(self, template: str, **values: Any) -> str:
        """A document in our Markdown; every value is text, and no letter is one that cannot be printed."""
        text = self._texts.get_template(template).render(group_name=self.group_name, **values)
        for letter in unprintable(text):  # the house style has no sign for it
            text = text.replace(letter, "?")
        return text

    def details(self, title: str, label: str, made_on: date) -> DocumentDetails:
        """What stands above a report and in the name of its file. label: a key of labels.yaml."""
        return DocumentDetails(
            title=one_line(title),
            organisation=self.network.name,
            label=self.documents.label(label),
            dated_on=made_on,
        )

    def picture(self, name: str, rows: Sequence[BarRow], ink: Ink) -> Picture | None:
        """A chart with the title that words.html has for it; None if there is nothing to see in it."""
        title, head = self.words.chart[name]
        drawing = bars(name, title, rows, head=head)
        return None if drawing is None else self._pictures.bars(drawing, ink)

    def printed(self, charts: Mapping[str, Picture | None]) -> tuple[PrintedPicture, ...]:
        """Charts for the end of a PDF; their numbers stand in its tables too."""
        return tuple(
            PrintedPicture(
                name=name,
                heading=self.words.chart[name][0],
                svg=str(chart.svg),
                words=one_line(chart.words),
            )
            for name, chart in charts.items()
            if chart is not None
        )


def _environment(folders: Sequence[Path], **more: Any) -> Environment:
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        **more,
    )
    made.filters |= {
        "written_day": dutch.written_day,
        "number": dutch.number,
        "paragraphs": as_paragraphs,
    }
    return made
