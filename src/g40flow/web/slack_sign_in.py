"""Signing in with Slack: there and back again."""

import hmac
import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from g40flow.bootstrap import App
from g40flow.domain.errors import NotFound, SignInFailed
from g40flow.notify.slack_openid import Attempt, SlackOpenId
from g40flow.use_cases.access.sealed import seal, unseal
from g40flow.use_cases.access.sign_in import person_of_slack
from g40flow.web.actor import is_https, local_path
from g40flow.web.forms import see_other
from g40flow.web.links import address_with
from g40flow.web.sign_in import Next, begin_session, with_session
from g40flow.web.wiring import CurrentApp

log = logging.getLogger(__name__)
router = APIRouter()

PATH = "/sign-in/slack"
PURPOSE = "sign in with Slack"
MAY_TAKE = timedelta(minutes=10)
LONGEST = 1000


@router.get(PATH)
def to_slack(app: CurrentApp, back: Next = "/") -> RedirectResponse:
    """Send somebody to Slack, with the secrets of this attempt in a cookie of this browser."""
    slack = _slack(app)
    attempt = Attempt(
        state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48)
    )
    try:
        answer = see_other(slack.address(attempt))
    except SignInFailed as failed:
        return _failed(failed, local_path(back))
    kept = {
        "state": attempt.state,
        "nonce": attempt.nonce,
        "verifier": attempt.verifier,
        "back": local_path(back),
    }
    answer.set_cookie(
        _cookie(app),
        seal(app.access.secret_key, PURPOSE, kept, app.now() + MAY_TAKE),
        max_age=int(MAY_TAKE.total_seconds()),
        path=PATH,
        httponly=True,
        secure=is_https(app),
        samesite="lax",  # strict would not come along when Slack sends somebody back
    )
    return answer


@router.get(f"{PATH}/callback")
def from_slack(
    request: Request,
    app: CurrentApp,
    state: Annotated[str, Query(max_length=LONGEST)] = "",
    code: Annotated[str, Query(max_length=LONGEST)] = "",
    error: Annotated[str, Query(max_length=LONGEST)] = "",
) -> RedirectResponse:
    """Sign in somebody who comes back from Slack in the browser that went there."""
    slack = _slack(app)
    kept = unseal(app.access.secret_key, PURPOSE, request.cookies.get(_cookie(app), ""), app.now())
    back = "/" if kept is None else local_path(kept["back"])
    try:
        attempt = _attempt(kept, state)
        _check_answer(code, error)
        answer = with_session(app, see_other(back), _sign_in(app, request, slack, code, attempt))
    except SignInFailed as failed:
        answer = _failed(failed, back)
    answer.delete_cookie(_cookie(app), path=PATH, httponly=True, secure=is_https(app), samesite="lax")
    return answer


def _attempt(kept: Mapping[str, str] | None, state: str) -> Attempt:
    if kept is None or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise SignInFailed("slack_answer", "came back without, or with another, state")
    return Attempt(state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"])


def _check_answer(code: str, error: str) -> None:
    if error or not code:
        raise SignInFailed("slack_refused", f"Slack says {error!r}")


def _sign_in(app: App, request: Request, slack: SlackOpenId, code: str, attempt: Attempt) -> str:
    """Slack is asked outside any transaction: its answer may take seconds."""
    identity = slack.identity(code, attempt)
    with app.database.writing() as session:
        person = person_of_slack(session, app.access, identity, app.now())
        return begin_session(session, app, request, person)


def _slack(app: App) -> SlackOpenId:
    if app.slack_openid is None:
        raise NotFound("signing in with Slack is not set up")
    return app.slack_openid


def _failed(failed: SignInFailed, back: str) -> RedirectResponse:
    log.warning("signing in with Slack: %s: %s", failed.code, failed)
    where = {"problem": failed.code, "next": "" if back == "/" else back}
    return see_other(address_with("/sign-in", where) + "#fouten")


def _cookie(app: App) -> str:
    return "__Secure-g40flow-slack" if is_https(app) else "g40flow-slack"
