"""Tables of dossiers. Columns named *_at hold aware UTC instants, *_on Dutch calendar dates.

dossier:    Dossier, DossierItem, DossierGroup, DossierPartner, DossierReader, DossierException, Follow
history:    HistoryEntry, HistoryHead
text:       TextVersion, SeenVersion, Point, PointEvidence, Comment, LibraryPosition
calls:      MemberCall, CallInvitation, CallVisit, CallAnswer
decisions:  DecisionRound, RoundMember, RoundPosition, Mandate, Ratification
submission: ConsultationAnswer, ChecklistTick, Submission, StoredFile
messages:   MessageDossier

People are slugs of the network's people; the program itself is g40flow.domain.actors.AUTOMATIC.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, event
from sqlalchemy import text as sql_text
from sqlmodel import Field

from g40flow.domain.dossier.reminders import planned_for
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage import tables as tables  # its foreign keys refer there
from g40flow.storage.columns import Table, instant, json_value, long_text, part_of, refers_to, word

# --- dossier ------------------------------------------------------------------------------------


class Dossier(Table, table=True):
    """One piece of work of the network: a response, letter or paper, from signal to outcome; or a campaign.

    process: which table of steps it goes by, a word of domain.dossier.workflow.Process.
    campaign_id: id of the campaign (a dossier too) that this text serves; None if it serves none.
    number: as people call it, "2026-014". document_type: a word of domain section 6.
    stage_before: where it rests, the stage it came from; "" while it does not rest.
    response_type, no_response_code: "" as long as nothing was decided.
    objection_until: last instant at which "no response" can be objected to; None if not decided.
    opens_on, closes_on: as published; of a campaign, the day the decision is expected.
    agreed_closes_on: another last day, agreed with the ministry.
    detected_on: the day we saw it. days_lost: working days between opening and detection.
    plan: {"mode", "fixed_by", "fixed_at", "days": [{"stage", "latest_on", "arithmetic"}], "warnings"};
        {} before there is one.
    step_on: in the plan the latest day of the stage it is at, kept by the table itself (see below); None
        without one, and in rows that were not written since there is this column.
    current_version_id: the newest text. adopted_hash: of the text the board adopted; "" if none.
    revision: counts every change, so that an act on an old screen is noticed.
    """

    __tablename__ = "dossier"
    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    process: str = Field(default="response", index=True, sa_column_kwargs={"server_default": "response"})
    # A foreign key cannot be added to a table that exists without building it anew in SQLite.
    campaign_id: int | None = Field(default=None, index=True)
    title: str = long_text()
    document_type: str = "consultation_response"
    stage: Stage = word(Stage, Stage.SIGNALED, index=True)
    stage_before: str = ""
    stage_since: datetime = instant()
    lead_group: str = Field(default="", index=True)
    pillar: str = ""
    pen_holder: str = Field(default="", index=True)
    response_type: str = ""
    no_response_code: str = ""
    objection_until: datetime | None = instant(nullable=True)
    confidential: bool = False
    urgent: bool = False
    opens_on: date | None = None
    closes_on: date | None = Field(default=None, index=True)
    agreed_closes_on: date | None = None
    agreed_closes_source: str = ""
    detected_on: date
    days_lost: int = 0
    plan: dict[str, Any] = json_value()
    step_on: date | None = None
    current_version_id: int | None = None
    adopted_hash: str = ""
    adopted_at: datetime | None = instant(nullable=True)
    merged_into_id: int | None = refers_to("dossier")
    opened_at: datetime = instant(index=True)
    opened_by: str
    closed_at: datetime | None = instant(nullable=True)
    lessons: str = long_text()
    revision: int = 0


def planned_on(plan: dict[str, Any], stage: Stage) -> date | None:
    """The latest day of the stage in which a dossier is; None without one. plan: as it is kept."""
    wanted = planned_for(stage).value
    found = next((day for day in plan.get("days", []) if day["stage"] == wanted), None)
    return None if found is None else date.fromisoformat(found["latest_on"])


@event.listens_for(Dossier, "before_insert")
@event.listens_for(Dossier, "before_update")
def _keep_step(_mapper: object, _connection: object, dossier: Dossier) -> None:
    # Lists of thousands of dossiers ask for this one day; taking their plans apart takes far longer.
    dossier.step_on = planned_on(dossier.plan, Stage(dossier.stage))


class DossierItem(Table, table=True):
    """An item that a dossier is about. relation: "subject", "duplicate" or "reopening"."""

    __tablename__ = "dossier_item"
    dossier_id: int = part_of("dossier", primary_key=True)
    item_id: int = part_of("item", primary_key=True, index=True)
    relation: str = "subject"


class DossierGroup(Table, table=True):
    """A theme group in a dossier. state: "asked", "accepted" or "rejected" (with a reason)."""

    __tablename__ = "dossier_group"
    dossier_id: int = part_of("dossier", primary_key=True)
    theme_group: str = Field(primary_key=True, index=True)
    is_lead: bool = False
    state: str = "asked"
    reason: str = long_text()
    answered_by: str = ""
    answered_at: datetime | None = instant(nullable=True)


class DossierPartner(Table, table=True):
    """A partner (VNG, G4, …) and, for a joint letter, its signature under one exact text.

    partner: slug of a partner of the network, or of an organisation that is none and has its `name` here.
    state: "partner" (works along), "asked", "agreed" (to sign), "signed", "declined" or "withdrawn".
    sign_by: the last day to sign, Dutch date; None if nobody said. asked_at: when it was asked to sign.
    signed_hash: the text that was signed; "" before. contact: a function, never a private address.
    logo_consent, name_consent: whether logo and name may stand under the text.
    """

    __tablename__ = "dossier_partner"
    dossier_id: int = part_of("dossier", primary_key=True)
    partner: str = Field(primary_key=True)
    state: str = "partner"
    contact: str = ""
    signed_hash: str = ""
    name_consent: bool = False
    logo_consent: bool = False
    answered_at: datetime | None = instant(nullable=True)
    note: str = long_text()
    name: str = Field(default="", sa_column_kwargs={"server_default": ""})
    sign_by: date | None = None
    asked_at: datetime | None = instant(nullable=True)


class DossierReader(Table, table=True):
    """Somebody who may see a confidential dossier."""

    __tablename__ = "dossier_reader"
    dossier_id: int = part_of("dossier", primary_key=True)
    person: str = Field(primary_key=True)


class DossierException(Table, table=True):
    """Something that does not go as usual, by its code of domain section 4.8; lifted when over.

    facts: what belongs to it, such as {"old": "2026-03-01", "new": "2026-03-08"}.
    """

    __tablename__ = "dossier_exception"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    code: str
    raised_at: datetime = instant()
    raised_by: str
    note: str = long_text()
    facts: dict[str, Any] = json_value()
    lifted_at: datetime | None = instant(nullable=True)
    lifted_by: str = ""


class Follow(Table, table=True):
    """Somebody who wants to hear of something. subject: "item:12", "family:7" or "dossier:3"."""

    __tablename__ = "follow"
    person: str = Field(primary_key=True)
    subject: str = Field(primary_key=True, index=True)
    since: datetime = instant()


# --- history ------------------------------------------------------------------------------------


class HistoryEntry(Table, table=True):
    """Who did what, when, on which text, through which surface, and why. Never changed or removed.

    chain: "dossier:12", or "network" for what concerns no dossier. sequence: 1, 2, 3 … in its chain.
    action: of a step, or a word for another act. version_hash: of the text acted on; "" for none.
    entry_hash: over all other columns and previous_hash, see g40flow.domain.dossier.history.
    """

    __tablename__ = "history_entry"
    __table_args__ = (UniqueConstraint("chain", "sequence"),)
    id: int | None = Field(default=None, primary_key=True)
    chain: str = Field(index=True)
    sequence: int
    at: datetime = instant(index=True)
    person: str = Field(index=True)
    person_name: str
    surface: str
    action: str
    version_hash: str = ""
    reason: str = long_text()
    facts: dict[str, Any] = json_value()
    previous_hash: str
    entry_hash: str


class HistoryHead(Table, table=True):
    """How long each chain is and how it ends, so that a cut-off end is noticed."""

    __tablename__ = "history_head"
    chain: str = Field(primary_key=True)
    length: int = 0
    entry_hash: str = ""


# --- text ---------------------------------------------------------------------------------------


class TextVersion(Table, table=True):
    """One state of the text, never changed. markdown: normalised; content_hash: its SHA-256, hex.

    number: 1, 2, 3 … in its dossier. kind: "draft", "editorial" or "substantive" (after adoption).
    origin: "template", "portal", "word", "slack" or "api". based_on_id: the version it was made from.
    """

    __tablename__ = "text_version"
    __table_args__ = (UniqueConstraint("dossier_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    number: int
    content_hash: str = Field(index=True)
    markdown: str = long_text()
    author: str
    note: str = long_text()
    kind: str = "draft"
    origin: str
    based_on_id: int | None = None
    shared_with_partners: bool = False
    created_at: datetime = instant()


class SeenVersion(Table, table=True):
    """The version of a text that somebody saw last, to show what changed since."""

    __tablename__ = "seen_version"
    person: str = Field(primary_key=True)
    dossier_id: int = part_of("dossier", primary_key=True)
    version_id: int = part_of("text_version")
    seen_at: datetime = instant()


class Point(Table, table=True):
    """One point of a response. article: article or section. priority: 1 (must) to 3 (nice).

    outcome: "" while unknown, then achieved, partly, not, open or unknown; outcome_source: address.
    """

    __tablename__ = "point"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    position: int
    article: str = ""
    problem: str = long_text()
    proposal: str = long_text()
    proposed_wording: str = long_text()
    priority: int = 2
    outcome: str = ""
    outcome_note: str = long_text()
    outcome_source: str = long_text()
    added_by: str
    added_at: datetime = instant()
    removed_at: datetime | None = instant(nullable=True)


class PointEvidence(Table, table=True):
    """What one city brings for a point. publish: the city agrees that it is named in public."""

    __tablename__ = "point_evidence"
    id: int | None = Field(default=None, primary_key=True)
    point_id: int = part_of("point", index=True)
    city: str
    text: str = long_text()
    publish: bool = False
    answer_id: int | None = None


class Comment(Table, table=True):
    """A remark on one version of the text, with what was done with it.

    objection: it holds up the political agreement. disposition: "" while open, then accepted,
    revised, rejected (with a reason) or withdrawn (by its author).
    """

    __tablename__ = "comment"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    version_id: int = part_of("text_version")
    quote: str = long_text()
    body: str = long_text()
    author: str
    author_name: str = ""
    objection: bool = False
    created_at: datetime = instant()
    disposition: str = ""
    disposition_reason: str = long_text()
    disposed_by: str = ""
    disposed_at: datetime | None = instant(nullable=True)


class LibraryPosition(Table, table=True):
    """A position that the network adopted before, or a core message of it. kind: "position" or
    "core_message". theme_groups: slugs. source: where it stands.

    folded: words of title and text without capitals and accents, for searching.
    """

    __tablename__ = "library_position"
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(default="position", sa_column_kwargs={"server_default": "position"})
    title: str = long_text()
    body: str = long_text()
    theme_groups: list[str] = json_value()
    source: str = long_text()
    adopted_on: date | None = None
    folded: str = long_text()
    dossier_id: int | None = refers_to("dossier")
    added_by: str
    added_at: datetime = instant()
    retired_at: datetime | None = instant(nullable=True)


# --- calls for input ----------------------------------------------------------------------------


class MemberCall(Table, table=True):
    """Questions to cities. questions: [{"key", "text", "help"}]; cities: slugs asked.

    audience, visibility, state: words of g40flow.domain.dossier.calls.
    theme_groups: whose members are asked. minimum_answers: fewer is escalated to the lead.
    term_since: when it was opened, or when its closing instant last changed; reminders count from it.
    closes_at: the last instant at which an answer is taken.
    """

    __tablename__ = "member_call"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    title: str = long_text()
    introduction: str = long_text()
    questions: list[dict[str, Any]] = json_value()
    theme_groups: list[str] = json_value()
    audience: str = "all"
    cities: list[str] = json_value()
    visibility: str = "group"
    minimum_answers: int = 0
    opened_at: datetime = instant()
    opened_by: str
    term_since: datetime = instant()
    closes_at: datetime = instant(index=True)
    state: str = "open"
    closed_at: datetime | None = instant(nullable=True)
    closed_by: str = ""

    @property
    def ended_at(self) -> datetime:
        """Since when it takes no answers: its last instant, or when somebody closed it before that."""
        return self.closes_at if self.closed_at is None else min(self.closed_at, self.closes_at)


class CallInvitation(Table, table=True):
    """A personal link to answer for a city. Only the hash of its token is kept.

    person: slug of somebody of the network, or ""; name, email: of somebody who is not.
    nonce: with the secret key of the program it gives the token of the link; alone it gives nothing.
    """

    __tablename__ = "call_invitation"
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = part_of("member_call", index=True)
    city: str = Field(index=True)
    person: str = ""
    name: str = ""
    email: str = ""
    nonce: str
    token_hash: str = Field(unique=True)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)
    last_used_at: datetime | None = instant(nullable=True)


class CallVisit(Table, table=True):
    """The log of a personal link. act: "opened", "answered", "refused" (expired or revoked)."""

    __tablename__ = "call_visit"
    id: int | None = Field(default=None, primary_key=True)
    invitation_id: int = part_of("call_invitation", index=True)
    at: datetime = instant()
    act: str


class CallAnswer(Table, table=True):
    """What a city answered; a later answer replaces it and both are kept.

    kind: input, support, no_remarks or dissent. answers: {question key: text}; figures, example:
    from practice. publish_example: the city agrees to publication. mention_dissent: the city wants
    its dissent mentioned in the public text.
    """

    __tablename__ = "call_answer"
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = part_of("member_call", index=True)
    city: str = Field(index=True)
    kind: str
    answers: dict[str, Any] = json_value()
    remark: str = long_text()
    figures: str = long_text()
    example: str = long_text()
    publish_example: bool = False
    mention_dissent: bool = False
    answered_by: str
    surface: str
    invitation_id: int | None = refers_to("call_invitation")
    answered_at: datetime = instant()
    replaced_at: datetime | None = instant(nullable=True)


# --- decisions ----------------------------------------------------------------------------------


class DecisionRound(Table, table=True):
    """One round in which the board decides on one exact text. At most one is open per dossier.

    form: meeting, written_round or mandate. rule: the rule as it stood when the round was opened.
    closes_at: after it nobody can decide any more; None for a meeting. result: "" while open.
    meeting_on: of a meeting, or the meeting to which it was held over.
    """

    __tablename__ = "decision_round"
    __table_args__ = (
        Index(
            "ux_decision_round_open",
            "dossier_id",
            unique=True,
            sqlite_where=sql_text("closed_at IS NULL"),
            postgresql_where=sql_text("closed_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    version_id: int = part_of("text_version")
    version_hash: str
    form: str
    rule: dict[str, Any] = json_value()
    question: str = long_text()
    opened_at: datetime = instant()
    opened_by: str
    closes_at: datetime | None = instant(nullable=True, index=True)
    meeting_on: date | None = None
    mandate_id: int | None = refers_to("mandate")
    closed_at: datetime | None = instant(nullable=True)
    closed_by: str = ""
    result: str = ""
    reason: str = long_text()


class RoundMember(Table, table=True):
    """Who is asked in a round, and the deputy that was named before it began ("" if none)."""

    __tablename__ = "round_member"
    round_id: int = part_of("decision_round", primary_key=True)
    member: str = Field(primary_key=True)
    deputy: str = ""
    asked_at: datetime = instant()


class RoundPosition(Table, table=True):
    """A position that was taken; the newest of a member counts, earlier ones stay.

    member: for whom; decided_by: who did it (the member, a deputy, or a secretary from a meeting).
    """

    __tablename__ = "round_position"
    id: int | None = Field(default=None, primary_key=True)
    round_id: int = part_of("decision_round", index=True)
    member: str
    decided_by: str
    position: str
    comment: str = long_text()
    surface: str
    seen_hash: str
    at: datetime = instant()


class Mandate(Table, table=True):
    """Leave to decide alone. theme_groups, document_types: what for; empty means all.

    scope: its wording. must_ratify: the next meeting must ratify what was decided with it.
    """

    __tablename__ = "mandate"
    id: int | None = Field(default=None, primary_key=True)
    holder: str = Field(index=True)
    scope: str = long_text()
    theme_groups: list[str] = json_value()
    document_types: list[str] = json_value()
    from_on: date
    until_on: date
    must_ratify: bool = True
    granted_by: str
    granted_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)
    revoked_by: str = ""


class Ratification(Table, table=True):
    """A decision under mandate that the next meeting must ratify. result: "", ratified or refused."""

    __tablename__ = "ratification"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    round_id: int = part_of("decision_round")
    due_on: date | None = None
    result: str = ""
    recorded_by: str = ""
    recorded_at: datetime | None = instant(nullable=True)
    note: str = long_text()


# --- submission ---------------------------------------------------------------------------------


class ConsultationAnswer(Table, table=True):
    """What is filled in at one question of the consultation's own form."""

    __tablename__ = "consultation_answer"
    dossier_id: int = part_of("dossier", primary_key=True)
    number: int = Field(primary_key=True)
    question: str = long_text()
    answer: str = long_text()


