"""`g40flow demo`: the sandbox, Prefect, the portal and the main job, started and stopped together."""

import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import yaml

from g40flow.bootstrap import build_app
from g40flow.demo_campaigns import play_campaigns
from g40flow.domain.instants import AMSTERDAM
from g40flow.render.samples.gallery import write_gallery
from g40flow.resources import resource
from g40flow.sandbox.world import WORLD_START
from g40flow.standing import (
    PORTAL_PORT,
    PREFECT_PORT,
    Parts,
    flows_folder,
    free_port,
    prefect_environment,
    start_prefect,
    start_slack,
)
from g40flow.storage import schema

SANDBOX_PORT = 8041
MAIL_PORT = 8025
SANDBOX_MINIMUM = 3
"""The sandbox is smaller than the world, except for its consultations."""

OUR_OWN_VARIABLES = "G40FLOW_"


def run_demo(folder: Path, *, once: bool) -> int:
    """Play the main job on made-up publishers; returns the exit code.

    folder: everything the demo keeps; its database is new at every start.
    once: stop after the summary instead of staying up.
    """
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    ports = {
        "sandbox": free_port(SANDBOX_PORT),
        "mail": free_port(MAIL_PORT),
        "portal": free_port(PORTAL_PORT),
        "prefect": free_port(PREFECT_PORT),
    }
    environment = _environment(folder, ports)
    app = build_app(environment)
    schema.upgrade(app.database)
    play_campaigns(app)
    print("De oefenwereld, Prefect en het portaal starten …", flush=True)
    try:
        with Parts(folder / "logs", environment) as parts:
            _start(parts, ports, _examples(folder))
            start_slack(parts, environment)
            arguments = ["-m", "flows.demo", f"--began={time.monotonic() - began:.1f}"]
            if once:
                arguments.append("--once")
            return parts.run(arguments, folder=flows_folder())
    except KeyboardInterrupt:
        print("\nDe demo is gestopt. Opnieuw: make demo", flush=True)
        return 0


def _examples(folder: Path) -> Path:
    """Examples of every message, for the gallery of the sandbox."""
    path = folder / "gallery.json"
    write_gallery(path)
    return path


def _start(parts: Parts, ports: dict[str, int], examples: Path) -> None:
    local_start = WORLD_START.astimezone(AMSTERDAM).replace(tzinfo=None)
    listening = ["--port", str(ports["sandbox"]), "--mail-port", str(ports["mail"])]
    gallery = ["--gallery", str(examples)]
    sandbox = ["-m", "g40flow", "sandbox", *listening, *gallery, "--start", local_start.isoformat()]
    parts.start("sandbox", sandbox)
    start_prefect(parts, ports["prefect"])
    parts.start("portal", ["-m", "g40flow", "portal", "--port", str(ports["portal"])])
    parts.wait_until_answering("sandbox", f"http://127.0.0.1:{ports['sandbox']}/sandbox/state")
    parts.wait_until_answering("portal", f"http://127.0.0.1:{ports['portal']}/healthz")
    parts.wait_until_answering("prefect", f"http://127.0.0.1:{ports['prefect']}/api/health")
    _let_slack_lead_back(ports)


def _let_slack_lead_back(ports: dict[str, int]) -> None:
    """Tell the Slack of the sandbox where the portal is, as one does in the settings of a real app."""
    callback = f"http://127.0.0.1:{ports['portal']}/sign-in/slack/callback"
    control = f"http://127.0.0.1:{ports['sandbox']}/slack/sandbox/app"
    httpx.post(control, json={"redirect_urls": [callback]}, trust_env=False).raise_for_status()


def _environment(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """What the program is told; it is not told that its publishers and its Slack are made up."""
    database = (folder / "g40flow.sqlite").resolve()
    for old in database.parent.glob(f"{database.name}*"):
        old.unlink()
    sandbox = f"http://127.0.0.1:{ports['sandbox']}"
    config = sandbox_config(folder / "config", sandbox)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OUR_OWN_VARIABLES)}
    return {
        **kept,
        **prefect_environment(folder / "prefect", ports["prefect"]),
        "G40FLOW_DATABASE_URL": f"sqlite:///{database}",
        "G40FLOW_CONFIG_DIR": str(config.resolve()),
        "G40FLOW_SLACK_BASE_URL": f"{sandbox}/slack/api/",
        "G40FLOW_SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
        "G40FLOW_SLACK_APP_TOKEN": "xapp-sandbox-app",
        "G40FLOW_SLACK_CLIENT_ID": "1234567890.9876543210",
        "G40FLOW_SLACK_CLIENT_SECRET": "sandbox-client-secret",
        "G40FLOW_SLACK_TEAM_ID": "T0G40",
        "G40FLOW_CHOOSE_PERSON": "1",
        "G40FLOW_SMTP_HOST": "127.0.0.1",
        "G40FLOW_SMTP_PORT": str(ports["mail"]),
        "G40FLOW_SMTP_TLS": "none",
        "G40FLOW_SMTP_FROM": "G40 g40flow <g40flow@g40.example>",
        "G40FLOW_PORTAL_URL": f"http://127.0.0.1:{ports['portal']}",
        "G40FLOW_CLOCK_OFFSET_SECONDS": str((WORLD_START - datetime.now(UTC)).total_seconds()),
        "SANDBOX_URL": sandbox,
        "NO_PROXY": "127.0.0.1,localhost",
    }


def sandbox_config(folder: Path, sandbox: str) -> Path:
    """The example configuration, with the publishers at the sandbox, quick and without pauses."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(resource("config"), folder)
    path = folder / "sources.yaml"
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))
    feeds = sources.pop("feeds", {})
    for name, source in [*sources.items(), *feeds.items()]:
        for key in ("base_url", "site_url", "rss_url"):
            if key in source:
                source[key] = f"{sandbox}/{name}"
        if "debat_direct" in source:
            address = f"{sandbox}/debatdirect"
            source["debat_direct"] = {"base_url": address, "site_url": address}
        if "odata" in source:
            source["odata"]["base_url"] = f"{sandbox}/{name}/OData/v5"
        if name != "internetconsultatie" and "expected_minimum" in source:
            source["expected_minimum"] = min(source["expected_minimum"], SANDBOX_MINIMUM)
        if "bills_every_hours" in source:
            source["bills_every_hours"] = 0
        source["seconds_between_requests"] = 0
        source["every_minutes"] = 1
    sources["feeds"] = feeds
    path.write_text(yaml.safe_dump(sources, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder
