"""Whatever reads XML or HTML from elsewhere expands no entities, opens no files and asks no network."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import g40flow
from g40flow.domain.errors import G40FlowError
from g40flow.render.word_import import import_word
from g40flow.sources import feed_document, markup
from g40flow.sources.internetconsultatie import markup as consultations
from g40flow.sources.tweedekamer.feed import parse_page
from g40flow.sources.tweedekamer.odata import ODataService, missing_fields
from tests.render.word_files import word_file

SOURCE = Path(g40flow.__file__).parent
SAFE = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}
OUR_OWN_FILES = {"render/reference_docx.py"}
"""Reads what pandoc made and what lies in templates/."""

SERVICE = ODataService(base_url="https://voorbeeld.example", entity_set="Activiteit", fields={})
READERS: dict[str, Callable[[bytes], object]] = {
    "pages of archives": lambda body: markup.read_xml(body, "x", "feed"),
    "pages of consultations": lambda body: consultations.read_xml(body, "x"),
    "SyncFeed": lambda body: parse_page(body, "x"),
    "service description": lambda body: missing_fields(body, SERVICE),
    "feeds": lambda body: feed_document.parse_feed(body, "x"),
    "Word": lambda body: import_word(word_file(more={"word/document.xml": body}), "brief.docx"),
}


def calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def modules() -> Iterator[Path]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if not name.startswith("sandbox/") and name not in OUR_OWN_FILES:
            yield path


def test_every_parser_is_made_safe() -> None:
    unsafe = []
    for path in modules():
        for name, call in calls_in(path):
            given = {k.arg: k.value.value for k in call.keywords if isinstance(k.value, ast.Constant)}
            wanted = SAFE if name == "XMLParser" else {"no_network": True, "huge_tree": False}
            if name in ("XMLParser", "HTMLParser") and not wanted.items() <= given.items():
                unsafe.append(f"{path.name}:{call.lineno}: {name}")
            if name == "fromstring" and len(call.args) < 2:
                unsafe.append(f"{path.name}:{call.lineno}: read with the parser as it comes")
            if name in ("iterparse", "XSLT", "parseString", "XInclude"):
                unsafe.append(f"{path.name}:{call.lineno}: {name}")

    assert unsafe == []


def test_nothing_reads_xml_with_the_standard_library() -> None:
    assert [path.name for path in modules() if "xml.etree" in path.read_text(encoding="utf-8")] == []


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text("geheim van deze machine")
    return path


@pytest.mark.parametrize("reader", READERS)
def test_a_document_cannot_read_a_file_of_ours(reader: str, secret: Path) -> None:
    body = f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{secret.as_uri()}">]><feed>&x;</feed>'.encode()

    with pytest.raises(G40FlowError) as refused:
        READERS[reader](body)

    assert "geheim van deze machine" not in str(refused.value)


@pytest.mark.parametrize("reader", READERS)
def test_entities_do_not_multiply(reader: str) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE feed [<!ENTITY e0 "ha">{levels}]><feed>&e9;</feed>'.encode()

    with pytest.raises(G40FlowError):
        READERS[reader](body)


@pytest.mark.parametrize("reader", READERS)
def test_elements_do_not_nest_without_end(reader: str) -> None:
    with pytest.raises(G40FlowError):
        READERS[reader](b"<feed>" + b"<a>" * 100_000)
