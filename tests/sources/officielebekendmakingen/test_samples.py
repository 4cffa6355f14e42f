"""Answers of the search beside the items that somebody checked they become."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.domain.items import StoredRecord
from g40flow.sources.officielebekendmakingen.answer import SearchAnswer, parse_answer
from g40flow.sources.officielebekendmakingen.publications import About, item_of, records_of, signals_of

SAMPLES = Path(__file__).parents[2] / "samples" / "officielebekendmakingen"
SEEN = datetime(2026, 11, 23, 8, tzinfo=UTC)
WHOLE = (SAMPLES / "kamerstukken.xml").read_bytes()


def described(answer: SearchAnswer) -> dict[str, Any]:
    """Everything that is made of an answer."""
    publications = [records_of(found, "test")[0] for found in answer.found if found.identifier]
    kept = [StoredRecord(record=r, first_seen_at=SEEN, last_seen_at=SEEN) for r in publications]
    about = [About(topics=("Wonen",), groups=("woningmarkt",))]
    site = "https://zoek.officielebekendmakingen.nl"
    return {
        "total": answer.total,
        "next_position": answer.next_position,
        "records": [asdict(record) for record in publications],
        "items": [asdict(item_of("officielebekendmakingen", site, one, about)) for one in kept],
        "signals": [asdict(signal) for signal in signals_of(answer.found)],
    }


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xml")), ids=lambda p: p.stem)
def test_a_sample_is_read_as_somebody_checked(path: Path) -> None:
    expected = path.with_suffix(".json")
    try:
        value: Any = described(parse_answer(path.read_bytes(), "search"))
    except SourceError as error:
        value = {"error": type(error).__name__, "message": str(error)}
    found = json.loads(json.dumps(value, default=str))
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was written: read it, and keep it if it is right")

    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_an_answer_that_is_cut_off_is_an_outage(share: float) -> None:
    with pytest.raises(SourceUnavailable, match="cut off"):
        parse_answer(WHOLE[: int(len(WHOLE) * share)], "search")


def test_entities_and_other_documents_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><searchRetrieveResponse>&a;</searchRetrieveResponse>'

    for body in (bomb, b"<explainResponse/>", b"not xml at all"):
        with pytest.raises(SourceChanged):
            parse_answer(body, "search")


@settings(derandomize=True, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=10))
def test_damage_gives_an_answer_or_an_error_of_ours(place: int, damage: bytes) -> None:
    try:
        answer = parse_answer(WHOLE[:place] + damage + WHOLE[place + len(damage) :], "search")
        assert described(answer)["total"] >= 0
    except SourceError:
        return
