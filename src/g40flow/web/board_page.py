"""What the pages of the board show: a round or a text with everything that is needed to decide."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup
from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, may_see
from g40flow.domain.dossier.decisions import (
    APPROVED,
    DecisionForm,
    Position,
    Standing,
    mandate_problem,
    rule_of,
)
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.text import TextChange, compare_texts, reading_minutes
from g40flow.domain.dossier.workflow import AT_THE_BOARD
from g40flow.domain.instants import dutch_date
from g40flow.render.markdown_html import markdown_html
from g40flow.storage.access import names_of_people
from g40flow.storage.calls import dissents_of
from g40flow.storage.decisions import (
    current_version_of,
    leave_of,
    mandates,
    members_of_rounds,
    positions_of_rounds,
    ratification_of_round,
    round_by_id,
    rounds_of,
    seen_version_of,
    version_of,
)
from g40flow.storage.dossier_holdings import holdings_of
from g40flow.storage.dossier_tables import (
    DecisionRound,
    Dossier,
    HistoryEntry,
    Mandate,
    Point,
    Ratification,
    RoundMember,
    RoundPosition,
    TextVersion,
)
from g40flow.storage.dossiers import items_of_dossier, parties_of
from g40flow.storage.guards import current_hash
from g40flow.storage.history import chain_of, history_of
from g40flow.storage.items import items_by_id
from g40flow.storage.tables import Item
from g40flow.storage.texts import points_of, versions_of
from g40flow.use_cases.decisions.ending import is_over, standing_of
from g40flow.use_cases.dossier.desk import open_to_read, require_on, roles_on

LATEST = 12
"""Entries of the history on the page; all of them are on a page of their own."""


@dataclass(frozen=True, kw_only=True)
class PositionLine:
    """Where one member stands. position: "" while there is none. decided_by: name, if somebody else did.

    earlier: how often it was changed. at: aware UTC, None while there is no answer.
    """

    member: str
    name: str
    deputy: str
    position: str = ""
    comment: str = ""
    decided_by: str = ""
    surface: str = ""
    at: datetime | None = None
    earlier: int = 0


@dataclass(frozen=True, kw_only=True)
class DissentLine:
    """A city that does not agree. mention: it wants that to be in the public text."""

    city: str
    texts: Sequence[str]
    mention: bool


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A text with what is needed to decide on it.

    html: the text, safe. change: since `since`, None if there is nothing to compare with.
    since_own: `since` is what the viewer saw last, and not just the version before.
    last_day: until when a response is accepted, Dutch day; days_left: working days until then.
    """

    dossier: Dossier
    items: Sequence[Item]
    version: TextVersion
    html: Markup
    minutes: int
    since: TextVersion | None
    since_own: bool
    change: TextChange | None
    points: Sequence[Point]
    dissents: Sequence[DissentLine]
    history: Sequence[HistoryEntry]
    last_day: date | None
    days_left: int | None

    @property
    def short_hash(self) -> str:
        """How people name the text: the first eight digits of its hash."""
        return self.version.content_hash[:8]


@dataclass(frozen=True, kw_only=True)
class RoundPage:
    """A round for one viewer. may: words of Right. seats: members for whom the viewer can answer.

    own: where the viewer's own seat stands; None if he has none. ratification: of what was decided with
    a mandate; None if the meeting need not ratify it.
    """

    row: DecisionRound
    paper: Paper
    lines: Sequence[PositionLine]
    standing: Standing
    needed: int
    counted: Sequence[str]
    may: frozenset[str]
    seats: Sequence[PositionLine]
    is_over: bool
    is_stale: bool
    mandate: Mandate | None
    ratification: Ratification | None
    names: Mapping[str, str]
    now: datetime

    @property
    def own(self) -> PositionLine | None:
        """Where the member stands for whom the viewer answers first."""
        return self.seats[0] if self.seats else None

    @property
    def is_open(self) -> bool:
        """Whether a position can still be taken, or a meeting be recorded."""
        return self.row.closed_at is None and not self.is_over and not self.is_stale

    @property
    def can_answer(self) -> bool:
        """Whether the viewer can take a position now, or change it."""
        return self.is_open and bool(self.seats) and self.row.form != DecisionForm.MEETING

    @property
    def can_record(self) -> bool:
        """Whether the viewer can record what the meeting decided."""
        is_meeting = self.row.closed_at is None and self.row.form == DecisionForm.MEETING
        on_the_day = self.row.meeting_on is not None and self.row.meeting_on <= dutch_date(self.now)
        return is_meeting and on_the_day and not self.is_stale and Right.RECORD_MEETING in self.may

    @property
    def can_ask_again(self) -> bool:
        """Whether it ended without an adoption and the viewer can lay the text before the board again."""
        ended_without = self.row.closed_at is not None and self.row.result not in APPROVED
        return ended_without and self.paper.dossier.stage in AT_THE_BOARD and Right.OPEN_ROUND in self.may

    @property
    def can_extend(self) -> bool:
        """Whether the viewer can give the round more time."""
        is_meeting = self.row.form == DecisionForm.MEETING
        runs = self.row.closed_at is None and not self.is_stale and (is_meeting or not self.is_over)
        return runs and Right.EXTEND_ROUND in self.may

    @property
    def can_close(self) -> bool:
        """Whether the viewer can close the round."""
        return self.row.closed_at is None and Right.CLOSE_ROUND in self.may


