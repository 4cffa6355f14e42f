"""Moments in parliament in the portal: chosen, made, made ready and looked up without scripts."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from jinja2 import Environment, FileSystemLoader

from g40flow.domain.campaigns.hook_plan import Preparation, StepStanding
from g40flow.domain.campaigns.hooks import HookEvent, HookStanding, HookState
from g40flow.domain.campaigns.words import HookKind
from g40flow.resources import resource
from g40flow.storage.hook_tables import TieKind
from tests.use_cases.campaigns.hook_world import HookWorld
from tests.web.reading import Reader
from tests.web.signing_in import browser_of
from tests.web.world import World

SECRETARY, MEMBER, PARTNER = "jasmijn-de-voorbeeld", "joost-proefsma", "vigo-partnerman"


def dutch_words(template: str, name: str) -> set[str]:
    """The words that have a label in one list."""
    templates = Environment(loader=FileSystemLoader(resource("templates") / "web"), autoescape=True)
    return set(getattr(templates.get_template(template).module, name))


@pytest.fixture
def lobby(world: World) -> tuple[HookWorld, int]:
    """A campaign about a bill, with a debate and a vote proposed."""
    network = HookWorld(world.database, now=world.now())
    campaign_id = network.lobby()
    network.activity()
    network.activity("Stemmingen", None, title="Stemmingen <b>over</b> wonen")
    network.propose()
    return network, campaign_id


def test_a_proposal_explains_itself_is_chosen_made_ready_and_taken_back(
    world: World, lobby: tuple[HookWorld, int]
) -> None:
    network, campaign_id = lobby
    hooks = network.hooks(campaign_id)
    debate, vote = (hook.id for hook in hooks)
    secretary = Reader(browser_of(world, SECRETARY))
    page = secretary.get(f"/campagnes/{campaign_id}")
    assert "op de agenda staat het gekoppelde stuk “Wet regie”" in page.part("momenten")
    assert "Stemmingen <b>over</b> wonen" in page.part("momenten")

    page = secretary.send(page, f"/momenten/{debate}/aannemen")
    page = secretary.send(page, f"/momenten/{vote}/afwijzen", reason="te laat voor ons")
    page = secretary.send(page, f"/momenten/{debate}/klaar", preparation="letter_to_spokespersons")

    moments = page.part("momenten")
    assert "brief aan de woordvoerders, uiterlijk" in moments
    assert "Toch niet klaar : brief aan de woordvoerders voor Regie op wonen" in moments
    assert "te laat voor ons" in moments
    page = secretary.send(page, f"/momenten/{vote}/terug")
    assert "Voorgesteld (1)" in page.part("momenten")
    network.publish(hooks[0].item_id or 0, starts_at=datetime(2026, 12, 8, 9, tzinfo=UTC))
    assert "Verplaatst van" in secretary.get(f"/campagnes/{campaign_id}").part("momenten")
    assert "Moment verplaatst" in secretary.get(f"/dossiers/{campaign_id}/history").text


def test_a_moment_is_made_by_hand_and_a_mistake_is_said(world: World, lobby: tuple[HookWorld, int]) -> None:
    network, campaign_id = lobby
    secretary = Reader(browser_of(world, SECRETARY))
    page = secretary.get(f"/campagnes/{campaign_id}")

    refused = secretary.send(page, "/momenten", status=422, kind="vote", title="x", on="2026-11-01")
    page = secretary.send(
        page, "/momenten", kind="petition_handover", title="Manifest", on="2027-02-02", clock="13:45"
    )
    page = secretary.send(page, "/momenten/volgen", kind="dossier_number", value="32847")
    wrong = secretary.send(page, "/momenten/volgen", status=422, kind="dossier_number", value="x")

    assert "Deze dag is al voorbij." in refused.text
    assert "di 2 feb 2027 13:45 uur" in page.part("momenten")
    assert "Kamerdossier: 32847" in page.part("momenten")
    assert "Dit is geen nummer van een Kamerdossier" in wrong.text
    secretary.send(page, "/momenten/niet-volgen")
    hook = next(hook for hook in network.hooks(campaign_id) if hook.key == "hand:1")
    again = secretary.get(f"/campagnes/{campaign_id}")
    edited = secretary.send(again, f"/momenten/{hook.id}/wijzigen", on="", clock="", expected="voorjaar")
    assert "datum nog niet bekend" in edited.part("momenten")


def test_who_may_not_choose_sees_no_forms_and_partners_see_no_moments(
    world: World, lobby: tuple[HookWorld, int]
) -> None:
    network, campaign_id = lobby
    hook = network.hooks(campaign_id)[0].id
    member, partner = Reader(browser_of(world, MEMBER)), browser_of(world, PARTNER)

    page = member.get(f"/campagnes/{campaign_id}")

    assert "Regie op wonen" in page.part("momenten")
    assert not page.has_form(f"/momenten/{hook}/aannemen")
    address = f"/dossiers/{campaign_id}/momenten/{hook}/aannemen"
    assert member.client.post(address, data={"seen": "1"}).status_code == 403
    assert "Regie op wonen" not in partner.get("/momenten").text


def test_what_must_be_ready_stands_in_my_work_with_a_link_to_the_moments(
    world: World, lobby: tuple[HookWorld, int]
) -> None:
    network, campaign_id = lobby
    network.accepted(campaign_id)

    work = Reader(browser_of(world, SECRETARY)).get("/work")

    assert "Zorg dat dit klaar is: tekst klaar en vastgesteld" in work.part("wacht")
    assert "Regie op wonen" in work.part("wacht")
    assert f'href="/campagnes/{campaign_id}#momenten"' in work.source
    assert "Regie op wonen" not in Reader(browser_of(world, MEMBER)).get("/work").text


def test_the_agenda_of_moments_shows_what_comes_what_has_no_day_and_what_waits(
    world: World, lobby: tuple[HookWorld, int]
) -> None:
    network, campaign_id = lobby
    secretary = Reader(browser_of(world, SECRETARY))
    debate = network.hooks(campaign_id)[0].id
    secretary.send(secretary.get(f"/campagnes/{campaign_id}"), f"/momenten/{debate}/aannemen")

    page = secretary.get("/momenten")

    assert "Regie op wonen" in page.part("komt")
    assert "tekst klaar en vastgesteld" in page.part("komt")
    assert "Stemmingen <b>over</b> wonen" in page.part("voorgesteld")
    assert "Kerstreces" in page.text
    assert "Er telt geen moment mee" in secretary.get("/momenten?kind=vote&group=veiligheid").text


def test_the_moments_of_a_text_stand_on_its_page(world: World) -> None:
    network = HookWorld(world.database, now=world.now())
    dossier_id = network.responded(network.bill())
    network.activity("Inbreng verslag (wetsvoorstel)")
    network.propose()

    page = Reader(browser_of(world, "anna-testerink")).get(f"/dossiers/{dossier_id}")

    assert "Inbrengdatum verslag" in page.part("momenten")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hook_kind", HookKind),
        ("hook_use", HookKind),
        ("preparation", Preparation),
        ("hook_state", HookState),
        ("hook_standing", HookStanding),
        ("hook_standing_tone", HookStanding),
        ("hook_event", HookEvent),
        ("step_standing", StepStanding),
        ("step_standing_tone", StepStanding),
        ("tie_kind", TieKind),
    ],
)
def test_every_word_of_moments_is_said_in_dutch(name: str, words: Iterable[str]) -> None:
    assert dutch_words("hook_labels.html", name) == {str(word) for word in words}


def test_whatever_happens_to_a_moment_is_said_in_the_history() -> None:
    assert {f"hook_{event}" for event in HookEvent} <= dutch_words("labels.html", "history_act")
