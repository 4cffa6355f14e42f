"""Documents in all dialects and conditions; each sample beside what somebody checked it to say."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.sources.feed_document import LARGEST_FEED, parse_feed

SAMPLES = Path(__file__).parents[2] / "samples" / "feeds"
WHOLE = (SAMPLES / "rijksoverheid_volkshuisvesting.rss").read_bytes()


@pytest.mark.parametrize(
    "path", sorted(p for p in SAMPLES.iterdir() if p.suffix != ".json"), ids=lambda p: p.name
)
def test_a_sample_is_read_as_somebody_checked(path: Path) -> None:
    expected = path.with_suffix(path.suffix + ".json")
    try:
        value: Any = asdict(parse_feed(path.read_bytes(), "feed"))
    except SourceError as error:
        value = {"error": type(error).__name__, "message": str(error)}
    found = json.loads(json.dumps(value, default=str))
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was written: read it, and keep it if it is right")

    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_a_web_page_with_status_200_is_an_outage() -> None:
    with pytest.raises(SourceUnavailable, match="web page"):
        parse_feed(b"<!DOCTYPE html><html><body><p>Onderhoud</p></body></html>", "feed")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_feed_that_is_cut_off_is_an_outage(share: float) -> None:
    with pytest.raises(SourceUnavailable, match="cut off"):
        parse_feed(WHOLE[: int(len(WHOLE) * share)], "feed")


def test_entities_of_its_own_are_refused_also_in_another_encoding() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel/></rss>'

    for body in (bomb.encode(), bomb.encode("utf-16")):
        with pytest.raises(SourceChanged, match="entities"):
            parse_feed(body, "feed")


def test_a_name_of_a_file_or_an_address_is_not_opened(tmp_path: Path) -> None:
    feed = tmp_path / "feed.rss"
    feed.write_bytes(WHOLE)

    with pytest.raises(SourceChanged, match="expected RSS or Atom"):
        parse_feed(str(feed).encode(), "feed")


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(SourceChanged, match="at most"):
        parse_feed(WHOLE + b" " * LARGEST_FEED, "feed")


@settings(derandomize=True, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=12))
def test_damage_gives_entries_or_an_error_of_ours(place: int, damage: bytes) -> None:
    try:
        document = parse_feed(WHOLE[:place] + damage + WHOLE[place + len(damage) :], "feed")
    except SourceError:
        return

    assert all("<script" not in entry.summary for entry in document.entries)
