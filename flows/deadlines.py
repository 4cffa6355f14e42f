"""Deadlines as Prefect flows: end what is over, remind, escalate, and plan again what cannot stand.

They never approve anything: time alone adopts no text. All state is in the database, so a run that
was killed is simply run again.
"""

from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from flows.main_job import deliver, the_app
from g40flow import jobs
from g40flow.use_cases.dossier.watch_deadlines import Watched


@task(task_run_name="watch deadlines", cache_policy=NO_CACHE)
def watch() -> State[Any]:
    """End rounds and calls that are over, chase, remind and escalate."""
    return _state(jobs.watch_deadlines(the_app()))


@task(task_run_name="recalculate plans", cache_policy=NO_CACHE)
def recalculate() -> State[Any]:
    """Let dossiers follow their items, and plan those again whose plan cannot stand."""
    return _state(jobs.recalculate_plans(the_app()))


@flow(name="watch-deadlines", flow_run_name="watch deadlines")
def watch_deadlines() -> list[State[Any]]:
    """Every quarter of an hour: what time alone brings about, and its messages."""
    return [watch(return_state=True), deliver(return_state=True)]


@flow(name="recalculate-plans", flow_run_name="recalculate plans")
def recalculate_plans() -> list[State[Any]]:
    """Every morning before work: plans that the calendar or a publisher has overtaken."""
    return [recalculate(return_state=True), deliver(return_state=True)]


def _state(seen: Watched) -> State[Any]:
    """Failed if a dossier was in trouble, with what the others brought."""
    data = vars(seen)
    if seen.errors:
        return Failed(message="; ".join(seen.errors), data=data)
    counted = ", ".join(f"{name} {count}" for name, count in data.items() if name != "errors")
    return Completed(message=counted, data=data)
