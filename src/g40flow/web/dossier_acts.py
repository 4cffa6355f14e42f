"""What people do on the page of a dossier: each form is one use case, and is answered with that page.

What is refused changes nothing; the page then says why. `seen` is the revision that was on screen.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.errors import GuardFailed, InvalidInput, StepNotAllowed
from g40flow.domain.outside_text import whole_number
from g40flow.use_cases.decisions.adopt_by_body import adopt_by_body
from g40flow.use_cases.dossier import exceptions, follow, groups, setbacks, settle, signatures
from g40flow.use_cases.dossier.merge import merge
from g40flow.use_cases.dossier.open_dossier import add_item, reopen
from g40flow.use_cases.dossier.take_step import take_step
from g40flow.web.actor import CurrentActor
from g40flow.web.dossiers import DossierId, address_of, day_or_none, show_dossier
from g40flow.web.forms import Several, see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/dossiers/{dossier_id}")

Text = Annotated[str, Form(max_length=2000)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
Tick = Annotated[bool, Form()]
UseCase = Callable[..., Any]


def do(
    use_case: UseCase, dossier_id: int, app: App, pages: Pages, actor: Actor, done: str, **given: Any
) -> Response:
    """Run a use case on a dossier and show the dossier again.

    done: word of the confirmation, see templates/web/dossier.html.
    """
    try:
        with app.database.writing() as session:
            _run(use_case, session, app, dossier_id, actor, app.now(), given)
    except (InvalidInput, GuardFailed, StepNotAllowed) as problem:
        status = 422 if isinstance(problem, InvalidInput) else 409
        return show_dossier(dossier_id, app, pages, actor, status=status, problem=problem)
    return see_other(f"{address_of(app, dossier_id)}?done={done}#melding")


def _run(
    use_case: UseCase,
    session: Session,
    app: App,
    dossier_id: int,
    actor: Actor,
    now: datetime,
    given: Mapping[str, Any],
) -> None:
    use_case(session, app.desk, dossier_id, actor=actor, now=now, **given)


@router.post("/steps")
def post_step(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    action: Text,
    seen: Seen,
    reason: Text = "",
    code: Text = "",
) -> Response:
    """Take a step."""
    return do(
        take_step,
        dossier_id,
        app,
        pages,
        actor,
        "step",
        action=action,
        seen_revision=seen,
        reason=reason,
        facts={"code": code} if code else None,
    )


@router.post("/groups/{group}/accept")
def post_accept(
    dossier_id: DossierId, group: str, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, seen: Seen
) -> Response:
    """A group takes part."""
    return do(groups.accept, dossier_id, app, pages, actor, "accept", group=group, seen_revision=seen)


@router.post("/groups/{group}/reject")
def post_reject(
    dossier_id: DossierId,
    group: str,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    reason: Text = "",
) -> Response:
    """A group does not take part, with its reason."""
    given = {"group": group, "reason": reason, "seen_revision": seen}
    return do(groups.reject, dossier_id, app, pages, actor, "reject", **given)


@router.post("/groups")
def post_group(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    group: Text = "",
    reason: Text = "",
) -> Response:
    """Ask one more group."""
    given = {"group": group, "reason": reason, "seen_revision": seen}
    return do(groups.ask_group, dossier_id, app, pages, actor, "ask_group", **given)


@router.post("/lead")
def post_lead(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    group: Text = "",
    reason: Text = "",
) -> Response:
    """Give the lead to another group."""
    given = {"group": group, "reason": reason, "seen_revision": seen}
    return do(groups.change_lead, dossier_id, app, pages, actor, "change_lead", **given)


@router.post("/reroute")
def post_reroute(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    lead: Text = "",
    groups_: Annotated[Sequence[str], Form(alias="groups")] = (),
    reason: Text = "",
) -> Response:
    """Send the dossier to other groups."""

    def rerouted(session: Session, desk: Any, dossier_id: int, **given: Any) -> None:
        groups.reroute(session, desk, app.announcer, dossier_id, **given)

    wanted = [group for group in dict.fromkeys([lead, *groups_]) if group]
    given = {"groups": wanted, "reason": reason, "seen_revision": seen}
    return do(rerouted, dossier_id, app, pages, actor, "reroute", **given)


@router.post("/response")
def post_response(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    response_type: Text = "",
) -> Response:
    """Choose which text the network writes."""
    given = {"response_type": response_type, "seen_revision": seen}
    return do(settle.choose_response, dossier_id, app, pages, actor, "response", **given)


@router.post("/partner-plans")
def post_partner_plans(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    plans: Text = "",
) -> Response:
    """Write down what VNG, G4 and others plan."""
    given = {"plans": plans, "seen_revision": seen}
    return do(settle.note_partner_plans, dossier_id, app, pages, actor, "partner_plans", **given)


@router.post("/pen-holder")
def post_pen_holder(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    person: Text = "",
) -> Response:
    """Name who writes."""
    given = {"person": person, "seen_revision": seen}
    return do(settle.name_pen_holder, dossier_id, app, pages, actor, "pen_holder", **given)


@router.post("/partners")
def post_partner(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    partner: Text = "",
    contact: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Let an organisation work along."""
    given = {"partner": partner, "contact": contact, "seen_revision": seen}
    return do(settle.add_partner, dossier_id, app, pages, actor, "partner", **given)


