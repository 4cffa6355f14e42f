"""The text of a dossier in the portal."""

from io import BytesIO

import pytest

from g40flow.domain.dossier.workflow import Stage
from g40flow.render.documents import PDF, WORD, read_pdf
from g40flow.storage.texts import comments_of, versions_of
from tests.render.word_files import commented, comments, deleted, inserted, paragraph, run, word_file
from tests.web.calling import PEN_HOLDER, SECRETARY
from tests.web.reading import Page, Reader
from tests.web.signing_in import ANNA, browser_of
from tests.web.world import World, consultation
from tests.web.writing import HOSTILE, adopted, dossier_in_writing, put, written

LEAD, BOARD_SECRETARY, PARTNER, READER = (
    "zeger-de-voorbeeld",
    "bram-bedacht",
    "vigo-partnerman",
    "rens-leesmans",
)


@pytest.fixture
def dossier(world: World) -> int:
    """A dossier whose text is being written."""
    return dossier_in_writing(world, world.publish(consultation("Wet regie woningen")))


def reader(world: World, person: str) -> Reader:
    return Reader(browser_of(world, person))


def texts(world: World, dossier: int) -> list[str]:
    """Every version, newest first."""
    with world.database.reading() as session:
        return [version.markdown for version in versions_of(session, dossier)]


def test_a_pen_holder_begins_with_a_first_draft_and_writes_on(world: World, dossier: int) -> None:
    pen = reader(world, PEN_HOLDER)

    page = pen.send(pen.get(f"/dossiers/{dossier}/text"), "/text/draft")
    assert "De eerste opzet staat klaar" in page.text
    assert "Er is geen geld." in page.part("versie")
    edit = pen.get(f"/dossiers/{dossier}/text/edit")
    page = pen.send(edit, "/text", text="## Kop\n\nWij steunen **dit**.", note="korter")

    assert "De nieuwe versie is bewaard." in page.text
    assert page.tree.xpath("//article//strong")[0].text == "dit"
    assert texts(world, dossier)[0] == "## Kop\n\nWij steunen **dit**.\n"
    assert "korter" in page.part("versies")


def test_what_was_typed_is_not_lost_when_somebody_else_was_first(world: World, dossier: int) -> None:
    written(world, dossier, "Begin")
    pen = reader(world, PEN_HOLDER)
    edit = pen.get(f"/dossiers/{dossier}/text/edit")
    written(world, dossier, "Van een ander", by=SECRETARY)

    page = pen.send(edit, "/text", status=409, text="Mijn tekst")

    assert "Iemand anders was u net voor" in page.text
    assert page.tree.xpath("//textarea")[0].text.strip() == "Mijn tekst"
    assert texts(world, dossier) == ["Van een ander\n", "Begin\n"]
    assert "De nieuwe versie is bewaard." in pen.send(page, "/text").text


@pytest.mark.parametrize(
    ("text", "said"), [("", "Er staat nog geen tekst"), ("Begin", "gelijk aan de vorige"), ("😀", "emoji")]
)
def test_what_cannot_be_a_text_is_explained(world: World, dossier: int, text: str, said: str) -> None:
    written(world, dossier, "Begin")
    pen = reader(world, PEN_HOLDER)

    page = pen.send(pen.get(f"/dossiers/{dossier}/text/edit"), "/text", status=422, text=text)

    assert said in page.text
    assert len(texts(world, dossier)) == 1


def test_a_long_text_fits_through_the_door(world: World, dossier: int) -> None:
    pen = reader(world, PEN_HOLDER)
    text = "Een zin over wonen in de stad, met één accent.\n\n" * 2_000

    pen.send(pen.get(f"/dossiers/{dossier}/text/edit"), "/text", text=text)

    assert len(texts(world, dossier)[0]) > 90_000


def test_word_goes_out_and_comes_back(world: World, dossier: int) -> None:
    seen = written(world, dossier, "De stad krijgt tijd.")
    pen = reader(world, PEN_HOLDER)
    out = pen.client.get(f"/dossiers/{dossier}/text/versions/1/docx")
    assert out.headers["content-type"] == WORD
    assert "attachment" in out.headers["content-disposition"]
    back = word_file(
        paragraph(run("De stad krijgt "), commented("geld", 0)),
        more={"word/comments.xml": comments(("Piet", HOSTILE.replace("<", "&lt;")))},
    )

    answer = pen.client.post(
        f"/dossiers/{dossier}/text/upload",
        data={"seen_version": seen},
        files={"file": ("concept.docx", BytesIO(back), WORD)},
    )

    assert answer.status_code == 303
    page = pen.get(f"/dossiers/{dossier}/text")
    assert texts(world, dossier)[0] == "De stad krijgt geld\n"
    assert "1 opmerking in de kantlijn overgenomen" in page.part("versie")
    assert "<script>alert(1)" in page.part("opmerkingen")
    assert "<script" not in page.source


