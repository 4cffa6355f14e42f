"""Tables as CSV for Dutch Excel, and harmless there: UTF-8 with a byte order mark, semicolons, CRLF.

Excel takes a cell that begins with one of a few signs for a formula, which can call programs or send what
the sheet holds to a stranger. Such text gets an apostrophe before it, which Excel shows as text; numbers of
our own stay numbers. See https://owasp.org/www-community/attacks/CSV_Injection.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from g40flow.domain.outside_text import several_lines

CSV = "text/csv; charset=utf-8"

Cell = str | int | float | date | None
_FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠")


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as a file. None becomes an empty cell, a day stands as 2026-12-31."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([_cell(name) for name in head])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def guarded(text: str) -> str:
    """The text as no program takes it for a formula; `unguarded` gives it back."""
    return f"'{text}" if _would_run(text) else text


def unguarded(text: str) -> str:
    """What a guarded cell said; every other text stays as it is."""
    return text[1:] if text.startswith("'") and _would_run(text) else text


def _would_run(text: str) -> bool:
    return text.lstrip("'")[:1] in _FORMULA if text.lstrip("'") else False


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")  # as Dutch Excel reads it
    return str(value) if isinstance(value, int) else guarded(several_lines(value))
