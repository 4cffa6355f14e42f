from datetime import date

from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from tests.web.reading import Reader
from tests.web.world import World, consultation


def case(identifier: str, title: str, *, day: int, **values: object) -> SourceItem:
    return SourceItem(
        source="tweedekamer",
        identifier=identifier,
        kind=ItemKind.PARLIAMENTARY_CASE,
        kind_label="Brief regering",
        title=title,
        url=f"https://www.tweedekamer.nl/{identifier}",
        status=ItemStatus.OPEN,
        published_on=date(2026, 11, day),
        **values,  # type: ignore[arg-type]  # fields of SourceItem by name
    )


def three_of_a_family(world: World) -> list[int]:
    """A consultation, a bill that names its Keten-ID, and a letter of the dossier that is about fish."""
    return [
        world.publish(consultation(chain_id="28411")),
        world.publish(
            case("bill", "Regels over warmte", day=16, references=("WGK028411",), dossier_number="36576")
        ),
        world.publish(case("fish", "Vangst van haring", day=9, dossier_number="36576")),
    ]


def family_address(reader: Reader, item: int) -> str:
    return str(reader.get(f"/items/{item}").tree.xpath("//section[h2/@id='reeks']//a/@href")[0])


def test_a_family_is_shown_in_the_order_of_its_days_across_publishers(world: World, reader: Reader) -> None:
    consultation_item, *_ = three_of_a_family(world)

    page = reader.get(family_address(reader, consultation_item))

    text = page.part("verloop")
    assert text.index("Wet collectieve warmte") < text.index("Vangst van haring") < text.index("Regels over")
    assert "3 stukken bij 2 bronnen: Internetconsultatie (1), Tweede Kamer (2)" in page.text


def test_an_item_names_what_belongs_with_it(world: World, reader: Reader) -> None:
    consultation_item, *_ = three_of_a_family(world)

    text = reader.get(f"/items/{consultation_item}").part("reeks")

    assert "Een reeks van 3 stukken" in text
    assert "Regels over warmte" in text


def test_following_a_family_is_confirmed_and_can_be_stopped(world: World, reader: Reader) -> None:
    consultation_item, *_ = three_of_a_family(world)
    page = reader.get(f"/items/{consultation_item}")

    shown = reader.send(page, f"/items/{consultation_item}/family/follow")

    assert "U volgt deze reeks." in shown.text
    assert "Volg de reeks niet meer" in reader.get(f"/items/{consultation_item}").part("reeks")
    address = family_address(reader, consultation_item)
    assert "U volgt deze reeks niet meer." in reader.send(shown, f"{address}/unfollow").text


def test_an_item_that_is_alone_can_be_followed_for_what_comes(world: World, reader: Reader) -> None:
    item = world.publish(consultation())
    page = reader.get(f"/items/{item}")
    assert "Volg wat hierbij komt" in page.part("reeks")

    shown = reader.send(page, f"/items/{item}/family/follow")

    assert "1 stuk bij 1 bron" in shown.text


def test_the_secretariat_takes_out_what_does_not_belong_and_can_take_that_back(
    world: World, reader: Reader
) -> None:
    consultation_item, _, fish = three_of_a_family(world)
    address = family_address(reader, consultation_item)

    refused = reader.send(reader.get(address), f"{address}/apart", status=422, item=fish, reason=" ")
    done = reader.send(reader.get(address), f"{address}/apart", item=fish, reason="Gaat over vis")
    world.publish(case("fish", "Vangst van haring en kabeljauw", day=9, dossier_number="36576"))

    assert "Schrijf in een paar woorden waarom." in refused.text
    assert "Dit stuk hoort niet meer bij deze reeks." in done.text
    page = reader.get(address)
    assert "haring" not in page.part("verloop")
    assert "hoort hier niet bij: Gaat over vis Anna Testerink" in page.part("beslist")
    assert "haalde dit stuk uit een reeks: Gaat over vis" in reader.get(f"/items/{fish}").part("reeks")
    decision = str(page.tree.xpath("//form[contains(@action, '/undo')]/@action")[0])
    assert "haring" in reader.send(page, decision).part("verloop")


def test_what_names_too_much_says_why_it_belongs_to_nothing(world: World, reader: Reader) -> None:
    names = tuple(sorted(str(number) for number in range(36000, 36020)))
    item = world.publish(case("list", "Lijst van dossiers", day=9, references=names))

    text = reader.get(f"/items/{item}").part("reeks")

    assert "Dit stuk noemt zo veel dossiers dat het bij geen daarvan hoort." in text
    assert "en nog 8" in text


def test_an_act_of_the_same_name_is_offered_and_can_be_added(world: World, reader: Reader) -> None:
    consultation_item, *_ = three_of_a_family(world)
    other = world.publish(case("other", "Debat over iets (Wet collectieve warmte)", day=20))
    address = family_address(reader, consultation_item)
    page = reader.get(address)
    assert "Debat over iets" in page.part("misschien")

    done = reader.send(page, f"{address}/together", other=other, reason="Zelfde wet")

    assert "De stukken horen nu bij elkaar." in done.text
    assert "Debat over iets" in done.part("verloop")
