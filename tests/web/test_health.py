from g40flow.storage.messages import write_message
from g40flow.web.portal import build_portal
from tests.web.reading import PORTAL, Reader, TestClient
from tests.web.world import World, build_world


def test_a_network_in_which_all_is_well_is_ok(world: World, reader: Reader) -> None:
    for source in world.sources_config.all():
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


def test_living_being_ready_and_working_are_told_apart(world: World, reader: Reader) -> None:
    world.look("internetconsultatie")
    world.look("tweedekamer")

    soon = {name: reader.client.get(f"/health/{name}").status_code for name in ("live", "ready", "work")}
    world.later(hours=10)
    late = {name: reader.client.get(f"/health/{name}").status_code for name in ("live", "ready", "work")}

    assert soon == {"live": 200, "ready": 200, "work": 200}
    assert late == {"live": 200, "ready": 200, "work": 503}
    checks = reader.client.get("/health/work").json()["checks"]
    assert checks["looks"] == {"ok": False, "late": ["internetconsultatie", "tweedekamer"]}


def test_a_message_that_does_not_leave_means_that_the_work_stands_still(world: World, reader: Reader) -> None:
    world.look("internetconsultatie")
    world.look("tweedekamer")
    with world.database.writing() as session:
        write_message(session, "m", audience="operators", kind="source_notice", now=world.now())
    before = reader.client.get("/health/work").status_code
    world.later(minutes=16)
    world.look("internetconsultatie")
    world.look("tweedekamer")

    after = reader.client.get("/health/work")

    assert (before, after.status_code) == (200, 503)
    assert after.json()["checks"]["messages"] == {"ok": False, "oldest_due_seconds": 960}


def test_a_database_of_another_version_lives_and_is_not_ready(tmp_path: object) -> None:
    world = build_world(f"sqlite:///{tmp_path}/empty.sqlite")
    client = TestClient(build_portal(world), base_url=PORTAL)

    assert client.get("/health/live").status_code == 200
    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["checks"]["migrations"]["ok"] is False
    world.database.close()
