"""The publishers' documented interfaces, as one ASGI application.

Each has a prefix of its own, see world.faults.PUBLISHERS. Every address in an answer starts with the
address the sandbox was asked at, so that a client follows links to the sandbox and nowhere else.
"""

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.publishers.archive import archive_routes
from g40flow.sandbox.publishers.commission import commission_routes
from g40flow.sandbox.publishers.consultations import consultation_routes
from g40flow.sandbox.publishers.debat_direct import debat_direct_routes
from g40flow.sandbox.publishers.gate import Gate
from g40flow.sandbox.publishers.house_site import house_site_routes
from g40flow.sandbox.publishers.journal import journal_routes
from g40flow.sandbox.publishers.law_calendar import law_calendar_routes
from g40flow.sandbox.publishers.odata import odata_routes
from g40flow.sandbox.publishers.press import press_routes
from g40flow.sandbox.publishers.senate import senate_routes
from g40flow.sandbox.publishers.sync_feed import sync_feed_routes
from g40flow.sandbox.world import World


def build_publishers_app(world: World, clock: SandboxClock) -> ASGIApp:
    """Serves what `world` knows at the time `clock` shows."""
    house = [*sync_feed_routes(world), *odata_routes(world), *house_site_routes(world)]
    app = Starlette(
        routes=[
            Mount("/internetconsultatie", routes=consultation_routes(world, clock)),
            Mount("/tweedekamer", routes=house),
            Mount("/debatdirect", routes=debat_direct_routes(world)),
            Mount("/openoverheid", routes=archive_routes(world, clock)),
            Mount("/haveyoursay", routes=commission_routes(world, clock)),
            Mount("/wetgevingskalender", routes=law_calendar_routes(world)),
            Mount("/eerstekamer", routes=senate_routes(world, clock)),
            Mount("/officielebekendmakingen", routes=journal_routes(world)),
            Mount("/rijksoverheid", routes=press_routes(world)),
        ]
    )
    return Gate(app, world, clock)
