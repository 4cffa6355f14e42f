"""Calls for input on a dossier about housing, for every test of calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.calls import AnswerKind, Asked, Audience, Reply
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_instant
from g40flow.storage.calls import all_answers_of, invitations_of, visits_of
from g40flow.storage.dossier_tables import CallAnswer, CallInvitation, MemberCall
from g40flow.storage.tables import Message
from g40flow.use_cases.calls.answer_call import answer_as_coordinator, answer_by_link
from g40flow.use_cases.calls.links import CallLinks
from g40flow.use_cases.calls.open_call import NewCall, Question, open_call
from tests.use_cases.dossier.world import DESK, HOUSING_SECRETARY, World

LINKS = CallLinks(secret_key=b"a key of at least 32 characters for tests", valid_after=timedelta(days=3))
CLOSES_AT = dutch_instant(date(2026, 12, 4), time(17))
CITIES = ("almere", "delft", "zwolle")
INPUT = Reply(kind=AnswerKind.INPUT, answers={"q1": "Wij missen geld."})
DISSENT = Reply(kind=AnswerKind.DISSENT, answers={}, remark="Wij zijn er juist voor.")


def new_call(**fields: Any) -> NewCall:
    """What a secretary fills in."""
    values: dict[str, Any] = {
        "title": "Wat vindt uw stad van de wet?",
        "questions": [Question(text="Wat kost dit uw stad?", help="Een schatting is genoeg.")],
        "asked": Asked(audience=Audience.CHOSEN, chosen=CITIES),
        "closes_at": CLOSES_AT,
        "despite_plan": True,
    }
    return NewCall(**(values | fields))


@dataclass
class Calling:
    """One dossier at the stage of the call. call: of the last call that was opened."""

    world: World
    dossier_id: int = 0
    call: int = 0

    def __post_init__(self) -> None:
        """A dossier in the stage of a call."""
        self.dossier_id = self.world.at(Stage.MEMBER_CALL, pen_holder="karel-denkbeeld")

    @property
    def now(self) -> datetime:
        """The moment of the test."""
        return self.world.now

    @property
    def secretary(self) -> Actor:
        """Who runs calls."""
        return self.world.actor(HOUSING_SECRETARY)

    def open(self, **fields: Any) -> int:
        """Open a call; returns its number."""
        with self.world.writing() as session:
            opened = open_call(
                session,
                DESK,
                LINKS,
                self.dossier_id,
                new_call(**fields),
                actor=self.secretary,
                seen_revision=None,
                now=self.now,
            )
            assert opened.id is not None
            self.call = opened.id
            return opened.id

    def token(self, city: str) -> str:
        """The token of the newest link for a city."""
        return LINKS.token_of(self.links(city)[-1])

    def links(self, city: str) -> list[CallInvitation]:
        """Links for a city, oldest first."""
        with self.world.database.reading() as session:
            return [one for one in invitations_of(session, self.call) if one.city == city]

    def answer(self, city: str, reply: Reply = INPUT, *, seen: int | None = None) -> int:
        """Answer by link; returns the number of the answer."""
        with self.world.writing() as session:
            kept = answer_by_link(session, DESK, self.token(city), reply, seen_answer=seen, now=self.now)
            assert kept.id is not None
            return kept.id

    def answer_signed_in(self, city: str, by: Actor, reply: Reply = INPUT) -> CallAnswer:
        """Answer with an account."""
        with self.world.writing() as session:
            return answer_as_coordinator(
                session, DESK, self.call, city, reply, actor=by, seen_answer=None, now=self.now
            )

    def answers(self, city: str) -> Sequence[CallAnswer]:
        """Everything a city answered, newest first."""
        with self.world.database.reading() as session:
            return all_answers_of(session, self.call, city)

    def visits(self, city: str) -> list[str]:
        """What was done with the links of a city, newest first."""
        ids = [link.id for link in self.links(city) if link.id is not None]
        with self.world.database.reading() as session:
            return [visit.act for visit in visits_of(session, ids)]

    def row(self) -> MemberCall:
        """The call as it stands."""
        with self.world.database.reading() as session:
            return session.get_one(MemberCall, self.call)

    def everything(self) -> str:
        """All that is stored of links and messages, to look for what may not be there."""
        with self.world.database.reading() as session:
            return "\n".join(
                repr(row) for table in (CallInvitation, Message) for row in _rows(session, table)
            )


def _rows(session: Session, table: Any) -> Any:
    return session.scalars(select(table).order_by(col(table.id)))
