"""What a campaign can have of the Chamber: proposals, links, votes, members; with hostile names."""

from datetime import timedelta

from g40flow.domain.parliament.facts import CommitteeSeat
from g40flow.domain.parliament.support import Direction
from g40flow.domain.parliament.votes import Choice, Result, VoteLine
from g40flow.storage.parliament import keep_seats
from g40flow.use_cases.outcomes.link import OutcomeLink, dismiss_outcome, link_outcome
from tests.use_cases.outcomes.world import HOUSE, OutcomeWorld
from tests.web.world import World

HOSTILE = '<script>alert("x")</script> & \u202eomgekeerd'
COMMITTEE = "Vaste commissie voor Wonen"


def chamber_decides(world: World, campaign_id: int) -> OutcomeWorld:
    """Let the Chamber deal with what a campaign asks. The second ask is linked to two votes."""
    house = OutcomeWorld(world.database, now=world.now() - timedelta(hours=2))
    house.items = 100
    house.tie(campaign_id, house.case("Wetgeving", "Wet regie", key="bill", committee=COMMITTEE))
    for number, subject in enumerate(("middelen voor regie", "regie", "middelen", f"regie {HOSTILE}", "vee")):
        house.case("Motie", f"Motie van het lid Van Opzet over {subject}", key=f"m{number}")
    house.groups_of_house()
    nasty = VoteLine(key="nasty", party=HOSTILE, choice=Choice.FOR, size=4)
    voted = house.vote("m0", sides="Roos")
    house.vote("m0", sides="Roos", lines=(*voted.lines, nasty))
    house.vote("m1", sides="Iep", stated=Result.ADOPTED, words="Aangenomen. (90-60)")
    house.follow(campaign_id)
    second = house.asks(campaign_id)[1].id
    proposals = house.proposals(campaign_id)
    by_title = {one.item_id: one for one in proposals}
    first, other, third = list(by_title.values())[:3]
    house.do(link_outcome, first.id, OutcomeLink(ask_id=second))
    house.do(link_outcome, other.id, OutcomeLink(ask_id=second, direction=Direction.HARMS))
    house.do(dismiss_outcome, third.id, reason="gaat over iets anders")
    with house.writing() as session:
        seat = CommitteeSeat(key="s1", committee=COMMITTEE, holder=HOSTILE, party="Roos", function="Lid")
        keep_seats(session, HOUSE, [seat])
    return house
