"""How long after its publication something stands in Slack, besides waiting for the next look."""

import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from bench.measuring import environment, free_port, serving
from bench.report import Section, table
from g40flow import jobs
from g40flow.bootstrap import App, build_app
from g40flow.config.sources import load_sources
from g40flow.resources import resource
from g40flow.sandbox.demo import sandbox_config
from g40flow.sandbox.world import WORLD_START
from g40flow.storage import schema
from g40flow.storage.tables import RunOutcome

TIMES = 5
EVENTS = {
    "internetconsultatie": ("new_consultation", "slug"),
    "tweedekamer": ("new_activity", "key"),
}


def measure(_entries: int) -> Section:
    """News of both publishers, one at a time; SQLite and the stand-in."""
    port = free_port()
    sandbox, command = f"http://127.0.0.1:{port}", ["-m", "g40flow", "sandbox"]
    start = WORLD_START.astimezone().replace(tzinfo=None).isoformat()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving([*command, "--port", str(port), "--start", start], f"{sandbox}/sandbox/state"),
        httpx.Client(base_url=sandbox, trust_env=False, timeout=30) as control,
    ):
        app = _app(Path(folder), sandbox, control)
        rows = [_row(app, control, name) for name in EVENTS]
        app.database.close()
    return Section(
        title="From publication to Slack",
        text=(
            "A look that finds one new item, which is then assembled, routed, announced and delivered:\n"
            f"median and slowest of {TIMES}, without the pauses between requests that a publisher is\n"
            "given in real use, which stand beside it. Floor: waiting for the next look, and those pauses."
        ),
        body=table(
            ["publisher", "look every", "requests", "pauses s", "median s", "slowest s", "ratio"], rows
        ),
    )


def _app(folder: Path, sandbox: str, control: httpx.Client) -> App:
    now = datetime.fromisoformat(control.get("/sandbox/state").json()["now"])
    app = build_app(
        environment(
            G40FLOW_DATABASE_URL=f"sqlite:///{folder / 'latency.sqlite'}",
            G40FLOW_CONFIG_DIR=str(sandbox_config(folder / "config", sandbox)),
            G40FLOW_SLACK_BASE_URL=f"{sandbox}/slack/api/",
            G40FLOW_SLACK_BOT_TOKEN="xoxb-sandbox-bot",
            G40FLOW_CLOCK_OFFSET_SECONDS=str((now - datetime.now(now.tzinfo)).total_seconds()),
        )
    )
    schema.upgrade(app.database)
    for name in EVENTS:
        jobs.poll(app, name)
        jobs.assemble(app, name)
    jobs.deliver(app)
    return app


def _row(app: App, control: httpx.Client, name: str) -> list[str]:
    event, key = EVENTS[name]
    seconds, requests = [], 0
    for number in range(TIMES):
        title = f"Woningbouw in de stad {number}"
        news = {"event": event, key: f"latency{number}", "title": title}
        control.post("/sandbox/events", json=news).raise_for_status()
        began = time.perf_counter()
        looked = jobs.poll(app, name)
        jobs.assemble(app, name)
        told = jobs.deliver(app)
        seconds.append(time.perf_counter() - began)
        requests = looked.requests
        if looked.outcome != RunOutcome.READ or not told.posted:
            raise RuntimeError(f"{name}: expected news in Slack, found {looked} and {told}")
    shipped = load_sources(resource("config")).all()[name]
    pauses = shipped.seconds_between_requests * (requests - 1)
    middle, floor = statistics.median(seconds), shipped.every.total_seconds() + pauses
    every = f"{shipped.every / timedelta(minutes=1):.0f} min"
    cells = (f"{value:.1f}" for value in (pauses, middle, max(seconds)))
    return [name, every, str(requests), *cells, f"{floor / (floor + middle):.2f}"]
