"""What others recorded of the real feeds, read by our code; only where the recordings are at hand."""

import ast
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from g40flow.sources.tweedekamer.committees import committee_key, committee_name
from g40flow.sources.tweedekamer.feed import parse_page
from g40flow.sources.tweedekamer.fields import TABLES, record_of
from g40flow.sources.tweedekamer.values import plain_text, words
from tests.sources.tweedekamer.feeds import ENTITY_NAMESPACE, Entity, entry, feed_page, page
from tests.sources.tweedekamer.kept import record

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "tweedekamer"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recordings are not on this machine")


def as_entry(parsed: dict[str, Any]) -> str:
    """A parsed recording written as the feed writes it."""
    content = parsed["content"]
    attributes = {"id", "bijgewerkt", "verwijderd", "contentType", "contentLength"}
    fields = {name: value for name, value in content.items() if name not in attributes | {"refs", "tagname"}}
    children = "".join(
        f'<{name} xsi:nil="true"/>' if value is None else f"<{name}>{escape(value)}</{name}>"
        for name, value in fields.items()
    )
    xml = (
        f'<{content["tagname"]} xmlns="{ENTITY_NAMESPACE}" xmlns:tk="{ENTITY_NAMESPACE}" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="{content["id"]}" '
        f'tk:bijgewerkt="{content["bijgewerkt"]}" tk:verwijderd="{content["verwijderd"]}">{children}'
        f"</{content['tagname']}>"
    )
    return entry(xml, 1, parsed["updated"])


def recorded(name: str) -> Any:
    return ast.literal_eval((SAMPLES / "syncfeed" / name).read_text(encoding="utf-8"))


def test_recorded_deletions_are_read_as_such() -> None:
    stubs = recorded("parsed_document_deleted.txt")

    read = parse_page(page(as_entry(stub) for stub in stubs), "feed")
    records = [record_of(TABLES["Document"], one, "feed") for one in read.entries]

    assert [one.identifier for one in records] == [stub["content"]["id"] for stub in stubs]
    assert all(one.deleted and not one.fields and one.updated_at for one in records)


def test_a_recorded_dossier_is_read() -> None:
    (one,) = parse_page(page([as_entry(recorded("parsed_kamerstukdossier.txt"))]), "feed").entries

    assert record_of(TABLES["Kamerstukdossier"], one, "feed").fields == {
        "kamer": "Tweede Kamer",
        "nummer": 30218,
        "titel": "Wijziging van de Wet ruimtelijke ordening inzake de grondexploitatie",
    }


def test_a_recorded_entry_gives_the_place_to_go_on() -> None:
    text = (SAMPLES / "syncfeed" / "entry_fractieZetelPersoon.xml").read_text(encoding="utf-8")
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom">{text}</feed>'

    assert parse_page(atom.encode(), "feed").token == "16687327"


def test_every_recorded_title_of_a_meeting_survives_the_wire() -> None:
    report = next((SAMPLES / "vlos").glob("*be33e3cf*.xml")).read_text(encoding="utf-8-sig")
    titles = re.findall(r"<onderwerp>([^<]+)</onderwerp>", report)
    plain = [plain_text(title) or "" for title in titles]

    cases = [Entity(kind="zaak", name=f"z{n}", fields={"onderwerp": text}) for n, text in enumerate(plain)]
    records = [record(case) for case in cases]

    assert len(records) > 100
    assert [one.fields.get("onderwerp") for one in records] == [words(text) for text in plain]
    assert parse_page(feed_page(*cases), "feed").token == str(100 + len(cases))


def test_every_recorded_committee_has_a_tidy_name_and_most_a_key_of_their_own() -> None:
    index = (SAMPLES / "calendars" / "committee_index.md").read_text(encoding="utf-8")
    names = re.findall(r"^\*\*(.+?)\*\* \(\d+ gevonden\)", index, re.MULTILINE)

    assert len(names) > 100
    assert all(committee_name(name) == committee_name(committee_name(name)).strip() for name in names)
    standing = {committee_name(name) for name in names if name.casefold().startswith("vaste commissie voor")}
    assert len({committee_key(name) for name in standing}) == len({name.casefold() for name in standing})
