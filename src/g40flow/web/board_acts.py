"""What people do on the pages of the board: each form is one use case.

A position is shown once more, with the text it is about, before it counts.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Surface
from g40flow.domain.dossier.decisions import (
    NEEDS_COMMENT,
    ROUND_FORMS,
    DecisionForm,
    Position,
    Result,
    RoundClosed,
)
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import GuardFailed, InvalidInput, StaleVersion, StepNotAllowed
from g40flow.domain.instants import dutch_instant, end_of_dutch_day
from g40flow.domain.outside_text import one_line, whole_number
from g40flow.use_cases.decisions import mandates
from g40flow.use_cases.decisions.deciding_alone import decide_by_mandate
from g40flow.use_cases.decisions.extend_round import LaterEnd, extend_round
from g40flow.use_cases.decisions.positions import take_position
from g40flow.use_cases.decisions.rounds import NewRound, close_round, open_round, record_meeting
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.board import (
    DossierId,
    Problem,
    RoundId,
    choices,
    show_mandates,
    show_round,
    show_text,
)
from g40flow.web.board_page import round_page, text_page
from g40flow.web.forms import Several, see_other, typed_day
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/board", dependencies=[needs(Right.READ_HISTORY)])

Text = Annotated[str, Form(max_length=4000)]
Hash = Annotated[str, Form(max_length=64)]
Tick = Annotated[bool, Form()]
MandateId = Annotated[int, Path(ge=1, le=2**62)]


@router.post("/{round_id}/position")
def post_position(
    round_id: RoundId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    position: Text = "",
    comment: Text = "",
    member: Text = "",
    seen_hash: Hash = "",
    via: Annotated[str, Form(max_length=10)] = "",
    confirmed: Tick = False,
) -> Response:
    """Take a position: first shown once more, then kept. via: "mail" if a link in a mail led here."""
    typed = {"position": position, "comment": comment, "member": member, "via": via}
    decider = replace(actor, surface=Surface.MAIL_LINK) if via == "mail" else actor

    def fail(problem: Problem, status: int) -> Response:
        return show_round(round_id, app, pages, actor, status=status, via=via, problem=problem)

    def act(session: Session, now: datetime) -> None:
        take_position(
            session,
            app.desk,
            round_id,
            _position(position),
            seen_hash=seen_hash,
            comment=comment,
            member=member,
            actor=decider,
            now=now,
        )

    if not confirmed and not (problem := _unready(position, comment, typed)):
        with app.database.reading() as session:
            page = round_page(session, app, round_id, actor, app.now())
        if page.can_answer and seen_hash == page.row.version_hash:
            return pages.show("board/confirm.html", here="board", page=page, typed=typed, **choices())
    elif not confirmed and problem:
        return fail(problem, 422)
    return _do(app, act, typed, fail, f"/board/{round_id}?done=position#melding")


@router.post("/{round_id}/close")
def post_close(
    round_id: RoundId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    result: Text = "",
    reason: Text = "",
    until: Text = "",
) -> Response:
    """Record the result of a round."""
    typed = {"result": result, "reason": reason, "until": until}

    def act(session: Session, now: datetime) -> None:
        close_round(
            session,
            app.desk,
            round_id,
            result=_result(result),
            reason=reason,
            until=_day(until, "until"),
            actor=actor,
            now=now,
        )

    def fail(problem: Problem, status: int) -> Response:
        return show_round(round_id, app, pages, actor, status=status, problem=problem)

    return _do(app, act, typed, fail, f"/board/{round_id}?done=close#melding")


@router.post("/{round_id}/end")
def post_end(
    round_id: RoundId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    closes_on: Text = "",
    closes_time: Text = "",
    meeting_on: Text = "",
    reason: Text = "",
    after_deadline: Tick = False,
) -> Response:
    """Let a round end later, or move its meeting."""
    typed = {
        "act": "extend",
        "closes_on": closes_on,
        "closes_time": closes_time,
        "meeting_on": meeting_on,
        "why_later": reason,
        "after_deadline": after_deadline,
    }

    def act(session: Session, now: datetime) -> None:
        later = LaterEnd(
            closes_at=_instant(closes_on, closes_time),
            meeting_on=_day(meeting_on, "meeting_on"),
            after_deadline=after_deadline,
        )
        extend_round(session, app.desk, round_id, later, reason=reason, actor=actor, now=now)

    def fail(problem: Problem, status: int) -> Response:
        return show_round(round_id, app, pages, actor, status=status, problem=problem)

    return _do(app, act, typed, fail, f"/board/{round_id}?done=extend#melding")


@router.post("/{round_id}/meeting")
async def post_meeting(
    round_id: RoundId, request: Request, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> Response:
    """Record what a meeting decided. Fields per member: position-<slug> and comment-<slug>."""
    form = await request.form(max_files=0, max_fields=200)
    typed = {name: str(value) for name, value in form.items()}

    def act(session: Session, now: datetime) -> None:
        positions = {
            name.removeprefix("position-"): (
                _position(value),
                typed.get(f"comment-{name.removeprefix('position-')}", ""),
            )
            for name, value in typed.items()
            if name.startswith("position-") and value
        }
        record_meeting(
            session,
            app.desk,
            round_id,
            positions,
            result=_result(typed.get("result", "")),
            seen_hash=typed.get("seen_hash", ""),
            reason=typed.get("reason", ""),
            until=_day(typed.get("until", ""), "until"),
            actor=actor,
            now=now,
        )

    def fail(problem: Problem, status: int) -> Response:
        return show_round(round_id, app, pages, actor, status=status, problem=problem)

    return _do(app, act, typed, fail, f"/board/{round_id}?done=close#melding")


@router.post("/dossiers/{dossier_id}/round")
def post_round(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    form: Text = "",
    question: Text = "",
    closes_on: Text = "",
    closes_time: Text = "",
    meeting_on: Text = "",
    mandate_id: Text = "",
    seen_hash: Hash = "",
    after_deadline: Tick = False,
    admit: Tick = False,
) -> Response:
    """Ask the board to decide."""
    typed = {
        "form": form,
        "question": question,
        "closes_on": closes_on,
        "closes_time": closes_time,
        "meeting_on": meeting_on,
        "mandate_id": mandate_id,
    }
    opened: list[int] = []

    def act(session: Session, now: datetime) -> None:
        new = NewRound(
            form=_form(form),
            question=question,
            closes_at=_instant(closes_on, closes_time),
            meeting_on=_day(meeting_on, "meeting_on"),
            mandate_id=whole_number(mandate_id),
            after_deadline=after_deadline,
            admit=admit,
        )
        round_ = open_round(session, app.desk, dossier_id, new, seen_hash=seen_hash, actor=actor, now=now)
        opened.append(round_.id or 0)

    def fail(problem: Problem, status: int) -> Response:
        return show_text(dossier_id, app, pages, actor, status=status, problem=problem)

    return _do(app, act, typed, fail, lambda: f"/board/{opened[0]}?done=open#melding")


@router.post("/dossiers/{dossier_id}/alone")
def post_alone(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    mandate_id: Annotated[int, Form(ge=1, le=2**62)],
    position: Text = "",
    comment: Text = "",
    seen_hash: Hash = "",
    confirmed: Tick = False,
) -> Response:
    """Decide with a mandate: first shown once more, then kept."""
    typed = {"position": position, "comment": comment, "mandate_id": mandate_id}
    decided: list[int] = []

    def act(session: Session, now: datetime) -> None:
        round_, _ = decide_by_mandate(
            session,
            app.desk,
            dossier_id,
            mandate_id,
            _position(position),
            seen_hash=seen_hash,
            comment=comment,
            actor=actor,
            now=now,
        )
        decided.append(round_.id or 0)

    def fail(problem: Problem, status: int) -> Response:
        return show_text(dossier_id, app, pages, actor, status=status, problem=problem)

    if not confirmed:
        if problem := _unready(position, comment, typed):
            return fail(problem, 422)
        with app.database.reading() as session:
            page = text_page(session, app, dossier_id, actor, app.now())
        if page is not None and seen_hash == page.paper.version.content_hash:
            return pages.show("board/confirm_alone.html", here="board", page=page, typed=typed, **choices())
    return _do(app, act, typed, fail, lambda: f"/board/{decided[0]}?done=position#melding")


@router.post("/mandates", dependencies=[needs(Right.REGISTER_MANDATE)])
def post_mandate(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    holder: Text = "",
    scope: Text = "",
    from_on: Text = "",
    until_on: Text = "",
    theme_groups: Several = (),
    document_types: Several = (),
    must_ratify: Tick = False,
) -> Response:
    """Register a mandate."""
    typed = {
        "holder": holder,
        "scope": scope,
        "from_on": from_on,
        "until_on": until_on,
        "theme_groups": theme_groups,
        "document_types": document_types,
    }

    def act(session: Session, now: datetime) -> None:
        mandates.register_mandate(
            session,
            app.desk,
            holder=holder,
            scope=scope,
            from_on=_needed_day(from_on, "from_on"),
            until_on=_needed_day(until_on, "until_on"),
            theme_groups=theme_groups,
            document_types=document_types,
            must_ratify=must_ratify,
            actor=actor,
            now=now,
        )

    def fail(problem: Problem, status: int) -> Response:
        return show_mandates(app, pages, actor, status=status, problem=problem)

    return _do(app, act, typed, fail, "/board/mandates?done=registered#melding")


@router.post("/mandates/{mandate_id}/revoke", dependencies=[needs(Right.REGISTER_MANDATE)])
def post_revoke(
    mandate_id: MandateId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, reason: Text = ""
) -> Response:
    """End a mandate."""

    def act(session: Session, now: datetime) -> None:
        mandates.revoke_mandate(session, app.desk, mandate_id, reason=reason, actor=actor, now=now)

    def fail(problem: Problem, status: int) -> Response:
        return show_mandates(app, pages, actor, status=status, problem=problem)

    return _do(app, act, {"reason": reason}, fail, "/board/mandates?done=revoked#melding")


@router.post("/ratifications/{ratification_id}")
def post_ratification(
    ratification_id: Annotated[int, Path(ge=1, le=2**62)],
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    answer: Text = "",
    note: Text = "",
) -> Response:
    """Record that a meeting ratified a decision, or refused to."""

    def act(session: Session, now: datetime) -> None:
        if answer not in ("ratified", "refused"):
            raise InvalidInput("answer_needed", f"found {answer!r}", field="answer")
        ratified = answer == "ratified"
        mandates.ratify(
            session, app.desk, ratification_id, ratified=ratified, note=note, actor=actor, now=now
        )

    def fail(problem: Problem, status: int) -> Response:
        return show_mandates(app, pages, actor, status=status, problem=problem)

    return _do(app, act, {"note": note}, fail, "/board/mandates?done=recorded#melding")


# --- pieces ---------------------------------------------------------------------------------------


def _do(
    app: App,
    act: Callable[[Session, datetime], None],
    typed: dict[str, Any],
    fail: Callable[[Problem, int], Response],
    then: str | Callable[[], str],
) -> Response:
    """Run one use case in one transaction; what is refused is shown on the page it came from."""
    try:
        with app.database.writing() as session:
            act(session, app.now())
    except RoundClosed as late:
        return fail(Problem(code="round_closed", detail=late.result, typed=typed), 409)
    except InvalidInput as wrong:
        return fail(Problem(code=wrong.code, field=wrong.field, typed=typed), 422)
    except StaleVersion:
        return fail(Problem(code="text_changed", typed=typed), 409)
    except GuardFailed as early:
        return fail(Problem(code=early.guards[0], typed=typed), 409)
    except StepNotAllowed:
        return fail(Problem(code="not_at_the_board", typed=typed), 409)
    return see_other(then if isinstance(then, str) else then())


def _unready(position: str, comment: str, typed: dict[str, Any]) -> Problem | None:
    """What is missing before a position can be shown once more; None if nothing is."""
    if position not in set(Position):
        return Problem(code="position_needed", field="position", typed=typed)
    if position in NEEDS_COMMENT and not comment.strip():
        return Problem(code="comment_needed", field="comment", typed=typed)
    return None


def _position(word: str) -> Position:
    if word not in set(Position):
        raise InvalidInput("position_needed", f"found {word!r}", field="position")
    return Position(word)


def _result(word: str) -> Result:
    if word not in set(Result):
        raise InvalidInput("result_unknown", f"found {word!r}", field="result")
    return Result(word)


def _form(word: str) -> DecisionForm:
    if word not in ROUND_FORMS:
        raise InvalidInput("form_needed", f"found {word!r}", field="form")
    return DecisionForm(word)


def _day(typed: str, name: str) -> date | None:
    if not (said := one_line(typed)):
        return None
    if (day := typed_day(said)) is None:
        raise InvalidInput("no_date", f"{said!r} is no date", field=name)
    return day


def _needed_day(typed: str, name: str) -> date:
    if (day := _day(typed, name)) is None:
        raise InvalidInput("no_date", "expected a date, found nothing", field=name)
    return day


def _instant(day: str, clock: str) -> datetime | None:
    """The last instant on a day: at a time of the day, or its very end."""
    found = _day(day, "closes_on")
    if found is None:
        return None
    if not (said := one_line(clock)):
        return end_of_dutch_day(found)
    try:
        return dutch_instant(found, time.fromisoformat(said).replace(tzinfo=None))
    except ValueError:
        raise InvalidInput("no_time", f"{said!r} is no time of the day", field="closes_time") from None
