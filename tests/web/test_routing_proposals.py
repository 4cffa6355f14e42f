from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from g40flow.bootstrap import build_app
from g40flow.resources import resource
from tests.use_cases.small_rules import FILES, KNOWN
from tests.web.learning import LearningWorld, build_learning_world
from tests.web.reading import Page, Reader, TestClient
from tests.web.signing_in import browser_of
from tests.web.test_hostile_text import HOSTILE, assert_harmless
from tests.web.test_items import counted_queries

ADDRESS = "/routing/proposals"
BECAUSE: dict[str, Any] = {"reason": "Hofjes zijn woningen"}


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[LearningWorld]:
    built = build_learning_world(sqlite_url, tmp_path)
    yield built
    built.database.close()


@pytest.fixture
def client(world: LearningWorld) -> TestClient:
    return browser_of(world)


def propose(world: LearningWorld, reader: Reader, title: str = "Brief over hofjes") -> Page:
    """The page with the proposal that follows from a correction."""
    world.rules.correct(world.rules.item(title), "woningmarkt")
    return reader.send(reader.get(ADDRESS), "/search")


def decide(reader: Reader, page: Page, decision: str, **values: Any) -> Page:
    return reader.send(page, "/1/decision", **{"decision": decision, **BECAUSE, **values})


def test_nothing_to_decide_says_where_proposals_come_from(reader: Reader) -> None:
    text = reader.get(ADDRESS).text

    assert "Geen voorstellen om over te beslissen" in text
    assert "Corrigeer een routering die niet klopt" in text


def test_a_correction_that_nobody_looked_at_is_mentioned(world: LearningWorld, reader: Reader) -> None:
    world.rules.correct(world.rules.item("Brief over hofjes"), "woningmarkt")

    assert "1 correctie is nog niet bekeken" in reader.get(ADDRESS).text


def test_a_proposal_tells_its_effect_and_where_it_comes_from(world: LearningWorld, reader: Reader) -> None:
    page = propose(world, reader)

    text = page.part("voorstel-1")
    assert "Er is gezocht. Alle correcties zijn bekeken." in page.text
    assert "Woningmarkt: voeg hofjes toe aan de eigen woorden" in text
    assert "Zou 1 toevoegen en 0 schrappen: 1 bekend stuk beter, 0 slechter." in text
    assert "Krijgt het erbij (1) Brief over hofjes Woningmarkt" in text
    assert page.link("Brief over hofjes") == "/items/1"


def test_accepting_writes_the_rules_and_keeps_who_and_why(world: LearningWorld, reader: Reader) -> None:
    page = decide(reader, propose(world, reader), "accept")

    assert "Overgenomen." in page.text
    assert "Geen voorstellen om over te beslissen" in page.text
    assert "Anna Testerink, ma 23 nov 10:00 uur : Hofjes zijn woningen" in page.part("beslist")
    assert "   hofjes,\n" in world.rules.text("woningmarkt")


def test_refusing_leaves_the_rules_alone(world: LearningWorld, reader: Reader) -> None:
    page = decide(reader, propose(world, reader), "refuse")

    assert "Geweigerd" in page.part("beslist")
    assert world.rules.text("woningmarkt") == FILES["woningmarkt.yaml"]
    assert not page.has_form("/1/decision")


def test_an_acceptance_can_be_taken_back(world: LearningWorld, reader: Reader) -> None:
    accepted = decide(reader, propose(world, reader), "accept")

    after = decide(reader, accepted, "refuse", reason="Toch niet")

    assert "Toch niet" in after.part("beslist")
    assert world.rules.text("woningmarkt") == FILES["woningmarkt.yaml"]
    assert not after.has_form("/1/decision")


