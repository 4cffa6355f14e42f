"""A campaign and a Chamber that decides on what it asks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from g40flow.domain.parliament.commitments import Commitment
from g40flow.domain.parliament.facts import Group
from g40flow.domain.parliament.votes import Chamber, Choice, Method, RecordedVote, Result, VoteLine
from g40flow.storage.dossier_tables import DossierItem
from g40flow.storage.family_members import new_family
from g40flow.storage.outcome_tables import OutcomeProposal
from g40flow.storage.outcomes import proposals_of
from g40flow.storage.parliament import keep_commitments, keep_groups, keep_votes
from g40flow.storage.tables import Message
from g40flow.use_cases.outcomes.propose import follow_dossier
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import DESK

HOUSE = "tweedekamer"
SEATS = {"Roos": 80, "Iep": 70}
TODAY = date(2026, 11, 23)


class OutcomeWorld(CampaignWorld):
    """One database, one campaign on a bill, and what happens around it."""

    def bill_campaign(self, *asks: str) -> int:
        """A campaign on a bill that runs, with these asks besides its first one. Returns its id."""
        campaign_id = self.running()
        for wording in asks:
            self.ask(campaign_id, wording)
        self.tie(campaign_id, self.case("Wetgeving", "Wet regie op de volkshuisvesting", key="bill"))
        return campaign_id

    def case(self, kind: str, title: str, *, key: str, **fields: Any) -> int:
        """A case of the Chamber in the dossier of the bill."""
        values: dict[str, Any] = {
            "source": HOUSE,
            "identifier": f"zaak:{key}",
            "kind": "parliamentary_case",
            "kind_label": kind,
            "dossier_number": "36512",
            "published_on": TODAY,
            "opens_on": None,
            "closes_on": None,
            "url": f"https://kamer.example/{key}",
        }
        return self.item(title=title, **(values | fields))

    def tie(self, dossier_id: int, *items: int) -> None:
        """Let a dossier be about some items."""
        with self.writing() as session:
            session.add_all(DossierItem(dossier_id=dossier_id, item_id=item) for item in items)

    def family(self, *items: int) -> None:
        """Put some items in one family."""
        with self.writing() as session:
            new_family(session, items, self.now)

    def vote(
        self, key: str, sides: str = "Roos", *, stated: Result = Result.ADOPTED, **more: Any
    ) -> RecordedVote:
        """Record a vote on a case: who is named in `sides` is for it, all others are against."""
        lines = tuple(
            VoteLine(
                key=name.lower(),
                party=name,
                choice=Choice.FOR if name in sides.split() else Choice.AGAINST,
                size=size,
            )
            for name, size in SEATS.items()
        )
        vote = RecordedVote(
            identifier=f"vote-{key}",
            chamber=Chamber.HOUSE,
            subjects=(f"zaak:{key}",),
            method=Method.BY_GROUP,
            stated=stated,
            words="",
            lines=lines,
            held_on=TODAY,
        )
        vote = replace(vote, **more)
        with self.writing() as session:
            keep_votes(session, HOUSE, [vote], self.now)
        return vote

    def groups_of_house(self, **seats: int) -> None:
        """What the Chamber says of its groups."""
        known = [
            Group(key=name.lower(), chamber=Chamber.HOUSE, abbreviation=name, name=name, seats=number)
            for name, number in (SEATS | seats).items()
        ]
        with self.writing() as session:
            keep_groups(session, HOUSE, known, self.now)

    def promise(self, text: str, *, made_in: str) -> None:
        """A commitment in a meeting."""
        said = Commitment(
            identifier="t1",
            number="TZ1",
            text=text,
            status="Openstaand",
            by="Minister van Wonen",
            ministry="Wonen",
            made_in=made_in,
            made_on=TODAY,
        )
        with self.writing() as session:
            keep_commitments(session, HOUSE, [said], self.now)

    def follow(self, dossier_id: int, *, after_minutes: float = 31) -> int:
        """Look around a dossier some time later."""
        self.later(minutes=after_minutes)
        with self.writing() as session:
            return follow_dossier(session, DESK, dossier_id, self.now)

    def proposals(self, dossier_id: int) -> Sequence[OutcomeProposal]:
        """Oldest first."""
        with self.database.reading() as session:
            return list(reversed(proposals_of(session, dossier_id)))

    def told(self) -> list[str]:
        """Kinds of the messages about outcomes, in their order."""
        query = select(col(Message.kind)).where(col(Message.kind).startswith("outcome_"))
        with self.database.reading() as session:
            return list(session.scalars(query.order_by(col(Message.id))))

    def audiences(self, session: Session) -> list[str]:
        """To whom the messages about outcomes go."""
        query = select(col(Message.audience)).where(col(Message.kind).startswith("outcome_"))
        return list(session.scalars(query))
