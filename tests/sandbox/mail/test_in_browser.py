"""Mails, and the pages of the sandbox that show them, in a real browser."""

import shutil
import smtplib
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from g40flow.notify.mail_bytes import Mailbox, MailContent
from g40flow.render.mail import MailFrame
from g40flow.resources import resource
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from tests.render.test_golden_messages import MESSAGES

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SHOWN = ("urgent_message_lead_urgent", "item_card_hostile", "gathered_mixed", "source_notice_trouble")
FRAME = MailFrame(resource("templates"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser on this machine."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """A sandbox in which some mails came in."""
    with SandboxServer(with_mail=True) as running:
        assert running.mail is not None
        for number, name in enumerate(SHOWN):
            _send(name, number, running.mail.port)
        yield running


def _send(name: str, number: int, port: int) -> None:
    rendered = MESSAGES[name]
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
    )
    with smtplib.SMTP("127.0.0.1", port, local_hostname="test") as client:
        client.sendmail("g40flow@g40.example", ["anna@example.nl"], mail.as_bytes())


def violations(page: Page) -> list[str]:
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, iframes: false})", RULES)
    return [f"{violation['id']}: {violation['nodes'][0]['html']}" for violation in found["violations"]]


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_mail_can_be_read_by_everybody_on_any_screen(chromium: Browser, name: str, scheme: str) -> None:
    context = chromium.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 700})

    page.set_content(FRAME.html(MESSAGES[name]))

    assert violations(page) == []
    assert not is_too_wide(page)
    context.close()


@pytest.mark.parametrize("path", ["/mail/", "/mail/1", "/mail/2"])
def test_the_pages_that_show_mail_can_be_read_by_everybody(
    chromium: Browser, sandbox: SandboxServer, path: str
) -> None:
    context = chromium.new_context(base_url=sandbox.base_url)
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 700})

    page.goto(path)

    assert violations(page) == []
    assert not is_too_wide(page)
    context.close()


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
