"""Running a call from the portal: asking, following, chasing, links, answers taken further."""

import csv
import io
from datetime import date

import pytest
from sqlmodel import Session, col, select

from g40flow.domain.dossier.calls import AnswerKind, Visibility
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.access_tables import Deactivation
from g40flow.storage.calls import calls_of, invitations_of
from g40flow.storage.dossier_tables import Dossier, MemberCall, PointEvidence
from g40flow.storage.tables import Message
from tests.web.calling import (
    AFTER_CLOSING,
    CLOSES_AT,
    PEN_HOLDER,
    SECRETARY,
    answered,
    call_in,
    coordinator_of,
    dossier_in_call,
    token_for,
)
from tests.web.reading import Page, Reader
from tests.web.signing_in import browser_of
from tests.web.test_hostile_text import HOSTILE, assert_harmless
from tests.web.world import World, consultation


@pytest.fixture
def dossier(world: World) -> int:
    """A dossier at the stage of the call."""
    return dossier_in_call(world, world.publish(consultation("Wet regie woningen")))


@pytest.fixture
def secretary(world: World) -> Reader:
    """Who runs the calls of the housing group."""
    return Reader(browser_of(world, SECRETARY))


def calls(world: World, dossier: int) -> list[MemberCall]:
    """Every call of a dossier, newest first."""
    with world.database.reading() as session:
        return list(calls_of(session, dossier))


def messages(world: World, kind: str) -> list[str]:
    """Audiences of the messages of one kind."""
    with world.database.reading() as session:
        query = select(Message).where(col(Message.kind) == kind).order_by(col(Message.id))
        return [message.audience for message in session.exec(query)]


def filled(page: Page, dossier: int, **changed: object) -> dict[str, object]:
    """The form for a new call, filled in."""
    _, values = page.form(f"/dossiers/{dossier}/call")
    return {
        **values,
        "question": ["Wat kost dit?", "", "Wat moet anders?"],
        "help": ["Een schatting", "", ""],
        "audience": "chosen",
        "cities": ["delft", "zwolle"],
        "closes_on": "2026-12-04",
        "closes_clock": "17:00",
        "wish": "open",
        **changed,
    }


# --- asking -------------------------------------------------------------------------------------


def test_the_secretary_looks_first_and_then_asks(world: World, dossier: int, secretary: Reader) -> None:
    address = f"/dossiers/{dossier}/call"
    page = secretary.get(address)

    look = secretary.client.post(address, data=filled(page, dossier, wish="preview"))
    assert look.status_code == 200
    assert "Uitvraag aan Delft en nog 1 stad" in Page(look.text).text
    assert "geen coördinator" not in look.text
    assert calls(world, dossier) == []
    done = secretary.send(Page(look.text), address, wish="open")

    assert "De uitvraag is geopend." in done.text
    (call,) = calls(world, dossier)
    assert call.cities == ["delft", "zwolle"]
    assert [q["text"] for q in call.questions] == ["Wat kost dit?", "Wat moet anders?"]
    assert call.closes_at == CLOSES_AT
    assert len(messages(world, "call_invitation")) == 2
    assert "0 van 2 steden" in done.text
    assert "Nog niet: Delft, Zwolle" in done.text


