"""What `doctor` says when an assumption about a publisher is wrong; the sandbox is the publisher."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from g40flow.bootstrap import App, build_app
from g40flow.doctor import Finding, Verdict, examine
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from g40flow.storage import schema
from g40flow.storage.tables import RunOutcome, SourceRun

Change = Callable[[dict[str, Any]], None]


def broken(sources: dict[str, Any]) -> None:
    """One wrong assumption about each publisher."""
    sources["internetconsultatie"]["expected_minimum"] = 900
    sources["tweedekamer"]["odata"]["changes"]["Zaak"]["kind"] = "Zaaksoort"
    sources["tweedekamer"]["known_committees"] = ["Asiel en Migratie"]
    sources["eerstekamer"]["known_committees"].remove("Commissie voor Binnenlandse Zaken")
    misspelled, rare, *_ = sources["officielebekendmakingen"]["queries"]
    misspelled["cql"] = "c.product-area==officielepublicaties AND w.publicatienaam==Kamerstk"
    rare["expected_per_week"] = 5_000
    sources["openoverheid"]["expected_minimum"] = 2_000_000
    sources["haveyoursay"]["act_types"].pop("REG")
    sources["haveyoursay"]["expected_minimum"] = 400
    sources["wetgevingskalender"] |= {"enabled": True, "keten_ids": [99999]}
    feeds = sources["feeds"]["rijksoverheid"]["feeds"]
    feeds[0]["path"] = "/ministeries/ministerie-van-algemene-dingen/nieuws.rss"
    sources["feeds"].pop("vng")


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finding]:
    folder = tmp_path_factory.mktemp("doctor")
    with SandboxServer() as sandbox:
        app = installed(folder, sandbox.base_url, broken)
        with app.database.writing() as session:
            for back in range(1, 20):
                at = app.now() - timedelta(days=back)
                run = SourceRun(source="tweedekamer", started_at=at, outcome=RunOutcome.READ, new=3)
                session.add(run)
        found = examine(app, live=True, progress=lambda _: None)
        app.database.close()
    return {finding.what: finding for finding in found}


def installed(folder: Path, sandbox: str, change: Change) -> App:
    config = sandbox_config(folder / "config", sandbox)
    path = config / "sources.yaml"
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(sources)
    path.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")
    app = build_app(
        {
            "G40FLOW_CONFIG_DIR": str(config),
            "G40FLOW_DATABASE_URL": f"sqlite:///{folder / 'doctor.sqlite'}",
            "G40FLOW_CLOCK_OFFSET_SECONDS": str((WORLD_START - datetime.now(UTC)).total_seconds()),
        }
    )
    schema.upgrade(app.database)
    return app


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("internetconsultatie: De REST-lijst van open", "verwacht minstens 900"),
        ("tweedekamer: OData kent alle velden", "onbekend: Zaak.Zaaksoort (kind)"),
        ("tweedekamer: Soorten, statussen en commissies", "onbekende commissie"),
        (
            "eerstekamer: Commissies en hun lijsten",
            "niet in known_committees: Commissie voor Binnenlands",
        ),
        ("officielebekendmakingen: Zoekvraag eerste-kamer wordt", "0 publicaties, verwacht minstens 1"),
        ("officielebekendmakingen: Zoekvraag staatscourant-gemeenten: datum", "verwacht minstens 10000"),
        ("openoverheid: open.overheid.nl geeft", "verwacht minstens 2000000"),
        ("haveyoursay: Soorten en onderwerpen", "onbekend: REG"),
        ("haveyoursay: Er staan zoveel", "verwacht 400 tot"),
        ("wetgevingskalender: De fiche van WGK099999", "status 404"),
        ("rijksoverheid: Feed volkshuisvesting is leesbaar", "status 404"),
    ],
)
def test_a_wrong_assumption_is_named_with_what_was_expected_and_found(
    findings: dict[str, Finding], what: str, said: str
) -> None:
    [found] = [finding for name, finding in findings.items() if name.startswith(what)]

    assert found.verdict is Verdict.WRONG
    assert said in found.found
    assert found.advice


def test_what_a_publisher_should_bring_is_held_against_past_days(findings: dict[str, Finding]) -> None:
    found = findings["tweedekamer: de bron brengt wat in expects staat"]

    assert found.verdict is Verdict.NOTE
    assert "minstens 20 op een vergaderdag van de Kamer" in found.found
    assert "met 3 tot 3" in found.found
    fresh = findings["openoverheid: de bron brengt wat in expects staat"]
    assert fresh.verdict is Verdict.GOOD
    assert "nog geen zulke dag gezien" in fresh.found


def test_a_database_of_a_newer_program_needs_that_program_and_no_upgrade(tmp_path: Path) -> None:
    app = installed(tmp_path, "http://127.0.0.1:9", switched_off)
    with app.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    found = {finding.what: finding for finding in examine(app, live=False, progress=lambda _: None)}
    app.database.close()

    database = found["database (SQLite)"]
    assert (database.verdict, database.advice) == (Verdict.WRONG, "installeer het nieuwere programma")
    assert database.found.startswith("versie 9999, nodig is ")


def switched_off(sources: dict[str, Any]) -> None:
    for source in [*(one for name, one in sources.items() if name != "feeds"), *sources["feeds"].values()]:
        source["enabled"] = False
