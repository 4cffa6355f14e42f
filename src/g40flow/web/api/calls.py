"""Calls for input: reading them, and answering for a city."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from g40flow.domain.dossier.calls import LONGEST_ANSWER, AnswerKind, Reply
from g40flow.storage.dossier_tables import CallAnswer, MemberCall
from g40flow.use_cases.calls.answer_call import answer_as_coordinator, open_for_city
from g40flow.use_cases.calls.read_calls import CallOverview, calls_on_dossier, waiting_calls
from g40flow.web.api.asking import LARGEST_NUMBER, Answer, Body, Number, TheApp
from g40flow.web.api_caller import ApiCaller

router = APIRouter(tags=["calls"])

City = Annotated[str, Path(max_length=60, pattern="^[a-z0-9-]+$")]
Text = Annotated[str, Field(max_length=LONGEST_ANSWER)]


class QuestionShown(Answer):
    """One question. key: by which it is answered."""

    key: str
    text: str
    help: str


class AnswerShown(Answer):
    """What a city answered last. mention_dissent: may its dissent be named in the public text."""

    id: int
    city: str
    kind: str
    answers: dict[str, str]
    remark: str
    figures: str
    example: str
    publish_example: bool
    mention_dissent: bool
    answered_by: str
    answered_at: datetime


class CallShown(Answer):
    """Questions to cities. state: open, closed or cancelled."""

    id: int
    dossier_id: int
    title: str
    introduction: str
    questions: list[QuestionShown]
    audience: str
    cities: list[str]
    visibility: str
    minimum_answers: int
    opened_at: datetime
    closes_at: datetime
    state: str


class CallWithAnswers(CallShown):
    """A call with the answers that one may see. silent: cities that did not answer."""

    answers: list[AnswerShown]
    counts: dict[str, int] = Field(description="How many cities said what")
    silent: list[str]


class CityCallShown(CallShown):
    """A call as one city sees it."""

    city: str
    takes_answers: bool
    mine: AnswerShown | None
    others: list[AnswerShown]


class NewAnswer(Body):
    """What a city says. seen_answer: id of its answer that was read; null if there was none."""

    kind: AnswerKind
    answers: dict[str, Text] = Field(default={}, max_length=20)
    remark: Text = ""
    figures: Text = ""
    example: Text = ""
    publish_example: bool = False
    mention_dissent: bool = False
    seen_answer: Annotated[int, Field(ge=1, le=LARGEST_NUMBER)] | None = None


class WaitingShown(Answer):
    """A call to a city of the person of the token."""

    call_id: int
    dossier_id: int
    city: str
    title: str
    closes_at: datetime
    is_open: bool
    is_answered: bool


@router.get("/dossiers/{dossier_id}/calls")
def list_calls(dossier_id: Number, app: TheApp, caller: ApiCaller) -> list[CallWithAnswers]:
    """Every call of a dossier, newest first."""
    with app.database.reading() as session:
        found = calls_on_dossier(session, dossier_id, caller.actor, app.now())
        return [_overview(one) for one in found.calls]


@router.get("/calls")
def list_waiting(app: TheApp, caller: ApiCaller) -> list[WaitingShown]:
    """The calls to the cities of the person of the token: open ones, and those closed lately."""
    with app.database.reading() as session:
        return [
            WaitingShown(
                call_id=one.call.id or 0,
                dossier_id=one.call.dossier_id,
                city=one.city,
                title=one.call.title,
                closes_at=one.call.closes_at,
                is_open=one.is_open,
                is_answered=one.mine is not None,
            )
            for one in waiting_calls(session, caller.actor, app.now())
        ]


@router.get("/calls/{call_id}/cities/{city}")
def read_call(call_id: Number, city: City, app: TheApp, caller: ApiCaller) -> CityCallShown:
    """A call to one's own city."""
    with app.database.reading() as session:
        seen = open_for_city(session, call_id, city, caller.actor, app.now())
        return CityCallShown(
            **_call(seen.call).model_dump(),
            city=seen.city,
            takes_answers=seen.takes_answers,
            mine=None if seen.mine is None else _answer(seen.mine),
            others=[_answer(one) for one in seen.others],
        )


@router.put("/calls/{call_id}/cities/{city}/answer")
def put_answer(call_id: Number, city: City, new: NewAnswer, app: TheApp, caller: ApiCaller) -> AnswerShown:
    """Answer for one's own city; an earlier answer is kept and counts no more."""
    reply = Reply(**new.model_dump(exclude={"seen_answer"}))
    with app.database.writing() as session:
        kept = answer_as_coordinator(
            session,
            app.desk,
            call_id,
            city,
            reply,
            actor=caller.actor,
            seen_answer=new.seen_answer,
            now=app.now(),
        )
        return _answer(kept)


def _call(row: MemberCall) -> CallShown:
    return CallShown.model_validate(row, from_attributes=True)


def _answer(row: CallAnswer) -> AnswerShown:
    return AnswerShown.model_validate(row, from_attributes=True)


def _overview(one: CallOverview) -> CallWithAnswers:
    return CallWithAnswers(
        **_call(one.call).model_dump(),
        answers=[_answer(one.answers[city]) for city in one.call.cities if city in one.answers],
        counts={kind.value: one.summary.count(kind) for kind in AnswerKind},
        silent=list(one.summary.silent),
    )
