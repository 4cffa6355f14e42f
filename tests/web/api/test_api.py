"""What programs read and do, in the name of the person of their token."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from g40flow.domain.dossier.text import content_hash
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.network import Role
from g40flow.storage.access_tables import RoleGrant
from g40flow.storage.dossier_tables import (
    CallAnswer,
    Comment,
    Dossier,
    DossierPartner,
    Follow,
    HistoryEntry,
    LibraryPosition,
    TextVersion,
)
from g40flow.web.api.application import build_api
from tests.web.api.asking import program_of
from tests.web.calling import (
    AFTER_CLOSING,
    PEN_HOLDER,
    SECRETARY,
    answered,
    call_in,
    coordinator_of,
    dossier_in_call,
)
from tests.web.reading import PORTAL, TestClient
from tests.web.signing_in import ANNA, browser_of
from tests.web.world import World, bill, build_world, consultation

PROBLEM = "application/problem+json"


@pytest.fixture
def dossier(world: World) -> int:
    """A dossier at the stage of the call."""
    return dossier_in_call(world, world.publish(consultation("Wet regie woningen")))


@pytest.fixture
def program(world: World) -> TestClient:
    """A program of the PA office that may write."""
    return program_of(world, ANNA)


def text_of(world: World, dossier_id: int, markdown: str = "# Reactie\n", *, shared: bool = False) -> str:
    """A version of the text; returns its hash."""
    with world.database.writing() as session:
        version = TextVersion(
            dossier_id=dossier_id,
            number=len(session.exec(select(TextVersion)).all()) + 1,
            content_hash=content_hash(markdown),
            markdown=markdown,
            author=PEN_HOLDER,
            origin="portal",
            shared_with_partners=shared,
            created_at=world.now(),
        )
        session.add(version)
        session.flush()
        row = session.get_one(Dossier, dossier_id)
        row.current_version_id, row.stage = version.id, Stage.DRAFTING
        return version.content_hash


def rows(world: World, table: Any) -> list[Any]:
    """Everything in a table."""
    with world.database.reading() as session:
        return list(session.exec(select(table)))


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem that an answer says, which must be this one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    return problem


# --- coming in ----------------------------------------------------------------------------------


def test_every_route_needs_a_token(world: World) -> None:
    stranger = TestClient(build_api(world), base_url=PORTAL)

    for path, methods in stranger.get("/openapi.json").json()["paths"].items():
        address = path.replace("{city}", "delft")
        for name in re.findall(r"\{(\w+)\}", address):
            address = address.replace("{" + name + "}", "1")
        for method in methods:
            answer = stranger.request(method, address, json={})
            refused(answer, 401, "token_needed")
            assert answer.headers["www-authenticate"] == "Bearer"


def test_a_session_of_the_portal_is_no_token(world: World) -> None:
    refused(browser_of(world, ANNA).get("/api/v1/me"), 401, "token_needed")


def test_a_token_to_read_changes_nothing(world: World, dossier: int) -> None:
    reader = program_of(world, ANNA, may_write=False)

    refused(reader.put(f"/dossiers/{dossier}/follow"), 403, "not_allowed")

    assert reader.get("/me").json()["may_write"] is False
    assert rows(world, Follow) == []


def test_the_api_describes_itself(program: TestClient) -> None:
    described = program.get("/openapi.json").json()

    assert described["info"]["title"] == "g40flow"
    assert "/dossiers/{dossier_id}" in described["paths"]
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nergens", 404, "not_found"),
        ("GET", "/dossiers/99", 404, "not_found"),
        ("GET", "/dossiers/0", 422, "invalid_input"),
        ("GET", "/dossiers/99999999999999999999", 422, "invalid_input"),
        ("DELETE", "/dossiers", 405, "method_not_allowed"),
        ("GET", "/dossiers?cursor=x", 422, "invalid_input"),
        ("GET", "/dossiers?cursor=YmVmb3JlOjA", 422, "invalid_input"),
        ("GET", "/items?limit=101", 422, "invalid_input"),
        ("GET", "/dossiers?stage=nergens", 422, "invalid_input"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_a_code(
    program: TestClient, method: str, path: str, status: int, code: str
) -> None:
    refused(program.request(method, path), status, code)


def test_a_body_that_is_no_json_or_has_a_typing_mistake_names_the_place(program: TestClient) -> None:
    broken = program.post("/dossiers", content=b"{", headers={"Content-Type": "application/json"})
    mistyped = program.post("/dossiers", json={"item_ids": [1], "routd": True})

    refused(broken, 422, "invalid_input")
    problem = refused(mistyped, 422, "invalid_input")
    assert problem["mistakes"] == [{"field": "body.routd", "code": "extra_forbidden"}]


# --- dossiers -----------------------------------------------------------------------------------


def test_a_dossier_is_read_with_what_belongs_to_it(world: World, dossier: int, program: TestClient) -> None:
    found = program.get(f"/dossiers/{dossier}").json()

    assert found["number"] == "2026-001"
    assert found["stage"] == "member_call"
    assert found["groups"] == [{"group": "woningmarkt", "is_lead": True, "state": "accepted", "reason": ""}]
    assert found["item_ids"] == [1]
    assert program.get(f"/dossiers/{dossier}/plan").json()["mode"] == ""
    assert program.get(f"/dossiers/{dossier}/points").json()[0]["problem"] == "Er is geen geld."
    for part in ("versions", "comments", "rounds", "calls"):
        assert program.get(f"/dossiers/{dossier}/{part}").json() == []


def test_who_has_a_dossier_already_gets_only_its_mark(
    world: World, dossier: int, program: TestClient
) -> None:
    first = program.get(f"/dossiers/{dossier}")
    mark = first.headers["etag"]

    same = program.get(f"/dossiers/{dossier}", headers={"If-None-Match": f'"x", {mark}'})
    text_of(world, dossier)
    other = program.get(f"/dossiers/{dossier}", headers={"If-None-Match": mark})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert other.headers["etag"] != mark


def test_pages_hold_still_while_dossiers_come_in(world: World, program: TestClient) -> None:
    for number in range(5):
        dossier_in_call(world, world.publish(consultation(f"Wet {number} woningen")))

    first = program.get("/dossiers?limit=2").json()
    dossier_in_call(world, world.publish(consultation("Wet later woningen")))
    second = program.get("/dossiers", params={"limit": 2, "cursor": first["next"]}).json()
    third = program.get("/dossiers", params={"limit": 2, "cursor": second["next"]}).json()

    ids = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert ids == [5, 4, 3, 2, 1]
    assert third["next"] is None
    assert program.get("/dossiers?stage=closed").json() == {"items": [], "next": None}
    assert len(program.get("/dossiers?group=woningmarkt").json()["items"]) == 6
    assert [one["id"] for one in program.get("/dossiers?number=2026-002").json()["items"]] == [2]


def test_a_confidential_dossier_does_not_exist_for_others(
    world: World, dossier: int, program: TestClient
) -> None:
    with world.database.writing() as session:
        session.get_one(Dossier, dossier).confidential = True

    assert program.get("/dossiers").json()["items"] == []
    for part in ("", "/plan", "/versions", "/points", "/comments", "/rounds", "/history", "/calls"):
        refused(program.get(f"/dossiers/{dossier}{part}"), 404, "not_found")
    refused(program.put(f"/dossiers/{dossier}/follow"), 404, "not_found")
    assert program.get("/items/1").json()["dossier_ids"] == []


def test_a_partner_sees_shared_versions_and_nothing_inside(world: World, dossier: int) -> None:
    text_of(world, dossier)
    text_of(world, dossier, "# Gedeeld\n", shared=True)
    with world.database.writing() as session:
        session.add(DossierPartner(dossier_id=dossier, partner="vng"))
        session.add(
            RoleGrant(person=ANNA, role=Role.PARTNER, scope="vng", granted_at=world.now(), granted_by="test")
        )
        session.add(
            RoleGrant(
                person=ANNA,
                role=Role.PA_OFFICER,
                from_config=True,
                granted_at=world.now(),
                granted_by="test",
            )
        )
    partner = program_of(world, ANNA)

    assert partner.get("/me").json()["roles"] == [{"role": "partner", "scope": "vng"}]
    assert [one["number"] for one in partner.get(f"/dossiers/{dossier}/versions").json()] == [2]
    assert partner.get(f"/dossiers/{dossier}/versions/2").json()["markdown"] == "# Gedeeld\n"
    refused(partner.get(f"/dossiers/{dossier}/versions/1"), 404, "not_found")
    for part in ("plan", "points", "comments", "rounds", "history", "calls"):
        refused(partner.get(f"/dossiers/{dossier}/{part}"), 403, "not_allowed")


def test_the_history_is_read_backwards_with_its_chain(
    world: World, dossier: int, program: TestClient
) -> None:
    call_in(world, dossier)

    page = program.get(f"/dossiers/{dossier}/history?limit=1").json()
    rest = program.get(f"/dossiers/{dossier}/history", params={"cursor": page["next"]}).json()

    assert page["items"][0]["action"] == "open_call"
    assert [one["sequence"] for one in rest["items"]] == list(range(len(rest["items"]), 0, -1))
    assert all(len(one["entry_hash"]) == 64 for one in rest["items"])


def test_a_dossier_is_opened_from_an_item_once(world: World, program: TestClient) -> None:
    item = world.publish(consultation("Wet regie woningen"))

    opened = program.post("/dossiers", json={"item_ids": [item], "routed": True})
    again = program.post("/dossiers", json={"item_ids": [item]})

    assert opened.status_code == 201
    assert opened.headers["location"] == f"/api/v1/dossiers/{opened.json()['id']}"
    assert opened.json()["stage"] == "routed"
    assert refused(again, 422, "invalid_input")["mistakes"][0]["code"] == "already_dossier"
    refused(program.post("/dossiers", json={"item_ids": [999]}), 404, "not_found")
    assert {entry.surface for entry in rows(world, HistoryEntry) if entry.person == ANNA} == {"api"}


def test_a_comment_is_about_the_text_that_was_read(world: World, dossier: int) -> None:
    program = program_of(world, SECRETARY)
    text = text_of(world, dossier)

    kept = program.post(
        f"/dossiers/{dossier}/comments", json={"body": "Artikel 3 klopt niet.", "seen_version": text}
    )
    stale = program.post(f"/dossiers/{dossier}/comments", json={"body": "x", "seen_version": "0" * 64})

    assert kept.status_code == 201
    assert kept.json()["body"] == "Artikel 3 klopt niet."
    refused(stale, 409, "stale")
    assert [comment.author for comment in rows(world, Comment)] == [SECRETARY]
    assert len(program.get(f"/dossiers/{dossier}/comments").json()) == 1


def test_a_link_is_stored_after_submission_only(dossier: int, program: TestClient) -> None:
    answer = program.put(f"/dossiers/{dossier}/link", json={"url": "https://www.example.nl/reactie"})

    refused(answer, 409, "not_now")


def test_following_is_done_and_undone(world: World, dossier: int, program: TestClient) -> None:
    assert program.put(f"/dossiers/{dossier}/follow").status_code == 204
    assert program.put("/items/1/follow").status_code == 204
    assert {row.subject for row in rows(world, Follow)} == {f"dossier:{dossier}", "item:1"}
    assert program.delete(f"/dossiers/{dossier}/follow").status_code == 204
    assert program.delete("/items/1/follow").status_code == 204

    assert rows(world, Follow) == []
    refused(program.put("/items/99/follow"), 404, "not_found")


# --- items --------------------------------------------------------------------------------------


def test_items_are_found_by_words_and_kind(world: World, program: TestClient) -> None:
    world.publish(consultation("Wet collectieve warmte"))
    world.publish(bill("Wet regie woningen"))

    found = program.get("/items", params={"q": "warm"}).json()["items"]

    assert [one["title"] for one in found] == ["Wet collectieve warmte"]
    assert found[0]["groups"] == ["duurzaamheid"]
    assert len(program.get("/items?kind=parliamentary_case").json()["items"]) == 1
    assert len(program.get("/items?group=woningmarkt&status=open").json()["items"]) == 1
    assert program.get("/items?source=nergens").json()["items"] == []
    item = program.get("/items/1")
    assert item.json()["summary"] == "Gemeenten wijzen een warmtekavel aan."
    assert program.get("/items/1", headers={"If-None-Match": item.headers["etag"]}).status_code == 304


# --- calls --------------------------------------------------------------------------------------


def test_a_city_answers_through_the_api(world: World, dossier: int) -> None:
    call = call_in(world, dossier)
    delft = program_of(world, coordinator_of(world, call, "delft"))
    address = f"/calls/{call}/cities/delft"

    assert delft.get("/calls").json()[0]["is_answered"] is False
    assert [q["key"] for q in delft.get(address).json()["questions"]] == ["q1", "q2"]
    kept = delft.put(f"{address}/answer", json={"kind": "input", "answers": {"q1": "Veel."}})
    blind = delft.put(f"{address}/answer", json={"kind": "support"})
    again = delft.put(f"{address}/answer", json={"kind": "support", "seen_answer": kept.json()["id"]})

    assert kept.status_code == again.status_code == 200
    refused(blind, 409, "stale")
    assert delft.get(address).json()["mine"]["kind"] == "support"
    assert [(a.kind, a.surface) for a in rows(world, CallAnswer)] == [("input", "api"), ("support", "api")]


def test_what_a_city_cannot_answer_is_told_by_code(world: World, dossier: int) -> None:
    call = call_in(world, dossier)
    delft = program_of(world, coordinator_of(world, call, "delft"))
    address = f"/calls/{call}/cities"

    empty = delft.put(f"{address}/delft/answer", json={"kind": "input"})
    refused(delft.put(f"{address}/zwolle/answer", json={"kind": "support"}), 403, "not_allowed")
    refused(delft.put(f"{address}/rotterdam/answer", json={"kind": "support"}), 404, "not_found")
    refused(delft.put("/calls/99/cities/delft/answer", json={"kind": "support"}), 404, "not_found")
    world.moment = AFTER_CLOSING
    late = delft.put(f"{address}/delft/answer", json={"kind": "support"})

    assert refused(empty, 422, "invalid_input")["mistakes"] == [{"field": "body.kind", "code": "no_input"}]
    refused(late, 409, "call_closed")
    assert rows(world, CallAnswer) == []


def test_answers_are_read_by_who_works_on_the_dossier(
    world: World, dossier: int, program: TestClient
) -> None:
    call = call_in(world, dossier)
    answered(world, call, "delft")

    (found,) = program.get(f"/dossiers/{dossier}/calls").json()

    assert found["counts"] == {"input": 1, "support": 0, "no_remarks": 0, "dissent": 0}
    assert found["silent"] == ["almere", "zwolle"]
    assert found["answers"][0]["answers"]["q1"] == "In delft kost het veel."
    assert "token" not in str(found)


# --- the network --------------------------------------------------------------------------------


def test_people_are_told_without_addresses(world: World, program: TestClient) -> None:
    people = program.get("/people").json()

    assert {
        "slug": ANNA,
        "name": "Anna Testerink",
        "city": None,
        "roles": [{"role": "pa_officer", "scope": None}],
    } in people
    assert "@" not in str(people)
    network = program.get("/network").json()
    assert len(network["cities"]) == 41
    assert len(network["theme_groups"]) == 16


def test_the_library_is_read_and_searched(world: World, program: TestClient) -> None:
    with world.database.writing() as session:
        for number in range(3):
            session.add(
                LibraryPosition(
                    title=f"Standpunt {number}",
                    body="Betaal voor warmte.",
                    theme_groups=["duurzaamheid"],
                    source="Jaarverslag",
                    folded=f"standpunt {number} betaal voor warmte",
                    added_by=ANNA,
                    added_at=world.now() + timedelta(days=number),
                    retired_at=world.now() if number == 1 else None,
                )
            )

    assert [one["title"] for one in program.get("/library").json()["items"]] == ["Standpunt 2", "Standpunt 0"]
    assert len(program.get("/library/search?q=warmte").json()) == 2


# --- hostile text -------------------------------------------------------------------------------


HOSTILE = (
    "\x00",
    "\ud800",
    "\u202e<script>alert(1)</script>",
    "'; DROP TABLE dossier; --",
    "\U0001f4a3" * 500,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_breaks_nothing(database_url: str, text: str) -> None:
    world = build_world(database_url, G40FLOW_SECRET_KEY="x" * 40)
    dossier = dossier_in_call(world, world.publish(consultation("Wet regie woningen")))
    call = call_in(world, dossier)
    seen = text_of(world, dossier)
    program = program_of(world, SECRETARY)
    delft = program_of(world, coordinator_of(world, call, "delft"))

    answers = [
        program.get("/items", params={"q": text.encode("utf-8", "replace").decode()}),
        program.get("/dossiers", params={"group": text.encode("utf-8", "replace").decode()}),
        program.get("/library/search", params={"q": text.encode("utf-8", "replace").decode()}),
        _sent(program, "POST", f"/dossiers/{dossier}/comments", {"body": text, "seen_version": seen}),
        _sent(program, "PUT", f"/dossiers/{dossier}/link", {"url": text}),
        _sent(
            delft,
            "PUT",
            f"/calls/{call}/cities/delft/answer",
            {"kind": "dissent", "remark": f"Nee {text}", "answers": {text: text, "q1": text}},
        ),
    ]
    world.database.close()

    assert all(answer.status_code < 500 for answer in answers), [a.status_code for a in answers]
    assert answers[-1].status_code in (200, 422)


def _sent(program: TestClient, method: str, path: str, body: dict[str, Any]) -> Any:
    """Written as ASCII, so that halves of characters come across."""
    content = json.dumps(body).encode()
    return program.request(method, path, content=content, headers={"Content-Type": "application/json"})


# --- around it ----------------------------------------------------------------------------------


def test_what_is_refused_before_it_is_read_is_a_problem_too(world: World, program: TestClient) -> None:
    large = program.post("/dossiers", json={"item_ids": [1], "x": "x" * 70_000})
    endless = program.post("/dossiers", content=iter([b"{}"]))
    elsewhere = program.get("/me", headers={"Host": "kwaad.example"})

    refused(large, 413, "size")
    refused(endless, 411, "length")
    refused(elsewhere, 421, "host")
    assert large.headers["x-content-type-options"] == "nosniff"


def test_a_fault_of_ours_tells_nothing_of_the_inside(world: World, program: TestClient) -> None:
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE library_position RENAME TO gone")

    answer = program.get("/library")

    refused(answer, 500, "broken")
    assert "library" not in answer.text