def test_more_questions_fit_without_scripts(dossier: int, secretary: Reader) -> None:
    address = f"/dossiers/{dossier}/call"
    page = secretary.get(address)

    for lines in (6, 9, 12):
        answer = secretary.client.post(
            address,
            data=filled(page, dossier, wish="more")
            | ({} if lines == 6 else page.form(address)[1] | {"wish": "more"}),
        )
        page = Page(answer.text)
        assert len(page.form(address)[1]["question"]) == lines
    assert "Meer vragen" not in page.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": ""}, "vul dit in"),
        ({"question": [""]}, "stel minstens één vraag"),
        ({"audience": "iedereen"}, "zo wordt er geen enkele stad gevraagd"),
        ({"cities": []}, "zo wordt er geen enkele stad gevraagd"),
        ({"closes_on": "gisteren"}, "dit is geen datum en tijd"),
        ({"closes_clock": "25:00"}, "dit is geen datum en tijd"),
        ({"closes_on": "2026-11-02"}, "dit moment is al voorbij"),
        ({"closes_on": "2026-12-30"}, "later dan de sluitingsdatum"),
        ({"minimum_answers": "veel"}, "vul een getal in"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field_and_nothing_is_lost(
    world: World, dossier: int, secretary: Reader, changed: dict[str, object], words: str
) -> None:
    address = f"/dossiers/{dossier}/call"
    values = filled(secretary.get(address), dossier, introduction="Lang nagedacht") | changed

    answer = secretary.client.post(address, data=values)

    assert answer.status_code == 422
    page = Page(answer.text)
    assert words in page.part("nieuw")
    assert page.form(address)[1]["introduction"] == ["Lang nagedacht"]
    assert calls(world, dossier) == []


def test_later_than_planned_needs_a_tick(world: World, dossier: int, secretary: Reader) -> None:
    address = f"/dossiers/{dossier}/call"
    with world.database.writing() as session:
        plan = {"days": [{"stage": "member_call", "latest_on": "2026-12-01"}]}
        session.get_one(Dossier, dossier).plan = plan
    page = secretary.get(address)
    assert page.form(address)[1]["closes_on"] == ["2026-12-01"]

    refused = secretary.client.post(address, data=filled(page, dossier))
    taken = secretary.client.post(address, data=filled(page, dossier, despite_plan="yes"))

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert "later dan de dag die in het plan staat" in Page(refused.text).text


def test_a_form_of_an_old_screen_is_refused(dossier: int, secretary: Reader) -> None:
    page = secretary.get(f"/dossiers/{dossier}/call")

    for revision in ("999", "x", ""):
        values = filled(page, dossier, revision=revision)
        assert secretary.client.post(f"/dossiers/{dossier}/call", data=values).status_code == 409


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [PEN_HOLDER, "anna-testerink", "zeger-de-voorbeeld"])
def test_others_read_but_run_nothing(world: World, dossier: int, person: str) -> None:
    call = call_in(world, dossier)
    answered(world, call, "delft")
    other = Reader(browser_of(world, person))
    address = f"/dossiers/{dossier}/call"

    page = other.get(address)

    assert "In delft kost het veel." in page.text
    assert "Beheren" not in page.text
    for action, data in (
        ("chase", {}),
        ("close", {"revision": "0"}),
        ("cancel", {"revision": "0", "reason": "x"}),
        ("links", {"city": "oss", "name": "Kim", "email": "kim@example.nl"}),
        ("links/1/revoke", {}),
        ("links/1/renew", {}),
    ):
        answer = other.client.post(f"{address}/{call}/{action}", data=data)
        assert answer.status_code in (403, 409), action
    assert calls(world, dossier)[0].state == "open"


def test_a_city_sees_only_its_own_answer_when_answers_are_private(world: World, dossier: int) -> None:
    call = call_in(world, dossier, visibility=Visibility.PRIVATE)
    answered(world, call, "delft")
    answered(world, call, "almere")

    delft = Reader(browser_of(world, coordinator_of(world, call, "delft"))).get(f"/dossiers/{dossier}/call")
    writer = Reader(browser_of(world, PEN_HOLDER)).get(f"/dossiers/{dossier}/call")

    assert "In delft kost" in delft.text
    assert "In almere kost" not in delft.text
    assert "In almere kost" in writer.text


def test_a_call_belongs_to_its_own_dossier(world: World, dossier: int, secretary: Reader) -> None:
    call = call_in(world, dossier)
    other = dossier_in_call(world, world.publish(consultation("Besluit woningen oud")))

    assert secretary.client.get(f"/dossiers/{other}/call/{call}/answers.csv").status_code == 404
    assert secretary.client.post(f"/dossiers/{other}/call/{call}/chase").status_code == 404
    assert secretary.client.get("/dossiers/99/call").status_code == 404


# --- while it runs ------------------------------------------------------------------------------


