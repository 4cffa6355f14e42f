"""Plain text for a terminal: tables, Dutch moments, and nothing that a terminal would obey."""

import shutil
from collections.abc import Sequence
from datetime import datetime

from g40flow.domain.instants import AMSTERDAM

GAP = 2
WIDEST = 60


def plain(text: str) -> str:
    """Text without control characters: publishers' text must not move the cursor or set colours."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


def moment(value: datetime | None) -> str:
    """Dutch wall-clock time, short; "" for None."""
    return "" if value is None else value.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns under a heading; the widest column gives way when the terminal is narrow."""
    cells = [[plain(str("" if cell is None else cell)).replace("\n", " ") for cell in row] for row in rows]
    lines = [list(head), *cells]
    widths = [min(WIDEST, max(len(line[n]) for line in lines)) for n in range(len(head))]
    room = shutil.get_terminal_size((160, 40)).columns - GAP * (len(head) - 1)
    while sum(widths) > room and max(widths) > len("afgebroken"):
        widths[widths.index(max(widths))] -= 1
    shown = (
        (" " * GAP).join(_fit(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return "\n".join(shown)


def _fit(cell: str, width: int) -> str:
    return cell.ljust(width) if len(cell) <= width else cell[: width - 1] + "…"
