"""Calls for input on a dossier: asking, following who answered, and taking the answers further."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.calls import CALL_STAGES, cities_asked, coordinators_of, usual_closing
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.errors import InvalidInput, NotFound, TooManyAttempts
from g40flow.domain.instants import dutch_date
from g40flow.domain.outside_text import whole_number
from g40flow.storage.access import effective_network
from g40flow.storage.dossier_holdings import holdings_of
from g40flow.storage.dossier_tables import Dossier
from g40flow.use_cases.calls.chase_calls import chase_by_hand
from g40flow.use_cases.calls.copy_answer import AnswerPart, copy_answer
from g40flow.use_cases.calls.manage_call import (
    add_invitation,
    cancel_call,
    change_term,
    close_call,
    replace_invitation,
    revoke_invitation,
)
from g40flow.use_cases.calls.open_call import open_call, planned_day
from g40flow.use_cases.calls.read_calls import CallOverview, CallsOnDossier, calls_on_dossier
from g40flow.use_cases.dossier.desk import open_to_read, roles_on
from g40flow.web.actor import CurrentActor
from g40flow.web.call_forms import CallForm, TermForm
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

Text = Annotated[str, Form(max_length=1_000)]
Revision = Annotated[int, Form(ge=0)]
Done = Annotated[str, Query(max_length=20)]
Number = Annotated[int, Path(ge=1, le=2**62)]
Act = Callable[[Session], Any]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The cities that would be asked, slugs. unreached: those of them without a coordinator."""

    cities: Sequence[str]
    unreached: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A small form that could not be taken. form: which one. values: as typed."""

    call_id: int
    form: str
    errors: Mapping[str, str]
    values: Mapping[str, str]


async def _lists(request: Request) -> dict[str, list[str]]:
    """The fields of a form with all their values, in order; files do not count."""
    form = await request.form()
    names = dict.fromkeys(form.keys())
    return {name: [v for v in form.getlist(name) if isinstance(v, str)] for name in names}


FormLists = Annotated[dict[str, list[str]], Depends(_lists)]


def call_part(session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime) -> Any:
    """What the page of a dossier says of its calls; None if there is nothing to say or to do."""
    assert dossier.id is not None
    roles = roles_on(session, dossier, actor)
    if not has_right(Right.READ_HISTORY, roles):
        return None
    calls = []
    if holdings_of(session, dossier.id).calls:
        calls = list(calls_on_dossier(session, dossier.id, actor, now).calls)
    may_open = has_right(Right.RUN_CALL, roles) and dossier.stage in CALL_STAGES
    return {"calls": calls, "may_open": may_open} if calls or may_open else None


# --- reading ------------------------------------------------------------------------------------


@router.get("/dossiers/{dossier_id}/call")
def calls_page(
    dossier_id: Number, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, done: Done = ""
) -> HTMLResponse:
    """Every call of a dossier: who answered what, who did not, and asking again."""
    return _show(app, pages, dossier_id, actor, done=done)


@router.get("/dossiers/{dossier_id}/call/{call_id}/answers.csv")
def answers_csv(
    dossier_id: Number, call_id: Number, app: CurrentApp, actor: CurrentActor
) -> PlainTextResponse:
    """The answers as a table for a spreadsheet, a city on each line."""
    with app.database.reading() as session:
        found = calls_on_dossier(session, dossier_id, actor, app.now())
    overview = _call_of(found, call_id)
    return PlainTextResponse(
        "\ufeff" + _csv(app, overview),  # the mark tells a spreadsheet that this is UTF-8
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="uitvraag-{call_id}.csv"'},
    )


# --- asking -------------------------------------------------------------------------------------


@router.post("/dossiers/{dossier_id}/call")
def post_call(
    dossier_id: Number, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, values: FormLists
) -> Response:
    """Open a call, or only look at it, or get room for more questions."""
    form = CallForm.read(values)
    pilot = app.desk.rules.calls.pilot_cities
    if form.wishes == "more":
        return _show(app, pages, dossier_id, actor, form=form)
    try:
        new = form.new_call(pilot)
        if form.wishes == "preview":
            return _show(app, pages, dossier_id, actor, form=form, preview=_preview(app, form, pilot))
        with app.database.writing() as session:
            open_call(
                session,
                app.desk,
                app.call_links,
                dossier_id,
                new,
                actor=actor,
                seen_revision=_revision(values),
                now=app.now(),
            )
    except InvalidInput as error:
        return _show(app, pages, dossier_id, actor, form=form.refused(error), status=422)
    return see_other(f"/dossiers/{dossier_id}/call?done=opened#melding")


# --- while it runs ------------------------------------------------------------------------------


@router.post("/dossiers/{dossier_id}/call/{call_id}/term")
def post_term(
    dossier_id: Number,
    call_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    values: FormLists,
) -> Response:
    """Another closing instant; a closed call is opened again by it."""
    form = TermForm.read(values)

    def act(session: Session) -> None:
        change_term(
            session,
            app.desk,
            app.call_links,
            call_id,
            form.closes_at(),
            actor=actor,
            seen_revision=_revision(values),
            despite_plan=form.despite_plan,
            now=app.now(),
        )

    typed = {"closes_on": form.closes_on, "closes_clock": form.closes_clock}
    return _try(app, pages, dossier_id, call_id, actor, "term", act, typed)


@router.post("/dossiers/{dossier_id}/call/{call_id}/close")
def post_close(
    dossier_id: Number,
    call_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    revision: Revision,
) -> Response:
    """Take no more answers."""

    def act(session: Session) -> None:
        close_call(session, app.desk, call_id, actor=actor, seen_revision=revision, now=app.now())

    return _try(app, pages, dossier_id, call_id, actor, "close", act, {})


@router.post("/dossiers/{dossier_id}/call/{call_id}/cancel")
def post_cancel(
    dossier_id: Number,
    call_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    revision: Revision,
    reason: Text = "",
) -> Response:
    """Take a call back."""

    def act(session: Session) -> None:
        cancel_call(
            session,
            app.desk,
            call_id,
            actor=actor,
            seen_revision=revision,
            reason=reason,
            now=app.now(),
        )

    return _try(app, pages, dossier_id, call_id, actor, "cancel", act, {"reason": reason})


@router.post("/dossiers/{dossier_id}/call/{call_id}/chase")
def post_chase(
    dossier_id: Number, call_id: Number, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Remind who has not answered, now."""

    def act(session: Session) -> None:
        try:
            chase_by_hand(session, app.desk, call_id, actor=actor, now=app.now())
        except TooManyAttempts as error:
            raise InvalidInput("chased_today", str(error), field="chase") from None

    return _try(app, pages, dossier_id, call_id, actor, "chase", act, {})


