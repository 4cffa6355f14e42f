"""Every sample of open.overheid.nl, Have your say and the Wetgevingskalender beside what was checked.

A sample holds what the publisher sends; the .json beside it is what is made of it: records, oddities, and
the item that people see.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceError
from g40flow.domain.items import PublisherRecord, SourceItem, StoredRecord
from g40flow.sources.fetch import Page
from g40flow.sources.haveyoursay import assembling as initiatives
from g40flow.sources.haveyoursay.answers import last_day, parse_detail, parse_list
from g40flow.sources.openoverheid import Wanted
from g40flow.sources.openoverheid.answers import parse_block, parse_document
from g40flow.sources.openoverheid.answers import signals_of as oddities
from g40flow.sources.openoverheid.assembling import item_of as document_item
from g40flow.sources.wetgevingskalender.fiche import item_of as fiche_item
from g40flow.sources.wetgevingskalender.fiche import parse_fiche, signals_of

SAMPLES = Path(__file__).parents[1] / "samples"
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
UUID = "5b1c7a52-0000-4000-8000-000000000001"
WANTED = Wanted(
    bodies=["ministerie van"], categories=["ontwerpen van wet- en regelgeving met adviesaanvraag"]
)
NAMES = initiatives.Names(acts={"REG_DEL": "Gedelegeerde verordening"}, topics={"JUST": "Justitie"})


def page(body: bytes) -> Page:
    return Page(url="https://publisher.example", status=200, body=body, fetched_at=NOW)


def kept(record: PublisherRecord) -> StoredRecord:
    return StoredRecord(record=record, first_seen_at=NOW, last_seen_at=NOW)


def block(body: bytes) -> Any:
    return asdict(parse_block(page(body), "zoek"))


def document(body: bytes) -> Any:
    record = parse_document(page(body), UUID)
    item = document_item("openoverheid", "https://open.overheid.nl", kept(record), WANTED)
    return made(record, item, [signal.message for signal in oddities(record)])


def initiatives_list(body: bytes) -> Any:
    found = parse_list(page(body), 0)
    items = [
        asdict(
            initiatives.item_of(
                "haveyoursay", "https://ec.europa.eu", kept(row), None, NAMES, date(2026, 11, 20)
            )
        )
        for row in found.open
    ]
    return {**asdict(found), "items": items}


def detail(body: bytes) -> Any:
    return asdict(parse_detail(page(body), "19001"))


def fiche(body: bytes) -> Any:
    record = parse_fiche(body, "99998")
    item = fiche_item("wetgevingskalender", "https://wetgevingskalender.overheid.nl", kept(record))
    return made(record, item, [signal.message for signal in signals_of(record)])


def made(record: PublisherRecord, item: SourceItem | None, odd: list[str]) -> Any:
    return {"record": asdict(record), "item": asdict(item) if item else None, "odd": odd}


PARSERS: dict[str, Callable[[bytes], Any]] = {
    "zoek": block,
    "document": document,
    "lijst": initiatives_list,
    "initiatief": detail,
    "fiche": fiche,
}
FOLDERS = ("openoverheid", "haveyoursay", "wetgevingskalender")


def parsed(path: Path) -> Any:
    try:
        value = PARSERS[path.stem.split("_")[1]](path.read_bytes())
    except SourceError as error:
        value = {"error": type(error).__name__, "message": str(error)}
    return json.loads(json.dumps(value, default=str))


@pytest.mark.parametrize(
    "path", sorted(p for f in FOLDERS for p in (SAMPLES / f).glob("*.page")), ids=lambda p: p.stem
)
def test_a_sample_is_read_as_somebody_checked(path: Path) -> None:
    expected = path.with_suffix(".json")
    found = parsed(path)
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was written: read it, and keep it if it is right")

    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/11/30 23:59:59", date(2026, 11, 30)),
        ("2026/12/01 00:00:00", date(2026, 11, 30)),
        ("2026/12/01 12:00:00", date(2026, 12, 1)),
        ("2026/03/29 02:30:00", date(2026, 3, 29)),
        ("2026-11-30", None),
        ("2026/13/01 00:00:00", None),
        ("", None),
    ],
)
def test_the_last_day_of_feedback_is_one_of_brussels(text: str, day: date | None) -> None:
    assert last_day(text) == day


_BODIES = [path.read_bytes() for folder in FOLDERS for path in sorted((SAMPLES / folder).glob("*.page"))]


@settings(derandomize=True, deadline=None)
@given(
    st.sampled_from(_BODIES),
    st.sampled_from(sorted(PARSERS)),
    st.floats(0, 1),
    st.binary(max_size=8),
    st.booleans(),
)
def test_broken_and_cut_off_answers_are_errors_of_the_publisher(
    body: bytes, parser: str, place: float, damage: bytes, is_cut: bool
) -> None:
    at = int(len(body) * place)
    broken = body[:at] + damage + (b"" if is_cut else body[at + len(damage) :])

    with suppress(SourceError):  # anything else fails the test
        PARSERS[parser](broken)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"[" * 5000,
        b'{"a":' * 3000,
        b'{"totaal": NaN, "resultaten": []}',
        b"\xff\xfe",
        b"{}",
    ],
)
@pytest.mark.parametrize("parser", ["zoek", "document", "lijst", "initiatief"])
def test_hostile_json_is_refused(body: bytes, parser: str) -> None:
    with pytest.raises(SourceError):
        PARSERS[parser](body)
