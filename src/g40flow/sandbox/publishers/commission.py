"""Have your say: the JSON behind the website. What it does not understand it passes over in silence."""

from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.publishers.gate import list_share
from g40flow.sandbox.publishers.pdf import small_pdf
from g40flow.sandbox.world import World
from g40flow.sandbox.world.initiatives import TOPICS, Initiative

BASE = "/info/law/better-regulation"
BRUSSELS = ZoneInfo("Europe/Brussels")
LARGEST = 100


def commission_routes(world: World, clock: SandboxClock) -> list[Route]:
    def search(request: Request) -> Response:
        query = request.query_params
        if "page" not in query or "language" not in query:
            return JSONResponse({"errorCode": "general_error"}, 500)
        every = sorted(world.contents.initiatives.values(), key=lambda one: -one.number)
        if query.get("feedbackStatus") == "OPEN" and world.understands_filters:
            every = [one for one in every if _status(one, clock) == "OPEN"]
        every = every[: round(len(every) * list_share(request))]
        size, number = min(LARGEST, int(query.get("size", "10"))), int(query["page"])
        pages = max(1, -(-len(every) // size))
        content = [_row(one, clock) for one in every[number * size : (number + 1) * size]]
        result = {
            "content": content,
            "totalElements": len(every),
            "totalPages": pages,
            "last": number >= pages - 1,
        }
        return JSONResponse({"initiativeResultDtoPage": result, "exactMatch": False})

    def detail(request: Request) -> Response:
        one = _find(world, request)
        return JSONResponse(_detail(one, clock)) if one else JSONResponse({"errorCode": "not_found"}, 404)

    def shell(request: Request) -> Response:
        return HTMLResponse("<!doctype html><html><body><app-root></app-root></body></html>")

    def page(request: Request) -> Response:
        number = request.path_params["slug"].partition("_")[0].partition("-")[0]
        one = world.contents.initiatives.get(int(number)) if number.isdecimal() else None
        if one is None or one.gone:
            return HTMLResponse("<h1>Not found</h1>", 404)
        title = (one.dutch or one.title).replace("&", "&amp;").replace("<", "&lt;")
        return HTMLResponse(f"<h1>{title}</h1>")

    def download(request: Request) -> Response:
        return Response(small_pdf("Initiative"), media_type="application/pdf")

    return [
        Route(f"{BASE}/brpapi/searchInitiatives", search),
        Route(f"{BASE}/brpapi/groupInitiatives/{{number:int}}", detail),
        Route(f"{BASE}/api/groupInitiatives/{{number:int}}", shell),
        Route(f"{BASE}/brpapi/download/{{number:int}}", download),
        Route(f"{BASE}/have-your-say/initiatives/{{slug}}", page),
    ]


def _find(world: World, request: Request) -> Initiative | None:
    one = world.contents.initiatives.get(request.path_params["number"])
    return None if one is None or one.gone else one


def _status(one: Initiative, clock: SandboxClock) -> str:
    return one.status(clock.now().astimezone(BRUSSELS).replace(tzinfo=None))


def _row(one: Initiative, clock: SandboxClock) -> dict[str, object]:
    status = _status(one, clock)
    titles = {"EN": one.title, **({"NL": one.dutch} if one.dutch else {})}
    return {
        "id": float(one.number),
        "reference": one.reference,
        "foreseenActType": one.act,
        "initiativeStatus": "ACTIVE",
        "shortTitle": one.title,
        "initiativeTranslations": [
            {"language": language, "field": "SHORT_TITLE", "value": text} for language, text in titles.items()
        ],
        "currentStatuses": [
            {
                "frontEndStage": "PLANNING_WORKFLOW",
                "receivingFeedbackStatus": status,
                "feedbackStartDate": f"{one.opens:%Y/%m/%d %H:%M:%S}",
                "feedbackEndDate": f"{one.closes:%Y/%m/%d %H:%M:%S}",
                "isCurrent": True,
            }
        ],
        "topics": [{"code": code, "label": TOPICS.get(code, code)} for code in one.topics],
    }


def _detail(one: Initiative, clock: SandboxClock) -> dict[str, object]:
    kind = "PROP_DIR" if one.proposal else "CFE_IMPACT_ASSESS"
    return {
        "id": one.number,
        "dossierSummary": f"<p>{one.summary}</p>" if one.summary else None,
        "dg": one.dg,
        "policyAreas": [],
        "stage": "PLANNING_WORKFLOW",
        "foreseenActType": one.act,
        "publications": [
            {
                "id": one.number * 10,
                "type": kind,
                "reference": one.proposal or one.reference,
                "title": one.title,
                "publishedDate": f"{one.opens:%Y/%m/%d %H:%M:%S}",
                "endDate": f"{one.closes:%Y/%m/%d %H:%M:%S}",
                "receivingFeedbackStatus": _status(one, clock),
                "totalFeedback": clock.now().hour,
                "attachments": [{"id": one.number * 100, "title": "Call for evidence", "language": "EN"}],
            }
        ],
    }
