"""Markdown as HTML for the portal."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.render.markdown_html import markdown_html, nesting
from g40flow.render.pandoc import read_markdown

TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "sup", "section", "div", "table", "thead", "tbody", "tr", "th", "td"),
}


class Reader(HTMLParser):
    """What a browser would find."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> None:
    found = Reader(html)
    assert set(found.tags) <= TAGS
    for name, value in found.attributes:
        assert not name.startswith("on")
        assert name not in ("style", "src", "srcdoc", "formaction")
        if name == "href":
            assert (value or "").startswith(("http://", "https://", "#noot-"))


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# Kop\n\n### Diep", "<h2>Kop</h2>\n<h4>Diep</h4>"),
        ("### Kop\n\n#### Diep", "<h2>Kop</h2>\n<h3>Diep</h3>"),
        (
            "**vet** *schuin* ~~weg~~ `code`",
            "<p><strong>vet</strong> <em>schuin</em> <s>weg</s> <code>code</code></p>",
        ),
        ("a & <b>c</b>", "<p>a &amp; &lt;b&gt;c&lt;/b&gt;</p>"),
        (
            '[wet](https://www.example.nl/a?b=1&c=2 "titel")',
            '<p><a href="https://www.example.nl/a?b=1&amp;c=2" rel="noopener nofollow noreferrer">'
            "wet</a></p>",
        ),
        ("[klik](mailto:a@b.nl) ![plaat](https://x.nl/a.png)", "<p>klik [plaat]</p>"),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert markdown_html(markdown).strip() == html


def test_notes_stand_at_the_end_and_lead_back() -> None:
    html = markdown_html(
        "Een[^a] en twee[^b], weer[^a]; [^c].\n\n[^a]: *Eerste*.\n[^b]: Tweede.", notes_label="Noten"
    )

    assert 'Een<sup><a href="#noot-1" id="noot-terug-1"' in html
    assert html.count('id="noot-terug-1"') == 1
    assert '<li id="noot-1"><em>Eerste</em>. <a href="#noot-terug-1" aria-label="Noten 1"' in html
    assert "[^c]" in html
    assert "[^a]:" not in html


def test_a_table_can_be_reached_with_the_keyboard_and_names_its_columns() -> None:
    html = markdown_html("| a | b |\n|---|---|\n| 1 | 2 |", table_label="Tabel")

    assert '<div class="scrolls" tabindex="0" role="region" aria-label="Tabel"><table>' in html
    assert '<th scope="col">a</th>' in html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x) [y](file:///etc/passwd) [z](//evil.example)",
    "[x](https://user:pw@evil.example)",
    '<https://x.nl/"onmouseover=alert(1)>',
    '[x](https://x.nl/"onmouseover="alert(1))',
    '![x" onerror="alert(1)](x)',
    "![<script>](javascript:x)",
    "`<script>`\n\n```<script>\n<script>\n```",
    '[^"><script>]\n\n[^"><script>]: <script>alert(1)</script>',
    "[^a]\n\n[^a]: [x](javascript:alert(1)) [^a]",
    "| <script> | b |\n|---|---|\n| <img src=x onerror=y> | 2 |",
    "<style>body{}</style><svg onload=x><math><a xlink:href=javascript:x>",
    "&lt;script&gt; &#106;avascript: [a](&#106;avascript:x)",
    "[a]: javascript:alert(1)\n\n[a]",
    "<!-- --><![CDATA[<script>]]>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_text_is_carried_out(hostile: str) -> None:
    assert_harmless(markdown_html(f"Voor.\n\n{hostile}\n\nNa."))


PIECES = st.sampled_from(
    [
        "<",
        ">",
        "[",
        "](",
        ")",
        "javascript:",
        "!",
        '"',
        "'",
        "`",
        "*",
        "|",
        "\n",
        "[^a]",
        ": ",
        "script",
        "&#x3c;",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(derandomize=True, deadline=None)
def test_no_mix_of_marks_is_carried_out(text: str) -> None:
    assert_harmless(markdown_html(text))


@pytest.mark.parametrize("piece", ["[", "[^a]", "*a", ">", "|a", "```\n", "- ", "[^1]: x\n", "<a ", "![]("])
def test_no_text_takes_long(piece: str) -> None:
    started = time.process_time()

    markdown_html(piece * (20_000 // len(piece)))

    assert time.process_time() - started < 3


@pytest.mark.parametrize("levels", [2, 5, 10, 14])
def test_what_is_not_nested_too_deeply_can_be_made_into_a_file(levels: int) -> None:
    lists = "".join("  " * depth + "- a\n" for depth in range(levels))
    quotes = ">" * levels + " a"
    emphasis = "**a *b " * (levels // 2) + "c* d** " * (levels // 2)

    for text in (lists, quotes, emphasis):
        assert nesting(text) <= 30
        assert read_markdown(text).blocks


def test_nesting_counts_lists_quotes_and_emphasis() -> None:
    assert nesting("") == nesting("tekst") - 1 == 0
    assert nesting("> - **a**") > nesting("- a") > nesting("a")
