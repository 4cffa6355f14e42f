"""A file of past work as groups of rows, one after another: its length does not matter for memory.

CSV with ";" "," or tabs, and YAML; UTF-8 with or without a mark, UTF-16 with one, or Windows-1252, which is
what Excel writes in the Netherlands. What cannot be read is a Mistake with its place.
"""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

import yaml

from g40flow.domain.imports.formats import FORMATS, NAMES, Format, column_name, format_with, nearest_format
from g40flow.domain.imports.rows import SEPARATOR, ImportKind, Mistake, Problem, Row, RowGroup
from g40flow.domain.outside_text import one_line
from g40flow.render.csv_table import unguarded

YAML_ENDINGS = (".yaml", ".yml")
DELIMITERS = ";,\t"
LONGEST_CELL = 100_000
LONGEST_LINE = 1_000_000
LARGEST_YAML = 50_000_000
"""Bytes: a piece of YAML can be as long as its file, and is read a hundred times slower than CSV."""

_BLOCK = 1 << 16
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

OnMistake = Callable[[Mistake], None]
OnBytes = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class PastFile:
    """A file to take in. kind: None for what its columns say. name: as shown, never a whole path."""

    path: Path
    kind: ImportKind | None = None

    @property
    def name(self) -> str:
        """Without folders, on one line."""
        return one_line(self.path.name)[:200]

    @property
    def size(self) -> int:
        """In bytes; 0 for what is no file, which reading it then says."""
        return self.path.stat().st_size if self.path.is_file() else 0


@dataclass(frozen=True, kw_only=True)
class Found:
    """One case of a file."""

    kind: ImportKind
    group: RowGroup


def read_file(past: PastFile, on_mistake: OnMistake, on_bytes: OnBytes = lambda _: None) -> Iterator[Found]:
    """The cases of a file in its order. on_bytes: told how many bytes were read since the last time."""
    reading = _Reading(past, on_mistake, on_bytes)
    try:
        with reading.opened() as text:
            rows = (
                reading.yaml_rows(text)
                if past.path.suffix.lower() in YAML_ENDINGS
                else reading.csv_rows(text)
            )
            yield from reading.grouped(rows)
    except OSError as error:
        reading.mistake(0, Problem.UNREADABLE, found=str(error.strerror or error))
    except UnicodeError as error:
        reading.mistake(0, Problem.UNREADABLE, found=str(error))
    except csv.Error as error:
        reading.mistake(reading.line, Problem.UNREADABLE, found=str(error))
    except yaml.MarkedYAMLError as error:
        line = 0 if error.problem_mark is None else error.problem_mark.line + 1
        reading.mistake(line, Problem.UNREADABLE, found=str(error.problem))
    except (yaml.YAMLError, RecursionError) as error:
        reading.mistake(0, Problem.UNREADABLE, found=str(error))


def encoding_of(path: Path) -> str:
    """What a file is written in: by its mark, else UTF-8 if all of it is, else Windows-1252."""
    with path.open("rb") as file:
        begin = file.read(4)
        for mark, name in _MARKS:
            if begin.startswith(mark):
                return name
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


