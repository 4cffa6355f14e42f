"""What a template lays out: parts in order, which become Slack blocks and plain text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from g40flow.domain.items import Json
from g40flow.domain.messages import MessagePicture
from g40flow.domain.outside_text import cut, one_line
from g40flow.render.links import safe_url

SECTION_TEXT = 3_000
HEADING_TEXT = 150
BUTTON_TEXT = 75
ALT_TEXT = 2_000
BUTTONS = 25
MENU_OPTIONS = 5
MENU = "more"
"""action_id of the menu at the end of a row; the value of an option is "ACTION VALUE"."""
SUMMARY_TEXT = 300


Kind = Literal["section", "context", "heading"]


@dataclass(frozen=True)
class TextPart:
    """Lines of running text. kind: "context" is the small print; a "heading" is one line of plain words.

    button: an act beside the text, where there is place for one; None for none.
    """

    kind: Kind
    lines: tuple[str, ...]
    button: "Button | None" = None


@dataclass(frozen=True)
class Button:
    """A link, or in Slack an act. All plain text.

    action: distinct within a row. says: for screen readers. url: "" for an act.
    value: comes back with an act. style: "primary", "danger" or "". in_menu: behind "…".
    """

    action: str
    label: str
    url: str
    says: str
    value: str = ""
    style: str = ""
    in_menu: bool = False


@dataclass(frozen=True)
class Divider:
    """A line between parts."""


@dataclass(frozen=True)
class PicturePart:
    """A picture between the text."""

    picture: MessagePicture


Part = TextPart | list[Button] | Divider | PicturePart


@dataclass
class Page:
    """Collects what a template says; templates call these methods with `{% call %}`.

    What is empty is left out; each line of a template is a line of the message.
    """

    summary_line: str = ""
    parts: list[Part] = field(default_factory=list)

    def summary(self, caller: Callable[[], str]) -> str:
        """The one sentence of the notification."""
        self.summary_line = cut(one_line(str(caller())), SUMMARY_TEXT)
        return ""

    def section(self, caller: Callable[[], str]) -> str:
        """Running text."""
        return self._add("section", caller())

    def context(self, caller: Callable[[], str]) -> str:
        """Small print."""
        return self._add("context", caller())

    def heading(self, text: str) -> str:
        """A heading: plain words of the template, which it must not have escaped."""
        return self._add("heading", cut(one_line(text), HEADING_TEXT))

    def entry(self, action: str, label: str, value: str, says: str, caller: Callable[[], str]) -> str:
        """Running text with an act beside it, where that is possible; else the text alone."""
        texts = (cut(one_line(str(text)), BUTTON_TEXT) for text in (label, says))
        shown, _, spoken = _labels("", *texts)
        return self._add("section", caller(), Button(action, shown, "", spoken, value))

    def button(self, action: str, label: str, url: str, says: str, *, in_menu: bool = False) -> str:
        """A link beside the links before it; none if the address cannot be followed."""
        safe = safe_url(url)
        if safe is not None:
            texts = (cut(one_line(str(text)), BUTTON_TEXT) for text in (label, says))
            self._row().append(Button(action, *_labels(safe, *texts), in_menu=in_menu))
        return ""

    def act(
        self, action: str, label: str, value: str, says: str, *, style: str = "", in_menu: bool = False
    ) -> str:
        """A button that does something, where that is possible: plain text has none."""
        texts = (cut(one_line(str(text)), BUTTON_TEXT) for text in (label, says))
        label, _, says = _labels("", *texts)
        self._row().append(Button(action, label, "", says, value, style, in_menu))
        return ""

    def picture(self, picture: MessagePicture) -> str:
        """An image; where there are none, what it says in words."""
        self.parts.append(PicturePart(picture))
        return ""

    def row(self) -> str:
        """What follows begins a new row of buttons."""
        self.parts.append([])
        return ""

    def divider(self) -> str:
        """A line."""
        self.parts.append(Divider())
        return ""

    def _row(self) -> list[Button]:
        last = self.parts[-1] if self.parts else None
        if isinstance(last, list):
            return last
        row: list[Button] = []
        self.parts.append(row)
        return row

    def _add(self, kind: Kind, text: str, button: Button | None = None) -> str:
        lines = tuple(line.strip() for line in str(text).splitlines() if line.strip())
        if lines:
            self.parts.append(TextPart(kind, lines, button))
        return ""


def _labels(url: str, label: str, says: str) -> tuple[str, str, str]:
    return label or says or "Open", url, says or label or "Open"


def plain_text(page: Page) -> str:
    """The whole page, a blank line between parts."""
    parts = ("\n".join(_plain_lines(part)) for part in page.parts)
    return "\n\n".join(part for part in parts if part)


def _plain_lines(part: Part) -> Iterator[str]:
    if isinstance(part, TextPart):
        yield from part.lines
    elif isinstance(part, PicturePart):
        yield from (part.picture.heading, part.picture.words)
    elif isinstance(part, list):
        yield from (f"{button.says}: {button.url}" for button in part if button.url)


def slack_blocks(page: Page) -> tuple[dict[str, Json], ...]:
    """The page as blocks, within the limits of each block."""
    return tuple(block for part in page.parts for block in _blocks(part))


def _blocks(part: Part) -> Iterator[dict[str, Json]]:
    if isinstance(part, Divider):
        yield {"type": "divider"}
        return
    if isinstance(part, list):
        yield from _row_blocks(part)
        return
    if isinstance(part, PicturePart):
        # Slack gives a file its id when it is uploaded; until then the block names the drawing.
        words = cut(one_line(part.picture.words), ALT_TEXT)
        title = _plain(cut(one_line(part.picture.heading), HEADING_TEXT))
        yield {
            "type": "image",
            "title": title,
            "alt_text": words,
            "slack_file": {"id": part.picture.cid},
        }
        return
    if part.kind == "heading":
        yield {"type": "header", "text": _plain(part.lines[0])}
        return
    for number, text in enumerate(_pieces(part.lines)):
        # verbatim: Slack makes no links or mentions of its own out of what looks like one.
        shown: dict[str, Json] = {"type": "mrkdwn", "text": text, "verbatim": True}
        if part.kind == "section":
            beside = {} if part.button is None or number else {"accessory": _button(part.button)}
            yield {"type": "section", "text": shown, "expand": True, **beside}
        else:
            yield {"type": "context", "elements": [shown]}


def _pieces(lines: tuple[str, ...]) -> Iterator[str]:
    """The lines in as few texts as the limit allows; a line is never divided."""
    piece = lines[0]
    for line in lines[1:]:
        if len(piece) + 1 + len(line) > SECTION_TEXT:
            yield piece
            piece = line
        else:
            piece = f"{piece}\n{line}"
    yield piece


def _row_blocks(row: list[Button]) -> Iterator[dict[str, Json]]:
    hidden = [button for button in row if button.in_menu][:MENU_OPTIONS]
    shown = [button for button in row if not button.in_menu][: BUTTONS - 1]
    elements: list[Json] = [_button(button) for button in shown]
    if hidden:
        options: list[Json] = [_option(button) for button in hidden]
        elements.append({"type": "overflow", "action_id": MENU, "options": options})
    if elements:
        yield {"type": "actions", "elements": elements}


def _button(button: Button) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "type": "button",
        "action_id": button.action,
        "text": _plain(button.label),
        "url": button.url,
        "value": button.value,
        "style": button.style,
        "accessibility_label": button.says,
    }
    return {name: value for name, value in shown.items() if value}


def _option(button: Button) -> dict[str, Json]:
    option: dict[str, Json] = {
        "text": _plain(button.label),
        "value": f"{button.action} {button.value}".strip(),
    }
    if button.url:
        option["url"] = button.url
    return option


def _plain(text: str) -> dict[str, Json]:
    return {"type": "plain_text", "text": text, "emoji": False}
