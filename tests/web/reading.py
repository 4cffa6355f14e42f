"""Pages as a reader sees them: text, links, and forms that are sent as they stand."""

import threading
import warnings
from dataclasses import dataclass
from functools import cache
from queue import Queue
from typing import Any

import anyio
from anyio.from_thread import BlockingPortal
from httpx import Client
from lxml import html

with warnings.catch_warnings():
    # It asks for a successor of httpx that is not needed otherwise.
    warnings.simplefilter("ignore")
    from starlette import testclient

PORTAL = "http://127.0.0.1:8040"


class TestClient(testclient.TestClient):
    """A browser whose requests are all answered in one loop, as a server does.

    By itself it begins a loop and a thread for each request, which takes longer than most pages.
    """

    __test__ = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.portal = _loop()


@cache
def _loop() -> BlockingPortal:
    """In a thread that ends with the process."""
    begun: Queue[BlockingPortal] = Queue()

    async def answer() -> None:
        async with BlockingPortal() as portal:
            begun.put(portal)
            await portal.sleep_until_stopped()

    threading.Thread(target=anyio.run, args=(answer,), daemon=True).start()
    return begun.get()


@dataclass
class Reader:
    """Somebody with a browser that follows links and sends forms, without scripts."""

    client: Client

    def get(self, address: str, status: int = 200) -> "Page":
        """Open a page that must answer with this status."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return Page(answer.text)

    def send(self, page: "Page", action: str, status: int = 303, **changed: Any) -> "Page":
        """Send the form whose address ends in `action`, with some fields changed; follow the answer."""
        address, values = page.form(action)
        answer = self.client.post(address.partition("#")[0], data={**values, **changed})
        assert answer.status_code == status, answer.text
        return self.get(answer.headers["location"].partition("#")[0]) if status == 303 else Page(answer.text)


@dataclass
class Page:
    """One page. source: as it was sent."""

    source: str

    @property
    def tree(self) -> Any:
        """The page as elements."""
        return html.fromstring(self.source)

    @property
    def text(self) -> str:
        """Everything that is to be read, with single blanks."""
        return _text(self.tree.xpath("//body")[0])

    def part(self, heading: str) -> str:
        """The text of the card with this id as its heading."""
        found = self.tree.xpath("//*[@aria-labelledby=$id]", id=heading)
        return _text(found[0])

    def link(self, words: str) -> str:
        """The address behind a link with exactly these words."""
        found = [a for a in self.tree.xpath("//a[@href]") if " ".join(a.text_content().split()) == words]
        assert found, f"no link {words!r} on the page"
        return str(found[0].get("href"))

    def rows(self) -> list[str]:
        """The titles in the table of items, in order."""
        return [" ".join(th.text_content().split()) for th in self.tree.xpath("//table//tbody//th/a")]

    def form(self, action: str) -> tuple[str, dict[str, Any]]:
        """(address, values as they stand) of the form whose address ends in `action`."""
        forms = [f for f in self.tree.forms if f.action.partition("#")[0].endswith(action)]
        assert forms, f"no form for {action!r} on the page"
        values: dict[str, Any] = {}
        for name, value in forms[0].form_values():
            values.setdefault(name, []).append(value)
        return forms[0].action, values

    def has_form(self, action: str) -> bool:
        """Whether there is such a form."""
        return any(f.action.partition("#")[0].endswith(action) for f in self.tree.forms)


def _text(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())
