"""The pieces of the main job with everything wired: what flows, commands and tests start.

Each takes an App and a name; each is safe to run twice, at the same time, or again after a crash.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from g40flow.bootstrap import App
from g40flow.domain.coverage import DayKind
from g40flow.domain.errors import AlreadyRunning, NotFound
from g40flow.sources.internetconsultatie.site import Site
from g40flow.storage.back_fills import forget_back_fill
from g40flow.storage.publishers import known_sources, last_runs
from g40flow.storage.tables import RunOutcome
from g40flow.use_cases.assemble_items import AssembleResult, assemble_items
from g40flow.use_cases.back_fill import BackFiller, Planned, SoFar, planned, take_up_left_over
from g40flow.use_cases.clean_up import Cleaned, clean_up
from g40flow.use_cases.compare_publisher import Compared, compare_publisher
from g40flow.use_cases.deliver_messages import DeliveryResult
from g40flow.use_cases.digest.make_digests import DigestsMade
from g40flow.use_cases.dossier.watch_deadlines import Watched, Watcher
from g40flow.use_cases.families.settle import settle_once
from g40flow.use_cases.follow_publisher import follow_publisher
from g40flow.use_cases.outcomes.take_in import take_in_committees
from g40flow.use_cases.poll_source import PollResult, poll_source
from g40flow.use_cases.prove_coverage import DayProof, prove_day
from g40flow.use_cases.reconcile import Reconciled
from g40flow.use_cases.reconcile import reconcile as reconcile_everything
from g40flow.use_cases.reroute_items import Rerouted, reroute_items
from g40flow.use_cases.submission.watch_publication import SOURCE, PublicationWatch
from g40flow.use_cases.submission.watch_publication import watch_publication as look_for_publication
from g40flow.use_cases.text.library import seed_library as add_seeds
from g40flow.use_cases.watch_quiet import Expected, KindOfDay
from g40flow.use_cases.watch_quiet import watch_looks as tell_unwatched


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


def make_digests(app: App) -> DigestsMade:
    """Make the weekly digests that are due, and those that were missed."""
    return app.digester().make_due()


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
    return Watcher(database=app.database, desk=app.desk, call_links=lambda: app.call_links, clock=app.now)


def reconcile(app: App) -> Reconciled:
    """Look for what fell between, also at the publishers' other doors, and tell it."""
    names = [name for name, config in app.sources_config.all().items() if config.enabled]
    for name in names:
        take_up_history(app, name)
    for name in names:
        take_in_committees(app.database, app.source(name), app.now())
    missing = sum(compared.missing for compared in compare_publishers(app, names))
    seed_library(app)
    settle_once(app.database, app.now())
    found = reconcile_everything(app.database, app.announcer, expected(app), kind_of_day(app), app.now())
    return replace(found, differences=missing)


def compare_publishers(app: App, names: Iterable[str]) -> list[Compared]:
    """Compare our copy with what publishers list or count themselves; who is busy or unread is left out."""
    found: list[Compared] = []
    for name in names:
        with app.fetcher(name) as fetch, suppress(AlreadyRunning):
            source = app.source(name)
            compared = compare_publisher(app.database, source, fetch, clock=app.now, holder=app.new_holder())
            if compared is not None:
                found.append(compared)
            if compared is not None and compared.healed:
                assemble(app, name)
    return found


def clean(app: App, *, dry_run: bool = False) -> Cleaned:
    """Throw away what is no longer needed. dry_run: only count it."""
    keep = timedelta(days=app.settings.keep_looks_days)
    opened = app.database.reading() if dry_run else app.database.writing()
    with opened as session:  # a reading session keeps nothing
        return clean_up(session, known_sources(session), app.now(), keep_looks=keep)


def watch_looks(app: App) -> int:
    """Tell the operators of publishers that nobody looks at any more, or does again."""
    with app.database.writing() as session:
        return tell_unwatched(session, expected(app), app.now())


def prove_days(app: App, first: date, last: date, *, source: str = "") -> list[DayProof]:
    """The proof of every publisher that is followed (or of one) for each of these Dutch days.

    Newest day first. Raises NotFound for an unknown source.
    """
    followed = expected(app)
    if source and source not in followed:
        raise NotFound(f"er is geen bron {source!r}; gevolgd worden {', '.join(followed)}")
    names = [source] if source else list(followed)
    kind, now = kind_of_day(app), app.now()
    days = [last - timedelta(days=back) for back in range((last - first).days + 1)]
    with app.database.reading() as session:
        return [
            prove_day(session, name, followed[name], day, kind(day), now) for day in days for name in names
        ]


def back_fill(
    app: App,
    name: str,
    since: date,
    streams: Sequence[str],
    *,
    progress: Callable[[SoFar], None],
    assembled: Callable[[AssembleResult], None],
    pause: Callable[[timedelta], None],
    again: bool = False,
) -> list[SoFar]:
    """Read the past of a publisher since a Dutch day. again: from the start, also what was finished.

    progress: while reading; assembled: while items are made of it, at the end.
    Raises NotFound, AlreadyRunning, SourceError.
    """
    source = app.source(name)
    if again:
        with app.database.writing() as session:
            forget_back_fill(session, name, since)
    with app.fetcher(name) as fetch:
        return BackFiller(
            database=app.database,
            source=source,
            fetch=fetch,
            since=since,
            clock=app.now,
            holder=app.new_holder(),
            assemble=lambda: assemble_history(app, name, assembled),
            pause=pause,
            progress=progress,
            is_dead=app.is_dead,
        ).run(streams)


def planned_back_fill(app: App, name: str, since: date, streams: Sequence[str]) -> list[Planned]:
    """What back_fill would read. Raises NotFound."""
    with app.database.reading() as session:
        return planned(session, app.source(name), since, streams)


def take_up_history(app: App, name: str) -> None:
    """Make items of what a reading of the past had read before it was broken off."""
    with suppress(AlreadyRunning):
        take_up_left_over(
            app.database,
            name,
            lambda: assemble_history(app, name, lambda _: None),
            holder=app.new_holder(),
            now=app.now(),
        )


def assemble_history(app: App, name: str, progress: Callable[[AssembleResult], None]) -> None:
    """Assemble what only the reading of the past waits for."""
    assemble_items(
        app.database,
        app.source(name),
        app.router,
        app.announcer,
        clock=app.now,
        follow=lambda session, row, news, now: follow_publisher(session, app.desk, row, news, now),
        history=True,
        progress=progress,
    )


def expected(app: App) -> dict[str, Expected]:
    """What is expected of every enabled publisher."""
    return {
        name: Expected(every=config.every, brings=config.expects.expectation())
        for name, config in app.sources_config.all().items()
        if config.enabled
    }


def kind_of_day(app: App) -> KindOfDay:
    """Tells working and sitting days by the calendar of the network."""
    calendars = app.calendars

    def kind(day: date) -> DayKind:
        return DayKind(
            is_working=calendars.working.is_working_day(day), is_sitting=calendars.is_sitting_day(day)
        )

    return kind


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
