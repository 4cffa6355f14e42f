"""Who hears of a decision: who must answer, the secretary of the board, and everybody it concerns.

Every message goes to one person, by the channel that reaches that person. What it says is made when
it leaves, so a request that was answered meanwhile says so, and a reminder of it stays away.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.items import Json
from g40flow.domain.network import Role
from g40flow.storage.decisions import end_of, members_of
from g40flow.storage.dossier_tables import DecisionRound, Dossier, HistoryEntry, Ratification
from g40flow.use_cases.announce_items import person_audience
from g40flow.use_cases.dossier.desk import Desk, leaves_at, tell
from g40flow.use_cases.dossier.telling import involved_people, people_with, tell_people

_HEAR_OF_RESULTS = frozenset({Role.BOARD_SECRETARY, Role.PILLAR_CHAIR})


def ask_for_positions(
    session: Session, desk: Desk, dossier: Dossier, round_: DecisionRound, now: datetime
) -> None:
    """To everybody who can answer, at once; and a reminder for who has not when the end is near."""
    for person in _asked(session, round_):
        _to(session, desk, dossier, person, "approval_request", round_, now)
    _remind_near_the_end(session, desk, dossier, round_, now)


def tell_extended(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    round_: DecisionRound,
    *,
    before: str,
    reason: str,
    now: datetime,
) -> None:
    """To everybody it concerns: a round ends later; and the reminder moves along with its end.

    before: the end until now, as `storage.decisions.end_of` writes it.
    """
    subject: dict[str, Json] = {
        "round_id": round_.id,
        "before": before,
        "until": end_of(round_),
        "reason": reason,
    }
    for person in _concerned(session, desk, dossier, _asked(session, round_), now):
        tell(
            session,
            dossier,
            f"round:{round_.id}:round_extended:{end_of(round_)}:{person}",
            audience=person_audience(person),
            kind="round_extended",
            subject=subject,
            now=now,
            not_before=leaves_at(desk, dossier, now),
        )
    _remind_near_the_end(session, desk, dossier, round_, now)


def tell_ready(session: Session, desk: Desk, dossier: Dossier, round_: DecisionRound, now: datetime) -> None:
    """To the secretary of the board, once: the result of a round can be recorded."""
    for person in people_with(session, desk, dossier, frozenset({Role.BOARD_SECRETARY}), now):
        _to(session, desk, dossier, person.slug, "round_ready", round_, now)


def tell_result(session: Session, desk: Desk, dossier: Dossier, round_: DecisionRound, now: datetime) -> None:
    """To everybody it concerns: how a round ended."""
    for person in _concerned(session, desk, dossier, _asked(session, round_), now):
        _to(session, desk, dossier, person, "decision_result", round_, now)


def tell_adoption_voided(session: Session, desk: Desk, dossier: Dossier, reason: str, now: datetime) -> None:
    """To everybody it concerns: what was adopted counts no longer, and the board must decide again."""
    for person in _concerned(session, desk, dossier, (), now):
        tell(
            session,
            dossier,
            f"voided:{dossier.revision}:{person}",
            audience=person_audience(person),
            kind="adoption_voided",
            subject={"reason": reason},
            now=now,
            not_before=leaves_at(desk, dossier, now),
            urgent=True,
        )


def tell_ratification(
    session: Session, desk: Desk, dossier: Dossier, ratification: Ratification, now: datetime
) -> None:
    """To the secretary of the board: a decision to be ratified. At once, on the day itself, and when it
    was not done by the working day after it. Of another day the last two come anew, and the first follows.
    """
    moments = [("", leaves_at(desk, dossier, now))]
    if ratification.due_on is not None:
        morning = dutch_instant(ratification.due_on, desk.calendars.sending.opens)
        late = desk.calendars.working.working_days_after(ratification.due_on, 1)
        moments += [("day", morning)] if morning > now else []
        moments += [("late", dutch_instant(late, desk.calendars.sending.opens))]
    for person in people_with(session, desk, dossier, frozenset({Role.BOARD_SECRETARY}), now):
        for when, not_before in moments:
            subject: dict[str, Json] = {"ratification_id": ratification.id}
            if when:
                subject |= {"due_on": str(ratification.due_on)}
                when = f":{when}:{ratification.due_on}"
            tell(
                session,
                dossier,
                f"ratification:{ratification.id}{when}:{person.slug}",
                audience=person_audience(person.slug),
                kind="ratification_due",
                subject=subject,
                now=now,
                not_before=not_before,
            )


def tell_ratified(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    round_: DecisionRound,
    entry: HistoryEntry,
    *,
    ratified: bool,
    was_sent: bool,
    now: datetime,
) -> None:
    """To who decided alone: what the meeting said of it. To all, of what was sent and is refused.

    entry: of the history, in which it was written down. Of what goes back to the board because it is
    refused everybody else hears by that, see tell_adoption_voided.
    """
    told, concerned = {round_.closed_by}, set(_concerned(session, desk, dossier, (), now))
    if not ratified:
        told = told | concerned if was_sent else told - concerned
    tell_people(session, desk, dossier, entry, told - {entry.person}, now)


def _remind_near_the_end(
    session: Session, desk: Desk, dossier: Dossier, round_: DecisionRound, now: datetime
) -> None:
    """A reminder to everybody who can answer, for who then has not. Of an end that was moved nobody hears."""
    remind_at = _reminder_at(desk, round_)
    if remind_at is None or remind_at <= now:
        return
    for person in _asked(session, round_):
        tell(
            session,
            dossier,
            f"round:{round_.id}:approval_reminder:{end_of(round_)}:{person}",
            audience=person_audience(person),
            kind="approval_reminder",
            subject={"round_id": round_.id, "until": end_of(round_)},
            now=now,
            not_before=remind_at,
            urgent=True,
        )


def _to(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    person: str,
    kind: str,
    round_: DecisionRound,
    now: datetime,
) -> None:
    tell(
        session,
        dossier,
        f"round:{round_.id}:{kind}:{person}",
        audience=person_audience(person),
        kind=kind,
        subject={"round_id": round_.id},
        now=now,
        not_before=leaves_at(desk, dossier, now),
        urgent=kind == "approval_request",
    )


def _asked(session: Session, round_: DecisionRound) -> list[str]:
    """Members and deputies of a round, each once."""
    assert round_.id is not None
    rows = members_of(session, round_.id)
    return list(dict.fromkeys(slug for row in rows for slug in (row.member, row.deputy) if slug))


def _concerned(
    session: Session, desk: Desk, dossier: Dossier, asked: Iterable[str], now: datetime
) -> list[str]:
    """Who was asked, the secretary of the board, the chair of the pillar, and whose work it is."""
    offices = people_with(session, desk, dossier, _HEAR_OF_RESULTS, now)
    people = (*offices, *involved_people(session, desk, dossier, now))
    return list(dict.fromkeys((*asked, *(person.slug for person in people))))


def _reminder_at(desk: Desk, round_: DecisionRound) -> datetime | None:
    """The morning of the day so many working days before the end; None without an end."""
    if round_.closes_at is None:
        return None
    day = dutch_date(round_.closes_at)
    for _ in range(desk.rules.review.remind_before_working_days):
        day -= timedelta(days=1)
        while not desk.calendars.working.is_working_day(day):
            day -= timedelta(days=1)
    return dutch_instant(day, desk.calendars.sending.opens)
