"""Facts for the figures of years, in a fixed number of questions however much there is."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Row, func, select
from sqlmodel import Session, col

from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.words import PositionKind, ResponseType
from g40flow.domain.dossier.workflow import Process, Stage
from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.reports.facts import (
    AskFact,
    CampaignFact,
    ContactFact,
    Decided,
    PositionFact,
    TextFact,
    YearFacts,
)
from g40flow.storage.campaign_tables import Ask, Campaign, Touchpoint
from g40flow.storage.dossier_tables import (
    Dossier,
    DossierGroup,
    HistoryEntry,
    LibraryPosition,
    Point,
    Submission,
)
from g40flow.storage.history import chain_of

_ENDS = {
    "decide_no_response": Decided.NO_RESPONSE,
    "support_vng": Decided.SUPPORT_VNG,
    "close_missed": Decided.MISSED,
    "object_to_no_response": None,
    "reconsider_response": None,
}
"""Acts that end a text without its being handed in, and those that take that back."""

_ENDS_OF_TYPE = {
    ResponseType.NONE.value: Decided.NO_RESPONSE,
    ResponseType.SUPPORT_VNG.value: Decided.SUPPORT_VNG,
}


@dataclass(frozen=True)
class _Ended:
    decided: Decided | None
    on: date


def read_year_facts(session: Session, visible: ColumnElement[bool], first: int, last: int) -> YearFacts:
    """What happened from the year `first` up to and including `last`, in nine questions.

    visible: which dossiers may be counted, such as storage.dossier_search.visible_to.
    """
    begin, end = dutch_instant(date(first, 1, 1), time(0)), dutch_instant(date(last + 1, 1, 1), time(0))
    dossiers = _dossiers(session, visible)
    texts = {row.id: row for row in dossiers if row.process == Process.RESPONSE}
    campaigns = {row.id: row for row in dossiers if row.process == Process.CAMPAIGN}
    groups = _groups(session, visible)
    handed_in = _handed_in(session)
    ended = _ended(session, begin, end)
    outcomes = _outcomes(session, begin, end)
    types = _campaign_types(session)
    return YearFacts(
        texts=[
            _text(
                row,
                groups.get(row.id, frozenset()),
                handed_in.get(row.id),
                ended.get(chain_of(row.id)),
                outcomes.get(row.id, ()),
            )
            for row in texts.values()
        ],
        campaigns=[
            _campaign(row, groups.get(row.id, frozenset()), types.get(row.id, ""))
            for row in campaigns.values()
        ],
        asks=_asks(session, campaigns.keys()),
        contacts=_contacts(session, campaigns.keys(), first, last),
        positions=_positions(session, first, last),
    )


def years_with_work(session: Session) -> tuple[int, int] | None:
    """(first, last) year in which something was handed in, opened or adopted; None without any."""
    query = select(
        func.min(col(Dossier.opened_at)),
        func.max(col(Dossier.opened_at)),
        select(func.min(col(LibraryPosition.adopted_on))).scalar_subquery(),
        select(func.min(col(Submission.submitted_at))).scalar_subquery(),
    )
    opened, newest, adopted, handed_in = session.execute(query).one()
    days = [dutch_date(at) for at in (opened, newest, handed_in) if at is not None]
    days += [adopted] if adopted is not None else []
    return (min(days).year, max(days).year) if days else None


# --- pieces ---------------------------------------------------------------------------------------


def _dossiers(session: Session, visible: ColumnElement[bool]) -> list[Row[tuple[object, ...]]]:
    # Columns, not rows: plans and lessons of thousands of dossiers are not needed here.
    query = select(
        *map(
            col,
            (
                Dossier.id,
                Dossier.process,
                Dossier.number,
                Dossier.title,
                Dossier.document_type,
                Dossier.stage,
                Dossier.response_type,
                Dossier.no_response_code,
                Dossier.confidential,
                Dossier.closes_on,
                Dossier.agreed_closes_on,
                Dossier.adopted_at,
                Dossier.opened_at,
                Dossier.closed_at,
            ),
        )
    )
    wanted = query.where(visible, col(Dossier.stage) != Stage.MERGED)
    return list(session.execute(wanted.order_by(col(Dossier.id))))


def _groups(session: Session, visible: ColumnElement[bool]) -> Mapping[int, frozenset[str]]:
    query = (
        select(col(DossierGroup.dossier_id), col(DossierGroup.theme_group))
        .join(Dossier, col(Dossier.id) == col(DossierGroup.dossier_id))
        .where(visible, col(DossierGroup.state) != "rejected")
    )
    found: defaultdict[int, set[str]] = defaultdict(set)
    for dossier_id, group in session.execute(query):
        found[dossier_id].add(group)
    return {dossier_id: frozenset(groups) for dossier_id, groups in found.items()}


def _handed_in(session: Session) -> Mapping[int, datetime]:
    """The first time that each text was handed in: a clean version afterwards is not handed in again."""
    query = (
        select(col(Submission.dossier_id), func.min(col(Submission.submitted_at)))
        .where(col(Submission.submitted_at).is_not(None))
        .group_by(col(Submission.dossier_id))
    )
    return {dossier_id: at for dossier_id, at in session.execute(query) if at is not None}


def _ended(session: Session, begin: datetime, end: datetime) -> Mapping[str, _Ended]:
    """How texts ended that were not handed in, by chain: what was decided last counts."""
    query = (
        select(col(HistoryEntry.chain), col(HistoryEntry.action), col(HistoryEntry.at))
        .where(col(HistoryEntry.action).in_(_ENDS), col(HistoryEntry.at) >= begin, col(HistoryEntry.at) < end)
        .order_by(col(HistoryEntry.id))
    )
    return {chain: _Ended(_ENDS[action], dutch_date(at)) for chain, action, at in session.execute(query)}


def _outcomes(session: Session, begin: datetime, end: datetime) -> Mapping[int, tuple[str, ...]]:
    handed_in = select(col(Submission.dossier_id)).where(
        col(Submission.submitted_at) >= begin, col(Submission.submitted_at) < end
    )
    query = (
        select(col(Point.dossier_id), col(Point.outcome))
        .where(col(Point.dossier_id).in_(handed_in), col(Point.removed_at).is_(None))
        .order_by(col(Point.dossier_id), col(Point.position))
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for dossier_id, outcome in session.execute(query):
        found[dossier_id].append(outcome)
    return {dossier_id: tuple(known) for dossier_id, known in found.items()}


def _campaign_types(session: Session) -> Mapping[int, str]:
    query = select(col(Campaign.dossier_id), col(Campaign.campaign_type))
    return {dossier_id: kind.value for dossier_id, kind in session.execute(query)}


def _asks(session: Session, campaigns: Collection[int]) -> list[AskFact]:
    query = (
        select(
            col(Ask.campaign_id),
            col(Ask.wording),
            col(Ask.result),
            col(Ask.result_note),
            col(Ask.result_at),
        )
        .where(col(Ask.result) != "")
        .order_by(col(Ask.campaign_id), col(Ask.position), col(Ask.id))
    )
    return [
        AskFact(
            campaign_id=campaign_id,
            wording=wording,
            result=Outcome(result),
            note=note,
            judged_on=None if at is None else dutch_date(at),
        )
        for campaign_id, wording, result, note, at in session.execute(query)
        if campaign_id in campaigns
    ]


def _contacts(session: Session, campaigns: Collection[int], first: int, last: int) -> list[ContactFact]:
    query = select(col(Touchpoint.campaign_id), col(Touchpoint.happened_on), col(Touchpoint.channel)).where(
        col(Touchpoint.happened_on).between(date(first, 1, 1), date(last, 12, 31))
    )
    return [
        ContactFact(happened_on=happened_on, channel=Channel(channel), campaign_id=campaign_id)
        for campaign_id, happened_on, channel in session.execute(query.order_by(col(Touchpoint.id)))
        if campaign_id is None or campaign_id in campaigns
    ]


def _positions(session: Session, first: int, last: int) -> list[PositionFact]:
    """Also those that are held no longer: they were adopted all the same."""
    query = (
        select(
            col(LibraryPosition.title),
            col(LibraryPosition.source),
            col(LibraryPosition.theme_groups),
            col(LibraryPosition.adopted_on),
            col(LibraryPosition.dossier_id),
        )
        .where(
            col(LibraryPosition.kind) == PositionKind.POSITION,
            col(LibraryPosition.adopted_on).between(date(first, 1, 1), date(last, 12, 31)),
        )
        .order_by(col(LibraryPosition.id))
    )
    return [
        PositionFact(
            title=title, source=source, groups=frozenset(groups), adopted_on=adopted_on, dossier_id=dossier_id
        )
        for title, source, groups, adopted_on, dossier_id in session.execute(query)
        if adopted_on is not None
    ]


def _text(
    row: Row[tuple[object, ...]],
    groups: frozenset[str],
    handed_in: datetime | None,
    ended: _Ended | None,
    outcomes: tuple[str, ...],
) -> TextFact:
    if ended is None and row.closed_at is not None and row.response_type in _ENDS_OF_TYPE:
        # Taken in from a file: its history begins later than what it tells.
        ended = _Ended(_ENDS_OF_TYPE[row.response_type], dutch_date(row.closed_at))
    return TextFact(
        id=row.id,
        number=row.number,
        title=row.title,
        document_type=row.document_type,
        groups=groups,
        confidential=row.confidential,
        last_day=row.agreed_closes_on or row.closes_on,
        handed_in_on=None if handed_in is None else dutch_date(handed_in),
        adopted_on=_day(row.adopted_at),
        decided=None if ended is None else ended.decided,
        decided_on=None if ended is None else ended.on,
        no_response_code=row.no_response_code,
        outcomes=outcomes,
    )


def _campaign(row: Row[tuple[object, ...]], groups: frozenset[str], kind: str) -> CampaignFact:
    return CampaignFact(
        id=row.id,
        number=row.number,
        title=row.title,
        campaign_type=kind,
        document_type=row.document_type,
        groups=groups,
        opened_on=dutch_date(row.opened_at),
        confidential=row.confidential,
        adopted_on=_day(row.adopted_at),
        closed_on=_day(row.closed_at),
    )


def _day(at: datetime | None) -> date | None:
    return None if at is None else dutch_date(at)
