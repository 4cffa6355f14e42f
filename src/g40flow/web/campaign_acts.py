"""What people do on the page of a campaign: each form is one use case, and is answered with that page."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from fastapi.responses import Response

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.errors import GuardFailed, InvalidInput, NotFound, StepNotAllowed
from g40flow.domain.outside_text import one_line, whole_number
from g40flow.storage.campaigns import ask_by_id
from g40flow.use_cases.campaigns import asks, coalition, documents, open_campaign, stakeholders
from g40flow.web.actor import CurrentActor
from g40flow.web.campaign_page import show_campaign
from g40flow.web.campaigns import show_ask
from g40flow.web.dossiers import DossierId, day_or_none
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/campagnes/{dossier_id}")

Text = Annotated[str, Form(max_length=2000)]
Long = Annotated[str, Form(max_length=10_000)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
Tick = Annotated[bool, Form()]
Id = Annotated[int, Path(ge=1, le=2**62)]
Refused = (InvalidInput, GuardFailed, StepNotAllowed)
Given = Callable[[], dict[str, Any]]
"""What a use case is given; reading it can find a mistake."""


def do(
    use_case: Callable[..., Any],
    dossier_id: int,
    app: App,
    pages: Pages,
    actor: Actor,
    done: str,
    given: Given,
) -> Response:
    """Run a use case on a campaign and show the campaign again."""
    try:
        _run(use_case, dossier_id, app, actor, given)
    except Refused as problem:
        return show_campaign(dossier_id, app, pages, actor, status=_status(problem), problem=problem)
    return see_other(f"/campagnes/{dossier_id}?done={done}#melding")


def do_ask(
    use_case: Callable[..., Any],
    dossier_id: int,
    ask_id: int,
    app: App,
    pages: Pages,
    actor: Actor,
    given: Given,
) -> Response:
    """Run a use case on an ask of a campaign and show the ask again."""
    with app.database.reading() as session:
        if ask_by_id(session, ask_id).campaign_id != dossier_id:
            raise NotFound(f"campaign {dossier_id} has no ask {ask_id}")
    try:
        _run(use_case, ask_id, app, actor, given)
    except Refused as problem:
        return show_ask(dossier_id, ask_id, app, pages, actor, status=_status(problem), problem=problem)
    return see_other(f"/campagnes/{dossier_id}/boodschappen/{ask_id}")


def _run(use_case: Callable[..., Any], subject: int, app: App, actor: Actor, given: Given) -> None:
    values = given()
    with app.database.writing() as session:
        use_case(session, app.desk, subject, actor=actor, now=app.now(), **values)


def _status(problem: Exception) -> int:
    return 422 if isinstance(problem, InvalidInput) else 409


# --- the campaign ---------------------------------------------------------------------------------


@router.post("/gegevens")
def post_details(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    title: Text = "",
    ask: Text = "",
    origin: Text = "",
    decision_on: Text = "",
    position: Text = "",
    division: Long = "",
    evaluation: Long = "",
) -> Response:
    """Change what the campaign says of itself."""

    def given() -> dict[str, Any]:
        details = open_campaign.CampaignDetails(
            title=title,
            ask=ask,
            origin=origin,
            decision_on=day_or_none(decision_on, "decision_on"),
            position_id=whole_number(position),
            division=division,
            evaluation=evaluation,
        )
        return {"details": details, "seen_revision": seen}

    return do(open_campaign.edit_campaign, dossier_id, app, pages, actor, "details", given)


@router.post("/mandaat")
def post_mandate(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    lead: Text = "",
    capacity: Text = "",
    scope: Text = "",
    decided_on: Text = "",
    reason: Text = "",
) -> Response:
    """Write down lead, capacity and scope."""

    def given() -> dict[str, Any]:
        day = day_or_none(decided_on, "decided_on")
        terms = open_campaign.MandateTerms(lead=lead, capacity=capacity, scope=scope, decided_on=day)
        return {"terms": terms, "reason": reason, "seen_revision": seen}

    return do(open_campaign.settle_mandate, dossier_id, app, pages, actor, "mandate", given)


@router.post("/ondertekenaars")
def post_signatory(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    name: Text = "",
    contact: Text = "",
) -> Response:
    """Let an organisation stand among those who sign along."""
    values = {"name": name, "contact": contact, "seen_revision": seen}
    return do(coalition.add_signatory, dossier_id, app, pages, actor, "signatory", lambda: values)


@router.post("/stukken")
def post_document(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    document_type: Text = "",
    title: Text = "",
    ready_on: Text = "",
    pen_holder: Text = "",
) -> Response:
    """Begin a further text."""

    def given() -> dict[str, Any]:
        day = day_or_none(ready_on, "ready_on")
        return {
            "document_type": document_type,
            "title": title,
            "ready_on": day,
            "pen_holder": pen_holder,
        }

    return do(documents.open_document, dossier_id, app, pages, actor, "document", given)


@router.post("/stukken/koppelen")
def post_link_document(
    dossier_id: DossierId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, number: Text = ""
) -> Response:
    """Let a text that there is already be one of the campaign."""
    values = {"number": number}
    return do(documents.link_document, dossier_id, app, pages, actor, "linked", lambda: values)


@router.post("/stukken/{document_id}/los")
def post_unlink_document(
    dossier_id: DossierId,
    document_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    reason: Text = "",
) -> Response:
    """Let a text be of the campaign no longer."""

    def unlinked(session: Any, desk: Any, _: int, **more: Any) -> None:
        documents.unlink_document(session, desk, document_id, **more)

    return do(unlinked, dossier_id, app, pages, actor, "unlinked", lambda: {"reason": reason})


@router.post("/relaties")
def post_stakeholder(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    stakeholder: Text = "",
    stance: Text = "",
    note: Text = "",
) -> Response:
    """Put a stakeholder on the map."""

    def given() -> dict[str, Any]:
        if not (said := one_line(stakeholder)):
            raise InvalidInput("stakeholder_needed", f"found {stakeholder!r}", field="stakeholder")
        return {"stakeholder": said, "stance": stance, "note": note}

    return do(stakeholders.map_stakeholder, dossier_id, app, pages, actor, "stakeholder", given)


@router.post("/relaties/{stakeholder_id}/weg")
def post_unmap(
    dossier_id: DossierId, stakeholder_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Take a stakeholder off the map."""
    values = {"stakeholder_id": stakeholder_id}
    return do(stakeholders.unmap_stakeholder, dossier_id, app, pages, actor, "stakeholder", lambda: values)


