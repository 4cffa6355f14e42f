"""wetgevingskalender.overheid.nl: the fiche of every law and order that a consultation names."""

from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from g40flow.sandbox.world import World
from g40flow.sandbox.world.model import Consultation

_FICHE = """<?xml version="1.0" encoding="utf-8"?>
<regelgevingFiche xmlns:dcterms="http://purl.org/dc/terms/"
  xmlns:overheidwk="http://standaarden.overheid.nl/wk/terms/">
  <meta>
    <owmskern>
      <dcterms:identifier>{number}</dcterms:identifier>
      <dcterms:title>{title}</dcterms:title>
      <dcterms:modified>{modified}</dcterms:modified>
    </owmskern>
    <owmsmantel>
      <dcterms:isPartOf resourceIdentifier="{site}/{short}">Internetconsultatie ({short})</dcterms:isPartOf>
      <dcterms:subject>{subject}</dcterms:subject>
    </owmsmantel>
    <regelgevingipm>
      <overheidwk:departementEersteOndertekenaar>{ministry}</overheidwk:departementEersteOndertekenaar>
      <overheidwk:type>{kind}</overheidwk:type>
      <overheidwk:status>Lopend</overheidwk:status>
      <overheidwk:actieveFase>Voorbereiding</overheidwk:actieveFase>
    </regelgevingipm>
  </meta>
  <body><regelgeving>
    <samenvatting>{summary}</samenvatting>
    <fases><fase faseTitel="Voorbereiding"><mijlpalen><mijlpaal>
      <mijlpaalTitel>Internetconsultatie (start)</mijlpaalTitel>
      <mijlpaalDatum>{began}</mijlpaalDatum>
      <mijlpaalDocument resourceIdentifier="{site}/{short}">Internetconsultatie</mijlpaalDocument>
    </mijlpaal></mijlpalen></fase></fases>
  </regelgeving></body>
</regelgevingFiche>
"""
SITE = "http://www.internetconsultatie.nl"
"""As fiches name it, whatever the address of the sandbox."""


def law_calendar_routes(world: World) -> list[Route]:
    def find(request: Request) -> Consultation | None:
        number = request.path_params["number"].upper().removeprefix("WGK")
        chain = int(number) if number.isdecimal() else -1
        known = (c for c in world.consultations.values() if c.chain_id == chain)
        return min(known, key=lambda c: c.opens_on, default=None)

    def fiche(request: Request) -> Response:
        found = find(request)
        if found is None:
            return HTMLResponse("<h1>Regeling niet gevonden</h1>", 404)
        return Response(_fiche(found), media_type="text/xml")

    def page(request: Request) -> Response:
        found = find(request)
        title = escape(found.title) if found else "Regeling niet gevonden"
        return HTMLResponse(f"<h1>{title}</h1>", 200 if found else 404)

    return [Route("/Regeling/{number}/xml", fiche), Route("/Regeling/{number}", page)]


def _fiche(found: Consultation) -> str:
    values = {
        "site": SITE,
        "number": f"WGK{found.chain_id:06d}",
        "title": found.title.strip(),
        "modified": found.opens_on.isoformat(),
        "short": str(found.number),
        "subject": " | ".join([*found.themes[:1], *found.topics[:1]]),
        "ministry": found.organisation,
        "kind": found.kind,
        "summary": " ".join(found.intro),
        "began": found.opens_on.isoformat(),
    }
    return _FICHE.format(**{name: escape(value) for name, value in values.items()})
