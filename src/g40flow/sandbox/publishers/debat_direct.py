"""Debat Direct: the list of broadcasts behind its website, and a page for each."""

from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from g40flow.sandbox.world import World
from g40flow.sandbox.world.model import AMSTERDAM
from g40flow.sandbox.world.parliament import Activity


def debat_direct_routes(world: World) -> list[Route]:
    """Below /debatdirect. What has a room and is not behind closed doors is broadcast."""

    def search(request: Request) -> Response:
        first = date.fromisoformat(request.query_params["van"])
        last = date.fromisoformat(request.query_params["tot"])
        found = [
            _source(activity)
            for activity in world.contents.activities.values()
            if activity.place and activity.starts and first <= activity.starts.date() < last
            if activity.status == "Gepland" and not activity.private
        ]
        return JSONResponse({"hits": {"total": {"value": len(found)}, "hits": found}})

    def page(request: Request) -> Response:
        return HTMLResponse(
            '<!doctype html><html lang="nl"><head><meta charset="utf-8"/><title>Debat Direct</title></head>'
            "<body><p>Oefenomgeving: hier zou de uitzending te zien zijn.</p></body></html>"
        )

    return [
        Route("/search", search),
        Route("/{day}/{category}/{location}/{slug}", page),
    ]


def _source(activity: Activity) -> dict[str, object]:
    assert activity.starts is not None
    place = activity.place or ""
    return {
        "_source": {
            "name": activity.title,
            "slug": activity.key,
            "locationName": place,
            "locationId": "".join(letter for letter in place.lower() if letter.isalnum()),
            "categoryIds": ["commissies"],
            "debateDate": activity.starts.date().isoformat(),
            "startsAt": _moment(activity.starts),
            "endsAt": _moment(activity.ends) if activity.ends else None,
            "startedAt": None,
            "endedAt": None,
        }
    }


def _moment(local: datetime) -> str:
    """With an offset without a colon, as on the wire."""
    return local.replace(tzinfo=AMSTERDAM).strftime("%Y-%m-%dT%H:%M:%S%z")
