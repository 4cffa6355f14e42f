"""How good routing was lately, as far as corrections tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.dossier.rights import Right
from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.network import ThemeGroup
from g40flow.domain.routing.evaluation import Share
from g40flow.domain.routing.quality import CorrectedRoutings
from g40flow.storage.routing_figures import (
    RoutingFigures,
    WeekFigures,
    figures_per_group,
    figures_per_week,
    item_figures,
)
from g40flow.web.actor import needs
from g40flow.web.item_lines import group_named
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

DAYS = 90
WEEKS = 13
CHART_HEIGHT, BAR_WIDTH, BAR_STEP = 120, 28, 44
"""Of the chart, in its own units."""


@dataclass(frozen=True, kw_only=True)
class GroupQuality:
    """One theme group over the last days."""

    group: ThemeGroup
    figures: CorrectedRoutings


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One week in the chart. x: of its left side; right, corrected: heights from the bottom up.

    monday: Dutch date on which it begins.
    """

    week: WeekFigures
    monday: date
    x: int
    right: int
    corrected: int


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Everything on the page. judged: routed pairs of items that a person decided about.

    triaged: share of the items; None when there were none.
    """

    groups: Sequence[GroupQuality]
    overall: CorrectedRoutings
    judged: int
    items: int
    triaged: Share | None
    bars: Sequence[Bar]
    highest: int


@router.get("/routing/quality", dependencies=[needs(Right.READ_HISTORY)])
def quality(app: CurrentApp, pages: CurrentPages) -> HTMLResponse:
    """The last ninety days against corrections, and the trend per week."""
    with app.database.reading() as session:
        view = _quality(session, app)
    return pages.show("routing_quality.html", here="routing", view=view, days=DAYS)


def _quality(session: Session, app: App) -> Quality:
    now = app.now()
    since = dutch_instant(dutch_date(now) - timedelta(days=DAYS), time(0))
    figures = figures_per_group(session, since)
    items, triaged = item_figures(session, since)
    weeks = figures_per_week(session, _mondays(now))
    total = sum(figures.values(), RoutingFigures())
    return Quality(
        groups=_groups(app, figures),
        overall=_corrected(total),
        judged=total.judged,
        items=items,
        triaged=Share(triaged, items) if items else None,
        bars=_bars(weeks),
        highest=_highest(weeks),
    )


def _groups(app: App, figures: dict[str, RoutingFigures]) -> list[GroupQuality]:
    """Groups of the network in its order, then those that left it."""
    known = [group.slug for group in app.network.theme_groups]
    gone = sorted(set(figures) - set(known))
    return [
        GroupQuality(
            group=group_named(app.network, slug), figures=_corrected(figures.get(slug, RoutingFigures()))
        )
        for slug in (*known, *gone)
    ]


def _corrected(figures: RoutingFigures) -> CorrectedRoutings:
    return CorrectedRoutings(routed=figures.routed, taken_off=figures.taken_off, added=figures.added)


def _mondays(now: datetime) -> list[datetime]:
    """Midnight of the last Mondays, and of the next one, Dutch time."""
    today = dutch_date(now)
    monday = today - timedelta(days=today.weekday())
    return [dutch_instant(monday + timedelta(weeks=n), time(0)) for n in range(1 - WEEKS, 2)]


def _highest(weeks: Sequence[WeekFigures]) -> int:
    return max(week.routings.routed for week in weeks)


def _bars(weeks: Sequence[WeekFigures]) -> list[Bar]:
    scale = CHART_HEIGHT / max(1, _highest(weeks))
    return [
        Bar(
            week=week,
            monday=dutch_date(week.begins_at),
            x=n * BAR_STEP + (BAR_STEP - BAR_WIDTH) // 2,
            right=round((week.routings.routed - week.routings.taken_off) * scale),
            corrected=round(week.routings.taken_off * scale),
        )
        for n, week in enumerate(weeks)
    ]
