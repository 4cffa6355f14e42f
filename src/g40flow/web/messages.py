"""The outbox and the ledger: who was told what, what waits, and what failed."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from g40flow.domain.dossier.rights import Right
from g40flow.storage.items import items_of_revisions
from g40flow.storage.messages import (
    deliveries_of,
    known_audiences,
    messages_per_state,
    search_messages,
    titles_in_messages,
)
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.retry_message import retry_message
from g40flow.web.actor import needs
from g40flow.web.audiences import audience_name
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

PER_PAGE = 25


@router.get("/messages", dependencies=[needs(Right.READ_HISTORY)])
def messages(
    app: CurrentApp,
    pages: CurrentPages,
    state: Annotated[str, Query(max_length=20)] = "",
    audience: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    retried: Annotated[int | None, Query(ge=1)] = None,
) -> HTMLResponse:
    """Messages, newest first. retried: number of the one that was just put back in the outbox."""
    paging = Paging(number=page, size=PER_PAGE)
    with app.database.reading() as session:
        rows, total = search_messages(
            session, state=state, audience=audience, limit=paging.size, offset=paging.offset
        )
        ids = [row.id for row in rows if row.id is not None]
        titles = _titles(session, rows)
        attempts = deliveries_of(session, ids)
        per_state = messages_per_state(session)
        audiences = known_audiences(session)
    return pages.show(
        "messages.html",
        here="messages",
        rows=rows,
        titles=titles,
        deliveries={id_: [a for a in attempts if a.message_id == id_] for id_ in ids},
        per_state=per_state,
        states=[known.value for known in MessageState],
        audiences={name: audience_name(app.network, name) for name in {*audiences, audience} - {""}},
        name_of={row.audience: audience_name(app.network, row.audience) for row in rows},
        paging=paging.of(total),
        filters={"state": state, "audience": audience},
        retried=retried,
        can_send=app.settings.slack_bot_token is not None,
    )


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
