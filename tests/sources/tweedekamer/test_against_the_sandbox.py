"""The real reading code against the sandbox's House of Representatives, over HTTP."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from g40flow.domain.items import ItemKind, SourceItem
from g40flow.sandbox.server import SandboxServer
from g40flow.sources.contract import HistoryPage, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer import TweedeKamer
from g40flow.sources.tweedekamer.odata import ODataService
from tests.sources.loopback import fetching
from tests.sources.memory_records import MemoryRecords


class Copy:
    """Our own copy of the sandbox's parliament, kept as the use case keeps it."""

    def __init__(self, source: TweedeKamer, fetch: Fetcher, now: datetime) -> None:
        self.source, self.fetch, self.now = source, fetch, now
        self.stored = MemoryRecords()
        self.states = {stream: StreamState() for stream in source.streams}
        self.signals: list[str] = []
        self.changed = 0

    def poll(self) -> None:
        for stream in self.source.streams:
            for batch in self.source.read(stream, self.states[stream], self.stored, self.fetch, self.now):
                self.changed += len(self.stored.apply(batch, self.now))
                self.states[stream] = batch.state
                self.signals += [f"{signal.code} {signal.subject}" for signal in batch.signals]

    def items(self) -> list[SourceItem]:
        identifiers = [
            f"{entity}:{kept.record.identifier}"
            for entity in ("activiteit", "zaak")
            for kept in self.stored.all(entity)
        ]
        made = (self.source.assemble(identifier, self.stored, self.now) for identifier in identifiers)
        return [item for item in made if item]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture(scope="module")
def copy(sandbox: SandboxServer) -> Iterator[Copy]:
    with fetching() as fetch:
        source = TweedeKamer(base_url=sandbox.parliament_url)
        made = Copy(source, fetch, sandbox.clock.now().astimezone(UTC))
        made.poll()
        yield made


def test_the_whole_parliament_is_read(copy: Copy) -> None:
    kinds = Counter(item.kind for item in copy.items())

    assert kinds[ItemKind.ACTIVITY] >= 50
    assert kinds[ItemKind.PARLIAMENTARY_CASE] >= 100


def test_everything_the_sandbox_says_is_known(copy: Copy) -> None:
    assert copy.signals == []


def test_committee_debates_come_with_what_makes_them_routable(copy: Copy) -> None:
    debates = [item for item in copy.items() if item.kind_label == "Commissiedebat"]

    assert all(debate.committee and debate.number for debate in debates)
    assert sum(debate.starts_at is not None for debate in debates) > 0.9 * len(debates)
    assert sum(bool(debate.agenda) for debate in debates) > 0.5 * len(debates)
    assert any(debate.following_committees for debate in debates)


def test_written_rounds_have_a_closing_day(copy: Copy) -> None:
    rounds = [item for item in copy.items() if item.kind_label.startswith("Inbreng")]

    assert rounds
    assert all(one.closes_on and one.starts_at for one in rounds)


def test_a_moved_activity_leads_to_an_item(copy: Copy) -> None:
    items = {item.identifier: item for item in copy.items()}

    moved = [item for item in items.values() if item.replaced_by]

    assert moved
    assert all(item.replaced_by in items for item in moved)


def test_reading_again_changes_nothing(copy: Copy) -> None:
    before = copy.changed

    copy.poll()

    assert copy.changed == before


def other_doors(sandbox: SandboxServer) -> TweedeKamer:
    service = ODataService(base_url=f"{sandbox.parliament_url}/OData/v5")
    return TweedeKamer(base_url=sandbox.parliament_url, odata=service)


def test_the_agenda_in_odata_is_the_agenda_we_have(sandbox: SandboxServer, copy: Copy) -> None:
    found = other_doors(sandbox).compare(copy.stored, copy.fetch, copy.now)

    assert found.theirs == found.ours
    assert found.theirs is not None
    assert found.theirs > 10
    assert all(one.title and one.url for one in found.listed)


def test_what_our_copy_lacks_is_named_and_read_by_name(sandbox: SandboxServer, copy: Copy) -> None:
    source, poorer = other_doors(sandbox), MemoryRecords()
    listed = source.compare(poorer, copy.fetch, copy.now).listed

    read = list(source.read_again(listed[:2], poorer, copy.fetch, copy.now))

    assert [one.identifier for one in read] == [one.identifier for one in listed[:2]]
    for one in read:
        kept = copy.stored.get("activiteit", one.identifier)
        assert kept is not None
        assert one.records[0].fields == kept.record.fields
        assert one.records[0].references == kept.record.references


