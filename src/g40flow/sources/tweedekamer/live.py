"""What must be looked at once on the real feeds, because no documentation settles it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from g40flow.domain.checks import Check
from g40flow.domain.errors import SourceError
from g40flow.domain.instants import dutch_date
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer.debat_direct import DebatDirect
from g40flow.sources.tweedekamer.feed import FeedPage, parse_page
from g40flow.sources.tweedekamer.fields import TABLES, record_of
from g40flow.sources.tweedekamer.known_values import signals_for
from g40flow.sources.tweedekamer.odata import ODataService, missing_fields
from g40flow.sources.tweedekamer.pages import Addresses
from g40flow.sources.tweedekamer.start import find_start_token

_AGENDA_TIME = re.compile(rb"<[^<>]*aanvangstijd>([^<]+)<")
_ZONE = re.compile(rb"(?:Z|[+-]\d\d:\d\d)\s*$")
_FAR_BEYOND = str(1 << 50)
_RECENT_DAYS = 7
_REPORT = "Meld dit aan wie g40flow onderhoudt; de bron is veranderd."


def live_checks(
    fetch: Fetcher, addresses: Addresses, categories: Iterable[str], known_committees: frozenset[str]
) -> list[Check]:
    """One look at every point that is inferred; about thirty requests, never raises SourceError."""
    checks = [
        _look(f"Feed {category} is leesbaar", partial(_reading, fetch, addresses, category))
        for category in categories
    ]
    checks.append(_look("Voorbij het eind is de feed leeg", partial(_the_end, fetch, addresses)))
    checks.extend(_recent_checks(fetch, addresses, known_committees))
    return checks


def odata_check(fetch: Fetcher, service: ODataService) -> Check:
    """Whether OData knows every field that the configuration names; never raises SourceError."""
    return _look("OData kent alle velden uit sources.yaml", partial(_odata_fields, fetch, service))


def debat_direct_check(fetch: Fetcher, door: DebatDirect) -> Check:
    """Whether the unofficial list of broadcasts is as it was; never raises SourceError."""
    return _look("Debat Direct geeft uitzendingen met zaal en tijd", partial(_broadcasts, fetch, door))


def _broadcasts(fetch: Fetcher, door: DebatDirect) -> Check:
    today = dutch_date(fetch.now())
    records = door.look(today, fetch)
    with_room = sum(bool(record.fields["zaal"]) for record in records)
    first = str(records[0].fields["pagina"]) if records else "geen, in reces kan dat"
    return Check(
        what="Debat Direct geeft uitzendingen met zaal en tijd",
        ok=with_room == len(records),
        found=_harmless(f"{len(records)} in de komende week, {with_room} met een zaal; de eerste: {first}"),
        advice="Open die pagina; klopt ze niet, laat debat_direct dan weg uit sources.yaml.",
    )


def _odata_fields(fetch: Fetcher, service: ODataService) -> Check:
    metadata = fetch.get(service.metadata_url()).body
    sets = [service, *(replace(service, entity_set=name, fields=f) for name, f in service.changes.items())]
    gone = [
        f"{one.entity_set}.{one.fields[name]} ({name})"
        for one in sets
        for name in missing_fields(metadata, one)
    ]
    number = sum(len(one.fields) for one in sets)
    found = f"verwacht {number} velden, onbekend: {', '.join(gone)}" if gone else f"alle {number} velden"
    return Check(
        what="OData kent alle velden uit sources.yaml",
        ok=not gone,
        found=_harmless(found),
        advice="Zoek de nieuwe namen in $metadata en verbeter odata in sources.yaml." if gone else "",
    )


def _look(what: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except SourceError as error:
        return Check(what=what, ok=False, found=_harmless(str(error)), advice=_REPORT)


def _reading(fetch: Fetcher, addresses: Addresses, category: str) -> Check:
    url = addresses.feed(category, None)
    page = parse_page(fetch.get(url).body, url)
    for entry in page.entries:
        record_of(TABLES[category], entry, url)
    return Check(
        what=f"Feed {category} is leesbaar",
        ok=bool(page.entries),
        found=f"{len(page.entries)} vermeldingen, daarna verder bij {page.token}",
        advice="" if page.entries else "Een lege feed betekent meestal een verkeerde naam.",
    )


def _the_end(fetch: Fetcher, addresses: Addresses) -> Check:
    url = addresses.feed("Activiteit", _FAR_BEYOND)
    page = parse_page(fetch.get(url).body, url)
    return Check(
        what="Voorbij het eind is de feed leeg",
        ok=not page.entries,
        found=f"{len(page.entries)} vermeldingen, verder bij {page.token or 'niets (geen rel=resume)'}",
        advice="" if not page.entries else _REPORT,
    )


def _recent_checks(fetch: Fetcher, addresses: Addresses, known_committees: frozenset[str]) -> list[Check]:
    what = "Volgnummers (skiptokens) lopen op met de tijd"
    try:
        url = addresses.feed("Activiteit", None)
        day = dutch_date(fetch.get(url).fetched_at) - timedelta(days=_RECENT_DAYS)
        token = find_start_token(fetch, day, addresses=addresses, precision=100_000)
        url = addresses.feed("Activiteit", token)
        answer = fetch.get(url)
        page = parse_page(answer.body, url)
        return [
            _order_of_time(page, what, f"begin bij {token} voor alles sinds {day:%d-%m-%Y}"),
            _freshness(page, answer.fetched_at),
            _time_zones(answer.body),
            _new_words(page, url, known_committees, answer.fetched_at),
        ]
    except SourceError as error:
        return [Check(what=what, ok=False, found=_harmless(str(error)), advice=_REPORT)]


def _order_of_time(page: FeedPage, what: str, found: str) -> Check:
    moments = [entry.updated_at for entry in page.entries if entry.updated_at is not None]
    ok = bool(moments) and moments == sorted(moments)
    return Check(
        what=what, ok=ok, found=found, advice="" if ok else "Lees zonder start_tokens, vanaf het begin."
    )


def _freshness(page: FeedPage, now: datetime) -> Check:
    newest = max((entry.updated_at for entry in page.entries if entry.updated_at), default=None)
    ok = newest is not None and now - newest < timedelta(days=_RECENT_DAYS)
    return Check(
        what="Feed Activiteit heeft deze week iets nieuws",
        ok=ok,
        found=f"nieuwste vermelding: {newest:%d-%m-%Y %H:%M} UTC" if newest else "geen vermeldingen",
        advice="" if ok else "In reces kan dat; kijk anders of de Kamer een storing meldt.",
    )


def _time_zones(body: bytes) -> Check:
    times = _AGENDA_TIME.findall(body)
    bare = [time for time in times if not _ZONE.search(time)]
    example = _harmless((bare or times or [b"-"])[0].decode("utf-8", "replace"))
    return Check(
        what="Tijden op de agenda: zonder zone lezen wij ze als Nederlandse tijd",
        ok=True,
        found=f"{len(bare)} van {len(times)} zonder zone, bijvoorbeeld {example}",
        advice="Vergelijk één vergadering met de website van de Kamer." if bare else "",
    )


def _new_words(page: FeedPage, url: str, known_committees: frozenset[str], now: datetime) -> Check:
    records = [record_of(TABLES["Activiteit"], entry, url) for entry in page.entries]
    signals = signals_for(records, known_committees, now)
    return Check(
        what="Soorten, statussen en commissies zijn bekend",
        ok=not signals,
        found=_harmless("; ".join(signal.message for signal in signals)) or "alles bekend",
        advice="Voeg nieuwe commissies toe aan known_committees in config/sources.yaml." if signals else "",
    )


def _harmless(text: str) -> str:
    """Short, on one line, and without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200]
