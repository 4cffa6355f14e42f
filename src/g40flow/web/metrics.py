"""/metrics in the text form of Prometheus. No names, no texts: only counts, ages and sizes."""

import hmac
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from g40flow.bootstrap import App
from g40flow.domain.errors import ConfigError
from g40flow.storage import schema_version
from g40flow.storage.figures import Figures, figures
from g40flow.web.guard import LOOPBACK
from g40flow.web.wiring import CurrentApp

router = APIRouter()

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/metrics")
def metrics(app: CurrentApp, request: Request) -> PlainTextResponse:
    """For a Prometheus on this machine, or one that shows G40FLOW_METRICS_TOKEN."""
    if not may_read(app, request):
        return PlainTextResponse("for this machine, or with the token of the settings\n", status_code=403)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Program(app))
    return PlainTextResponse(generate_latest(registry), media_type=CONTENT_TYPE)


def may_read(app: App, request: Request) -> bool:
    """Who asks through a proxy does not ask from this machine, though the proxy does."""
    token = app.settings.metrics_token
    shown = request.headers.get("authorization", "")
    if token is not None and hmac.compare_digest(
        shown.encode("utf-8", "replace"), f"Bearer {token.get_secret_value()}".encode()
    ):
        return True
    is_passed_on = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers.keys())
    client = request.client.host if request.client is not None else ""
    return not is_passed_on and client in LOOPBACK


class _Program(Collector):
    """Asks the database once for every scrape."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterable[Metric]:
        """Every figure; of a database that is away only that."""
        yield _labelled("g40flow_build_info", "Version of the program.", "version", {version("g40flow"): 1})
        began = time.perf_counter()
        try:
            is_current = schema_version.is_current(self._app.database)
            now = self._app.now()
            found = self._figures(now) if is_current else None
        except (ConfigError, SQLAlchemyError):
            yield _plain("g40flow_database_up", "Whether the database can be used.", 0)
            return
        yield _plain("g40flow_database_up", "Whether the database can be used.", 1)
        yield _plain(
            "g40flow_database_current", "Whether its schema is that of this program.", int(is_current)
        )
        yield _plain(
            "g40flow_database_seconds",
            "Time that all questions of this scrape took.",
            time.perf_counter() - began,
        )
        if found is not None:
            yield from _of_sources(self._app, found, now)
            yield from _of_work(found, now)

    def _figures(self, now: datetime) -> Figures:
        with self._app.database.reading() as session:
            return figures(session, now)


def _of_sources(app: App, found: Figures, now: datetime) -> Iterator[Metric]:
    configs = app.sources_config.all()
    enabled = {name: int(config.enabled) for name, config in configs.items()}
    rhythm = {name: config.every.total_seconds() for name, config in configs.items()}
    yield _per_source("g40flow_source_enabled", "Whether the source is followed.", enabled)
    yield _per_source("g40flow_source_interval_seconds", "Time between two looks.", rhythm)
    yield _per_source(
        "g40flow_source_last_success_age_seconds",
        "Since the last look in which every part was read to its end.",
        {name: (now - at).total_seconds() for name, at in found.last_success_at.items()},
    )
    yield _per_source(
        "g40flow_source_last_look_age_seconds",
        "Since the last look, whatever became of it.",
        {name: (now - at).total_seconds() for name, at in found.last_look_at.items()},
    )
    yield _per_source("g40flow_source_items", "Items that are kept.", dict.fromkeys(configs, 0) | found.items)
    yield _per_source(
        "g40flow_source_open_gaps",
        "What the publisher shows and we lack.",
        dict.fromkeys(configs, 0) | found.gaps,
    )
    yield _per_source(
        "g40flow_source_streams_in_trouble",
        "Parts that cannot be read now.",
        dict.fromkeys(configs, 0) | found.streams_in_trouble,
    )


def _of_work(found: Figures, now: datetime) -> Iterator[Metric]:
    yield _labelled("g40flow_outbox_messages", "Messages by state.", "state", found.outbox)
    oldest = 0.0 if found.oldest_due_at is None else (now - found.oldest_due_at).total_seconds()
    yield _plain(
        "g40flow_outbox_oldest_due_age_seconds", "How long the longest waiting message is overdue.", oldest
    )
    yield _plain("g40flow_items_waiting", "Items that wait to be assembled.", found.items_waiting)
    yield _plain("g40flow_rounds_open", "Rounds of decisions that are open.", found.open_rounds)
    yield _plain(
        "g40flow_signals_to_look_at", "Oddities that nobody ticked off yet.", found.signals_to_look_at
    )
    if found.database_bytes is not None:
        yield _plain("g40flow_database_bytes", "Size of the database.", found.database_bytes)


def _plain(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, value=value)


def _per_source(name: str, help_: str, values: "dict[str, int] | dict[str, float]") -> GaugeMetricFamily:
    return _labelled(name, help_, "source", values)


def _labelled(
    name: str, help_: str, label: str, values: "dict[str, int] | dict[str, float]"
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family
