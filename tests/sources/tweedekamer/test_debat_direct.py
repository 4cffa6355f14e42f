"""Links to broadcasts: read from an unofficial list, matched by room and time, never in anybody's way."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.domain.items import LIVE_STREAM, StoredRecord
from g40flow.domain.news import news_of
from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from g40flow.sandbox.world.faults import FAULT_KINDS, Fault
from g40flow.sources.tweedekamer import TweedeKamer
from g40flow.sources.tweedekamer.debat_direct import DebatDirect, live_stream, parse_broadcasts
from tests.sources.loopback import fetching
from tests.sources.sandbox_copy import Copy

SITE = "https://debatdirect.tweedekamer.nl"
TEN = datetime(2026, 11, 24, 9, tzinfo=UTC)
HIT = {
    "name": "Voorbeelddebat",
    "slug": "voorbeelddebat",
    "locationName": "Voorbeeldzaal",
    "locationId": "zaal-1",
    "categoryIds": ["commissies"],
    "debateDate": "2026-11-24",
    "startsAt": "2026-11-24T10:00:00+0100",
    "endsAt": "2026-11-24T13:00:00+0100",
}


def kept(**changes: object) -> list[StoredRecord]:
    body = json.dumps({"hits": {"hits": [{"_source": {**HIT, **changes}}]}}).encode()
    records = parse_broadcasts(body, SITE)
    return [StoredRecord(record=record, first_seen_at=TEN, last_seen_at=TEN) for record in records]


def test_the_broadcast_in_the_same_room_at_the_same_time_is_linked() -> None:
    [document] = live_stream("voorbeeldzaal", TEN, None, kept())

    assert document.url == f"{SITE}/2026-11-24/commissies/zaal-1/voorbeelddebat"
    assert document.kind == LIVE_STREAM


@pytest.mark.parametrize(
    ("room", "starts_at"),
    [
        ("Andere zaal", TEN),
        (None, TEN),
        ("Voorbeeldzaal", None),
        ("Voorbeeldzaal", TEN + timedelta(hours=4)),
        ("Voorbeeldzaal", TEN - timedelta(hours=4)),
    ],
)
def test_another_room_or_time_is_not_linked(room: str | None, starts_at: datetime | None) -> None:
    assert live_stream(room, starts_at, None, kept()) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "../../etc"},
        {"categoryIds": []},
        {"locationId": "a/b"},
        {"startsAt": None},
        {"debateDate": "https://evil.invalid"},
    ],
)
def test_a_broadcast_without_a_page_or_an_hour_is_left_out(changes: dict[str, object]) -> None:
    assert kept(**changes) == []


def test_other_answers_are_errors_of_ours() -> None:
    with pytest.raises(SourceUnavailable):
        list(parse_broadcasts(b'{"hits": {"hits": [', SITE))
    with pytest.raises(SourceChanged):
        list(parse_broadcasts(b'{"results": []}', SITE))


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_broadcasts_or_an_error_of_ours(body: bytes) -> None:
    try:
        list(parse_broadcasts(body, SITE))
    except SourceError:
        return


@pytest.fixture(scope="module")
def copy() -> Iterator[Copy]:
    """The agenda of the sandbox, read once before there were broadcasts."""
    clock = SandboxClock(WORLD_START, monotonic=lambda: 0.0)
    with SandboxServer(clock=clock) as sandbox, fetching() as fetch:
        address = f"{sandbox.base_url}/debatdirect"
        door = DebatDirect(search=address, site=address)
        source = TweedeKamer(base_url=sandbox.parliament_url, categories=["Activiteit"], debat_direct=door)
        yield Copy(sandbox, source, fetch)


def test_a_broadcast_that_comes_later_reaches_its_activity_and_is_no_news(copy: Copy) -> None:
    copy.sandbox.world.faults.put(Fault(kind="server_error", publisher="debatdirect"))
    copy.poll()
    assert copy.signals == ["debat_direct_unusable"]
    before = {item.identifier: item for item in copy.news()}

    copy.sandbox.world.faults.clear()
    copy.poll()

    linked = [item for item in copy.news() if any(d.kind == LIVE_STREAM for d in item.documents)]
    assert len(linked) >= 5
    assert {news_of(before[item.identifier], item, copy.now.date()) for item in linked} == {()}
    checks = copy.source.live_checks(copy.fetch)
    assert [check.ok for check in checks if "Debat Direct" in check.what] == [True]


@pytest.mark.parametrize("kind", sorted(set(FAULT_KINDS) - {"slow", "rate_limit"}))
def test_trouble_with_broadcasts_stops_nothing(copy: Copy, kind: str) -> None:
    fault = Fault(kind=kind, publisher="debatdirect", seconds=0.01, megabytes=17)
    copy.sandbox.world.faults.put(fault)

    copy.poll()

    copy.sandbox.world.faults.clear()
    assert set(copy.signals) <= {"debat_direct_unusable"}
