"""What messages about outcomes say: what was proposed, and what the Chamber decided since."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.messages import Rendered
from g40flow.domain.outcomes.shown import OutcomeTold
from g40flow.domain.outcomes.words import ProposalState
from g40flow.storage.outcome_tables import OutcomeProposal
from g40flow.storage.outcomes import open_strong_proposals
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.messages_about_dossiers import DossierViews
from g40flow.use_cases.outcomes.read import outcomes_shown
from g40flow.use_cases.outcomes.telling import CHANGED, PROPOSED


class OutcomeRenderer(Protocol):
    """Turns what is known of outcomes into finished Dutch messages. Pure."""

    def outcome_proposal(self, told: OutcomeTold) -> Rendered:
        """Something may say what came of an ask or a point: is that so?"""

    def outcome_change(self, told: OutcomeTold) -> Rendered:
        """The Chamber voted on what was proposed, or corrected what it had recorded."""

    def dossier_hidden(self, number: str) -> Rendered:
        """In place of what was posted about a dossier that became confidential."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutOutcomes:
    """Makes messages about outcomes."""

    views: DossierViews
    renderer: OutcomeRenderer

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {PROPOSED: self._proposal, CHANGED: self._change}

    def _proposal(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """One that somebody dismissed before it was posted leaves nothing to say."""
        told = self._told(session, message, now)
        if told is None:
            return None
        if told.outcome.state is ProposalState.DISMISSED and message.external_ts is None:
            return None
        return self._shown(session, message, told, now, self.renderer.outcome_proposal)

    def _change(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        told = self._told(session, message, now)
        if told is None or told.outcome.vote is None:
            return None
        return self._shown(session, message, told, now, self.renderer.outcome_change)

    def _shown(
        self,
        session: Session,
        message: Message,
        told: OutcomeTold,
        now: datetime,
        render: "_Render",
    ) -> Rendered | None:
        if self.views.may_be_told(session, told.dossier.dossier_id, message.audience, now):
            return render(told)
        return None if message.external_ts is None else self.renderer.dossier_hidden(told.dossier.number)

    def _told(self, session: Session, message: Message, now: datetime) -> OutcomeTold | None:
        proposal = session.get(OutcomeProposal, message.subject["proposal_id"])
        if proposal is None:
            return None
        network = self.views.desk.network
        dossier = self.views.dossier(session, proposal.dossier_id, now)
        [shown] = outcomes_shown(session, network, proposal.dossier_id, [proposal])
        waiting = open_strong_proposals(session, proposal.dossier_id)
        own = proposal.state is ProposalState.OPEN and proposal.strong
        return OutcomeTold(
            dossier=dossier,
            outcome=replace(shown, page=f"{dossier.url}#uitkomst-{proposal.id}"),
            number=int(message.subject.get("number", 0)),
            others=max(0, waiting - own),
        )


class _Render(Protocol):
    def __call__(self, told: OutcomeTold) -> Rendered: ...
