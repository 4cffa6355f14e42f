from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from g40flow.domain.errors import ConfigError, SourceChanged, SourceError, SourceUnavailable
from g40flow.sources.contract import Batch, Source, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer import TweedeKamer
from g40flow.sources.tweedekamer.quiet_feed import QuietLimit
from tests.sources.loopback import Answer, Loopback, fetching
from tests.sources.memory_records import MemoryRecords
from tests.sources.tweedekamer.feeds import Entity, SyncFeed, entry, page

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = StreamState()


def debates(count: int, first: int = 0) -> list[Entity]:
    return [
        Entity(
            kind="activiteit",
            name=f"debate {n}",
            fields={"onderwerp": f"Debat {n}", "soort": "Commissiedebat", "status": "Gepland"},
        )
        for n in range(first, first + count)
    ]


class Reader:
    """Reads one stream as the use case does: each batch is stored with its state before the next."""

    def __init__(self, source: TweedeKamer, fetch: Fetcher) -> None:
        self.source, self.fetch = source, fetch
        self.stored = MemoryRecords()
        self.state = START
        self.changed: list[str] = []

    def poll(self, stream: str = "Activiteit", now: datetime = NOW) -> list[Batch]:
        batches = []
        for batch in self.source.read(stream, self.state, self.stored, self.fetch, now):
            self.changed += [record.identifier for record in self.stored.apply(batch, now)]
            self.state = batch.state
            batches.append(batch)
        return batches


@pytest.fixture
def feed() -> SyncFeed:
    return SyncFeed(page_size=3)


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback().running() as running:
        yield running


@pytest.fixture
def reader(feed: SyncFeed, loopback: Loopback) -> Iterator[Reader]:
    with fetching() as fetch:
        yield Reader(TweedeKamer(base_url=feed.serve_from(loopback)), fetch)


def test_it_is_a_source() -> None:
    source: Source = TweedeKamer()

    assert source.streams[0] == "Commissie"


@pytest.mark.parametrize("category", ["Activiteiten", "activiteit", "PersoonGeschenk", ""])
def test_a_misspelled_category_is_refused_before_it_is_asked_for(category: str) -> None:
    with pytest.raises(ConfigError, match="categories"):
        TweedeKamer(categories=[category])
    with pytest.raises(ConfigError, match="categories"):
        TweedeKamer(start_tokens={category: "1"})


def test_every_page_is_a_batch_of_its_own_with_the_place_to_go_on(reader: Reader, feed: SyncFeed) -> None:
    feed.publish(*debates(7))

    batches = reader.poll()

    assert [(len(batch.records), batch.state.cursor, batch.more) for batch in batches] == [
        (3, "3", True),
        (3, "6", True),
        (1, "7", True),
        (0, "7", False),
    ]
    assert reader.state.completed_at == NOW
    assert len(reader.changed) == 7


def test_the_next_page_is_asked_for_only_when_the_last_one_has_been_stored(
    reader: Reader, feed: SyncFeed, loopback: Loopback
) -> None:
    feed.publish(*debates(7))

    reading = reader.source.read("Activiteit", START, reader.stored, reader.fetch, NOW)
    next(reading)

    assert len(loopback.requests) == 1


def test_nothing_new_costs_one_request_and_gives_nothing_to_store(
    reader: Reader, feed: SyncFeed, loopback: Loopback
) -> None:
    feed.publish(*debates(4))
    reader.poll()
    loopback.requests.clear()

    assert reader.poll() == []
    assert loopback.paths() == ["/SyncFeed/2.0/Feed?category=Activiteit&skiptoken=4"]


def test_only_what_is_new_is_read_at_the_next_poll(reader: Reader, feed: SyncFeed) -> None:
    feed.publish(*debates(4))
    reader.poll()
    feed.publish(*debates(2, first=4))

    (batch, end) = reader.poll()

    assert (batch.seen, end.seen) == (2, 0)
    assert reader.state.cursor == "6"


def test_old_entries_that_are_shown_again_change_nothing(reader: Reader, feed: SyncFeed) -> None:
    feed.publish(*debates(5))
    reader.poll()
    reader.changed.clear()
    again = [
        replace(one, updated="2027-02-19T03:00:00Z", edited="2027-02-18T22:00:00Z") for one in debates(5)
    ]
    feed.publish(*again)

    batches = reader.poll()

    assert sum(batch.seen for batch in batches) == 5
    assert reader.changed == []


def test_a_cold_start_begins_at_the_configured_token(feed: SyncFeed, loopback: Loopback) -> None:
    feed.publish(*debates(7))
    source = TweedeKamer(base_url=feed.serve_from(loopback), start_tokens={"Activiteit": "5", "Zaak": None})

    with fetching() as fetch:
        reader = Reader(source, fetch)
        reader.poll()

    assert len(reader.changed) == 2


def test_a_place_that_was_stored_counts_for_more_than_the_configured_start(
    feed: SyncFeed, loopback: Loopback
) -> None:
    feed.publish(*debates(7))
    source = TweedeKamer(base_url=feed.serve_from(loopback), start_tokens={"Activiteit": "0"})

    with fetching() as fetch:
        reader = Reader(source, fetch)
        reader.state = StreamState(cursor="6", completed_at=NOW)
        reader.poll()

    assert len(reader.changed) == 1


def test_a_feed_without_anything_is_told_once_and_its_place_is_kept(reader: Reader) -> None:
    (batch,) = reader.poll()

    assert [signal.code for signal in batch.signals] == ["empty_feed"]
    assert (reader.state.cursor, reader.state.completed_at) == ("0", NOW)
    assert reader.poll() == []


