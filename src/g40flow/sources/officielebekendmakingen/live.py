"""What the search and the feeds show on the points that no documentation settles."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from g40flow.domain.checks import Check
from g40flow.domain.errors import SourceError
from g40flow.domain.instants import dutch_date
from g40flow.sources.feed_document import parse_feed
from g40flow.sources.fetch import Fetcher
from g40flow.sources.markup import shown
from g40flow.sources.officielebekendmakingen.addresses import Addresses
from g40flow.sources.officielebekendmakingen.answer import SearchAnswer
from g40flow.sources.officielebekendmakingen.publications import signals_of
from g40flow.sources.officielebekendmakingen.reading import ask

_ADVICE = "Verbeter de zoekvraag (cql) in config/sources.yaml; docs/sources.md noemt de velden."
_LOOKED_BACK = timedelta(days=14)
_FEW = 5


def look_at(name: str, cql: str, addresses: Addresses, fetch: Fetcher, *, per_week: int) -> list[Check]:
    """Whether the query is understood, filtered and sorted, and its feed shows the same; never raises.

    per_week: how many publications it is expected to find.
    """
    checks = [_look(f"Zoekvraag {name} wordt begrepen", partial(_understood, cql, addresses, fetch))]
    if checks[0].ok:
        what = f"Zoekvraag {name}: datumfilter en volgorde werken"
        checks.append(_look(what, partial(_recent, cql, addresses, fetch, per_week)))
    if (url := addresses.feed_of(cql)) is not None:
        checks.append(_look(f"Feed van {name} is leesbaar", partial(_feed, url, fetch)))
    return checks


def _look(what: str, look: Callable[[], tuple[bool, str]]) -> Check:
    try:
        ok, found = look()
    except SourceError as error:
        ok, found = False, str(error)
    return Check(what=what, ok=ok, found=shown(found), advice="" if ok else _ADVICE)


def _understood(cql: str, addresses: Addresses, fetch: Fetcher) -> tuple[bool, str]:
    answer = ask(addresses.count_of(cql), fetch)
    first = answer.found[0].text("title") if answer.found else "geen"
    return answer.total > 0, f"{answer.total} publicaties, verwacht minstens 1; de eerste: {first}"


def _recent(cql: str, addresses: Addresses, fetch: Fetcher, per_week: int) -> tuple[bool, str]:
    today = dutch_date(fetch.get(addresses.count_of(cql)).fetched_at)
    answer = ask(addresses.page_of(cql, today - _LOOKED_BACK, today, 1, _FEW), fetch)
    identifiers = [found.identifier for found in answer.found]
    within = all(_modified(found.text("modified"), today) for found in answer.found)
    in_order = identifiers == sorted(identifiers) or not addresses.is_sorted
    more = (answer.next_position is not None) == (answer.total > len(answer.found))
    odd = "; ".join(signal.message for signal in signals_of(answer.found))
    order = "op volgorde" if in_order else "niet op volgorde"
    enough = answer.total >= 2 * per_week
    count = f"{answer.total} in twee weken, verwacht minstens {2 * per_week}"
    told = f"{count}; {order}; einde van reactietermijn bij {_terms(answer)}"
    return within and in_order and more and enough and not odd, f"{told}; {odd}" if odd else told


def _modified(text: str, today: date) -> bool:
    return (today - _LOOKED_BACK).isoformat() <= text[:10] <= today.isoformat()


def _terms(answer: SearchAnswer) -> str:
    filled = sum(bool(found.text("datumEindeReactietermijn")) for found in answer.found)
    return f"{filled} van {len(answer.found)}"


def _feed(url: str, fetch: Fetcher) -> tuple[bool, str]:
    page = fetch.get(url)
    if page.status != 200:
        return False, f"status {page.status}"
    entries = parse_feed(page.body, "feed").entries
    named = [entry for entry in entries if " :" in entry.title]
    validators = "wel" if page.etag or page.last_modified else "geen"
    first = entries[0].title if entries else "geen"
    return len(named) == len(entries), f"{len(entries)} berichten, {validators} ETag, het eerste: {first}"
