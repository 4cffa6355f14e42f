"""Pages that people are sent to from a message."""

import httpx

from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world.parliament import document_number

AGENDA = "/tweedekamer/debat_en_vergadering/commissievergaderingen/details"


def test_the_link_of_a_debate_leads_to_its_agenda(client: httpx.Client, sandbox: SandboxServer) -> None:
    number = sandbox.world.contents.activities["cd-jeugd"].number

    page = client.get(f"{AGENDA}?id={number}")

    assert page.status_code == 200
    assert "<h1>Jeugdbeleid</h1>" in page.text
    assert "Stevige lokale teams" in page.text


def test_the_link_of_a_zaak_leads_to_its_page(client: httpx.Client, sandbox: SandboxServer) -> None:
    case = sandbox.world.contents.cases["m-boa"]
    document = document_number(case, 0)

    pages = [
        client.get(f"/tweedekamer/kamerstukken/detail?id={number}&did={document}")
        for number in (case.number, document)
    ]

    assert all("landelijk kader voor de uitrusting" in page.text for page in pages)


def test_an_unknown_number_is_a_404(client: httpx.Client) -> None:
    assert client.get(f"{AGENDA}?id=2026A00001").status_code == 404
