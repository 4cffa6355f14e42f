"""feeds.rijksoverheid.nl: RSS of subjects and ministries, and the pages that entries lead to."""

from datetime import UTC
from email.utils import format_datetime
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from g40flow.sandbox.publishers.gate import list_share
from g40flow.sandbox.world import World
from g40flow.sandbox.world.model import AMSTERDAM
from g40flow.sandbox.world.papers import PressItem

PREFIX = "/rijksoverheid"


def press_routes(world: World) -> list[Route]:
    """Below /rijksoverheid. A feed exists when something stands in it."""

    def feed(request: Request) -> Response:
        path = f"/{request.path_params['path']}.rss"
        items = [item for item in world.contents.press.values() if path in item.feeds]
        if not items:
            return HTMLResponse("<html><body><h1>Pagina niet gevonden</h1></body></html>", 404)
        items = items[: int(len(items) * list_share(request))]
        base = str(request.base_url).rstrip("/") + PREFIX
        shown = "".join(_item(item, base) for item in reversed(items))
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Nieuws</title>'
            f"<link>{base}</link><description>Nieuwsberichten</description>{shown}</channel></rss>"
        )
        return Response(body, media_type="application/rss+xml")

    def page(request: Request) -> Response:
        item = world.contents.press.get(request.path_params["key"])
        if item is None:
            return HTMLResponse("<html><body><h1>Pagina niet gevonden</h1></body></html>", 404)
        return HTMLResponse(
            f'<!doctype html><html lang="nl"><head><meta charset="utf-8"/><title>{escape(item.title)}</title>'
            f"</head><body><p>Oefenomgeving: dit is niet de echte site.</p><h1>{escape(item.title)}</h1>"
            f"{item.text}</body></html>"
        )

    return [Route("/nieuws/{key}", page), Route("/{path:path}.rss", feed)]


def _item(item: PressItem, base: str) -> str:
    link = f"{base}/nieuws/{escape(item.key)}"
    date = ""
    if item.at is not None:
        moment = item.at.replace(tzinfo=AMSTERDAM).astimezone(UTC)
        date = f"<pubDate>{format_datetime(moment, usegmt=True)}</pubDate>"
    return (
        f"<item><title>{escape(item.title)}</title><link>{link}</link><guid>{link}</guid>{date}"
        f"<description>{escape(item.text)}</description></item>"
    )
