"""The API as an application of its own, inside the portal."""

from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer

from g40flow.bootstrap import App
from g40flow.web.api import calls, campaigns, dossiers, families, items, network
from g40flow.web.api.problems import RESPONSES, add_problems

MOUNTED_AT = "/api/v1"


def build_api(app: App) -> FastAPI:
    """The API, to be mounted at MOUNTED_AT; every route asks for a token itself."""
    api = FastAPI(
        title="g40flow",
        version="1",
        description="Dossiers, campaigns, items and calls of the network. See docs/api.md.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    api.state.app = app
    api.router.routes.extend(_routes_of_all_apis().routes)
    add_problems(api)
    return api


@cache
def _routes_of_all_apis() -> APIRouter:
    """The same for each, as with the pages of the portal."""
    # Only for the description: g40flow.web.api_caller reads the header.
    token = HTTPBearer(auto_error=False, description="A token, see docs/access.md")
    router = APIRouter(responses=RESPONSES, dependencies=[Depends(token)])
    for module in (dossiers, campaigns, items, families, calls, network):
        router.include_router(module.router)
    return router
