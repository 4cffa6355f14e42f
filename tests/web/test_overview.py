from tests.web.reading import Reader
from tests.web.test_items import counted_queries
from tests.web.world import World, consultation, debate


def test_an_empty_network_says_how_to_begin(reader: Reader) -> None:
    page = reader.get("/")

    assert "Er zijn nog geen stukken" in page.text
    assert "g40flow poll" in page.text
    assert "make demo" in page.text


def test_every_kind_of_attention_has_its_place(reader: Reader, items: dict[str, int]) -> None:
    page = reader.get("/")

    assert "maandag 23 november 2026" in page.text
    assert "Wet collectieve warmte voor woningen" in page.part("consultaties")
    assert "Woningbouwopgave" in page.part("kamer")
    assert "Besluit twijfelgevallen" in page.part("beoordelen")
    assert "Tweede Kamer Storing" in page.part("bronnen")
    assert "2 mislukt" in page.part("berichten")


def test_what_was_there_at_the_first_reading_is_not_new(reader: Reader, items: dict[str, int]) -> None:
    new = reader.get("/").part("nieuw")

    assert "Spoedregeling zorg" in new
    assert "Besluit oude woningen" not in new


def test_a_change_of_today_is_told_with_what_it_is(reader: Reader, items: dict[str, int]) -> None:
    assert "Wet collectieve warmte voor woningen termijn verlengd" in reader.get("/").part("nieuw")


def test_what_appeared_yesterday_is_no_longer_new(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    world.later(days=1)

    assert "nog niets nieuws" in reader.get("/").part("nieuw")


def test_today_begins_at_midnight_in_the_netherlands(world: World, reader: Reader) -> None:
    world.later(hours=13, minutes=59)  # 23:59 in the Netherlands
    world.publish(consultation("Late woningwet"))

    before = reader.get("/").part("nieuw")
    world.later(minutes=2)
    after = reader.get("/").part("nieuw")

    assert "Late woningwet" in before
    assert "Late woningwet" not in after


def test_open_consultations_stand_with_the_first_deadline_first(
    reader: Reader, items: dict[str, int]
) -> None:
    text = reader.get("/").part("consultaties")

    assert text.index("Spoedregeling zorg") < text.index("Besluit oude woningen")
    assert text.index("Besluit oude woningen") < text.index("Wet collectieve warmte")
    assert "vr 27 nov nog 4 werkdagen" in text


def test_what_is_for_nobody_is_left_to_the_list(reader: Reader, items: dict[str, int]) -> None:
    assert "pluimvee" not in reader.get("/").part("consultaties")


def test_the_last_working_day_and_the_last_day_are_told_apart(world: World, reader: Reader) -> None:
    world.later(days=4)  # Friday
    world.publish(consultation("Woningwet tot zondag", closes_on=world.now().date().replace(day=29)))
    world.publish(consultation("Woningwet tot vandaag", closes_on=world.now().date()))

    text = reader.get("/").part("consultaties")

    assert "vr 27 nov vandaag laatste dag" in text
    assert "zo 29 nov vandaag laatste werkdag" in text


def test_a_meeting_says_when_it_is_rather_than_how_long_one_may_respond(world: World, reader: Reader) -> None:
    world.publish(debate())

    assert "di 1 dec 13:30 uur over 6 werkdagen" in reader.get("/").part("kamer")


def test_without_slack_it_says_so(reader: Reader, items: dict[str, int]) -> None:
    assert "Slack is nog niet gekoppeld" in reader.get("/").part("berichten")


def test_the_number_of_queries_does_not_grow_with_what_is_new(world: World, reader: Reader) -> None:
    world.publish(consultation("Woningwet nummer 00"))
    reader.get("/")
    with counted_queries(world) as few:
        reader.get("/")
    for number in range(1, 10):
        world.publish(consultation(f"Woningwet nummer {number:02}"))

    with counted_queries(world) as many:
        reader.get("/")

    assert (len(few), len(many)) == (17, 18), many  # of a full list it is asked how many follow