@dataclass
class _Reading:
    """One file while it is read. line: of the row that is being read."""

    past: PastFile
    on_mistake: OnMistake
    on_bytes: OnBytes
    line: int = 0
    kind: ImportKind | None = None
    _told: int = 0
    _place: Callable[[], int] = lambda: 0

    def mistake(
        self, row: int, problem: Problem, column: str = "", expected: str = "", found: str = ""
    ) -> None:
        self.on_mistake(
            Mistake(
                file=self.past.name,
                row=row,
                column=one_line(column)[:60],
                problem=problem,
                expected=expected,
                found=one_line(found)[:200],
            )
        )

    @contextmanager
    def opened(self) -> Iterator[IO[str]]:
        path = self.past.path
        with path.open("rb") as raw, TextIOWrapper(raw, encoding_of(path), newline="") as text:
            self._place = raw.tell
            yield text

    def _tell_progress(self) -> None:
        place = self._place()
        self.on_bytes(place - self._told)
        self._told = place

    def grouped(self, rows: Iterator[tuple[ImportKind, Row, bool]]) -> Iterator[Found]:
        """Rows with the same reference that follow each other are one case. True: begins a new one anyway."""
        first: tuple[ImportKind, Row] | None = None
        more: list[Row] = []
        for kind, row, is_new in rows:
            self._tell_progress()
            has_parts = bool(FORMATS[kind].parts_name) and not is_new
            if has_parts and first is not None and first[0] is kind and _goes_on(first[1], row):
                more.append(row)
                continue
            if first is not None:
                yield Found(kind=first[0], group=RowGroup(first=first[1], more=tuple(more)))
            first, more = (kind, row), []
        if first is not None:
            yield Found(kind=first[0], group=RowGroup(first=first[1], more=tuple(more)))

    # --- CSV --------------------------------------------------------------------------------------

    def csv_rows(self, text: IO[str]) -> Iterator[tuple[ImportKind, Row, bool]]:
        csv.field_size_limit(LONGEST_CELL)
        lines = self._lines(text)
        head = next(lines, "")
        reader = csv.reader(_after(head, lines), delimiter=_delimiter(head), strict=True)
        names = [column_name(one_line(name)) for name in next(reader, [])]
        while names and not names[-1]:  # what Excel leaves behind
            names.pop()
        known = self._csv_format(names)
        if known is None:
            return
        self.line = 2
        for number, cells in enumerate(reader, start=2):
            self.line = number + 1  # if the next one cannot be read
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[len(names) :]):
                self.mistake(number, Problem.TOO_MANY_CELLS, expected=str(len(names)), found=str(len(cells)))
                continue
            values = {name: unguarded(cell.strip()) for name, cell in zip(names, cells, strict=False)}
            yield known.kind, Row(number=number, values=values), False

    def _lines(self, text: IO[str]) -> Iterator[str]:
        while line := text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise csv.Error(f"line of more than {LONGEST_LINE} characters")
            yield line.replace("\0", "")

    def _csv_format(self, names: Sequence[str]) -> Format | None:
        """The format of a file with these columns; every mistake in its head is told."""
        if not any(names):
            self.mistake(0, Problem.EMPTY_FILE)
            return None
        wanted = FORMATS[self.past.kind] if self.past.kind is not None else format_with(names)
        found = wanted or nearest_format(names)
        good = wanted is not None
        for name in found.needed:
            if name not in names:
                self.mistake(1, Problem.COLUMN_MISSING, name, found=", ".join(filter(None, names)))
                good = False
        for place, name in enumerate(names):
            if name not in found.names:
                self.mistake(1, Problem.UNKNOWN_COLUMN, name or str(place + 1), ", ".join(found.names))
                good = False
            elif name in names[:place]:
                self.mistake(1, Problem.COLUMN_TWICE, name)
                good = False
        return found if good else None

    # --- YAML -------------------------------------------------------------------------------------

    def yaml_rows(self, text: IO[str]) -> Iterator[tuple[ImportKind, Row, bool]]:
        if self.past.size > LARGEST_YAML:
            self.mistake(0, Problem.TOO_LONG, expected=str(LARGEST_YAML), found=str(self.past.size))
            return
        loader: Any = _Loader(text)
        try:
            loader.get_event()  # of the stream
            if loader.check_event(yaml.StreamEndEvent):
                self.mistake(0, Problem.EMPTY_FILE)
                return
            loader.get_event()  # of the document
            if not loader.check_event(yaml.MappingStartEvent):
                self.mistake(1, Problem.UNKNOWN_FORMAT, expected=", ".join(_list_names()))
                return
            loader.get_event()
            while not loader.check_event(yaml.MappingEndEvent):
                yield from self._yaml_list(loader)
        finally:
            loader.dispose()

    def _yaml_list(self, loader: Any) -> Iterator[tuple[ImportKind, Row, bool]]:
        key = loader.compose_node(None, None)
        name = str(getattr(key, "value", ""))
        kind = NAMES.get(name)
        if kind is None or not loader.check_event(yaml.SequenceStartEvent):
            line = key.start_mark.line + 1
            self.mistake(line, Problem.UNKNOWN_FORMAT, expected=", ".join(_list_names()), found=name)
            loader.compose_node(None, None)
            return
        loader.get_event()
        while not loader.check_event(yaml.SequenceEndEvent):
            node = loader.compose_node(None, None)
            self.line = node.start_mark.line + 1
            loader.anchors.clear()
            yield from self._yaml_case(kind, node)
        loader.get_event()

    def _yaml_case(self, kind: ImportKind, node: yaml.Node) -> Iterator[tuple[ImportKind, Row, bool]]:
        known = FORMATS[kind]
        parts: list[Row] = []
        own = self._yaml_row(known, node, parts)
        if own is None:
            return
        first, *more = parts or [Row(number=own.number)]
        yield kind, Row(number=own.number, values={**own.values, **first.values}), True
        for part in more:
            yield kind, part, False

    def _yaml_row(self, known: Format, node: yaml.Node, parts: list[Row] | None) -> Row | None:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            self.mistake(line, Problem.UNREADABLE, found=str(node.value))
            return None
        values: dict[str, str] = {}
        for key, value in node.value:
            at, name = key.start_mark.line + 1, column_name(str(key.value))
            if parts is not None and name == known.parts_name and isinstance(value, yaml.SequenceNode):
                read = (self._yaml_row(known, part, None) for part in value.value)
                parts.extend(row for row in read if row is not None)
            elif name not in known.names:
                self.mistake(at, Problem.UNKNOWN_COLUMN, name, ", ".join(known.names))
            elif name in values:
                self.mistake(at, Problem.COLUMN_TWICE, name)
            else:
                values[name] = self._yaml_value(name, value)
        return Row(number=line, values=values)

    def _yaml_value(self, name: str, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode):
            empty = node.style is None and node.value in ("~", "null")
            return "" if empty else str(node.value).strip()
        if isinstance(node, yaml.SequenceNode) and all(isinstance(n, yaml.ScalarNode) for n in node.value):
            return f" {SEPARATOR} ".join(str(n.value).strip() for n in node.value)
        self.mistake(node.start_mark.line + 1, Problem.UNREADABLE, name)
        return ""


class _Loader(yaml.SafeLoader):
    """Reads a file piece by piece and builds no objects; nothing in it can stand for something else."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        ahead: Any = self
        if ahead.check_event(yaml.AliasEvent):
            mark = ahead.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="found an alias", problem_mark=mark)
        return super().compose_node(parent, index)


def _goes_on(first: Row, row: Row) -> bool:
    """Whether a row adds to the case before it: with the same reference, or without one."""
    reference = row.values.get("kenmerk", "")
    return not reference or reference == first.values.get("kenmerk")


def _delimiter(head: str) -> str:
    """The separator that stands most often in the first line; of as many, the Dutch one."""
    return max(DELIMITERS, key=head.count)


def _after(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _list_names() -> list[str]:
    return [f"{one.list_name}:" for one in FORMATS.values()]
