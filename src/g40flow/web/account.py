"""One's own account: roles, where one is signed in, and signing out everywhere."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from g40flow.domain.instants import dutch_date
from g40flow.storage.access import roles_held, sessions_of
from g40flow.use_cases.access.sign_in import end_all_sessions
from g40flow.web.actor import CurrentActor, CurrentVisitor
from g40flow.web.forms import see_other
from g40flow.web.sign_in import without_session
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()


@router.get("/account")
def account(app: CurrentApp, pages: CurrentPages, actor: CurrentActor, found: CurrentVisitor) -> HTMLResponse:
    """Who one is here, with which roles, and in which browsers."""
    now = app.now()
    with app.database.reading() as session:
        sessions = sessions_of(session, actor.person, seen_after=now - app.access.session_idle, now=now)
        roles = roles_held(session, app.network, actor.person)
    return pages.show(
        "account.html",
        here="account",
        roles=[held.holding for held in roles],
        day=dutch_date(now),
        sessions=sessions,
        this_session=None if found.signed_in is None else found.signed_in.session_id,
        idle_hours=app.access.session_idle / timedelta(hours=1),
        longest_days=app.access.session_longest / timedelta(days=1),
    )


@router.post("/account/sign-out-everywhere")
def post_sign_out_everywhere(app: CurrentApp, actor: CurrentActor) -> RedirectResponse:
    """Sign out in every browser, this one as well."""
    with app.database.writing() as session:
        end_all_sessions(session, actor.person, app.now())
    return without_session(app, see_other("/sign-in?done=out_everywhere#melding"))
