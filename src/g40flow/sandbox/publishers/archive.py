"""open.overheid.nl: the search in order of change, documents, files and pages."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.publishers.gate import list_share
from g40flow.sandbox.publishers.pdf import small_pdf
from g40flow.sandbox.world import World
from g40flow.sandbox.world.archive import OpenDocument

MANY = 663_000
"""What the real site counts besides; nobody pages through that."""
API = "/overheid/openbaarmakingen/api/v0"
NAMED = "https://open.overheid.nl/documenten/"


def archive_routes(world: World, clock: SandboxClock) -> list[Route]:
    def search(request: Request) -> Response:
        query = request.query_params
        found = world.contents.open_documents(clock.now())
        if query.get("sort") == "publicatiedatum":
            found.sort(key=lambda document: document.published_on, reverse=True)
        if since := query.get("publicatiedatumVan"):
            day, month, year = since.split("-")
            found = [d for d in found if d.published_on.isoformat() >= f"{year}-{month}-{day}"]
        start, size = int(query.get("start", "0")), min(50, int(query.get("aantalResultaten", "10")))
        shown = found[start : start + size]
        rows = [_row(document) for document in shown[: round(len(shown) * list_share(request))]]
        return JSONResponse({"totaal": MANY + len(found), "resultaten": rows})

    def detail(request: Request) -> Response:
        document = _find(world, clock, request)
        return JSONResponse(_detail(document)) if document else JSONResponse({"status": 404}, 404)

    def file(request: Request) -> Response:
        document = _find(world, clock, request)
        if document is None:
            return Response(status_code=404)
        return Response(small_pdf(document.title), media_type="application/pdf")

    def page(request: Request) -> Response:
        document = _find(world, clock, request)
        if document is None:
            return HTMLResponse("<h1>Niet gevonden</h1>", 404)
        return HTMLResponse(f"<h1>{_escaped(document.title)}</h1><p>{_escaped(document.about)}</p>")

    return [
        Route(f"{API}/zoek", search),
        Route(f"{API}/zoek/{{uuid}}", detail),
        Route("/documenten/{uuid}/file", file),
        Route("/details/{uuid}", page),
    ]


def _find(world: World, clock: SandboxClock, request: Request) -> OpenDocument | None:
    wanted = request.path_params["uuid"]
    return next((d for d in world.contents.open_documents(clock.now()) if d.uuid == wanted), None)


def _row(document: OpenDocument) -> dict[str, object]:
    return {
        "document": {
            "id": f"{document.uuid}_1",
            "pid": f"{NAMED}{document.uuid}",
            "titel": document.title,
            "omschrijving": document.about,
            "openbaarmakingsdatum": document.published_on.isoformat(),
            "publisher": document.body,
            "aanbieder": "Aanleverloket",
            "mutatiedatumtijd": _instant(document, digits=3),
        },
        "bestandsgrootte": "0.12 MB",
        "aantalPaginas": 4,
        "bestandsType": "application/pdf",
    }


def _detail(document: OpenDocument) -> dict[str, object]:
    body = {"type": "overheid:Ministerie", "label": document.body}
    return {
        "document": {
            "pid": f"{NAMED}{document.uuid}",
            "identifiers": list(document.marks) or ["nvt"],
            "verantwoordelijke": body,
            "medeverantwoordelijken": [],
            "publisher": body,
            "onderwerpen": [],
            "omschrijvingen": [document.about] if document.about else [],
            "titelcollectie": {"officieleTitel": document.title, "verkorteTitels": []},
            "classificatiecollectie": {
                "documentsoorten": [{"label": kind} for kind in document.kinds],
                "themas": [{"label": "Onbekend"}],
                "onderwerpenRonl": [{"label": subject} for subject in document.subjects],
                "informatiecategorieen": [{"label": category} for category in document.categories],
            },
        },
        "plooiIntern": {"aanbieder": "Aanleverloket", "publicatiestatus": "gepubliceerd"},
        "documentrelaties": [{"relation": f"{NAMED}{uuid}"} for uuid in document.relations],
        "versies": [
            {
                "nummer": 1,
                "openbaarmakingsdatum": document.published_on.isoformat(),
                "mutatiedatumtijd": _instant(document, digits=9),
                "bestanden": [
                    {
                        "id": f"{NAMED}{document.uuid}/file",
                        "gepubliceerd": True,
                        "bestandsnaam": "document.pdf",
                        "hash": document.uuid.replace("-", ""),
                    }
                ],
            }
        ],
    }


def _instant(document: OpenDocument, *, digits: int) -> str:
    moment = document.changed_at
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{f'{moment.microsecond:06d}000'[:digits]}Z"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
