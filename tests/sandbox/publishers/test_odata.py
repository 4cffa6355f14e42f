"""The small OData service."""

from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from g40flow.sandbox.world.parliament import guid

SERVICE = "/tweedekamer/OData/v5"


def rows(client: httpx.Client, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"{SERVICE}/{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def test_the_agenda_of_a_period_is_told_in_order_with_a_dutch_offset(client: httpx.Client) -> None:
    period = "Verwijderd eq false and Datum ge 2026-12-09 and Datum lt 2026-12-11"

    found = rows(client, f"Activiteit?$filter={period}&$select=Nummer,Datum,Onderwerp&$orderby=Datum")

    assert len(found) > 10
    assert all(set(row) == {"Nummer", "Datum", "Onderwerp"} for row in found)
    assert [row["Datum"] for row in found] == sorted(row["Datum"] for row in found)
    assert {row["Datum"] for row in found} == {"2026-12-09T00:00:00+01:00", "2026-12-10T00:00:00+01:00"}


def test_next_links_lead_through_everything_once(client: httpx.Client) -> None:
    address: str | None = f"{SERVICE}/ZaakActor?$count=true"
    found: list[str] = []

    while address:
        page = client.get(address).json()
        assert len(page["value"]) <= 250
        found += [row["Id"] for row in page["value"]]
        address = page.get("@odata.nextLink")

    assert len(found) == len(set(found)) == page["@odata.count"] > 250


def test_deleted_rows_remain_unless_they_are_filtered_out(client: httpx.Client) -> None:
    gone = rows(client, "Activiteit?$filter=Verwijderd eq true")

    assert gone
    assert all("Onderwerp" not in row for row in gone)


def test_a_single_entity_and_its_file_are_found(client: httpx.Client) -> None:
    document = guid("Document", "woondeals/0")

    single = client.get(f"{SERVICE}/Document({document})").json()
    file = client.get(f"{SERVICE}/Document({document})/resource", follow_redirects=True)

    assert single["Soort"] == "Brief regering"
    assert file.content.startswith(b"%PDF")


def test_the_metadata_names_every_field_that_rows_have(client: httpx.Client) -> None:
    root = ElementTree.fromstring(client.get(f"{SERVICE}/$metadata").content)
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    activity = next(t for t in root.iter(f"{edm}EntityType") if t.attrib["Name"] == "Activiteit")
    named = {p.attrib["Name"] for p in activity.iter(f"{edm}Property")}

    assert {name for row in rows(client, "Activiteit") for name in row} <= named


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("Activiteit?$top=251", 400),
        ("Activiteit?$filter=Bestaatniet eq 1", 400),
        ("Activiteit?$filter=Datum ge morgen", 400),
        ("Activiteit?$filter=Onderwerp ge 2026-01-01", 400),
        ("Activiteit?$filter=Soort eq 'Stemmingen' or Soort eq 'Overig'", 400),
        ("Activiteit?$expand=Agendapunt", 400),
        ("Activiteit?$skip=-1", 400),
        ("Activiteit(geen-guid)", 400),
        ("Activiteit(00000000-0000-4000-8000-000000000000)", 404),
        ("Persoon", 404),
    ],
)
def test_what_is_not_served_is_refused_in_the_form_of_odata(
    client: httpx.Client, query: str, status: int
) -> None:
    answer = client.get(f"{SERVICE}/{query}")

    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}


def test_quotes_in_strings_are_doubled(client: httpx.Client) -> None:
    assert rows(client, "Zaal?$filter=Naam eq 'Troelstra''s zaal'") == []
    assert len(rows(client, "Zaal?$filter=Naam eq 'Troelstrazaal'")) == 1
