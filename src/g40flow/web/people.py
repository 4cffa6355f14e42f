"""Who is who: people, their roles and deputies, where they are signed in, and tokens for programs."""

import dataclasses
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Person, Role, RoleHolding
from g40flow.domain.outside_text import one_line, whole_number
from g40flow.storage.access import (
    HeldRole,
    api_tokens,
    deactivations,
    everybody,
    roles_held,
    sessions_of,
    slack_link_of,
)
from g40flow.storage.access_tables import ApiToken, Deactivation, SlackLink, WebSession
from g40flow.storage.dossier_tables import HistoryEntry
from g40flow.storage.history import NETWORK, latest_of
from g40flow.use_cases.access.people import (
    RoleRequest,
    add_person,
    deactivate,
    end_role,
    grant_role,
    name_deputy,
    reactivate,
    sign_out_everywhere,
    unlink_slack,
)
from g40flow.use_cases.access.tokens import create_token, is_valid, revoke_token
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.forms import see_other, typed_day
from g40flow.web.pages import Pages
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/admin", dependencies=[needs(Right.MANAGE_PEOPLE)])

PER_PAGE = 50
TOKEN_DAYS = 180
CHANGES = 12
CHANGES_LOOKED_AT = 500
"""Of the whole network, for those that concern one person."""

Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,80}$")]
Text = Annotated[str, Form(max_length=300)]
Word = Annotated[str, Query(max_length=100)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refused:
    """A form that was refused. form: which one; code, field: of InvalidInput; values: as filled in."""

    form: str
    code: str
    field: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PersonPage:
    """Everything shown of one person. configured: in config/people.yaml, so that it is changed there."""

    person: Person
    roles: list[HeldRole]
    deputies: list[tuple[Person, RoleHolding]]
    sessions: list[WebSession]
    tokens: list[ApiToken]
    slack_link: SlackLink | None
    deactivation: Deactivation | None
    configured: bool
    changes: list[HistoryEntry]


# --- pages --------------------------------------------------------------------------------------


@router.get("/people")
def people(
    app: CurrentApp,
    pages: CurrentPages,
    q: Word = "",
    role: Word = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    done: Word = "",
) -> HTMLResponse:
    """Everybody, with search by name, mail address or what a role is held for. done: what was just done."""
    return _show_people(app, pages, q=one_line(q), role=role, page=page, done=done)


@router.get("/people/{slug}")
def person(slug: Slug, app: CurrentApp, pages: CurrentPages, done: Word = "") -> HTMLResponse:
    """One person. done: what was just done, for the confirmation."""
    return _show_person(app, pages, slug, done=done)


# --- people -------------------------------------------------------------------------------------


@router.post("/people")
def post_person(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    name: Text = "",
    email: Text = "",
    city: Text = "",
) -> Response:
    """Add somebody."""
    try:
        with app.database.writing() as session:
            added = add_person(
                session, app.network, name=name, email=email, city=city, actor=actor, now=app.now()
            )
    except InvalidInput as wrong:
        values = {"name": name, "email": email, "city": city}
        refused = Refused(form="person", code=wrong.code, field=wrong.field, values=values)
        return _show_people(app, pages, refused=refused)
    return see_other(f"/admin/people/{added.slug}?done=added#melding")


@router.post("/people/{slug}/deactivate")
def post_deactivate(slug: Slug, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Let somebody come in no more."""
    return _do(app, pages, slug, "deactivate", lambda s: deactivate(s, app.network, slug, **_by(app, actor)))


@router.post("/people/{slug}/reactivate")
def post_reactivate(slug: Slug, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Let somebody come in again."""
    return _do(app, pages, slug, "reactivate", lambda s: reactivate(s, app.network, slug, **_by(app, actor)))


@router.post("/people/{slug}/sign-out")
def post_sign_out(slug: Slug, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Sign somebody out everywhere."""
    return _do(
        app, pages, slug, "sign_out", lambda s: sign_out_everywhere(s, app.network, slug, **_by(app, actor))
    )


@router.post("/people/{slug}/unlink-slack")
def post_unlink_slack(slug: Slug, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> Response:
    """Forget which Slack user somebody is."""
    return _do(app, pages, slug, "unlink", lambda s: unlink_slack(s, app.network, slug, **_by(app, actor)))


# --- roles --------------------------------------------------------------------------------------


@router.post("/people/{slug}/roles")
def post_role(
    slug: Slug,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    role: Text = "",
    scope: Text = "",
    from_on: Text = "",
    until_on: Text = "",
) -> Response:
    """Give somebody a role."""
    values = {"role": role, "scope": scope, "from_on": from_on, "until_on": until_on}

    def grant(session: Session) -> None:
        wanted = _role_request(slug, values)
        grant_role(session, app.network, wanted, **_by(app, actor))

    return _do(app, pages, slug, "role", grant, values)


@router.post("/people/{slug}/deputies")
def post_deputy(
    slug: Slug,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    deputy: Text = "",
    holding: Text = "",
    from_on: Text = "",
    until_on: Text = "",
) -> Response:
    """Let somebody else stand in for a role of this person. holding: "role scope" as the page offers."""
    role, _, scope = holding.partition(" ")
    values = {"role": role, "scope": scope, "from_on": from_on, "until_on": until_on, "deputy": deputy}

    def name(session: Session) -> None:
        wanted = _role_request(deputy, values, deputy_of=slug)
        name_deputy(session, app.network, wanted, **_by(app, actor))

    return _do(app, pages, slug, "deputy", name, values)


@router.post("/people/{slug}/roles/end")
def post_end_role(
    slug: Slug,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    role: Text = "",
    scope: Text = "",
    from_on: Text = "",
    until_on: Text = "",
    deputy_of: Text = "",
    back: Annotated[str, Form(pattern=r"^[a-z0-9-]{0,80}$")] = "",
) -> Response:
    """End a role at once. back: the person on whose page the form stood, if another."""
    values = {"role": role, "scope": scope, "from_on": from_on, "until_on": until_on}

    def end(session: Session) -> None:
        wanted = _role_request(slug, values, deputy_of=deputy_of)
        end_role(session, app.network, slug, wanted.holding, **_by(app, actor))

    return _do(app, pages, back or slug, "end", end)


# --- tokens -------------------------------------------------------------------------------------


@router.post("/people/{slug}/tokens", dependencies=[needs(Right.MANAGE_TOKENS)])
def post_token(
    slug: Slug,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    name: Text = "",
    days: Text = str(TOKEN_DAYS),
    may_write: Annotated[bool, Form()] = False,
) -> Response:
    """Make a token; the answer is the only page that ever shows it."""
    try:
        with app.database.writing() as session:
            number = whole_number(days) or 0
            token, secret = create_token(
                session, app.network, slug, name=name, may_write=may_write, days=number, **_by(app, actor)
            )
    except InvalidInput as wrong:
        values = {"name": name, "days": days, "may_write": "1" if may_write else ""}
        refused = Refused(form="token", code=wrong.code, field=wrong.field, values=values)
        return _show_person(app, pages, slug, refused=refused)
    return pages.show("token.html", here="people", token=token, secret=secret, slug=slug)


@router.post("/tokens/{token_id}/revoke", dependencies=[needs(Right.MANAGE_TOKENS)])
def post_revoke(
    token_id: Annotated[int, Path(ge=1, le=2**62)], app: CurrentApp, actor: CurrentActor
) -> Response:
    """Let a token work no more."""
    with app.database.writing() as session:
        token = revoke_token(session, token_id, **_by(app, actor))
    return see_other(f"/admin/people/{token.person}?done=revoked#melding")


# --- how ----------------------------------------------------------------------------------------


def _by(app: App, actor: Actor) -> dict[str, Any]:
    return {"actor": actor, "now": app.now()}


def _do(
    app: App,
    pages: Pages,
    slug: str,
    form: str,
    act: Callable[[Session], object],
    values: Mapping[str, str] | None = None,
) -> Response:
    """Do one thing with somebody; what was refused is shown on the page, as it was filled in."""
    try:
        with app.database.writing() as session:
            act(session)
    except InvalidInput as wrong:
        refused = Refused(form=form, code=wrong.code, field=wrong.field, values=values or {})
        return _show_person(app, pages, slug, refused=refused)
    return see_other(f"/admin/people/{slug}?done={form}#melding")


def _role_request(person: str, values: Mapping[str, str], *, deputy_of: str = "") -> RoleRequest:
    """Raises InvalidInput for what is no role or no day."""
    if values["role"] not in set(Role):
        raise InvalidInput("missing", f"no role {values['role']!r}", field="role")
    days = {name: one_line(values[name]) for name in ("from_on", "until_on")}
    for name, typed in days.items():
        if typed and typed_day(typed) is None:
            raise InvalidInput("day", f"{typed!r} is no day", field=name)
    return RoleRequest(
        person=person,
        role=Role(values["role"]),
        scope=values["scope"],
        from_on=typed_day(days["from_on"]),
        until_on=typed_day(days["until_on"]),
        deputy_of=deputy_of,
    )


def _show_people(
    app: App,
    pages: Pages,
    *,
    q: str = "",
    role: str = "",
    page: int = 1,
    done: str = "",
    refused: Refused | None = None,
) -> HTMLResponse:
    paging = Paging(number=page, size=PER_PAGE)
    with app.database.reading() as session:
        gone = deactivations(session)
        changes = latest_of(session, NETWORK, CHANGES)
        found = [p for p in everybody(session, app.network) if _matches(app, p, q.casefold(), role)]
    found.sort(key=lambda person: (person.slug in gone, person.name.casefold()))
    return pages.show(
        "people.html",
        status=422 if refused else 200,
        here="people",
        rows=found[paging.offset : paging.offset + paging.size],
        paging=paging.of(len(found)),
        gone=gone,
        changes=changes,
        filters={"q": q, "role": role},
        roles=[known.value for known in Role],
        day=dutch_date(app.now()),
        done=done,
        refused=refused,
    )


def _matches(app: App, person: Person, text: str, role: str) -> bool:
    if role and all(held.role != role for held in person.roles):
        return False
    scopes = " ".join(app.network.scope_name(held.scope) for held in person.roles if held.scope)
    city = app.network.scope_name(person.city) if person.city else ""
    return text in f"{person.name} {person.email} {scopes} {city}".casefold()


def _show_person(
    app: App, pages: Pages, slug: str, *, done: str = "", refused: Refused | None = None
) -> HTMLResponse:
    with app.database.reading() as session:
        known = everybody(session, app.network)
        gone = deactivations(session)
        view = _person_page(session, app, slug, known, gone.get(slug))
    now = app.now()
    return pages.show(
        "person.html",
        status=422 if refused else 200,
        here="people",
        view=view,
        others=sorted(
            (p for p in known if p.slug != slug and p.slug not in gone), key=lambda p: p.name.casefold()
        ),
        roles=[role.value for role in Role],
        day=dutch_date(now),
        working=[token.id for token in view.tokens if is_valid(token, now)],
        token_days=TOKEN_DAYS,
        done=done,
        refused=refused,
    )


def _changes_about(session: Session, slug: str) -> list[HistoryEntry]:
    latest = latest_of(session, NETWORK, CHANGES_LOOKED_AT)
    about = (
        e for e in latest if slug in (e.facts.get("person"), e.facts.get("for"), e.facts.get("deputy_of"))
    )
    return list(islice(about, CHANGES))


def _person_page(
    session: Session, app: App, slug: str, known: tuple[Person, ...], deactivation: Deactivation | None
) -> PersonPage:
    found = next((person for person in known if person.slug == slug), None)
    if found is None:
        raise NotFound(f"no person {slug!r}")
    now = app.now()
    return PersonPage(
        person=found,
        roles=roles_held(session, app.network, slug),
        deputies=[(p, held) for p in known for held in p.roles if held.deputy_of == slug],
        sessions=list(sessions_of(session, slug, seen_after=now - app.access.session_idle, now=now)),
        tokens=list(api_tokens(session, slug)),
        slack_link=slack_link_of(session, slug),
        deactivation=deactivation,
        configured=any(person.slug == slug for person in app.network.people),
        changes=_changes_about(session, slug),
    )