CHANGES = {
    category: {
        "id": "Id",
        "deleted": "Verwijderd",
        "changed": "GewijzigdOp",
        "kind": "Soort",
        "title": "Onderwerp",
        "number": number,
    }
    for category, number in (("Zaak", "Nummer"), ("Document", "DocumentNummer"))
}


def with_changes(sandbox: SandboxServer, **others: Any) -> TweedeKamer:
    service = ODataService(base_url=f"{sandbox.parliament_url}/OData/v5", **{"changes": CHANGES, **others})
    return TweedeKamer(base_url=sandbox.parliament_url, odata=service)


def test_what_changed_in_the_past_week_is_compared_by_name(sandbox: SandboxServer, copy: Copy) -> None:
    poorer = copy.stored.clone()
    cases = [kept.record for kept in poorer.all("zaak")]
    later = max(case.updated_at for case in cases if case.updated_at) + timedelta(days=2)
    before = with_changes(sandbox).compare(poorer, copy.fetch, later)
    lost = next(one for one in before.listed if one.item.startswith("zaak:"))

    poorer.forget("zaak", lost.identifier)
    after = with_changes(sandbox).compare(poorer, copy.fetch, later)

    assert before.theirs == before.ours
    assert "Zaak, Document" in before.door
    assert {one.identifier for one in after.listed} - after.held == {lost.identifier}
    kept = copy.stored.get("zaak", lost.identifier)
    assert kept is not None
    assert str(kept.record.fields["soort"]) in lost.title
    assert str(kept.record.fields["nummer"]) in lost.url
    read = list(with_changes(sandbox).read_again([lost], poorer, copy.fetch, later))
    assert [one.records[0].fields for one in read] == [kept.record.fields]


def test_what_changed_before_it_was_followed_is_not_missed(sandbox: SandboxServer, copy: Copy) -> None:
    source = with_changes(sandbox, followed_since=lambda: copy.now)

    found = source.compare(MemoryRecords(), copy.fetch, copy.now + timedelta(hours=20))

    assert not [one for one in found.listed if one.item.startswith("zaak:")]


def test_a_set_whose_fields_are_renamed_is_left_out_and_told(sandbox: SandboxServer, copy: Copy) -> None:
    renamed = {**CHANGES, "Zaak": {**CHANGES["Zaak"], "changed": "LaatstGewijzigd"}}

    found = with_changes(sandbox, changes=renamed).compare(copy.stored, copy.fetch, copy.now)

    assert [signal.subject for signal in found.signals] == ["Zaak LaatstGewijzigd"]
    assert not [one for one in found.listed if one.item.startswith("zaak:")]


def history(
    sandbox: SandboxServer, copy: Copy, stream: str, since: date, cursor: str | None = None
) -> list[HistoryPage]:
    source, present = other_doors(sandbox), copy.states[stream]
    return list(source.history(stream, since, cursor, present, copy.stored, copy.fetch, copy.now))


def test_the_past_begins_on_the_day_that_is_asked_for_and_ends_at_the_present(
    sandbox: SandboxServer, copy: Copy
) -> None:
    whole = history(sandbox, copy, "Document", date(2008, 1, 1))
    since = copy.now.date() - timedelta(days=7)

    week = history(sandbox, copy, "Document", since)

    moments = [record.updated_at for page in week for record in page.batch.records if record.updated_at]
    friday_before = datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(days=3)
    assert 0 < len(moments) < sum(page.batch.seen for page in whole)
    assert sum(moment < friday_before for moment in moments) < len(moments) / 10
    assert week[-1].batch.more is False
    assert week[-1].share == 1.0


def test_the_past_goes_on_from_its_own_place(sandbox: SandboxServer, copy: Copy) -> None:
    pages = history(sandbox, copy, "Kamerstukdossier", date(2026, 1, 1))

    rest = history(sandbox, copy, "Kamerstukdossier", date(2026, 1, 1), pages[0].batch.state.cursor)

    assert sum(page.batch.seen for page in rest) == sum(page.batch.seen for page in pages[1:])


def test_a_feed_that_was_never_read_can_be_followed_from_yesterday_on(
    sandbox: SandboxServer, copy: Copy
) -> None:
    source = other_doors(sandbox)

    position = source.present_position("Document", copy.fetch, copy.now)

    assert position is not None
    assert position.cursor is not None
    assert position.cursor.isdigit()
    assert source.present_position("Commissie", copy.fetch, copy.now) is None
