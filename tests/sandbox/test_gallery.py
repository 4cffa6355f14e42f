"""The gallery shows what is in its file, and can do no harm with it."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from g40flow.sandbox.gallery import gallery_routes
from g40flow.sandbox.server import SandboxServer
from tests.browsing import flaws

HOSTILE = "<script>alert(1)</script> & <b>vet</b>"
EXAMPLE = {
    "kind": "dossier_note",
    "case": "step",
    "subject": HOSTILE,
    "text": f"tekst {HOSTILE}",
    "html": "<!DOCTYPE html><html><body><script>alert(1)</script>mail</body></html>",
    "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Dossier* &lt;script&gt;", "verbatim": True}},
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": HOSTILE}}],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "klein"}]},
    ],
}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    path = tmp_path_factory.mktemp("gallery") / "gallery.json"
    path.write_text(json.dumps([EXAMPLE, EXAMPLE | {"case": "other"}]), encoding="utf-8")
    with SandboxServer(gallery=path) as running, httpx.Client(base_url=running.base_url) as client:
        yield client


def test_the_list_counts_the_examples_of_each_kind_and_the_start_page_links_to_it(
    gallery: httpx.Client,
) -> None:
    page = gallery.get("/gallery/").text

    assert "1 soort, 2 voorbeelden" in page
    assert '<a href="/gallery/dossier_note">' in page
    assert "/gallery/" in gallery.get("/sandbox/").text


def test_a_kind_is_shown_as_slack_mail_and_text_and_nothing_of_it_runs(gallery: httpx.Client) -> None:
    page = gallery.get("/gallery/dossier_note").text
    mail = gallery.get("/gallery/dossier_note/step/html")

    assert "<strong>Dossier</strong>" in page or "<b>Dossier</b>" in page
    assert "<script>" not in page
    assert 'sandbox title="Mail: step"' in page
    assert mail.headers["content-security-policy"].startswith("sandbox;")


@pytest.mark.browser
def test_the_gallery_can_be_read_by_everybody(gallery: httpx.Client, chromium: Browser) -> None:
    page = chromium.new_page(base_url=str(gallery.base_url))
    found = {}

    for path in ("/gallery/", "/gallery/dossier_note"):
        page.goto(path)
        found[path] = flaws(page)
    page.close()

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_what_is_not_there_is_not_found(gallery: httpx.Client) -> None:
    assert gallery.get("/gallery/iets").status_code == 404
    assert gallery.get("/gallery/dossier_note/iets/html").status_code == 404


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"kind": "x"}]'])
def test_a_file_with_something_else_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "gallery.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(ValueError, match=path.stem):
        gallery_routes(path)
