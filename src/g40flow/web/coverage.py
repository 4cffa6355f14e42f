"""The page that proves what was looked at on a day, and what about publishers still asks for a person."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from g40flow import jobs
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.instants import dutch_date
from g40flow.storage.coverage import last_check, open_gaps
from g40flow.storage.publishers import signals_to_look_at
from g40flow.use_cases.acknowledge_signal import LONGEST_NOTE, acknowledge_signal, reopen_signal
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

SIGNALS_SHOWN = 100
GAPS_SHOWN = 200
EARLIEST = date(2020, 1, 1)
"""Before this there was no program that could have looked."""


@router.get("/sources/coverage")
def coverage(
    app: CurrentApp,
    pages: CurrentPages,
    day: Annotated[str, Query(max_length=10)] = "",
    source: Annotated[str, Query(max_length=60)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
    problem: Annotated[str, Query(max_length=40)] = "",
    signal: Annotated[int, Query(ge=0)] = 0,
) -> HTMLResponse:
    """day: ISO date, today if left out or unreadable. source: to see every single look at it.

    done, problem, signal: what became of a form that was just sent.
    """
    today = dutch_date(app.now())
    shown = _day(day, today)
    followed = jobs.expected(app)
    if source and source not in followed:
        raise NotFound(f"no source {source!r}")
    proofs = jobs.prove_days(app, shown, shown, source=source)
    with app.database.reading() as session:
        gaps = [(name, gap) for name in followed for gap in open_gaps(session, name)]
        checks = {name: last_check(session, name) for name in followed}
        waiting, seen = signals_to_look_at(session, limit=SIGNALS_SHOWN)
    return pages.show(
        "coverage.html",
        here="sources",
        day=shown,
        is_today=shown == today,
        before=shown - timedelta(days=1) if shown > EARLIEST else None,
        after=shown + timedelta(days=1) if shown < today else None,
        earliest=EARLIEST,
        source=source,
        sources=list(followed),
        proofs=proofs,
        gaps=gaps[:GAPS_SHOWN],
        gap_count=len(gaps),
        uncompared=[name for name, check in checks.items() if check is None or check.error],
        waiting=waiting,
        seen=seen,
        longest_note=LONGEST_NOTE,
        done=done,
        problem=problem,
        problem_signal=signal,
    )


@router.post("/sources/signals/{signal_id}/acknowledge", dependencies=[needs(Right.REVIEW_SOURCES)])
def post_acknowledge(
    signal_id: int, app: CurrentApp, actor: CurrentActor, note: Annotated[str, Form(max_length=5000)] = ""
) -> RedirectResponse:
    """Say that a signal was looked at."""
    try:
        with app.database.writing() as session:
            acknowledge_signal(session, signal_id, note, actor=actor, now=app.now())
    except InvalidInput as wrong:
        address = f"/sources/coverage?problem={wrong.code}&signal={signal_id}#signaal-{signal_id}"
        return RedirectResponse(address, status_code=303)
    return RedirectResponse("/sources/coverage?done=acknowledged#signalen", status_code=303)


@router.post("/sources/signals/{signal_id}/reopen", dependencies=[needs(Right.REVIEW_SOURCES)])
def post_reopen(signal_id: int, app: CurrentApp, actor: CurrentActor) -> RedirectResponse:
    """Put a signal back on the list."""
    with app.database.writing() as session:
        reopen_signal(session, signal_id, actor=actor)
    return RedirectResponse("/sources/coverage?done=reopened#signalen", status_code=303)


def _day(given: str, today: date) -> date:
    try:
        return min(max(date.fromisoformat(given), EARLIEST), today)
    except ValueError:
        return today