def test_known_items_that_get_worse_are_shown_and_must_be_seen(world: LearningWorld, reader: Reader) -> None:
    page = propose(world, reader)
    world.rules.know(*KNOWN, {"id": "n3", "title": "Hofjes van het koningshuis", "groups": []})

    shown = reader.send(page, "/1/decision", status=409, decision="accept", **BECAUSE)

    assert "Bekende stukken zouden slechter gaan" in shown.text
    assert "Hofjes van het koningshuis" in shown.part("voorstel-1")
    assert world.rules.text("woningmarkt") == FILES["woningmarkt.yaml"]

    decide(reader, shown, "accept", seen=["n3"])

    assert "hofjes" in world.rules.text("woningmarkt")


def test_a_reason_is_asked_for(world: LearningWorld, reader: Reader) -> None:
    page = propose(world, reader)

    again = reader.send(page, "/1/decision", status=422, decision="accept", reason=" ")

    assert "Vul een reden in." in again.text
    assert world.rules.decisions() == []


def test_deciding_twice_says_that_it_changed_meanwhile(world: LearningWorld, reader: Reader) -> None:
    page = propose(world, reader)
    decide(reader, page, "accept")

    stale = reader.send(page, "/1/decision", status=409, decision="refuse", **BECAUSE)

    assert stale.link("Bekijk hoe het nu staat") == ADDRESS
    assert "hofjes" in world.rules.text("woningmarkt")


def test_rules_that_cannot_be_edited_are_a_clear_problem(world: LearningWorld, reader: Reader) -> None:
    page = propose(world, reader)
    (world.config_dir / "routing" / "woningmarkt.yaml").write_text(
        "{group: woningmarkt, name: Woningmarkt, <<: {strong: [huurwoning]}}\n", encoding="utf-8"
    )

    shown = reader.send(page, "/1/decision", status=409, decision="accept", **BECAUSE)

    assert "De regels konden niet worden geschreven" in shown.text
    assert world.rules.decisions() == []


def test_an_unknown_proposal_is_not_found(client: TestClient) -> None:
    answer = client.post(f"{ADDRESS}/7/decision", data={"decision": "refuse", **BECAUSE})

    assert answer.status_code == 404


def test_a_stranger_decides_nothing(world: LearningWorld, reader: Reader) -> None:
    propose(world, reader)
    stranger = browser_of(world, origin=False)

    for address in (f"{ADDRESS}/1/decision", f"{ADDRESS}/search"):
        answer = stranger.post(
            address, data={"decision": "accept", **BECAUSE}, headers={"Origin": "https://evil.example"}
        )
        assert answer.status_code == 403
    assert world.rules.decisions() == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_ever_text(world: LearningWorld, reader: Reader, text: str) -> None:
    page = propose(world, reader, f"Hofjes {text}")
    assert_harmless(page)

    after = decide(reader, page, "accept", reason=text[:400] or "x")

    assert_harmless(after)


def test_the_number_of_queries_does_not_grow_with_the_proposals(world: LearningWorld, reader: Reader) -> None:
    propose(world, reader)
    with counted_queries(world) as few:
        reader.get(ADDRESS)
    for word in ("woonerven", "bungalows", "etagebouw"):
        world.rules.correct(world.rules.item(f"Brief over {word}"), "woningmarkt")
    reader.send(reader.get(ADDRESS), "/search")

    with counted_queries(world) as many:
        page = reader.get(ADDRESS)

    assert "4 voorstellen" in page.text
    assert len(many) == len(few) == 4, many


def test_the_program_knows_changed_rules_when_it_is_told_to_read_them(tmp_path: Path) -> None:
    for path in resource("config").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "routing").mkdir()
    for name, text in FILES.items():
        (tmp_path / "routing" / name).write_text(text, encoding="utf-8")
    app = build_app({"G40FLOW_CONFIG_DIR": str(tmp_path)})
    before = app.router.book.version

    (tmp_path / "routing" / "europa.yaml").write_text(
        FILES["europa.yaml"].replace("brussel", "straatsburg"), encoding="utf-8"
    )
    app.read_rules_again()

    assert app.router.book.version != before