@router.post("/partners/{partner}/remove")
def post_remove_partner(
    dossier_id: DossierId,
    partner: str,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    reason: Text = "",
) -> Response:
    """An organisation works along no more."""
    given = {"partner": partner, "reason": reason, "seen_revision": seen}
    return do(settle.remove_partner, dossier_id, app, pages, actor, "partner", **given)


@router.post("/partners/{partner}/ask")
def post_ask_signature(
    dossier_id: DossierId,
    partner: str,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    sign_by: Text = "",
) -> Response:
    """Ask a partner to sign. sign_by: the last day to do so, "" for no such day."""
    try:
        day = day_or_none(sign_by, "sign_by")
    except InvalidInput as problem:
        return show_dossier(dossier_id, app, pages, actor, status=422, problem=problem)
    given = {"partner": partner, "sign_by": day, "seen_revision": seen}
    return do(signatures.ask_signature, dossier_id, app, pages, actor, "signature", **given)


@router.post("/partners/{partner}/answer")
def post_answer_signature(
    dossier_id: DossierId,
    partner: str,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    answer: Text = "",
    seen_hash: Text = "",
    note: Text = "",
    name_consent: Tick = False,
    logo_consent: Tick = False,
) -> Response:
    """What a partner says about signing."""
    given = {
        "partner": partner,
        "answer": answer,
        "seen_hash": seen_hash,
        "note": note,
        "name_consent": name_consent,
        "logo_consent": logo_consent,
        "seen_revision": seen,
    }
    return do(signatures.answer_signature, dossier_id, app, pages, actor, "signature", **given)


@router.post("/adopt")
def post_adopt(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    body: Text = "",
    seen_hash: Text = "",
    note: Text = "",
    position: Text = "",
) -> Response:
    """Adopt the text that was on screen, for the body whose document it is."""
    given = {
        "body": body,
        "seen_hash": seen_hash,
        "note": note,
        "position_id": whole_number(position),
    }
    return do(adopt_by_body, dossier_id, app, pages, actor, "adopted", **given)


@router.post("/confidential")
def post_confidential(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    reason: Text = "",
    readers: Several = (),
    lift: Tick = False,
) -> Response:
    """Let only some people see it, or everybody again."""
    if lift:
        given: dict[str, Any] = {"reason": reason, "seen_revision": seen}
        return do(settle.lift_confidentiality, dossier_id, app, pages, actor, "confidential", **given)
    given = {"readers": readers, "reason": reason, "seen_revision": seen}
    return do(settle.make_confidential, dossier_id, app, pages, actor, "confidential", **given)


@router.post("/exceptions")
def post_exception(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    code: Text = "",
    reason: Text = "",
    until: Text = "",
    who: Text = "",
) -> Response:
    """Say that something does not go as usual."""
    given = {"code": code, "reason": reason, "facts": {"until": until, "who": who}, "seen_revision": seen}
    return do(exceptions.raise_by_hand, dossier_id, app, pages, actor, "exception", **given)


@router.post("/exceptions/{code}/lift")
def post_lift(
    dossier_id: DossierId,
    code: str,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    reason: Text = "",
) -> Response:
    """Say that it is over."""
    given = {"code": code, "reason": reason, "seen_revision": seen}
    return do(exceptions.lift_by_hand, dossier_id, app, pages, actor, "lifted", **given)


@router.post("/reopened")
def post_reopened(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    old: Text = "",
) -> Response:
    """Link an earlier dossier about the same subject."""
    return do(reopen, dossier_id, app, pages, actor, "reopened", old_number=old, seen_revision=seen)


@router.post("/items")
def post_item(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    item: Annotated[int, Form(ge=1, le=2**62)],
) -> Response:
    """Let it be about one more item."""
    return do(add_item, dossier_id, app, pages, actor, "add_item", item_id=item, seen_revision=seen)


@router.post("/merge")
def post_merge(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    into: Text = "",
    reason: Text = "",
) -> Response:
    """Merge it into another dossier."""
    given = {"into": into, "reason": reason, "seen_revision": seen}
    return do(merge, dossier_id, app, pages, actor, "merge", **given)


@router.post("/missed")
def post_missed(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    reason: Text = "",
    late_letter: Tick = False,
) -> Response:
    """The term was missed: why, and whether a late letter follows."""
    given = {"cause": reason, "late_letter": late_letter, "seen_revision": seen}
    return do(setbacks.miss_term, dossier_id, app, pages, actor, "missed", **given)


@router.post("/controversial")
def post_controversial(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    reason: Text = "",
) -> Response:
    """Park it, because parliament declared its subject controversial."""
    given = {"reason": reason, "seen_revision": seen}
    return do(setbacks.declare_controversial, dossier_id, app, pages, actor, "controversial", **given)


@router.post("/follow")
def post_follow(dossier_id: DossierId, app: CurrentApp, actor: CurrentActor, stop: Tick = False) -> Response:
    """Hear of every step, or not any more."""
    with app.database.writing() as session:
        if stop:
            follow.unfollow_dossier(session, dossier_id, actor=actor)
        else:
            follow.follow_dossier(session, dossier_id, actor=actor, now=app.now())
    return see_other(f"/dossiers/{dossier_id}?done={'unfollow' if stop else 'follow'}#melding")
