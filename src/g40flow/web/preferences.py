"""How one hears things: a person's own choices, or those of another for who looks after people."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import time
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Person, ThemeGroup
from g40flow.domain.preferences import TOPICS, Explanations, Pace, Preferences, QuietHours, Topic
from g40flow.storage.access import effective_people, effective_person
from g40flow.storage.preference_tables import AbsenceRow
from g40flow.storage.preferences import absences_of, choices_of, preferences_of
from g40flow.use_cases.preferences.absence import AbsenceRequest, be_away, be_back
from g40flow.use_cases.preferences.change import Choice, PreferenceChange, change_preferences
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.forms import see_other, typed_day
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()
MANAGE = [needs(Right.MANAGE_PEOPLE)]

Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,80}$")]
Number = Annotated[int, Path(ge=1, le=2**62)]
Done = Annotated[str, Query(max_length=20)]
FormFields = Mapping[str, list[str]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refused:
    """A form that was refused. form: which one; code, field: of InvalidInput; values: as filled in."""

    form: str
    code: str
    field: str = ""
    values: FormFields = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PreferencesPage:
    """Everything that is shown of one person's choices.

    address: of the page, under which its forms are sent. is_own: the reader is the person.
    groups: those of the person, and those with a choice of their own. other_groups: of which one can read
    the news as well.
    """

    person: Person
    address: str
    is_own: bool
    chosen: Preferences
    groups: list[ThemeGroup]
    other_groups: list[ThemeGroup]
    absences: list[AbsenceRow]
    others: list[Person]


async def _fields(request: Request) -> dict[str, list[str]]:
    """The fields of a form; files do not count."""
    found: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


Fields = Annotated[dict[str, list[str]], Depends(_fields)]


# --- one's own ----------------------------------------------------------------------------------


@router.get("/voorkeuren")
def own(app: CurrentApp, pages: CurrentPages, actor: CurrentActor, done: Done = "") -> HTMLResponse:
    """One's own choices. done: what was just done."""
    return _show(app, pages, actor, actor.person, done=done)


