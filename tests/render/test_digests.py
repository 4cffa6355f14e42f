"""Digests as people get them, in every form."""

import json
import re
from dataclasses import replace
from typing import Any

import html5lib
import pytest

from g40flow.domain.digest.content import Also, Line, Part, Section, Why, as_json, from_json
from g40flow.render.digest_pdf import digest_pdf
from g40flow.render.digests import surely_fits
from g40flow.render.documents import Documents, read_pdf
from g40flow.render.mail import MailFrame
from g40flow.render.messages import LONGEST_LIST, MOST_BLOCKS, texts_in
from g40flow.resources import resource
from g40flow.sandbox.slack.validation import accept_message_blocks
from tests.render.digest_golden import GOLDEN, PORTAL, URL, as_files, renderer
from tests.render.digest_views import HOSTILE_TEXT, consultation, digest_cases, dossier, long_digest

CASES = digest_cases()


def test_there_is_a_file_for_every_form_and_no_other() -> None:
    assert sorted(as_files()) == sorted(path.name for path in GOLDEN.iterdir())


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.iterdir()))
def test_a_digest_says_what_somebody_read_and_found_good(name: str) -> None:
    expected = (GOLDEN / name).read_text(encoding="utf-8")

    assert as_files()[name] == expected, "renewed by: python -m tests.render.digest_golden"


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_mail_is_strictly_correct_html(case: str) -> None:
    html = as_files()[f"{case}.html"]

    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)

    assert document.get("lang") == "nl"
    assert all(table.get("role") == "presentation" for table in document.iter("table"))
    assert not list(document.iter("script"))
    for image in document.iter("img"):  # nothing is fetched when a mail is opened
        assert image.get("src", "").startswith("cid:")
        assert image.get("alt")


@pytest.mark.parametrize("case", sorted(CASES))
def test_slack_takes_every_message_of_a_digest(case: str) -> None:
    for message in json.loads(as_files()[f"{case}.slack.json"]):
        accept_message_blocks(message["blocks"])


def test_a_long_digest_is_divided_within_the_limits_and_loses_nothing() -> None:
    digest, writer = long_digest(), renderer()

    pieces = writer.split(digest, URL)
    messages = [writer.message(digest, URL, lines) for lines in pieces]

    assert [begin for begin, _ in pieces] == [0, *(end for _, end in pieces[:-1])]
    assert pieces[-1][1] == len(digest.lines)
    for message in messages:
        accept_message_blocks([*message.blocks])
        assert len(message.blocks) <= MOST_BLOCKS
        assert sum(map(len, texts_in([*message.blocks]))) < LONGEST_LIST
    shown = json.dumps([message.blocks for message in messages])
    assert all(f"/items/{number}|" in shown for number in range(120))
    assert [message.summary.endswith("vervolg") for message in messages] == [False] + [True] * (
        len(pieces) - 1
    )


def test_a_mail_holds_all_of_a_digest_that_takes_several_messages_in_slack() -> None:
    digest, writer = long_digest(), renderer()

    first = writer.message(digest, URL, writer.split(digest, URL)[0])

    assert all(f"/items/{number})" in first.text for number in range(120))
    assert all(f'/items/{number}"' in first.html for number in range(120))


def test_a_digest_with_few_lines_is_one_message() -> None:
    assert renderer().split(CASES["group"], URL) == ((0, len(CASES["group"].lines)),)


def test_what_was_kept_is_what_was_made() -> None:
    kept_as_made = [digest for case, digest in CASES.items() if case != "followed"]
    for digest in (*kept_as_made, long_digest()):
        kept = json.loads(json.dumps(as_json(digest)))

        assert from_json(kept) == digest


def test_text_from_outside_does_no_harm() -> None:
    slack, mail, page = (as_files()[f"hostile.{form}"] for form in ("slack.json", "html", "page.html"))
    markdown = as_files()["hostile.md"]

    shown = [text for text in texts_in(json.loads(slack)) if "Wet" in text]
    marked_up = [block["text"]["text"] for block in _sections(slack)]
    assert shown
    assert not any("<!channel>" in text for text in marked_up)
    for html in (mail, page):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
    assert "[klik](https" not in re.sub(r"\\.", "", markdown)
    assert "\u202e" not in slack + mail + page + markdown


def test_a_pdf_is_tagged_and_in_dutch_and_shows_hostile_text_as_text() -> None:
    documents = Documents(resource("templates"))

    content = digest_pdf(CASES["hostile"], renderer(), documents, "G40 Stedennetwerk")

    pdf = read_pdf(content)
    assert b"/StructTreeRoot" in content
    assert b"/Lang(nl-NL)" in content
    assert "[klik](https://kwaad.example)" in " ".join(pdf.text.split())
    assert HOSTILE_TEXT[:10] in pdf.text


def test_a_pdf_has_its_pictures_with_their_words() -> None:
    documents = Documents(resource("templates"))

    content = digest_pdf(CASES["group"], renderer(), documents, "G40 Stedennetwerk")

    text = " ".join(read_pdf(content).text.split())
    assert "Lopende dossiers en hun termijn Tijdlijn van 3 lopende dossiers." in text
    assert "Is er bij elke bron gekeken? Bronnen van di 10 nov" in text
    assert content.count(b"/Figure") == 3


def test_pictures_of_a_digest_leave_out_what_a_reader_may_not_know_of() -> None:
    digest = CASES["group"].without(frozenset({4}))

    (timeline, *_) = renderer().message(digest, URL, (0, len(digest.lines))).pictures

    assert "2026-004" not in timeline.svg + timeline.words
    assert "2026-003" in timeline.svg


def test_a_frame_of_a_mail_says_that_it_was_made_automatically() -> None:
    rendered = renderer().message(CASES["person"], URL, (0, 2))

    assert "Automatisch bericht" in MailFrame(resource("templates")).text(rendered)


def _sections(slack: str) -> list[dict[str, Any]]:
    return [
        block for message in json.loads(slack) for block in message["blocks"] if block["type"] == "section"
    ]


WORDY = (
    consultation(
        title=HOSTILE_TEXT * 2, why_terms=(HOSTILE_TEXT,) * 3, news=("extended", "result_published")
    ),
    consultation(also=tuple(Also(label=HOSTILE_TEXT, path="/items/13") for _ in range(3)), more_also=2),
    dossier(
        deeds=("adopt", "submit", "publish", "ratify"),
        risks=("step_late", "closes_soon", "held_over", "too_few_answers"),
        cities=("'s-Hertogenbosch",) * 6,
        outcomes=("achieved", "partly", "not"),
        asked="answer_for_group",
        also_asked=("drafting", "official_review", "decide"),
        asked_of=HOSTILE_TEXT,
        why=Why.UNSURE,
        why_text=HOSTILE_TEXT * 3,
    ),
)


@pytest.mark.parametrize("lines", [1, 4, 8, 12, 16, 24])
@pytest.mark.parametrize("line", WORDY)
def test_what_is_taken_to_fit_without_being_written_does_fit(line: Line, lines: int) -> None:
    parts = (Part(section=Section.NEW, lines=(line,) * lines, more=3, more_path="/items"),)
    digest = replace(CASES["group"], parts=parts)

    blocks = renderer().message(digest, URL, (0, lines)).blocks

    if surely_fits(digest, PORTAL):
        assert len(blocks) <= MOST_BLOCKS
        assert sum(map(len, texts_in([*blocks]))) < LONGEST_LIST


def test_an_ordinary_digest_is_taken_to_fit() -> None:
    assert surely_fits(CASES["person"], PORTAL)
    assert not surely_fits(long_digest(), PORTAL)
