"""What routes ask for: the program and its pages."""

from typing import Annotated, cast

from fastapi import Depends, FastAPI, Request

from g40flow.bootstrap import App
from g40flow.web.actor import CurrentVisitor
from g40flow.web.pages import Pages


def wire(portal: FastAPI, app: App, pages: Pages) -> None:
    """Keep with the portal what its routes ask for."""
    portal.state.app, portal.state.pages = app, pages


# Without await, and yet async: a plain function would be sent to a thread for each page.
async def _app(request: Request) -> App:
    return cast(App, request.app.state.app)


async def _pages(request: Request, found: CurrentVisitor) -> Pages:
    return cast(Pages, request.app.state.pages).seen_by(found.actor)


CurrentApp = Annotated[App, Depends(_app)]
CurrentPages = Annotated[Pages, Depends(_pages)]