def test_who_made_tracked_changes_and_what_was_left_behind_is_told(world: World, dossier: int) -> None:
    seen = written(world, dossier, "De stad krijgt tijd.")
    pen = reader(world, PEN_HOLDER)
    back = word_file(
        paragraph(run("De stad krijgt "), inserted("geld", "Kees &lt;i&gt; Kolom"), deleted("tijd", "An"))
    )

    pen.client.post(
        f"/dossiers/{dossier}/text/upload",
        data={"seen_version": seen},
        files={"file": ("concept.docx", BytesIO(back), WORD)},
    )

    told = "Bijgehouden wijzigingen in Word van An, Kees <i> Kolom."
    assert told in pen.get(f"/dossiers/{dossier}/text").part("versie")
    assert told in pen.get(f"/dossiers/{dossier}/history").text


def test_a_bad_file_is_explained(world: World, dossier: int) -> None:
    seen = written(world, dossier, "Begin")
    pen = reader(world, PEN_HOLDER)

    answer = pen.client.post(
        f"/dossiers/{dossier}/text/upload",
        data={"seen_version": seen},
        files={"file": ("../../x.docm", BytesIO(b"PK"), WORD)},
    )
    large = pen.client.post(
        f"/dossiers/{dossier}/text/upload",
        data={"seen_version": seen},
        files={"file": ("x.docx", BytesIO(b"x" * 11_000_000), WORD)},
    )

    assert answer.status_code == 422
    assert "macro" in Page(answer.text).text
    assert large.status_code == 413


def test_a_version_is_a_pdf_with_a_neutral_name(world: World, dossier: int) -> None:
    written(world, dossier, "De stad krijgt tijd.")

    answer = reader(world, ANNA).client.get(f"/dossiers/{dossier}/text/versions/1/pdf")

    assert answer.headers["content-type"] == PDF
    assert "De stad krijgt tijd." in read_pdf(answer.content).text
    assert answer.headers["content-disposition"].endswith('-wet-regie-woningen-v1.pdf"')


@pytest.mark.parametrize("view", ["inline", "side"])
def test_changes_are_shown_by_word(world: World, dossier: int, view: str) -> None:
    same = "\n\n".join(f"Alinea {number}" for number in range(9))
    written(world, dossier, f"De stad krijgt geld.\n\n{same}")
    written(world, dossier, f"De stad krijgt tijd.\n\n{same}")

    page = reader(world, ANNA).get(f"/dossiers/{dossier}/text/changes?old=1&new=2&view={view}")

    assert [node.text for node in page.tree.xpath("//section//del")][-1] == "geld"
    assert [node.text for node in page.tree.xpath("//section//ins")][-1] == "tijd"
    assert "8 alinea’s zonder wijziging" in page.text
    assert "Woorden toegevoegd: 1, weggehaald: 1" in page.text


def test_who_comes_back_sees_what_is_new(world: World, dossier: int) -> None:
    written(world, dossier, "Een")
    lead = reader(world, LEAD)
    lead.get(f"/dossiers/{dossier}/text")
    written(world, dossier, "Twee")

    assert "sinds versie 1" in lead.get(f"/dossiers/{dossier}/text").text
    assert "sinds versie 1" not in lead.get(f"/dossiers/{dossier}/text").text


def test_a_comment_is_made_and_disposed_of(world: World, dossier: int) -> None:
    written(world, dossier, "De stad krijgt geld.")
    lead, secretary = reader(world, LEAD), reader(world, SECRETARY)

    page = lead.send(lead.get(f"/dossiers/{dossier}/text"), "/comments", body=HOSTILE, quote="geld")
    assert "Uw opmerking is bewaard." in page.text
    assert HOSTILE in page.part("opmerkingen")
    page = secretary.send(
        secretary.get(f"/dossiers/{dossier}/text"), "/dispose", status=422, disposition="rejected", reason=""
    )
    assert "Zeg waarom." in page.text
    page = secretary.send(page, "/dispose", disposition="rejected", reason="buiten het voorstel")

    assert "Niet overgenomen" in page.part("opmerkingen")
    assert "buiten het voorstel" in page.part("opmerkingen")