@dataclass(frozen=True, kw_only=True)
class TextPage:
    """A text at the board about which no round is open. mandates: with which the viewer can decide alone.

    all_mandates: for which the secretary can ask the holder. earlier: rounds before, newest first.
    """

    paper: Paper
    may: frozenset[str]
    mandates: Sequence[Mandate]
    all_mandates: Sequence[Mandate]
    earlier: Sequence[DecisionRound]
    names: Mapping[str, str]


def round_page(session: Session, app: App, round_id: int, actor: Actor, now: datetime) -> RoundPage:
    """Raises NotFound, also for a round in a dossier the viewer may not know of, or NotAllowed."""
    row = round_by_id(session, round_id)
    dossier = _opened(session, row.dossier_id, actor)
    rule, lines = rule_of(row.rule), position_lines(session, app, row)
    standing = standing_of(session, row, now)
    seats = [line for line in lines if line.member == actor.person]
    seats += [line for line in lines if line.deputy == actor.person]
    return RoundPage(
        row=row,
        paper=paper_of(session, app, dossier, version_of(session, row.version_id), actor, now),
        lines=lines,
        standing=standing,
        needed=rule.minimum_answers,
        counted=[position.value for position in Position if position in rule.counts_as_approval],
        may=_rights(session, dossier, actor),
        seats=seats,
        is_over=row.closed_at is None and is_over(row, now),
        is_stale=row.closed_at is None and current_hash(session, dossier) != row.version_hash,
        mandate=None if row.mandate_id is None else session.get(Mandate, row.mandate_id),
        ratification=ratification_of_round(session, round_id),
        names=names_of_people(session, app.network),
        now=now,
    )


def text_page(session: Session, app: App, dossier_id: int, actor: Actor, now: datetime) -> TextPage | None:
    """None if nothing was written yet. Raises NotFound, also for a dossier the viewer may not know of."""
    dossier = _opened(session, dossier_id, actor)
    version = current_version_of(session, dossier)
    if version is None:
        return None
    reaching = [m for m in mandates(session) if _reaches(m, m.holder, dossier, now)]
    return TextPage(
        paper=paper_of(session, app, dossier, version, actor, now),
        may=_rights(session, dossier, actor),
        mandates=[mandate for mandate in reaching if mandate.holder == actor.person],
        all_mandates=reaching,
        earlier=rounds_of(session, dossier_id),
        names=names_of_people(session, app.network),
    )


def paper_of(
    session: Session, app: App, dossier: Dossier, version: TextVersion, actor: Actor, now: datetime
) -> Paper:
    """One text with what belongs to it, as one person reads it."""
    assert dossier.id is not None
    seen = seen_version_of(session, actor.person, dossier.id)
    since_own = seen is not None and seen.id != version.id
    since = seen if since_own else _before(session, version)
    last_day = dossier.agreed_closes_on or dossier.closes_on
    calendar = app.calendars.working
    return Paper(
        dossier=dossier,
        items=_items(session, dossier.id),
        version=version,
        html=markdown_html(
            version.markdown,
            heading_level=3,
            notes_label="Noten",
            table_label="Tabel",
            anchor=f"noot-{dossier.id}",
        ),
        minutes=reading_minutes(version.markdown),
        since=since,
        since_own=since_own,
        change=None if since is None else compare_texts(since.markdown, version.markdown),
        points=points_of(session, dossier.id),
        dissents=_dissents(session, app, dossier.id),
        history=history_of(session, chain_of(dossier.id))[-LATEST:][::-1],
        last_day=last_day,
        days_left=None if last_day is None else calendar.working_days_left(dutch_date(now), last_day),
    )


def position_lines(session: Session, app: App, round_: DecisionRound) -> list[PositionLine]:
    """Where every member of a round stands, by name."""
    assert round_.id is not None
    return lines_of_rounds(session, app, [round_.id])[round_.id]


def lines_of_rounds(session: Session, app: App, round_ids: Collection[int]) -> dict[int, list[PositionLine]]:
    """Where every member of each of some rounds stands, by name."""
    names = names_of_people(session, app.network)
    members, positions = members_of_rounds(session, round_ids), positions_of_rounds(session, round_ids)
    return {id_: _lines(members[id_], positions[id_], names) for id_ in round_ids}


