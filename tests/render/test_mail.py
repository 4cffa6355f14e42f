"""Every message as mail: it says what the plain text says, harms nobody, and every program can show it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from g40flow.domain.messages import GatheredView, ItemView, Rendered, Told
from g40flow.render.links import safe_url
from g40flow.render.mail import MailFrame
from g40flow.render.samples.items import TODAY, WELZIJN
from g40flow.resources import resource
from tests.render.golden_files import messages, names
from tests.render.test_hostile_text import CHANGES, QUICK, RENDERER, TEXT, VIEWS

GOLDEN = Path(__file__).parent / "golden_mail"
READ = (
    "item_card_lead", "item_card_hostile", "triage_card_lead", "urgent_message_lead_urgent",
    "urgent_message_withdrawn", "gathered_mixed", "gathered_beginning", "news_reply_extended",
    "source_notice_trouble", "source_notice_recovered",
)  # fmt: skip
"""Messages whose HTML somebody has read; of the others only their form is checked."""

FRAME = MailFrame(resource("templates"))
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "p", "br", "ul", "li", "a",
    "h2", "strong", "s", "img",
}  # fmt: skip
"""What the usual mail programs show alike, Outlook with its Word among them."""


@pytest.mark.parametrize("name", READ)
def test_a_mail_reads_as_it_was_found_good(name: str) -> None:
    path = GOLDEN / f"{name}.html"
    shown = FRAME.html(messages()[name])

    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
        pytest.fail("written now: read it, and keep it if it is right")
    assert path.read_text(encoding="utf-8") == shown


def test_no_file_is_left_of_a_mail_that_is_gone() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(READ)


def parsed(document: str) -> etree._Element:
    return etree.fromstring(document, etree.HTMLParser())


def links_in(root: etree._Element) -> list[str]:
    """Everything that leads somewhere or is fetched."""
    names = ("href", "src", "background", "action")
    return [
        str(value)
        for element in root.iter()
        for name, value in element.items()
        if name in names and not (element.tag == "img" and name == "src")
    ]


def words_of_html(document: str) -> list[str]:
    """What is read, in order; of a picture its words."""
    body = parsed(document).find("body")
    assert body is not None
    for picture in body.iter("img"):
        picture.text = picture.get("alt")
    return " ".join(str(text) for text in body.itertext() if str(text).strip()).split()


def words_of_text(rendered: Rendered) -> list[str]:
    """The same of the plain text: without bullets and addresses, which HTML shows in its own way."""
    shown = re.sub(r" \(https?://\S+\)|: https?://\S+", "", FRAME.text(rendered))
    return [word for word in shown.split() if word not in ("-", "--")]


def without_bullets(words: list[str]) -> list[str]:
    return [word for word in words if word != "-"]


@pytest.mark.parametrize("name", names())
def test_html_says_the_words_of_the_plain_text_in_the_same_order(name: str) -> None:
    rendered = messages()[name]

    in_html, in_text = words_of_html(FRAME.html(rendered)), words_of_text(rendered)

    assert "".join(without_bullets(in_html)) == "".join(in_text)


@pytest.mark.parametrize("name", [name for name in names() if not name.endswith("_hostile")])
def test_every_link_of_the_plain_text_can_be_followed_in_html(name: str) -> None:
    rendered = messages()[name]

    links = set(re.findall(r"https?://[^\s)]+", rendered.text))

    assert set(links_in(parsed(FRAME.html(rendered)))) == links


def assert_sound(document: str) -> None:
    """Only plain elements, styles and addresses; nothing is fetched and nothing runs.

    A picture is in the mail itself, under a name of ours, and has words.
    """
    root = parsed(document)
    for element in root.iter():
        assert element.tag in ELEMENTS
        assert not any(str(name).startswith("on") for name in element.attrib)
    assert root.get("lang") == "nl"
    assert {table.get("role") for table in root.iter("table")} == {"presentation"}
    assert links_in(root) == [link.get("href") for link in root.iter("a")]
    assert all(safe_url(link) == link for link in links_in(root))
    pictures = list(root.iter("img"))
    assert all(re.fullmatch(r"cid:[a-z]+-[0-9a-f]{16}@g40flow", str(img.get("src"))) for img in pictures)
    assert all(img.get("alt") for img in pictures)
    assert "url(" not in document


@pytest.mark.parametrize("name", names())
def test_a_mail_holds_only_what_every_program_shows(name: str) -> None:
    assert_sound(FRAME.html(messages()[name]))


@QUICK
@given(VIEWS, CHANGES)
def test_mails_about_any_item_are_sound(view: ItemView, change: Told) -> None:
    for rendered in (
        RENDERER.item_card(view),
        RENDERER.triage_card(view),
        RENDERER.urgent_message(view),
        RENDERER.news_reply(view, change),
        RENDERER.gathered(_gathered(view)),
    ):
        assert_sound(FRAME.html(rendered))


def _gathered(view: ItemView) -> GatheredView:
    return GatheredView(
        group=WELZIJN,
        beginning=False,
        items=(view, view),
        more=0,
        overview_url="http://127.0.0.1:8040/items",
        today=TODAY,
    )


@QUICK
@given(TEXT, TEXT)
def test_a_message_without_html_of_its_own_is_made_from_its_text(summary: str, text: str) -> None:
    address = "https://portal.example/sign-in?token=a&b=1"

    document = FRAME.html(Rendered(summary=summary, text=f"{text}\n\nOpen: {address}.\n<b>niet vet</b>"))

    assert_sound(document)
    root = parsed(document)
    assert address in links_in(root)
    assert list(root.iter("b")) == []


def test_words_can_be_read_on_their_background() -> None:
    on_white, on_page, on_button = ("#18262d", "#51616a", "#0b5c7d"), ("#51616a",), ("#ffffff",)

    ratios = [
        *(_contrast(ink, "#ffffff") for ink in on_white),
        *(_contrast(ink, "#f4f5f2") for ink in on_page),
        *(_contrast(ink, "#0b5c7d") for ink in on_button),
        # in the dark
        *(_contrast(ink, "#18242b") for ink in ("#e8eef0", "#a9b8bf", "#7cc6e6")),
        _contrast("#a9b8bf", "#10191e"),
        _contrast("#0b222d", "#7cc6e6"),
    ]

    assert min(ratios) >= 4.5


def _contrast(ink: str, paper: str) -> float:
    lighter, darker = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_urgent_news_is_told_again_by_mail_and_other_changes_are_not() -> None:
    extended, lead = messages()["urgent_message_extended"], messages()["urgent_message_lead_urgent"]

    assert extended.change != ""
    assert lead.change == ""
    assert all(rendered.change == "" for name, rendered in messages().items() if name.startswith("item_card"))
