"""Looking, as a Prefect flow, whether what was handed in can be read in public.

A run that was killed is simply run again: what was seen is in the database.
"""

from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from flows.main_job import deliver, the_app
from g40flow import jobs


@task(task_run_name="watch publication", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[60, 600])
def watch() -> State[Any]:
    """Look at the public page of every consultation where a response of ours is awaited."""
    seen = jobs.watch_publication(the_app())
    data = vars(seen)
    if seen.errors:
        return Failed(message="; ".join(seen.errors), data=data)
    return Completed(message=f"looked {seen.looked}, seen {seen.seen}, given up {seen.given_up}", data=data)


@flow(name="watch-publication", flow_run_name="watch publication")
def watch_publication() -> list[State[Any]]:
    """Every two hours: responses that appeared in public, and the messages about it."""
    return [watch(return_state=True), deliver(return_state=True)]
