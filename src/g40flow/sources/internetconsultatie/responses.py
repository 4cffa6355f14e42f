"""The list of public responses of a consultation: /{slug}/reacties, newest first.

It is read to find the network's own response. Senders are compared in memory and never kept; the name
of the person who sent a response for an organisation, and places, are passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from g40flow.sources.fetch import Fetcher
from g40flow.sources.internetconsultatie.markup import read_html, unusable
from g40flow.sources.internetconsultatie.site import Site
from g40flow.sources.markup import attribute, cut, first, select, text_of, with_class

PAGE_SIZE = 100
MOST_PAGES = 20
"""Two thousand responses, newest first: ours is among them soon after it was sent."""

# "Organisatie  (Voornaam Achternaam)"
_PERSON_BEHIND = re.compile(r"\s+\([^()]*\)\s*\Z")
_RESPONSE = re.compile(r"/reactie/[0-9A-Za-z-]{1,80}", re.ASCII)


@dataclass(frozen=True)
class PublicResponse:
    """One response. sender: organisation, or who signed alone. url: absolute address of its page."""

    sender: str
    url: str


@dataclass(frozen=True)
class ResponseList:
    """One page of the list. shown: how many stand on it."""

    responses: tuple[PublicResponse, ...]
    shown: int


def parse_responses(body: bytes, site: Site, slug: str) -> ResponseList:
    """One page of the list.

    Raises SourceChanged when the form is another one, SourceUnavailable for an outage or half a page.
    """
    document = read_html(body, "list of responses")
    content = first(document, "//*[@id='content']")
    if content is None or not text_of(first(content, ".//h1")):
        raise unusable(body, "list of responses: expected div#content with an h1")
    results = first(content, f".//{with_class('div', 'result--list')}")
    if results is None and first(content, f".//{with_class('p', 'active')}") is None:
        raise unusable(body, "list of responses: expected div.result--list or a count")
    links = [] if results is None else select(results, "./ul/li//a[contains(@href, '/reactie/')]")
    found = (_response(link, site, slug) for link in links)
    return ResponseList(tuple(response for response in found if response is not None), len(links))


def read_responses(fetch: Fetcher, site: Site, slug: str) -> Iterator[ResponseList]:
    """The pages of the list, newest first; none if the consultation is not there (any more).

    Raises SourceError.
    """
    for number in range(1, MOST_PAGES + 1):
        page = fetch.get(site.page(f"/{slug}/reacties/datum/{number}/{PAGE_SIZE}"))
        if page.status != 200:
            return
        found = parse_responses(page.body, site, slug)
        yield found
        if found.shown < PAGE_SIZE:
            return


def _response(link: etree._Element, site: Site, slug: str) -> PublicResponse | None:
    path = site.path(attribute(link, "href"))
    if path is None or path != f"/{slug}{_ending(path)}":
        return None
    sender = _PERSON_BEHIND.sub("", text_of(link))
    return PublicResponse(cut(sender), site.page(path))


def _ending(path: str) -> str:
    found = _RESPONSE.search(path)
    return found[0] if found else "/"
