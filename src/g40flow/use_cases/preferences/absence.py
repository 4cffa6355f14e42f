"""Being away: who stands in, what waits for the return, and what happened meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from g40flow.config.calendar import Calendars
from g40flow.domain.actors import Actor
from g40flow.domain.calendar import next_open_moment
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.items import Json
from g40flow.domain.network import Network, Person, RoleHolding
from g40flow.domain.preferences import Absence, Gathering
from g40flow.domain.reach import PERSON
from g40flow.storage.access import effective_person
from g40flow.storage.access_tables import RoleGrant
from g40flow.storage.dossier_tables import RoundPosition
from g40flow.storage.history import NETWORK, record
from g40flow.storage.messages import renew, write_message
from g40flow.storage.preference_tables import AbsenceRow
from g40flow.storage.preferences import absences_of, judge_again, preferences_of
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.access.people import end_stand_in, stand_in
from g40flow.use_cases.preferences.change import require_own
from g40flow.use_cases.preferences.courtesy import PERSONAL_LIST, personal_list

LONGEST = timedelta(days=366)
STANDING_IN = "standing_in"
"""Kind of the message that tells a deputy so."""


@dataclass(frozen=True, kw_only=True)
class AbsenceRequest:
    """When somebody is away, both Dutch days included. deputy: slug; "" for nobody."""

    from_on: date
    until_on: date
    deputy: str = ""

    def touches(self, other: AbsenceRow) -> bool:
        """Whether the two have a day in common."""
        return self.from_on <= other.until_on and other.from_on <= self.until_on


def be_away(
    session: Session,
    network: Network,
    calendars: Calendars,
    person: str,
    wanted: AbsenceRequest,
    *,
    actor: Actor,
    now: datetime,
) -> AbsenceRow:
    """Note that somebody is away; the deputy holds every role of that person meanwhile, and is told.

    What the deputy gets as well waits for the return; what nobody else gets still arrives.
    Raises NotFound, NotAllowed for another, InvalidInput ("period", "past", "long", "overlap",
    "deputy", "deputy_away").
    """
    require_own(session, network, person, actor)
    _check(session, network, person, wanted, now)
    grants = [
        grant.id
        for holding in _to_stand_in_for(session, network, person, wanted)
        if (grant := stand_in(session, wanted.deputy, holding, actor=actor, now=now)).id is not None
    ]
    row = AbsenceRow(
        person=person,
        deputy=wanted.deputy,
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        grants=grants,
        noted_at=now,
        noted_by=actor.person,
    )
    session.add(row)
    session.flush()
    _begin_list(session, calendars, row, now)
    _tell_deputy(session, calendars, row, now)
    judge_again(session, f"{PERSON}{person}", now)
    record(session, NETWORK, actor, "be_away", now=now, facts=_facts(row))
    return row


def be_back(
    session: Session, network: Network, calendars: Calendars, absence_id: int, *, actor: Actor, now: datetime
) -> None:
    """End an absence earlier than planned, or take it back: what waited is told in one message soon.

    Does nothing to one that was ended. Raises NotFound, NotAllowed for another's.
    """
    row = session.get(AbsenceRow, absence_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no absence {absence_id}")
    require_own(session, network, row.person, actor)
    if row.ended_at is not None:
        return
    row.ended_at = now
    for grant_id in row.grants:
        end_stand_in(session, session.get_one(RoleGrant, grant_id), actor=actor, now=now)
    soon = next_open_moment(now, calendars.sending, calendars.working)
    _tell_what_waited(session, row, soon)
    if row.deputy and (told := _told_deputy(session, row)) is not None:
        renew(session, told, now)
    record(session, NETWORK, actor, "be_back", now=now, facts=_facts(row))


def decided_meanwhile(session: Session, row: AbsenceRow) -> list[RoundPosition]:
    """Positions that others took for somebody during an absence, oldest first."""
    first = dutch_instant(row.from_on, datetime.min.time())
    last = row.ended_at or dutch_instant(row.until_on + timedelta(days=1), datetime.min.time())
    query = select(RoundPosition).where(
        RoundPosition.member == row.person,
        RoundPosition.decided_by != row.person,
        RoundPosition.at >= first,
        RoundPosition.at < last,
    )
    return list(session.scalars(query.order_by(col(RoundPosition.id))))


# --- checks and parts ---------------------------------------------------------------------------


def _check(session: Session, network: Network, person: str, wanted: AbsenceRequest, now: datetime) -> None:
    if wanted.until_on < wanted.from_on:
        raise InvalidInput("period", "the last day is before the first", field="until_on")
    if wanted.until_on < dutch_date(now):
        raise InvalidInput("past", "the last day is over", field="until_on")
    if wanted.until_on - wanted.from_on > LONGEST:
        raise InvalidInput("long", f"expected at most {LONGEST.days} days", field="until_on")
    if any(wanted.touches(other) for other in absences_of(session, person, now)):
        raise InvalidInput("overlap", "there is an absence in these days already", field="from_on")
    if not wanted.deputy:
        return
    if wanted.deputy == person or effective_person(session, network, wanted.deputy) is None:
        raise InvalidInput("deputy", f"{wanted.deputy!r} cannot stand in", field="deputy")
    if any(wanted.touches(other) for other in absences_of(session, wanted.deputy, now)):
        raise InvalidInput("deputy_away", f"{wanted.deputy} is away as well", field="deputy")


def _to_stand_in_for(
    session: Session, network: Network, person: str, wanted: AbsenceRequest
) -> Iterator[RoleHolding]:
    """The own roles of somebody in these days, as a deputy holds them who does not hold them himself."""
    if not wanted.deputy:
        return
    away, deputy = (_known(session, network, slug) for slug in (person, wanted.deputy))
    held = {(one.role, one.scope) for one in deputy.roles if one.deputy_of in (None, person)}
    for one in away.roles:
        if one.deputy_of is not None or (one.role, one.scope) in held:
            continue
        first = max(wanted.from_on, one.from_on or wanted.from_on)
        last = min(wanted.until_on, one.until_on or wanted.until_on)
        if first <= last:
            yield RoleHolding(role=one.role, scope=one.scope, from_on=first, until_on=last, deputy_of=person)


def _known(session: Session, network: Network, slug: str) -> Person:
    found = effective_person(session, network, slug)
    assert found is not None
    return found


def _begin_list(session: Session, calendars: Calendars, row: AbsenceRow, now: datetime) -> None:
    """The message of the return is there from the beginning: it also tells what the deputy decided."""
    away = Absence(from_on=row.from_on, until_on=row.until_on)
    quiet = preferences_of(session, row.person, now).quiet
    back_at = away.back_at(quiet, hours=calendars.sending, calendar=calendars.working)
    found = personal_list(session, f"{PERSON}{row.person}", Gathering.RETURN, back_at, now)
    found.subject = {**found.subject, "absence_id": row.id}
    session.add(found)


def _tell_deputy(session: Session, calendars: Calendars, row: AbsenceRow, now: datetime) -> None:
    if row.deputy:
        write_message(
            session,
            _deputy_key(row),
            audience=f"{PERSON}{row.deputy}",
            kind=STANDING_IN,
            subject={"absence_id": row.id},
            now=now,
            not_before=next_open_moment(now, calendars.sending, calendars.working),
        )


def _told_deputy(session: Session, row: AbsenceRow) -> Message | None:
    return session.scalars(select(Message).where(Message.key == _deputy_key(row))).one_or_none()


def _deputy_key(row: AbsenceRow) -> str:
    return f"{STANDING_IN}:{row.id}:{PERSON}{row.deputy}"


def _tell_what_waited(session: Session, row: AbsenceRow, soon: datetime) -> None:
    lists = (
        col(Message.audience) == f"{PERSON}{row.person}",
        col(Message.kind) == PERSONAL_LIST,
        col(Message.state) == MessageState.PENDING,
        col(Message.key).contains(f":{Gathering.RETURN}:"),
    )
    session.flush()
    session.connection().execute(update(Message).where(*lists).values(next_attempt_at=soon, not_before=soon))
    session.expire_all()


def _facts(row: AbsenceRow) -> dict[str, Json]:
    return {
        "person": row.person,
        "deputy": row.deputy,
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on.isoformat(),
        "roles": len(row.grants),
    }