@router.post("/dossiers/{dossier_id}/call/{call_id}/links")
def post_invitation(
    dossier_id: Number,
    call_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    city: Text = "",
    name: Text = "",
    email: Text = "",
) -> Response:
    """Let one more person answer for a city."""

    def act(session: Session) -> None:
        add_invitation(
            session,
            app.desk,
            app.call_links,
            call_id,
            city=city,
            name=name,
            email=email,
            actor=actor,
            now=app.now(),
        )

    typed = {"city": city, "name": name, "email": email}
    return _try(app, pages, dossier_id, call_id, actor, "invited", act, typed)


@router.post("/dossiers/{dossier_id}/call/{call_id}/links/{invitation_id}/renew")
def post_renew(
    dossier_id: Number,
    call_id: Number,
    invitation_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
) -> Response:
    """Give somebody a new link in place of the old one."""

    def act(session: Session) -> None:
        replace_invitation(
            session, app.desk, app.call_links, call_id, invitation_id, actor=actor, now=app.now()
        )

    return _try(app, pages, dossier_id, call_id, actor, "renewed", act, {})


@router.post("/dossiers/{dossier_id}/call/{call_id}/links/{invitation_id}/revoke")
def post_revoke(
    dossier_id: Number,
    call_id: Number,
    invitation_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
) -> Response:
    """Let a link open nothing any more."""

    def act(session: Session) -> None:
        revoke_invitation(session, call_id, invitation_id, actor=actor, now=app.now())

    return _try(app, pages, dossier_id, call_id, actor, "revoked", act, {})


@router.post("/dossiers/{dossier_id}/call/{call_id}/answers/{answer_id}/copy")
def post_copy(
    dossier_id: Number,
    call_id: Number,
    answer_id: Number,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    part: Annotated[AnswerPart, Form()],
    point: Annotated[int, Form(ge=1)],
) -> Response:
    """Put part of an answer with a point."""

    def act(session: Session) -> None:
        copy_answer(session, app.desk, call_id, answer_id, part, point, actor=actor, now=app.now())

    return _try(app, pages, dossier_id, call_id, actor, "copied", act, {})


