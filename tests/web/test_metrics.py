from prometheus_client.parser import text_string_to_metric_families

from g40flow.domain.coverage import Listed
from g40flow.storage.coverage import open_gap
from g40flow.storage.tables import RunOutcome
from g40flow.web.portal import build_portal
from tests.web.reading import PORTAL, Reader, TestClient
from tests.web.world import World, build_world

HERE = ("127.0.0.1", 50_000)


def scraper(world: World, client: tuple[str, int] = HERE) -> TestClient:
    return TestClient(build_portal(world), base_url=PORTAL, client=client)


def scrape(client: TestClient, **headers: str) -> dict[tuple[str, str], float]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_every_figure_that_a_monitor_needs_is_there(world: World, items: dict[str, int]) -> None:
    world.look("internetconsultatie")
    world.look("tweedekamer", outcome=RunOutcome.FAILED)
    with world.database.writing() as session:
        open_gap(session, "tweedekamer", Listed(identifier="lost"), world.moment)
    world.later(hours=2)

    found = scrape(scraper(world))

    assert found["g40flow_database_up", ""] == 1
    assert found["g40flow_database_current", ""] == 1
    assert found["g40flow_source_last_success_age_seconds", "internetconsultatie"] == 7200
    assert found["g40flow_source_open_gaps", "tweedekamer"] == 1
    assert found["g40flow_source_streams_in_trouble", "tweedekamer"] == 1
    assert found["g40flow_source_items", "internetconsultatie"] > 0
    assert found["g40flow_outbox_messages", "failed"] == 2
    assert found["g40flow_outbox_oldest_due_age_seconds", ""] >= 0
    assert found["g40flow_rounds_open", ""] == 0
    assert found["g40flow_database_bytes", ""] > 100_000
    assert ("g40flow_items_waiting", "") in found
    assert any(name == "g40flow_build_info" for name, _ in found)


def test_no_name_and_no_text_stands_in_it(world: World, items: dict[str, int]) -> None:
    text = scraper(world).get("/metrics").text

    for word in ("Testerink", "anna", "@", "Wet", "woningmarkt"):
        assert word not in text


def test_who_asks_from_elsewhere_or_through_a_proxy_needs_the_token(sqlite_url: str) -> None:
    world = build_world(sqlite_url, G40FLOW_METRICS_TOKEN="a-token-of-the-monitor")
    elsewhere, here = scraper(world, ("192.0.2.7", 50_000)), scraper(world)
    token = {"Authorization": "Bearer a-token-of-the-monitor"}

    refused = [
        elsewhere.get("/metrics"),
        elsewhere.get("/metrics", headers={"Authorization": "Bearer another"}),
        here.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert scrape(elsewhere, **token)["g40flow_database_up", ""] == 1
    assert here.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7", **token}).status_code == 200
    world.database.close()


def test_without_a_token_nobody_elsewhere_may(world: World, reader: Reader) -> None:
    answer = scraper(world, ("192.0.2.7", 50_000)).get("/metrics", headers={"Authorization": "Bearer "})

    assert answer.status_code == 403


def test_of_a_database_that_is_away_only_that_is_told() -> None:
    world = build_world("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", G40FLOW_SECRET_KEY="k" * 32)

    found = scrape(scraper(world))

    assert found["g40flow_database_up", ""] == 0
    assert ("g40flow_rounds_open", "") not in found
    world.database.close()
