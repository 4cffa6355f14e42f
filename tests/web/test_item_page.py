from datetime import date

from g40flow.domain.items import ItemDocument, ItemStatus, PublisherRecord
from tests.web.reading import Reader
from tests.web.test_items import counted_queries
from tests.web.world import World, consultation, debate


def test_an_item_says_what_it_is_and_until_when(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['warmte']}")

    assert "Gemeenten wijzen een warmtekavel aan." in page.part("wat")
    assert "Ministerie van Klimaat en Groene Groei" in page.part("wat")
    assert "do 17 dec" in page.part("wanneer")
    assert "nog 18 werkdagen" in page.part("wanneer")
    assert "dag 22 van 46" in page.part("wanneer")
    assert page.link("Memorie van toelichting") == "https://x.example/mvt.pdf"


def test_each_group_is_explained_with_words_places_and_weights(reader: Reader, items: dict[str, int]) -> None:
    text = reader.get(f"/items/{items['warmte']}").part("routering")

    assert "Duurzaamheid voortouw" in text
    assert "kans 87 %" in text
    assert "want ‘warmte’ in de titel" in text
    assert "warmte titel eigen woord warmte* +2,6 voor" in text


def test_a_group_that_came_close_is_told_why_not(reader: Reader, items: dict[str, int]) -> None:
    text = reader.get(f"/items/{items['nobody']}").part("routering")

    assert "voor geen enkele themagroep" in text
    assert "Niet voor Europa: wel ‘Brussel’ in de titel" in text


def test_doubt_is_said_and_the_form_is_at_hand(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['doubt']}")

    assert "Het systeem twijfelt" in page.part("routering")
    assert page.tree.xpath("//details[@open]/summary/h2[@id='corrigeren']")


def test_a_change_is_told_from_old_to_new(reader: Reader, items: dict[str, int]) -> None:
    text = reader.get(f"/items/{items['warmte']}").part("geschiedenis")

    assert "ma 23 nov 11:00 uur termijn verlengd" in text
    assert "Sluit op was do 3 dec → werd do 17 dec" in text


def test_documents_that_came_and_went_are_told_apart(world: World, reader: Reader) -> None:
    item = world.publish(consultation())
    note = ItemDocument(title="Nota van toelichting", url="https://x.example/nota.pdf")
    world.publish(consultation(documents=(note,)))

    text = reader.get(f"/items/{item}").part("geschiedenis")

    assert "weg: Memorie van toelichting" in text
    assert "erbij: Nota van toelichting" in text


def test_a_status_is_told_in_dutch(world: World, reader: Reader) -> None:
    item = world.publish(consultation())
    world.publish(consultation(status=ItemStatus.WITHDRAWN))

    text = reader.get(f"/items/{item}").part("geschiedenis")

    assert "Status was Loopt → werd Ingetrokken" in text


def test_the_ledger_says_who_was_told_and_what_it_said(reader: Reader, items: dict[str, int]) -> None:
    text = reader.get(f"/items/{items['warmte']}").part("verteld")

    assert "Themagroep: Duurzaamheid Verstuurd" in text
    assert "verstuurd ma 23 nov 11:00 uur" in text
    assert "Wijziging, onder de kaart" in text


def test_a_message_that_failed_says_why(reader: Reader, items: dict[str, int]) -> None:
    text = reader.get(f"/items/{items['urgent']}").part("verteld")

    assert "Themagroep: Zorg, Jeugd en Onderwijs Mislukt" in text
    assert "channel_not_found" in text


def test_changes_of_other_items_in_one_gathered_message_are_left_out(world: World, reader: Reader) -> None:
    first = world.publish(consultation("Eerste woningwet"), first_read=True)
    world.publish(consultation("Tweede woningwet"), first_read=True)
    world.deliver()
    world.publish(consultation("Tweede woningwet", closes_on=date(2026, 12, 24)))
    world.deliver()

    text = reader.get(f"/items/{first}").part("verteld")

    assert "Verzamelbericht" in text
    assert "Wijziging, onder de kaart" not in text


def test_other_items_of_the_dossier_are_named(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['debate']}")

    assert "Wet regie volkshuisvesting woningen" in page.part("verwant")
    assert page.link("Alles van dossier 36512") == "/items?q=36512"


def test_a_meeting_says_from_when_to_when_and_with_what_agenda(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['debate']}")

    assert "di 1 dec 13:30 uur – 16:30" in page.part("wanneer")
    assert "Brief over de woningbouwopgave" in page.part("wat")


def test_what_the_publisher_said_can_be_checked(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get(f"/items/{items['warmte']}")
    whole = reader.client.get(page.link("Alles als JSON")).json()

    assert "titel Warmte" in page.part("ruw")
    assert [record["entity"] for record in whole] == ["consultatie", "document"]
    assert whole[0]["fields"] == {"status": "Open", "titel": "Warmte"}


def test_long_records_do_not_make_the_page_heavy(world: World, reader: Reader) -> None:
    item = world.publish(consultation(identifier="lang", agenda=tuple(f"punt {n} " * 30 for n in range(80))))
    for number in range(30):
        fields = {f"veld{n}": "tekst " * 200 for n in range(20)}
        world.keep(
            "internetconsultatie", PublisherRecord(entity=f"e{number}", identifier="lang", fields=fields)
        )

    page = reader.get(f"/items/{item}")

    assert len(page.source.encode()) < 100_000
    assert "En nog 27." in page.part("ruw")


def test_the_number_of_queries_does_not_grow_with_what_there_is_to_tell(world: World, reader: Reader) -> None:
    item = world.publish(debate())
    world.publish(debate("Woningdebat"))
    world.publish(debate(agenda=("punt",)))
    world.deliver()
    reader.get(f"/items/{item}")  # who everybody is, is found out once
    with counted_queries(world) as few:
        reader.get(f"/items/{item}")
    for number in range(8):
        world.publish(debate(f"Woningdebat {number}"))
        world.publish(debate(agenda=(f"punt {number}",)))
        world.deliver()

    with counted_queries(world) as many:
        reader.get(f"/items/{item}")

    assert len(many) <= len(few) <= 26, many


def test_an_item_that_does_not_exist_is_a_page_that_helps(reader: Reader) -> None:
    for address in ("/items/999", "/items/999/records.json"):
        assert "Deze pagina bestaat niet" in reader.get(address, status=404).text
