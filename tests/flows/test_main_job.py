"""The flows in a real Prefect, against the sandbox; what they start is tested without Prefect elsewhere.

Prefect and the flows are imported by the tests: it takes seconds, which workers with other tests save.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from g40flow.bootstrap import App
from g40flow.domain.dossier.workflow import Stage
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.events import Scene, play
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world import WORLD_START
from g40flow.storage.dossier_tables import Submission
from g40flow.storage.dossiers import dossier_by_id
from g40flow.storage.tables import MessageItem, SourceRun
from tests.use_cases.dossier.deadlines import a_dossier, an_item

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture(scope="module")
def prefect() -> Iterator[None]:
    from prefect.settings import PREFECT_SERVER_ANALYTICS_ENABLED, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    with (
        temporary_settings({PREFECT_SERVER_ANALYTICS_ENABLED: False}),
        prefect_test_harness(server_startup_timeout=90),
    ):
        yield


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(with_slack=True) as running:
        yield running


@pytest.fixture
def app(
    prefect: None, sandbox: SandboxServer, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[App]:
    """What the flows build from their environment."""
    from flows import main_job

    sandbox.world.reset()
    offset = WORLD_START - datetime.now(UTC)
    for name in [name for name in os.environ if name.startswith("G40FLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("G40FLOW_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("G40FLOW_CONFIG_DIR", str(sandbox_config(tmp_path / "config", sandbox.base_url)))
    monkeypatch.setenv("G40FLOW_SLACK_BASE_URL", f"{sandbox.base_url}/slack/api/")
    monkeypatch.setenv("G40FLOW_SLACK_BOT_TOKEN", "xoxb-sandbox-bot")
    monkeypatch.setenv("G40FLOW_CLOCK_OFFSET_SECONDS", str(offset.total_seconds()))
    main_job.the_app.cache_clear()
    yield main_job.the_app()
    main_job.the_app().database.close()
    main_job.the_app.cache_clear()


def runs(app: App) -> dict[str, str]:
    with app.database.reading() as session:
        return {run.source: run.outcome for run in session.exec(select(SourceRun))}


def test_one_publisher_in_trouble_fails_the_run_and_not_the_others_and_nobody_is_asked_again_at_once(
    app: App, sandbox: SandboxServer
) -> None:
    from flows import main_job

    scene = Scene(sandbox.world, sandbox.clock)
    play(scene, "trouble", {"kind": "outage_page", "publisher": "internetconsultatie", "times": 5})

    state = main_job.poll_sources(return_state=True)
    outcomes = runs(app)
    again = main_job.poll_sources(return_state=True)

    assert state.is_failed()
    assert [name for name, outcome in outcomes.items() if outcome == "failed"] == ["internetconsultatie"]
    assert len(outcomes) > 5
    with app.database.reading() as session:
        assert session.exec(select(MessageItem)).first() is not None
    assert again.is_completed()
    assert runs(app) == outcomes


def test_the_reconciliation_tells_what_was_not_told(app: App) -> None:
    from flows import main_job

    main_job.poll_sources(["internetconsultatie"], return_state=True)
    with app.database.writing() as session:
        forgotten = session.exec(select(MessageItem).where(MessageItem.audience != "triage")).first()
        assert forgotten is not None
        session.connection().execute(delete(MessageItem).where(col(MessageItem.item_id) == forgotten.item_id))

    found = main_job.reconcile()

    assert found["retold"] >= 1
    assert found["differences"] == 0


def test_delivering_with_nothing_due_does_nothing(app: App) -> None:
    from flows import main_job

    assert set(main_job.deliver_messages().values()) == {0}


def test_watching_deadlines_ends_what_is_over_and_sends_what_it_wrote(app: App) -> None:
    from flows import deadlines

    with app.database.writing() as session:
        dossier_id = a_dossier(session, stage=Stage.NO_RESPONSE, objection_until=WORLD_START)

    watched, delivered = deadlines.watch_deadlines(return_state=True).result()

    assert watched.is_completed()
    assert delivered.is_completed()
    with app.database.reading() as session:
        assert dossier_by_id(session, dossier_id).stage == Stage.CLOSED


def test_recalculating_lets_a_dossier_follow_its_item(app: App) -> None:
    from flows import deadlines

    with app.database.writing() as session:
        item = an_item(session, closes_on=date(2027, 3, 1))
        dossier_id = a_dossier(session, items=(item,), closes_on=date(2027, 2, 1))

    recalculated, _ = deadlines.recalculate_plans(return_state=True).result()

    assert recalculated.is_completed()
    with app.database.reading() as session:
        assert dossier_by_id(session, dossier_id).closes_on == date(2027, 3, 1)


def test_a_response_that_appears_in_public_publishes_its_dossier(app: App, sandbox: SandboxServer) -> None:
    from flows import publication

    every = sandbox.world.consultations.items()
    slug, consultation = next((s, c) for s, c in every if c.responses and c.is_public(WORLD_START.date()))
    ours = replace(consultation.responses[0], sender="G40 Stedennetwerk  (Iemand Anders)")
    sandbox.world.consultations[slug] = replace(consultation, responses=(ours, *consultation.responses))
    with app.database.writing() as session:
        item = an_item(session, closes_on=date(2027, 3, 1))
        item.identifier = slug
        dossier_id = a_dossier(session, items=(item,), stage=Stage.SUBMITTED)
        session.add(
            Submission(
                dossier_id=dossier_id,
                version_hash="a" * 64,
                choices={"publish": True, "organisation": "G40 Stedennetwerk"},
                prepared_by="anna-testerink",
                prepared_at=app.now(),
                submitted_at=app.now(),
            )
        )

    watched, _ = publication.watch_publication(return_state=True).result()

    assert watched.is_completed()
    with app.database.reading() as session:
        assert dossier_by_id(session, dossier_id).stage == Stage.PUBLISHED


def test_every_deployment_resolves_with_dutch_time_and_one_run_at_a_time() -> None:
    from prefect.client.schemas.objects import ConcurrencyLimitStrategy
    from prefect.client.schemas.schedules import CronSchedule

    from flows import serve

    deployments = {deployment.name: deployment for deployment in serve.deployments()}

    assert sorted(deployments) == ["all", "daily", "deadlines", "digests", "outbox", "plans", "publication"]
    for deployment in deployments.values():
        [schedule] = deployment.schedules or []
        assert isinstance(schedule.schedule, CronSchedule)
        assert schedule.schedule.timezone == "Europe/Amsterdam"
        assert deployment.concurrency_limit == 1
        assert deployment.concurrency_options is not None
        assert deployment.concurrency_options.collision_strategy is ConcurrencyLimitStrategy.CANCEL_NEW
