"""The outbox and the ledger: who was told what, what waits, and what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.dossier.rights import Right
from g40flow.domain.reach import MailState
from g40flow.storage.access import network_with_everybody
from g40flow.storage.items import items_of_revisions
from g40flow.storage.mail_states import refusing_addresses
from g40flow.storage.messages import (
    deliveries_of,
    known_audiences,
    messages_per_state,
    search_messages,
    titles_in_messages,
)
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.allow_mail import allow_mail
from g40flow.use_cases.recipients import recipient_name
from g40flow.use_cases.retry_message import retry_message
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.audiences import audience_name
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

PER_PAGE = 25


@router.get("/messages", dependencies=[needs(Right.READ_HISTORY)])
def messages(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    state: Annotated[str, Query(max_length=20)] = "",
    audience: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    retried: Annotated[int | None, Query(ge=1)] = None,
    allowed: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Messages, newest first.

    retried: number of the one that was just put back in the outbox. allowed: slug of the person to
    whom mail was just allowed again.
    """
    paging = Paging(number=page, size=PER_PAGE)
    with app.database.reading() as session:
        rows, total = search_messages(
            session,
            state=state,
            audience=audience,
            reader=actor.person,
            limit=paging.size,
            offset=paging.offset,
        )
        ids = [row.id for row in rows if row.id is not None]
        titles = _titles(session, rows)
        attempts = deliveries_of(session, ids)
        per_state = messages_per_state(session)
        audiences = known_audiences(session)
        network = network_with_everybody(session, app.network)
        refusals = _refusals(app, session)
        allowed_name = recipient_name(session, app.network, allowed)
    return pages.show(
        "messages.html",
        here="messages",
        rows=rows,
        titles=titles,
        deliveries={id_: [a for a in attempts if a.message_id == id_] for id_ in ids},
        per_state=per_state,
        states=[known.value for known in MessageState],
        audiences={name: audience_name(network, name) for name in {*audiences, audience} - {""}},
        name_of={row.audience: audience_name(network, row.audience) for row in rows},
        paging=paging.of(total),
        filters={"state": state, "audience": audience},
        retried=retried,
        allowed=allowed_name,
        refusals=refusals,
        can_send=app.settings.slack_bot_token is not None,
        can_mail=app.settings.smtp_host is not None,
    )


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Somebody to whom no mail goes until it is allowed again. since: aware UTC."""

    person: str
    name: str
    since: datetime
    reason: str


def _refusals(app: App, session: Session) -> list[Refusal]:
    return [
        Refusal(
            person=row.person,
            name=recipient_name(session, app.network, row.person),
            since=row.since_at,
            reason=row.reason,
        )
        for row in refusing_addresses(session)
        if row.state == MailState.HARD
    ]


def _titles(session: Session, rows: Sequence[Message]) -> dict[int, list[tuple[int, str]]]:
    """The (id, title) of the items that each message is about; a reply is about a change of one."""
    titles = titles_in_messages(session, [row.id for row in rows if row.id is not None])
    revisions = {row.id: row.subject["revision"] for row in rows if row.id and "revision" in row.subject}
    changed = items_of_revisions(session, revisions.values())
    return titles | {id_: [changed[revision]] for id_, revision in revisions.items() if revision in changed}


@router.post("/messages/{message_id}/retry", dependencies=[needs(Right.RETRY_MESSAGE)])
def post_retry(message_id: int, app: CurrentApp) -> RedirectResponse:
    """Give a failed message another chance."""
    with app.database.writing() as session:
        retry_message(session, message_id, now=app.now())
    return RedirectResponse(f"/messages?retried={message_id}", status_code=303)


@router.post("/messages/mail/{person}/allow", dependencies=[needs(Right.RETRY_MESSAGE)])
def post_allow(person: str, app: CurrentApp) -> RedirectResponse:
    """Let mail to somebody go again. Raises NotFound."""
    with app.database.writing() as session:
        allow_mail(session, app.network, person, now=app.now())
    return RedirectResponse(f"/messages?{urlencode({'allowed': person})}", status_code=303)
