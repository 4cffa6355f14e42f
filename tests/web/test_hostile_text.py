import re

import pytest

from g40flow.domain.items import ItemDocument, PublisherRecord
from tests.web.reading import Page, Reader
from tests.web.world import World, consultation, debate

SCRIPT = "<script>alert('x')</script>"
IMAGE = "<img src=x onerror=alert(1)>"
QUOTES = '" onmouseover="alert(1)" x=\''
TEMPLATE = "{{ 7 * 7 }}{% raw %}"
BIDI = "veilig\u202etxt.exe"
HOSTILE = [
    SCRIPT,
    IMAGE + " woning",
    QUOTES + " woning",
    TEMPLATE + " woning",
    "</title></caption>woning " + BIDI,
]

ADDRESSES = [
    "javascript:alert(1)//woning",
    " JavaScript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "/items/1",
    "https://user:password@evil.example/",
    "vbscript:x",
    "http://[broken",
    "",
]


def assert_harmless(page: Page) -> None:
    """No element or attribute that acts, and every outside link marked as such."""
    tree = page.tree
    assert tree.xpath("//script | //img[not(starts-with(@src, '/static/'))] | //iframe | //object") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')] | //@style | //@srcdoc | //@formaction") == []
    for link in tree.xpath("//a[@href]"):
        address = link.get("href")
        if not re.match(r"/(?!/)|#|mailto:[\w.-]+@[\w.-]+$", address):
            assert re.match(r"https?://[^@]+$", address), address
            assert link.get("rel") == "noopener noreferrer nofollow"


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_publishers_is_only_ever_text(world: World, reader: Reader, text: str) -> None:
    document = ItemDocument(title=text, url="https://x.example/a.pdf", kind=text)
    item = world.publish(
        consultation(
            text,
            identifier=text,
            summary=text,
            ministry=text,
            committee=text,
            kind_label=text,
            number=text,
            topics=(text,),
            documents=(document,),
            agenda=(text,),
            dossier_number=text,
        )
    )
    world.publish(consultation(text, identifier=text, summary=text + text, agenda=()))
    world.publish(debate(text, committee=text, following_committees=(text,)))
    world.keep("internetconsultatie", PublisherRecord(entity=text, identifier=text, fields={text: text}))
    world.look("tweedekamer", message=text)
    world.stream("tweedekamer", text, trouble=text, trouble_since=world.now())
    world.signal("tweedekamer", text, text)
    world.deliver()
    reader.send(reader.get(f"/items/{item}"), "/routing", lead="europa", reason=text)
    reader.send(reader.get(f"/items/{item}"), "/agreed-deadline", closes_on="2026-12-11", source=text)

    for address in ("/", "/items", f"/items/{item}", "/sources", "/sources/tweedekamer", "/messages"):
        page = reader.get(address)
        assert_harmless(page)
    assert_harmless(reader.get("/corrections"))
    shown = " ".join(text.replace("\u202e", "").split())
    assert shown in reader.get(f"/items/{item}").text.replace("\u202e", "")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_not_of_the_web_is_no_link(world: World, reader: Reader, address: str) -> None:
    document = ItemDocument(title="Bijlage", url=address)
    item = world.publish(consultation(url=address, documents=(document,)))

    page = reader.get(f"/items/{item}")

    assert_harmless(page)
    assert "geen veilig webadres" in page.part("wat")


@pytest.mark.parametrize(
    "query",
    [
        "q=<script>alert(1)</script>",
        "q=%22%20autofocus%20onfocus=alert(1)%20x=%22",
        "group=%22><script>alert(1)</script>",
        "q={{7*7}}",
    ],
)
def test_what_is_asked_for_is_only_ever_text(reader: Reader, items: dict[str, int], query: str) -> None:
    page = reader.get(f"/items?{query}")

    assert_harmless(page)
    assert "49" not in page.text


def test_a_place_to_go_to_is_never_taken_from_the_asker(reader: Reader, items: dict[str, int]) -> None:
    for address in ("//evil.example", "/items/1//evil.example", "/%2f%2fevil.example"):
        answer = reader.client.get(address)

        assert "location" not in answer.headers
        assert "evil.example" not in answer.text
