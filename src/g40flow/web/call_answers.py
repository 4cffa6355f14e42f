"""What cities do with a call: by personal link without an account, or signed in for the own city."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.calls import AnswerKind, Reply
from g40flow.domain.errors import CallRefused, InvalidInput, StaleVersion
from g40flow.domain.network import Person
from g40flow.domain.outside_text import whole_number
from g40flow.storage.dossier_tables import CallAnswer
from g40flow.use_cases.access.rules import count_failure, require_patience
from g40flow.use_cases.calls.answer_call import (
    CityCall,
    answer_as_coordinator,
    answer_by_link,
    note_visit,
    open_for_city,
    open_link,
)
from g40flow.use_cases.calls.read_calls import contacts_for, waiting_calls
from g40flow.web.actor import CurrentActor, client_of
from g40flow.web.forms import see_other
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

ANSWER = "answer_"
"""How the names of fields for questions begin."""

Done = Annotated[str, Query(max_length=20)]
Number = Annotated[int, Path(ge=1, le=2**62)]


@dataclass(frozen=True, kw_only=True)
class ReplyForm:
    """A reply as it was typed, to be shown again when it cannot be taken.

    kind: "" when nothing was chosen. seen: id of the city's answer that was on screen; "" for none.
    errors: kind of mistake per field; "" names the whole.
    """

    kind: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    figures: str = ""
    example: str = ""
    publish_example: bool = False
    mention_dissent: bool = False
    seen: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_answer(cls, answer: CallAnswer | None) -> "ReplyForm":
        """The form as it is first shown: what the city said before, or empty."""
        if answer is None:
            return cls()
        return cls(
            kind=answer.kind,
            answers=answer.answers,
            remark=answer.remark,
            figures=answer.figures,
            example=answer.example,
            publish_example=answer.publish_example,
            mention_dissent=answer.mention_dissent,
            seen=str(answer.id),
        )

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "ReplyForm":
        """The form as it was sent."""
        return cls(
            kind=values.get("kind", ""),
            answers={k.removeprefix(ANSWER): v for k, v in values.items() if k.startswith(ANSWER)},
            remark=values.get("remark", ""),
            figures=values.get("figures", ""),
            example=values.get("example", ""),
            publish_example="publish_example" in values,
            mention_dissent="mention_dissent" in values,
            seen=values.get("seen", ""),
        )

    def reply(self) -> Reply:
        """What the city says. Raises InvalidInput when no kind was chosen."""
        if self.kind not in set(AnswerKind):
            raise InvalidInput("no_kind", f"found {self.kind[:40]!r}", field="kind")
        return Reply(
            kind=AnswerKind(self.kind),
            answers=self.answers,
            remark=self.remark,
            figures=self.figures,
            example=self.example,
            publish_example=self.publish_example,
            mention_dissent=self.mention_dissent,
        )

    @property
    def seen_answer(self) -> int | None:
        """Id of the answer that was on screen; None for none. What is no number matches no answer."""
        if not self.seen:
            return None
        number = whole_number(self.seen)
        return -1 if number is None else number

    def with_errors(self, errors: Mapping[str, str], *, seen: CallAnswer | None = None) -> "ReplyForm":
        """The same as typed, with what is wrong; seen: an answer that is now on screen as well."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__} | {"errors": errors}
        if seen is not None:
            values["seen"] = str(seen.id)
        return ReplyForm(**values)


