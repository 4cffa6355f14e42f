"""A proposal in Slack: linked or dismissed with one button, and put back."""

from g40flow.storage.outcomes import proofs_of, proposals_of
from tests.slack_app.conftest import JASMIJN, WONINGMARKT, World, text_of, wait_until
from tests.use_cases.outcomes.world import OutcomeWorld

MOTION = "Motie van het lid Van Opzet over de opschalingskorting"


def posted(world: World) -> dict[str, object]:
    """The message about the proposal in the channel of the housing group, as it stands."""
    world.deliver()
    found = [m for m in world.standing(world.channel_of(WONINGMARKT)) if "opschalingskorting" in str(m)]
    return found[-1] if found else {}


def test_a_proposal_is_dismissed_put_back_and_linked_by_buttons(world: World) -> None:
    house = OutcomeWorld(world.app.database, now=world.now)
    campaign = house.bill_campaign("Schrap de opschalingskorting")
    house.case("Motie", MOTION, key="m1")
    house.follow(campaign, after_minutes=0)
    message = wait_until(lambda: posted(world))
    assert "raakt deze woorden: opschalingskorting" in text_of(message)

    def state() -> str:
        with world.reading() as session:
            return proposals_of(session, campaign)[0].state.value

    world.press(JASMIJN, "outcome_dismiss", ts=str(message["ts"]))
    assert wait_until(lambda: state() == "dismissed")
    assert wait_until(lambda: "outcome_reopen" in str(posted(world)))
    world.press(JASMIJN, "outcome_reopen", ts=str(message["ts"]))
    assert wait_until(lambda: "outcome_link" in str(posted(world)))
    world.press(JASMIJN, "outcome_link", ts=str(message["ts"]))

    assert "Gekoppeld als bewijs" in world.heard(JASMIJN, "Gekoppeld")
    assert state() == "linked"
    with world.reading() as session:
        [proof] = proofs_of(session, campaign)
    assert (proof.result, proof.linked_by) == ("", "jasmijn-de-voorbeeld")
    assert wait_until(lambda: "Gekoppeld door" in text_of(posted(world)))
