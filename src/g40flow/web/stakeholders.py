"""Stakeholders: public functions and organisations, to be found, added and kept right."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.campaigns.words import StakeholderKind
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.errors import InvalidInput
from g40flow.use_cases.campaigns.stakeholders import (
    MAY_BE_NAMED,
    StakeholderText,
    add_stakeholder,
    edit_stakeholder,
    find_stakeholders,
    retire_stakeholder,
)
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/relaties")

Short = Annotated[str, Field(max_length=500)]
Reason = Annotated[str, Form(max_length=500)]
Word = Annotated[str, Query(max_length=200)]
Id = Annotated[int, Path(ge=1, le=2**62)]
KINDS = [known.value for known in StakeholderKind]
_NOTHING = StakeholderText(kind="", function="")


class StakeholderForm(BaseModel):
    """A stakeholder as typed."""

    kind: Short = ""
    function: Short = ""
    organisation: Short = ""
    holder: Short = ""
    party: Short = ""
    committee: Short = ""
    source: Short = ""
    external_key: Short = ""
    groups: list[str] = []

    def read(self) -> StakeholderText:
        """What it says."""
        return StakeholderText(**self.model_dump(exclude={"groups"}), theme_groups=self.groups)


@router.get("", dependencies=[needs(Right.READ_HISTORY)])
def stakeholders(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    q: Word = "",
    kind: Word = "",
    group: Word = "",
    done: Word = "",
) -> HTMLResponse:
    """Stakeholders by words, kind and group."""
    return _show(app, pages, actor, q=q, kind=kind, group=group, done=done)


@router.post("", dependencies=[needs(Right.MANAGE_STAKEHOLDERS)])
def post_stakeholder(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    typed: Annotated[StakeholderForm, Form()],
) -> Response:
    """Add a stakeholder."""
    said = typed.read()
    try:
        with app.database.writing() as session:
            add_stakeholder(session, app.desk, said, actor=actor, now=app.now())
    except InvalidInput as problem:
        return _show(app, pages, actor, problem=problem, typed=said)
    return see_other("/relaties?done=added#melding")


@router.post("/{stakeholder_id}", dependencies=[needs(Right.MANAGE_STAKEHOLDERS)])
def post_edit(
    stakeholder_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    typed: Annotated[StakeholderForm, Form()],
) -> Response:
    """Say differently what a stakeholder is."""
    try:
        with app.database.writing() as session:
            edit_stakeholder(session, app.desk, stakeholder_id, typed.read(), actor=actor, now=app.now())
    except InvalidInput as problem:
        return _show(app, pages, actor, problem=problem)
    return see_other("/relaties?done=edited#melding")


@router.post("/{stakeholder_id}/weg", dependencies=[needs(Right.MANAGE_STAKEHOLDERS)])
def post_retire(
    stakeholder_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    reason: Reason = "",
) -> Response:
    """Offer a stakeholder no longer."""
    try:
        with app.database.writing() as session:
            retire_stakeholder(session, app.desk, stakeholder_id, reason=reason, actor=actor, now=app.now())
    except InvalidInput as problem:
        return _show(app, pages, actor, problem=problem)
    return see_other("/relaties?done=retired#melding")


def _show(
    app: App,
    pages: Pages,
    actor: Actor,
    *,
    q: str = "",
    kind: str = "",
    group: str = "",
    done: str = "",
    problem: InvalidInput | None = None,
    typed: StakeholderText = _NOTHING,
) -> HTMLResponse:
    with app.database.reading() as session:
        found = find_stakeholders(session, q, kind=kind, group=group)
    return pages.show(
        "stakeholders.html",
        status=200 if problem is None else 422,
        here="campaigns",
        rows=found,
        kinds=KINDS,
        may_be_named=[known.value for known in MAY_BE_NAMED],
        filters={"q": q, "kind": kind, "group": group},
        done=done,
        problem=problem,
        typed=typed,
        may_manage=has_right(Right.MANAGE_STAKEHOLDERS, roles_of(actor)),
    )
