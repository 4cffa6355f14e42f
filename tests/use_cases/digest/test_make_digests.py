"""Digests that are due are made once, for whom they are meant."""

from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.content import Section
from tests.use_cases.digest.newsroom import Newsroom
from tests.use_cases.dossier.world import CARE, HOUSING


def test_a_new_consultation_stands_in_the_digest_of_its_group(room: Newsroom) -> None:
    room.item(HOUSING, CARE, title="Besluit woningbouw")
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    lead, other = (room.lines(f"theme_group:{group}", Section.NEW) for group in (HOUSING, CARE))
    assert [(line.title, line.asked) for line in lead] == [("Besluit woningbouw", "respond")]
    assert [(line.title, line.asked) for line in other] == [("Besluit woningbouw", "join")]
    assert room.told()[f"theme_group:{HOUSING}"] == [f"group:{HOUSING}"]