class ChecklistTick(Table, table=True):
    """A check that somebody did on one exact text; removed_at when taken back or overtaken."""

    __tablename__ = "checklist_tick"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    check_code: str
    version_hash: str
    person: str
    note: str = long_text()
    ticked_at: datetime = instant()
    removed_at: datetime | None = instant(nullable=True)


class Submission(Table, table=True):
    """How, by whom and when a text was handed in; a clean version later is another submission.

    choices: {"publish": bool, "organisation", "place", "contact"}: what is filled in at the form.
    public_url: where the network's response can be read; seen_public_at: when we saw it there.
    """

    __tablename__ = "submission"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    version_hash: str
    choices: dict[str, Any] = json_value()
    prepared_by: str
    prepared_at: datetime = instant()
    submitted_at: datetime | None = instant(nullable=True)
    submitted_by: str = ""
    receipt_file_id: int | None = refers_to("stored_file")
    receipt_note: str = long_text()
    public_url: str = long_text()
    seen_public_at: datetime | None = instant(nullable=True)
    last_looked_at: datetime | None = instant(nullable=True)


class StoredFile(Table, table=True):
    """A file that belongs to a dossier. purpose: "word_upload", "receipt", "attachment" or "pack"."""

    __tablename__ = "stored_file"
    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = part_of("dossier", index=True)
    purpose: str
    name: str
    media_type: str
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    uploaded_by: str
    uploaded_at: datetime = instant()


# --- messages -----------------------------------------------------------------------------------


class MessageDossier(Table, table=True):
    """A dossier that a message shows: when the dossier changes, the message is renewed."""

    __tablename__ = "message_dossier"
    message_id: int = part_of("message", primary_key=True)
    dossier_id: int = part_of("dossier", primary_key=True, index=True)
