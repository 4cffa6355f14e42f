"""Messages as mail: the parts of a page as HTML, and the frame around it.

What mail programs understand is old: tables for the layout, styles at every element, no script, and
pictures only as parts of the mail itself, so that nobody hears that it was opened. Colours for the dark
come from a style sheet, for the programs that read one.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from g40flow.domain.messages import MessagePicture, Rendered
from g40flow.domain.outside_text import one_line
from g40flow.render.markup import HTML
from g40flow.render.page import Button, Page, PicturePart, TextPart
from g40flow.render.pictures import png
from g40flow.resources import resource

ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")


class MailFrame:
    """The two forms of a mail around what a message says. templates: the folder that holds mail/."""

    def __init__(self, templates: Path) -> None:
        self._jinja = _environment(templates)

    def text(self, rendered: Rendered) -> str:
        """The message as plain text, and below it who sent it."""
        text = Markup(rendered.text)  # noqa: S704 - plain text, as its own template made it
        return self._jinja.get_template("mail/base.txt").render(text=text, footing=rendered.footing)

    def html_alone(self, rendered: Rendered) -> str:
        """A whole document with its pictures in it, to look at outside a mail."""
        shown = self.html(rendered)
        for picture in rendered.pictures:
            shown = shown.replace(f"cid:{picture.cid}", data_address(self.image(picture)))
        return shown

    def image(self, picture: MessagePicture) -> bytes:
        """A picture of a message as PNG."""
        return png(picture.svg)

    def html(self, rendered: Rendered) -> str:
        """A whole document; its pictures are named by their cid."""
        # MessageForms has escaped what is in `html`.
        body = Markup(rendered.html) if rendered.html else _from_text(rendered.text)  # noqa: S704
        return self._jinja.get_template("mail/base.html").render(
            title=one_line(rendered.summary), body=body, footing=rendered.footing
        )


def data_address(image: bytes) -> str:
    """A PNG as an address of its own, to show a message outside its channel."""
    return f"data:image/png;base64,{b64encode(image).decode()}"


def mail_html(page: Page) -> str:
    """The page as rows of a table, every style at its element."""
    parts = [_shown(part) for part in page.parts]
    return (
        _environment(resource("templates"))
        .get_template("mail/parts.html")
        .render(parts=[part for part in parts if part is not None])
    )


def _shown(part: object) -> tuple[str, list[object]] | None:
    """(kind, contents) as templates/mail/parts.html knows them; None for what a mail cannot show."""
    if isinstance(part, TextPart) and part.kind == "heading":
        return part.kind, [*part.lines]  # plain words, which the template escapes
    if isinstance(part, TextPart):
        return part.kind, list(_blocks(part.lines))
    if isinstance(part, list):
        links = [button for button in part if isinstance(button, Button) and button.url]
        return ("links", [*links]) if links else None
    if isinstance(part, PicturePart):
        return "picture", [part.picture]
    return "line", []


def _blocks(lines: Iterable[str]) -> Iterator[tuple[str, list[Markup]]]:
    """("list" or "lines", the lines): those that begin with a bullet are one list."""
    for is_list, group in groupby(lines, key=lambda line: line.startswith(f"{HTML.bullet} ")):
        # The templates of messages have escaped what they show.
        shown = [Markup(line.removeprefix(f"{HTML.bullet} ") if is_list else line) for line in group]  # noqa: S704
        yield ("list" if is_list else "lines"), shown


def _from_text(text: str) -> Markup:
    """The rows of a message that has no HTML of its own: its text, with addresses as links."""
    paragraphs = (
        tuple(_linked(shown) for line in part.splitlines() if (shown := one_line(line)))
        for part in text.split("\n\n")
    )
    page = Page(parts=[TextPart("section", lines) for lines in paragraphs if lines])
    return Markup(mail_html(page))  # noqa: S704 - `_linked` has escaped it


def _linked(text: str) -> Markup:
    shown = Markup()
    end = 0
    for found in ADDRESS.finditer(text):
        shown += escape(text[end : found.start()]) + HTML.link(found.group(), found.group())
        end = found.end()
    return shown + escape(text[end:])


@cache
def _environment(templates: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
