import pytest

from g40flow.web.guard import SAFETY_HEADERS
from tests.web.reading import Page, Reader
from tests.web.signing_in import browser_of
from tests.web.world import World


@pytest.mark.parametrize("address", ["/nergens", "/items/1/nergens", "/static/x/y", "/healthz/x"])
def test_what_does_not_exist_is_a_page_with_a_way_on(reader: Reader, address: str) -> None:
    page = reader.get(address, status=404)

    assert "Deze pagina bestaat niet" in page.text
    assert page.link("Zoek in alle stukken") == "/items"


@pytest.mark.parametrize(
    "address",
    [
        "/items/nul",
        "/items/0",
        "/items/-1",
        "/items/99999999999999999999999",
        "/items?page=0",
        "/items?page=x",
        "/items?page=999999999999",
        "/items?triage=misschien",
        "/items?q=" + "x" * 201,
        "/messages?page=-1",
        "/messages?retried=x",
        "/sources/tweedekamer?page=0",
        "/corrections?page=0",
    ],
)
def test_an_address_that_cannot_be_read_is_a_page_with_a_way_on(reader: Reader, address: str) -> None:
    page = reader.get(address, status=422)

    assert "Dit konden wij niet lezen" in page.text
    assert page.link("Ga terug").startswith("/")


def test_characters_that_are_no_text_are_survived(reader: Reader, items: dict[str, int]) -> None:
    for query in ("q=%00", "q=%ff%fe", "q=%ed%a0%80", "group=%00", "q=%E2%80%AE"):
        assert reader.client.get(f"/items?{query}").status_code == 200


def test_a_fault_of_ours_is_a_page_that_tells_nothing_of_the_inside(world: World) -> None:
    world.database.close()
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE item_routing")
    client = browser_of(world, raise_server_exceptions=False)

    answer = client.get("/items?group=europa")

    assert answer.status_code == 500
    assert "Dit ligt niet aan u" in answer.text
    assert Page(answer.text).link("Opnieuw proberen") == "/items"
    assert "item_routing" not in answer.text
    for name, value in SAFETY_HEADERS.items():
        assert answer.headers[name] == value


def test_a_method_that_does_not_fit_is_said_kindly(reader: Reader) -> None:
    assert "Dit kan hier niet" in reader.client.put("/items").text
