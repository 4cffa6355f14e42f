"""The publishers' documented interfaces, as one ASGI application.

Prefixes: /internetconsultatie and /tweedekamer. Every address in an answer starts with the address
the sandbox was asked at, so that a client follows links to the sandbox and nowhere else.
"""

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.publishers.consultations import consultation_routes
from g40flow.sandbox.publishers.gate import Gate
from g40flow.sandbox.publishers.house_site import house_site_routes
from g40flow.sandbox.publishers.odata import odata_routes
from g40flow.sandbox.publishers.sync_feed import sync_feed_routes
from g40flow.sandbox.world import World


def build_publishers_app(world: World, clock: SandboxClock) -> ASGIApp:
    """Serves what `world` knows at the time `clock` shows."""
    house = [*sync_feed_routes(world), *odata_routes(world), *house_site_routes(world)]
    app = Starlette(
        routes=[
            Mount("/internetconsultatie", routes=consultation_routes(world, clock)),
            Mount("/tweedekamer", routes=house),
        ]
    )
    return Gate(app, world, clock)
