"""Our Markdown as HTML that can stand in a page of the portal.

The same dialect as g40flow.render.pandoc: CommonMark with tables, struck text and notes. Raw HTML is shown
as it was typed, links do not pass on where somebody comes from, pictures are left out, and the result is
cleaned once more by a list of what may stand in it.
"""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from g40flow.domain.dossier.text import normalise_markdown
from g40flow.render.links import safe_url

_TAGS = frozenset(
    (
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
        *("em", "strong", "s", "a", "sup", "section", "div"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    )
)
_ATTRIBUTES = {
    "a": {"href", "id", "aria-label"},
    "ol": {"start"},
    "li": {"id"},
    "section": {"class", "aria-label"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "th": {"scope"},
}
_NOTE = re.compile(r"\[\^([^\]\s^]{1,60})\]")
# Either a fenced piece of code, which stays as it is, or the text of a note.
_NOTE_TEXT = re.compile(
    r"^(?P<fence>`{3,}|~{3,})(?:.|\n)*?(?:^(?P=fence)|\Z)"
    r"|^\[\^(?P<label>[^\]\s^]{1,60})\]: *(?P<note>.*(?:\n {2,}\S.*)*)$",
    re.MULTILINE,
)
_DEEPEST = 40


@lru_cache(maxsize=64)  # pages are opened far more often than texts change
def markdown_html(
    text: str, *, heading_level: int = 2, notes_label: str = "", table_label: str = "", anchor: str = "noot"
) -> Markup:
    """A text as HTML.

    heading_level: of the highest heading, 1 to 6. notes_label, table_label: what screen readers call the
    notes and a table that can be scrolled, in Dutch. anchor: beginning of the ids of notes, different
    for two texts on one page.
    """
    body, notes = _without_notes(normalise_markdown(text))
    environment: dict[str, Any] = {"notes": notes, "used": [], "anchor": anchor}
    tokens = list(_adjusted(_MARKDOWN.parse(body, environment), heading_level, table_label))
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, environment)
    html += _notes_section(environment, notes_label)
    # nh3 has taken everything out that is not on the list.
    return Markup(_cleaned(html))  # noqa: S704


def nesting(text: str) -> int:
    """How deep a text is nested: its deepest list or quotation and its deepest emphasis together."""
    tokens = _MARKDOWN.parse(_without_notes(normalise_markdown(text))[0], {"notes": {}})
    blocks = max((token.level for token in tokens), default=0)
    inside = (child.level for token in tokens for child in token.children or ())
    return blocks + max(inside, default=0)


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https"},
        link_rel="noopener nofollow noreferrer",
        strip_comments=True,
    )


# --- the tree ---------------------------------------------------------------------------------------


def _adjusted(tokens: Sequence[Token], heading_level: int, table_label: str) -> Iterator[Token]:
    """Headings from the given level on; links that cannot be followed as text; tables that scroll."""
    highest = min((int(t.tag[1]) for t in tokens if t.type == "heading_open"), default=1)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) - highest + heading_level)}"
        if token.type == "th_open":
            token.attrs = {"scope": "col"}
        if token.children:
            token.children = list(_followable(token.children))
        if token.type == "table_open":
            label = {"aria-label": table_label} if table_label else {}
            yield Token(
                "div_open", "div", 1, attrs={"class": "scrolls", "tabindex": "0", "role": "region", **label}
            )
        yield token
        if token.type == "table_close":
            yield Token("div_close", "div", -1)


def _followable(tokens: Sequence[Token]) -> Iterator[Token]:
    kept: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            safe = safe_url(str(token.attrGet("href") or ""))
            kept.append(safe is not None)
            if safe is None:
                continue
            token.attrs = {"href": safe}
        elif token.type == "link_close" and not kept.pop():
            continue
        yield token


# --- notes ------------------------------------------------------------------------------------------


def _without_notes(text: str) -> tuple[str, dict[str, str]]:
    """The text without the lines that say what its notes are, and those notes by label."""
    notes: dict[str, str] = {}

    def take(found: re.Match[str]) -> str:
        if found.group("label") is None:
            return found.group()  # code, which stays as it is
        notes.setdefault(found.group("label"), " ".join(found.group("note").split()))
        return ""

    return _NOTE_TEXT.sub(take, text), notes


def _note_rule(state: StateInline, silent: bool) -> bool:
    found = _NOTE.match(state.src, state.pos)
    if found is None or found.group(1) not in state.env.get("notes", {}):
        return False
    if not silent:
        token = state.push("note", "", 0)
        token.content = found.group(1)
    state.pos = found.end()
    return True


def _render_note(
    _: RendererProtocol, tokens: Sequence[Token], at: int, __: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    label = tokens[at].content
    first = label not in env["used"]
    if first:
        env["used"].append(label)
    number = env["used"].index(label) + 1
    anchor = escape(env["anchor"])
    back = f' id="{anchor}-terug-{number}"' if first else ""
    return f'<sup><a href="#{anchor}-{number}"{back}>{number}</a></sup>'


def _notes_section(environment: MutableMapping[str, Any], label: str) -> str:
    """The notes that the text refers to, in the order it does; a note has no notes of its own."""
    if not environment["used"]:
        return ""
    anchor = escape(environment["anchor"])
    items = []
    for number, used in enumerate(environment["used"], start=1):
        (inline,) = _MARKDOWN.parseInline(environment["notes"][used], {"notes": {}})
        inline.children = list(_followable(inline.children or []))
        shown = _MARKDOWN.renderer.render([inline], _MARKDOWN.options, {})
        back = f'<a href="#{anchor}-terug-{number}" aria-label="{escape(label)} {number}">↩</a>'
        items.append(f'<li id="{anchor}-{number}">{shown} {back}</li>')
    return f'<section class="notes" aria-label="{escape(label)}"><ol>{"".join(items)}</ol></section>'


def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    markdown.enable(["table", "strikethrough"])
    markdown.disable(["html_block", "html_inline"])
    markdown.inline.ruler.before("link", "note", _note_rule)
    markdown.add_render_rule("note", _render_note)
    markdown.add_render_rule("image", _render_picture)
    return markdown


def _render_picture(
    _: RendererProtocol, tokens: Sequence[Token], at: int, __: OptionsDict, ___: MutableMapping[str, Any]
) -> str:
    """The description of a picture, as in a file that is made of the text."""
    return f"[{escape(tokens[at].content)}]" if tokens[at].content else ""


_MARKDOWN = _parser()
