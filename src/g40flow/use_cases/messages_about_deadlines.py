"""What messages about deadlines say: reminders, and what others are told when a stage is late."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.dossier.reminders import DeadlineShown, Urging, planned_for
from g40flow.domain.dossier.shown import DossierShown
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.messages import Rendered
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.plans import kept_plan
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.dossier.term import last_day
from g40flow.use_cases.messages_about_dossiers import DossierViews


class DeadlineRenderer(Protocol):
    """Turns deadlines into finished Dutch messages. Pure."""

    def deadline_reminder(self, view: DossierShown, deadline: DeadlineShown) -> Rendered:
        """To somebody whose move it is."""

    def deadline_escalation(self, view: DossierShown, deadline: DeadlineShown) -> Rendered:
        """To somebody else who can help: a stage is late."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutDeadlines:
    """Makes messages about deadlines."""

    views: DossierViews
    renderer: DeadlineRenderer

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        render = self.renderer
        return {
            "deadline_reminder": self._made_by(render.deadline_reminder),
            "deadline_escalation": self._made_by(render.deadline_escalation),
        }

    def _made_by(self, render: Callable[[DossierShown, DeadlineShown], Rendered]) -> Compose:
        def compose(session: Session, message: Message, now: datetime) -> Rendered | None:
            dossier = session.get_one(Dossier, message.subject["dossier_id"])
            deadline = self._deadline(dossier, message, now)
            if deadline.is_over and message.external_ts is None:
                return None  # it was done while the message waited for the morning
            if not self.views.may_be_told(session, dossier.id or 0, message.audience, now):
                return None
            return render(self.views.dossier(session, dossier.id or 0, now), deadline)

        return compose

    def _deadline(self, dossier: Dossier, message: Message, now: datetime) -> DeadlineShown:
        urging, stage = Urging(message.subject["urging"]), Stage(message.subject["stage"])
        day, today = date.fromisoformat(message.subject["day"]), dutch_date(now)
        return DeadlineShown(
            urging=urging,
            stage=stage,
            day=day,
            working_days=self.views.desk.calendars.working.working_days_left(today, day),
            is_over=Stage(dossier.stage) is not stage or _day_now(dossier, urging, stage) != day,
        )


def _day_now(dossier: Dossier, urging: Urging, stage: Stage) -> date | None:
    """The day that the deadline has now; None if it has none any more."""
    if urging in (Urging.CLOSING, Urging.MISSED):
        return last_day(dossier)
    kept = kept_plan(dossier)
    day = None if kept is None else kept.plan.day_of(planned_for(stage))
    return None if day is None else day.latest_on
