"""open.overheid.nl read at the stand-in, over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from g40flow.domain.errors import SourceChanged, SourceSuspicious, SourceUnavailable
from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.sandbox.event_table import Scene
from g40flow.sandbox.events import play
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START, Fault
from g40flow.sandbox.world.archive import DRAFT
from g40flow.sandbox.world.parliament import guid
from g40flow.sources.contract import HistoryPage, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.openoverheid import OpenOverheid, Wanted
from tests.sources.loopback import fetching
from tests.sources.reading_on import Reader

WANTED = Wanted(bodies=["ministerie van"], categories=[DRAFT], kinds=["Kamerbrief"])
DRAFT_ID = guid("open", "ontwerpbesluit-warmte")
BEGIN = timedelta(days=14)


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def sandbox(server: SandboxServer) -> SandboxServer:
    server.world.reset()
    server.clock.set(WORLD_START)
    return server


@pytest.fixture
def fetch() -> Iterator[Fetcher]:
    with fetching() as fetcher:
        yield fetcher


def source(sandbox: SandboxServer) -> OpenOverheid:
    base_url = f"{sandbox.base_url}/openoverheid"
    return OpenOverheid(base_url=base_url, wanted=WANTED, expected_minimum=100_000, begin=BEGIN)


@pytest.fixture
def reader(sandbox: SandboxServer, fetch: Fetcher) -> Reader:
    return Reader(source(sandbox), fetch)


def details_asked(sandbox: SandboxServer) -> list[str]:
    return [seen.path for seen in sandbox.world.requests if "/zoek/" in seen.path]


def test_drafts_and_letters_of_ministries_become_items_and_municipalities_are_not_even_asked_for(
    sandbox: SandboxServer, reader: Reader
) -> None:
    found = reader.look(WORLD_START)

    asked = details_asked(sandbox)
    draft = reader.item(DRAFT_ID, WORLD_START)
    assert len(asked) == len(found) > 20
    assert draft is not None
    assert (draft.kind, draft.status) == (ItemKind.PUBLICATION, ItemStatus.PUBLISHED)
    assert draft.kind_label == "Ontwerpen van wet- en regelgeving met adviesaanvraag"
    assert draft.ministry == "Ministerie van Klimaat en Groene Groei"
    assert draft.topics == ("Warmtevoorziening", "Duurzame energie")
    assert f"https://open.overheid.nl/documenten/{DRAFT_ID}" in draft.references
    assert reader.item(guid("open", "rapport-arbeidsmarkt"), WORLD_START) is None
    letter = reader.item(guid("open", "brief/notaruimte"), WORLD_START)
    assert letter is not None
    assert letter.title == "Kamerbrief over aanbieding van de definitieve Nota Ruimte"


def test_a_second_look_takes_one_request_and_changes_nothing(sandbox: SandboxServer, reader: Reader) -> None:
    reader.look(WORLD_START)
    before = len(sandbox.world.requests)

    assert reader.look(WORLD_START + timedelta(hours=1)) == []
    assert len(sandbox.world.requests) == before + 1


def test_what_was_only_touched_is_asked_for_and_has_not_changed(
    sandbox: SandboxServer, reader: Reader
) -> None:
    reader.look(WORLD_START)
    asked = len(details_asked(sandbox))
    play(Scene(sandbox.world, sandbox.clock), "touch_open_document", {})

    assert reader.look(WORLD_START) == []
    assert len(details_asked(sandbox)) == asked + 1


def test_a_reading_that_broke_off_goes_on_and_misses_nothing(sandbox: SandboxServer, fetch: Fetcher) -> None:
    whole, broken = Reader(source(sandbox), fetch), Reader(source(sandbox), fetch)
    whole.look(WORLD_START)

    broken.look(WORLD_START, at_most=1)
    play(Scene(sandbox.world, sandbox.clock), "new_open_document", {})
    broken.look(WORLD_START)
    broken.look(WORLD_START)

    assert broken.state.completed_at == WORLD_START
    held = {kept.record.identifier for kept in broken.stored.all("document")}
    expected = {kept.record.identifier for kept in whole.stored.all("document")}
    assert held == expected | {guid("open", "ontwerpbesluit-nieuw")}


def looking_again(reader: Reader) -> Reader:
    """Reads the documents that are due to be looked at again, of what another reader stored."""
    again = Reader(reader.source, reader.fetch, stored=reader.stored, stream="teruglezen")
    again.look(WORLD_START)
    return again


def test_a_document_that_is_taken_away_is_withdrawn_when_it_is_looked_at_again(
    sandbox: SandboxServer, reader: Reader
) -> None:
    play(Scene(sandbox.world, sandbox.clock), "new_open_document", {"key": "weg"})
    reader.look(WORLD_START)
    again, removed = looking_again(reader), guid("open", "weg")
    play(Scene(sandbox.world, sandbox.clock), "remove_open_document", {"key": "weg"})

    same_day, next_day = again.look(WORLD_START), again.look(WORLD_START + timedelta(days=1))

    assert (same_day, next_day) == ([], [removed])
    item = reader.item(removed, WORLD_START)
    assert item is not None
    assert item.status is ItemStatus.WITHDRAWN
    assert item.title.startswith("Ontwerpbesluit urgentie")
    assert again.look(WORLD_START + timedelta(days=1, hours=1)) == []
    assert again.batches == []


def test_what_is_looked_at_again_is_spread_and_goes_on_where_it_stopped(
    sandbox: SandboxServer, reader: Reader
) -> None:
    for number in range(12):
        play(Scene(sandbox.world, sandbox.clock), "new_open_document", {"key": f"nieuw-{number}"})
    reader.look(WORLD_START)
    again, before = looking_again(reader), len(details_asked(sandbox))

    again.look(WORLD_START + timedelta(days=1), at_most=1)
    in_between = len(details_asked(sandbox)) - before
    again.look(WORLD_START + timedelta(days=1))

    asked = details_asked(sandbox)[before:]
    assert in_between == 10
    assert len(asked) == len(set(asked)) > 12


def test_that_everything_is_gone_at_once_is_not_believed(sandbox: SandboxServer, reader: Reader) -> None:
    for number in range(12):
        play(Scene(sandbox.world, sandbox.clock), "new_open_document", {"key": f"nieuw-{number}"})
    reader.look(WORLD_START)
    again = looking_again(reader)
    sandbox.world.contents.archive.clear()

    with pytest.raises(SourceSuspicious, match="in a row"):
        again.look(WORLD_START + timedelta(days=1))


def test_an_unknown_category_is_a_signal(sandbox: SandboxServer, reader: Reader) -> None:
    reader.look(WORLD_START)
    values = {"key": "vreemd", "category": "kroonjuwelen"}
    play(Scene(sandbox.world, sandbox.clock), "new_open_document", values)

    reader.look(WORLD_START)

    assert reader.signals() == {"unknown_category"}


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("outage_page", SourceChanged),
        ("truncated", SourceUnavailable),
        ("server_error", SourceUnavailable),
        ("connection_reset", SourceUnavailable),
        ("wrong_encoding", SourceChanged),
    ],
)
def test_trouble_is_an_error_and_nothing_of_the_block_is_kept(
    sandbox: SandboxServer, reader: Reader, kind: str, error: type[Exception]
) -> None:
    sandbox.world.faults.put(Fault(kind=kind, publisher="openoverheid"))

    with pytest.raises(error):
        reader.look(WORLD_START)

    assert list(reader.stored.all("document")) == []


def test_a_site_that_lost_most_of_its_documents_is_not_believed(
    sandbox: SandboxServer, fetch: Fetcher
) -> None:
    strict = OpenOverheid(
        base_url=f"{sandbox.base_url}/openoverheid", wanted=WANTED, expected_minimum=700_000, begin=BEGIN
    )

    with pytest.raises(SourceSuspicious, match="at least 700000"):
        Reader(strict, fetch).look(WORLD_START)


def test_the_other_order_of_the_publisher_shows_what_we_lack(sandbox: SandboxServer, reader: Reader) -> None:
    reader.look(WORLD_START)
    complete = source(sandbox).compare(reader.stored, reader.fetch, WORLD_START)
    play(Scene(sandbox.world, sandbox.clock), "new_open_document", {})

    missing = source(sandbox).compare(reader.stored, reader.fetch, WORLD_START)

    assert complete.theirs == complete.ours
    assert complete.theirs
    lacking = [one for one in missing.listed if one.identifier not in missing.held]
    again = list(source(sandbox).read_again(lacking, reader.stored, reader.fetch, WORLD_START))
    assert [one.identifier for one in again] == [guid("open", "ontwerpbesluit-nieuw")]


def test_live_checks_are_content_with_the_stand_in(sandbox: SandboxServer, fetch: Fetcher) -> None:
    checks = source(sandbox).live_checks(fetch)

    assert len(checks) == 4
    assert [check.what for check in checks if not check.ok] == []


def test_live_checks_say_what_is_wrong(sandbox: SandboxServer, fetch: Fetcher) -> None:
    sandbox.world.faults.put(Fault(kind="outage_page", publisher="openoverheid"))

    (check,) = source(sandbox).live_checks(fetch)

    assert not check.ok
    assert "expected JSON" in check.found


def test_an_unreadable_cursor_costs_one_full_reading(reader: Reader) -> None:
    reader.look(WORLD_START)
    reader.state = replace(reader.state, cursor="?")

    assert reader.look(WORLD_START) == []
    assert sum(batch.seen for batch in reader.batches) > 20


def test_history_is_read_since_a_day_and_goes_on_where_it_stopped(
    sandbox: SandboxServer, fetch: Fetcher
) -> None:
    since, reader = date(2026, 11, 1), Reader(source(sandbox), fetch)

    def history(cursor: str | None) -> list[HistoryPage]:
        pages = []
        for page in source(sandbox).history(
            "wijzigingen", since, cursor, StreamState(), reader.stored, fetch, WORLD_START
        ):
            reader.stored.apply(page.batch, WORLD_START)
            pages.append(page)
        return pages

    first = next(
        source(sandbox).history("wijzigingen", since, None, StreamState(), reader.stored, fetch, WORLD_START)
    )
    reader.stored.apply(first.batch, WORLD_START)
    rest = history(first.batch.state.cursor)

    found = [kept.record for kept in reader.stored.all("document")]
    assert len(found) > 20
    assert min(str(record.fields["openbaarmakingsdatum"]) for record in found) >= "2026-11-01"
    assert (rest[-1].share, rest[-1].batch.more) == (1.0, False)
    assert [record for page in history(None) for record in page.batch.records] == []
