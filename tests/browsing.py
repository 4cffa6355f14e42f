"""A real browser, and what every page must be in it: for everybody, and no wider than the screen."""

import shutil
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib.resources import files
from threading import Thread
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDTHS = (320, 768, 1280)
PHONE, DESK = ViewportSize(width=390, height=900), ViewportSize(width=1280, height=900)
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"

_VIOLATIONS_ONLY = {"resultTypes": ["violations"], "selectors": False}
"""Axe need not describe what is right, nor the way to every element."""

OpenPage = Callable[..., Page]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser on this machine; the test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def served(web: Any) -> Iterator[str]:
    """The address of an ASGI application that is served on this machine."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(web, log_level="critical", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def opening(
    browser: Browser, address: str, cookie_of: Callable[[str], tuple[str, str]], *, allowed: str = ""
) -> Iterator[OpenPage]:
    """Gives a function that opens pages: `open_(path, person, scripts=False, …)`, each in its own browser.

    cookie_of: name and value of the cookie of somebody who is signed in. person: "" for nobody.
    Fails at the end when a page asked for something that the browser refused, but for what is allowed.
    """
    complaints: list[str] = []
    contexts: list[Any] = []

    def open_(path: str, person: str = "", *, scripts: bool = True, **settings: Any) -> Page:
        context = browser.new_context(
            **{"base_url": address, "java_script_enabled": scripts, "viewport": DESK, **settings}
        )
        contexts.append(context)
        if person:
            name, value = cookie_of(person)
            context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    refused = [said for said in complaints if not (allowed and allowed in said)]
    assert refused == [], refused


def flaws(page: Page, *rules: str) -> list[str]:
    """What is wrong with a page as it stands, with everything on it opened.

    All rules of accessibility on a phone in the light; what depends on colours also on a desk in the
    dark; and widths at which the page is wider than the screen. rules: other ones than usual.
    """
    page.evaluate(OPEN_ALL)
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    found = _broken(page, {"type": "tag", "values": list(rules or RULES)})
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DESK)
    found += [f"dark {flaw}" for flaw in _broken(page, {"type": "rule", "values": ["color-contrast"]})]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (excess := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{excess} px too wide at {width}")
    return found


def flaws_seen_by(open_page: OpenPage, pages: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What is wrong with pages, by path and who looks; those that are right are left out.

    pages: paths by person. Everybody looks at all in one window.
    """
    found: dict[str, list[str]] = {}
    for person, paths in pages.items():
        page = open_page(paths[0], person)
        for path in paths:
            page.goto(path)
            if wrong := flaws(page):
                found[f"{path} as {person}"] = wrong
    return found


def _broken(page: Page, only: dict[str, Any]) -> list[str]:
    asked = {"runOnly": only, "iframes": False} | _VIOLATIONS_ONLY
    found = page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        f"{rule['id']}: {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"][:3]
    ]
