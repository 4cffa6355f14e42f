"""The archive of weekly digests: who may read what, and what each led to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import col, select

from g40flow.domain.actors import Surface, actor_on
from g40flow.domain.instants import dutch_date
from g40flow.render.documents import read_pdf
from g40flow.storage.digest_tables import DigestRow
from g40flow.use_cases.dossier.take_up import take_up
from tests.browsing import flaws
from tests.web.reading import Reader
from tests.web.signing_in import ANNA, browser_of, pages_of
from tests.web.world import World, build_world, fill

LEAD, BOARD_MEMBER, MEMBER = "zeger-de-voorbeeld", "joost-proefsma", "karel-denkbeeld"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[World]:
    """A network with a week of news and its digests, after which a consultation was taken up."""
    path = tmp_path_factory.mktemp("digests") / "digests.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    world = build_world(f"sqlite:///{path}")
    items = fill(world)
    world.later(minutes=10)
    world.digester().make_due(up_to_now=True)
    world.later(hours=1)
    with world.database.writing() as session:
        person = world.network.person(LEAD)
        assert person is not None
        lead = actor_on(person, dutch_date(world.now()), Surface.PORTAL)
        take_up(session, world.desk, items["warmte"], actor=lead, now=world.now())
    world.later(hours=1)
    yield world
    world.database.close()


def _number_of(world: World, audience: str) -> int:
    with world.database.reading() as session:
        row = session.exec(select(DigestRow).where(col(DigestRow.audience) == audience)).one()
    assert row.id is not None
    return row.id


def _reader(world: World, person: str) -> Reader:
    return Reader(browser_of(world, person))


def test_everybody_reads_the_digest_of_a_group(made: World) -> None:
    number = _number_of(made, "theme_group:woningmarkt")

    page = _reader(made, MEMBER).get(f"/weekoverzichten/{number}")

    assert "Weekoverzicht Woningmarkt, week 48" in page.text
    assert "Nieuw en veranderd" in page.text
    assert "opbrengst" not in page.source


@pytest.mark.parametrize(
    ("audience", "readers", "others"),
    [
        ("daily_board", (BOARD_MEMBER, ANNA), (MEMBER,)),
        ("pa_staff", (ANNA,), (BOARD_MEMBER, MEMBER)),
    ],
)
def test_the_board_and_the_secretariat_have_digests_of_their_own(
    made: World, audience: str, readers: tuple[str, ...], others: tuple[str, ...]
) -> None:
    number = _number_of(made, audience)

    for person in readers:
        _reader(made, person).get(f"/weekoverzichten/{number}")
    for person in others:
        _reader(made, person).get(f"/weekoverzichten/{number}", status=404)
        _reader(made, person).get(f"/weekoverzichten/{number}/pdf", status=404)


def test_the_archive_shows_what_the_reader_may_read(made: World) -> None:
    staff, member = (_reader(made, person).get("/weekoverzichten?voor=pa_staff") for person in (ANNA, MEMBER))

    assert "Weekoverzicht PA-secretariaat, week 48" in staff.text
    assert "Er zijn nog geen overzichten" in member.text


def test_the_secretariat_reads_what_a_digest_led_to(made: World) -> None:
    number = _number_of(made, "theme_group:woningmarkt")

    led_to = _reader(made, ANNA).get(f"/weekoverzichten/{number}").part("opbrengst")

    assert "Stukken opgepakt 1" in led_to
    assert "Stukken anders verdeeld 0" in led_to


def test_a_digest_is_kept_as_pdf(made: World) -> None:
    number = _number_of(made, "theme_group:woningmarkt")

    answer = browser_of(made, MEMBER).get(f"/weekoverzichten/{number}/pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="g40-stedennetwerk-weekoverzicht' in answer.headers["content-disposition"]
    assert "Nieuw en veranderd" in read_pdf(answer.content).text


@pytest.mark.browser
def test_no_rule_of_accessibility_is_broken(made: World, chromium: Browser) -> None:
    number = _number_of(made, "theme_group:woningmarkt")

    with pages_of(made, chromium) as open_:
        page = open_("/weekoverzichten", ANNA)
        found = {"archive": flaws(page)}
        page.goto(f"/weekoverzichten/{number}")
        found["digest"] = flaws(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
