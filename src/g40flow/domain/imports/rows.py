"""Rows of a file as they were read, and what is wrong with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class ImportKind(StrEnum):
    """What a file holds."""

    RESPONSE = "response"
    POSITION = "position"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row. number: as people count: of a CSV the line of a sheet, of YAML the line of the file.

    values: by column, without blanks at the ends; a list stands with SEPARATOR between its entries.
    """

    number: int
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RowGroup:
    """The rows of one case: the first one, and further ones that add a point or an ask each."""

    first: Row
    more: Sequence[Row] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them."""
        return (self.first, *self.more)


SEPARATOR = "|"
"""Between entries of a list: names of theme groups have commas in them."""


class Problem(StrEnum):
    """What is wrong; its Dutch sentence is in templates/imports/words.html."""

    UNREADABLE = "unreadable"  # not text, not CSV, not YAML
    UNKNOWN_FORMAT = "unknown_format"  # no format has these columns
    UNKNOWN_COLUMN = "unknown_column"
    COLUMN_TWICE = "column_twice"
    COLUMN_MISSING = "column_missing"
    TOO_MANY_CELLS = "too_many_cells"
    EMPTY_FILE = "empty_file"
    NEEDED = "needed"
    NO_DATE = "no_date"
    IN_FUTURE = "in_future"
    BEFORE = "before"  # a day that lies before one it must follow
    UNKNOWN_WORD = "unknown_word"
    LOOKS_LIKE = "looks_like"  # an unknown word that is nearly a known one
    TOO_LONG = "too_long"
    NO_ADDRESS = "no_address"
    CONTACT_DATA = "contact_data"
    DIFFERS = "differs"  # a further row of a case says something else
    REPEATED = "repeated"  # the reference stands elsewhere in these files
    CHANGED = "changed"  # it was taken in before, with other words


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What is wrong at one place. row: 0 for the file as a whole. column: "" for the row as a whole.

    expected, found: words or values that belong to the problem; "" if there are none.
    """

    file: str
    row: int
    column: str
    problem: Problem
    expected: str = ""
    found: str = ""
