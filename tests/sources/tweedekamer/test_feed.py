import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.sources.tweedekamer.feed import parse_page
from tests.sources.tweedekamer.feeds import Entity, entry, feed_page, page

LETTER = Entity(kind="zaak", name="letter", fields={"onderwerp": "Brief over ‘wonen’ & zorg"})
MOTION = Entity(
    kind="zaak", name="motion", fields={"onderwerp": "Motie"}, updated="2026-11-20T11:00:00.1234567Z"
)
WHOLE = feed_page(LETTER, MOTION, next_token=900)


def test_the_position_after_a_page_is_the_token_of_its_last_entry() -> None:
    read = parse_page(WHOLE, "feed")

    assert read.token == "102"
    assert read.more
    assert [one.entity.get("id") for one in read.entries] == [LETTER.guid, MOTION.guid]


def test_without_a_token_of_its_own_the_last_entry_leaves_the_position_to_the_feed() -> None:
    read = parse_page(page([entry(LETTER.xml(), 5), entry(MOTION.xml(), None)], next_token=8), "feed")

    assert read.token == "8"


def test_a_page_that_does_not_say_where_to_go_on_is_refused() -> None:
    with pytest.raises(SourceChanged, match="where to go on"):
        parse_page(page([entry(LETTER.xml(), None)]), "feed")


def test_an_empty_page_offers_the_position_to_resume_at() -> None:
    read = parse_page(page([], resume_token=77), "feed")

    assert (read.entries, read.token, read.more) == ((), "77", False)


def test_an_empty_page_without_a_resume_link_is_the_end_too() -> None:
    assert parse_page(page([]), "feed").token is None


@pytest.mark.parametrize("token", ["", "1%202", "1/../2", "9" * 65, "<b>"])
def test_a_link_whose_token_cannot_be_one_is_refused(token: str) -> None:
    with pytest.raises(SourceChanged, match="skiptoken"):
        parse_page(page([entry(LETTER.xml(), token.replace("<", "&lt;"))]), "feed")


def test_an_entry_without_exactly_one_entity_is_refused() -> None:
    for content in ("", "tekst", LETTER.xml() + MOTION.xml()):
        with pytest.raises(SourceChanged, match="one entity"):
            parse_page(page([entry(content, 1)]), "feed")


def test_an_entry_whose_moment_is_no_date_is_refused() -> None:
    with pytest.raises(SourceChanged, match="no date"):
        parse_page(page([entry(LETTER.xml(), 1, updated="gisteren")]), "feed")


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE feed SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE feed [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_declares_a_dtd_or_entities_is_refused(declaration: str, encoding: str) -> None:
    text = WHOLE.decode().replace('<?xml version="1.0" encoding="utf-8"?>', "")

    with pytest.raises(SourceChanged):
        parse_page(
            (f'<?xml version="1.0" encoding="{encoding}"?>' + declaration + text).encode(encoding), "feed"
        )


def test_a_web_page_instead_of_a_feed_is_refused() -> None:
    with pytest.raises(SourceChanged):
        parse_page(b"<!doctype html><html><body>Onderhoud</body></html>", "feed")
    with pytest.raises(SourceChanged, match="expected an Atom feed"):
        parse_page(b"<html><body>Onderhoud</body></html>", "feed")


def test_an_error_document_is_an_outage_not_a_change() -> None:
    with pytest.raises(SourceUnavailable):
        parse_page(b"<Error><Message>An error has occurred.</Message></Error>", "feed")


def test_a_feed_in_another_encoding_is_read() -> None:
    text = WHOLE.decode().replace('encoding="utf-8"', 'encoding="utf-16"')

    assert parse_page(text.encode("utf-16"), "feed").token == "102"


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse_page(b"\xef\xbb\xbf" + WHOLE, "feed").token == "102"


def test_nesting_without_end_is_refused() -> None:
    deep = "<a>" * 5000 + "</a>" * 5000

    with pytest.raises(SourceChanged):
        parse_page(page([entry(deep, 1)]), "feed")


def test_a_feed_cut_off_anywhere_is_unavailable() -> None:
    for ending in range(len(WHOLE)):
        with pytest.raises(SourceUnavailable):
            parse_page(WHOLE[:ending], "feed")


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_an_error_about_the_source(body: bytes) -> None:
    try:
        parse_page(body, "feed")
    except SourceError:
        return
    pytest.fail("random bytes were taken for a feed")


@settings(derandomize=True, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_feed_is_a_page_or_an_error_about_the_source(position: int, damage: bytes) -> None:
    damaged = WHOLE[:position] + damage + WHOLE[position + len(damage) :]

    try:
        read = parse_page(damaged, "feed")
    except SourceError:
        return
    assert read.entries == () or read.token is not None
