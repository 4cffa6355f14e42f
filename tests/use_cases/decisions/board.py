"""A dossier at the board, and a board that decides on it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from g40flow.domain.actors import Surface
from g40flow.domain.dossier.decisions import DecisionForm, Position, Result, Standing
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.access_tables import Deactivation
from g40flow.storage.decisions import (
    positions_of,
    ratifications,
    round_by_id,
    rounds_of,
    standing_positions,
)
from g40flow.storage.dossier_tables import (
    DecisionRound,
    Mandate,
    Ratification,
    RoundPosition,
)
from g40flow.use_cases.decisions.deciding_alone import decide_by_mandate
from g40flow.use_cases.decisions.extend_round import LaterEnd, extend_round
from g40flow.use_cases.decisions.mandates import register_mandate
from g40flow.use_cases.decisions.positions import take_position
from g40flow.use_cases.decisions.rounds import (
    NewRound,
    close_expired_rounds,
    close_round,
    open_round,
    record_meeting,
)
from g40flow.use_cases.text.versions import write_version
from tests.use_cases.dossier.world import DESK, HOUSING, World

SECRETARY = "bram-bedacht"
CHAIR, JOOST, KIM, LARS, MIEKE, NIELS = (
    "ines-de-modelle",
    "joost-proefsma",
    "kim-modelman",
    "lars-schijn",
    "mieke-van-fictie",
    "niels-van-schets",
)
MEMBERS = (CHAIR, JOOST, KIM, LARS, MIEKE, NIELS)
DEPUTY_OF_KIM = "uma-van-karton"
WRITER = "jasmijn-de-voorbeeld"


@dataclass
class Board:
    """One dossier at the board. text: hash of its newest version."""

    world: World
    dossier: int
    text: str

    @classmethod
    def of(cls, world: World, **fields: Any) -> "Board":
        """A dossier that was politically agreed, with a text."""
        dossier = world.at(Stage.BOARD_APPROVAL, HOUSING, **fields)
        return cls(world, dossier, world.text(dossier))

    def open(self, by: str = SECRETARY, **new: Any) -> int:
        """Open a round on the newest text; a written one unless said otherwise."""
        new.setdefault("form", DecisionForm.WRITTEN_ROUND)
        seen = new.pop("seen", self.text)
        with self.world.writing() as session:
            round_ = open_round(
                session,
                DESK,
                self.dossier,
                NewRound(**new),
                seen_hash=seen,
                actor=self.world.actor(by),
                now=self.world.now,
            )
            assert round_.id is not None
            return round_.id

    def take(
        self,
        round_id: int,
        by: str,
        position: Position = Position.APPROVE,
        comment: str = "want het kan beter",
        seen: str | None = None,
        member: str = "",
        surface: Surface = Surface.PORTAL,
    ) -> Standing:
        """Take a position on the newest text."""
        with self.world.writing() as session:
            return take_position(
                session,
                DESK,
                round_id,
                position,
                seen_hash=self.text if seen is None else seen,
                comment=comment,
                member=member,
                actor=self.world.actor(by, surface),
                now=self.world.now,
            )

    def all_take(self, round_id: int, *people: str, position: Position = Position.APPROVE) -> None:
        """Several people say the same."""
        for person in people:
            self.take(round_id, person, position)

    def close(
        self, round_id: int, result: Result = Result.ADOPTED, by: str = SECRETARY, **more: Any
    ) -> DecisionRound:
        """Record a result."""
        more.setdefault("reason", "zo besloten")
        with self.world.writing() as session:
            actor, now = self.world.actor(by), self.world.now
            return close_round(session, DESK, round_id, result=result, actor=actor, now=now, **more)

    def meet(
        self,
        round_id: int,
        positions: dict[str, Position],
        result: Result,
        by: str = SECRETARY,
        until: date | None = None,
        reason: str = "zo besloten",
    ) -> DecisionRound:
        """Record what a meeting decided."""
        with self.world.writing() as session:
            return record_meeting(
                session,
                DESK,
                round_id,
                {member: (position, "gezegd in de vergadering") for member, position in positions.items()},
                result=result,
                seen_hash=self.text,
                reason=reason,
                until=until,
                actor=self.world.actor(by),
                now=self.world.now,
            )

    def extend(
        self, round_id: int, by: str = SECRETARY, reason: str = "twee zijn ziek", **later: Any
    ) -> None:
        """Give a round more time."""
        with self.world.writing() as session:
            actor, now = self.world.actor(by), self.world.now
            extend_round(session, DESK, round_id, LaterEnd(**later), reason=reason, actor=actor, now=now)

    def expire(self) -> list[int]:
        """What the clock does."""
        with self.world.writing() as session:
            return close_expired_rounds(session, DESK, now=self.world.now)

    def rewrite(self, markdown: str, kind: str = "", by: str = WRITER) -> str:
        """A new version of the text, with what it does to the decision."""
        with self.world.writing() as session:
            version = write_version(
                session,
                DESK,
                self.dossier,
                markdown,
                actor=self.world.actor(by),
                seen_version=self.text,
                note="zin verduidelijkt",
                kind=kind,
                now=self.world.now,
            )
            self.text = version.content_hash
        return self.text

    def mandate(self, holder: str = CHAIR, **fields: Any) -> int:
        """A mandate of this month."""
        values: dict[str, Any] = {
            "scope": "spoed in het reces",
            "from_on": date(2026, 11, 1),
            "until_on": date(2026, 12, 31),
        }
        with self.world.writing() as session:
            actor, now = self.world.actor(SECRETARY), self.world.now
            mandate = register_mandate(
                session, DESK, holder=holder, actor=actor, now=now, **(values | fields)
            )
            assert mandate.id is not None
            return mandate.id

    def decide_alone(
        self, mandate: int, by: str = CHAIR, position: Position = Position.APPROVE, seen: str | None = None
    ) -> int:
        """Decide with a mandate; returns the round."""
        with self.world.writing() as session:
            round_, _ = decide_by_mandate(
                session,
                DESK,
                self.dossier,
                mandate,
                position,
                seen_hash=self.text if seen is None else seen,
                comment="want het kan beter",
                actor=self.world.actor(by),
                now=self.world.now,
            )
            assert round_.id is not None
            return round_.id

    def deactivate(self, person: str) -> None:
        """Somebody left the network."""
        with self.world.writing() as session:
            gone = Deactivation(person=person, deactivated_at=self.world.now, deactivated_by=SECRETARY)
            session.add(gone)

    # --- what can be seen afterwards ---

    def stage(self) -> Stage:
        """Where the dossier stands."""
        return self.world.read(self.dossier).stage

    def adopted(self) -> str:
        """Hash of the adopted text, "" if none."""
        return self.world.read(self.dossier).adopted_hash

    def round(self, round_id: int) -> DecisionRound:
        """A round as it stands."""
        with self.world.database.reading() as session:
            return round_by_id(session, round_id)

    def rounds(self) -> list[DecisionRound]:
        """Every round, newest first."""
        with self.world.database.reading() as session:
            return list(rounds_of(session, self.dossier))

    def positions(self, round_id: int) -> dict[str, str]:
        """Per member the position that counts."""
        with self.world.database.reading() as session:
            return {m: p.position for m, p in standing_positions(session, round_id).items()}

    def all_positions(self, round_id: int) -> list[RoundPosition]:
        """Every position ever taken, oldest first."""
        with self.world.database.reading() as session:
            return list(positions_of(session, round_id))

    def ratifications(self) -> list[Ratification]:
        """Decisions under mandate."""
        with self.world.database.reading() as session:
            return list(ratifications(session))

    def mandates(self) -> list[Mandate]:
        """Every mandate."""
        with self.world.database.reading() as session:
            return list(_all_mandates(session))


def _all_mandates(session: Session) -> list[Mandate]:
    return list(session.exec(select(Mandate).order_by(col(Mandate.id))))
