"""What messages about decisions of the board say: the request, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.actors import Surface, actor_on
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.shown import DecisionShown, DossierShown
from g40flow.domain.instants import dutch_date
from g40flow.domain.messages import Rendered
from g40flow.storage.access import effective_person, names_of_people
from g40flow.storage.calls import dissents_of
from g40flow.storage.decisions import (
    end_of,
    ratification_by_id,
    round_by_id,
    seats_in_round,
    standing_positions,
    version_of,
)
from g40flow.storage.dossier_tables import DecisionRound, Dossier
from g40flow.storage.guards import current_hash
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.decisions.ending import is_extensible, is_over, standing_of
from g40flow.use_cases.dossier.desk import roles_on
from g40flow.use_cases.messages_about_dossiers import DossierViews


class DecisionRenderer(Protocol):
    """Turns what is known of decisions into finished Dutch messages. Pure."""

    def approval_request(self, view: DecisionShown) -> Rendered:
        """To a member of the board, or a deputy: decide on this text."""

    def approval_reminder(self, view: DecisionShown) -> Rendered:
        """The same, to who has not answered."""

    def round_extended(self, view: DecisionShown, before: datetime | date | None, reason: str) -> Rendered:
        """To everybody it concerns: the round ends later. before: its end until then."""

    def round_ready(self, view: DecisionShown) -> Rendered:
        """To the secretary of the board: the result can be recorded."""

    def decision_result(self, view: DecisionShown) -> Rendered:
        """To everybody it concerns: how the round ended."""

    def adoption_voided(self, view: DossierShown, reason: str) -> Rendered:
        """To everybody it concerns: what was adopted counts no longer."""

    def ratification_due(
        self, view: DecisionShown, due_on: date | None, result: str, *, is_late: bool = False
    ) -> Rendered:
        """To the secretary of the board: a meeting must ratify this. result: "" while it must.

        is_late: the day passed.
        """


@dataclass(frozen=True, kw_only=True)
class MessagesAboutDecisions:
    """Makes messages about decisions."""

    views: DossierViews
    renderer: DecisionRenderer

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {
            "approval_request": self._request,
            "approval_reminder": self._reminder,
            "round_extended": self._extended,
            "round_ready": self._ready,
            "decision_result": self._about_round(self.renderer.decision_result),
            "adoption_voided": self._voided,
            "ratification_due": self._ratification,
        }

    def _request(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """Before it leaves it must still ask something; what stands tells how it went on."""
        view = self._shown(session, message, now)
        if view is None or (message.external_ts is None and not view.can_answer and view.form != "meeting"):
            return None
        return self.renderer.approval_request(view)

    def _reminder(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """Who answered is not reminded, and nobody of an end that was moved."""
        view = self._shown(session, message, now)
        if view is None or (message.external_ts is None and (view.position or not view.can_answer)):
            return None
        if message.external_ts is None and not _is_about_the_end_of_now(session, message):
            return None
        return self.renderer.approval_reminder(view)

    def _extended(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """Before it leaves the round must still be open, and this be its newest end."""
        view = self._shown(session, message, now)
        if view is None:
            return None
        if message.external_ts is None and (view.result or not _is_about_the_end_of_now(session, message)):
            return None
        subject = message.subject
        return self.renderer.round_extended(view, _read_end(str(subject["before"])), str(subject["reason"]))

    def _ready(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        view = self._shown(session, message, now)
        if view is None or (message.external_ts is None and view.result):
            return None
        return self.renderer.round_ready(view)

    def _about_round(self, render: Callable[[DecisionShown], Rendered]) -> Compose:
        def compose(session: Session, message: Message, now: datetime) -> Rendered | None:
            view = self._shown(session, message, now)
            return None if view is None else render(view)

        return compose

    def _voided(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        dossier_id = message.subject["dossier_id"]
        if not self.views.may_be_told(session, dossier_id, message.audience, now):
            return None
        view = self.views.dossier(session, dossier_id, now)
        return self.renderer.adoption_voided(view, str(message.subject.get("reason", "")))

    def _ratification(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        due = ratification_by_id(session, message.subject["ratification_id"])
        is_of_another_day = message.subject.get("due_on", str(due.due_on)) != str(due.due_on)
        if (due.result or is_of_another_day) and message.external_ts is None:
            return None
        view = self._of_round(session, round_by_id(session, due.round_id), message.audience, now)
        if view is None:
            return None
        is_late = due.due_on is not None and due.due_on < dutch_date(now)
        return self.renderer.ratification_due(view, due.due_on, due.result, is_late=is_late)

    def _shown(self, session: Session, message: Message, now: datetime) -> DecisionShown | None:
        return self._of_round(
            session, round_by_id(session, message.subject["round_id"]), message.audience, now
        )

    def _of_round(
        self, session: Session, round_: DecisionRound, audience: str, now: datetime
    ) -> DecisionShown | None:
        """The round as one audience is told of it; None if it may not know."""
        assert round_.id is not None
        if not self.views.may_be_told(session, round_.dossier_id, audience, now):
            return None
        dossier = session.get_one(Dossier, round_.dossier_id)
        standing = standing_of(session, round_, now)
        positions = standing_positions(session, round_.id)
        seats = seats_in_round(session, round_.id, audience.removeprefix("person:"))
        # Who answers for several is asked for the first that was not answered for.
        seat = next((seat for seat in seats if seat not in positions), seats[0] if seats else "")
        taken = positions.get(seat)
        names = names_of_people(session, self.views.desk.network)
        is_own = f"person:{seat}" == audience
        return DecisionShown(
            round_id=round_.id,
            dossier=self.views.dossier(session, round_.dossier_id, now),
            url=f"{self.views.portal_url}/board/{round_.id}",
            form=str(round_.form),
            question=round_.question,
            version_number=version_of(session, round_.version_id).number,
            version_hash=round_.version_hash,
            closes_at=round_.closes_at,
            meeting_on=round_.meeting_on,
            result=str(round_.result),
            reason=round_.reason,
            answered=standing.answered,
            asked=standing.base,
            counts={position.value: count for position, count in standing.counts.items()},
            is_met=standing.is_met,
            is_over=is_over(round_, now),
            is_stale=not round_.result and current_hash(session, dossier) != round_.version_hash,
            seat=seat,
            seat_name="" if is_own else names.get(seat, seat),
            position="" if taken is None else str(taken.position),
            dissents=tuple(
                self.views.desk.network.city_name(answer.city)
                for answer in dissents_of(session, round_.dossier_id)
            ),
            can_extend=self._may_extend(session, dossier, audience, now)
            and is_extensible(session, dossier, round_, now),
        )

    def _may_extend(self, session: Session, dossier: Dossier, audience: str, now: datetime) -> bool:
        person = effective_person(session, self.views.desk.network, audience.removeprefix("person:"))
        if person is None:
            return False
        reader = actor_on(person, dutch_date(now), Surface.AUTOMATIC)
        return has_right(Right.EXTEND_ROUND, roles_on(session, dossier, reader))


def _is_about_the_end_of_now(session: Session, message: Message) -> bool:
    """Whether the end that a message names is still that of its round; so it is when it names none."""
    round_ = round_by_id(session, message.subject["round_id"])
    return bool(message.subject.get("until", end_of(round_)) == end_of(round_))


def _read_end(written: str) -> datetime | date | None:
    """What `storage.decisions.end_of` wrote."""
    if not written:
        return None
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
