"""The SyncFeed stand-in, asked over real HTTP and read with a strict XML parser."""

from xml.etree import ElementTree

import httpx

from g40flow.sandbox.publishers.sync_feed import ATOM, PAGE_SIZE, TK_DATA
from g40flow.sandbox.server import SandboxServer

FEED = "/tweedekamer/SyncFeed/2.0/Feed"
NAMESPACES = {"a": ATOM, "t": TK_DATA}


def read(client: httpx.Client, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return ElementTree.fromstring(answer.content)


def links(element: ElementTree.Element, relation: str) -> list[str]:
    found = element.findall(f"a:link[@rel='{relation}']", NAMESPACES)
    return [link.attrib["href"] for link in found]


def entries(page: ElementTree.Element) -> list[ElementTree.Element]:
    return page.findall("a:entry", NAMESPACES)


def test_following_the_next_links_shows_every_entry_once_and_ends_with_resume(client: httpx.Client) -> None:
    address, titles = FEED, list[str]()

    while True:
        page = read(client, address)
        shown = entries(page)
        if not shown:
            break
        assert len(shown) <= PAGE_SIZE
        titles += [entry.findtext("a:title", "", NAMESPACES) for entry in shown]
        address = links(shown[-1], "next")[0]

    assert links(page, "resume")
    assert len(titles) == len(set(titles)) > PAGE_SIZE


def test_the_feed_level_next_link_is_there_only_while_more_follows(client: httpx.Client) -> None:
    first = read(client, FEED)
    token = links(entries(first)[-1], "next")[0]

    assert links(first, "next") == [token]
    assert links(read(client, f"{FEED}?category=Commissie"), "next") == []


def test_a_misspelled_category_is_an_empty_feed(client: httpx.Client) -> None:
    page = read(client, f"{FEED}?category=Activitiet")

    assert entries(page) == []


def test_deleted_entities_have_no_children(client: httpx.Client) -> None:
    page = read(client, f"{FEED}?category=Document")
    documents = page.findall(".//t:document", NAMESPACES)
    gone = [entity for entity in documents if entity.attrib[f"{{{TK_DATA}}}verwijderd"] == "true"]

    assert gone
    assert all(len(element) == 0 for element in gone)


def test_every_address_in_the_feed_leads_back_to_the_sandbox(
    client: httpx.Client, sandbox: SandboxServer
) -> None:
    page = read(client, f"{FEED}?category=Document")

    addresses = [link.attrib["href"] for link in page.iter(f"{{{ATOM}}}link")]
    assert all(address.startswith(sandbox.base_url) for address in addresses)
    enclosure = client.get(links(entries(page)[-1], "enclosure")[0])
    assert enclosure.headers["content-type"] == "application/pdf"
    assert enclosure.content.startswith(b"%PDF")


def test_the_date_header_is_the_time_of_the_sandbox(client: httpx.Client) -> None:
    assert client.get(FEED).headers["date"].startswith("Mon, 23 Nov 2026 08:")


def test_a_missing_entity_is_a_500_and_a_malformed_one_a_400(client: httpx.Client) -> None:
    missing = client.get("/tweedekamer/SyncFeed/2.0/Entiteiten/00000000-0000-4000-8000-000000000000")
    malformed = client.get("/tweedekamer/SyncFeed/2.0/Entiteiten/geen-guid")

    assert (missing.status_code, malformed.status_code) == (500, 400)
    assert "<Message>An error has occurred.</Message>" in missing.text
