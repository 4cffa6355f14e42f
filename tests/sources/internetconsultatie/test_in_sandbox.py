"""The source against the sandbox of the product, which was written by others from the same documents."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from g40flow.domain.errors import SourceError, SourceSuspicious, SourceUnavailable
from g40flow.domain.items import ItemStatus
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world.faults import FAULT_KINDS, Fault
from g40flow.sources.contract import Batch, StreamState
from g40flow.sources.fetch import Fetcher
from g40flow.sources.internetconsultatie import Internetconsultatie
from tests.sources.loopback import fetching
from tests.sources.memory_records import MemoryRecords

HARMLESS = {"slow"}


class Reader:
    """The source at the sandbox, with records in memory."""

    def __init__(self, sandbox: SandboxServer, fetch: Fetcher) -> None:
        self.sandbox = sandbox
        self.fetch = fetch
        self.records = MemoryRecords()
        self.state = StreamState()
        self.source = Internetconsultatie(
            base_url=sandbox.consultations_url,
            expected_minimum=15,
            reread_open_after=timedelta(hours=24),
            reread_closed_after=timedelta(days=7),
        )

    def poll(self) -> list[Batch]:
        batches = []
        now = self.sandbox.clock.now()
        for batch in self.source.read("open", self.state, self.records, self.fetch, now):
            self.records.apply(batch, now)
            self.state = batch.state
            batches.append(batch)
        return batches

    def fail(self, kind: str, **values: object) -> None:
        fault = Fault(kind=kind, publisher="internetconsultatie", seconds=0.01, megabytes=17)
        self.sandbox.world.faults.put(replace(fault, **values))  # type: ignore[arg-type]  # the test's own values

    def kept(self) -> dict[str, object]:
        return {
            f"{entity} {kept.record.identifier}": kept.record
            for entity in ("lijstregel", "consultatie")
            for kept in self.records.all(entity)
        }


@pytest.fixture(scope="module")
def polled() -> Iterator[Reader]:
    with SandboxServer() as sandbox, fetching() as fetch:
        reader = Reader(sandbox, fetch)
        reader.poll()
        yield reader


@pytest.fixture
def reader(polled: Reader) -> Iterator[Reader]:
    """The same reader for every test, since none of them may do lasting harm."""
    yield polled
    polled.sandbox.world.faults.clear()


def test_every_open_consultation_becomes_an_item_without_a_signal(reader: Reader) -> None:
    today = reader.sandbox.clock.now().date()
    shown = {slug: c for slug, c in reader.sandbox.world.consultations.items() if c.is_open(today)}

    items = {slug: reader.source.assemble(slug, reader.records, reader.sandbox.clock.now()) for slug in shown}

    assert len(shown) >= 40
    for slug, consultation in shown.items():
        item = items[slug]
        assert item is not None
        assert item.status is ItemStatus.OPEN
        assert item.title == " ".join(consultation.title.split())
        assert (item.opens_on, item.closes_on) == (consultation.opens_on, consultation.closes_on)
        assert item.kind_label == consultation.kind
        assert item.ministry == consultation.organisation
        assert item.summary == "\n".join(" ".join(text.split()) for text in consultation.intro)
        assert len(item.documents) == len(consultation.documents)
        assert item.chain_id == (str(consultation.chain_id) if consultation.chain_id else None)
        assert item.topics == tuple(dict.fromkeys((*consultation.themes, *consultation.topics)))


def test_polling_twice_costs_one_request(reader: Reader) -> None:
    before = reader.fetch.requests_made

    assert reader.poll() == []

    assert reader.fetch.requests_made == before + 1


@pytest.mark.parametrize("kind", sorted(set(FAULT_KINDS) - HARMLESS))
def test_no_trouble_changes_what_is_known(reader: Reader, kind: str) -> None:
    before, state = reader.kept(), reader.state
    reader.fail(kind)

    with pytest.raises(SourceError) as caught:
        reader.poll()

    assert (reader.kept(), reader.state) == (before, state)
    if kind in {"emptied_list", "halved_list"}:
        assert isinstance(caught.value, SourceSuspicious)
    if kind in {"outage_page", "html_503", "rate_limit", "server_error", "connection_reset", "truncated"}:
        assert isinstance(caught.value, SourceUnavailable)


@pytest.mark.parametrize("kind", sorted(set(FAULT_KINDS) - HARMLESS - {"emptied_list", "halved_list"}))
def test_trouble_with_one_page_is_made_up_for_when_it_is_over(reader: Reader, kind: str) -> None:
    slug, consultation = next(
        (slug, c)
        for slug, c in reader.sandbox.world.consultations.items()
        if c.is_open(reader.sandbox.clock.now().date())
    )
    longer = replace(consultation, closes_on=consultation.closes_on + timedelta(days=14))
    reader.sandbox.world.consultations[slug] = longer
    reader.fail(kind, where=f"/{slug}/b1")

    with pytest.raises(SourceError):
        reader.poll()
    reader.sandbox.world.faults.clear()
    reader.poll()

    item = reader.source.assemble(slug, reader.records, reader.sandbox.clock.now())
    assert item is not None
    assert item.closes_on == longer.closes_on
    page = reader.records.get("consultatie", slug)
    assert page is not None
    gegevens = page.record.fields["gegevens"]
    assert isinstance(gegevens, dict)
    assert gegevens["Einddatum consultatie"] == longer.closes_on.strftime("%d-%m-%Y")


def test_the_live_checks_find_the_sandbox_in_order(reader: Reader) -> None:
    checks = reader.source.live_checks(reader.fetch)

    assert [check for check in checks if not check.ok] == []
    assert len(checks) >= 10


@pytest.mark.parametrize("kind", sorted(FAULT_KINDS))
def test_live_checks_report_trouble_instead_of_failing(reader: Reader, kind: str) -> None:
    reader.fail(kind)

    checks = reader.source.live_checks(reader.fetch)

    if kind not in HARMLESS | {"halved_list"}:
        assert any(not check.ok and check.advice for check in checks)
