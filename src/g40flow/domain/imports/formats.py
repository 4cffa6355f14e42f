"""The columns of each format. Names are Dutch, since people of the network make these files in Excel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from g40flow.domain.imports.rows import ImportKind

SHORT: Final = 300
LONG: Final = 4_000
LONGEST: Final = 20_000


@dataclass(frozen=True)
class Column:
    """One column.

    needed: a file must have it, and in each case a value unless it may_be_empty. longest: characters.
    of_part: it may differ between the rows of one case.
    """

    name: str
    needed: bool = False
    longest: int = SHORT
    of_part: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True, kw_only=True)
class Format:
    """The columns of one kind of file. lists: the name of its list in YAML. parts: of the list in a case."""

    kind: ImportKind
    list_name: str
    parts_name: str
    columns: Sequence[Column]

    @property
    def names(self) -> tuple[str, ...]:
        """Of all columns."""
        return tuple(column.name for column in self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that a file must have."""
        return tuple(column.name for column in self.columns if column.needed)

    def column(self, name: str) -> Column:
        """The column of a known name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def part_names(self) -> frozenset[str]:
        """Columns that may differ between the rows of one case."""
        return frozenset(column.name for column in self.columns if column.of_part)


_CASE = (Column("kenmerk", needed=True, longest=100), Column("titel", needed=True))
_GROUPS = Column("themagroepen", needed=True)

FORMATS: Mapping[ImportKind, Format] = {
    ImportKind.RESPONSE: Format(
        kind=ImportKind.RESPONSE,
        list_name="reacties",
        parts_name="punten",
        columns=(
            *_CASE,
            _GROUPS,
            # Nothing is handed in if the network decided not to respond.
            Column("ingediend_op", needed=True, may_be_empty=True),
            Column("soort"),
            Column("wijze"),
            Column("reden_geen_reactie"),
            Column("geopend_op"),
            Column("laatste_dag"),
            Column("afgesproken_laatste_dag"),
            Column("vastgesteld_op"),
            Column("afgesloten_op"),
            Column("webadres", longest=LONG),
            Column("samenvatting", longest=LONGEST),
            Column("partners", longest=LONG),
            Column("lessen", longest=LONG),
            Column("artikel", of_part=True),
            Column("punt", longest=LONG, of_part=True),
            Column("voorstel", longest=LONG, of_part=True),
            Column("uitkomst", of_part=True),
            Column("toelichting", longest=LONG, of_part=True),
            Column("bewijs", longest=LONG, of_part=True),
        ),
    ),
    ImportKind.POSITION: Format(
        kind=ImportKind.POSITION,
        list_name="standpunten",
        parts_name="",
        columns=(
            *_CASE,
            _GROUPS,
            Column("tekst", needed=True, longest=LONGEST),
            Column("bron", needed=True, longest=SHORT),
            Column("soort"),
            Column("vastgesteld_op"),
        ),
    ),
    ImportKind.CAMPAIGN: Format(
        kind=ImportKind.CAMPAIGN,
        list_name="campagnes",
        parts_name="boodschappen",
        columns=(
            *_CASE,
            _GROUPS,
            Column("inzet", needed=True, longest=LONG),
            Column("soort", needed=True),
            Column("begonnen_op", needed=True),
            Column("afgesloten_op", needed=True),
            Column("herkomst", longest=LONG),
            Column("besluit_op"),
            Column("vastgesteld_op"),
            Column("partners", longest=LONG),
            Column("evaluatie", longest=LONG),
            Column("lessen", longest=LONG),
            Column("boodschap", needed=True, longest=LONG, of_part=True),
            Column("gericht_aan", of_part=True),
            Column("wie", of_part=True),
            Column("prioriteit", of_part=True),
            Column("bron", longest=LONG, of_part=True),
            Column("resultaat", needed=True, of_part=True),
            Column("toelichting", longest=LONG, of_part=True),
            Column("bewijs", longest=LONG, of_part=True),
            Column("resultaat_op", of_part=True),
        ),
    ),
}
"""The format of each kind."""

NAMES: Mapping[str, ImportKind] = {
    **{one.list_name: kind for kind, one in FORMATS.items()},
    **{f"{kind.value}s": kind for kind in ImportKind},
}
"""What a kind is called on the command line and in YAML, in Dutch and English."""


def format_with(columns: Iterable[str]) -> Format | None:
    """The format that has these columns; None if none has all that it needs."""
    found = set(columns)
    return next((one for one in FORMATS.values() if found.issuperset(one.needed)), None)


def nearest_format(columns: Iterable[str]) -> Format:
    """The format with most of these columns, to say what is missing."""
    found = set(columns)
    return max(FORMATS.values(), key=lambda one: len(found.intersection(one.names)))


def column_name(written: str) -> str:
    """ "Ingediend op" as "ingediend_op": how people write the head of a sheet."""
    return "_".join(written.casefold().replace("_", " ").replace("-", " ").split())
