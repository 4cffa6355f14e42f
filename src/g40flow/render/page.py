"""What a template lays out: parts in order, which become Slack blocks and plain text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from g40flow.domain.items import Json
from g40flow.domain.outside_text import cut, one_line
from g40flow.render.links import safe_url

SECTION_TEXT = 3_000
BUTTON_TEXT = 75
BUTTONS = 25
SUMMARY_TEXT = 300


@dataclass(frozen=True)
class TextPart:
    """Lines of running text. kind: "context" is the small print."""

    kind: Literal["section", "context"]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Button:
    """A link. action: distinct within a message. says: for screen readers. All plain text."""

    action: str
    label: str
    url: str
    says: str


@dataclass
class Page:
    """Collects what a template says; templates call these methods with `{% call %}`.

    What is empty is left out; each line of a template is a line of the message.
    """

    summary_line: str = ""
    parts: list[TextPart | list[Button]] = field(default_factory=list)

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

    def button(self, action: str, label: str, url: str, says: str) -> str:
        """A link beside the links before it; none if the address cannot be followed."""
        safe = safe_url(url)
        if safe is not None:
            row = self.parts[-1] if self.parts else None
            if not isinstance(row, list):
                row = []
                self.parts.append(row)
            texts = (cut(one_line(str(text)), BUTTON_TEXT) for text in (label, says))
            row.append(Button(action, *_labels(safe, *texts)))
        return ""

    def _add(self, kind: Literal["section", "context"], text: str) -> str:
        lines = tuple(line.strip() for line in str(text).splitlines() if line.strip())
        if lines:
            self.parts.append(TextPart(kind, lines))
        return ""


def _labels(url: str, label: str, says: str) -> tuple[str, str, str]:
    return label or says or "Open", url, says or label or "Open"


def plain_text(page: Page) -> str:
    """The whole page, a blank line between parts."""
    return "\n\n".join("\n".join(_plain_lines(part)) for part in page.parts)


def _plain_lines(part: TextPart | list[Button]) -> Iterator[str]:
    if isinstance(part, TextPart):
        yield from part.lines
    else:
        yield from (f"{button.says}: {button.url}" for button in part)


def slack_blocks(page: Page) -> tuple[dict[str, Json], ...]:
    """The page as blocks, within the limits of each block."""
    return tuple(block for part in page.parts for block in _blocks(part))


def _blocks(part: TextPart | list[Button]) -> Iterator[dict[str, Json]]:
    if isinstance(part, list):
        yield {"type": "actions", "elements": [_button(button) for button in part[:BUTTONS]]}
        return
    for text in _pieces(part.lines):
        # verbatim: Slack makes no links or mentions of its own out of what looks like one.
        shown: dict[str, Json] = {"type": "mrkdwn", "text": text, "verbatim": True}
        if part.kind == "section":
            yield {"type": "section", "text": shown, "expand": True}
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


def _button(button: Button) -> dict[str, Json]:
    return {
        "type": "button",
        "action_id": button.action,
        "text": {"type": "plain_text", "text": button.label, "emoji": False},
        "url": button.url,
        "accessibility_label": button.says,
    }
