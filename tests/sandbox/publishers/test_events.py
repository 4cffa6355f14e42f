"""What events do to what the publishers show."""

from collections.abc import Callable
from xml.etree import ElementTree

import httpx
import pytest

from g40flow.sandbox.events import EVENTS, BadEvent, Scene, play
from g40flow.sandbox.publishers.sync_feed import ATOM, TK_DATA
from g40flow.sandbox.server import SandboxServer
from g40flow.sandbox.world.parliament import guid

Happen = Callable[..., str]
REST = "/internetconsultatie/rest/openconsultaties/"
FEED = "/tweedekamer/SyncFeed/2.0/Feed"


def news(
    client: httpx.Client, sandbox: SandboxServer, category: str, since: int
) -> list[ElementTree.Element]:
    """Entities that came after a token."""
    page = ElementTree.fromstring(client.get(f"{FEED}?category={category}&skiptoken={since}").content)
    return [content[0] for content in page.iter(f"{{{ATOM}}}content")]


def text(entity: ElementTree.Element, field: str) -> str | None:
    return entity.findtext(f"{{{TK_DATA}}}{field}")


def references(entity: ElementTree.Element, relation: str) -> list[str]:
    return [child.attrib["ref"] for child in entity.findall(f"{{{TK_DATA}}}{relation}")]


@pytest.fixture
def since(sandbox: SandboxServer) -> int:
    newest = sandbox.world.feed.newest()
    assert newest
    return newest.next_token


def test_a_new_consultation_is_on_the_list_and_has_a_page(client: httpx.Client, happen: Happen) -> None:
    happen("new_consultation", slug="proefbesluit", title="Proefbesluit", working_days=7)

    assert "<titel>Proefbesluit</titel>" in client.get(REST).text
    page = client.get("/internetconsultatie/proefbesluit/b1").text
    assert "02-12-2026" in page


def test_an_extension_changes_list_and_page(client: httpx.Client, happen: Happen) -> None:
    happen("extend_consultation", slug="besluitcollectievewarmte", calendar_days=14)

    assert "28-12-2026" in client.get("/internetconsultatie/besluitcollectievewarmte/b1").text


@pytest.mark.parametrize(("page", "status"), [("closed", 200), ("gone", 404)])
def test_a_withdrawn_consultation_leaves_the_list(
    client: httpx.Client, happen: Happen, page: str, status: int
) -> None:
    happen("withdraw_consultation", slug="besluitcollectievewarmte", page=page)

    assert "besluitcollectievewarmte" not in client.get(REST).text
    answer = client.get("/internetconsultatie/besluitcollectievewarmte/b1")
    assert answer.status_code == status


def test_a_closed_consultation_can_be_reopened(client: httpx.Client, happen: Happen) -> None:
    happen("close_consultation", slug="besluitcollectievewarmte")
    closed = client.get(REST).text

    happen("reopen_consultation", slug="besluitcollectievewarmte")

    assert "besluitcollectievewarmte" not in closed
    assert "besluitcollectievewarmte" in client.get(REST).text


def test_a_moved_debate_keeps_the_old_row_and_points_back_from_the_new(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen, since: int
) -> None:
    happen("move_activity", key="cd-woningbouw", days=7)

    old, new = news(client, sandbox, "Activiteit", since)
    assert (text(old, "status"), text(new, "status")) == ("Verplaatst", "Gepland")
    assert references(new, "vervangenVanuit") == [old.attrib["id"]]
    assert (text(new, "datum") or "").startswith("2026-12-16")
    assert len(news(client, sandbox, "Agendapunt", since)) == 3
    assert all(
        new.attrib["id"] in references(case, "activiteit") for case in news(client, sandbox, "Zaak", since)
    )


