"""What waits for one person, as lines for the Home tab and the slash command."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.workflow import AT_THE_BOARD
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Role
from g40flow.render.slack_views import SlackViews
from g40flow.storage.access import names_of_people
from g40flow.storage.decisions import open_round_of, round_by_id
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.items import ItemSearch, search_items
from g40flow.storage.preferences import absences_of
from g40flow.use_cases.decisions.ending import is_extensible
from g40flow.use_cases.dossier.work import Asked, Waiting, work_of

SHOWN = 10
"""Lines of the Home tab; a tab has at most 100 blocks."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that waits.

    asks: what for, a word of Asked, a stage, or "triage" for items to be judged. until: Dutch day.
    scope: name of the group, city, partner or member it is asked for. count: of items.
    preparation: what must be ready for a moment, a word of Preparation; "" for the others.
    value: what the button of this line carries; "" if it has none. extensible: "<id>:<hash>" of the round
    of the board that the reader can let end later; "" if there is none.
    """

    asks: str
    title: str
    url: str
    number: str = ""
    stage: str = ""
    scope: str = ""
    until: date | None = None
    working_days_left: int | None = None
    urgent: bool = False
    count: int = 0
    preparation: str = ""
    value: str = ""
    extensible: str = ""


def waiting_lines(app: App, session: Session, actor: Actor, now: datetime) -> list[Line]:
    """Everything that waits for somebody, what is due first at the top."""
    portal = app.settings.portal_url.rstrip("/")
    lines = [_line(app, session, portal, waiting, now) for waiting in work_of(session, app.desk, actor, now)]
    if Role.PA_OFFICER in roles_of(actor):
        _, total = search_items(session, ItemSearch(triage=True, open_on=dutch_date(now), limit=1))
        if total:
            lines.append(Line(asks="triage", title="", url=f"{portal}/items?triage=on", count=total))
    return lines


def home_view(app: App, views: SlackViews, session: Session, actor: Actor, now: datetime) -> dict[str, Json]:
    """The Home tab of one person."""
    lines = waiting_lines(app, session, actor, now)
    return views.home(
        {
            "name": actor.name,
            "away": _away(app, session, actor, now),
            "lines": lines[:SHOWN],
            "more": max(0, len(lines) - SHOWN),
            "portal": app.settings.portal_url.rstrip("/"),
            "today": dutch_date(now),
        }
    )


def _away(app: App, session: Session, actor: Actor, now: datetime) -> dict[str, object] | None:
    """That somebody is away today, and who stands in; None who is not."""
    found = absences_of(session, actor.person, now)
    row = next((row for row in found if row.from_on <= dutch_date(now)), None)
    if row is None:
        return None
    names = names_of_people(session, app.network) if row.deputy else {}
    return {"id": row.id, "until_on": row.until_on, "deputy": names.get(row.deputy, row.deputy)}


def _line(app: App, session: Session, portal: str, waiting: Waiting, now: datetime) -> Line:
    return Line(
        asks=waiting.asked,
        title=waiting.title,
        url=f"{portal}/{_page(waiting)}",
        number=waiting.number,
        stage="" if waiting.stage is None else waiting.stage.value,
        scope=_name(app, waiting.scope),
        until=waiting.until,
        working_days_left=waiting.working_days_left,
        urgent=waiting.urgent,
        preparation=waiting.preparation,
        value=_value(session, waiting),
        extensible=_extensible(session, waiting, now),
    )


def _extensible(session: Session, waiting: Waiting, now: datetime) -> str:
    """At the board it is the move of its secretary, who may give a round more time."""
    if waiting.asked not in AT_THE_BOARD or (round_ := open_round_of(session, waiting.dossier_id)) is None:
        return ""
    dossier = session.get_one(Dossier, waiting.dossier_id)
    return f"{round_.id}:{round_.version_hash}" if is_extensible(session, dossier, round_, now) else ""


def _page(waiting: Waiting) -> str:
    if waiting.path:
        return waiting.path.lstrip("/")
    if waiting.asked == Asked.DECIDE:
        return f"board/{waiting.subject_id}"
    if waiting.asked == Asked.TOUCHPOINT_FOLLOW_UP:
        return f"contacten/{waiting.subject_id}"
    return f"dossiers/{waiting.dossier_id}"


def _value(session: Session, waiting: Waiting) -> str:
    """What a click on the line needs to know, see the buttons of the cards."""
    match waiting.asked:
        case Asked.DECIDE:
            assert waiting.subject_id is not None
            round_ = round_by_id(session, waiting.subject_id)
            if round_.form == "meeting":
                return ""
            member = f":{waiting.scope}" if waiting.scope else ""
            return f"{round_.id}:{round_.version_hash}{member}"
        case Asked.ANSWER_CALL:
            return f"{waiting.subject_id}:{waiting.scope}"
        case Asked.SIGN | Asked.RATIFY | Asked.TOUCHPOINT_FOLLOW_UP | Asked.CONFIRM_OUTCOMES:
            return ""
        case Asked.PREPARE_HOOK:
            return f"{waiting.dossier_id}:{waiting.subject_id}:{waiting.preparation}"
        case Asked.ANSWER_FOR_GROUP:
            return f"{waiting.dossier_id}:0:{waiting.scope}"
        case _:
            return f"{waiting.dossier_id}:0:"


def _name(app: App, slug: str) -> str:
    """The name of a group, city or person; the slug itself for what is none of them."""
    network = app.network
    names = {group.slug: group.name for group in network.theme_groups}
    names |= {city.slug: city.name for city in network.cities}
    names |= {person.slug: person.name for person in network.people}
    return names.get(slug, slug)
