"""What pages and messages show of a hook: values, with names instead of slugs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from g40flow.domain.campaigns.hook_plan import HookPlan, PreparedStep
from g40flow.domain.campaigns.hooks import (
    HookEvent,
    HookOrigin,
    HookReason,
    HookStanding,
    HookState,
)
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.dossier.shown import DossierShown


@dataclass(frozen=True, kw_only=True)
class ChangeShown:
    """What happened to a moment, with old and new. at: aware UTC, when we followed it."""

    event: HookEvent
    at: datetime
    old_on: date | None
    new_on: date | None
    old_at: datetime | None = None
    new_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DoneShown:
    """Who said that something is ready, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HookShown:
    """A moment as it stands now.

    on: Dutch day; None if nobody knows, expected may then say when in words. at: aware UTC.
    place: committee or where it is. path: page of the activity in the portal, "" if it is none.
    publisher_url: at the publisher, "" if it is no activity. changes: newest first.
    done: by word of Preparation. can_undo: whether accepting it can be taken back.
    """

    hook_id: int
    dossier_id: int
    kind: HookKind
    origin: HookOrigin
    title: str
    state: HookState
    standing: HookStanding
    on: date | None
    at: datetime | None
    expected: str
    place: str
    note: str
    plan: HookPlan
    today: date
    working_days_left: int | None
    reasons: Sequence[HookReason] = ()
    changes: Sequence[ChangeShown] = ()
    done: Mapping[str, DoneShown] | None = None
    path: str = ""
    publisher_url: str = ""

    @property
    def is_coming(self) -> bool:
        """Whether it is still to come, with or without a day."""
        return self.standing in (HookStanding.PLANNED, HookStanding.UNDATED)

    @property
    def can_undo(self) -> bool:
        """Whether that it counts can be taken back."""
        return self.state is HookState.ACCEPTED and self.origin is not HookOrigin.HAND and not self.done


@dataclass(frozen=True, kw_only=True)
class StepChange:
    """A preparation whose last day is another one. too_late: it should have been done by now."""

    preparation: str
    old: date | None
    new: date | None
    too_late: bool


@dataclass(frozen=True, kw_only=True)
class HookNoticeShown:
    """To everybody involved: a moment is on another day, off, or without a day."""

    dossier: DossierShown
    hook: HookShown
    change: ChangeShown
    steps: tuple[StepChange, ...]


@dataclass(frozen=True, kw_only=True)
class HookReminderShown:
    """To who must get something ready for a moment."""

    dossier: DossierShown
    hook: HookShown
    step: PreparedStep
    working_days_left: int


@dataclass(frozen=True, kw_only=True)
class HookProposalsShown:
    """To who chooses which moments count."""

    dossier: DossierShown
    hooks: tuple[HookShown, ...]
