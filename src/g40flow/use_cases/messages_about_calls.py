"""What messages about calls for input say: to the cities, and to who works with their answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.dossier.calls import AnswerKind, CallState
from g40flow.domain.dossier.shown import CallShown
from g40flow.domain.messages import Rendered
from g40flow.storage.calls import answer_of_city, call_by_id, invitation_by_id, summary_of
from g40flow.storage.dossier_tables import CallInvitation, MemberCall
from g40flow.storage.tables import Message
from g40flow.use_cases.calls.links import CallLinks
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.messages_about_dossiers import DossierViews


class CallRenderer(Protocol):
    """Turns what is known of calls into finished Dutch messages. Pure."""

    def call_invitation(self, view: CallShown) -> Rendered:
        """To the coordinator of a city, with his own link. Private."""

    def call_reminder(self, view: CallShown) -> Rendered:
        """The same, to who has not answered. Private."""

    def call_escalation(self, view: CallShown) -> Rendered:
        """To the lead of the group: too few answers on the last day."""

    def call_closed(self, view: CallShown) -> Rendered:
        """To who works with the answers: the call is closed."""

    def call_dissent(self, view: CallShown) -> Rendered:
        """To who works with the answers: a city does not agree."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutCalls:
    """Makes messages about calls. links: asked for when there is such a message, for it needs a secret."""

    views: DossierViews
    renderer: CallRenderer
    links: Callable[[], CallLinks]

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {
            "call_invitation": self._invitation,
            "call_reminder": self._reminder,
            "call_escalation": self._looking_after(self.renderer.call_escalation),
            "call_closed": self._looking_after(self.renderer.call_closed),
            "call_dissent": self._dissent,
        }

    def _invitation(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """Nothing is said any more of a link that was taken back, or of a call that is over."""
        call, invitation = _called(session, message)
        is_over = call.state != CallState.OPEN or call.closes_at < now or invitation.revoked_at is not None
        if is_over and message.external_ts is None:
            return None
        return self.renderer.call_invitation(self._for_city(session, call, invitation, now))

    def _reminder(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """Who answered meanwhile is not reminded; a reminder that stands says that it was answered."""
        call, invitation = _called(session, message)
        answered = answer_of_city(session, call.id or 0, invitation.city) is not None
        is_over = call.state != CallState.OPEN or call.closes_at < now or invitation.revoked_at is not None
        if (answered or is_over) and message.external_ts is None:
            return None
        view = self._for_city(session, call, invitation, now, level=str(message.subject.get("level", "")))
        return self.renderer.call_reminder(view)

    def _looking_after(self, render: Callable[[CallShown], Rendered]) -> Compose:
        def compose(session: Session, message: Message, now: datetime) -> Rendered | None:
            call = call_by_id(session, message.subject["call_id"])
            if not self.views.may_be_told(session, call.dossier_id, message.audience, now):
                return None
            return render(self._shown(session, call, now))

        return compose

    def _dissent(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """A dissent that was taken back before it was told is no news."""
        call, city = call_by_id(session, message.subject["call_id"]), str(message.subject["city"])
        if not self.views.may_be_told(session, call.dossier_id, message.audience, now):
            return None
        answer = answer_of_city(session, call.id or 0, city)
        is_dissent = answer is not None and answer.kind == AnswerKind.DISSENT
        if not is_dissent and message.external_ts is None:
            return None
        view = self._shown(
            session,
            call,
            now,
            city=city,
            answer="" if answer is None else answer.kind,
            dissent=answer.remark if answer is not None and is_dissent else "",
        )
        return self.renderer.call_dissent(view)

    def _for_city(
        self,
        session: Session,
        call: MemberCall,
        invitation: CallInvitation,
        now: datetime,
        level: str = "",
    ) -> CallShown:
        answer = answer_of_city(session, call.id or 0, invitation.city)
        works = invitation.revoked_at is None and call.state == CallState.OPEN and call.closes_at >= now
        token = self.links().token_of(invitation) if works else ""
        return self._shown(
            session,
            call,
            now,
            city=invitation.city,
            level=level,
            answer="" if answer is None else answer.kind,
            answer_url=f"{self.views.portal_url}/uitvraag/{token}" if works else "",
        )

    def _shown(
        self,
        session: Session,
        call: MemberCall,
        now: datetime,
        *,
        city: str = "",
        level: str = "",
        answer: str = "",
        answer_url: str = "",
        dissent: str = "",
    ) -> CallShown:
        assert call.id is not None
        summary = summary_of(session, call)
        return CallShown(
            call_id=call.id,
            dossier=self.views.dossier(session, call.dossier_id, now),
            title=call.title,
            introduction=call.introduction,
            questions=tuple(question["text"] for question in call.questions),
            closes_at=call.closes_at,
            state="closed" if call.state == CallState.OPEN and call.closes_at < now else str(call.state),
            answered=summary.answered,
            asked=summary.asked,
            minimum=min(call.minimum_answers, summary.asked),
            silent=tuple(self.views.desk.network.city_name(slug) for slug in summary.silent),
            counts={kind.value: summary.count(kind) for kind in AnswerKind},
            city=self.views.desk.network.city_name(city) if city else "",
            city_slug=city,
            level=level,
            answer=answer,
            answer_url=answer_url,
            dissent=dissent,
            ended_early=call.closed_at is not None and call.closed_at < call.closes_at,
        )


def _called(session: Session, message: Message) -> tuple[MemberCall, CallInvitation]:
    call = call_by_id(session, message.subject["call_id"])
    return call, invitation_by_id(session, call.id or 0, message.subject["invitation_id"])
