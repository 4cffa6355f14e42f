"""Weekly digests as a Prefect flow: made when they are due, and what was missed made up once.

All state is in the database, so a run that was killed is simply run again, and goes on where it stopped.
"""

from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from flows.main_job import deliver, the_app
from g40flow import jobs


@task(task_run_name="make digests", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=60)
def make() -> State[Any]:
    """Make, keep and queue every digest that is due."""
    made = jobs.make_digests(the_app())
    told = "; ".join(made.busy) or f"{made.digests} gemaakt, {made.messages} berichten klaargezet"
    stretches = {kind: [at.isoformat() for at in ends] for kind, ends in made.stretches.items()}
    return Completed(message=told, data={**vars(made), "stretches": stretches})


@flow(name="make-digests", flow_run_name="make digests")
def make_digests() -> list[State[Any]]:
    """Every quarter of an hour: config/digests.yaml says which moments count."""
    return [make(return_state=True), deliver(return_state=True)]