# --- asks -----------------------------------------------------------------------------------------


def _ask_text(
    wording: str, target_kind: str, target: str, stakeholder: str, priority: str, source: str, library: str
) -> asks.AskText:
    return asks.AskText(
        wording=wording,
        target_kind=target_kind,
        target=target,
        stakeholder=one_line(stakeholder),
        priority=whole_number(priority) or 0,
        source=source,
        library_id=whole_number(library),
    )


@router.post("/boodschappen")
def post_ask(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    wording: Long = "",
    target_kind: Text = "",
    target: Text = "",
    stakeholder: Text = "",
    priority: Text = "2",
    source: Text = "",
) -> Response:
    """Add an ask."""
    said = _ask_text(wording, target_kind, target, stakeholder, priority, source, "")
    return do(asks.add_ask, dossier_id, app, pages, actor, "ask", lambda: {"said": said})


@router.post("/boodschappen/bibliotheek")
def post_core_message(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    library: Text = "",
    target_kind: Text = "",
    target: Text = "",
) -> Response:
    """Take a core message as an ask."""

    def given() -> dict[str, Any]:
        chosen = whole_number(library)
        if chosen is None:
            raise InvalidInput("message_needed", f"found {library!r}", field="library")
        return {"library_id": chosen, "target_kind": target_kind, "target": target}

    return do(asks.ask_core_message, dossier_id, app, pages, actor, "ask", given)


@router.post("/boodschappen/{ask_id}")
def post_edit_ask(
    dossier_id: DossierId,
    ask_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    wording: Long = "",
    target_kind: Text = "",
    target: Text = "",
    stakeholder: Text = "",
    priority: Text = "2",
    source: Text = "",
    library: Text = "",
) -> Response:
    """Say an ask differently."""
    said = _ask_text(wording, target_kind, target, stakeholder, priority, source, library)
    values = {"said": said, "seen_revision": seen}
    return do_ask(asks.edit_ask, dossier_id, ask_id, app, pages, actor, lambda: values)


@router.post("/boodschappen/{ask_id}/omhoog")
def post_ask_up(
    dossier_id: DossierId, ask_id: Id, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Put an ask one place higher."""
    return do(asks.raise_ask, dossier_id, app, pages, actor, "order", lambda: {"ask_id": ask_id})


@router.post("/boodschappen/{ask_id}/vervallen")
def post_drop_ask(
    dossier_id: DossierId,
    ask_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    reason: Text = "",
) -> Response:
    """Ask something no longer."""
    return do_ask(asks.drop_ask, dossier_id, ask_id, app, pages, actor, lambda: {"reason": reason})


@router.post("/boodschappen/{ask_id}/onderbouwing")
def post_evidence(
    dossier_id: DossierId,
    ask_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    city: Text = "",
    text: Long = "",
    source: Text = "",
    publish: Tick = False,
) -> Response:
    """Keep what a city brings for an ask."""
    values = {"city": city, "text": text, "source": source, "publish": publish}
    return do_ask(asks.set_ask_evidence, dossier_id, ask_id, app, pages, actor, lambda: values)


@router.post("/boodschappen/{ask_id}/resultaat")
def post_result(
    dossier_id: DossierId,
    ask_id: Id,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    result: Text = "",
    note: Long = "",
    source: Text = "",
    item: Text = "",
) -> Response:
    """Write down what came of an ask."""
    item_id = whole_number(item)
    said = asks.AskResult(result=result, note=note, source=source, item_id=item_id)
    values = {"said": said, "seen_revision": seen}
    return do_ask(asks.record_ask_result, dossier_id, ask_id, app, pages, actor, lambda: values)
