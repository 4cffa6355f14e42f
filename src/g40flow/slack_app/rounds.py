"""The button with which the secretary of the board gives a round more time, or moves its meeting."""

from datetime import date, datetime, time

from g40flow.domain.dossier.decisions import DecisionForm, RoundClosed
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date, dutch_instant, end_of_dutch_day
from g40flow.domain.items import Json
from g40flow.slack_app.answers import Answer, Open, Say
from g40flow.slack_app.decisions import RoundButton
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Turn
from g40flow.storage.decisions import round_by_id
from g40flow.storage.dossier_tables import DecisionRound, Dossier
from g40flow.storage.guards import current_hash, last_instant
from g40flow.use_cases.decisions.ending import is_over, require_open
from g40flow.use_cases.decisions.extend_round import LaterEnd, extend_round
from g40flow.use_cases.dossier.desk import open_to_read, require_on

LONGEST_REASON = 1_000


def ask_for_later_end(turn: Turn) -> Answer:
    """A modal for the new end and the reason. Raises NotFound, NotAllowed or RoundClosed."""
    button = RoundButton.of(turn.done.value)
    with turn.reading() as session:
        round_ = round_by_id(session, button.round_id)
        dossier = open_to_read(session, round_.dossier_id, turn.actor)
        require_on(session, dossier, turn.actor, Right.EXTEND_ROUND)
        require_open(round_)
        is_stale = current_hash(session, dossier) != button.version_hash
    if is_over(round_, turn.now):
        raise RoundClosed(
            f"the time of round {round_.id} is over", result="", ended_at=round_.closes_at or turn.now
        )
    if is_stale:
        return Say(text=turn.views.explanation("text_changed"))
    deadline = last_instant(dossier)
    values = {
        "number": dossier.number,
        "title": dossier.title,
        "is_meeting": round_.form == DecisionForm.MEETING,
        "meeting_on": round_.meeting_on,
        "closes_at": round_.closes_at,
        "deadline": None if deadline is None else dutch_date(deadline),
        "proposed": _proposed(turn, dossier, round_),
        "most": LONGEST_REASON,
    }
    metadata: dict[str, Json] = {"round": button.round_id, "channel": turn.done.channel}
    return Open(view=turn.views.modal("round_extend", values, metadata=metadata))


def give_more_time(turn: Turn) -> Answer:
    """Let the round end later, for the reason that was typed."""
    done = turn.done
    later = LaterEnd(
        closes_at=_instant(done.day("closes_on"), done.text("closes_time")),
        meeting_on=done.day("meeting_on"),
        after_deadline="yes" in done.chosen("after_deadline"),
    )
    with turn.writing() as session:
        round_ = extend_round(
            session,
            turn.app.desk,
            int(done.metadata["round"]),
            later,
            reason=done.text("reason"),
            actor=turn.actor,
            now=turn.now,
        )
        number = open_to_read(session, round_.dossier_id, turn.actor).number
        closes_at, meeting_on = round_.closes_at, round_.meeting_on
    said = turn.views.confirmation(
        "round_extended", number=number, closes_at=closes_at, meeting_on=meeting_on
    )
    return Say(text=said)


ROUNDS = Table(actions={"round_extend": ask_for_later_end}, submissions={"round_extend": give_more_time})


def _proposed(turn: Turn, dossier: Dossier, round_: DecisionRound) -> str:
    """The next working day after its end, "2026-11-30"; "" if that is too late for the dossier."""
    ends_on = round_.meeting_on if round_.closes_at is None else dutch_date(round_.closes_at)
    after = max(ends_on or dutch_date(turn.now), dutch_date(turn.now))
    day, deadline = turn.app.desk.calendars.working.working_days_after(after, 1), last_instant(dossier)
    return "" if deadline is not None and end_of_dutch_day(day) > deadline else day.isoformat()


def _instant(day: date | None, clock: str) -> datetime | None:
    """The last instant on a day: at a time of the day, or its very end."""
    if day is None or not clock:
        return None if day is None else end_of_dutch_day(day)
    try:
        return dutch_instant(day, time.fromisoformat(clock))
    except ValueError as error:
        raise InvalidInput("no_time", f"{clock!r} is no time", field="closes_time") from error
