"""Malformed, truncated, huge, wrongly encoded and hostile input for every parser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged, SourceError, SourceUnavailable
from g40flow.sources.internetconsultatie.lists import ParsedList, parse_open_list, parse_results
from g40flow.sources.internetconsultatie.page import ConsultationPage, parse_consultation
from g40flow.sources.internetconsultatie.site import Site
from g40flow.sources.markup import LARGEST_PAGE

SITE = Site("https://www.internetconsultatie.nl")
SAMPLES = Path(__file__).parents[2] / "samples" / "internetconsultatie"
REST = (SAMPLES / "2026-07-20_openconsultaties.xml").read_bytes()
RESULTS = (SAMPLES / "2026-07-20_zoeken.html").read_bytes()
PAGE = (SAMPLES / "2026-07-20_consultatie_nieuw.html").read_bytes()
SLUG = "voorbeeldbereikbaarheid"
QUICK = settings(derandomize=True, deadline=None)

Parser = Callable[[bytes], ParsedList | ConsultationPage]
PARSERS: dict[str, tuple[Parser, bytes]] = {
    "rest": (lambda body: parse_open_list(body, SITE), REST),
    "results": (lambda body: parse_results(body, SITE), RESULTS),
    "page": (lambda body: parse_consultation(body, SLUG, SITE), PAGE),
}
EVERY_PARSER = pytest.mark.parametrize("parser", sorted(PARSERS))


def reads_or_refuses(parser: str, body: bytes) -> None:
    """Whatever comes in, what comes out is a result or an error of ours."""
    try:
        PARSERS[parser][0](body)
    except SourceError:
        return


@EVERY_PARSER
@QUICK
@given(data=st.data())
def test_any_bytes_are_read_or_refused(parser: str, data: st.DataObject) -> None:
    reads_or_refuses(parser, data.draw(st.binary(max_size=400)))


@EVERY_PARSER
@QUICK
@given(data=st.data())
def test_a_damaged_page_is_read_or_refused(parser: str, data: st.DataObject) -> None:
    body = bytearray(PARSERS[parser][1])
    begin = data.draw(st.integers(0, len(body) - 1))
    end = data.draw(st.integers(begin, min(begin + 300, len(body))))

    body[begin:end] = data.draw(st.binary(max_size=30) | st.sampled_from([b"<", b"</div>", b"<!--", b"]]>"]))

    reads_or_refuses(parser, bytes(body))


@EVERY_PARSER
@QUICK
@given(data=st.data())
def test_a_truncated_page_is_read_or_refused(parser: str, data: st.DataObject) -> None:
    body = PARSERS[parser][1]

    reads_or_refuses(parser, body[: data.draw(st.integers(0, len(body)))])


@given(st.integers(1, len(REST.rstrip()) - 1))
@QUICK
def test_a_truncated_rest_list_is_never_taken_for_a_shorter_one(length: int) -> None:
    with pytest.raises(SourceError):
        parse_open_list(REST[:length], SITE)


@EVERY_PARSER
@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
def test_half_a_page_is_asked_again_and_never_stored(parser: str, share: float) -> None:
    body = PARSERS[parser][1].rstrip()

    with pytest.raises(SourceUnavailable, match="breaks off"):
        PARSERS[parser][0](body[: int(len(body) * share)])


@EVERY_PARSER
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b"\x00" * 100,
        b"{}",
        b"<html></html>",
        b"<anders/>",
        b"<consultaties><anders/></consultaties>",
        b"<consultaties><consultatie><titel>x</titel></consultatie></consultaties>",
        b"<div id='content'><h1></h1></div>",
        b"<div id='content'><h1>Titel</h1></div>",
        b"<html><body>" + b"<div>" * 100_000 + b"<div id='content'><h1>x</h1></html>",
        b"<a>" * 100_000,
        b"\xff\xfe<\x00c\x00>\x00",
        PAGE.decode().encode("utf-16"),
        "<consultaties><consultatie><titel>é</titel></consultatie></consultaties>".encode("latin-1"),
        b"x" * (LARGEST_PAGE + 1),
    ],
)
def test_a_page_of_another_form_is_a_change(parser: str, body: bytes) -> None:
    with pytest.raises(SourceChanged):
        PARSERS[parser][0](body)


@EVERY_PARSER
def test_the_wrong_encoding_is_a_change_even_if_it_is_declared(parser: str) -> None:
    body = (
        PARSERS[parser][1].decode().replace("utf-8", "iso-8859-1").replace("Voorbeeldbesluit", "Coördinatie")
    )

    with pytest.raises(SourceChanged, match="UTF-8"):
        PARSERS[parser][0](body.encode("latin-1"))


@EVERY_PARSER
@pytest.mark.parametrize(
    "sentence",
    [
        "De website is tijdelijk niet beschikbaar.",
        "Wegens technische problemen is de website tijdelijk niet beschikbaar.",
    ],
)
def test_an_outage_page_is_not_taken_for_a_change(parser: str, sentence: str) -> None:
    with pytest.raises(SourceUnavailable):
        PARSERS[parser][0](f"<html><body><h2>Storing</h2><p>{sentence}</p></body></html>".encode())


def test_a_consultation_about_outages_is_no_outage() -> None:
    body = PAGE.replace(
        b"<p>Gemeenten kiezen", b"<p>De website is tijdelijk niet beschikbaar. Gemeenten kiezen"
    )

    assert parse_consultation(body, SLUG, SITE).title == "Voorbeeldbesluit stedelijke bereikbaarheid"


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE c [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE c SYSTEM "http://127.0.0.1:9/kwaad.dtd">',
    ],
)
def test_a_document_type_in_the_rest_list_is_a_change(declaration: bytes) -> None:
    body = REST.replace(b"?>\n", b"?>\n" + declaration, 1)

    with pytest.raises(SourceChanged):
        parse_open_list(body, SITE)


def test_control_characters_and_markup_do_not_get_through() -> None:
    body = PAGE.replace(
        b"Voorbeeldbesluit stedelijke bereikbaarheid\n    </h1>",
        "\x1b[2J\x07Titel\u0085 &lt;script&gt;&#0;&#27; <script>alert(1)</script></h1>".encode(),
    )

    title = parse_consultation(body, SLUG, SITE).title

    assert title.startswith("[2J Titel <script>")
    assert "alert" not in title
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in title)


def test_names_and_places_of_people_who_responded_are_not_taken_along() -> None:
    body = PAGE.replace(
        b"<h2>Relevante documenten</h2>",
        b"<p><a href='/x/reactie/1'>Derde Verzonnen Persoon</a></p>"
        b"<p>Voorbeelddorp | 21 maart 2026 (16:26)</p>"
        b"<ul><li><a href='/x/reactie/2'>Vierde Persoon</a> uit Voorbeelddorp</li></ul>"
        b"<h2>Relevante documenten</h2>",
    )

    page = repr(parse_consultation(body, SLUG, SITE))

    assert "Persoon" not in page
    assert "Voorbeeldstad" not in page
    assert "Voorbeelddorp" not in page
    assert "responses=1204" in page


def test_a_very_long_text_is_cut_and_told() -> None:
    body = PAGE.replace(b"Een plan per vier jaar.", b"woord " * 100_000)

    page = parse_consultation(body, SLUG, SITE)

    text = dict(page.sections)["Voor gemeenten"]
    assert len(text) < 50_000
    assert text.endswith("…")
    assert [signal.code for signal in page.signals] == ["text_cut"]


@pytest.mark.parametrize(
    "many",
    [
        b"".join(b"<h2>Kop %d</h2><p>x</p>" % number for number in range(5000)),
        b"".join(b'<a href="/voorbeeldbereikbaarheid/document/%d">x</a>' % number for number in range(5000)),
    ],
    ids=["headings", "documents"],
)
def test_an_absurd_number_of_parts_is_a_change(many: bytes) -> None:
    with pytest.raises(SourceChanged, match="at most"):
        parse_consultation(PAGE.replace(b"<h2>Relevante documenten</h2>", many), SLUG, SITE)
