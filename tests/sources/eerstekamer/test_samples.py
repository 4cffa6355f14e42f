"""Pages beside the records and items that somebody checked they become."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.sources.contract import Batch, StreamState
from g40flow.sources.eerstekamer import items
from g40flow.sources.eerstekamer.agenda import parse_committee_day, parse_plenary
from g40flow.sources.eerstekamer.bills import parse_bills
from g40flow.sources.eerstekamer.records import Kept, of_bills, of_committee_day, of_plenary, of_votes
from g40flow.sources.eerstekamer.votes import parse_votes
from tests.sources.memory_records import MemoryRecords

SAMPLES = Path(__file__).parents[2] / "samples" / "eerstekamer"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = date(2026, 11, 23)
KNOWN = frozenset({"Commissie voor Binnenlandse Zaken", "Commissie voor Volksgezondheid, Welzijn en Sport"})
READ_BEFORE = StreamState(completed_at=NOW)

READERS: dict[str, Callable[[bytes], Kept]] = {
    "commissiedag": lambda body: of_committee_day(parse_committee_day(body), KNOWN, TODAY),
    "plenair": lambda body: of_plenary(parse_plenary(body, "/plenaire_vergadering/20261124"), TODAY),
    "wetsvoorstellen": lambda body: of_bills(parse_bills(body), "fin", READ_BEFORE, MemoryRecords(), NOW),
    "stemmingen": lambda body: of_votes(parse_votes(body).votes),
}


def described(kept: Kept) -> dict[str, Any]:
    """Records, signals, and the items that these records make."""
    stored = MemoryRecords()
    stored.apply(Batch(records=kept.records, state=StreamState(), seen=0), NOW)
    identifiers = sorted(items.touched(kept.records, stored))
    made = [items.assemble(identifier, stored, "https://www.eerstekamer.nl") for identifier in identifiers]
    return {
        "records": [asdict(record) for record in kept.records],
        "signals": [asdict(signal) for signal in kept.signals],
        "items": [_short(asdict(item)) for item in made if item is not None],
    }


def _short(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value}


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.html")), ids=lambda p: p.stem)
def test_a_sample_is_read_as_somebody_checked(path: Path) -> None:
    expected = path.with_suffix(".json")
    found = json.loads(
        json.dumps(described(READERS[path.stem.split("_")[0]](path.read_bytes())), default=str)
    )
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was written: read it, and keep it if it is right")

    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.html")), ids=lambda p: p.stem)
def test_half_a_page_is_an_outage_and_another_page_a_change(path: Path) -> None:
    read = READERS[path.stem.split("_")[0]]
    body = path.read_bytes()

    with pytest.raises(SourceUnavailable):
        read(body[: len(body) // 2])
    with pytest.raises(SourceChanged):
        read(b"<!doctype html><html><head><title>Zoeken</title></head><body><main></main></body></html>")


@pytest.mark.parametrize("name", sorted(READERS))
@settings(derandomize=True, max_examples=25, deadline=None)
@given(place=st.floats(0, 1), damage=st.binary(max_size=12))
def test_damage_gives_records_or_an_error_of_ours(name: str, place: float, damage: bytes) -> None:
    body = next(SAMPLES.glob(f"{name}*.html")).read_bytes()
    begin = int(place * (len(body) - 1))

    try:
        kept = READERS[name](body[:begin] + damage + body[begin + len(damage) :])
    except SourceError:
        return

    assert all(record.identifier for record in kept.records)


FURTHER = (
    b'<ul><li><a href="/9370000/1/x/y/tag=003_002?key=z&amp;start_pag=50"><span>verder</span></a></li></ul>'
)


def test_of_finished_bills_a_first_page_is_enough_and_of_others_half_a_list_is_refused() -> None:
    body = (SAMPLES / "wetsvoorstellen_fin.html").read_bytes()
    *open_lists, finished = body.split(b'<ul class="ladder">')
    ladder = FURTHER + b'<ul class="ladder">'

    assert parse_bills(b'<ul class="ladder">'.join(open_lists) + ladder + finished) == parse_bills(body)
    with pytest.raises(SourceChanged, match="In schriftelijke voorbereiding"):
        parse_bills(body.replace(b'<ul class="ladder">', ladder, 1))