def _lines(
    members: Sequence[RoundMember], positions: Sequence[RoundPosition], names: Mapping[str, str]
) -> list[PositionLine]:
    taken: dict[str, list[RoundPosition]] = {}
    for position in positions:
        taken.setdefault(position.member, []).append(position)
    lines = [_line(row.member, row.deputy, taken.get(row.member, []), names) for row in members]
    return sorted(lines, key=lambda line: line.name)


def _line(member: str, deputy: str, taken: Sequence[RoundPosition], names: Mapping[str, str]) -> PositionLine:
    name = names.get(member, member)
    if not taken:
        return PositionLine(member=member, name=name, deputy=deputy)
    last = taken[-1]
    return PositionLine(
        member=member,
        name=name,
        deputy=deputy,
        position=last.position,
        comment=last.comment,
        decided_by="" if last.decided_by == member else names.get(last.decided_by, last.decided_by),
        surface=last.surface,
        at=last.at,
        earlier=len(taken) - 1,
    )


def visible(session: Session, dossiers: Iterable[Dossier], actor: Actor) -> set[int]:
    """Ids of the dossiers that somebody may know of.

    Only of confidential ones it is looked up whom they concern: pages of the board are for people who
    see all others.
    """
    return {
        dossier.id
        for dossier in dossiers
        if dossier.id is not None
        and (not dossier.confidential or may_see(actor, parties_of(session, dossier)))
    }


def decision_part(session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime) -> "Part | None":
    """What the page of a dossier says about decisions; None when nothing came to the board yet."""
    assert dossier.id is not None
    rounds = rounds_of(session, dossier.id) if holdings_of(session, dossier.id).rounds else []
    if not rounds and dossier.stage not in AT_THE_BOARD:
        return None
    found = next((round_ for round_ in rounds if round_.closed_at is None), None)
    standing = None if found is None else standing_of(session, found, now)
    asked = [] if found is None else position_lines(session, app, found)
    return Part(
        open_round=found,
        standing=standing,
        waits_for_viewer=any(
            not line.position and actor.person in (line.member, line.deputy) for line in asked
        ),
        earlier=[round_ for round_ in rounds if round_.closed_at is not None],
        adopted_hash=dossier.adopted_hash,
        adopted_at=dossier.adopted_at,
        at_the_board=dossier.stage in AT_THE_BOARD,
        may=_rights(session, dossier, actor),
        mandates=[m for m in mandates(session) if _reaches(m, actor.person, dossier, now)],
    )


@dataclass(frozen=True, kw_only=True)
class Part:
    """What the page of a dossier says about decisions."""

    open_round: DecisionRound | None
    standing: Standing | None
    waits_for_viewer: bool
    earlier: Sequence[DecisionRound]
    adopted_hash: str
    adopted_at: datetime | None
    at_the_board: bool
    may: frozenset[str]
    mandates: Sequence[Mandate]


def _opened(session: Session, dossier_id: int, actor: Actor) -> Dossier:
    """What the board reads is not for partners: it has positions of members and dissent of cities."""
    dossier = open_to_read(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.READ_HISTORY)
    return dossier


def _rights(session: Session, dossier: Dossier, actor: Actor) -> frozenset[str]:
    roles = roles_on(session, dossier, actor)
    return frozenset(right.value for right in Right if RIGHTS[right] & roles)


def _reaches(mandate: Mandate, person: str, dossier: Dossier, now: datetime) -> bool:
    problem = mandate_problem(
        leave_of(mandate),
        person=person,
        lead_group=dossier.lead_group,
        document_type=dossier.document_type,
        day=dutch_date(now),
    )
    return problem is None


def _before(session: Session, version: TextVersion) -> TextVersion | None:
    if version.based_on_id is not None:
        return session.get(TextVersion, version.based_on_id)
    earlier = (row for row in versions_of(session, version.dossier_id) if row.number < version.number)
    return next(earlier, None)


def _items(session: Session, dossier_id: int) -> list[Item]:
    ids = [link.item_id for link in items_of_dossier(session, dossier_id)]
    found = items_by_id(session, ids)
    return [found[id_] for id_ in ids if id_ in found]


def _dissents(session: Session, app: App, dossier_id: int) -> list[DissentLine]:
    names = {city.slug: city.name for city in app.network.cities}
    return [
        DissentLine(
            city=names.get(answer.city, answer.city),
            texts=[text for text in (answer.remark, *map(str, answer.answers.values())) if text],
            mention=answer.mention_dissent,
        )
        for answer in dissents_of(session, dossier_id)
    ]
