"""A campaign with activities in parliament around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from g40flow.domain.campaigns.hook_shown import HookShown
from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.dossier.workflow import Stage
from g40flow.render.hook_messages import HookRenderer
from g40flow.resources import resource
from g40flow.storage.hook_tables import Hook
from g40flow.storage.hooks import hooks_of
from g40flow.storage.tables import Item, Message
from g40flow.use_cases.campaigns.hooks import accept_hook
from g40flow.use_cases.campaigns.hooks_following import catch_up
from g40flow.use_cases.campaigns.hooks_proposing import propose_hooks
from g40flow.use_cases.campaigns.hooks_reading import shown_hooks_of
from g40flow.use_cases.campaigns.hooks_reminding import remind_of_hooks
from g40flow.use_cases.dossier.open_dossier import add_item
from g40flow.use_cases.follow_publisher import follow_publisher
from g40flow.use_cases.messages_about_dossiers import DossierViews
from g40flow.use_cases.messages_about_hooks import MessagesAboutHooks
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import DESK, HOUSING, HOUSING_SECRETARY

DEBATE_AT = datetime(2026, 12, 15, 9, tzinfo=UTC)
"""A Tuesday, three weeks after the Monday on which tests begin."""

COMPOSER = MessagesAboutHooks(
    views=DossierViews(desk=DESK, portal_url="https://portal.example"),
    renderer=HookRenderer(resource("templates")),
)


@dataclass
class HookWorld(CampaignWorld):
    """One database in which campaigns aim at moments."""

    def bill(self, number: str = "36512", **fields: Any) -> int:
        """A bill of the chamber; returns the id of its item."""
        values: dict[str, Any] = {
            "source": "tweedekamer",
            "identifier": f"zaak:{number}",
            "kind": "parliamentary_case",
            "kind_label": "Wetgeving",
            "title": "Wet regie",
            "dossier_number": number,
            "opens_on": None,
            "closes_on": None,
        }
        return self.item(**(values | fields))

    def activity(self, label: str = "Commissiedebat", at: datetime | None = DEBATE_AT, **fields: Any) -> int:
        """An activity of the chamber about the bill; returns the id of its item."""
        values: dict[str, Any] = {
            "source": "tweedekamer",
            "kind": "activity",
            "kind_label": label,
            "status": "planned",
            "title": "Regie op wonen",
            "committee": "Vaste commissie voor Wonen",
            "opens_on": None,
            "closes_on": None,
            "starts_at": at,
            "facts": {"related": ["zaak:36512"]},
        }
        return self.item(**(values | fields))

    def lobby(self, kind: str = CampaignType.BILL, **more: Any) -> int:
        """A campaign about the bill."""
        return self.campaign(kind, **({"item_ids": [self.bill()]} | more))

    def propose(self) -> int:
        with self.writing() as session:
            return propose_hooks(session, DESK, self.now)

    def watch(self) -> tuple[int, int, int]:
        """What the watch does: (changed, proposed, reminded)."""
        with self.writing() as session:
            changed = catch_up(session, DESK, self.now)
        proposed = self.propose()
        with self.writing() as session:
            return changed, proposed, remind_of_hooks(session, DESK, self.now)

    def hooks(self, dossier_id: int) -> Sequence[Hook]:
        """Also dismissed ones."""
        with self.database.reading() as session:
            return hooks_of(session, dossier_id, dismissed=True)

    def shown(self, dossier_id: int) -> list[HookShown]:
        with self.database.reading() as session:
            return shown_hooks_of(session, DESK, dossier_id, self.now)

    def accepted(self, dossier_id: int, by: str = HOUSING_SECRETARY) -> int:
        """Let the first proposal count; returns its id."""
        self.propose()
        hook_id = self.hooks(dossier_id)[0].id or 0
        self.do(accept_hook, dossier_id, hook_id, by=by, seen_revision=None)
        return hook_id

    def publish(self, item_id: int, **fields: Any) -> frozenset[str]:
        """The publisher says something else of an activity, which is followed in the same transaction."""
        with self.writing() as session:
            row = session.get_one(Item, item_id)
            for name, value in fields.items():
                setattr(row, name, value)
            session.flush()
            return follow_publisher(session, DESK, row, (), self.now)

    def told(self, kind: str) -> dict[str, str]:
        """What each audience reads now in the messages of one kind, the newest of each."""
        with self.database.reading() as session:
            rows = session.scalars(select(Message).where(col(Message.kind) == kind).order_by(col(Message.id)))
            said = {row.audience: COMPOSER.kinds[kind](session, row, self.now) for row in rows}
            return {audience: rendered.text for audience, rendered in said.items() if rendered is not None}

    def leaving(self, kind: str) -> dict[str, datetime]:
        """When the messages of one kind leave."""
        with self.database.reading() as session:
            rows = session.scalars(select(Message).where(col(Message.kind) == kind))
            return {row.audience: row.not_before for row in rows}

    def responded(self, item_id: int) -> int:
        """A text that was handed in and is followed, about a consultation that became an item."""
        dossier_id = self.dossier(HOUSING)
        self.do(add_item, dossier_id, item_id, seen_revision=None)
        self.change(dossier_id, stage=Stage.FOLLOW_UP)
        return dossier_id
