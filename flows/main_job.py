"""The main job as Prefect flows: look at publishers, assemble and route, deliver, reconcile.

Flows pass names only and keep nothing: all state is in the database, so a run that was killed is
simply run again. Two runs at once do no harm either: the claims of the database keep them apart.
"""

from functools import cache
from typing import Any

from prefect import State, flow, get_run_logger, task
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from g40flow import jobs
from g40flow.bootstrap import App, build_app
from g40flow.config.logs import set_up_logging
from g40flow.config.settings import LogFormat
from g40flow.domain.errors import AlreadyRunning
from g40flow.storage import schema_version


@cache
def the_app() -> App:
    """Everything wired, once per process: reading configuration and rules takes half a second.

    Raises ConfigError for a database of another version than this program.
    """
    app = build_app()
    if app.settings.log_format is LogFormat.JSON:  # otherwise Prefect's own form is as good
        set_up_logging(app.settings)
    schema_version.require_current(app.database)
    return app


@task(task_run_name="look at {name}", cache_policy=NO_CACHE)
def poll(name: str) -> State[Any]:
    """Look at one publisher. Its trouble is this task's failure; the next round tries again."""
    try:
        result = jobs.poll(the_app(), name)
    except AlreadyRunning as busy:
        return Completed(message=str(busy), data={"source": name, "outcome": "busy"})
    row = {key: value for key, value in result.__dict__.items() if key != "errors"}
    if jobs.is_failed(result):
        return Failed(message="; ".join(result.errors), data={**row, "errors": list(result.errors)})
    return Completed(message=f"{result.seen} gezien, {result.new} nieuw", data=row)


@task(task_run_name="assemble and route {name}", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
def assemble(name: str) -> dict[str, Any]:
    """Make items of what changed, route them, and write their messages."""
    return {"source": name, **jobs.assemble(the_app(), name).__dict__}


@task(task_run_name="deliver", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
def deliver() -> dict[str, Any]:
    """Work off the outbox."""
    return dict(jobs.deliver(the_app()).__dict__)


@flow(name="poll-sources", flow_run_name="poll sources")
def poll_sources(names: list[str] | None = None) -> list[State[Any]]:
    """Look at the publishers whose turn it is (or at the named ones), and tell what is new.

    One publisher in trouble does not stop the others; the run then ends as failed, to be seen.
    """
    chosen = jobs.due_sources(the_app()) if names is None else names
    polled = [poll(name, return_state=True) for name in chosen]
    assembled = [assemble(name, return_state=True) for name in chosen]
    jobs.watch_looks(the_app())
    states: list[State[Any]] = [*polled, *assembled, deliver(return_state=True)]
    _show("bronnen", [_row(name, state) for name, state in zip(chosen, polled, strict=True)])
    return states


@flow(name="deliver-messages", flow_run_name="deliver messages")
def deliver_messages() -> dict[str, Any]:
    """Send what is due: messages that waited for the morning, and those that failed before."""
    return deliver()


@flow(name="reconcile", flow_run_name="reconcile")
def reconcile() -> dict[str, Any]:
    """Look for what fell between: items that wait, news that was not told, silent publishers."""
    app = the_app()
    for name in app.sources_config.all():
        assemble(name)
    found = jobs.reconcile(app).__dict__
    deliver()
    cleaned = jobs.clean(app).__dict__
    counts = {**found, **cleaned}
    _show("aansluiting", [{"wat": key, "aantal": value} for key, value in counts.items()])
    return dict(found)


def _row(name: str, state: State[Any]) -> dict[str, Any]:
    data = state.result(raise_on_failure=False)
    row = data if isinstance(data, dict) else {}
    return {"bron": name, "staat": state.name, **{k: v for k, v in row.items() if k != "source"}}


def _show(key: str, rows: list[dict[str, Any]]) -> None:
    """A table and a link in Prefect's own pages; it is a service, so its trouble is only logged."""
    app = the_app()
    try:
        create_table_artifact(key=key, table=rows, description="Zie het portaal voor alle gegevens.")
        create_link_artifact(key="portaal", link=app.settings.portal_url, link_text="Portaal")
    except Exception as error:
        get_run_logger().warning("no artifact could be made: %s", error)
