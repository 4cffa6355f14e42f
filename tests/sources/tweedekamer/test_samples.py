"""Every sample feed beside its checked reading, and all samples together as checked items.

A missing .json is written once and fails the test: read it before it is committed.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from g40flow.sources.contract import Batch, StreamState
from g40flow.sources.tweedekamer import TweedeKamer
from g40flow.sources.tweedekamer.feed import parse_page
from g40flow.sources.tweedekamer.fields import TABLES, record_of
from g40flow.sources.tweedekamer.known_values import signals_for
from tests.sources.memory_records import MemoryRecords

SAMPLES = Path(__file__).parents[2] / "samples" / "tweedekamer"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
KNOWN_COMMITTEES = frozenset({"binnenlandse zaken", "volkshuisvesting en ruimtelijke ordening"})


def compare_with_checked(path: Path, found: Any) -> None:
    plain = json.loads(json.dumps(found, default=str, ensure_ascii=False))
    if not path.exists():
        path.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{path.name} was written: read it, correct the code or commit it")
    assert plain == json.loads(path.read_text(encoding="utf-8"))


def read_sample(category: str) -> dict[str, Any]:
    body = (SAMPLES / f"{category.lower()}.xml").read_bytes()
    page = parse_page(body, category)
    records = [record_of(TABLES[category], entry, category) for entry in page.entries]
    return {
        "token": page.token,
        "more": page.more,
        "records": records,
        "signals": signals_for(records, KNOWN_COMMITTEES, NOW),
    }


@pytest.mark.parametrize("category", TABLES)
def test_a_sample_feed_is_read_as_it_was_checked(category: str) -> None:
    read = read_sample(category)

    compare_with_checked(
        SAMPLES / f"{category.lower()}.json",
        {
            **read,
            "records": [asdict(record) for record in read["records"]],
            "signals": [asdict(signal) for signal in read["signals"]],
        },
    )


def test_all_sample_feeds_together_make_the_items_that_were_checked() -> None:
    source = TweedeKamer(base_url="https://voorbeeld.example", site_url="https://site.example")
    stored = MemoryRecords()
    for category in TABLES:
        records = tuple(read_sample(category)["records"])
        stored.apply(Batch(records=records, state=StreamState(), seen=len(records)), NOW)

    identifiers = [
        f"{entity}:{kept.record.identifier}"
        for entity in ("activiteit", "zaak")
        for kept in stored.all(entity)
    ]
    items = [source.assemble(identifier, stored, NOW) for identifier in identifiers]

    compare_with_checked(SAMPLES / "items.json", [asdict(item) for item in items if item])
