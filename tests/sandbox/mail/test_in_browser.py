"""Mails, and the pages of the sandbox that show them, in a real browser."""

import smtplib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from g40flow.notify.mail_bytes import Mailbox, MailContent, MailImage
from g40flow.render.mail import MailFrame
from g40flow.resources import resource
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from tests.browsing import flaws
from tests.render.golden_files import messages

pytestmark = pytest.mark.browser

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SHOWN = (
    "urgent_message_lead_urgent",
    "item_card_hostile",
    "gathered_mixed",
    "source_notice_trouble",
    "digest_board",
)
FRAME = MailFrame(resource("templates"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """A sandbox in which some mails came in."""
    with SandboxServer(with_mail=True) as running:
        assert running.mail is not None
        for number, name in enumerate(SHOWN):
            _send(name, number, running.mail.port)
        yield running


def _send(name: str, number: int, port: int) -> None:
    rendered = messages()[name]
    mail = MailContent(
        sender=Mailbox(name="G40", address="g40flow@g40.example"),
        to=Mailbox(name="Anna", address="anna@example.nl"),
        subject=rendered.summary,
        date=WORLD_START,
        message_id=f"<{number}@g40.example>",
        list_id="<g40flow.g40.example>",
        in_reply_to="",
        text=FRAME.text(rendered),
        html=FRAME.html(rendered),
        images=tuple(
            MailImage(name=picture.name, cid=picture.cid, content=FRAME.image(picture))
            for picture in rendered.pictures
        ),
    )
    with smtplib.SMTP("127.0.0.1", port, local_hostname="test") as client:
        client.sendmail("g40flow@g40.example", ["anna@example.nl"], mail.as_bytes())


def test_mails_can_be_read_by_everybody_on_any_screen(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    found = {}

    for name in SHOWN:
        page.set_content(FRAME.html_alone(messages()[name]))
        found[name] = flaws(page, *RULES)
    widths = page.eval_on_selector_all("img", "images => images.map(image => image.naturalWidth)")
    context.close()

    assert widths == [840, 840, 840]  # of the last one, the digest: sharp on a good screen
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_pages_that_show_mail_can_be_read_by_everybody(chromium: Browser, sandbox: SandboxServer) -> None:
    context = chromium.new_context(base_url=sandbox.base_url)
    page = context.new_page()
    found = {}

    for path in ("/mail/", "/mail/1", "/mail/2"):
        page.goto(path)
        found[path] = flaws(page, *RULES)
    context.close()

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_mail_is_shown_in_its_frame_and_its_links_open_beside_it(
    chromium: Browser, sandbox: SandboxServer
) -> None:
    context = chromium.new_context(base_url=sandbox.base_url)
    context.route("http://127.0.0.1:8040/**", lambda route: route.abort())
    page = context.new_page()
    page.goto("/mail/1")

    with context.expect_event("request") as asked:
        page.frame_locator("iframe").get_by_role("link", name="Open dit stuk in het portaal").click()

    assert asked.value.url == "http://127.0.0.1:8040/items/12"
    assert page.url.endswith("/mail/1")
    context.close()
