"""What came back from Word, typed as it was before wherever nobody changed anything."""

from typing import Any

from g40flow.domain.dossier.respelling import respellings
from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.errors import InvalidInput
from g40flow.render.pandoc import Node, Nodes, clean, read_markdown, run, write_markdown


def spelled_as_before(markdown: str, before: str) -> str:
    """The text that was read from a Word file, so that a comparison shows what people changed and no more.

    before: the text that was taken to Word. Says exactly the same as markdown; equal to before when
    nothing was changed. Costs about half a second.
    """
    meaning = _meaning(markdown)
    for candidate in respellings(before, _read_back(before), markdown):
        if candidate == markdown or _says(candidate, meaning):
            return candidate
    return markdown


def _read_back(markdown: str) -> str:
    """The text as it comes back from Word when nobody touches it."""
    word = run(["-f", "json", "-t", "docx"], read_markdown(markdown).as_json())
    return normalise_markdown(write_markdown(clean(run(["-f", "docx", "-t", "json"], word))))


def _says(candidate: str, meaning: Nodes) -> bool:
    try:
        return _meaning(candidate) == meaning
    except InvalidInput:
        return False


def _meaning(markdown: str) -> Nodes:
    """The tree of a text, without what is a matter of spelling."""
    meaning: Nodes = _plain(read_markdown(markdown).blocks)
    return meaning


def _plain(node: Any) -> Any:
    match node:
        case list():
            return _words_joined([_plain(inner) for inner in node])
        case {"t": "SoftBreak"}:
            return {"t": "Space"}
        case {"t": "Para", "c": inner}:  # whether blank lines stand between the items of a list
            return {"t": "Plain", "c": _plain(inner)}
        case {"t": "OrderedList", "c": [[start, *_], items]}:
            return {"t": "OrderedList", "c": [start, _plain(items)]}
        case {"t": kind, "c": inner}:
            return {"t": kind, "c": _plain(inner)}
        case _:
            return node


def _words_joined(nodes: list[Any]) -> list[Any]:
    """The same nodes; letters that escapes keep apart are one word."""
    found: list[Any] = []
    for node in nodes:
        if found and _is_word(node) and _is_word(found[-1]):
            found[-1] = {"t": "Str", "c": found[-1]["c"] + node["c"]}
        else:
            found.append(node)
    return found


def _is_word(node: Node | Any) -> bool:
    return isinstance(node, dict) and node.get("t") == "Str"
