"""Runs the deployments of prefect.yaml in one process: `python -m flows.serve`.

The same file serves `prefect deploy --all` for a server with workers, so that schedules stand in
one place.
"""

import asyncio
import importlib
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron

PREFECT_YAML = Path(__file__).parent.parent / "prefect.yaml"


def deployments(path: Path = PREFECT_YAML) -> list[RunnerDeployment]:
    """One per entry of prefect.yaml, with its schedules and limit."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [_deployment(entry) for entry in content["deployments"]]


def _deployment(entry: dict[str, Any]) -> RunnerDeployment:
    limit = entry["concurrency_limit"]
    deployment = _flow(entry["entrypoint"]).to_deployment(
        name=entry["name"],
        description=entry.get("description"),
        tags=entry.get("tags"),
        parameters=entry.get("parameters"),
        schedules=[Cron(s["cron"], timezone=s["timezone"]) for s in entry["schedules"]],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=limit["limit"],
            collision_strategy=ConcurrencyLimitStrategy(limit["collision_strategy"]),
        ),
    )
    assert isinstance(deployment, RunnerDeployment)
    return deployment


def _flow(entrypoint: str) -> Flow[..., Any]:
    file, name = entrypoint.split(":")
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    found = getattr(module, name)
    assert isinstance(found, Flow)
    return found


class StoppableRunner(Runner):
    """Prefect's runner, which stops in order at SIGTERM as it does at Ctrl-C.

    Its own answer to SIGTERM calls a coroutine without awaiting it and leaves at once, so that the
    processes of its runs stay behind: https://github.com/PrefectHQ/prefect (Runner.handle_sigterm).
    """

    def handle_sigterm(self, *_args: Any, **_more: Any) -> None:
        """Let asyncio cancel what runs, and the runner clean up."""
        signal.raise_signal(signal.SIGINT)


def main() -> None:
    """Serve until interrupted by Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell has us ignore Ctrl-C
    runner = StoppableRunner(pause_on_shutdown=False)
    for deployment in deployments():
        runner.add_deployment(deployment)
    with suppress(KeyboardInterrupt):
        asyncio.run(runner.start())


if __name__ == "__main__":
    main()
