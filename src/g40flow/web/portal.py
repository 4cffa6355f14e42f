"""The portal as one application: routes, pages for errors, and the guard around all of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI

from g40flow.bootstrap import App
from g40flow.web import (
    corrections,
    health,
    items,
    messages,
    overview,
    routing_proposals,
    routing_quality,
    routing_rules,
    sources,
)
from g40flow.web.assets import load_assets
from g40flow.web.errors import add_error_pages
from g40flow.web.guard import Guard, allowed_hosts
from g40flow.web.pages import Pages
from g40flow.web.wiring import wire


def build_portal(app: App) -> FastAPI:
    """The portal of one network. Serve it on loopback only: nobody signs in yet.

    Whoever can reach the port may read everything and correct routings. A reverse proxy that does
    sign people in must keep the Host header, and its name must be that of `portal_url`.
    """
    portal = FastAPI(
        title="g40flow", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_read_rules_first(app)
    )
    assets = load_assets()
    pages = Pages(app, assets)
    wire(portal, app, pages)
    for module in (
        overview,
        items,
        sources,
        messages,
        corrections,
        routing_quality,
        routing_proposals,
        routing_rules,
        health,
    ):
        portal.include_router(module.router)
    portal.include_router(assets.router())
    add_error_pages(portal, pages)
    portal.add_middleware(Guard, hosts=allowed_hosts(app.settings.portal_url), pages=pages)
    return portal


def _read_rules_first(app: App) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Calendars and routing rules take a second to read: at the start, not with the first visitor."""

    @asynccontextmanager
    async def lifespan(portal: FastAPI) -> AsyncIterator[None]:
        _ = (app.calendars, app.router, app.announcer)
        yield

    return lifespan
