"""The plan on the page of a dossier, and the agenda, as people use them in the portal."""

from datetime import date

import pytest

from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.dossiers import dossier_by_id
from g40flow.storage.plans import kept_plan
from g40flow.use_cases.dossier.plan import fix_plan
from tests.use_cases.dossier.deadlines import PA, PEN_HOLDER, a_dossier, acting
from tests.web.reading import Page, Reader
from tests.web.signing_in import browser_of
from tests.web.world import World


@pytest.fixture
def dossier_id(world: World) -> int:
    with world.database.writing() as session:
        return a_dossier(session)


def page_of(reader: Reader, dossier_id: int) -> Page:
    return reader.get(f"/dossiers/{dossier_id}")


def day_of(world: World, dossier_id: int, stage: Stage) -> date | None:
    with world.database.reading() as session:
        kept = kept_plan(dossier_by_id(session, dossier_id))
        day = None if kept is None else kept.plan.day_of(stage)
        return None if day is None else day.latest_on


def test_the_arithmetic_can_be_read_in_words(reader: Reader, dossier_id: int) -> None:
    text = page_of(reader, dossier_id).part("deel-plan")

    assert "C−8: acht werkdagen voor de sluiting op vr 29 jan 2027" in text
    assert "O+5: vijf werkdagen na de opening op ma 23 nov" in text
    assert "nog niet vastgesteld" in text
    assert "reces" in text


def test_the_picture_says_what_it_shows_and_the_table_holds_the_same_days(
    reader: Reader, dossier_id: int
) -> None:
    tree = page_of(reader, dossier_id).tree

    [picture] = tree.xpath("//svg[@aria-labelledby='plan-titel plan-uitleg']")
    assert picture.get("role") == "img"
    assert len(picture.xpath(".//rect[@class='fill']")) == len(
        tree.xpath("//section[@aria-labelledby='deel-plan']//tbody/tr")
    )
    assert tree.xpath("//section[@aria-labelledby='deel-plan']//*[@style]") == []


def test_a_plan_is_fixed_changed_by_hand_released_and_counted_again(
    world: World, reader: Reader, dossier_id: int
) -> None:
    fixed = reader.send(page_of(reader, dossier_id), "/plan/fix")
    assert "vastgesteld door Anna Testerink" in fixed.part("deel-plan")

    changed = reader.send(
        fixed, "/plan/days", stage="drafting", latest_on="2027-01-13", reason="penvoerder is weg"
    )
    assert "Gekozen door Anna Testerink: penvoerder is weg" in changed.part("deel-plan")
    assert day_of(world, dossier_id, Stage.DRAFTING) == date(2027, 1, 13)

    reader.send(changed, "/plan/days/release")
    assert day_of(world, dossier_id, Stage.DRAFTING) == date(2027, 1, 14)

    world.later(days=7)
    again = reader.send(page_of(reader, dossier_id), "/plan/recalculate")
    assert "verandert er niets" in again.part("deel-plan")
    assert day_of(world, dossier_id, Stage.RESPONSE_DECISION) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"latest_on": "2027-01-09"}, "Kies een werkdag."),
        ({"latest_on": "2027-02-09"}, "Deze dag ligt na de sluiting."),
        ({"latest_on": "morgen"}, "Dit is geen datum."),
        ({"reason": " "}, "Zeg waarom."),
    ],
)
def test_a_day_that_cannot_be_changes_nothing_and_says_why(
    world: World, reader: Reader, dossier_id: int, typed: dict[str, str], said: str
) -> None:
    page = page_of(reader, dossier_id)
    form = {"stage": "drafting", "latest_on": "2027-01-13", "reason": "omdat", **typed}

    answer = reader.send(page, "/plan/days", status=422, **form)

    assert said in answer.text
    assert day_of(world, dossier_id, Stage.DRAFTING) is None


def test_little_time_proposes_the_urgent_procedure_and_it_can_be_chosen(world: World, reader: Reader) -> None:
    with world.database.writing() as session:
        dossier_id = a_dossier(session, closes_on=date(2026, 12, 2))
    page = page_of(reader, dossier_id)
    assert "Voorstel: spoedprocedure" in page.part("deel-plan")
    assert not page.has_form("/plan/fix")

    urgent = reader.send(page, "/plan/urgent", reason="te kort", choice="accept")

    assert urgent.has_form("/plan/fix")
    assert "spoedplanning" in urgent.part("deel-plan")


def test_another_closing_day_can_be_agreed_and_taken_back(
    world: World, reader: Reader, dossier_id: int
) -> None:
    agreed = reader.send(
        page_of(reader, dossier_id), "/plan/closing-day", closes_on="2027-02-12", source="mail van BZK"
    )
    assert "vrijdag 12 februari 2027" in agreed.part("deel-plan")

    reader.send(agreed, "/plan/closing-day", closes_on="", source="")

    with world.database.reading() as session:
        assert dossier_by_id(session, dossier_id).agreed_closes_on is None


def test_a_pen_holder_reads_the_plan_and_changes_nothing(world: World, dossier_id: int) -> None:
    reader = Reader(browser_of(world, PEN_HOLDER))

    page = page_of(reader, dossier_id)

    assert "C−8" in page.part("deel-plan")
    assert not any(page.has_form(f"/plan/{form}") for form in ("fix", "days", "recalculate", "closing-day"))
    refused = reader.client.post(f"/dossiers/{dossier_id}/plan/fix", data={"seen": "0"})
    assert refused.status_code == 403


# --- the agenda -----------------------------------------------------------------------------------


def test_the_agenda_shows_what_is_late_and_what_comes_by_week(world: World, reader: Reader) -> None:
    with world.database.writing() as session:
        dossier_id = a_dossier(session)
        fix_plan(session, world.desk, dossier_id, actor=acting(PA), seen_revision=0, now=world.now())

    coming = reader.get("/agenda").text
    world.later(days=8)
    late = reader.get("/agenda").part("week-1")

    assert "Week van maandag 30 november 2026" in coming
    assert "Besluit wel of niet reageren" in coming
    assert "Te laat" in late
    assert "2026-001 Wet regie volkshuisvesting" in late


def test_the_agenda_looks_as_far_ahead_as_asked_and_for_one_group(world: World, reader: Reader) -> None:
    with world.database.writing() as session:
        a_dossier(session)

    assert "Er staat niets in de agenda" in reader.get("/agenda?weeks=2").text
    assert "Reactietermijn sluit" in reader.get("/agenda?weeks=13").text
    assert "Er staat niets in de agenda" in reader.get("/agenda?weeks=13&group=veiligheid").text
    assert "Reactietermijn sluit" in reader.get("/agenda?weeks=13&group=duurzaamheid").text


def test_nobody_sees_a_confidential_dossier_in_the_agenda_but_its_readers(
    world: World, reader: Reader
) -> None:
    with world.database.writing() as session:
        a_dossier(session, confidential=True)

    assert "2026-001" not in reader.get("/agenda?weeks=13").text
    assert "2026-001" in Reader(browser_of(world, PEN_HOLDER)).get("/agenda?weeks=13").text


def test_the_agenda_shows_no_more_than_can_be_read_and_says_how_much_there_is(
    world: World, reader: Reader
) -> None:
    with world.database.writing() as session:
        for number in range(130):
            a_dossier(session, number=f"2026-{number:03}", closes_on=date(2026, 12, 2))

    page = reader.get("/agenda")

    assert "En nog 10." in page.text
    assert len(page.source.encode()) < 100_000
