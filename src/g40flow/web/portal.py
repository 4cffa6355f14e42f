"""The portal as one application: routes, pages for errors, and the guard around all of it."""

import gc
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from urllib.parse import urlsplit

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, Depends, FastAPI

from g40flow.bootstrap import App, build_app
from g40flow.domain.errors import ConfigError
from g40flow.web import (
    account,
    agenda,
    board,
    board_acts,
    call_answers,
    campaign_acts,
    campaign_member_acts,
    campaigns,
    contacts,
    corrections,
    coverage,
    digests,
    dossier_acts,
    dossier_call,
    dossier_of_items,
    dossier_plan,
    dossier_points,
    dossier_submission,
    dossier_text,
    dossiers,
    families,
    health,
    hooks,
    items,
    library,
    messages,
    metrics,
    outcomes,
    overview,
    people,
    personal_data,
    preferences,
    private_feeds,
    reports,
    routing_proposals,
    routing_quality,
    routing_rules,
    sign_in,
    slack_sign_in,
    sources,
    stakeholders,
    unsubscribe,
)
from g40flow.web.actor import visitor
from g40flow.web.api.application import MOUNTED_AT, build_api
from g40flow.web.api.problems import problem
from g40flow.web.assets import load_assets
from g40flow.web.errors import add_error_pages
from g40flow.web.guard import LOOPBACK, Guard, allowed_hosts
from g40flow.web.pages import Pages
from g40flow.web.wiring import wire

PAGES_AT_ONCE = 6
"""Threads of a process that make pages: Python works on one at a time, the others wait for the database.

With more of them none is ready sooner, and a crowd would want more connections than the database gives.
"""
SECONDS_PER_TURN = 0.0005
"""How long a thread may keep Python to itself while others wait.

A page asks the database some fifteen questions, and after each of them its thread waits for its turn. At
Python's own 5 ms that made pages wait more than they worked: at 50 a second on two cores the slowest of
twenty took 154 ms, and take 91 ms with this.
"""


def portal_of_environment() -> FastAPI:
    """The portal of one process, from the environment. Raises ConfigError."""
    from g40flow.config.logs import set_up_logging

    sys.setswitchinterval(SECONDS_PER_TURN)
    app = build_app()
    set_up_logging(app.settings)
    portal = build_portal(app)
    portal.state.pages.compile_all()
    gc.collect()
    gc.freeze()  # what stays anyway need not be looked through for garbage again and again
    return portal


def build_portal(app: App) -> FastAPI:
    """The portal of one network, for people who sign in; see docs/access.md.

    A reverse proxy in front of it must keep the Host header, and its name must be that of
    `portal_url`. Raises ConfigError when the settings would let strangers in.
    """
    _check_who_may_come_in(app)
    portal = FastAPI(
        title="g40flow",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_ready_for_visitors(app),
        dependencies=[Depends(visitor)],
    )
    assets = load_assets()
    pages = Pages(app, assets)
    wire(portal, app, pages)
    portal.router.routes.extend(_pages_of_all_portals().routes)
    portal.include_router(assets.router())
    portal.mount(MOUNTED_AT, build_api(app))
    _let_slack_in(portal, app)
    add_error_pages(portal, pages)
    portal.add_middleware(
        Guard, hosts=allowed_hosts(app.settings.portal_url), pages=pages, for_programs=problem
    )
    return portal


@cache
def _pages_of_all_portals() -> APIRouter:
    """They ask the request for the program, so that they are the same for each: FastAPI takes a second to
    work out what they need.
    """
    router = APIRouter(dependencies=[Depends(visitor)])
    for module in (
        overview,
        items,
        families,
        coverage,  # before the page of one source, whose address has the same form
        sources,
        messages,
        dossier_of_items,  # before the page of one dossier, whose address has the same form
        dossiers,
        dossier_acts,
        dossier_plan,
        dossier_text,
        dossier_submission,
        dossier_points,
        library,
        agenda,
        digests,
        board,
        board_acts,
        corrections,
        routing_quality,
        routing_proposals,
        routing_rules,
        sign_in,
        slack_sign_in,
        people,
        account,
        private_feeds,
        preferences,
        unsubscribe,
        health,
        metrics,
        call_answers,
        dossier_call,
        hooks,
        campaigns,
        campaign_acts,
        outcomes,
        campaign_member_acts,
        contacts,
        stakeholders,
        personal_data,
        reports,
    ):
        router.include_router(module.router)
    return router


def _check_who_may_come_in(app: App) -> None:
    # What is missing stops the start, and not the first person who signs in.
    _ = (app.access, app.slack_openid)
    host = urlsplit(app.settings.portal_url).hostname
    if app.settings.choose_person and host not in LOOPBACK:
        raise ConfigError(
            f"G40FLOW_CHOOSE_PERSON: lets everybody be anybody, so only for a portal on this machine; "
            f"G40FLOW_PORTAL_URL is for {host}"
        )


def _let_slack_in(portal: FastAPI, app: App) -> None:
    """Slack's requests, when it can reach this portal and signs them. Outside FastAPI: no session there."""
    secret = app.settings.slack_signing_secret
    if secret is None or app.settings.slack_bot_token is None:
        return
    from g40flow.slack_app.http import slack_routes
    from g40flow.slack_app.setting_up import build_slack_app

    entry = build_slack_app(app)
    portal.state.slack = entry
    portal.router.routes.extend(slack_routes(app, entry.receiver, secret.get_secret_value()))


def _ready_for_visitors(app: App) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """How many pages at once; and calendars and routing rules, which take a second to read."""

    @asynccontextmanager
    async def lifespan(portal: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = PAGES_AT_ONCE
        _ = (app.calendars, app.router, app.announcer)
        yield

    return lifespan
