"""Plain text for a terminal: tables, Dutch moments, and nothing that a terminal would obey."""

import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from g40flow.domain.instants import AMSTERDAM

GAP = 2
WIDEST, NARROWEST = 60, 10


LOOKS = {
    "running": "bezig",
    "nothing_new": "niets nieuws",
    "read": "gelezen",
    "failed": "mislukt",
    "abandoned": "afgebroken",
}
"""How a look at a publisher ended (RunOutcome)."""


def plain(text: str) -> str:
    """Text without control characters: publishers' text must not move the cursor or set colours."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


def moment(value: datetime | None) -> str:
    """Dutch wall-clock time, short; "" for None."""
    return "" if value is None else value.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M")


def dutch_words() -> Callable[[str, str], str]:
    """Dutch for the words of the program: of a list of templates/web/labels.html, the word itself if it
    is not there.
    """
    from jinja2 import Environment, FileSystemLoader

    from g40flow.resources import resource

    folder = FileSystemLoader(resource("templates") / "web")
    labels = Environment(loader=folder, autoescape=True).get_template("labels.html").module

    def say(kind: str, word: str) -> str:
        return str(getattr(labels, kind).get(str(word), str(word)))

    return say


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns under a heading. In a terminal the widest column gives way when it is narrow; what goes
    to a file or another program is not cut.
    """
    cells = [[plain(str("" if cell is None else cell)).replace("\n", " ") for cell in row] for row in rows]
    lines = [list(head), *cells]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    if sys.stdout.isatty():
        widths = _fitting([min(WIDEST, width) for width in widths])
    shown = (
        (" " * GAP).join(_fit(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return "\n".join(shown)


def _fitting(widths: list[int]) -> list[int]:
    room = shutil.get_terminal_size((160, 40)).columns - GAP * (len(widths) - 1)
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _fit(cell: str, width: int) -> str:
    return cell.ljust(width) if len(cell) <= width else cell[: width - 1] + "…"
