"""The overview of a year for who may read it."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network
from g40flow.domain.reports.facts import Scope, ScopeKind
from g40flow.domain.reports.year import YearReport, year_report
from g40flow.storage.dossier_search import not_confidential, visible_to
from g40flow.storage.report_facts import read_year_facts, years_with_work
from g40flow.use_cases.dossier.desk import Desk

FIRST_YEAR = 2000
"""Earlier years are typing mistakes."""


def yearly_report(
    session: Session,
    desk: Desk,
    scope: Scope,
    year: int,
    *,
    actor: Actor,
    confidential: bool = True,
    now: datetime,
) -> YearReport:
    """The figures of a year, of what the actor may see.

    confidential: False leaves out what is confidential, also for who may see it: for an annual report.
    Raises NotAllowed, or InvalidInput ("unknown_year") for a year before FIRST_YEAR or in the future.
    """
    require_reading(actor)
    today = dutch_date(now)
    if not FIRST_YEAR <= year <= today.year:
        raise InvalidInput("unknown_year", f"expected {FIRST_YEAR} to {today.year}, found {year}")
    facts = read_year_facts(session, countable(actor, confidential=confidential), year - 1, year)
    groups = [group.slug for group in desk.network.theme_groups]
    return year_report(facts, scope, year, today=today, groups=groups, calendar=desk.calendars.working)


def scope_of(network: Network, *, group: str = "", pillar: str = "") -> Scope:
    """A group, a pillar or, without either, the network. Raises InvalidInput ("unknown_group",
    "unknown_pillar", "one_scope").
    """
    if group and pillar:
        raise InvalidInput("one_scope", "expected a group or a pillar, found both")
    if group:
        known = network.group(group)
        if known is None:
            raise InvalidInput("unknown_group", f"the network has no group {group!r}", field="group")
        return Scope(kind=ScopeKind.GROUP, slug=group, name=known.name, groups=frozenset({group}))
    if pillar:
        names = {one.slug: one.name for one in network.pillars}
        if pillar not in names:
            raise InvalidInput("unknown_pillar", f"the network has no pillar {pillar!r}", field="pillar")
        own = frozenset(one.slug for one in network.theme_groups if one.pillar == pillar)
        return Scope(kind=ScopeKind.PILLAR, slug=pillar, name=names[pillar], groups=own)
    return Scope(kind=ScopeKind.NETWORK, slug="", name=network.name)


def years_to_choose(session: Session, now: datetime) -> list[int]:
    """The years about which there is something to tell, the newest first; always this one."""
    today = dutch_date(now)
    first, _ = years_with_work(session) or (today.year, today.year)
    return list(range(today.year, max(min(first, today.year), FIRST_YEAR) - 1, -1))


def require_reading(actor: Actor) -> None:
    """Raises NotAllowed for who may not read reports; the program itself may."""
    if not actor.is_automatic:
        require(Right.READ_REPORTS, roles_of(actor))


def countable(actor: Actor, *, confidential: bool) -> ColumnElement[bool]:
    """The dossiers that may be counted for somebody."""
    return visible_to(actor) if confidential else and_(visible_to(actor), not_confidential())
