from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from g40flow.domain.errors import SourceChanged
from g40flow.sources.tweedekamer.pages import Addresses
from g40flow.sources.tweedekamer.start import find_start_token
from tests.sources.loopback import Answer, Loopback, Request, fetching
from tests.sources.tweedekamer.feeds import Entity, entry, page

NEWEST_TOKEN = 29_000_000
FIRST_MOMENT = datetime(2019, 6, 28, 20, tzinfo=UTC)
PER_TOKEN = timedelta(seconds=8)


def moment_of(token: int) -> datetime:
    return FIRST_MOMENT + token * PER_TOKEN


def answer(request: Request) -> Answer:
    """A feed in which every tenth token has an entry."""
    asked = int(parse_qs(urlsplit(request.path).query)["skiptoken"][0])
    token = -(-asked // 10) * 10
    if token > NEWEST_TOKEN:
        return Answer(body=page([], resume_token=asked))
    updated = moment_of(token).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Answer(body=page([entry(Entity(kind="document", name="d").xml(), token + 1, updated)]))


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback().running() as running:
        running.respond_with(answer)
        yield running


def addresses(loopback: Loopback) -> Addresses:
    return Addresses(warehouse=loopback.url, site="https://site.example")


@pytest.mark.parametrize("day", [date(2019, 6, 28), date(2021, 3, 1), date(2026, 6, 1)])
def test_the_token_found_lies_shortly_before_the_day(loopback: Loopback, day: date) -> None:
    with fetching() as fetch:
        token = find_start_token(fetch, day, addresses=addresses(loopback))

    begins_at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)  # Dutch midnight
    assert moment_of(int(token)) < max(begins_at + timedelta(hours=1), FIRST_MOMENT + PER_TOKEN)
    assert moment_of(int(token)) >= begins_at - 1010 * PER_TOKEN
    assert len(loopback.requests) < 40


def test_a_day_in_the_future_gives_the_end_of_the_feed(loopback: Loopback) -> None:
    with fetching() as fetch:
        token = find_start_token(fetch, date(2030, 1, 1), addresses=addresses(loopback), precision=10)

    assert NEWEST_TOKEN - 10 <= int(token) <= NEWEST_TOKEN


def test_a_feed_without_end_contradicts_the_assumption(loopback: Loopback) -> None:
    body = page([entry(Entity(kind="document", name="d").xml(), 1, "2019-07-01T00:00:00Z")])
    loopback.respond_with(lambda request: Answer(body=body))

    with fetching() as fetch, pytest.raises(SourceChanged, match="end of feed"):
        find_start_token(fetch, date(2026, 1, 1), addresses=addresses(loopback))
