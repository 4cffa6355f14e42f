"""The control page and its JSON."""

from collections.abc import Callable

import httpx
import pytest

from g40flow.sandbox.world import read_script

REST = "/internetconsultatie/rest/openconsultaties/"


def test_the_script_plays_from_beginning_to_end(client: httpx.Client) -> None:
    steps = len(read_script())

    played = [client.post("/sandbox/script/next", json={}).json() for _ in range(steps)]
    over = client.post("/sandbox/script/next", json={})

    assert [answer["step"] for answer in played] == list(range(1, steps + 1))
    assert all(answer["happened"] for answer in played)
    assert over.status_code == 400
    assert all(step["played"] for step in client.get("/sandbox/script").json()["steps"])


def test_an_event_is_played_by_json(client: httpx.Client) -> None:
    answer = client.post("/sandbox/events", json={"event": "new_consultation", "slug": "proefbesluit"})

    assert "Nieuwe consultatie" in answer.json()["happened"]
    assert "proefbesluit" in client.get(REST).text


def test_an_event_is_played_by_a_form_and_leads_back_to_the_page(client: httpx.Client) -> None:
    answer = client.post(
        "/sandbox/events",
        data={"event": "extend_consultation", "slug": "besluitcollectievewarmte", "calendar_days": "7"},
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/sandbox/")
    assert "21-12-2026" in client.get("/sandbox/").text


def test_a_form_that_does_not_fit_shows_the_page_with_the_reason(client: httpx.Client) -> None:
    answer = client.post("/sandbox/events", data={"event": "extend_consultation", "slug": "bestaatniet"})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "onbekende consultatie bestaatniet" in answer.text


@pytest.mark.parametrize("body", ["geen json", "[]", '{"event": "bestaat_niet"}'])
def test_json_that_does_not_fit_is_refused_with_a_reason(client: httpx.Client, body: str) -> None:
    answer = client.post("/sandbox/events", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_log_tells_which_requests_publishers_got(client: httpx.Client) -> None:
    client.get(REST)
    client.get("/tweedekamer/SyncFeed/2.0/Feed?category=Zaak&skiptoken=1")
    client.get("/sandbox/state")

    log = client.get("/sandbox/log").json()

    assert [(row["method"], row["path"], row["status"]) for row in log] == [
        ("GET", REST, 200),
        ("GET", "/tweedekamer/SyncFeed/2.0/Feed?category=Zaak&skiptoken=1", 200),
    ]
    assert len(client.get("/sandbox/log?since=1").json()) == 1


def test_reset_brings_the_beginning_back(client: httpx.Client, happen: Callable[..., str]) -> None:
    before = client.get("/sandbox/state").json()
    client.post("/sandbox/script/next", json={})
    happen("trouble", kind="html_503")
    happen("freeze_feed")

    client.post("/sandbox/reset", json={})

    assert client.get("/sandbox/state").json() == before
    assert client.get(REST).status_code == 200


def test_text_of_publishers_is_shown_as_text(client: httpx.Client) -> None:
    client.post("/sandbox/events", json={"event": "hostile_consultation"})

    page = client.get("/sandbox/").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_every_field_of_the_page_has_a_label(client: httpx.Client) -> None:
    page = client.get("/sandbox/").text

    for part in page.split('<label for="')[1:]:
        name = part.split('"')[0]
        assert page.count(f'id="{name}"') == 1
    assert page.count("<label ") == page.count("<select ") + page.count("<input id=")


def test_the_state_tells_of_faults(client: httpx.Client, happen: Callable[..., str]) -> None:
    happen("trouble", kind="slow", publisher="tweedekamer", times=3)

    state = client.get("/sandbox/state").json()

    assert state["tweedekamer"]["faults"] == [{"kind": "slow", "where": "", "left": 3}]
    assert state["internetconsultatie"]["faults"] == []
