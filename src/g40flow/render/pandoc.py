"""Documents as pandoc's tree, and pandoc itself, with everything that could do harm taken away.

Everybody's text passes through the tree: a document from outside is read into it, cleaned, and only then
written. Cleaning leaves paragraphs, headings, lists, tables, quotes, code, notes and links. Of pictures
the description stays; raw HTML, TeX and typst are shown as they were typed. So nothing in a text is ever
carried out, and no file is ever read because a text asks for it.
Tree: https://hackage.haskell.org/package/pandoc-types/docs/Text-Pandoc-Definition.html
"""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypandoc

from g40flow.domain.errors import InvalidInput
from g40flow.render.links import safe_url

DIALECT = "commonmark-raw_html+pipe_tables+strikeout+footnotes"
"""Our Markdown: CommonMark with tables, ~~struck~~ and notes[^1]; nothing that is carried out."""

LONGEST_TEXT = 200_000
"""Characters of Markdown; a long response has 30,000."""

SECONDS = 30
_DEEPEST = 40

Node = dict[str, Any]
Nodes = list[Node]


@dataclass
class Document:
    """A document that can do no harm. blocks: pandoc's tree.

    pictures: how many were left out. simplified_tables: how many had cells that Markdown cannot have.
    """

    blocks: Nodes
    pictures: int = 0
    simplified_tables: int = 0
    version: list[int] = field(default_factory=list)

    def as_json(self, properties: Mapping[str, str] | None = None) -> bytes:
        """The tree as pandoc reads it. properties: such as title and lang, as plain text."""
        meta = {key: {"t": "MetaString", "c": value} for key, value in (properties or {}).items()}
        return json.dumps({"pandoc-api-version": self.version, "meta": meta, "blocks": self.blocks}).encode()


def read_markdown(text: str) -> Document:
    """Our Markdown, cleaned. Raises InvalidInput for what is too long or nested too deeply."""
    if len(text) > LONGEST_TEXT:
        raise InvalidInput("text_too_long", f"expected at most {LONGEST_TEXT} characters, found {len(text)}")
    return clean(run(["-f", DIALECT, "-t", "json"], text.encode()))


def write_markdown(document: Document) -> str:
    """The document in our Markdown, a paragraph on a line."""
    return run(["-f", "json", "-t", DIALECT, "--wrap=none"], document.as_json()).decode()


