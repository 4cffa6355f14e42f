"""A page for everything that can go wrong, in words that say what to do."""

import re

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from g40flow.domain.errors import NotFound, StaleVersion
from g40flow.web.guard import add_safety_headers
from g40flow.web.pages import Pages

_OVERVIEW_OF_PATH = re.compile(r"/(?:items/\d{1,18}|sources/[a-z0-9-]+|routing/[a-z]+|[a-z]+)")
_KNOWN_STATUSES = {404: "missing", 405: "method"}


def add_error_pages(portal: FastAPI, pages: Pages) -> None:
    """Answer errors with pages instead of bare texts."""

    @portal.exception_handler(NotFound)
    def missing(request: Request, error: NotFound) -> HTMLResponse:
        return pages.error(404, "missing")

    @portal.exception_handler(StaleVersion)
    def stale(request: Request, error: StaleVersion) -> HTMLResponse:
        return pages.error(409, "stale", back=_page_of(request))

    @portal.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> HTMLResponse:
        return pages.error(422, "unreadable", back=_page_of(request))

    @portal.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> HTMLResponse:
        kind = _KNOWN_STATUSES.get(error.status_code, "other")
        return pages.error(error.status_code, kind)

    @portal.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> HTMLResponse:
        # Starlette answers this one outside all middleware, and logs the error itself.
        answer = pages.error(500, "broken", back=_page_of(request))
        add_safety_headers(answer.headers)
        return answer


def _page_of(request: Request) -> str:
    """The page from which a form was sent, as far as its address tells."""
    found = _OVERVIEW_OF_PATH.match(request.url.path)
    return found.group() if found else "/"