def test_chasing_by_hand_is_told_and_works_once_a_day(world: World, dossier: int, secretary: Reader) -> None:
    call = call_in(world, dossier)
    answered(world, call, "delft")
    address = f"/dossiers/{dossier}/call"

    done = secretary.send(secretary.get(address), f"{call}/chase")
    again = secretary.send(done, f"{call}/chase", status=422)

    assert "krijgt een herinnering" in done.text
    assert "Er is vandaag al een herinnering verstuurd" in again.text
    assert len(messages(world, "call_reminder")) == 2


def test_another_term_closing_and_opening_again(world: World, dossier: int, secretary: Reader) -> None:
    call = call_in(world, dossier)
    address = f"/dossiers/{dossier}/call"

    moved = secretary.send(secretary.get(address), f"{call}/term", closes_on="2026-12-08")
    assert "sluit op een ander moment" in moved.text
    wrong = secretary.send(moved, f"{call}/term", status=422, closes_on="2026-11-01")
    assert "dit moment is al voorbij" in wrong.text
    closed = secretary.send(moved, f"{call}/close")
    assert "De uitvraag is gesloten." in closed.text
    assert closed.form(f"{call}/term")[1]["closes_on"] == ["2026-12-08"]
    opened = secretary.send(closed, f"{call}/term", closes_on="2026-12-09")

    assert "Weer openen" not in opened.text
    (row,) = calls(world, dossier)
    assert (row.state, row.closes_at.date()) == ("open", date(2026, 12, 9))
    with world.database.reading() as session:
        assert session.get_one(Dossier, dossier).stage == Stage.DRAFTING


def test_taking_back_needs_a_reason(world: World, dossier: int, secretary: Reader) -> None:
    call = call_in(world, dossier)
    page = secretary.get(f"/dossiers/{dossier}/call")

    refused = secretary.send(page, f"{call}/cancel", status=422, reason=" ")
    done = secretary.send(refused, f"{call}/cancel", reason="De wet is ingetrokken")

    assert "schrijf waarom" in refused.text
    assert "De uitvraag is teruggenomen." in done.text
    assert "Beheren" not in done.text


def test_links_are_given_renewed_and_taken_back(world: World, dossier: int, secretary: Reader) -> None:
    call = call_in(world, dossier)
    page = secretary.get(f"/dossiers/{dossier}/call")
    old = token_for(world, call, "delft")
    link = _link(world, call, "delft")

    wrong = secretary.send(page, f"{call}/links", status=422, city="oss", name="Kim", email="kim")
    assert "dit is geen e-mailadres" in wrong.text
    added = secretary.send(page, f"{call}/links", city="oss", name="Kim", email="kim@oss.example.nl")
    assert "Oss" in added.text
    renewed = secretary.send(added, f"links/{link}/renew")
    secretary.send(renewed, f"links/{_link(world, call, 'almere')}/revoke")

    stranger = Reader(browser_of(world, None))
    stranger.get(f"/uitvraag/{old}", status=404)
    stranger.get(f"/uitvraag/{token_for(world, call, 'delft')}")
    stranger.get(f"/uitvraag/{token_for(world, call, 'almere')}", status=404)
    assert old not in renewed.source
    assert token_for(world, call, "delft") not in renewed.source


def test_a_city_without_a_coordinator_is_named_before_it_is_asked(
    world: World, dossier: int, secretary: Reader
) -> None:
    person = coordinator_of(world, call_in(world, dossier), "delft")
    with world.database.writing() as session:
        session.add(Deactivation(person=person, deactivated_at=world.now(), deactivated_by=SECRETARY))
    page = secretary.get(f"/dossiers/{dossier}/call")

    look = secretary.client.post(f"/dossiers/{dossier}/call", data=filled(page, dossier, wish="preview"))

    assert "geen coördinator Delft: geef na het openen" in Page(look.text).text


def test_a_city_for_which_nobody_has_a_link_is_named_to_who_asks(
    world: World, dossier: int, secretary: Reader
) -> None:
    call = call_in(world, dossier)
    page = secretary.get(f"/dossiers/{dossier}/call")
    assert "heeft niemand een link" not in page.text

    alone = secretary.send(page, f"links/{_link(world, call, 'almere')}/revoke")

    assert "Voor Almere heeft niemand een link." in alone.text
    answered(world, call, "delft")
    secretary.send(secretary.get(f"/dossiers/{dossier}/call"), f"{call}/close")
    assert "heeft niemand een link" not in secretary.get(f"/dossiers/{dossier}/call").text