def run(arguments: Sequence[str], document: bytes, *, environment: Mapping[str, str] | None = None) -> bytes:
    """What pandoc makes of a document, in its sandbox: it reads no files and no network.

    Raises InvalidInput if pandoc cannot read the document, or not within half a minute.
    """
    command = [pypandoc.get_pandoc_path(), "+RTS", "-M1G", "-RTS", "--sandbox", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments; the document goes through a pipe
            command,
            input=document,
            capture_output=True,
            timeout=SECONDS,
            env={"LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InvalidInput("unreadable_document", f"pandoc needed more than {SECONDS} s") from None
    if done.returncode:
        found = done.stderr.decode(errors="replace").strip()[:300]
        raise InvalidInput("unreadable_document", f"pandoc ended with {done.returncode}: {found}")
    return done.stdout


def clean(tree: bytes) -> Document:
    """A tree as pandoc wrote it, with only what can do no harm. Raises InvalidInput if nested too deeply."""
    try:
        content = json.loads(tree)
        cleaner = _Cleaner()
        blocks = list(cleaner.blocks(content["blocks"], 0))
    except RecursionError:
        raise InvalidInput("nested_too_deeply", f"expected at most {_DEEPEST} levels") from None
    return Document(
        blocks=blocks,
        pictures=cleaner.pictures,
        simplified_tables=cleaner.simplified_tables,
        version=content["pandoc-api-version"],
    )


_NO_ATTRIBUTES: list[Any] = ["", [], []]
_SPACE: Node = {"t": "Space"}


@dataclass
class _Cleaner:
    pictures: int = 0
    simplified_tables: int = 0

    def blocks(self, nodes: Nodes, depth: int) -> Iterator[Node]:
        if depth > _DEEPEST:
            raise InvalidInput("nested_too_deeply", f"expected at most {_DEEPEST} levels")
        for node in nodes:
            yield from self._block(node, depth + 1)

    def _block(self, node: Node, depth: int) -> Iterator[Node]:
        match node:
            case {"t": "Para" | "Plain" as kind, "c": inlines}:
                yield {"t": kind, "c": self.inlines(inlines, depth)}
            case {"t": "Header", "c": [level, _, inlines]} if depth == 1:
                yield {"t": "Header", "c": [level, _NO_ATTRIBUTES, self.inlines(inlines, depth)]}
            case {"t": "Header", "c": [_, _, inlines]}:  # in a list or quote it would break the outline
                yield {"t": "Para", "c": [{"t": "Strong", "c": self.inlines(inlines, depth)}]}
            case {"t": "BlockQuote", "c": blocks}:
                yield {"t": "BlockQuote", "c": list(self.blocks(blocks, depth))}
            case {"t": "BulletList", "c": items}:
                yield {"t": "BulletList", "c": [list(self.blocks(item, depth)) for item in items]}
            case {"t": "OrderedList", "c": [attributes, items]}:
                cleaned = [list(self.blocks(item, depth)) for item in items]
                yield {"t": "OrderedList", "c": [attributes, cleaned]}
            case {"t": "DefinitionList", "c": items}:
                for term, definitions in items:
                    yield {"t": "Para", "c": [{"t": "Strong", "c": self.inlines(term, depth)}]}
                    for definition in definitions:
                        yield from self.blocks(definition, depth)
            case {"t": "CodeBlock", "c": [_, code]}:
                yield {"t": "CodeBlock", "c": [_NO_ATTRIBUTES, code]}
            case {"t": "RawBlock", "c": [_, raw]}:
                yield {"t": "Para", "c": _typed(raw)}
            case {"t": "LineBlock", "c": lines}:
                broken = [[*self.inlines(line, depth), {"t": "LineBreak"}] for line in lines]
                yield {"t": "Para", "c": [inline for line in broken for inline in line][:-1]}
            case {"t": "HorizontalRule"}:
                yield {"t": "HorizontalRule"}
            case {"t": "Div", "c": [_, blocks]} | {"t": "Figure", "c": [_, _, blocks]}:
                yield from self.blocks(blocks, depth - 1)
            case {"t": "Table", "c": [_, _, columns, head, bodies, foot]}:
                yield self._table(columns, head, bodies, foot, depth)

    def inlines(self, nodes: Nodes, depth: int) -> Nodes:
        if depth > _DEEPEST:
            raise InvalidInput("nested_too_deeply", f"expected at most {_DEEPEST} levels")
        return [inline for node in nodes for inline in self._inline(node, depth + 1)]

    def _inline(self, node: Node, depth: int) -> Iterator[Node]:
        match node:
            case {"t": "Str" | "Space" | "SoftBreak" | "LineBreak"}:
                yield node
            case {"t": "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript" as kind, "c": inner}:
                yield {"t": kind, "c": self.inlines(inner, depth)}
            case {"t": "Underline" | "SmallCaps", "c": inner} | {"t": "Span", "c": [_, inner]}:
                yield from self.inlines(inner, depth)
            case {"t": "Quoted", "c": [kind, inner]}:
                opening, closing = ("‘", "’") if kind["t"] == "SingleQuote" else ("“", "”")
                yield {"t": "Str", "c": opening}
                yield from self.inlines(inner, depth)
                yield {"t": "Str", "c": closing}
            case {"t": "Cite", "c": [_, inner]}:
                yield from self.inlines(inner, depth)
            case {"t": "Code", "c": [_, code]}:
                yield {"t": "Code", "c": [_NO_ATTRIBUTES, code]}
            case {"t": "Math", "c": [_, formula]} | {"t": "RawInline", "c": [_, formula]}:
                yield from _typed(formula)
            case {"t": "Note", "c": blocks}:
                yield {"t": "Note", "c": list(self.blocks(blocks, depth))}
            case {"t": "Link", "c": [_, inner, [url, _]]}:
                yield from self._link(self.inlines(inner, depth), url)
            case {"t": "Image", "c": [_, inner, _]}:
                self.pictures += 1
                shown = self.inlines(inner, depth)
                yield from [*_typed("["), *shown, *_typed("]")] if shown else []

    def _link(self, shown: Nodes, url: str) -> Nodes:
        """A link that can be followed; of another one the text. Mail addresses are shown as they are."""
        safe = safe_url(url)
        if safe is None:
            return shown
        return [{"t": "Link", "c": [_NO_ATTRIBUTES, shown or _typed(safe), [safe, ""]]}]

    def _table(self, columns: Nodes, head: Any, bodies: Any, foot: Any, depth: int) -> Node:
        """A table as Markdown can have it: one heading row, one line of text in each cell."""
        simplified = self.simplified_tables
        rows = [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]
        cells = [self._row(row, depth) for row in rows]
        self.simplified_tables = simplified + (1 if self.simplified_tables > simplified else 0)
        width = max([len(columns), *map(len, cells)])
        filled = [_row(row + [[]] * (width - len(row))) for row in cells]
        heading, rest = (filled[:1], filled[1:]) if head[1] else ([_row([[]] * width)], filled)
        return {
            "t": "Table",
            "c": [
                _NO_ATTRIBUTES,
                [None, []],
                [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * width,
                [_NO_ATTRIBUTES, heading],
                [[_NO_ATTRIBUTES, 0, [], rest]],
                [_NO_ATTRIBUTES, []],
            ],
        }

    def _row(self, row: Any, depth: int) -> list[Nodes]:
        shown: list[Nodes] = []
        for _, _, height, columns, blocks in row[1]:
            if height > 1 or columns > 1 or len(blocks) > 1:
                self.simplified_tables += 1
            shown += [self._flat(blocks, depth), *([[]] * (columns - 1))]
        return shown

    def _flat(self, blocks: Nodes, depth: int) -> Nodes:
        """Everything in some blocks on one line."""
        line: Nodes = []
        for block in self.blocks(blocks, depth):
            piece = list(_inlines_of(block))
            line += [_SPACE, *piece] if line and piece else piece
        return [_SPACE if inline["t"] in ("LineBreak", "SoftBreak") else inline for inline in line]


def _row(cells: Sequence[Nodes]) -> list[Any]:
    def cell(inlines: Nodes) -> list[Any]:
        return [
            _NO_ATTRIBUTES,
            {"t": "AlignDefault"},
            1,
            1,
            [{"t": "Plain", "c": inlines}] if inlines else [],
        ]

    return [_NO_ATTRIBUTES, [cell(inlines) for inlines in cells]]


def _inlines_of(block: Node) -> Iterator[Node]:
    """The text of a cleaned block, without its form."""
    match block:
        case {"t": "Para" | "Plain", "c": inlines} | {"t": "Header", "c": [_, _, inlines]}:
            yield from inlines
        case {"t": "CodeBlock", "c": [_, code]}:
            yield from _typed(code)
        case {"t": "BlockQuote", "c": blocks}:
            yield from _all_inlines(blocks)
        case {"t": "BulletList", "c": items} | {"t": "OrderedList", "c": [_, items]}:
            for at, item in enumerate(items):
                yield from [{"t": "Str", "c": ";"}, _SPACE] if at else []
                yield from _all_inlines(item)
        case {"t": "Table", "c": [_, _, _, head, bodies, _]}:
            for row in [*head[1], *bodies[0][3]]:
                for cell in row[1]:
                    yield from [*_all_inlines(cell[4]), _SPACE]


def _all_inlines(blocks: Nodes) -> Iterator[Node]:
    for at, block in enumerate(blocks):
        yield from [_SPACE] if at else []
        yield from _inlines_of(block)


def _typed(text: str) -> Nodes:
    """Words as they were typed."""
    pieces: Nodes = []
    for at, word in enumerate(text.split(" ")):
        pieces += [_SPACE] if at else []
        pieces += [{"t": "Str", "c": word}] if word else []
    return pieces
