"""Moments in parliament: what is coming for us, and what people choose on the page of a dossier."""

from datetime import time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date
from g40flow.use_cases.campaigns import hooks
from g40flow.use_cases.campaigns.hooks_reading import HookSearch, coming_hooks
from g40flow.web.actor import CurrentActor
from g40flow.web.dossier_acts import do
from g40flow.web.dossiers import DossierId, day_or_none, show_dossier
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

Text = Annotated[str, Form(max_length=2000)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
HookId = Annotated[int, Path(ge=1, le=2**62)]
Word = Annotated[str, Query(max_length=100)]

WEEKS = (2, 4, 8, 13, 26, 52)
USUAL_WEEKS = 13


@router.get("/momenten")
def coming(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    weeks: Annotated[int, Query(ge=1, le=52)] = USUAL_WEEKS,
    group: Word = "",
    kind: Word = "",
) -> HTMLResponse:
    """What is coming in parliament for the dossiers that the viewer may see, week by week."""
    now = app.now()
    search = HookSearch(
        group=group,
        kind=kind if kind in set(HookKind) else "",
        until=dutch_date(now) + timedelta(days=7 * weeks),
    )
    with app.database.reading() as session:
        return pages.show(
            "hooks.html",
            here="hooks",
            coming=coming_hooks(session, app.desk, actor, search, now),
            number=weeks,
            choices=WEEKS,
            group=group,
            kind=search.kind,
            kinds=[known.value for known in HookKind],
            recesses=[
                recess
                for recess in app.calendars.working.recesses
                if search.until is not None and dutch_date(now) <= recess.until_on <= search.until
            ],
        )


# --- on the page of a dossier ---------------------------------------------------------------------

acts = APIRouter(prefix="/dossiers/{dossier_id}/momenten")


@acts.post("")
def post_new(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    kind: Text = "",
    title: Text = "",
    item: Text = "",
    on: Text = "",
    clock: Text = "",
    expected: Text = "",
    place: Text = "",
    note: Text = "",
) -> Response:
    """Make a moment by hand, or take an activity by its number."""
    try:
        new = _typed(kind, title, item, on, clock, expected, place, note)
    except InvalidInput as problem:
        return show_dossier(dossier_id, app, pages, actor, status=422, problem=problem)
    return do(hooks.add_hook, dossier_id, app, pages, actor, "hook", new=new, seen_revision=seen)


@acts.post("/{hook_id}/wijzigen")
def post_edit(
    dossier_id: DossierId,
    hook_id: HookId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    kind: Text = "",
    title: Text = "",
    on: Text = "",
    clock: Text = "",
    expected: Text = "",
    place: Text = "",
    note: Text = "",
) -> Response:
    """Say something else of a moment that was made by hand."""
    try:
        said = _typed(kind, title, "", on, clock, expected, place, note)
    except InvalidInput as problem:
        return show_dossier(dossier_id, app, pages, actor, status=422, problem=problem)
    given = {"hook_id": hook_id, "said": said, "seen_revision": seen}
    return do(hooks.edit_hook, dossier_id, app, pages, actor, "hook", **given)


@acts.post("/{hook_id}/aannemen")
def post_accept(
    dossier_id: DossierId,
    hook_id: HookId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
) -> Response:
    """A proposed moment counts."""
    given = {"hook_id": hook_id, "seen_revision": seen}
    return do(hooks.accept_hook, dossier_id, app, pages, actor, "hook", **given)


@acts.post("/{hook_id}/afwijzen")
def post_dismiss(
    dossier_id: DossierId,
    hook_id: HookId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    reason: Text = "",
) -> Response:
    """A moment does not count."""
    given = {"hook_id": hook_id, "reason": reason, "seen_revision": seen}
    return do(hooks.dismiss_hook, dossier_id, app, pages, actor, "hook_dismissed", **given)


@acts.post("/{hook_id}/terug")
def post_restore(
    dossier_id: DossierId,
    hook_id: HookId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
) -> Response:
    """Take a choice back."""
    given = {"hook_id": hook_id, "seen_revision": seen}
    return do(hooks.restore_hook, dossier_id, app, pages, actor, "hook", **given)


@acts.post("/{hook_id}/klaar")
def post_ready(
    dossier_id: DossierId,
    hook_id: HookId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    preparation: Text = "",
    undo: Annotated[bool, Form()] = False,
) -> Response:
    """Something is ready for a moment, or not after all."""
    given = {"hook_id": hook_id, "preparation": preparation, "undo": undo, "seen_revision": seen}
    return do(hooks.finish_preparation, dossier_id, app, pages, actor, "hook", **given)


@acts.post("/volgen")
def post_tie(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    kind: Text = "",
    value: Text = "",
) -> Response:
    """Let the activities of a parliamentary dossier, a committee or about a word be proposed."""
    given = {"kind": kind, "value": value, "seen_revision": seen}
    return do(hooks.tie_dossier, dossier_id, app, pages, actor, "hook_tied", **given)


@acts.post("/niet-volgen")
def post_untie(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seen: Seen,
    kind: Text = "",
    value: Text = "",
) -> Response:
    """Propose nothing by it any more."""
    given = {"kind": kind, "value": value, "seen_revision": seen}
    return do(hooks.untie_dossier, dossier_id, app, pages, actor, "hook", **given)


def _typed(
    kind: str, title: str, item: str, on: str, clock: str, expected: str, place: str, note: str
) -> hooks.NewHook:
    """Raises InvalidInput ("no_date", "wrong_clock", "no_moment")."""
    number = item.strip()
    if number and not (number.isdecimal() and len(number) < 19):
        raise InvalidInput("no_moment", f"expected the number of an item, found {number!r}", field="item")
    try:
        hour = time.fromisoformat(clock.strip()) if clock.strip() else None
    except ValueError:
        raise InvalidInput("wrong_clock", f"{clock!r} is no time", field="clock") from None
    return hooks.NewHook(
        kind=kind,
        title=title,
        item_id=int(number) if number else None,
        on=day_or_none(on, "on"),
        clock=None if hour is None else hour.replace(tzinfo=None),
        expected=expected,
        place=place,
        note=note,
    )


router.include_router(acts)
