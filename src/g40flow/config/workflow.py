"""config/workflow.yaml: deadlines, calls for input and the rules of decisions."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from g40flow.config.hooks import HooksConfig
from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.campaigns.bodies import ADOPTED_BY, Body
from g40flow.domain.dossier.decisions import MAY_COUNT, Position
from g40flow.domain.dossier.plan import PlanRules
from g40flow.domain.dossier.reminders import ReminderRules
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.workflow import Stage

Days = Annotated[int, Field(ge=0)]
"""A number of working days."""


class PlanConfig(Strict):
    """Latest days per stage, in working days.

    from_opening: after the opening day; before_closing: before the closing day; published_within: after
    it. scale_under_, urgent_under_, no_call_under_working_days: compared with the working days left.
    holiday_term_share: from this part of the working days in a school holiday, the term is called one.
    """

    from_opening: dict[Stage, Days]
    before_closing: dict[Stage, Days]
    published_within: int = Field(default=3, ge=0)
    scale_under_working_days: int = Field(default=20, ge=1)
    urgent_under_working_days: int = Field(default=10, ge=1)
    no_call_under_working_days: int = Field(default=5, ge=0)
    holiday_term_share: float = Field(default=0.4, gt=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> "PlanConfig":
        self.rules()
        return self

    def rules(self) -> PlanRules:
        """The same as a value of the domain."""
        return PlanRules(
            from_opening=self.from_opening,
            before_closing=self.before_closing,
            published_within=self.published_within,
            scale_under=self.scale_under_working_days,
            urgent_under=self.urgent_under_working_days,
            no_call_under=self.no_call_under_working_days,
            holiday_share=self.holiday_term_share,
        )


class NoResponseConfig(Strict):
    """How long members can object to a decision not to respond."""

    objection_window_working_days: int = Field(default=3, ge=0)


class CallsConfig(Strict):
    """Calls for input.

    minimum_answers: fewer are told to the lead of the group. pilot_cities: slugs of the cities that are
    asked together, as the first.
    """

    minimum_answers: int = Field(default=10, ge=0)
    pilot_cities: list[str] = []
    link_valid_calendar_days_after_closing: int = Field(default=3, ge=0)


class ReviewConfig(Strict):
    """Reviews of the text."""

    remind_before_working_days: int = Field(default=1, ge=0)


class Silence(StrEnum):
    """What it means when a member does not answer."""

    NOTHING = "nothing"
    AGREEMENT = "agreement"


class RemindersConfig(Strict):
    """When people are reminded of the plan, and when others are told, in working days."""

    before_working_days: int = Field(default=1, ge=0)
    to_lead_after_working_days: int = Field(default=1, ge=1)
    to_chair_after_working_days: int = Field(default=3, ge=1)

    def rules(self) -> ReminderRules:
        """The same as a value of the domain."""
        return ReminderRules(
            before=self.before_working_days,
            to_lead_after=self.to_lead_after_working_days,
            to_chair_after=self.to_chair_after_working_days,
        )


class RuleConfig(Strict):
    """When a decision is taken.

    minimum_answers: positions that must have been taken, those of who does not take part left out.
    counts_as_approval: words of the positions that count for. object_moves_to: "meeting" or "chair".
    working_days: how long a written round is open.
    """

    minimum_answers: int = Field(ge=1)
    counts_as_approval: list[Position] = Field(min_length=1)
    silence: Silence = Silence.NOTHING
    object_moves_to: str = Field(default="meeting", pattern="^(meeting|chair)$")
    working_days: int = Field(default=3, ge=1)

    @field_validator("counts_as_approval")
    @classmethod
    def _no_objections(cls, counted: list[Position]) -> list[Position]:
        if wrong := set(counted) - MAY_COUNT:
            raise ValueError(f"{sorted(wrong)} cannot count as approval; {sorted(MAY_COUNT)} can")
        return counted


class DecisionsConfig(Strict):
    """The rule per form of decision."""

    written_round: RuleConfig
    meeting: RuleConfig
    mandate: RuleConfig
    ratify_within_working_days: int = Field(default=20, ge=1)


class SubmissionConfig(Strict):
    """What is filled in at a consultation, and how long we look for our response afterwards."""

    organisation: str
    place: str
    neutral_addresses: list[str] = []
    look_for_publication_calendar_days: int = Field(default=60, ge=1)


class CampaignsConfig(Strict):
    """Lobby campaigns.

    touchpoint_retention_calendar_days: after so long who took part is taken out of a contact.
    signature_reminders_working_days: so long before the last day to sign, who was asked is reminded.
    adopted_by: bodies per type of document, where they are others than usual.
    hooks: moments that campaigns and texts aim at.
    """

    touchpoint_retention_calendar_days: int = Field(default=1461, ge=1)
    signature_reminders_working_days: list[Days] = [5, 2, 0]
    adopted_by: dict[DocumentType, list[Body]] = {}
    hooks: HooksConfig = HooksConfig()

    def bodies(self, document_type: DocumentType) -> tuple[Body, ...]:
        """Which bodies adopt a type of document; none for what nobody adopts."""
        found = self.adopted_by.get(document_type)
        return ADOPTED_BY[document_type] if found is None else tuple(found)


class WorkflowConfig(Strict):
    """The whole of workflow.yaml."""

    plan: PlanConfig
    reminders: RemindersConfig = RemindersConfig()
    no_response: NoResponseConfig = NoResponseConfig()
    calls: CallsConfig = CallsConfig()
    review: ReviewConfig = ReviewConfig()
    decisions: DecisionsConfig
    submission: SubmissionConfig
    campaigns: CampaignsConfig = CampaignsConfig()


def load_workflow(folder: Path) -> WorkflowConfig:
    """Raises ConfigError that names file, line and key."""
    return load_strict(folder / "workflow.yaml", WorkflowConfig)
