"""The process that runs the deployments of prefect.yaml."""

import asyncio
import gc
import signal
import warnings

import pytest

pytestmark = pytest.mark.xdist_group("prefect")


def test_sigterm_stops_the_work_in_order_and_leaves_nothing_unawaited() -> None:
    from flows.serve import StoppableRunner  # Prefect takes seconds; see test_main_job.py

    ended: list[str] = []

    async def work(runner: StoppableRunner) -> None:
        try:
            runner.handle_sigterm(signal.SIGTERM, None)
            await asyncio.sleep(60)
        finally:
            ended.append("in order")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(work(StoppableRunner(name="test")))
        gc.collect()

    assert ended == ["in order"]