# --- pieces -------------------------------------------------------------------------------------


def _try(
    app: App,
    pages: Pages,
    dossier_id: int,
    call_id: int,
    actor: Actor,
    form: str,
    act: Act,
    typed: Mapping[str, str],
) -> Response:
    """One form, one use case; what cannot be used is shown again with what is wrong."""
    with app.database.reading() as session:
        _call_of(calls_on_dossier(session, dossier_id, actor, app.now()), call_id)
    try:
        with app.database.writing() as session:
            act(session)
    except InvalidInput as error:
        refused = Refused(call_id=call_id, form=form, errors={error.field: error.code}, values=typed)
        return _show(app, pages, dossier_id, actor, refused=refused, status=422)
    return see_other(f"/dossiers/{dossier_id}/call?done={form}#melding")


def _show(
    app: App,
    pages: Pages,
    dossier_id: int,
    actor: Actor,
    *,
    form: CallForm | None = None,
    preview: Preview | None = None,
    refused: Refused | None = None,
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    now = app.now()
    with app.database.reading() as session:
        dossier = open_to_read(session, dossier_id, actor)
        found = calls_on_dossier(session, dossier_id, actor, now)
        form = form or _first_form(app, dossier)
    return pages.show(
        "dossier_call.html",
        status=status,
        here="dossiers",
        found=found,
        dossier=dossier,
        form=form,
        terms={one.call.id: TermForm.of(one.call.closes_at) for one in found.calls},
        may_open=found.may_run and dossier.stage in CALL_STAGES,
        planned=planned_day(dossier),
        pilot=app.desk.rules.calls.pilot_cities,
        preview=preview,
        refused=refused,
        done=done,
    )


def _first_form(app: App, dossier: Dossier) -> CallForm:
    """A form with what usually is right."""
    planned = planned_day(dossier)
    return CallForm(
        title=f"Uitvraag: {dossier.title}"[:200],
        theme_groups=[dossier.lead_group] if dossier.lead_group else [],
        minimum_answers=str(app.desk.rules.calls.minimum_answers),
        term=TermForm() if planned is None else TermForm.of(usual_closing(planned, app.calendars.working)),
    )


def _preview(app: App, form: CallForm, pilot: Sequence[str]) -> Preview:
    """Raises InvalidInput when no city would be asked."""
    with app.database.reading() as session:
        network = effective_network(session, app.network)
    today = dutch_date(app.now())
    cities = cities_asked(network, form.asked(pilot), today)
    if not cities:
        raise InvalidInput("no_cities", "nobody is asked", field="audience")
    unreached = [city for city in cities if not coordinators_of(network, city, today)]
    return Preview(cities=cities, unreached=unreached)


def _call_of(found: CallsOnDossier, call_id: int) -> CallOverview:
    overview = next((one for one in found.calls if one.call.id == call_id), None)
    if overview is None:
        raise NotFound(f"dossier {found.dossier.number} has no call {call_id}")
    return overview


def _revision(values: Mapping[str, Sequence[str]]) -> int | None:
    """The revision that was on screen. What is no number is none that ever was."""
    number = whole_number((values.get("revision") or [""])[0])
    return -1 if number is None else number


def _csv(app: App, overview: CallOverview) -> str:
    questions = [(question["key"], question["text"]) for question in overview.call.questions]
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    heads = ["stad", "antwoord", *(text for _, text in questions), "verder", "cijfers", "voorbeeld"]
    writer.writerow(map(_harmless, [*heads, "voorbeeld openbaar", "afwijking noemen", "wanneer", "door"]))
    for slug in overview.call.cities:
        answer = overview.answers.get(slug)
        if answer is None:
            cells: list[str] = ["not_answered", *[""] * (len(questions) + 7)]
        else:
            said = [answer.answers.get(key, "") for key, _ in questions]
            yes_no = ["ja" if one else "nee" for one in (answer.publish_example, answer.mention_dissent)]
            when = answer.answered_at.isoformat(timespec="minutes")
            texts = [answer.remark, answer.figures, answer.example]
            cells = [answer.kind, *said, *texts, *yes_no, when, answer.answered_by]
        writer.writerow(map(_harmless, [app.network.scope_name(slug), *cells]))
    return table.getvalue()


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
