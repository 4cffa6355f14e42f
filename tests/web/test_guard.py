import pytest
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Mount

from g40flow.web.guard import (
    LARGEST_FORM,
    SAFETY_HEADERS,
    WITHOUT_COOKIES,
    allowed_hosts,
    is_from_own_page,
)
from g40flow.web.portal import build_portal
from tests.web.reading import PORTAL, Reader, TestClient
from tests.web.route_rights import ROUTES, addresses
from tests.web.signing_in import browser_of
from tests.web.world import World


def test_every_route_is_known(world: World) -> None:
    portal = build_portal(world)

    found = {
        f"{method} {route.path}" for route in all_routes(portal.router) for method in route.methods or ()
    }

    assert found == set(ROUTES)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_answer_carries_the_safety_headers(client: TestClient, method: str) -> None:
    for address in (*addresses("GET"), *addresses("POST"), "/nergens", "/items/x"):
        answer = client.request(method, address)

        for name, value in SAFETY_HEADERS.items():
            assert answer.headers[name] == value, f"{method} {address} {name}"


def test_no_page_has_script_or_style_of_its_own(reader: Reader, items: dict[str, int]) -> None:
    for address in addresses("GET"):
        source = reader.client.get(address).text

        assert "<script" not in source, address
        assert "<style" not in source, address
        assert " style=" not in source, address
        assert "javascript:" not in source, address


def test_the_style_sheet_may_be_kept_and_changes_its_address_with_its_content(reader: Reader) -> None:
    page = reader.get("/")
    (style,) = page.tree.xpath("//link[@rel='stylesheet']/@href")

    answer = reader.client.get(style)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert reader.client.get(style.replace("portal.css", "icon.svg")).status_code == 404
    for path in ("/static/x/..%2fbase.html", "/static/x/base.html", "/static/../base.html"):
        assert reader.client.get(path).status_code == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8040", "127.0.0.1.evil.example", "10.0.0.5", "", "[::1", "a@b:c"]
)
def test_a_name_that_is_not_ours_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})

    assert answer.status_code == 421
    assert "G40FLOW_PORTAL_URL" in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8040", "localhost", "localhost:9999", "[::1]:8040"])
def test_this_machine_is_answered_by_each_of_its_names(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_the_configured_name_is_ours_too() -> None:
    assert "portaal.example.nl" in allowed_hosts("https://portaal.example.nl/g40")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://localhost:8040"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": PORTAL},
        {},
    ],
)
def test_a_form_of_another_page_is_refused(
    world: World, items: dict[str, int], headers: dict[str, str]
) -> None:
    stranger = browser_of(world, origin=False)

    with_session = [address for address in addresses("POST") if not address.startswith(WITHOUT_COOKIES)]
    assert len(with_session) > 50
    for address in with_session:
        answer = stranger.post(
            address, data={"lead": "europa", "reason": "x", "seen": ["woningmarkt"]}, headers=headers
        )

        assert answer.status_code == 403, address
        assert "Dit formulier kwam niet van het portaal" in answer.text, address
    assert world.corrections() == []


@pytest.mark.parametrize("headers", [{"Origin": PORTAL}, {"Sec-Fetch-Site": "same-origin"}])
def test_a_form_of_our_own_page_is_taken(headers: dict[str, str]) -> None:
    assert is_from_own_page(Headers({"Host": "127.0.0.1:8040", **headers}))


def test_a_form_that_is_too_large_is_refused(client: TestClient, items: dict[str, int]) -> None:
    answer = client.post("/items/1/routing", data={"reason": "x" * LARGEST_FORM})

    assert answer.status_code == 413
    assert "te groot" in answer.text


def test_a_form_that_does_not_say_how_large_it_is_is_refused(client: TestClient) -> None:
    answer = client.post("/items/1/routing", content=iter([b"reason=x"]))

    assert answer.status_code == 411


def all_routes(router: object) -> list[APIRoute]:
    """Routes of a router and of those it includes; the API has tests of its own for each of its routes."""
    found: list[APIRoute] = []
    for route in getattr(router, "routes", []):
        if isinstance(route, APIRoute):
            found.append(route)
        elif not isinstance(route, Mount):
            found += all_routes(getattr(route, "original_router", None) or route)
    return found
