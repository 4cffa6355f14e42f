"""What people who work on a dossier see of its calls, and what waits for a city."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.calls import CallState, CallSummary, Visibility
from g40flow.domain.dossier.rights import Right, has_right, require
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Person, Role
from g40flow.storage.access import effective_network
from g40flow.storage.calls import (
    answer_of_city,
    answers_of,
    calls_for_cities,
    calls_of,
    invitations_of,
    is_live,
    summary_of,
    visits_of,
)
from g40flow.storage.dossier_tables import (
    CallAnswer,
    CallInvitation,
    CallVisit,
    Dossier,
    MemberCall,
    Point,
)
from g40flow.storage.dossiers import dossier_by_id
from g40flow.use_cases.calls.answer_call import cities_of
from g40flow.use_cases.dossier.desk import Desk, open_to_read, roles_on

SHOWN_AFTER_CLOSING = timedelta(days=60)
"""How long a closed call stays in a city's own list."""

_ONE_AMONG_MANY = frozenset({Role.CITY_COORDINATOR, Role.THEME_GROUP_MEMBER})
"""Who sees answers of others only if the cities see each other."""


@dataclass(frozen=True, kw_only=True)
class CallOverview:
    """One call as who works on the dossier sees it.

    answers: by city, as they now stand. is_open: takes answers now. invitations: with whether they
    were ever opened, empty for who does not run the call. unreached: cities that did not answer and for
    which nobody has a link, such as one without a coordinator; empty for who does not run the call.
    """

    call: MemberCall
    summary: CallSummary
    answers: Mapping[str, CallAnswer]
    invitations: Sequence[CallInvitation]
    visits: Mapping[int, CallVisit]
    unreached: Sequence[str]
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class CallsOnDossier:
    """All calls of a dossier, newest first, with what the actor may do there. points: not removed."""

    dossier: Dossier
    calls: Sequence[CallOverview]
    points: Sequence[Point]
    may_run: bool
    may_edit_points: bool


@dataclass(frozen=True, kw_only=True)
class WaitingCall:
    """A call to a city, in its own list. mine: None if the city has not answered."""

    call: MemberCall
    dossier: Dossier
    city: str
    mine: CallAnswer | None
    is_open: bool


def calls_on_dossier(session: Session, dossier_id: int, actor: Actor, now: datetime) -> CallsOnDossier:
    """Every call of a dossier. Raises NotFound, or NotAllowed for who is only a partner."""
    dossier = open_to_read(session, dossier_id, actor)
    roles = roles_on(session, dossier, actor)
    require(Right.READ_HISTORY, roles)
    may_run = has_right(Right.RUN_CALL, roles)
    points = select(Point).where(col(Point.dossier_id) == dossier_id, col(Point.removed_at).is_(None))
    return CallsOnDossier(
        dossier=dossier,
        calls=[_overview(session, call, actor, roles, now) for call in calls_of(session, dossier_id)],
        points=session.scalars(points.order_by(col(Point.position))).all(),
        may_run=may_run,
        may_edit_points=has_right(Right.EDIT_POINTS, roles),
    )


def waiting_calls(session: Session, actor: Actor, now: datetime) -> list[WaitingCall]:
    """The calls to the cities of somebody: what waits first, then what was closed lately."""
    cities = cities_of(actor)
    found = calls_for_cities(session, cities, closed_after=now - SHOWN_AFTER_CLOSING)
    return [
        WaitingCall(
            call=call,
            dossier=dossier_by_id(session, call.dossier_id),
            city=city,
            mine=answer_of_city(session, call.id or 0, city),
            is_open=_is_open(call, now),
        )
        for call in found
        for city in cities
        if city in call.cities
    ]


def contacts_for(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> list[Person]:
    """Whom a city asks about a call: the secretary of the group that leads, or else the PA office."""
    network, today = effective_network(session, desk.network), dutch_date(now)
    secretaries = network.holders(Role.THEME_GROUP_SECRETARY, dossier.lead_group, today)
    return secretaries or network.holders(Role.PA_OFFICER, None, today)[:1]


def _overview(
    session: Session, call: MemberCall, actor: Actor, roles: frozenset[Role], now: datetime
) -> CallOverview:
    assert call.id is not None
    may_run = has_right(Right.RUN_CALL, roles)
    links = invitations_of(session, call.id) if may_run else []
    visits = visits_of(session, [link.id for link in links if link.id is not None])
    answers = {answer.city: answer for answer in answers_of(session, call.id)}
    if call.visibility == Visibility.PRIVATE and not roles - _ONE_AMONG_MANY:
        answers = {city: answers[city] for city in cities_of(actor) if city in answers}
    summary, reached = summary_of(session, call), {link.city for link in links if is_live(session, link)}
    return CallOverview(
        call=call,
        summary=summary,
        answers=answers,
        invitations=links,
        visits={visit.invitation_id: visit for visit in reversed(visits)},
        unreached=[city for city in summary.silent if may_run and city not in reached],
        is_open=_is_open(call, now),
    )


def _is_open(call: MemberCall, now: datetime) -> bool:
    return call.state == CallState.OPEN and now <= call.closes_at
