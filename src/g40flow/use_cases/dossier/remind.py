"""Reminding people of the plan, and telling others when a stage is late. It approves nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import PROGRAM, Surface, actor_on, roles_in
from g40flow.domain.calendar import next_gather_moment, next_open_moment
from g40flow.domain.delivery import urgent_moment
from g40flow.domain.dossier.reminders import ESCALATIONS, Reminder, Urging, due_reminders
from g40flow.domain.dossier.words import ExceptionCode, GroupState
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Person, Role
from g40flow.storage.access import effective_network
from g40flow.storage.deadlines import open_dossiers
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import active_exception, groups_of, locked_dossier, parties_of
from g40flow.storage.guards import last_instant
from g40flow.storage.messages import message_with_key
from g40flow.storage.plans import kept_plan
from g40flow.use_cases.announce_items import person_audience
from g40flow.use_cases.dossier.desk import Desk, leaves_at, note_change, tell
from g40flow.use_cases.dossier.exceptions import note_exception
from g40flow.use_cases.dossier.telling import those_who_may_see
from g40flow.use_cases.dossier.term import last_day


def dossiers_to_remind(session: Session, desk: Desk, now: datetime) -> list[int]:
    """Ids of the dossiers of which somebody must have heard something by now."""
    return [
        dossier.id
        for dossier in open_dossiers(session)
        if dossier.id is not None and reminders_of(desk, dossier, now)
    ]


def reminders_of(desk: Desk, dossier: Dossier, now: datetime) -> tuple[Reminder, ...]:
    """Everything about one dossier that somebody must have heard by now."""
    kept = kept_plan(dossier)
    return due_reminders(
        None if kept is None else kept.plan,
        stage=Stage(dossier.stage),
        closes_on=last_day(dossier),
        today=dutch_date(now),
        calendar=desk.calendars.working,
        rules=desk.rules.reminders.rules(),
    )


def remind(session: Session, desk: Desk, dossier_id: int, now: datetime) -> int:
    """Write the messages that are due about one dossier, each once; returns how many were new.

    What is told to others than whose move it is stands in the history.
    """
    dossier = locked_dossier(session, dossier_id)
    written = 0
    for reminder in reminders_of(desk, dossier, now):
        told = _tell_all(session, desk, dossier, reminder, now)
        written += len(told)
        if told and reminder.urging in ESCALATIONS:
            _note_escalation(session, dossier, reminder, told, now)
        if reminder.urging is Urging.MISSED:
            _note_missed(session, dossier, reminder, now)
    return written


def _tell_all(
    session: Session, desk: Desk, dossier: Dossier, reminder: Reminder, now: datetime
) -> list[Person]:
    """Tell who has not been told of this yet; returns those."""
    told: list[Person] = []
    for person in _people(session, desk, dossier, reminder, now):
        audience = person_audience(person.slug)
        key = f"remind:{reminder.stage}:{reminder.day}:{reminder.urging}:{audience}"
        if message_with_key(session, f"dossier:{dossier.id}:{key}") is not None:
            continue
        tell(
            session,
            dossier,
            key,
            audience=audience,
            kind="deadline_reminder" if reminder.urging not in ESCALATIONS else "deadline_escalation",
            subject=_subject(reminder),
            now=now,
            not_before=_leaves_at(desk, dossier, reminder, now),
            urgent=reminder.urging is Urging.CLOSING,
        )
        told.append(person)
    return told


def _subject(reminder: Reminder) -> dict[str, Json]:
    return {
        "urging": reminder.urging.value,
        "stage": reminder.stage.value,
        "day": reminder.day.isoformat(),
    }


def _people(
    session: Session, desk: Desk, dossier: Dossier, reminder: Reminder, now: datetime
) -> Sequence[Person]:
    """Who has one of the roles in this dossier today, deputies too, and may know of it."""
    parties, today = parties_of(session, dossier), dutch_date(now)
    people = effective_network(session, desk.network).people
    if reminder.stage is Stage.ROUTED and Role.THEME_GROUP_LEAD in reminder.roles:
        found: Iterable[Person] = _leads_that_are_asked(session, dossier, people, now)
    else:
        found = (
            person
            for person in people
            if reminder.roles & roles_in(actor_on(person, today, Surface.AUTOMATIC), parties)
        )
    return those_who_may_see(session, dossier, found, now)


def _leads_that_are_asked(
    session: Session, dossier: Dossier, people: Iterable[Person], now: datetime
) -> Iterable[Person]:
    """While groups must say whether they take part: the leads of those that have not."""
    assert dossier.id is not None
    asked = {row.theme_group for row in groups_of(session, dossier.id) if row.state == GroupState.ASKED}
    today = dutch_date(now)
    return (
        person
        for person in people
        if any(
            held.role is Role.THEME_GROUP_LEAD and held.scope in asked and held.is_held_on(today)
            for held in person.roles
        )
    )


def _leaves_at(desk: Desk, dossier: Dossier, reminder: Reminder, now: datetime) -> datetime:
    """In sending hours. In a recess what is not urgent waits for the one moment of the week.

    A term that ends, or was missed, never waits for that: a late letter only helps when it comes soon.
    """
    sending, working = desk.calendars.sending, desk.calendars.working
    if reminder.urging is Urging.CLOSING:
        return urgent_moment(now, last_instant(dossier), sending, working)
    if reminder.urging is Urging.MISSED:
        return next_open_moment(now, sending, working)
    if not dossier.urgent and working.recess_on(dutch_date(now)) is not None:
        return next_gather_moment(now, sending, working)
    return leaves_at(desk, dossier, now)


def _note_escalation(
    session: Session, dossier: Dossier, reminder: Reminder, told: Sequence[Person], now: datetime
) -> None:
    names: list[Json] = [person.slug for person in told]
    facts: dict[str, Json] = {**_subject(reminder), "to": names}
    note_change(session, dossier, PROGRAM, "escalate", now=now, facts=facts)


def _note_missed(session: Session, dossier: Dossier, reminder: Reminder, now: datetime) -> None:
    """The term ended before anything was handed in; why, and what then, people say."""
    assert dossier.id is not None
    if active_exception(session, dossier.id, ExceptionCode.MISSED) is None:
        facts: dict[str, Json] = {"closed_on": reminder.day.isoformat()}
        note_exception(session, dossier, ExceptionCode.MISSED, actor=PROGRAM, now=now, facts=facts)
