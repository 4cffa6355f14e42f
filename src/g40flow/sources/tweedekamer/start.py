"""Where to begin reading: finding the skiptoken that belongs to a day.

Not documented by the publisher. It is inferred from two observations, a token is global and grows,
and entries stand in the order in which they became visible; check it at the first live run.
"""

from datetime import date, time

from g40flow.domain.errors import SourceChanged
from g40flow.domain.instants import dutch_instant
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer.feed import parse_page
from g40flow.sources.tweedekamer.pages import Addresses

FIRST_STEP = 1 << 20
LAST_STEP = 1 << 60


def find_start_token(
    fetch: Fetcher, day: date, *, addresses: Addresses, category: str = "Document", precision: int = 1000
) -> str:
    """A token at which reading begins with what became visible on that Dutch day, or shortly before.

    One token serves all categories; `category` is the one that is looked at. Takes about thirty
    requests. precision: how many tokens too early is good enough; never too late.
    Raises SourceChanged if the answers contradict the assumption that tokens follow time.
    """
    begins_at = dutch_instant(day, time(0))

    def is_too_late(token: int) -> bool:
        url = addresses.feed(category, str(token))
        page = parse_page(fetch.get(url).body, url)
        if not page.entries:
            return True
        first = page.entries[0].updated_at
        if first is None:
            raise SourceChanged(f"{url}: expected an entry that tells when it was updated")
        return first >= begins_at

    early, late = 0, FIRST_STEP
    while not is_too_late(late):
        early, late = late, late * 2
        if late > LAST_STEP:
            raise SourceChanged(f"expected an end of feed {category}, found none up to token {early}")
    while late - early > precision:
        middle = (early + late) // 2
        if is_too_late(middle):
            late = middle
        else:
            early = middle
    return str(early)
