"""Dossiers: reading all of them that one may see, and what other programs need to do."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import NotFound
from g40flow.storage.decisions import rounds_of, standing_positions
from g40flow.storage.dossier_tables import (
    Comment,
    DecisionRound,
    Dossier,
    HistoryEntry,
    Point,
    PointEvidence,
    TextVersion,
)
from g40flow.storage.dossiers import active_codes, groups_of, items_of_dossier, partners_of
from g40flow.storage.guards import current_hash, latest_submission
from g40flow.storage.history import chain_of
from g40flow.storage.keyed_pages import DossierFilter, dossiers_before, history_before
from g40flow.storage.plans import kept_plan
from g40flow.storage.texts import comments_of, evidence_of, points_of, version_of, versions_of
from g40flow.use_cases.dossier.desk import open_to_read, require_on, roles_on
from g40flow.use_cases.dossier.follow import follow_dossier, unfollow_dossier
from g40flow.use_cases.dossier.open_dossier import open_dossier
from g40flow.use_cases.submission.receipt import store_link
from g40flow.use_cases.text.comments import add_comment
from g40flow.web.api.asking import (
    LARGEST_NUMBER,
    Answer,
    Body,
    CursorText,
    Limit,
    Number,
    Page,
    TheApp,
    Word,
    before,
    page_of,
    tagged,
)
from g40flow.web.api_caller import ApiCaller

router = APIRouter(tags=["dossiers"])


# --- what is shown ------------------------------------------------------------------------------


class GroupShown(Answer):
    """A theme group in a dossier."""

    group: str
    is_lead: bool
    state: str
    reason: str


class DossierShown(Answer):
    """One dossier. People and groups by slug; instants in UTC, days Dutch."""

    id: int
    number: str
    title: str
    document_type: str
    stage: str
    stage_since: datetime
    lead_group: str
    pillar: str
    pen_holder: str
    response_type: str
    confidential: bool
    urgent: bool
    opens_on: date | None
    closes_on: date | None
    agreed_closes_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    revision: int = Field(description="Counts every change")


class WholeDossier(DossierShown):
    """One dossier with what belongs to it."""

    groups: list[GroupShown]
    partners: list[str]
    item_ids: list[int]
    exceptions: list[str] = Field(description="Codes of what does not go as usual now")
    text_hash: str = Field(description='Content hash of the newest text; "" if there is none')
    adopted_hash: str
    public_url: str


class PlanDayShown(Answer):
    """The latest day of one stage."""

    stage: str
    latest_on: date


class PlanShown(Answer):
    """When each stage must be over. mode: "" as long as there is no plan."""

    mode: str
    fixed_by: str
    fixed_at: datetime | None
    days: list[PlanDayShown]
    warnings: list[str]


class VersionShown(Answer):
    """One state of the text, without the text."""

    number: int
    content_hash: str
    author: str
    note: str
    kind: str
    origin: str
    shared_with_partners: bool
    created_at: datetime


class WholeVersion(VersionShown):
    """One state of the text."""

    markdown: str


class EvidenceShown(Answer):
    """What one city brings. publish: it may be named in public."""

    city: str
    text: str
    publish: bool


class PointShown(Answer):
    """One point of the response. outcome: "" while unknown."""

    id: int
    position: int
    article: str
    problem: str
    proposal: str
    proposed_wording: str
    priority: int
    outcome: str
    evidence: list[EvidenceShown]


class CommentShown(Answer):
    """A remark on a version. disposition: "" while it is open."""

    id: int
    version_id: int
    quote: str
    body: str
    author: str
    objection: bool
    created_at: datetime
    disposition: str
    disposition_reason: str


class RoundShown(Answer):
    """One round in which the board decides on one exact text. result: "" while open."""

    id: int
    form: str
    version_hash: str
    question: str
    opened_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    result: str
    positions: dict[str, str] = Field(description="Position by member, as it stands")


class EntryShown(Answer):
    """What happened once. entry_hash chains to the entry before."""

    sequence: int
    at: datetime
    person: str
    person_name: str
    surface: str
    action: str
    version_hash: str
    reason: str
    facts: dict[str, Any]
    entry_hash: str


class NewDossier(Body):
    """A dossier to open. routed: go to the groups at once, without triage."""

    item_ids: list[Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]] = Field(min_length=1, max_length=20)
    routed: bool = False
    confidential: bool = False


class NewComment(Body):
    """A remark. seen_version: content hash of the text that was read."""

    body: str = Field(min_length=1, max_length=10_000)
    seen_version: str = Field(pattern="^[0-9a-f]{64}$")
    quote: str = Field(default="", max_length=2_000)
    objection: bool = False


class NewLink(Body):
    """Where the response can be read."""

    url: str = Field(min_length=1, max_length=400)


# --- reading ------------------------------------------------------------------------------------


@router.get("/dossiers")
def list_dossiers(
    app: TheApp,
    caller: ApiCaller,
    stage: Stage | None = None,
    group: Word = "",
    number: Word = "",
    limit: Limit = 25,
    cursor: CursorText = "",
) -> Page[DossierShown]:
    """The dossiers that the person of the token may see, newest first."""
    wanted = DossierFilter(stage="" if stage is None else stage, group=group, number=number)
    with app.database.reading() as session:
        rows = dossiers_before(session, caller.actor, wanted, before(cursor), limit + 1)
    return page_of(rows, limit, lambda row: DossierShown.model_validate(row, from_attributes=True), _id)


@router.get("/dossiers/{dossier_id}", response_model=WholeDossier)
def read_dossier(
    dossier_id: Number, app: TheApp, caller: ApiCaller, request: Request, response: Response
) -> Any:
    """One dossier."""
    with app.database.reading() as session:
        row = open_to_read(session, dossier_id, caller.actor)
        return tagged(request, response, _whole(session, row, caller.actor))


@router.get("/dossiers/{dossier_id}/plan")
def read_plan(dossier_id: Number, app: TheApp, caller: ApiCaller) -> PlanShown:
    """The plan of a dossier."""
    with app.database.reading() as session:
        kept = kept_plan(_inside(session, dossier_id, caller.actor))
    if kept is None:
        return PlanShown(mode="", fixed_by="", fixed_at=None, days=[], warnings=[])
    return PlanShown(
        mode=kept.plan.mode,
        fixed_by=kept.fixed_by,
        fixed_at=kept.fixed_at,
        days=[PlanDayShown(stage=day.stage, latest_on=day.latest_on) for day in kept.plan.days],
        warnings=[warning.code for warning in kept.plan.warnings],
    )


@router.get("/dossiers/{dossier_id}/versions")
def list_versions(dossier_id: Number, app: TheApp, caller: ApiCaller) -> list[VersionShown]:
    """Every version of the text, newest first; partners see those that were shared."""
    with app.database.reading() as session:
        found = _visible_versions(session, dossier_id, caller.actor)
    return [VersionShown.model_validate(row, from_attributes=True) for row in found]


@router.get("/dossiers/{dossier_id}/versions/{number}", response_model=WholeVersion)
def read_version(
    dossier_id: Number, number: Number, app: TheApp, caller: ApiCaller, request: Request, response: Response
) -> Any:
    """One version with its text; it never changes."""
    with app.database.reading() as session:
        version_of(session, dossier_id, number)
        found = [v for v in _visible_versions(session, dossier_id, caller.actor) if v.number == number]
        if not found:
            raise NotFound(f"dossier {dossier_id} has no version {number}")
        return tagged(request, response, WholeVersion.model_validate(found[0], from_attributes=True))


@router.get("/dossiers/{dossier_id}/points")
def list_points(dossier_id: Number, app: TheApp, caller: ApiCaller) -> list[PointShown]:
    """The points of the response, in order, with what cities bring."""
    with app.database.reading() as session:
        _inside(session, dossier_id, caller.actor)
        evidence = evidence_of(session, dossier_id)
        return [_point(row, evidence.get(row.id or 0, [])) for row in points_of(session, dossier_id)]


@router.get("/dossiers/{dossier_id}/comments")
def list_comments(dossier_id: Number, app: TheApp, caller: ApiCaller) -> list[CommentShown]:
    """Every remark, with what was done with it."""
    with app.database.reading() as session:
        _inside(session, dossier_id, caller.actor)
        return [_comment(row) for row in comments_of(session, dossier_id)]


@router.get("/dossiers/{dossier_id}/rounds")
def list_rounds(dossier_id: Number, app: TheApp, caller: ApiCaller) -> list[RoundShown]:
    """The rounds of the board, newest first."""
    with app.database.reading() as session:
        _inside(session, dossier_id, caller.actor)
        return [_round(session, row) for row in rounds_of(session, dossier_id)]


@router.get("/dossiers/{dossier_id}/history")
def list_history(
    dossier_id: Number, app: TheApp, caller: ApiCaller, limit: Limit = 25, cursor: CursorText = ""
) -> Page[EntryShown]:
    """Who did what, newest first."""
    with app.database.reading() as session:
        _inside(session, dossier_id, caller.actor)
        rows = history_before(session, chain_of(dossier_id), before(cursor), limit + 1)
    return page_of(rows, limit, _entry, lambda row: row.sequence)


# --- writing ------------------------------------------------------------------------------------


@router.post("/dossiers", status_code=201)
def post_dossier(new: NewDossier, app: TheApp, caller: ApiCaller, response: Response) -> WholeDossier:
    """Open a dossier about one or more items."""
    with app.database.writing() as session:
        row = open_dossier(
            session,
            app.desk,
            new.item_ids,
            actor=caller.actor,
            now=app.now(),
            routed=new.routed,
            confidential=new.confidential,
        )
        response.headers["Location"] = f"/api/v1/dossiers/{row.id}"
        return _whole(session, row, caller.actor)


@router.post("/dossiers/{dossier_id}/comments", status_code=201)
def post_comment(dossier_id: Number, new: NewComment, app: TheApp, caller: ApiCaller) -> CommentShown:
    """Remark something about the newest text."""
    with app.database.writing() as session:
        kept = add_comment(
            session,
            app.desk,
            dossier_id,
            new.body,
            actor=caller.actor,
            seen_version=new.seen_version,
            quote=new.quote,
            objection=new.objection,
            now=app.now(),
        )
        return _comment(kept)


@router.put("/dossiers/{dossier_id}/link")
def put_link(dossier_id: Number, new: NewLink, app: TheApp, caller: ApiCaller) -> NewLink:
    """Keep where the response can be read."""
    with app.database.writing() as session:
        kept = store_link(session, app.desk, dossier_id, new.url, actor=caller.actor, now=app.now())
        return NewLink(url=kept.public_url)


@router.put("/dossiers/{dossier_id}/follow", status_code=204)
def put_follow(dossier_id: Number, app: TheApp, caller: ApiCaller) -> None:
    """Hear of every step of a dossier."""
    with app.database.writing() as session:
        follow_dossier(session, dossier_id, actor=caller.actor, now=app.now())


@router.delete("/dossiers/{dossier_id}/follow", status_code=204)
def delete_follow(dossier_id: Number, app: TheApp, caller: ApiCaller) -> None:
    """Hear no more of a dossier."""
    with app.database.writing() as session:
        open_to_read(session, dossier_id, caller.actor)
        unfollow_dossier(session, dossier_id, actor=caller.actor)


# --- pieces -------------------------------------------------------------------------------------


def _inside(session: Session, dossier_id: int, actor: Actor) -> Dossier:
    """A dossier for who may see all of it. Raises NotFound, or NotAllowed for who is only a partner."""
    row = open_to_read(session, dossier_id, actor)
    require_on(session, row, actor, Right.READ_HISTORY)
    return row


def _visible_versions(session: Session, dossier_id: int, actor: Actor) -> list[TextVersion]:
    row = open_to_read(session, dossier_id, actor)
    sees_all = has_right(Right.READ_HISTORY, roles_on(session, row, actor))
    return [v for v in versions_of(session, dossier_id) if sees_all or v.shared_with_partners]


def _whole(session: Session, row: Dossier, actor: Actor) -> WholeDossier:
    assert row.id is not None
    base = DossierShown.model_validate(row, from_attributes=True)
    submission = latest_submission(session, row.id)
    return WholeDossier(
        **base.model_dump(),
        groups=[
            GroupShown(group=g.theme_group, is_lead=g.is_lead, state=g.state, reason=g.reason)
            for g in groups_of(session, row.id)
        ],
        partners=[partner.partner for partner in partners_of(session, row.id)],
        item_ids=[link.item_id for link in items_of_dossier(session, row.id)],
        exceptions=sorted(active_codes(session, row.id)),
        text_hash=current_hash(session, row),
        adopted_hash=row.adopted_hash,
        public_url="" if submission is None else submission.public_url,
    )


def _point(row: Point, evidence: list[PointEvidence]) -> PointShown:
    values = {name: getattr(row, name) for name in PointShown.model_fields if name != "evidence"}
    shown = [EvidenceShown.model_validate(one, from_attributes=True) for one in evidence]
    return PointShown(**values, evidence=shown)


def _comment(row: Comment) -> CommentShown:
    return CommentShown.model_validate(row, from_attributes=True)


def _round(session: Session, row: DecisionRound) -> RoundShown:
    assert row.id is not None
    values = {name: getattr(row, name) for name in RoundShown.model_fields if name != "positions"}
    standing = standing_positions(session, row.id)
    return RoundShown(**values, positions={member: one.position for member, one in standing.items()})


def _entry(row: HistoryEntry) -> EntryShown:
    return EntryShown.model_validate(row, from_attributes=True)


def _id(row: Dossier) -> int | None:
    return row.id
