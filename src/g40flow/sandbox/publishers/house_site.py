"""The pages of the House's website that people are sent to; nothing reads them automatically."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from g40flow.sandbox.world import World
from g40flow.sandbox.world.parliament import Activity, Case, document_number

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")), autoescape=True, auto_reload=False
)


def house_site_routes(world: World) -> list[Route]:
    def activity_page(request: Request) -> Response:
        number = request.query_params.get("id", "")
        found = (a for a in world.contents.activities.values() if a.number == number)
        activity = next(found, None)
        return _activity_page(world, activity) if activity else _not_found()

    def case_page(request: Request) -> Response:
        number = request.query_params.get("id", "")
        case = next((c for c in world.contents.cases.values() if number in _numbers(c)), None)
        return _case_page(world, case) if case else _not_found()

    return [
        Route("/debat_en_vergadering/commissievergaderingen/details", activity_page),
        Route("/debat_en_vergadering/plenaire_vergaderingen/details/activiteit", activity_page),
        Route("/kamerstukken/detail", case_page),
        Route("/kamerstukken/{kind}/detail", case_page),
    ]


def _activity_page(world: World, activity: Activity) -> Response:
    rows = {
        "Soort": activity.kind,
        "Nummer": activity.number,
        "Wanneer": activity.starts.strftime("%d-%m-%Y %H:%M") if activity.starts else "nog niet bekend",
        "Status": activity.status,
        "Commissie": _committee(world, activity.committee),
        "Volgcommissies": ", ".join(_committee(world, key) for key in activity.following),
        "Zaal": activity.place or "",
    }
    points = [point.title for point in activity.agenda]
    return _page(activity.title, rows, points)


def _case_page(world: World, case: Case) -> Response:
    rows = {
        "Soort": case.kind,
        "Nummer": case.number,
        "Datum": case.at.strftime("%d-%m-%Y"),
        "Commissie": _committee(world, case.committee),
        "Dossier": case.dossier.title if case.dossier else "",
    }
    return _page(case.title, rows, [])


def _numbers(case: Case) -> set[str]:
    """Of the case and of the one or two documents with which it began."""
    return {case.number, document_number(case, 0), document_number(case, 1)}


def _committee(world: World, key: str) -> str:
    return (world.contents.parliament.committees[key].name or "Plenair").strip()


def _not_found() -> Response:
    return _page("Pagina niet gevonden", {}, [], status=404)


def _page(title: str, rows: dict[str, str], points: list[str], *, status: int = 200) -> Response:
    shown = {label: value for label, value in rows.items() if value}
    text = _PAGES.get_template("house.html").render(title=title.strip(), rows=shown, points=points)
    return HTMLResponse(text, status)