async def _values(request: Request) -> dict[str, str]:
    """The fields of a form; files and second values do not count."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


FormValues = Annotated[dict[str, str], Depends(_values)]


# --- by personal link ---------------------------------------------------------------------------


@router.get("/uitvraag/{token}")
def answer_page(
    token: str, request: Request, app: CurrentApp, pages: CurrentPages, done: Done = ""
) -> HTMLResponse:
    """The page behind a personal link. Opening it is logged and changes nothing else."""
    try:
        seen = _open_link(app, request, token)
    except CallRefused:
        return _refused_link(app, request, pages, token)
    with app.database.writing() as session:
        note_visit(session, token, app.now())
    return _show(app, pages, seen, ReplyForm.of_answer(seen.mine), f"/uitvraag/{token}", done=done)


@router.post("/uitvraag/{token}")
def post_answer(
    token: str, request: Request, app: CurrentApp, pages: CurrentPages, values: FormValues
) -> Response:
    """Answer for a city, without an account."""
    form, address = ReplyForm.read(values), f"/uitvraag/{token}"
    try:
        _open_link(app, request, token)
        with app.database.writing() as session:
            answer_by_link(
                session, app.desk, token, form.reply(), seen_answer=form.seen_answer, now=app.now()
            )
    except CallRefused as refused:
        if refused.code == "link":
            return _refused_link(app, request, pages, token)
        return _show(app, pages, _open_link(app, request, token), form, address, refusal=refused.code)
    except (InvalidInput, StaleVersion) as error:
        return _again(app, pages, _open_link(app, request, token), form, address, error)
    return see_other(f"{address}?done=answered#melding")


def _open_link(app: App, request: Request, token: str) -> CityCall:
    """Raises CallRefused, or TooManyAttempts for a client that showed too many tokens that are none."""
    with app.database.reading() as session:
        require_patience(session, client_of(request), app.now())
        return open_link(session, token, app.now())


def _refused_link(app: App, request: Request, pages: Pages, token: str) -> HTMLResponse:
    """The same page for every link that opens nothing, so that nobody learns which exist.

    Only a token that never was one counts as guessing: a whole town hall may share one address.
    """
    with app.database.writing() as session:
        if not note_visit(session, token, app.now()):
            count_failure(session, client_of(request), app.now())
    return pages.show("call_refused.html", status=404)


# --- signed in ----------------------------------------------------------------------------------


@router.get("/calls")
def my_calls(app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> HTMLResponse:
    """What waits for one's own city, and what was closed lately."""
    with app.database.reading() as session:
        found = waiting_calls(session, actor, app.now())
    return pages.show(
        "calls.html",
        here="calls",
        waiting=[one for one in found if one.is_open and one.mine is None],
        answered=[one for one in found if one.is_open and one.mine is not None],
        closed=[one for one in found if not one.is_open],
    )


@router.get("/calls/{call_id}/{city}")
def city_page(
    call_id: Number, city: str, app: CurrentApp, pages: CurrentPages, actor: CurrentActor, done: Done = ""
) -> HTMLResponse:
    """A call to one's own city."""
    seen = _open_city(app, call_id, city, actor)
    return _show(app, pages, seen, ReplyForm.of_answer(seen.mine), f"/calls/{call_id}/{city}", done=done)


@router.post("/calls/{call_id}/{city}")
def post_city_answer(
    call_id: Number,
    city: str,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    values: FormValues,
) -> Response:
    """Answer for one's own city."""
    form, address = ReplyForm.read(values), f"/calls/{call_id}/{city}"
    _open_city(app, call_id, city, actor)
    try:
        with app.database.writing() as session:
            answer_as_coordinator(
                session,
                app.desk,
                call_id,
                city,
                form.reply(),
                actor=actor,
                seen_answer=form.seen_answer,
                now=app.now(),
            )
    except CallRefused as refused:
        seen = _open_city(app, call_id, city, actor)
        return _show(app, pages, seen, form, address, refusal=refused.code)
    except (InvalidInput, StaleVersion) as error:
        return _again(app, pages, _open_city(app, call_id, city, actor), form, address, error)
    return see_other(f"{address}?done=answered#melding")


def _open_city(app: App, call_id: int, city: str, actor: Actor) -> CityCall:
    with app.database.reading() as session:
        return open_for_city(session, call_id, city, actor, app.now())


# --- both ---------------------------------------------------------------------------------------


def _again(
    app: App,
    pages: Pages,
    seen: CityCall,
    form: ReplyForm,
    address: str,
    error: InvalidInput | StaleVersion,
) -> HTMLResponse:
    """The form as it was typed, with what is wrong; nothing of it is lost."""
    if isinstance(error, InvalidInput):
        return _show(app, pages, seen, form.with_errors({error.field: error.code}), address, status=422)
    return _show(app, pages, seen, form.with_errors({"": "stale"}, seen=seen.mine), address, status=409)


def _show(
    app: App,
    pages: Pages,
    seen: CityCall,
    form: ReplyForm,
    address: str,
    *,
    status: int = 200,
    refusal: str = "",
    done: str = "",
) -> HTMLResponse:
    return pages.show(
        "call_answer.html",
        status=409 if refusal else status,
        here="calls",
        seen=seen,
        form=form,
        address=address,
        refusal=refusal,
        done=done,
        contacts=_contacts(app, seen),
    )


def _contacts(app: App, seen: CityCall) -> list[Person]:
    with app.database.reading() as session:
        return contacts_for(session, app.desk, seen.dossier, app.now())