@router.post("/voorkeuren")
def post_own(fields: Fields, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Keep one's own choices."""
    return _keep(app, pages, actor, actor.person, fields)


@router.post("/voorkeuren/afwezig")
def post_away(fields: Fields, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Note that one will be away."""
    return _away(app, pages, actor, actor.person, fields)


@router.post("/voorkeuren/afwezig/{absence_id}/terug")
def post_back(absence_id: Number, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """End one's own absence."""
    return _back(app, pages, actor, actor.person, absence_id)


# --- another's ----------------------------------------------------------------------------------


@router.get("/admin/people/{slug}/voorkeuren", dependencies=MANAGE)
def anothers(
    slug: Slug, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, done: Done = ""
) -> HTMLResponse:
    """The choices of somebody else."""
    return _show(app, pages, actor, slug, done=done)


@router.post("/admin/people/{slug}/voorkeuren", dependencies=MANAGE)
def post_anothers(
    slug: Slug, fields: Fields, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Keep choices on behalf of somebody; the history says by whom."""
    return _keep(app, pages, actor, slug, fields)


@router.post("/admin/people/{slug}/voorkeuren/afwezig", dependencies=MANAGE)
def post_another_away(
    slug: Slug, fields: Fields, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Note that somebody will be away."""
    return _away(app, pages, actor, slug, fields)


@router.post("/admin/people/{slug}/voorkeuren/afwezig/{absence_id}/terug", dependencies=MANAGE)
def post_another_back(
    slug: Slug, absence_id: Number, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """End somebody's absence."""
    return _back(app, pages, actor, slug, absence_id)


# --- both ---------------------------------------------------------------------------------------


def _keep(app: App, pages: Pages, actor: Actor, person: str, fields: FormFields) -> Response:
    def keep(session: Session) -> None:
        change = _read_change(fields)
        change_preferences(session, app.network, person, change, actor=actor, now=app.now())

    return _do(app, pages, actor, person, fields, "choices", keep, done="saved")


def _away(app: App, pages: Pages, actor: Actor, person: str, fields: FormFields) -> Response:
    def note(session: Session) -> None:
        wanted = _read_absence(fields)
        be_away(session, app.network, app.calendars, person, wanted, actor=actor, now=app.now())

    return _do(app, pages, actor, person, fields, "absence", note, done="away")


def _back(app: App, pages: Pages, actor: Actor, person: str, absence_id: int) -> Response:
    def end(session: Session) -> None:
        if all(row.id != absence_id for row in absences_of(session, person, app.now())):
            raise NotFound(f"{person} has no absence {absence_id}")
        be_back(session, app.network, app.calendars, absence_id, actor=actor, now=app.now())

    return _do(app, pages, actor, person, {}, "absence", end, done="back")


def _do(
    app: App,
    pages: Pages,
    actor: Actor,
    person: str,
    fields: FormFields,
    form: str,
    act: Callable[[Session], None],
    *,
    done: str,
) -> Response:
    try:
        with app.database.writing() as session:
            act(session)
    except InvalidInput as wrong:
        refused = Refused(form=form, code=wrong.code, field=wrong.field, values=fields)
        return _show(app, pages, actor, person, refused=refused)
    return see_other(f"{_address(actor, person)}?done={done}#melding")


def _read_change(fields: FormFields) -> PreferenceChange:
    """What was chosen: "pace.<topic>" for all groups, "pace.<topic>.<group>" for one of them.

    Raises InvalidInput for what nobody can fill in.
    """
    paces: dict[Choice, Pace | None] = {}
    for name, values in fields.items():
        prefix, _, rest = name.partition(".")
        topic, _, group = rest.partition(".")
        if prefix == "pace":
            if topic not in set(Topic) or values[0] not in {"", *Pace}:
                raise InvalidInput("choice", f"found {name[:40]!r}={values[0][:40]!r}")
            paces[Topic(topic), group] = Pace(values[0]) if values[0] else None
    return PreferenceChange(paces=paces, quiet=_read_quiet(fields), explanations=_read_explanations(fields))


def _read_explanations(fields: FormFields) -> Explanations | None:
    chosen = _first(fields, "explanations")
    return Explanations(chosen) if chosen in set(Explanations) else None


def _read_quiet(fields: FormFields) -> QuietHours:
    begins, ends = (_clock(fields, name) for name in ("quiet_from", "quiet_until"))
    days = fields.get("quiet_day", [])
    if not set(days) <= set("0123456"):
        raise InvalidInput("days", f"found the days {days[:8]}", field="quiet_day")
    if len(set(days)) == 7:
        raise InvalidInput("all_days", "every day is quiet", field="quiet_day")
    if (begins is None) != (ends is None):
        missing = "quiet_from" if begins is None else "quiet_until"
        raise InvalidInput("both", "one of two times", field=missing)
    if begins is not None and begins == ends:
        raise InvalidInput("same", "quiet from and until the same time", field="quiet_until")
    return QuietHours(from_clock=begins, until_clock=ends, weekdays=frozenset(int(day) for day in days))


def _clock(fields: FormFields, name: str) -> time | None:
    typed = _first(fields, name).replace(".", ":").strip()
    if not typed:
        return None
    hours, _, minutes = typed.partition(":")
    parts = (hours, minutes or "0")
    if not all(part.isascii() and part.isdecimal() and len(part) < 3 for part in parts):
        raise InvalidInput("clock", f"no time: {typed[:20]!r}", field=name)
    hour, minute = int(parts[0]), int(parts[1])
    if hour > 23 or minute > 59:
        raise InvalidInput("clock", f"no time: {typed[:20]!r}", field=name)
    return time(hour, minute)


def _read_absence(fields: FormFields) -> AbsenceRequest:
    from_on, until_on = (typed_day(_first(fields, name).strip()) for name in ("from_on", "until_on"))
    if from_on is None:
        raise InvalidInput("day", "no first day", field="from_on")
    if until_on is None:
        raise InvalidInput("day", "no last day", field="until_on")
    return AbsenceRequest(from_on=from_on, until_on=until_on, deputy=_first(fields, "deputy"))


def _first(fields: FormFields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _address(actor: Actor, person: str) -> str:
    return "/voorkeuren" if actor.person == person else f"/admin/people/{person}/voorkeuren"


def _show(
    app: App, pages: Pages, actor: Actor, slug: str, *, done: str = "", refused: Refused | None = None
) -> HTMLResponse:
    with app.database.reading() as session:
        view = _page(app, session, actor, slug)
    return pages.show(
        "preferences.html",
        status=422 if refused else 200,
        here="account" if view.is_own else "people",
        view=view,
        rules=TOPICS,
        fixed=[topic for topic, rule in TOPICS.items() if rule.is_fixed],
        free=[topic for topic, rule in TOPICS.items() if not rule.is_fixed],
        of_groups=[topic for topic, rule in TOPICS.items() if rule.of_group],
        columns=list(Pace),
        done=done,
        refused=refused,
    )


def _page(app: App, session: Session, actor: Actor, slug: str) -> PreferencesPage:
    person, now = effective_person(session, app.network, slug), app.now()
    if person is None:
        raise NotFound(f"er is geen persoon {slug!r}")
    today = dutch_date(now)
    own_scopes = {held.scope for held in person.roles if held.is_held_on(today)}
    chosen_scopes = {row.theme_group for row in choices_of(session, slug)}
    people = effective_people(session, app.network)
    own = own_scopes | chosen_scopes
    return PreferencesPage(
        person=person,
        address=_address(actor, slug),
        is_own=actor.person == slug,
        chosen=preferences_of(session, slug, now),
        groups=[g for g in app.network.theme_groups if g.slug in own],
        other_groups=[g for g in app.network.theme_groups if g.slug not in own],
        absences=list(absences_of(session, slug, now)),
        others=sorted((p for p in people if p.slug != slug), key=lambda p: p.name.casefold()),
    )
