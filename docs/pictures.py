"""Makes the pictures of docs/handleiding.md from the sandbox: `make pictures`. Needs Chromium.

The sandbox plays a consultation, the portal is served on loopback, and a browser signs in as people
of the example network. Run it again after a page has changed.
"""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import httpx
import uvicorn
from playwright.sync_api import Browser, ViewportSize, sync_playwright
from sqlmodel import col, select

from flows.demo_response import Stage, leave_open
from g40flow import jobs
from g40flow.bootstrap import App, build_app
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from g40flow.storage import schema
from g40flow.storage.decisions import open_round_of
from g40flow.storage.dossier_tables import CallInvitation
from g40flow.web.portal import build_portal

PICTURES = Path(__file__).parent / "plaatjes"
SECRETARY, BOARD_MEMBER, CITY = "jasmijn-de-voorbeeld", "joost-proefsma", "delft"
PEN_HOLDER = "teun-papier"
SIZE: ViewportSize = {"width": 1100, "height": 820}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def main() -> None:
    """Every picture, over the old ones."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, playing(Path(folder)) as (app, calling, deciding):
        with app.database.reading() as session:
            round_ = open_round_of(session, deciding)
            invited = select(CallInvitation).where(
                col(CallInvitation.city) == CITY, col(CallInvitation.revoked_at).is_(None)
            )
            invitation = session.scalars(invited.order_by(col(CallInvitation.id))).first()
        assert round_ is not None
        assert invitation is not None
        link = app.call_links.token_of(invitation)
        with serving(app), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            take(browser, app, "dossier", f"/dossiers/{calling}", SECRETARY)
            take(browser, app, "secretaris", f"/dossiers/{calling}/call", SECRETARY)
            take(browser, app, "tekst", f"/dossiers/{deciding}/text", PEN_HOLDER)
            take(browser, app, "besluit", f"/board/{round_.id}", BOARD_MEMBER)
            take(browser, app, "uitvraag", f"/uitvraag/{link}", "")
            browser.close()


def take(browser: Browser, app: App, name: str, path: str, person: str) -> None:
    """One picture. person: who is signed in; "" for nobody."""
    page = browser.new_page(viewport=SIZE, base_url=app.settings.portal_url, locale="nl-NL")
    if person:
        page.goto("/sign-in")
        page.select_option("select[name=person]", person)
        page.get_by_role("button", name="Ga verder als deze persoon").click()
    page.goto(path)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


@contextmanager
def playing(folder: Path) -> Iterator[tuple[App, int, int]]:
    """The program after the play, with the ids of the two dossiers that are left open."""
    with SandboxServer() as sandbox, closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        app = build_app(
            {
                "G40FLOW_DATABASE_URL": f"sqlite:///{folder / 'g40flow.sqlite'}",
                "G40FLOW_CONFIG_DIR": str(sandbox_config(folder / "config", sandbox.base_url)),
                "G40FLOW_PORTAL_URL": f"http://127.0.0.1:{probe.getsockname()[1]}",
                "G40FLOW_CHOOSE_PERSON": "1",
                "G40FLOW_CLOCK_OFFSET_SECONDS": str((WORLD_START - datetime.now(UTC)).total_seconds()),
            }
        )
        schema.upgrade(app.database)

        def look() -> None:
            jobs.poll(app, "internetconsultatie")
            jobs.assemble(app, "internetconsultatie")

        with httpx.Client(base_url=sandbox.base_url, trust_env=False) as control:
            calling, deciding = leave_open(Stage(app=app, sandbox=control, look=look, tell=print))
        probe.close()
        yield app, calling, deciding
        app.database.close()


@contextmanager
def serving(app: App) -> Iterator[None]:
    """The portal at its address."""
    port = int(app.settings.portal_url.rpartition(":")[2])
    server = uvicorn.Server(uvicorn.Config(build_portal(app), port=port, log_level="warning"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main()
