from typing import Any

import pytest

from g40flow.storage.tables import MessageState
from tests.web.reading import Reader
from tests.web.world import World, consultation

BECAUSE: dict[str, Any] = {"reason": "Gaat over huur"}


def test_a_correction_tells_the_new_group_and_is_kept_as_an_example(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    page = reader.get(f"/items/{items['nobody']}")

    after = reader.send(page, "/routing", lead="europa", **BECAUSE)

    assert "De routering is gewijzigd." in after.text
    assert "Europa voortouw door een mens" in after.part("routering")
    assert "Toegewezen door Anna Testerink: Gaat over huur." in after.part("routering")
    assert world.messages()["group:europa"].state == MessageState.PENDING
    (correction,) = world.corrections()
    assert (correction.old_groups, correction.new_groups) == ([], ["europa"])
    assert correction.example["title"] == "Regeling pluimvee in Brussel"


def test_the_form_shows_the_routing_as_it_is(reader: Reader, items: dict[str, int]) -> None:
    _, values = reader.get(f"/items/{items['warmte']}").form("/routing")

    assert set(values["groups"]) == {"duurzaamheid", "woningmarkt"}
    assert values["lead"] == ["duurzaamheid"]


def test_another_lead_is_a_correction(world: World, reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['warmte']}")

    reader.send(page, "/routing", lead="woningmarkt", **BECAUSE)

    assert world.corrections()[0].new_groups == ["woningmarkt", "duurzaamheid"]


def test_nobody_is_a_choice(world: World, reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['doubt']}")

    after = reader.send(page, "/routing", groups=[], lead="", **BECAUSE)

    assert world.corrections()[0].new_groups == []
    assert not world.item(items["doubt"]).triage
    assert "voor geen enkele themagroep" in after.part("routering")


def test_what_is_missing_is_asked_and_what_was_filled_in_is_kept(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    page = reader.get(f"/items/{items['nobody']}")

    again = reader.send(page, "/routing", status=422, groups=["europa"], reason=" ")

    assert "Er is nog niets gewijzigd" in again.text
    assert again.tree.xpath("//input[@name='reason'][@aria-invalid='true']/@aria-describedby")
    _, values = again.form("/routing")
    assert values["groups"] == ["europa"]
    assert world.corrections() == []


@pytest.mark.parametrize("wrong", [{"groups": ["bestaat-niet"]}, {"lead": "bestaat-niet"}])
def test_a_group_that_does_not_exist_is_refused(
    world: World, reader: Reader, items: dict[str, int], wrong: dict[str, list[str] | str]
) -> None:
    page = reader.get(f"/items/{items['nobody']}")

    again = reader.send(page, "/routing", status=422, **{**BECAUSE, **wrong})

    assert "deze themagroep bestaat niet" in again.text
    assert world.corrections() == []


def test_a_text_that_is_too_long_is_refused(world: World, reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['nobody']}")

    again = reader.send(page, "/routing", status=422, reason="x" * 501)

    assert "dit is te lang" in again.text
    assert world.corrections() == []


def test_who_was_second_is_told_that_the_routing_changed(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    seen_by_both = reader.get(f"/items/{items['warmte']}")
    reader.send(seen_by_both, "/routing", lead="woningmarkt", **BECAUSE)

    refused = reader.send(seen_by_both, "/routing", status=409, groups=[], lead="", **BECAUSE)

    assert "Iemand anders was u voor" in refused.text
    assert refused.link("Bekijk hoe het nu staat") == f"/items/{items['warmte']}"
    assert len(world.corrections()) == 1


def test_undo_restores_the_groups_and_is_a_correction_too(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    page = reader.get(f"/items/{items['warmte']}")
    corrected = reader.send(page, "/routing", groups=["europa"], lead="europa", **BECAUSE)

    undone = reader.send(corrected, "/undo")

    assert "De correctie is ongedaan gemaakt." in undone.text
    assert "Duurzaamheid voortouw" in undone.part("routering")
    assert [c.new_groups for c in world.corrections()] == [["europa"], ["duurzaamheid", "woningmarkt"]]
    assert world.corrections()[1].person == "Anna Testerink"


def test_undo_of_a_doubtful_item_brings_it_back_to_triage(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    page = reader.get(f"/items/{items['doubt']}")
    corrected = reader.send(page, "/routing", lead="europa", **BECAUSE)

    reader.send(corrected, "/undo")

    assert world.item(items["doubt"]).triage


def test_an_older_correction_cannot_be_undone(world: World, reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['warmte']}")
    first = reader.send(page, "/routing", groups=["europa"], lead="europa", **BECAUSE)
    reader.send(reader.get(f"/items/{items['warmte']}"), "/routing", lead="veiligheid", **BECAUSE)

    refused = reader.send(first, "/undo", status=409)

    assert "Iemand anders was u voor" in refused.text
    assert len(world.corrections()) == 2


def test_looking_at_the_address_of_an_undo_changes_nothing(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    page = reader.get(f"/items/{items['warmte']}")
    reader.send(page, "/routing", groups=["europa"], lead="europa", **BECAUSE)

    reader.get("/corrections/1/undo", status=405)

    assert len(world.corrections()) == 1


def test_who_corrects_is_who_is_signed_in_whatever_a_form_says(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    page = reader.get(f"/items/{items['nobody']}")

    reader.send(page, "/routing", lead="europa", person="Zoë de Bruïn", reason="€\x00 5\u202e")

    assert world.corrections()[0].person == "Anna Testerink"
    assert world.corrections()[0].reason == "€ 5"


def test_an_agreed_day_stands_beside_the_published_one(world: World, reader: Reader) -> None:
    item = world.publish(consultation())
    page = reader.get(f"/items/{item}")

    after = reader.send(page, "/agreed-deadline", closes_on="2026-12-11", source="mail van KGG aan de VNG")

    assert "De afspraak is bijgewerkt." in after.text
    assert "Sluit volgens de bron do 3 dec" in after.part("wanneer")
    assert "Afgesproken sluitingsdatum vr 11 dec mail van KGG aan de VNG" in after.part("wanneer")
    assert "nog 14 werkdagen" in after.part("wanneer")
    assert "Vastgelegd door leeg → werd Anna Testerink" in after.part("geschiedenis")


def test_an_agreed_day_can_be_taken_back(world: World, reader: Reader) -> None:
    item = world.publish(consultation())
    values: dict[str, Any] = {"source": "mail"}
    page = reader.send(reader.get(f"/items/{item}"), "/agreed-deadline", closes_on="11-12-2026", **values)

    after = reader.send(page, "/agreed-deadline", remove="1")

    assert world.item(item).agreed_closes_on is None
    assert "Afgesproken sluitingsdatum was vr 11 dec → leeg" in after.part("geschiedenis")


@pytest.mark.parametrize("typed", ["", "morgen", "2026-02-30", "31-12-26", "0001-01-01", "2026-12"])
def test_what_is_no_day_is_asked_again(world: World, reader: Reader, typed: str) -> None:
    item = world.publish(consultation())
    page = reader.get(f"/items/{item}")

    again = reader.send(page, "/agreed-deadline", status=422, closes_on=typed, source="mail")

    assert "Let op:" in again.part("afspraak")
    assert world.item(item).agreed_closes_on is None


def test_two_people_agreeing_at_once_do_not_overwrite_each_other(world: World, reader: Reader) -> None:
    item = world.publish(consultation())
    seen_by_both = reader.get(f"/items/{item}")
    values: dict[str, Any] = {"source": "mail"}
    reader.send(seen_by_both, "/agreed-deadline", closes_on="2026-12-11", **values)

    reader.send(seen_by_both, "/agreed-deadline", status=409, closes_on="2026-12-18", **values)

    assert world.item(item).agreed_closes_on is not None
    assert world.item(item).agreed_closes_on.isoformat() == "2026-12-11"  # type: ignore[union-attr]


def test_forms_for_items_that_do_not_exist_are_a_page_that_helps(reader: Reader) -> None:
    for action in ("routing", "agreed-deadline"):
        data = {"reason": "x", "source": "x", "closes_on": "2026-12-11"}
        assert reader.client.post(f"/items/77/{action}", data=data).status_code == 404
        assert reader.client.post(f"/items/77/{action}", data={}).status_code == 404
    assert reader.client.post("/corrections/77/undo", data={"x": "y"}).status_code == 404
    assert reader.client.post("/messages/77/retry", data={"x": "y"}).status_code == 404
