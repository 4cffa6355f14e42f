"""Heeding what somebody chose, for every message to one person, just before it would leave.

Judged that late, a changed choice counts for what is waiting already, and nobody who writes messages
needs to know of choices.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from g40flow.config.calendar import Calendars
from g40flow.domain.instants import dutch_date, end_of_dutch_day
from g40flow.domain.news import last_day_to_act
from g40flow.domain.preferences import (
    Absence,
    Gathering,
    Handling,
    Notice,
    Preferences,
    Verdict,
    Why,
    judge,
    topic_of,
)
from g40flow.domain.reach import PERSON
from g40flow.storage.decisions import members_of, round_by_id
from g40flow.storage.digests import KIND as DIGEST
from g40flow.storage.dossier_tables import Dossier, MemberCall
from g40flow.storage.guards import last_instant
from g40flow.storage.items import items_by_id, read_item
from g40flow.storage.messages import items_of, note_delivery, write_message
from g40flow.storage.preferences import gather, link_to_dossiers_of, preferences_of
from g40flow.storage.tables import Message, MessageState

PERSONAL_LIST = "personal_list"
"""Kind of the message that tells others as lines."""
PASSED_ON = "passed_on"
"""Kind of the message to a deputy about one that nobody else got."""

TOLD_TOGETHER = timedelta(hours=1)
"""Messages of one fact are written in one transaction, or in one round of looking for what is due."""

TOLD_BECAUSE = {Why.CANNOT_WAIT: "sent_in_quiet", Why.NOBODY_ELSE: "sent_while_away"}
"""Acts in the ledger for messages that are sent although something speaks against it."""


@dataclass(frozen=True, kw_only=True)
class Courtesy:
    """Puts off what somebody does not want now. calendars: of the network."""

    calendars: Calendars

    def puts_off(self, session: Session, message: Message, now: datetime) -> bool:
        """Whether a message must not be sent now; what becomes of it instead is done and in the ledger.

        message: leased, and to be put down here if it is put off. What stands somewhere already is
        renewed without regard to choices.
        """
        if message.external_ts is not None or not message.audience.startswith(PERSON):
            return False
        person = message.audience.removeprefix(PERSON)
        wanted = preferences_of(session, person, now)
        notice = notice_of(session, message, person, wanted, now)
        verdict = judge(notice, wanted, now, hours=self.calendars.sending, calendar=self.calendars.working)
        match verdict.handling:
            case Handling.SEND:
                self._send_anyway(session, message, person, wanted, verdict, now)
                return False
            case Handling.DROP:
                _put_down(message, MessageState.CANCELLED)
                note_delivery(session, message, "drop", now, text=verdict.why.value)
            case Handling.HOLD:
                assert verdict.until is not None
                _put_down(message, MessageState.PENDING)
                message.next_attempt_at = verdict.until
                note_delivery(session, message, "hold", now, text=verdict.why.value)
            case Handling.GATHER:
                _gather(session, message, verdict, now)
        session.add(message)
        return True

    def _send_anyway(
        self,
        session: Session,
        message: Message,
        person: str,
        wanted: Preferences,
        verdict: Verdict,
        now: datetime,
    ) -> None:
        if verdict.why not in TOLD_BECAUSE:
            return
        note_delivery(session, message, TOLD_BECAUSE[verdict.why], now, text=verdict.why.value)
        away = wanted.absence
        if verdict.why is Why.NOBODY_ELSE and away is not None and away.deputy:
            passed_on = write_message(
                session,
                f"{PASSED_ON}:{message.id}:{PERSON}{away.deputy}",
                audience=f"{PERSON}{away.deputy}",
                kind=PASSED_ON,
                subject={
                    "message_id": message.id,
                    "away": person,
                    "until": away.until_on.isoformat(),
                },
                urgent=message.urgent,
                now=now,
            )
            # Who may not know of a dossier must not read of it in the list of messages either.
            link_to_dossiers_of(session, message, passed_on)


def notice_of(session: Session, message: Message, person: str, wanted: Preferences, now: datetime) -> Notice:
    """A message to one person as it is judged."""
    gathering = message.subject.get("gathering") if message.kind == PERSONAL_LIST else None
    away = wanted.absence if wanted.absence is not None and dutch_date(now) in wanted.absence else None
    return Notice(
        topic=topic_of(message.kind, message.subject),
        group=group_of(session, message),
        urgent=message.urgent,
        due_at=_due_at(session, message) if message.urgent else None,
        is_covered=away is not None and _is_covered(session, message, person, away),
        gathering=None if gathering is None else Gathering(gathering),
        is_digest=message.kind == DIGEST,
    )


def group_of(session: Session, message: Message) -> str:
    """Slug of the theme group that a message concerns; "" for none."""
    dossier_id = message.subject.get("dossier_id")
    if dossier_id is not None:
        dossier = session.get(Dossier, dossier_id)
        return "" if dossier is None else dossier.lead_group
    return str(message.subject.get("group", ""))


def _due_at(session: Session, message: Message) -> datetime | None:
    """Until when it is of use to act on a message; None if that is not known."""
    subject = message.subject
    if "round_id" in subject:
        round_ = round_by_id(session, subject["round_id"])
        on = round_.meeting_on
        return round_.closes_at or (None if on is None else end_of_dutch_day(on))
    if "call_id" in subject:
        call = session.get(MemberCall, subject["call_id"])
        return None if call is None else call.closes_at
    if "dossier_id" in subject:
        dossier = session.get(Dossier, subject["dossier_id"])
        return None if dossier is None else last_instant(dossier)
    assert message.id is not None
    days = (
        last_day_to_act(read_item(row))
        for row in items_by_id(session, items_of(session, message.id)).values()
    )
    return min((end_of_dutch_day(day) for day in days if day is not None), default=None)


def _is_covered(session: Session, message: Message, person: str, away: Absence) -> bool:
    """Whether the deputy can do what a message asks, and was told.

    In a round that is only who was named for that very seat; else who got a message of the same words.
    """
    if not away.deputy:
        return False
    if "round_id" in message.subject and message.kind.startswith("approval_"):
        seats = members_of(session, message.subject["round_id"])
        return any((seat.member, seat.deputy) == (person, away.deputy) for seat in seats)
    told = select(Message).where(
        col(Message.audience) == f"{PERSON}{away.deputy}",
        col(Message.kind) == message.kind,
        col(Message.created_at) >= message.created_at - TOLD_TOGETHER,
    )
    said = _said(message)
    return any(_said(other) == said for other in session.scalars(told))


def _said(message: Message) -> dict[str, object]:
    """What a message is about, without what is only for its reader."""
    return {name: value for name, value in message.subject.items() if name != "invitation_id"}


def _gather(session: Session, message: Message, verdict: Verdict, now: datetime) -> None:
    assert verdict.until is not None
    assert verdict.gathering is not None
    into = personal_list(session, message.audience, verdict.gathering, verdict.until, now)
    gather(session, message, into, verdict.gathering, verdict.why)
    _put_down(message, MessageState.GATHERED)
    note_delivery(session, message, "gather", now, text=verdict.why.value)


def personal_list(
    session: Session, audience: str, gathering: Gathering, until: datetime, now: datetime
) -> Message:
    """The list of one person that leaves then, begun if need be. until: aware UTC, in the future."""
    slot = dutch_date(until) if gathering is Gathering.RETURN else until.isoformat()
    found = write_message(
        session,
        f"{PERSONAL_LIST}:{audience}:{gathering}:{slot}",
        audience=audience,
        kind=PERSONAL_LIST,
        subject={"gathering": gathering.value},
        now=now,
        not_before=until,
    )
    if found.state == MessageState.CANCELLED:
        found.state, found.not_before, found.next_attempt_at = MessageState.PENDING, until, until
    return found


def _put_down(message: Message, state: MessageState) -> None:
    """It was taken for sending, and costs no attempt."""
    message.state, message.holder, message.lease_until = state, "", None
    message.attempts = 0
