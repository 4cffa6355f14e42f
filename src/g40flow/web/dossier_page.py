"""Everything the portal shows about one dossier, for one person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.campaigns.bodies import Body
from g40flow.domain.dossier.rights import RIGHTS, Right, has_right
from g40flow.domain.dossier.words import (
    WITH_TEXT,
    DocumentType,
    ExceptionCode,
    NoResponseCode,
    PartnerState,
    ResponseType,
)
from g40flow.domain.dossier.workflow import BEFORE_SUBMISSION
from g40flow.domain.errors import NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role
from g40flow.storage.access import effective_people, names_of_people
from g40flow.storage.dossier_holdings import holdings_of
from g40flow.storage.dossier_tables import (
    Dossier,
    DossierException,
    DossierGroup,
    DossierPartner,
    HistoryEntry,
    LibraryPosition,
)
from g40flow.storage.dossiers import (
    exceptions_of,
    groups_of,
    partners_of,
    readers_of,
    subjects_of,
)
from g40flow.storage.guards import current_hash
from g40flow.storage.history import chain_of, latest_act, latest_of
from g40flow.storage.preference_tables import AbsenceRow
from g40flow.storage.preferences import absences_between
from g40flow.storage.tables import Item
from g40flow.storage.texts import library_positions
from g40flow.use_cases.decisions.adopt_by_body import bodies_for
from g40flow.use_cases.dossier.desk import open_to_read, roles_on
from g40flow.use_cases.dossier.exceptions import BY_HAND
from g40flow.use_cases.dossier.follow import is_following
from g40flow.use_cases.dossier.open_dossier import led_by
from g40flow.use_cases.dossier.take_step import ELSEWHERE, PossibleStep, possible_steps
from g40flow.use_cases.dossier.telling import involved_people
from g40flow.web.dossier_parts import part_views
from g40flow.web.people_choice import Offered, offer_people

LATEST = 8
"""Entries of the history on the page itself; all of them are behind a link."""


@dataclass(frozen=True, kw_only=True)
class DossierPage:
    """The values behind the page. may: rights of the viewer in this dossier, words of Right.

    answers: groups for which the viewer can still accept or reject. waiting_steps: steps of the
    viewer's roles whose conditions do not hold yet. is_inside: the viewer may see how we work, and not
    only what we make. speaks_for: partners the viewer answers for.
    names: slug to name of people. parts: see g40flow.web.dossier_parts. campaign: that this text serves.
    bodies: for which the viewer can adopt the text; positions: within which it may have to stay. away: who
    works on it and is away before its last day, when much of its term is holiday. partner_plans: what VNG, G4
    and others do about it, as somebody wrote it down last.
    """

    row: Dossier
    items: Sequence[tuple[Item, str]]
    groups: Sequence[DossierGroup]
    partners: Sequence[DossierPartner]
    readers: Sequence[str]
    exceptions: Sequence[DossierException]
    lifted: Sequence[DossierException]
    may: frozenset[str]
    is_inside: bool
    answers: frozenset[str]
    speaks_for: frozenset[str]
    open_steps: Sequence[PossibleStep]
    waiting_steps: Sequence[PossibleStep]
    special_steps: frozenset[str]
    latest: Sequence[HistoryEntry]
    entries: int
    text_hash: str
    last_day: date | None
    days_left: int | None
    follows: bool
    merged_into: Dossier | None
    names: Mapping[str, str]
    offered: Offered
    parts: Mapping[str, Any]
    campaign: Dossier | None
    bodies: Sequence[Body]
    positions: Sequence[LibraryPosition]
    away: Sequence[AbsenceRow]
    partner_plans: HistoryEntry | None

    @property
    def is_before_submission(self) -> bool:
        """Whether the text is still to be handed in."""
        return self.row.stage in BEFORE_SUBMISSION

    @property
    def people(self) -> Sequence[tuple[str, str]]:
        """(slug, name) of whom the forms offer."""
        return self.offered.people

    @staticmethod
    def day(text: object) -> date | None:
        """A day as facts keep it, in ISO form; None for anything else."""
        try:
            return date.fromisoformat(str(text))
        except ValueError:
            return None

    @property
    def by_hand(self) -> list[str]:
        """Codes of the exceptions that the viewer can raise now."""
        raised = {exception.code for exception in self.exceptions}
        return [code.value for code, way in BY_HAND.items() if way.right in self.may and code not in raised]

    @property
    def liftable(self) -> set[str]:
        """Codes of the exceptions that the viewer can lift."""
        return {code.value for code, way in BY_HAND.items() if way.right in self.may}


RESPONSES = [known.value for known in ResponseType if known in WITH_TEXT]
NO_RESPONSE_CODES = [known.value for known in NoResponseCode]
DOCUMENT_TYPES = [known.value for known in DocumentType]
ANSWERS = (
    PartnerState.AGREED.value,
    PartnerState.SIGNED.value,
    PartnerState.DECLINED.value,
    PartnerState.WITHDRAWN.value,
)


def dossier_page(
    session: Session,
    app: App,
    dossier_id: int,
    actor: Actor,
    now: datetime,
    *,
    searched: str = "",
    chosen: Collection[str] = (),
) -> DossierPage:
    """searched: part of a name, to be offered also who has it. chosen: slugs that forms show as chosen.

    Raises NotFound, also for a dossier that the viewer may not know of.
    """
    row = open_to_read(session, dossier_id, actor)
    roles = roles_on(session, row, actor)
    groups, partners = groups_of(session, dossier_id), partners_of(session, dossier_id)
    readers = readers_of(session, dossier_id) if row.confidential else []
    holds = holdings_of(session, dossier_id)
    exceptions = exceptions_of(session, dossier_id) if holds.exceptions else []
    steps = possible_steps(session, row, actor, now)
    plain = [possible for possible in steps if possible.step.action not in ELSEWHERE]
    inside = is_inside(actor, row)
    latest = latest_of(session, chain_of(dossier_id), LATEST) if inside else []
    bodies = bodies_for(session, app.desk, row, actor)
    last_day = row.agreed_closes_on or row.closes_on
    calendar, today = app.calendars.working, dutch_date(now)
    return DossierPage(
        row=row,
        items=subjects_of(session, dossier_id),
        groups=groups,
        partners=partners,
        readers=readers,
        exceptions=[exception for exception in exceptions if exception.lifted_at is None],
        lifted=[exception for exception in exceptions if exception.lifted_at is not None],
        may=frozenset(right.value for right in Right if RIGHTS[right] & roles),
        is_inside=inside,
        answers=frozenset(led_by(actor) & {group.theme_group for group in groups if group.state == "asked"}),
        speaks_for=frozenset(p.partner for p in partners if actor.holds(Role.PARTNER, p.partner)),
        open_steps=[possible for possible in plain if possible.is_open],
        waiting_steps=[possible for possible in plain if not possible.is_open],
        special_steps=frozenset(p.step.action for p in steps if p.step.action in ELSEWHERE),
        latest=latest,
        entries=latest[0].sequence if latest else 0,
        text_hash=current_hash(session, row),
        last_day=last_day,
        days_left=None if last_day is None else calendar.working_days_left(today, last_day),
        follows=is_following(session, actor.person, f"dossier:{dossier_id}"),
        merged_into=None if row.merged_into_id is None else session.get(Dossier, row.merged_into_id),
        names=names_of_people(session, app.network),
        offered=offer_people(
            effective_people(session, app.network),
            chosen={actor.person, row.pen_holder, *readers, *chosen},
            scopes={row.pillar, *(group.theme_group for group in groups)},
            searched=searched,
        ),
        parts=part_views(session, app, row, actor, now),
        campaign=None if row.campaign_id is None else _campaign(session, row.campaign_id, actor),
        bodies=bodies,
        positions=library_positions(session) if bodies else [],
        away=_away(session, app, row, exceptions, now) if inside else [],
        partner_plans=latest_act(session, chain_of(dossier_id), "note_partner_plans") if inside else None,
    )


def _away(
    session: Session, app: App, row: Dossier, exceptions: Sequence[DossierException], now: datetime
) -> Sequence[AbsenceRow]:
    """Who works on a dossier and is away before its last day; asked only when much of the term is holiday."""
    last_day = row.agreed_closes_on or row.closes_on
    is_holiday = any(e.code == ExceptionCode.HOLIDAY_TERM and e.lifted_at is None for e in exceptions)
    if last_day is None or not is_holiday:
        return []
    people = {person.slug for person in involved_people(session, app.desk, row, now)}
    return absences_between(session, people, dutch_date(now), last_day)


def _campaign(session: Session, campaign_id: int, actor: Actor) -> Dossier | None:
    """The campaign that a text serves, if the viewer may know of it."""
    try:
        return open_to_read(session, campaign_id, actor)
    except NotFound:
        return None


def is_inside(actor: Actor, row: Dossier) -> bool:
    """Whether somebody belongs to the network; partners see their part in a dossier, not its history."""
    writes = row.pen_holder == actor.person
    return writes or has_right(Right.READ_HISTORY, roles_of(actor))
