"""For machines: whether the portal and what it shows can be relied on."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from g40flow.bootstrap import App
from g40flow.domain.errors import ConfigError
from g40flow.storage import schema_version
from g40flow.storage.figures import oldest_due
from g40flow.storage.messages import count_overdue, messages_per_state
from g40flow.storage.tables import MessageState
from g40flow.web.source_state import SourceStanding, SourceState, source_states
from g40flow.web.wiring import CurrentApp

router = APIRouter()

OVERDUE = timedelta(minutes=15)
"""The outbox is worked off every minute; a message that is due for longer waits for something else."""


@router.get("/healthz")
def healthz(app: CurrentApp) -> JSONResponse:
    """200 with "ok" or "trouble" (a publisher or a message); 503 when the database cannot be used."""
    try:
        is_current = schema_version.is_current(app.database)
        report = _report(app) if is_current else {"status": "database_version"}
    except (ConfigError, SQLAlchemyError):
        is_current, report = False, {"status": "database_unreachable"}
    return JSONResponse(report, status_code=200 if is_current else 503)


@router.get("/health/live")
def live() -> JSONResponse:
    """200 as long as this process answers: a monitor that restarts it asks nothing more."""
    return JSONResponse({"status": "ok"})


@router.get("/health/ready")
def ready(app: CurrentApp) -> JSONResponse:
    """200 when pages can be shown: the database is there and has the version of this program; else 503."""
    checks = _database_checks(app)
    return _answer(checks)


@router.get("/health/work")
def work(app: CurrentApp) -> JSONResponse:
    """200 when the work goes on: looks at publishers and messages are not overdue; else 503."""
    checks = _database_checks(app)
    if all(check["ok"] for check in checks.values()):
        now = app.now()
        with app.database.reading() as session:
            states = source_states(session, app)
            oldest = oldest_due(session, now)
        late = [state.name for state in states if state.standing is SourceStanding.LATE]
        waits = timedelta(0) if oldest is None else now - oldest
        checks["looks"] = {"ok": not late, "late": late}
        checks["messages"] = {"ok": waits < OVERDUE, "oldest_due_seconds": int(waits.total_seconds())}
    return _answer(checks)


Checks = dict[str, dict[str, Any]]


def _database_checks(app: App) -> Checks:
    try:
        found = schema_version.version(app.database)
    except (ConfigError, SQLAlchemyError):
        return {"database": {"ok": False}}
    wanted = schema_version.newest_version()
    return {
        "database": {"ok": True},
        "migrations": {"ok": found == wanted, "version": found, "wanted": wanted},
    }


def _answer(checks: Checks) -> JSONResponse:
    is_well = all(check["ok"] for check in checks.values())
    report = {"status": "ok" if is_well else "trouble", "checks": checks}
    return JSONResponse(report, status_code=200 if is_well else 503)


def _report(app: App) -> dict[str, Any]:
    now = app.now()
    with app.database.reading() as session:
        states = source_states(session, app)
        failed = messages_per_state(session).get(MessageState.FAILED, 0)
        overdue = count_overdue(session, now)
    well = failed == 0 and all(
        state.standing in (SourceStanding.FINE, SourceStanding.OFF) for state in states
    )
    return {
        "status": "ok" if well else "trouble",
        "at": now.isoformat(),
        "sources": {state.name: _source(state) for state in states},
        "messages": {"failed": failed, "overdue": overdue},
    }


def _source(state: SourceState) -> dict[str, Any]:
    run = state.last_run
    return {
        "standing": state.standing.value,
        "last_run_at": None if run is None else run.started_at.isoformat(),
        "read_to_end_at": _iso(state.read_to_end_at),
        "newest_entry_at": _iso(state.newest_entry_at),
        "streams_in_trouble": [stream.stream for stream in state.troubled],
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
