"""Against captured material of the real site, where that lies beside the repository."""

import json
from pathlib import Path

import pytest

from g40flow.domain.errors import SourceChanged
from g40flow.sources.internetconsultatie import words
from g40flow.sources.internetconsultatie.lists import parse_open_list
from g40flow.sources.internetconsultatie.page import parse_consultation
from g40flow.sources.internetconsultatie.site import Site

CAPTURED = Path(__file__).parents[4] / "shared" / "samples" / "internetconsultatie"
SITE = Site("https://www.internetconsultatie.nl")

pytestmark = pytest.mark.skipif(not CAPTURED.is_dir(), reason="no captured material beside the repository")


def test_the_live_rest_record_is_read() -> None:
    record = (CAPTURED / "rest_openconsultaties_record_fragment.xml").read_bytes()

    listed = parse_open_list(b"<consultaties>" + record + b"</consultaties>", SITE)

    assert [(row.slug, row.first_day, row.last_day, row.departments) for row in listed.rows] == [
        ("isde", "17-07-2026", "21-08-2026", ("EZK",))
    ]
    assert listed.signals == ()


def test_every_slug_of_the_closed_list_is_accepted_exactly_as_linked() -> None:
    links = (CAPTURED / "closed_list_2024-11-15.txt").read_text(encoding="utf-8").splitlines()

    slugs = [SITE.slug(link) for link in links]

    assert len(slugs) == 2847
    assert slugs == [link.removeprefix(f"{SITE.base}/").removesuffix("/b1") for link in links]


def test_the_live_page_fragments_are_read() -> None:
    intro, document = (
        (CAPTURED / "detail_page_fragments_2026.html").read_text(encoding="utf-8").split("</section>")
    )
    page = (
        f"<html><div id='content'><h1>ISDE</h1><section><h2>In het kort</h2>{intro}</section>"
        f"<ul class='list--sources'><li>{document}</li></ul>"
        "<table class='table__data-overview'><tr><th>Einddatum consultatie</th><td>21-08-2026</td></tr>"
        "</table></div></html>"
    )

    parsed = parse_consultation(page.encode(), "landelijkeveiligheidsmonitor", SITE)

    assert len(parsed.summary) == 2
    assert parsed.summary[0].startswith(
        "Deze consultatie gaat over een wijziging van de Investeringssubsidie"
    )
    assert "Reageren op deze consultatie" not in repr(parsed)
    assert [(d.number, d.title, d.role) for d in parsed.documents] == [
        ("16009", "ministeriële regeling", "conceptregeling")
    ]


def test_the_labels_and_words_of_real_pages_are_known() -> None:
    pages = json.loads((CAPTURED / "parsed_detail_pages_old_and_new.json").read_text(encoding="utf-8"))

    for page in pages:
        overview = page["details"]["overview"]
        assert set(words.EXPECTED_LABELS) <= overview.keys()
        assert any(words.parse_date(overview.get(label, "")) for label in words.FIRST_DAY_LABELS)
        assert overview[words.STATUS_LABEL] in words.STATUS_WORDS
        assert overview[words.TYPE_LABEL] in words.TYPE_WORDS


@pytest.mark.parametrize("name", ["reacties_list_page.html", "reactie_organisation_with_attachment.html"])
def test_a_page_of_responses_is_not_taken_for_a_consultation(name: str) -> None:
    with pytest.raises(SourceChanged, match="Einddatum consultatie"):
        parse_consultation((CAPTURED / name).read_bytes(), "%22essenti%C3%ABle-informatiedocument%22", SITE)
