"""What people chose about their messages, and which messages are told in a gathered one."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from g40flow.domain.instants import dutch_date
from g40flow.domain.preferences import (
    DIGESTS,
    Absence,
    Explanations,
    Gathering,
    Pace,
    Preferences,
    QuietHours,
    Topic,
    Why,
)
from g40flow.domain.reach import PERSON
from g40flow.storage.dossier_tables import MessageDossier
from g40flow.storage.preference_tables import AbsenceRow, GatheredMessage, MessageChoice, PersonHabits
from g40flow.storage.tables import Message, MessageState


def preferences_of(session: Session, person: str, now: datetime) -> Preferences:
    """What somebody chose, as it counts now. person: slug; whoever never chose has what is usual."""
    usual = Preferences()
    habits = session.get(PersonHabits, person)
    return Preferences(
        paces={(row.topic, row.theme_group): row.pace for row in choices_of(session, person)},
        quiet=usual.quiet if habits is None else quiet_of(habits),
        absence=_absence(absence_of(session, person, now)),
        explanations=usual.explanations if habits is None else habits.explanations,
    )


def wants(session: Session, person: str, topic: Topic, group: str = "") -> Pace:
    """How soon somebody hears of a topic. person, group: slugs; group "" for none."""
    chosen = {(row.topic, row.theme_group): row.pace for row in choices_of(session, person)}
    return Preferences(paces=chosen).pace(topic, group)


def who_switched_off(session: Session, topic: Topic) -> frozenset[str]:
    """Slugs of everybody who wants nothing of a topic, whatever the group: for messages to many."""
    query = select(MessageChoice.person).where(
        MessageChoice.topic == topic, MessageChoice.theme_group == "", MessageChoice.pace == Pace.OFF
    )
    return frozenset(session.scalars(query))


def digest_choices(session: Session) -> dict[str, Preferences]:
    """What everybody chose about digests, by slug; who chose nothing is not in it."""
    query = select(MessageChoice).where(col(MessageChoice.topic).in_(DIGESTS))
    found: dict[str, dict[tuple[Topic, str], Pace]] = {}
    for row in session.scalars(query):
        found.setdefault(row.person, {})[row.topic, row.theme_group] = row.pace
    return {person: Preferences(paces=paces) for person, paces in found.items()}


def who_wants_each(session: Session, group: str) -> dict[str, bool]:
    """Slugs of who wants every new item of a theme group, not only its digest.

    True: chosen for this very group; False: for all groups of that person.
    """
    query = select(MessageChoice).where(
        MessageChoice.topic == Topic.GROUP_NEWS, col(MessageChoice.theme_group).in_(["", group])
    )
    found: dict[str, bool] = {}
    for row in sorted(session.scalars(query), key=lambda row: row.theme_group):
        found.pop(row.person, None)  # a choice for the group goes before the one for all
        if row.pace in (Pace.AT_ONCE, Pace.DAILY):
            found[row.person] = row.theme_group == group
    return found


def choices_of(session: Session, person: str) -> Sequence[MessageChoice]:
    """Every choice that somebody made, by topic and group."""
    query = select(MessageChoice).where(MessageChoice.person == person)
    return session.scalars(query.order_by(col(MessageChoice.topic), MessageChoice.theme_group)).all()


def wants_plain_words(session: Session, audience: str) -> bool:
    """Whether a reader wants one plain sentence instead of words and figures; a channel never does."""
    if not audience.startswith(PERSON):
        return False
    habits = session.get(PersonHabits, audience.removeprefix(PERSON))
    return habits is not None and habits.explanations is Explanations.SHORT


def choice_of(session: Session, person: str, topic: Topic, group: str) -> MessageChoice | None:
    """One choice of somebody; None if it was never made."""
    return session.get(MessageChoice, (person, topic, group))


def habits_of(session: Session, person: str, now: datetime) -> PersonHabits:
    """The habits of somebody; those of everybody, not stored yet, if none were ever chosen."""
    found = session.get(PersonHabits, person)
    return found or PersonHabits(person=person, quiet_weekdays=[], changed_at=now)


def quiet_of(habits: PersonHabits) -> QuietHours:
    """Habits as the domain knows them."""
    return QuietHours(
        from_clock=time.fromisoformat(habits.quiet_from) if habits.quiet_from else None,
        until_clock=time.fromisoformat(habits.quiet_until) if habits.quiet_until else None,
        weekdays=frozenset(habits.quiet_weekdays),
    )


# --- absence ------------------------------------------------------------------------------------


def absence_of(session: Session, person: str, now: datetime) -> AbsenceRow | None:
    """When somebody is away: now, or else the next time; None if neither."""
    return next(iter(absences_of(session, person, now)), None)


def absences_of(session: Session, person: str, now: datetime) -> Sequence[AbsenceRow]:
    """Absences of somebody that are not over, the first first."""
    query = select(AbsenceRow).where(
        AbsenceRow.person == person,
        col(AbsenceRow.ended_at).is_(None),
        AbsenceRow.until_on >= dutch_date(now),
    )
    return session.scalars(query.order_by(col(AbsenceRow.from_on), col(AbsenceRow.id))).all()


def absences_between(
    session: Session, people: Collection[str], from_on: date, until_on: date
) -> Sequence[AbsenceRow]:
    """When some people are away in a period of which both days count, by day; slugs."""
    query = select(AbsenceRow).where(
        col(AbsenceRow.person).in_(people),
        col(AbsenceRow.ended_at).is_(None),
        col(AbsenceRow.from_on) <= until_on,
        col(AbsenceRow.until_on) >= from_on,
    )
    return session.scalars(query.order_by(col(AbsenceRow.from_on), col(AbsenceRow.id))).all()


def _absence(row: AbsenceRow | None) -> Absence | None:
    if row is None:
        return None
    return Absence(from_on=row.from_on, until_on=row.until_on, deputy=row.deputy)


# --- gathered messages --------------------------------------------------------------------------


def gather(session: Session, message: Message, into: Message, gathering: Gathering, why: Why) -> None:
    """Let a message be told as a line of another one."""
    assert message.id is not None
    assert into.id is not None
    row = GatheredMessage(message_id=message.id, gathering_id=into.id, gathering=gathering, why=why.value)
    session.merge(row)


def link_to_dossiers_of(session: Session, message: Message, other: Message) -> None:
    """Let another message belong to the dossiers that a message shows."""
    query = select(MessageDossier.dossier_id).where(col(MessageDossier.message_id) == message.id)
    for dossier_id in session.scalars(query):
        assert other.id is not None
        session.merge(MessageDossier(message_id=other.id, dossier_id=dossier_id))


def messages_gathered_in(session: Session, gathering_id: int) -> Sequence[Message]:
    """The messages that one gathered message tells, in the order they were written."""
    query = (
        select(Message)
        .join(GatheredMessage, col(GatheredMessage.message_id) == col(Message.id))
        .where(GatheredMessage.gathering_id == gathering_id)
    )
    return session.scalars(query.order_by(col(Message.id))).all()


def gathering_of(session: Session, message_id: int) -> GatheredMessage | None:
    """In which message another one is told; None if it is told by itself."""
    return session.get(GatheredMessage, message_id)


def judge_again(session: Session, audience: str, now: datetime) -> int:
    """Let every message to somebody that did not leave yet be judged anew; returns how many.

    Those that wait for the end of a quiet stretch, and those in a list that has not been sent.
    """
    session.flush()
    waiting = (
        col(Message.audience) == audience,
        col(Message.state) == MessageState.PENDING,
        col(Message.external_ts).is_(None),
    )
    unsent = select(col(Message.id)).where(*waiting)
    gathered = select(GatheredMessage.message_id).where(col(GatheredMessage.gathering_id).in_(unsent))
    freed = session.connection().execute(
        update(Message)
        .where(col(Message.id).in_(gathered), col(Message.state) == MessageState.GATHERED)
        .values(state=MessageState.PENDING, next_attempt_at=now)
    )
    session.connection().execute(delete(GatheredMessage).where(col(GatheredMessage.gathering_id).in_(unsent)))
    held = session.connection().execute(
        update(Message)
        .where(*waiting, col(Message.attempts) == 0, col(Message.next_attempt_at) > col(Message.not_before))
        .values(next_attempt_at=col(Message.not_before))
    )
    session.expire_all()
    return int(freed.rowcount) + int(held.rowcount)