def test_an_agenda_point_comes_as_an_entity_of_its_own(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen, since: int
) -> None:
    happen("add_agenda_point", key="cd-regeldruk", title="Vergunningen in de binnenstad")

    (point,) = news(client, sandbox, "Agendapunt", since)
    assert text(point, "onderwerp") == "Vergunningen in de binnenstad"
    assert references(point, "activiteit") == [guid("Activiteit", "cd-regeldruk")]
    assert news(client, sandbox, "Activiteit", since) == []


def test_an_agenda_point_on_a_case_links_the_case_to_the_activity(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen, since: int
) -> None:
    happen("add_agenda_point", key="cd-regeldruk", case="ondermijning")

    (case,) = news(client, sandbox, "Zaak", since)
    assert references(case, "activiteit") == [guid("Activiteit", "cd-regeldruk")]


@pytest.mark.parametrize(("only_in_title", "status"), [(False, "Geannuleerd"), (True, "Gepland")])
def test_a_cancelled_debate_says_so(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen, since: int, only_in_title: bool, status: str
) -> None:
    happen("cancel_activity", key="cd-ov", only_in_title=only_in_title)

    (activity,) = news(client, sandbox, "Activiteit", since)
    assert (text(activity, "onderwerp") or "").endswith("(geannuleerd)")
    assert text(activity, "status") == status


def test_a_motion_comes_with_submitters_committee_and_document(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen, since: int
) -> None:
    happen("new_motion")

    (motion,) = news(client, sandbox, "Zaak", since)
    relations = {text(actor, "relatie") for actor in news(client, sandbox, "ZaakActor", since)}
    assert text(motion, "soort") == "Motie"
    assert relations == {"Indiener", "Medeindiener", "Voortouwcommissie"}
    assert len(news(client, sandbox, "DocumentVersie", since)) == 1


def test_a_deleted_entity_loses_all_but_its_guid(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen, since: int
) -> None:
    happen("delete_entity", category="Activiteit", key="cd-schoolgebouwen")

    (gone,) = news(client, sandbox, "Activiteit", since)
    assert gone.attrib[f"{{{TK_DATA}}}verwijderd"] == "true"
    assert len(gone) == 0


def test_old_entries_come_by_again_unchanged(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen, since: int
) -> None:
    happen("reemit_old", count=40)

    cases, documents = (news(client, sandbox, category, since) for category in ("Zaak", "Document"))
    assert len(cases) + len(documents) == 40
    assert "2012Z04411" in {text(case, "nummer") for case in cases}


def test_a_frozen_feed_hides_what_happens_until_the_trouble_is_lifted(
    client: httpx.Client, sandbox: SandboxServer, happen: Happen, since: int
) -> None:
    happen("freeze_feed")
    happen("new_motion")
    hidden = news(client, sandbox, "Zaak", since)

    happen("lift_trouble")

    assert hidden == []
    assert len(news(client, sandbox, "Zaak", since)) == 1


@pytest.mark.parametrize("name", sorted(set(EVENTS) - {"trouble", "freeze_feed"}))
def test_every_event_can_happen_without_any_value(sandbox: SandboxServer, name: str) -> None:
    assert play(Scene(sandbox.world, sandbox.clock), name, {})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("bestaat_niet", {}),
        ("extend_consultation", {"slug": "bestaatniet"}),
        ("extend_consultation", {"calendar_days": "veel"}),
        ("extend_consultation", {"onbekend": 1}),
        ("new_consultation", {"kind": "Roman"}),
        ("new_activity", {"committee": "bestaatniet"}),
        ("move_activity", {"key": "dd-wonen"}),
        ("trouble", {"kind": "aardbeving"}),
        ("trouble", {"publisher": "elders"}),
        ("set_clock", {"moment": "morgen"}),
    ],
)
def test_an_event_that_does_not_fit_changes_nothing_and_says_why(
    sandbox: SandboxServer, name: str, values: dict[str, object]
) -> None:
    newest = sandbox.world.feed.newest()

    with pytest.raises(BadEvent, match=r"\w"):
        play(Scene(sandbox.world, sandbox.clock), name, values)

    assert sandbox.world.feed.newest() == newest
    assert not sandbox.world.happened
