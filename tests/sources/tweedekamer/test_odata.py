import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged
from g40flow.sources.tweedekamer.odata import (
    DEFAULT_FIELDS,
    ODataService,
    held_by_us,
    look_ahead,
    missing_fields,
)
from tests.sources.loopback import Answer, Loopback, Request, fetching
from tests.sources.tweedekamer.feeds import Entity, guid
from tests.sources.tweedekamer.kept import keep

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def metadata(*names: str) -> bytes:
    """A service description in which Activiteit takes Id and Verwijderd from its base type."""
    properties = "".join(f'<Property Name="{name}" Type="Edm.String"/>' for name in names)
    return (
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
        '<Schema Namespace="TK" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        '<EntityType Name="Entiteit" Abstract="true"><Property Name="Id" Type="Edm.Guid"/>'
        '<Property Name="Verwijderd" Type="Edm.Boolean"/></EntityType>'
        f'<EntityType Name="Activiteit" BaseType="TK.Entiteit">{properties}</EntityType>'
        '<EntityContainer Name="C"><EntitySet Name="Activiteit" EntityType="TK.Activiteit"/>'
        "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"
    ).encode()


WHOLE = metadata("Datum", "Aanvangstijd", "Onderwerp", "Status", "Nummer")


def row(name: str, **fields: Any) -> dict[str, Any]:
    return {"Id": guid(name), "Verwijderd": False, "Nummer": name, "Onderwerp": None, **fields}


class Service:
    """An OData service on loopback that shows one row a page."""

    def __init__(self, loopback: Loopback) -> None:
        self.description = WHOLE
        self.rows: list[dict[str, Any]] = []
        self.loopback = loopback
        loopback.respond_with(self.answer)

    def answer(self, request: Request) -> Answer:
        if request.path == "/OData/v5/$metadata":
            return Answer(body=self.description)
        skip = int(parse_qs(urlsplit(request.path).query).get("$skip", ["0"])[0])
        page: dict[str, Any] = {"value": self.rows[skip : skip + 1]}
        if skip + 1 < len(self.rows):
            page["@odata.nextLink"] = f"{self.loopback.url}/OData/v5/Activiteit?$skip={skip + 1}"
        return Answer(body=json.dumps(page).encode())

    @property
    def config(self) -> ODataService:
        return ODataService(base_url=f"{self.loopback.url}/OData/v5")


@pytest.fixture
def service() -> Iterator[Service]:
    with Loopback().running() as loopback:
        yield Service(loopback)


def test_all_pages_are_read_by_following_the_next_link(service: Service) -> None:
    service.rows = [row(f"2026A{n}", Aanvangstijd="2026-11-24T14:00:00+01:00") for n in range(3)]

    with fetching() as fetch:
        look = look_ahead(fetch, service.config, MONDAY, FRIDAY)

    assert [one["nummer"] for one in look.rows] == ["2026A0", "2026A1", "2026A2"]
    assert look.rows[0]["aanvangstijd"] == "2026-11-24T13:00:00+00:00"
    assert "onderwerp" not in look.rows[0]
    assert look.signals == ()


def test_the_question_names_the_days_the_fields_and_leaves_out_what_is_deleted(service: Service) -> None:
    with fetching() as fetch:
        look_ahead(fetch, service.config, MONDAY, FRIDAY)

    query = parse_qs(urlsplit(service.loopback.paths()[1]).query)
    assert query["$filter"] == ["Verwijderd eq false and Datum ge 2026-11-23 and Datum lt 2026-11-28"]
    assert query["$select"] == ["Id,Verwijderd,Datum,Aanvangstijd,Onderwerp,Status,Nummer"]


def test_a_field_that_the_service_no_longer_knows_is_left_out_and_told(service: Service) -> None:
    service.description = metadata("Datum", "Aanvangstijd", "Titel", "Status", "Nummer")

    with fetching() as fetch:
        look = look_ahead(fetch, service.config, MONDAY, FRIDAY)

    assert "Onderwerp" not in service.loopback.paths()[1]
    assert [(signal.code, signal.subject) for signal in look.signals] == [("odata_field_gone", "Onderwerp")]


def test_a_field_that_cannot_be_missed_stops_the_look(service: Service) -> None:
    service.description = metadata("Aanvangstijd")

    with fetching() as fetch, pytest.raises(SourceChanged, match="Datum"):
        look_ahead(fetch, service.config, MONDAY, FRIDAY)


def test_the_field_map_is_a_contract_with_the_service() -> None:
    service = ODataService(base_url="https://voorbeeld.example/OData/v5")

    assert missing_fields(WHOLE, service) == ()
    assert missing_fields(metadata(), service) == ("datum", "aanvangstijd", "onderwerp", "status", "nummer")
    renamed = replace(service, fields={**DEFAULT_FIELDS, "onderwerp": "Titel"})
    assert missing_fields(metadata("Datum", "Aanvangstijd", "Titel", "Status", "Nummer"), renamed) == ()


@pytest.mark.parametrize(
    "document",
    [b"", b"<html/>", b"<!DOCTYPE x><a/>", WHOLE.replace(b'Name="Activiteit"', b'Name="Activity"')],
)
def test_something_else_than_a_description_is_refused(document: bytes) -> None:
    with pytest.raises(SourceChanged, match="metadata"):
        missing_fields(document, ODataService(base_url="https://voorbeeld.example"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"value": 3}',
        b'{"value": [{"Id": "x"}]}',
        b'{"value": [], "@odata.nextLink": 3}',
        b"null",
    ],
)
def test_a_page_of_another_form_is_refused(service: Service, body: bytes) -> None:
    service.loopback.respond_with(lambda request: Answer(body=WHOLE if "metadata" in request.path else body))

    with fetching() as fetch, pytest.raises(SourceChanged):
        look_ahead(fetch, service.config, MONDAY, FRIDAY)


def test_an_agenda_without_end_is_refused(service: Service) -> None:
    service.rows = [row(f"2026A{n}") for n in range(250)]

    with fetching() as fetch, pytest.raises(SourceChanged, match="end of the agenda"):
        look_ahead(fetch, service.config, MONDAY, FRIDAY)


def test_what_our_copy_lacks_or_has_at_another_time_is_not_held(service: Service) -> None:
    def debate(name: str, hour: str) -> Entity:
        return Entity(kind="activiteit", name=name, fields={"aanvangstijd": f"2026-11-24T{hour}:00:00"})

    service.rows = [
        row(name, Aanvangstijd="2026-11-24T14:00:00+01:00") for name in ("same", "moved", "unknown")
    ]
    service.rows.append(row("undated"))
    stored = keep(debate("same", "14"), debate("moved", "10"), debate("undated", "10"))

    with fetching() as fetch:
        held = held_by_us(look_ahead(fetch, service.config, MONDAY, FRIDAY), stored)

    assert held == {guid("same"), guid("undated")}


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_as_a_description(document: bytes) -> None:
    with pytest.raises(SourceChanged):
        missing_fields(document, ODataService(base_url="https://voorbeeld.example"))