# --- answers ------------------------------------------------------------------------------------


def test_answers_are_counted_shown_and_do_no_harm(world: World, dossier: int, secretary: Reader) -> None:
    call = call_in(world, dossier)
    answered(world, call, "delft")
    answered(world, call, "almere", kind=AnswerKind.DISSENT, answers={}, remark="Wij zijn voor.")

    page = secretary.get(f"/dossiers/{dossier}/call")

    assert "2 van 3 steden" in page.text
    assert "Wij zijn voor." in page.text
    assert "Dit blijft buiten de openbare reactie; het bestuur ziet het wel." in page.text
    assert "<script" not in page.source


def test_names_and_answers_of_strangers_are_only_ever_text(
    world: World, dossier: int, secretary: Reader
) -> None:
    call, text = call_in(world, dossier), "".join(HOSTILE[:3])
    page = secretary.get(f"/dossiers/{dossier}/call")
    page = secretary.send(page, f"{call}/links", city="oss", name=text, email="kim@oss.example.nl")
    stranger = Reader(browser_of(world, None))
    own = f"/uitvraag/{token_for(world, call, 'oss')}"
    stranger.send(
        stranger.get(own), own, kind="dissent", remark=text, figures=text, example=text, answer_q1=text
    )

    seen_by_others = [
        secretary.get(f"/dossiers/{dossier}/call"),
        secretary.get(f"/dossiers/{dossier}"),
        secretary.get(f"/dossiers/{dossier}/history"),
        stranger.get(own),
        stranger.get(f"/uitvraag/{token_for(world, call, 'delft')}"),
    ]
    for page in seen_by_others:
        assert_harmless(page)


def test_the_table_for_a_spreadsheet_has_every_city_and_no_formulas(
    world: World, dossier: int, secretary: Reader
) -> None:
    call = call_in(world, dossier)
    answered(world, call, "delft", answers={"q1": '=HYPERLINK("x";"y")'}, figures="-5", example="@som")
    answered(world, call, "zwolle", answers={"q1": 'Eén; "twee"\nregels'})

    answer = secretary.client.get(f"/dossiers/{dossier}/call/{call}/answers.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["stad"] for row in rows] == ["Almere", "Delft", "Zwolle"]
    assert [row["antwoord"] for row in rows] == ["not_answered", "input", "input"]
    assert rows[1]["Wat kost dit uw stad?"] == '\'=HYPERLINK("x";"y")'
    assert (rows[1]["cijfers"], rows[1]["voorbeeld"]) == ("'-5", "'@som")
    assert rows[2]["Wat kost dit uw stad?"] == 'Eén; "twee"\nregels'


def test_the_pen_holder_takes_an_answer_to_a_point(world: World, dossier: int) -> None:
    call = call_in(world, dossier)
    answered(world, call, "delft", example="Wijk Noord", publish_example=True)
    writer = Reader(browser_of(world, PEN_HOLDER))

    done = writer.send(writer.get(f"/dossiers/{dossier}/call"), "/copy", part="example")

    assert "Het antwoord staat nu bij het punt." in done.text
    with world.database.reading() as session:
        (evidence,) = _evidence(session)
    assert (evidence.city, evidence.text, evidence.publish) == ("delft", "Wijk Noord", True)


def test_the_summary_stays_after_closing(world: World, dossier: int, secretary: Reader) -> None:
    call = call_in(world, dossier)
    answered(world, call, "delft")
    world.moment = AFTER_CLOSING

    page = secretary.get(f"/dossiers/{dossier}/call")

    assert "de termijn is voorbij" in page.text
    assert "Nu herinneren" not in page.text


def _link(world: World, call: int, city: str) -> int:
    with world.database.reading() as session:
        return next(one.id or 0 for one in invitations_of(session, call) if one.city == city)


def _evidence(session: Session) -> list[PointEvidence]:
    return list(session.exec(select(PointEvidence)))