BROKEN = {
    "an outage": (Answer(status=500, body=b"<Error><Message>An error has occurred.</Message></Error>"), "u"),
    "an error page": (Answer(body=b"<Error><Message>An error has occurred.</Message></Error>"), "u"),
    "a hang-up": (Answer(hang_up=True), "u"),
    "a short answer": (Answer(body=b"<feed>", length=100), "u"),
    "a cut-off feed": (Answer(body=page([entry(debates(1)[0].xml(), 9)])[:-20]), "u"),
    "nothing": (Answer(body=b""), "u"),
    "a web page": (Answer(body=b"<!DOCTYPE html><html></html>"), "c"),
    "no address": (Answer(status=404), "c"),
    "another entity": (Answer(body=page([entry('<zaak xmlns="x"/>', 9)])), "c"),
    "no entity": (Answer(body=page([entry("", 9)])), "c"),
    "a place further back": (Answer(body=page([entry(debates(1)[0].xml(), 2)])), "c"),
    "the same place": (Answer(body=page([entry(debates(1)[0].xml(), 3)])), "c"),
}


@pytest.mark.parametrize("trouble", BROKEN)
def test_trouble_halfway_keeps_what_was_read_and_the_place(
    reader: Reader, feed: SyncFeed, trouble: str
) -> None:
    feed.publish(*debates(3))
    reader.poll()
    before = reader.state
    answer, expected = BROKEN[trouble]
    feed.publish(*debates(2, first=3))
    feed.broken.append(answer)

    with pytest.raises(SourceUnavailable if expected == "u" else SourceChanged):
        reader.poll()

    assert reader.state == before
    reader.poll()
    assert len(reader.changed) == 5


def test_a_page_with_one_bad_entry_is_not_stored_in_part(reader: Reader, feed: SyncFeed) -> None:
    good, bad = debates(2)
    feed.publish(good, replace(bad, fields={"aanvangstijd": "straks"}))

    with pytest.raises(SourceChanged, match="aanvangstijd"):
        reader.poll()

    assert reader.changed == []
    assert reader.state == START


def test_a_feed_cut_off_anywhere_never_moves_the_place(reader: Reader, feed: SyncFeed) -> None:
    feed.publish(*debates(2))
    whole = page([entry(one.xml(), n) for n, one in enumerate(debates(2), 1)])
    for ending in range(0, len(whole), 97):
        feed.broken.append(Answer(body=whole[:ending]))

        with pytest.raises(SourceError):
            reader.poll()

    assert reader.state == START


def test_unknown_values_and_committees_are_signals_of_the_batch(feed: SyncFeed, loopback: Loopback) -> None:
    source = TweedeKamer(
        base_url=feed.serve_from(loopback), known_committees=["Vaste commissie voor Binnenlandse Zaken"]
    )
    known, unknown = debates(2)
    feed.publish(
        replace(known, fields={**known.fields, "voortouwnaam": "vaste commissie voor Binnenlandse Zaken "}),
        replace(
            unknown, fields={**unknown.fields, "soort": "Fluistergesprek", "voortouwnaam": "commissie X"}
        ),
    )

    with fetching() as fetch:
        batches = Reader(source, fetch).poll()

    assert [(signal.code, signal.subject) for signal in batches[0].signals] == [
        ("unknown_activiteit_soort", "Fluistergesprek"),
        ("unknown_committee", "commissie X"),
    ]


SITTING_DAYS = QuietLimit(
    is_sitting_day=lambda day: day.weekday() < 5 and day != date(2026, 11, 23),
    opens=time(9),
    closes=time(18),
    working_time=timedelta(hours=4),
)


@pytest.mark.parametrize(
    ("now", "is_stale"),
    [
        (datetime(2026, 11, 20, 14, tzinfo=UTC), False),  # Friday: less than four hours
        (datetime(2026, 11, 20, 15, tzinfo=UTC), True),  # Friday: almost five
        (datetime(2026, 11, 20, 23, tzinfo=UTC), True),
    ],
)
def test_a_lively_feed_that_stays_silent_on_a_sitting_day_gives_a_signal(
    feed: SyncFeed, loopback: Loopback, now: datetime, is_stale: bool
) -> None:
    source = TweedeKamer(base_url=feed.serve_from(loopback), quiet_limit=SITTING_DAYS)
    feed.publish(*debates(1))

    with fetching() as fetch:
        reader = Reader(source, fetch)
        reader.poll(now=datetime(2026, 11, 20, 10, 30, tzinfo=UTC))
        batches = reader.poll(now=now)

    assert reader.state.newest_entry_at == datetime(2026, 11, 20, 10, 14, 58, tzinfo=UTC)
    assert [signal.code for batch in batches for signal in batch.signals] == ["stale_feed"] * is_stale


def test_reading_another_stream_than_the_configured_ones_is_a_mistake(reader: Reader) -> None:
    with pytest.raises(ValueError, match="streams"):
        reader.poll("Besluit")


def test_prepared_categories_are_read_when_they_are_enabled(feed: SyncFeed, loopback: Loopback) -> None:
    source = TweedeKamer(base_url=feed.serve_from(loopback), categories=["Toezegging"])
    feed.publish(Entity(kind="toezegging", name="promise", fields={"tekst": "Een brief voor maart."}))

    with fetching() as fetch:
        reader = Reader(source, fetch)
        reader.poll("Toezegging")

    (kept,) = reader.stored.all("toezegging")
    assert kept.record.fields == {"tekst": "Een brief voor maart."}
    assert source.item_identifiers([kept.record], reader.stored) == set()


def test_an_identifier_of_another_source_is_refused() -> None:
    with pytest.raises(ValueError, match="identifier"):
        TweedeKamer().assemble("consultatie:x", MemoryRecords(), NOW)
