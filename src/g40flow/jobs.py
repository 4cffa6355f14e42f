"""The pieces of the main job with everything wired: what flows, commands and tests start.

Each takes an App and a name; each is safe to run twice, at the same time, or again after a crash.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from g40flow.bootstrap import App
from g40flow.sources.internetconsultatie.site import Site
from g40flow.storage.publishers import last_runs
from g40flow.storage.tables import RunOutcome
from g40flow.use_cases.assemble_items import AssembleResult, assemble_items
from g40flow.use_cases.deliver_messages import DeliveryResult
from g40flow.use_cases.dossier.recalculate import follow_publisher
from g40flow.use_cases.dossier.watch_deadlines import Watched, Watcher
from g40flow.use_cases.poll_source import PollResult, poll_source
from g40flow.use_cases.reconcile import Reconciled, cross_check
from g40flow.use_cases.reconcile import reconcile as reconcile_everything
from g40flow.use_cases.reroute_items import Rerouted, reroute_items
from g40flow.use_cases.submission.watch_publication import SOURCE, PublicationWatch
from g40flow.use_cases.submission.watch_publication import watch_publication as look_for_publication
from g40flow.use_cases.text.library import seed_library as add_seeds


def due_sources(app: App) -> list[str]:
    """Enabled sources whose rhythm says that it is time to look again."""
    now = app.now()
    due: list[str] = []
    with app.database.reading() as session:
        for name, config in app.sources_config.all().items():
            last = next(iter(last_runs(session, name, limit=1)), None)
            # A little early rather than a whole round late, when the scheduler is not exact.
            early = min(config.every / 10, timedelta(seconds=30))
            waits = last is not None and last.started_at + config.every - early > now
            if config.enabled and not waits:
                due.append(name)
    return due


def poll(app: App, name: str, *, streams: Iterable[str] = ()) -> PollResult:
    """Look at one publisher now. Raises AlreadyRunning, NotFound."""
    source = app.source(name)
    with app.fetcher(name) as fetch:
        return poll_source(
            app.database,
            source,
            fetch,
            clock=app.now,
            holder=app.new_holder(),
            streams=streams,
        )


def assemble(app: App, name: str) -> AssembleResult:
    """Assemble, route and announce what waits of one publisher."""
    return assemble_items(
        app.database,
        app.source(name),
        app.router,
        app.announcer,
        clock=app.now,
        follow=lambda session, row, news, now: follow_publisher(session, app.desk, row, news, now),
    )


def deliver(app: App) -> DeliveryResult:
    """Work off the outbox."""
    return app.deliverer().deliver()


def watch_deadlines(app: App) -> Watched:
    """End what is over, chase, remind and escalate."""
    return _watcher(app).watch()


def recalculate_plans(app: App) -> Watched:
    """Plan dossiers again whose plan cannot stand."""
    return _watcher(app).recalculate()


def seed_library(app: App) -> int:
    """Give the library the positions of config/positions.yaml that it never had; says how many."""
    with app.database.writing() as session:
        return add_seeds(session, app.positions, app.now())


def watch_publication(app: App) -> PublicationWatch:
    """Look for responses of the network that were handed in and are not seen in public yet."""
    if not app.sources_config.internetconsultatie.enabled:
        return PublicationWatch()
    with app.fetcher(SOURCE) as fetch:
        site = Site(app.base_url(SOURCE))
        return look_for_publication(app.database, app.desk, site, fetch, clock=app.now)


def _watcher(app: App) -> Watcher:
    return Watcher(database=app.database, desk=app.desk, clock=app.now)


def reconcile(app: App) -> Reconciled:
    """Look for what fell between, also at the publishers' other doors, and tell it."""
    sources = app.sources_config.all().items()
    rhythms = {name: config.every for name, config in sources if config.enabled}
    differences = 0
    for name in rhythms:
        with app.fetcher(name) as fetch:
            differences += cross_check(app.database, app.source(name), fetch, app.now())
    seed_library(app)
    found = reconcile_everything(app.database, app.announcer, rhythms, app.now())
    return replace(found, differences=differences)


def reroute(app: App, progress: Callable[[Rerouted], None]) -> Rerouted:
    """Route again what was routed by other rules than today's."""
    return reroute_items(
        app.database,
        app.router,
        app.announcer,
        rule_version=app.router.book.version,
        clock=app.now,
        progress=progress,
    )


def is_failed(result: PollResult) -> bool:
    """Whether a look at a publisher did not go well in every part."""
    return result.outcome == RunOutcome.FAILED
