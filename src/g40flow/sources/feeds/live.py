"""What a feed shows when it is looked at, because nobody documents it."""

from g40flow.domain.checks import Check
from g40flow.domain.errors import SourceError
from g40flow.sources.feed_document import FeedDocument, parse_feed
from g40flow.sources.fetch import Fetcher, Page
from g40flow.sources.markup import shown

_ADVICE = "Kijk of het adres nog klopt (path in config/sources.yaml), of zet de feed daar uit."


def look_at(name: str, address: str, minimum: int, fetch: Fetcher) -> list[Check]:
    """Whether it answers with a feed, and with what; never raises SourceError."""
    what = f"Feed {name} is leesbaar"
    try:
        page = fetch.get(address)
        if page.status != 200:
            return [Check(what=what, ok=False, found=f"status {page.status}", advice=_ADVICE)]
        document = parse_feed(page.body, name)
    except SourceError as error:
        return [Check(what=what, ok=False, found=shown(str(error)), advice=_ADVICE)]
    return [_reading(what, document, minimum), _entries(name, document, page)]


def _reading(what: str, document: FeedDocument, minimum: int) -> Check:
    count = len(document.entries)
    flaw = f"; niet goed gevormd: {document.flaw}" if document.flaw else ""
    first = document.entries[0].title if document.entries else "geen"
    return Check(
        what=what,
        ok=count >= minimum,
        found=f"{count} berichten, verwacht minstens {minimum}; het eerste: {shown(first)[:80]}{flaw}",
        advice="" if count >= minimum else _ADVICE,
    )


def _entries(name: str, document: FeedDocument, page: Page) -> Check:
    entries = document.entries
    dated = sum(entry.published_at is not None for entry in entries)
    named = sum(bool(entry.guid) for entry in entries)
    linked = sum(bool(entry.link) for entry in entries)
    newest = max((e.published_at for e in entries if e.published_at), default=None)
    newest_day = f"{newest:%d-%m-%Y}" if newest else "onbekend"
    validators = "wel" if page.etag or page.last_modified else "geen"
    ok = bool(entries) and linked == len(entries) and (named == len(entries) or dated == len(entries))
    return Check(
        what=f"Feed {name}: berichten hebben een link, een datum en een kenmerk",
        ok=ok,
        found=f"{linked} links, {dated} datums, {named} kenmerken; nieuwste {newest_day}; {validators} ETag",
        advice="" if ok else "Zonder kenmerk of datum kan een bericht twee keer als nieuw gelden.",
    )
