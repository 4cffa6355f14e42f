"""What waits for one person, as lines for the Home tab and the slash command."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Role
from g40flow.render.slack_views import SlackViews
from g40flow.storage.items import ItemSearch, search_items

SHOWN = 10
"""Lines of the Home tab; a tab has at most 100 blocks."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that waits. asks: what for, a word of templates/slack/_asks.jinja. until: Dutch day.

    count: how many, for what is gathered in one line; 0 otherwise.
    """

    asks: str
    title: str
    url: str
    number: str = ""
    stage: str = ""
    until: date | None = None
    count: int = 0


def waiting_lines(app: App, session: Session, actor: Actor, now: datetime) -> list[Line]:
    """Everything that waits for somebody, most urgent first."""
    portal = app.settings.portal_url.rstrip("/")
    lines: list[Line] = []
    if Role.PA_OFFICER in roles_of(actor):
        search = ItemSearch(triage=True, open_on=dutch_date(now), limit=1)
        _, total = search_items(session, search)
        if total:
            lines.append(Line(asks="triage", title="", url=f"{portal}/items?triage=on", count=total))
    return sorted(lines, key=lambda line: line.until or date.max)


def home_view(app: App, views: SlackViews, session: Session, actor: Actor, now: datetime) -> dict[str, Json]:
    """The Home tab of one person."""
    lines = waiting_lines(app, session, actor, now)
    return views.home(
        {
            "name": actor.name,
            "lines": lines[:SHOWN],
            "more": max(0, len(lines) - SHOWN),
            "portal": app.settings.portal_url.rstrip("/"),
            "today": dutch_date(now),
        }
    )
