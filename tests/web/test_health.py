from g40flow.web.portal import build_portal
from tests.web.reading import PORTAL, Reader, TestClient
from tests.web.world import World, build_world


def test_a_network_in_which_all_is_well_is_ok(world: World, reader: Reader) -> None:
    for source in ("internetconsultatie", "tweedekamer"):
        world.look(source)

    answer = reader.client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["sources"]["tweedekamer"]["standing"] == "fine"


def test_trouble_is_told_with_where(reader: Reader, items: dict[str, int]) -> None:
    report = reader.client.get("/healthz").json()

    assert report["status"] == "trouble"
    assert report["sources"]["tweedekamer"]["streams_in_trouble"] == ["Activiteit"]
    assert report["messages"] == {"failed": 2, "overdue": 0}


def test_a_database_of_another_version_is_out_of_order(tmp_path: object) -> None:
    world = build_world(f"sqlite:///{tmp_path}/empty.sqlite")

    answer = TestClient(build_portal(world), base_url=PORTAL).get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "database_version"}
    world.database.close()


def test_a_database_that_is_away_is_out_of_order() -> None:
    world = build_world("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", G40FLOW_SECRET_KEY="k" * 32)

    answer = TestClient(build_portal(world), base_url=PORTAL).get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "database_unreachable"}
    world.database.close()
