"""The list of public responses."""

import pytest

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.sandbox.server import SandboxServer
from g40flow.sources.internetconsultatie.responses import (
    PAGE_SIZE,
    PublicResponse,
    parse_responses,
    read_responses,
)
from g40flow.sources.internetconsultatie.site import Site
from tests.sources.loopback import Answer, Loopback, fetching

SITE = Site("https://www.internetconsultatie.nl")
GUID = "0a1b2c3d-0000-4000-8000-00000000000"


def row(sender: str, number: int = 1, slug: str = "wet") -> str:
    return (
        f'<li><a href="/{slug}/reactie/{GUID}{number}">{sender}</a><p>Delft | 21 maart 2026 (16:26)</p></li>'
    )


def page(*rows: str, count: str = "In totaal zijn 2 reacties op deze consultatie openbaar.") -> bytes:
    return (
        '<html><body><div id="content"><h1>Wet</h1>'
        f'<p class="active">{count}</p><div class="result--list"><ul>{"".join(rows)}</ul></div>'
        "</div></body></html>"
    ).encode()


def test_senders_are_read_without_the_person_behind_them() -> None:
    found = parse_responses(page(row("G40 Stedennetwerk  (Voor Beeld)"), row("Anoniem", 2)), SITE, "wet")

    assert found.responses == (
        PublicResponse("G40 Stedennetwerk", f"https://www.internetconsultatie.nl/wet/reactie/{GUID}1"),
        PublicResponse("Anoniem", f"https://www.internetconsultatie.nl/wet/reactie/{GUID}2"),
    )
    assert found.shown == 2


def test_links_to_elsewhere_are_passed_over() -> None:
    rows = (
        row("G40", slug="andere"),
        '<li><a href="https://evil.example/wet/reactie/1">G40</a></li>',
        '<li><a href="javascript:/wet/reactie/1">G40</a></li>',
        '<li><a href="/wet/reactie/1/bestand">G40</a></li>',
    )

    assert parse_responses(page(*rows), SITE, "wet").responses == ()


def test_a_list_without_responses_is_empty() -> None:
    assert parse_responses(page(), SITE, "wet").responses == ()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", SourceChanged),
        (b"<html><body><div id='content'><h1>Wet</h1></div></body></html>", SourceChanged),
        (b"<html><body>De website is tijdelijk niet beschikbaar</body></html>", SourceUnavailable),
        (page(row("G40"))[:-20], SourceUnavailable),
        (b"\xff\xfe", SourceChanged),
    ],
    ids=["empty", "other form", "outage", "half", "no utf-8"],
)
def test_what_is_no_list_is_an_error(body: bytes, error: type[SourceError]) -> None:
    with pytest.raises(error):
        parse_responses(body, SITE, "wet")


def test_pages_are_read_until_the_last() -> None:
    full = page(*(row(f"Stad {n}", n) for n in range(PAGE_SIZE)))
    with Loopback().running() as publisher, fetching() as fetch:
        publisher.tell(f"/wet/reacties/datum/1/{PAGE_SIZE}", Answer(body=full))
        publisher.tell(f"/wet/reacties/datum/2/{PAGE_SIZE}", Answer(body=page(row("G40"))))

        pages = list(read_responses(fetch, Site(publisher.url), "wet"))
        gone = list(read_responses(fetch, Site(publisher.url), "weg"))

    assert [found.shown for found in pages] == [PAGE_SIZE, 1]
    assert gone == []


def test_the_sandbox_shows_its_responses() -> None:
    with SandboxServer() as sandbox, fetching() as fetch:
        slug, item = next(
            (slug, item)
            for slug, item in sandbox.world.consultations.items()
            if item.responses and item.is_public(sandbox.clock.now().date())
        )

        (found,) = read_responses(fetch, Site(sandbox.consultations_url), slug)

    assert found.shown == len(item.responses)
    assert len(found.responses) == found.shown
