"""What campaigns keep of a person: found, handed out and erased on request."""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput
from g40flow.storage.access import effective_people
from g40flow.use_cases.campaigns.personal_data import Kept, Whom, erase_person, export_person, find_person
from g40flow.use_cases.messages_about_campaigns import counterpart_of, stakeholder_name
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/admin/persoonsgegevens", dependencies=[needs(Right.MANAGE_PERSONAL_DATA)])

Word = Annotated[str, Query(max_length=200)]
Text = Annotated[str, Form(max_length=500)]


@router.get("")
def personal_data(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    name: Word = "",
    person: Word = "",
    done: Word = "",
) -> HTMLResponse:
    """Look for somebody in contacts and stakeholders."""
    return _show(app, pages, actor, Whom(person=person, name=name), done=done)


@router.post("/export")
def post_export(
    app: CurrentApp, pages: CurrentPages, actor: CurrentActor, name: Text = "", person: Text = ""
) -> Response:
    """Everything that is kept of somebody, as a file to hand out."""
    whom = Whom(person=person, name=name)
    try:
        with app.database.writing() as session:
            kept = export_person(session, whom, actor=actor, now=app.now())
    except InvalidInput as problem:
        return _show(app, pages, actor, whom, problem=problem)
    return Response(
        json.dumps(kept, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="persoonsgegevens.json"'},
    )


@router.post("/wissen")
def post_erase(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    name: Text = "",
    person: Text = "",
    reason: Text = "",
    sure: Annotated[bool, Form()] = False,
) -> Response:
    """Take somebody out; this cannot be undone, so it is asked for twice."""
    whom = Whom(person=person, name=name)
    if not sure:
        unsure = InvalidInput("sure_needed", "expected a tick", field="sure")
        return _show(app, pages, actor, whom, problem=unsure)
    try:
        with app.database.writing() as session:
            erase_person(session, app.desk, whom, reason=reason, actor=actor, now=app.now())
    except InvalidInput as problem:
        return _show(app, pages, actor, whom, problem=problem)
    return see_other("/admin/persoonsgegevens?done=erased#melding")


def _show(
    app: App,
    pages: Pages,
    actor: Actor,
    whom: Whom,
    *,
    done: str = "",
    problem: InvalidInput | None = None,
) -> HTMLResponse:
    kept: Kept | None = None
    with app.database.reading() as session:
        if whom.person or whom.name.strip():
            try:
                kept = find_person(session, whom, actor=actor)
            except InvalidInput as too_short:
                problem = problem or too_short
        people = [(person.slug, person.name) for person in effective_people(session, app.network)]
    return pages.show(
        "personal_data.html",
        status=200 if problem is None else 422,
        here="people",
        whom=whom,
        kept=kept,
        people=people,
        counterpart_of=counterpart_of,
        stakeholder_name=stakeholder_name,
        retention=app.desk.rules.campaigns.touchpoint_retention_calendar_days,
        done=done,
        problem=problem,
    )
