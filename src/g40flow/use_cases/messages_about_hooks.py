"""What messages about moments in parliament say: proposals, reminders, and that one moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlmodel import Session, col, select

from g40flow.domain.campaigns.hook_plan import StepStanding
from g40flow.domain.campaigns.hook_shown import (
    ChangeShown,
    HookNoticeShown,
    HookProposalsShown,
    HookReminderShown,
    HookShown,
    StepChange,
)
from g40flow.domain.campaigns.hooks import HookEvent, HookState
from g40flow.domain.dossier.workflow import OPEN
from g40flow.domain.instants import dutch_date
from g40flow.domain.messages import Rendered
from g40flow.storage.dossier_tables import Dossier, HistoryEntry
from g40flow.storage.history import chain_of
from g40flow.storage.hook_tables import Hook
from g40flow.storage.tables import Message
from g40flow.use_cases.campaigns.hooks_reading import show_hooks, shown_hooks_of
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.messages_about_dossiers import DossierViews


class HookRenderer(Protocol):
    """Turns what is known of moments into finished Dutch messages. Pure."""

    def hook_reminder(self, view: HookReminderShown) -> Rendered:
        """To who must get something ready."""

    def hook_notice(self, view: HookNoticeShown) -> Rendered:
        """To everybody involved: a moment is on another day, off, or without a day."""

    def hook_proposals(self, view: HookProposalsShown) -> Rendered:
        """To who chooses which moments count."""

    def dossier_hidden(self, number: str) -> Rendered:
        """In place of what was posted about a dossier that became confidential."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutHooks:
    """Makes messages about moments."""

    views: DossierViews
    renderer: HookRenderer

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {
            "hook_reminder": self._reminder,
            "hook_notice": self._notice,
            "hook_proposals": self._proposals,
        }

    def _reminder(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """Only as long as it counts and its last day is the one it was told of."""
        hook = self._told(session, message, now)
        if hook is None:
            return self._hidden(session, message)
        if hook.state is not HookState.ACCEPTED or not hook.is_coming:
            return None
        step = next((s for s in hook.plan.steps if s.preparation == message.subject["preparation"]), None)
        if step is None or step.on != date.fromisoformat(message.subject["on"]):
            return None
        if step.standing is StepStanding.DONE and message.external_ts is None:
            return None
        left = self.views.desk.calendars.working.working_days_left(dutch_date(now), step.on)
        view = HookReminderShown(
            dossier=self.views.dossier(session, hook.dossier_id, now),
            hook=hook,
            step=step,
            working_days_left=left,
        )
        return self.renderer.hook_reminder(view)

    def _notice(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """What it said when it was written, with how the moment stands now."""
        hook = self._told(session, message, now)
        if hook is None:
            return self._hidden(session, message)
        dossier_id = message.subject["dossier_id"]
        query = select(HistoryEntry).where(
            col(HistoryEntry.chain) == chain_of(dossier_id),
            col(HistoryEntry.sequence) == message.subject["sequence"],
        )
        entry = session.scalars(query).one_or_none()
        if entry is None:
            return None
        view = HookNoticeShown(
            dossier=self.views.dossier(session, dossier_id, now),
            hook=hook,
            change=_change(entry),
            steps=tuple(_step(one) for one in entry.facts.get("steps", ())),
        )
        return self.renderer.hook_notice(view)

    def _proposals(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """What still waits to be chosen; nothing if all of it was."""
        dossier_id = message.subject["dossier_id"]
        if not self.views.may_be_told(session, dossier_id, message.audience, now):
            return self._hidden(session, message)
        if session.get_one(Dossier, dossier_id).stage not in OPEN:
            return None
        hooks = tuple(
            hook
            for hook in shown_hooks_of(session, self.views.desk, dossier_id, now)
            if hook.state is HookState.PROPOSED and hook.is_coming
        )
        if not hooks and message.external_ts is None:
            return None
        dossier = self.views.dossier(session, dossier_id, now)
        return self.renderer.hook_proposals(HookProposalsShown(dossier=dossier, hooks=hooks))

    def _hidden(self, session: Session, message: Message) -> Rendered | None:
        """What has been posted stays, and says that it may no longer be told here."""
        dossier = session.get_one(Dossier, message.subject["dossier_id"])
        return None if message.external_ts is None else self.renderer.dossier_hidden(dossier.number)

    def _told(self, session: Session, message: Message, now: datetime) -> HookShown | None:
        """The moment a message is about, if its audience may (still) know of it."""
        hook = session.get(Hook, message.subject["hook_id"])
        if hook is None or not self.views.may_be_told(session, hook.dossier_id, message.audience, now):
            return None
        return show_hooks(session, self.views.desk, [hook], now)[0]


def _change(entry: HistoryEntry) -> ChangeShown:
    facts = entry.facts
    return ChangeShown(
        event=HookEvent(facts["event"]),
        at=entry.at,
        old_on=_day(facts.get("old_on")),
        new_on=_day(facts.get("new_on")),
        old_at=_instant(facts.get("old_at")),
        new_at=_instant(facts.get("new_at")),
    )


def _step(fact: Mapping[str, Any]) -> StepChange:
    return StepChange(
        preparation=fact["preparation"],
        old=_day(fact.get("old")),
        new=_day(fact.get("new")),
        too_late=fact.get("standing") == StepStanding.TOO_LATE,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
