"""The pages of the board: deciding on one page, recording, mandates, and what is refused kindly."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from g40flow.domain.dossier.decisions import DecisionForm, Position, Result
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.dossier_tables import CallAnswer, DossierReader, MemberCall
from tests.use_cases.decisions.board import (
    CHAIR,
    DEPUTY_OF_KIM,
    JOOST,
    KIM,
    LARS,
    MEMBERS,
    MIEKE,
    SECRETARY,
    WRITER,
    Board,
)
from tests.use_cases.dossier import world as dossiers
from tests.web.reading import Reader
from tests.web.signing_in import browser_of
from tests.web.world import World

LONG_AGO = "0" * 64
TEXT = "# Reactie\n\nDe steden vragen om **bekostiging**.\n\n<script>alert(1)</script>\n"

As = Callable[[str], Reader]


@pytest.fixture
def board(world: World) -> Board:
    """A dossier at the board of the network that the portal shows."""
    found = Board.of(dossiers.World(world.database, now=world.moment))
    found.text = found.world.text(found.dossier, TEXT)
    return found


@pytest.fixture
def as_(world: World) -> As:
    """Somebody who reads the portal."""
    return lambda person: Reader(browser_of(world, person))


def dissent(board: Board, city: str, remark: str) -> None:
    """A city does not agree."""
    with board.world.writing() as session:
        call = MemberCall(
            dossier_id=board.dossier,
            questions=[],
            theme_groups=[],
            cities=[city],
            opened_at=board.world.now,
            opened_by=WRITER,
            term_since=board.world.now,
            closes_at=board.world.now,
        )
        session.add(call)
        session.flush()
        session.add(
            CallAnswer(
                call_id=call.id or 0,
                city=city,
                kind="dissent",
                answers={},
                remark=remark,
                answered_by="iemand",
                surface="portal",
                answered_at=board.world.now,
            )
        )


def test_a_member_finds_what_waits_and_decides_on_one_page(board: Board, as_: As) -> None:
    dissent(board, "oss", "wij willen dit niet")
    round_id = board.open(question="Gaat u akkoord met punt 2?")
    joost = as_(JOOST)

    queue = joost.get("/board")
    page = joost.get(f"/board/{round_id}")
    confirm = joost.send(page, f"/board/{round_id}/position", status=200, position="approve")
    done = joost.send(confirm, f"/board/{round_id}/position")

    assert "Wet regie" in queue.part("mijn")
    for shown in ("Gaat u akkoord met punt 2?", "Oss", "wij willen dit niet", board.text[:8], "versie 2"):
        assert shown in page.text
    assert "Klopt dit?" in confirm.text
    assert board.text[:8] in confirm.text
    assert "Uw standpunt is vastgelegd" in done.text
    assert board.positions(round_id) == {JOOST: "approve"}
    assert "geen besluit dat op u wacht" in joost.get("/board").text


def test_looking_and_a_first_press_decide_nothing(board: Board, as_: As) -> None:
    round_id = board.open()
    joost = as_(JOOST)

    page = joost.get(f"/board/{round_id}")
    joost.send(page, f"/board/{round_id}/position", status=200, position="approve")

    assert board.positions(round_id) == {}


def test_the_text_is_shown_as_text_and_can_do_no_harm(board: Board, as_: As) -> None:
    round_id = board.open(question="<img src=x onerror=alert(1)>")
    board.take(round_id, JOOST, Position.OBJECT, "<b onclick=alert(1)>nee</b>")

    for address in (f"/board/{round_id}", "/board/print", f"/board/dossiers/{board.dossier}", "/board"):
        source = as_(LARS).get(address).source
        assert "<script>alert" not in source
        assert "<img src=x" not in source
        assert "<b onclick" not in source


def test_a_decision_after_a_link_in_a_mail_is_kept_as_such(board: Board, as_: As) -> None:
    round_id, joost = board.open(), as_(JOOST)
    address = f"/board/{round_id}/position"

    confirm = joost.send(joost.get(f"/board/{round_id}?via=mail"), address, status=200, position="approve")
    assert board.positions(round_id) == {}
    joost.send(confirm, address)

    (taken,) = board.all_positions(round_id)
    assert (taken.surface, board.world.history(board.dossier)[-1].surface) == ("mail_link", "mail_link")


def test_an_objection_without_words_is_asked_again_with_what_was_chosen(board: Board, as_: As) -> None:
    round_id = board.open()
    joost = as_(JOOST)

    again = joost.send(
        joost.get(f"/board/{round_id}"),
        f"/board/{round_id}/position",
        status=422,
        position="object",
        comment=" ",
    )

    assert "Schrijf op wat u anders wilt" in again.text
    assert again.tree.xpath("//input[@name='position'][@checked]/@value") == ["object"]


def test_a_changed_text_is_explained_and_what_was_written_is_not_lost(board: Board, as_: As) -> None:
    round_id = board.open()
    joost = as_(JOOST)
    page = joost.get(f"/board/{round_id}")

    refused = joost.send(
        page,
        f"/board/{round_id}/position",
        status=409,
        position="hold",
        comment="eerst bespreken",
        seen_hash=LONG_AGO,
    )

    assert "De tekst is gewijzigd nadat u deze pagina opende" in refused.text
    assert "eerst bespreken" in refused.text
    assert board.positions(round_id) == {}


def test_who_is_late_reads_how_it_ended(board: Board, as_: As) -> None:
    round_id = board.open()
    board.all_take(round_id, *MEMBERS[:5])
    joost = as_(JOOST)
    page = joost.get(f"/board/{round_id}")
    board.close(round_id)

    late = joost.send(page, f"/board/{round_id}/position", status=409, position="object", comment="nee")

    assert "U bent net te laat" in late.text
    assert "vastgesteld" in late.text
    assert "“nee”" in late.text
    assert board.adopted() == board.text


def test_a_deputy_is_told_for_whom_he_answers(board: Board, as_: As) -> None:
    round_id = board.open()
    uma = as_(DEPUTY_OF_KIM)

    page = uma.get(f"/board/{round_id}")
    confirm = uma.send(page, f"/board/{round_id}/position", status=200, position="approve")
    uma.send(confirm, f"/board/{round_id}/position")

    assert "vervanger van Kim Modelman" in page.text
    assert board.positions(round_id) == {KIM: "approve"}


def test_the_secretary_asks_the_board_and_records_the_result(board: Board, as_: As) -> None:
    bram = as_(SECRETARY)

    queue = bram.get("/board")
    asked = bram.send(
        bram.get(f"/board/dossiers/{board.dossier}"),
        f"/board/dossiers/{board.dossier}/round",
        form="written_round",
        question="Akkoord?",
    )
    (round_,) = board.rounds()
    board.all_take(round_.id or 0, *MEMBERS[:4])
    done = bram.send(bram.get(f"/board/{round_.id}"), f"/board/{round_.id}/close", result="adopted")

    assert "Wet regie" in queue.part("nog")
    assert "De vraag is gesteld" in asked.text
    assert "De uitkomst is vastgelegd" in done.text
    assert (board.stage(), board.adopted()) == (Stage.READY_TO_SUBMIT, board.text)


def test_the_secretary_is_warned_before_a_round_ends_after_the_deadline(board: Board, as_: As) -> None:
    bram = as_(SECRETARY)

    warned = bram.send(
        bram.get(f"/board/dossiers/{board.dossier}"),
        f"/board/dossiers/{board.dossier}/round",
        status=422,
        form="written_round",
        closes_on="2027-03-01",
    )

    assert "na de sluitingsdatum" in warned.text
    assert warned.tree.xpath("//input[@name='closes_on']/@value") == ["2027-03-01"]
    assert board.rounds() == []


def test_a_round_is_closed_without_approval_only_with_a_reason_and_a_day(board: Board, as_: As) -> None:
    round_id, bram = board.open(), as_(SECRETARY)
    address = f"/board/{round_id}/close"

    refused = bram.send(
        bram.get(f"/board/{round_id}"), address, status=422, result="held_over", reason="eerst bespreken"
    )
    done = bram.send(
        bram.get(f"/board/{round_id}"),
        address,
        result="held_over",
        reason="eerst bespreken",
        until="2026-12-09",
    )

    assert "wanneer het bestuur hierover wel besluit" in refused.text
    assert "woensdag 9 december 2026" in done.text
    assert board.round(round_id).result == Result.HELD_OVER
    again = bram.get(bram.get(f"/board/{round_id}").link("Opnieuw voorleggen"))
    assert again.has_form("/round")
    assert "Opnieuw voorleggen" not in as_(JOOST).get(f"/board/{round_id}").text


def test_the_secretary_gives_a_round_more_time_and_says_why(board: Board, as_: As) -> None:
    round_id, bram = board.open(), as_(SECRETARY)
    address = f"/board/{round_id}/end"

    refused = bram.send(
        bram.get(f"/board/{round_id}"), address, status=422, closes_on="2026-11-25", reason="Joost is ziek"
    )
    done = bram.send(
        bram.get(f"/board/{round_id}"), address, closes_on="2026-12-01", closes_time="12:00", reason="ziek"
    )

    assert "kan alleen langer duren" in refused.text
    assert refused.tree.xpath("//details[@open]//input[@name='reason']/@value") == ["Joost is ziek"]
    assert "De ronde duurt langer" in done.text
    assert "Ronde verlengd" in done.text
    told = as_(SECRETARY).get(f"/dossiers/{board.dossier}/history").text
    assert "Van do 26 nov 23:59 uur naar di 1 dec 12:00 uur" in told
    assert board.round(round_id).closes_at == datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert "Ronde verlengen" not in as_(JOOST).get(f"/board/{round_id}").text


def test_a_meeting_is_recorded_member_by_member(board: Board, as_: As, world: World) -> None:
    round_id = board.open(form=DecisionForm.MEETING, meeting_on=world.moment.date())
    bram = as_(SECRETARY)
    given: dict[str, Any] = {f"position-{member}": "approve" for member in MEMBERS[:4]}
    given |= {f"position-{MIEKE}": "abstain", f"comment-{MIEKE}": "geen oordeel"}

    bram.send(
        bram.get(f"/board/{round_id}"),
        f"/board/{round_id}/meeting",
        result="adopted",
        **given,
    )

    assert board.positions(round_id)[MIEKE] == "abstain"
    assert board.adopted() == board.text


def test_the_agenda_on_paper_has_every_text(board: Board, as_: As) -> None:
    board.open(question="Stelt u dit vast?")

    page = as_(CHAIR).get("/board/print")

    for shown in ("Agenda van het dagelijks bestuur", "Stelt u dit vast?", "bekostiging", "Joost Proefsma"):
        assert shown in page.text


def test_a_mandate_is_registered_used_ratified_and_revoked(board: Board, as_: As) -> None:
    bram, chair = as_(SECRETARY), as_(CHAIR)
    bram.send(
        bram.get("/board/mandates"),
        "/board/mandates",
        holder=CHAIR,
        scope="spoed in het reces",
        from_on="2026-11-01",
        until_on="2026-12-31",
        must_ratify="1",
    )

    confirm = chair.send(
        chair.get(f"/board/dossiers/{board.dossier}"),
        f"/board/dossiers/{board.dossier}/alone",
        status=200,
        position="approve",
    )
    chair.send(confirm, f"/board/dossiers/{board.dossier}/alone")
    (due,) = board.ratifications()
    asked = bram.get(f"/board/{due.round_id}")
    bram.send(bram.get("/board/mandates"), f"/board/ratifications/{due.id}", answer="ratified")
    told = chair.get(f"/board/{due.round_id}")
    bram.send(bram.get("/board/mandates"), "/revoke", reason="reces voorbij")

    assert "meteen het besluit" in confirm.text
    assert board.adopted() == board.text
    assert board.ratifications()[0].result == "ratified"
    assert f'href="/board/mandates#b-{due.id}"' in asked.source
    assert "Bekrachtiging: bekrachtigd" in told.text
    assert "ingetrokken" in bram.get("/board/mandates").part("mandaten")


@pytest.mark.parametrize("person", [WRITER, "rens-leesmans", "anna-testerink"])
def test_others_read_along_without_forms_and_cannot_force_them(board: Board, as_: As, person: str) -> None:
    round_id, reader = board.open(), as_(person)

    page = reader.get(f"/board/{round_id}")
    given = {"position": "approve", "seen_hash": board.text, "confirmed": "1"}
    pressed = reader.client.post(f"/board/{round_id}/position", data=given)
    closed = reader.client.post(f"/board/{round_id}/close", data={"result": "rejected", "reason": "x"})

    assert page.tree.xpath("//form[contains(@action, '/board')]") == []
    assert (pressed.status_code, closed.status_code) == (403, 403)
    assert board.positions(round_id) == {}


def test_a_confidential_round_is_not_there_for_others(board: Board, as_: As) -> None:
    board.world.change(board.dossier, confidential=True)
    with board.world.writing() as session:
        session.add(DossierReader(dossier_id=board.dossier, person=SECRETARY))
    round_id = board.open(admit=True)

    as_(JOOST).get(f"/board/{round_id}")
    as_("vera-schijn").get(f"/board/{round_id}", status=404)

    assert "Wet regie" not in as_("vera-schijn").get("/board").text
    assert "Wet regie" not in as_("vera-schijn").get("/board/print").text


def test_the_page_of_the_dossier_tells_how_the_decision_goes(board: Board, as_: As) -> None:
    before = as_(SECRETARY).get(f"/dossiers/{board.dossier}")
    round_id = board.open()
    asked = as_(JOOST).get(f"/dossiers/{board.dossier}")
    board.all_take(round_id, *MEMBERS)
    board.close(round_id)
    after = as_(JOOST).get(f"/dossiers/{board.dossier}")

    assert "Voorleggen aan het bestuur" in before.part("deel-decision")
    assert "wacht op u" in asked.part("deel-decision")
    assert "vastgesteld" in after.part("deel-decision")


def test_pages_stay_small(board: Board, as_: As) -> None:
    board.text = board.world.text(board.dossier, "# Reactie\n\n" + "Een zin over de steden. " * 800)
    round_id = board.open()

    assert len(as_(JOOST).get(f"/board/{round_id}").source.encode()) < 100_000


def test_the_history_says_who_took_which_position_and_how_it_ended(board: Board, as_: As) -> None:
    round_id = board.open()
    board.take(round_id, DEPUTY_OF_KIM, Position.ABSTAIN)
    board.close(round_id, Result.REJECTED)

    history = as_(JOOST).get(f"/dossiers/{board.dossier}/history").text

    assert "Standpunt ingenomen Onthouding namens Kim Modelman" in history
    assert "Uitkomst van de ronde vastgelegd Afgewezen" in history