def test_an_objection_is_lifted_by_its_author_only(world: World, dossier: int) -> None:
    written(world, dossier, "De stad krijgt geld.")
    lead, secretary = reader(world, LEAD), reader(world, SECRETARY)

    lead.send(lead.get(f"/dossiers/{dossier}/text"), "/comments", body="Dit kan niet", objection="true")
    with world.database.reading() as session:
        (comment,) = comments_of(session, dossier)
    address = f"/dossiers/{dossier}/text/comments/{comment.id}/dispose"
    refused = secretary.client.post(address, data={"disposition": "rejected", "reason": "door"})
    page = lead.send(lead.get(f"/dossiers/{dossier}/text"), "/withdraw")

    assert refused.status_code == 403
    assert "Ingetrokken" in page.part("opmerkingen")


def test_after_adoption_a_change_says_what_it_is(world: World, dossier: int) -> None:
    adopted(world, dossier, "De steden steunen dit.")
    pen, office = reader(world, PEN_HOLDER), reader(world, BOARD_SECRETARY)

    page = pen.get(f"/dossiers/{dossier}/text/edit")
    assert "Redactioneel" not in page.text
    assert pen.send(page, "/text", status=422, text="Anders", note="omdat")
    office.send(
        office.get(f"/dossiers/{dossier}/text/edit"),
        "/text",
        text="De steden steunen dit!",
        kind="editorial",
        note="leesteken",
    )

    assert texts(world, dossier) == ["De steden steunen dit!\n", "De steden steunen dit.\n"]


def test_a_partner_reads_what_was_shared_and_nothing_else(world: World, dossier: int) -> None:
    written(world, dossier, "Geheim begin")
    written(world, dossier, "Voor partners")
    secretary = reader(world, SECRETARY)
    secretary.send(
        secretary.get(f"/dossiers/{dossier}"), "/partners", partner="vng", contact="beleidsmedewerker"
    )
    partner = reader(world, PARTNER)

    assert "Er is nog geen versie met u gedeeld" in partner.get(f"/dossiers/{dossier}/text").text
    secretary.send(secretary.get(f"/dossiers/{dossier}/text"), "/share")
    page = partner.get(f"/dossiers/{dossier}/text")

    assert "Voor partners" in page.text
    assert "Opmerkingen" not in page.text
    for hidden in ("versions/1", "versions/1/pdf", "changes?old=1&new=2", "edit"):
        partner.get(f"/dossiers/{dossier}/text/{hidden}", status=404)


def test_a_reader_reads_and_has_nothing_to_fill_in(world: World, dossier: int) -> None:
    written(world, dossier, "Begin")

    page = reader(world, READER).get(f"/dossiers/{dossier}/text")

    assert "Begin" in page.text
    assert page.tree.xpath("//main//form") == []


def test_nothing_in_a_text_is_carried_out(world: World, dossier: int) -> None:
    written(world, dossier, f"{HOSTILE}\n\n{HOSTILE}\n")
    written(world, dossier, f"{HOSTILE} anders\n")
    anna = reader(world, ANNA)

    for address in ("", "/edit", "/versions/1", "/changes?old=1&new=2", "/changes?old=1&new=2&view=side"):
        page = anna.get(f"/dossiers/{dossier}/text{address}")
        assert page.tree.xpath("//script | //main//img") == []
        assert not [a for a in page.tree.xpath("//a/@href") if "javascript" in a]


def test_at_other_stages_there_is_nothing_to_write(world: World, dossier: int) -> None:
    seen = written(world, dossier, "Begin")
    put(world, dossier, stage=Stage.SUBMITTED)
    pen = reader(world, PEN_HOLDER)

    assert "kan de tekst niet meer veranderen" in pen.get(f"/dossiers/{dossier}/text/edit").text
    answer = pen.client.post(f"/dossiers/{dossier}/text", data={"seen_version": seen, "text": "Anders"})

    assert answer.status_code == 409
    assert texts(world, dossier) == ["Begin\n"]


def test_the_page_of_the_dossier_tells_of_its_text(world: World, dossier: int) -> None:
    anna = reader(world, ANNA)
    assert "Er is nog geen tekst." in anna.get(f"/dossiers/{dossier}").part("deel-text")
    written(world, dossier, "Begin")

    assert "Versie 1" in anna.get(f"/dossiers/{dossier}").part("deel-text")


def test_the_history_names_what_was_done_to_a_text(world: World, dossier: int) -> None:
    written(world, dossier, "Begin")
    lead = reader(world, LEAD)
    lead.send(lead.get(f"/dossiers/{dossier}/text"), "/comments", body="Dit kan niet", objection="true")

    page = lead.get(f"/dossiers/{dossier}/history")

    assert "Nieuwe versie" in page.text
    assert "Bezwaar" in page.text
