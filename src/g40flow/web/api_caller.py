"""Which program asks the API, and in whose name: the token of each request says so."""

from typing import Annotated, cast

from fastapi import Depends, Request

from g40flow.bootstrap import App
from g40flow.domain.actors import roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import NotAllowed, SignInFailed
from g40flow.use_cases.access.rules import count_failure, require_patience
from g40flow.use_cases.access.tokens import TokenHolder, holder_of_token, note_used
from g40flow.web.actor import client_of
from g40flow.web.guard import CHANGING

SCHEME = "bearer"


def api_caller(request: Request) -> TokenHolder:
    """Who asks, by the header `Authorization: Bearer TOKEN`; cookies do not count.

    Raises SignInFailed "token" without a token that works, TooManyAttempts after many of those, and
    NotAllowed for a token that may only read, or for somebody without any role.
    """
    app, client = cast(App, request.app.state.app), client_of(request)
    with app.database.reading() as session:
        require_patience(session, client, app.now())
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not secret.strip():
        raise SignInFailed("token", "expected the header Authorization: Bearer TOKEN")
    with app.database.reading() as session:
        holder = holder_of_token(session, app.network, secret.strip(), app.now())
    if holder is None:
        with app.database.writing() as session:
            count_failure(session, client, app.now())
        raise SignInFailed("token", "this token does not work (any more)")
    if holder.is_to_be_noted:
        with app.database.writing() as session:
            note_used(session, holder.token_id, app.now())
    require(Right.READ, roles_of(holder.actor))
    if request.method in CHANGING and not holder.may_write:
        raise NotAllowed("this token may only read")
    return holder


ApiCaller = Annotated[TokenHolder, Depends(api_caller)]
"""For every route below /api/: the program that asks, with the actor in whose name it acts."""
