"""Random people do random things to a decision; whatever happens, what must hold holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func
from sqlmodel import Session, col, select

from g40flow.domain.actors import AUTOMATIC, Parties, roles_in
from g40flow.domain.dossier.decisions import APPROVED, Ballot, DecisionForm, Position, Result, rule_of, tally
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.workflow import RESPONSE_STEPS, Stage
from g40flow.domain.errors import G40FlowError
from g40flow.domain.network import Role
from g40flow.storage.database import Database
from g40flow.storage.decisions import members_of, positions_of, rounds_of
from g40flow.storage.dossier_tables import (
    Comment,
    DecisionRound,
    Dossier,
    HistoryEntry,
    Ratification,
    RoundMember,
    RoundPosition,
    TextVersion,
)
from g40flow.storage.dossiers import parties_of
from g40flow.storage.history import chain_of, history_of, verify_chain
from g40flow.storage.tables import Message
from g40flow.use_cases.decisions.mandates import ratify, revoke_mandate
from tests.use_cases.decisions.board import CHAIR, DEPUTY_OF_KIM, LARS, MEMBERS, SECRETARY, WRITER, Board
from tests.use_cases.dossier.world import DESK, World

PEOPLE = (*MEMBERS, DEPUTY_OF_KIM, SECRETARY, WRITER, "anna-testerink", "rens-leesmans", "vera-schijn")
ANYBODY = st.sampled_from(PEOPLE)
MOSTLY_MEMBERS = st.one_of(st.sampled_from((*MEMBERS, DEPUTY_OF_KIM)), ANYBODY)
MOSTLY_THE_SECRETARY = st.one_of(st.just(SECRETARY), st.just(SECRETARY), ANYBODY)
MOSTLY_YES = st.one_of(st.just(Position.APPROVE), st.just(Position.APPROVE), st.sampled_from(Position))
OLD_TEXT = "0" * 64

MAY: dict[str, Right] = {
    "open_round": Right.OPEN_ROUND,
    "decide_alone": Right.DECIDE_BY_MANDATE,
    "decide_by_mandate": Right.DECIDE_BY_MANDATE,
    "extend_round": Right.EXTEND_ROUND,
    "close_round": Right.CLOSE_ROUND,
    "record_meeting": Right.RECORD_MEETING,
    "ratify": Right.RATIFY,
    "refuse_ratification": Right.RATIFY,
    "cancelled_round": Right.REGISTER_MANDATE,
}
"""Which right stands behind an act of the history that a person did."""
OPENING = ("open_round", "decide_alone")


def rights_of(roles: frozenset[Role]) -> set[Right]:
    """What somebody with these roles may do."""
    return {right for right, allowed in RIGHTS.items() if allowed & roles}


class Deciding(RuleBasedStateMachine):
    """One dossier at the board, and everybody who could have to do with it."""

    database: ClassVar[Database]
    worlds: ClassVar[Iterator[int]]

    def __init__(self) -> None:
        super().__init__()
        self.board = Board.of(World(self.database, items=next(self.worlds)))
        self.world = self.board.world
        self.mandate = self.board.mandate()
        self.texts = 0

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do something that may be refused: then nothing at all has changed."""
        before = self.facts()
        try:
            act()
        except G40FlowError:
            assert self.facts() == before

    def facts(self) -> list[Any]:
        """Everything about the dossier that a refused act could have left behind."""
        with self.world.database.reading() as session:
            dossier = session.get_one(Dossier, self.board.dossier)
            tables = (DecisionRound, RoundPosition, TextVersion, HistoryEntry, Message, Ratification)
            counts = [select(func.count()).select_from(table).scalar_subquery() for table in tables]
            rows = session.execute(select(*counts)).one()
            return [dossier.revision, dossier.stage, dossier.adopted_hash, *rows]

    def last_round(self) -> int:
        rounds = self.board.rounds()
        return rounds[0].id or 0 if rounds else 0

    # --- what people do ---

    @rule(
        by=MOSTLY_THE_SECRETARY,
        form=st.one_of(st.just(DecisionForm.WRITTEN_ROUND), st.sampled_from(DecisionForm)),
        seen=st.booleans(),
    )
    def open(self, by: str, form: DecisionForm, seen: bool) -> None:
        new: dict[str, Any] = {"form": form, "seen": self.board.text if seen else OLD_TEXT}
        if form is DecisionForm.MEETING:
            new["meeting_on"] = self.world.now.date()
        if form is DecisionForm.MANDATE:
            new["mandate_id"] = self.mandate
        self.attempt(lambda: self.board.open(by, after_deadline=True, **new))

    @precondition(lambda self: self.last_round())
    @rule(by=MOSTLY_MEMBERS, position=MOSTLY_YES, fresh=st.sampled_from([True, True, True, False]))
    def take(self, by: str, position: Position, fresh: bool) -> None:
        seen = self.board.text if fresh else OLD_TEXT
        self.attempt(lambda: self.board.take(self.last_round(), by, position, seen=seen))

    @precondition(lambda self: self.last_round())
    @rule(position=MOSTLY_YES)
    def everybody_takes(self, position: Position) -> None:
        for by in MEMBERS:
            self.attempt(partial(self.board.take, self.last_round(), by, position))

    @precondition(lambda self: self.last_round())
    @rule(by=MOSTLY_THE_SECRETARY, result=st.one_of(st.just(Result.ADOPTED), st.sampled_from(Result)))
    def close(self, by: str, result: Result) -> None:
        until = date(2026, 12, 31)
        self.attempt(lambda: self.board.close(self.last_round(), result, by, until=until))

    @precondition(lambda self: self.last_round())
    @rule(by=MOSTLY_THE_SECRETARY, position=MOSTLY_YES, present=st.integers(0, 6))
    def record(self, by: str, position: Position, present: int) -> None:
        positions = dict.fromkeys(MEMBERS[:present], position)
        self.attempt(lambda: self.board.meet(self.last_round(), positions, Result.ADOPTED, by))

    @rule(by=st.sampled_from((CHAIR, CHAIR, LARS, SECRETARY)), position=MOSTLY_YES)
    def decide_alone(self, by: str, position: Position) -> None:
        self.attempt(lambda: self.board.decide_alone(self.mandate, by, position))

    @rule(
        by=st.sampled_from((WRITER, SECRETARY, CHAIR)), kind=st.sampled_from(["", "substantive", "editorial"])
    )
    def rewrite(self, by: str, kind: str) -> None:
        self.texts += 1
        self.attempt(lambda: self.board.rewrite(f"# Reactie {self.texts}\n", kind, by))

    @rule(disposed=st.booleans())
    def comment(self, disposed: bool) -> None:
        with self.world.writing() as session:
            for open_one in session.exec(select(Comment).where(Comment.dossier_id == self.board.dossier)):
                open_one.disposition = "accepted"
                session.add(open_one)
            version = session.get_one(Dossier, self.board.dossier).current_version_id
            assert version is not None
            session.add(
                Comment(
                    dossier_id=self.board.dossier,
                    version_id=version,
                    author=WRITER,
                    created_at=self.world.now,
                    disposition="accepted" if disposed else "",
                )
            )

    @rule(hours=st.sampled_from([1, 24, 100]))
    def time_passes(self, hours: int) -> None:
        if self.world.now < datetime.combine(date(2026, 12, 20), self.world.now.timetz()):
            self.world.later(hours=hours)
        self.board.expire()

    @rule(by=MOSTLY_THE_SECRETARY)
    def revoke(self, by: str) -> None:
        self.attempt(lambda: self._revoke(by))

    def _revoke(self, by: str) -> None:
        with self.world.writing() as session:
            actor, now = self.world.actor(by), self.world.now
            revoke_mandate(session, DESK, self.mandate, reason="klaar", actor=actor, now=now)
        self.mandate = self.board.mandate()

    @precondition(lambda self: self.last_round())
    @rule(by=MOSTLY_THE_SECRETARY, hours=st.sampled_from([24, 200]))
    def extend(self, by: str, hours: int) -> None:
        until = self.world.now + timedelta(hours=hours)
        later: dict[str, Any] = {"closes_at": until, "meeting_on": until.date(), "after_deadline": True}
        self.attempt(lambda: self.board.extend(self.last_round(), by, **later))

    @rule(by=MOSTLY_THE_SECRETARY, ratified=st.booleans())
    def ratify(self, by: str, ratified: bool) -> None:
        for due in self.board.ratifications():
            if due.dossier_id == self.board.dossier:
                self.attempt(partial(self._ratify, due, by, ratified))

    def _ratify(self, due: Ratification, by: str, ratified: bool) -> None:
        assert due.id is not None
        with self.world.writing() as session:
            actor, now = self.world.actor(by), self.world.now
            ratify(session, DESK, due.id, ratified=ratified, note="want", actor=actor, now=now)

    @rule(action=st.sampled_from(["suspend", "resume"]))
    def rest(self, action: str) -> None:
        self.attempt(lambda: self.world.step(self.board.dossier, action, "anna-testerink"))

    # --- what must hold ---

    @invariant()
    def what_must_hold_holds(self) -> None:
        """Read once, because this happens after every act."""
        with self.world.database.reading() as session:
            verify_chain(session, chain_of(self.board.dossier))
            seen = Seen.of(session, self.board.dossier)
        adopted_is_what_met_the_rule_and_is_the_text_of_now(seen)
        every_approval_met_its_rule_by_answers_to_that_very_text(seen)
        assert sum(round_.closed_at is None for round_ in seen.rounds) <= 1
        nobody_did_what_his_role_does_not_allow(seen, self.world)
        the_history_tells_all_of_it(seen)
        nobody_is_left_uninformed(seen)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Everything there is about one dossier. rounds: oldest first; positions, members: by round."""

    dossier: Dossier
    parties: Parties
    versions: Sequence[TextVersion]
    rounds: Sequence[DecisionRound]
    positions: Mapping[int, Sequence[RoundPosition]]
    members: Mapping[int, Sequence[RoundMember]]
    history: Sequence[HistoryEntry]
    keys: Set[str]

    @classmethod
    def of(cls, session: Session, dossier_id: int) -> "Seen":
        """As it is stored now."""
        dossier = session.get_one(Dossier, dossier_id)
        versions = select(TextVersion).where(TextVersion.dossier_id == dossier_id)
        rounds = list(reversed(rounds_of(session, dossier_id)))
        ids = [round_.id for round_ in rounds if round_.id is not None]
        keys = select(col(Message.key)).where(col(Message.key).startswith(f"dossier:{dossier_id}:"))
        return cls(
            dossier=dossier,
            parties=parties_of(session, dossier),
            versions=session.exec(versions.order_by(col(TextVersion.number))).all(),
            rounds=rounds,
            positions={id_: positions_of(session, id_) for id_ in ids},
            members={id_: members_of(session, id_) for id_ in ids},
            history=history_of(session, chain_of(dossier_id)),
            keys=set(session.exec(keys)),
        )

    def decided_texts(self) -> set[str]:
        """Texts that met their rule, and what differs from those only in how it is said."""
        texts = {round_.version_hash for round_ in self.rounds if round_.result in APPROVED}
        by_id = {version.id: version.content_hash for version in self.versions}
        for version in self.versions:
            if version.kind == "editorial" and by_id[version.based_on_id] in texts:
                texts.add(version.content_hash)
        return texts


def adopted_is_what_met_the_rule_and_is_the_text_of_now(seen: Seen) -> None:
    dossier = seen.dossier
    if dossier.stage is Stage.READY_TO_SUBMIT:
        assert dossier.adopted_hash
    if dossier.adopted_hash:
        (current,) = [v for v in seen.versions if v.id == dossier.current_version_id]
        assert current.content_hash == dossier.adopted_hash
        assert dossier.adopted_hash in seen.decided_texts()


def every_approval_met_its_rule_by_answers_to_that_very_text(seen: Seen) -> None:
    for round_ in seen.rounds:
        assert round_.id is not None
        if round_.result in APPROVED:
            last = {taken.member: Position(taken.position) for taken in seen.positions[round_.id]}
            ballots = [Ballot(member=m.member, position=last.get(m.member)) for m in seen.members[round_.id]]
            assert round_.closed_by != AUTOMATIC
            assert tally(rule_of(round_.rule), ballots, is_over=False).is_met
            assert {taken.seen_hash for taken in seen.positions[round_.id]} == {round_.version_hash}


def nobody_did_what_his_role_does_not_allow(seen: Seen, world: World) -> None:
    for entry in seen.history:
        if entry.person == AUTOMATIC:
            continue
        roles = roles_in(world.actor(entry.person), seen.parties)
        if entry.action == "take_position":
            assert {Right.DECIDE, Right.DECIDE_BY_MANDATE} & rights_of(roles)
        if entry.action in MAY:
            assert RIGHTS[MAY[entry.action]] & roles, (entry.action, entry.person)
        for step in RESPONSE_STEPS:
            if step.action == entry.action and not step.automatic:
                assert step.roles & roles, (entry.action, entry.person)


def the_history_tells_all_of_it(seen: Seen) -> None:
    opened = [entry.facts["round"] for entry in seen.history if entry.action in OPENING]
    assert opened == [round_.id for round_ in seen.rounds]
    ended = {e.facts["round"] for e in seen.history if "result" in e.facts and "round" in e.facts}
    assert ended == {round_.id for round_ in seen.rounds if round_.closed_at is not None}
    taken = sum(entry.action == "take_position" for entry in seen.history)
    by_themselves = [r.id for r in seen.rounds if r.form != DecisionForm.MEETING]
    assert taken == sum(len(seen.positions[id_ or 0]) for id_ in by_themselves)


def nobody_is_left_uninformed(seen: Seen) -> None:
    longer = [entry for entry in seen.history if entry.action == "extend_round"]
    for entry in longer:
        told = (
            f"dossier:{seen.dossier.id}:round:{entry.facts['round']}:round_extended:{entry.facts['until']}:"
        )
        assert any(key.startswith(told) for key in seen.keys), entry.facts
        assert str(entry.facts["until"]) > str(entry.facts["before"])
    for round_ in seen.rounds:
        (opened,) = [e for e in seen.history if e.action in OPENING and e.facts["round"] == round_.id]
        # Who decides with a mandate on his own accord asks nobody.
        kinds = ["approval_request"] if opened.action == "open_round" else []
        kinds += ["decision_result"] if round_.closed_at is not None else []
        asked = {slug for row in seen.members[round_.id or 0] for slug in (row.member, row.deputy) if slug}
        for kind in kinds:
            wanted = {f"dossier:{seen.dossier.id}:round:{round_.id}:{kind}:{slug}" for slug in asked}
            assert wanted <= seen.keys


def test_whatever_people_do_a_decision_holds(database: Database) -> None:
    machine = type("DecidingHere", (Deciding,), {"database": database, "worlds": count()})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

    run_state_machine_as_test(
        machine,
        settings=settings(
            derandomize=True,
            # What fails is short enough to read; making it shorter takes minutes.
            phases=[Phase.explicit, Phase.generate],
            max_examples=12 if database.is_sqlite else 5,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=checks,
            print_blob=False,
        ),
    )
