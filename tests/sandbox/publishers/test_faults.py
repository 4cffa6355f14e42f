"""Answers as they should not be."""

from collections.abc import Callable
from xml.etree import ElementTree

import httpx
import pytest

from g40flow.sandbox.server import SandboxServer

Happen = Callable[..., str]
REST = "/internetconsultatie/rest/openconsultaties/"
PAGE = "/internetconsultatie/besluitcollectievewarmte/b1"
FEED = "/tweedekamer/SyncFeed/2.0/Feed?category=Zaak"


def trouble(happen: Happen, kind: str, publisher: str = "internetconsultatie", **values: object) -> None:
    happen("trouble", kind=kind, publisher=publisher, **values)


def test_an_outage_page_has_status_200_and_the_known_text(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "outage_page", times=1)

    answer = client.get(REST)

    assert answer.status_code == 200
    assert "De website is tijdelijk niet beschikbaar" in answer.text


def test_a_fault_hits_so_many_requests_and_the_log_names_it(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen
) -> None:
    trouble(happen, "html_503", times=2)

    statuses = [client.get(REST).status_code for _ in range(3)]

    assert statuses == [503, 503, 200]
    assert [seen.fault for seen in sandbox.world.requests] == ["html_503", "html_503", None]


def test_a_fault_without_a_number_stays_until_it_is_lifted(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "html_503")
    during = [client.get(REST).status_code for _ in range(5)]

    happen("lift_trouble", publisher="internetconsultatie")

    assert during == [503] * 5
    assert client.get(REST).status_code == 200


def test_a_fault_of_one_publisher_leaves_the_other_alone(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "outage_page")

    ElementTree.fromstring(client.get(FEED).content)


def test_one_category_can_be_broken_while_the_others_work(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "server_error", "tweedekamer", where="category=ZaakActor")

    broken = client.get("/tweedekamer/SyncFeed/2.0/Feed?category=ZaakActor")
    fine = client.get(FEED)

    assert (broken.status_code, fine.status_code) == (500, 200)
    assert broken.text == "<Error><Message>An error has occurred.</Message></Error>"


def test_too_many_requests_says_how_long_to_wait(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "rate_limit", seconds=7)

    answer = client.get(REST)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


@pytest.mark.parametrize(("kind", "share"), [("emptied_list", 0.0), ("halved_list", 0.5)])
def test_a_shrunken_list_is_well_formed(
    client: httpx.Client, happen: Happen, kind: str, share: float
) -> None:
    whole = len(ElementTree.fromstring(client.get(REST).content))
    trouble(happen, kind)

    shrunken = len(ElementTree.fromstring(client.get(REST).content))

    assert shrunken == int(whole * share)
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("kind", ["truncated", "malformed_page", "wrong_encoding", "hostile"])
@pytest.mark.parametrize(("publisher", "address"), [("internetconsultatie", REST), ("tweedekamer", FEED)])
def test_a_damaged_answer_is_no_xml(
    client: httpx.Client, happen: Happen, kind: str, publisher: str, address: str
) -> None:
    trouble(happen, kind, publisher, times=1)

    damaged = client.get(address)

    assert damaged.status_code == 200
    with pytest.raises((ElementTree.ParseError, UnicodeDecodeError)):
        ElementTree.fromstring(damaged.content.decode("utf-8"))


def test_a_malformed_page_lacks_what_a_parser_looks_for(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "malformed_page")

    page = client.get(PAGE).text

    assert 'id="content"' not in page
    assert "table__data-overview" not in page


def test_a_broken_connection_is_an_error_for_the_client(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen
) -> None:
    trouble(happen, "connection_reset", times=1)

    with pytest.raises(httpx.ReadError):
        client.get(REST)

    assert client.get(REST).status_code == 200


def test_a_slow_answer_outlasts_an_impatient_client(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "slow", times=1, seconds=0.3)

    with pytest.raises(httpx.ReadTimeout):
        client.get(REST, timeout=0.05)


def test_a_huge_answer_is_as_large_as_asked(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "huge", megabytes=3)

    assert len(client.get(REST).content) > 3_000_000


def test_a_redirect_leads_elsewhere(client: httpx.Client, happen: Happen) -> None:
    trouble(happen, "redirect")

    assert client.get(REST).headers["location"] == "http://elders.invalid/"


@pytest.mark.parametrize("address", [REST, FEED])
def test_with_validators_an_unchanged_answer_is_a_304(
    client: httpx.Client, happen: Happen, address: str
) -> None:
    happen("switch_validators", on=True)
    first = client.get(address)

    by_tag = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    by_date = client.get(address, headers={"If-Modified-Since": first.headers["last-modified"]})

    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert by_date.status_code == 304


def test_with_validators_a_changed_answer_is_sent(client: httpx.Client, happen: Happen) -> None:
    happen("switch_validators", on=True)
    first = client.get(REST)

    happen("new_consultation", slug="proefbesluit")
    second = client.get(REST, headers={"If-None-Match": first.headers["etag"]})

    assert second.status_code == 200
    assert "proefbesluit" in second.text


def test_without_validators_no_answer_carries_any(client: httpx.Client) -> None:
    assert "etag" not in client.get(REST).headers
