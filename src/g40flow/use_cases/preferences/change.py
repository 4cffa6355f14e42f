"""Choosing how one hears things: by oneself, or by who looks after people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.items import Json
from g40flow.domain.network import Network
from g40flow.domain.preferences import TOPICS, Explanations, Pace, QuietHours, Topic
from g40flow.domain.reach import PERSON
from g40flow.storage.access import effective_person
from g40flow.storage.history import NETWORK, record
from g40flow.storage.preference_tables import MessageChoice, PersonHabits
from g40flow.storage.preferences import choice_of, choices_of, habits_of, judge_again, quiet_of

Choice = tuple[Topic, str]
"""A topic and the slug of a theme group, "" for all groups."""


@dataclass(frozen=True, kw_only=True)
class PreferenceChange:
    """What somebody chooses. paces: None takes a choice back. quiet, explanations: None leaves them."""

    paces: Mapping[Choice, Pace | None] = field(default_factory=dict)
    quiet: QuietHours | None = None
    explanations: Explanations | None = None


def change_preferences(
    session: Session,
    network: Network,
    person: str,
    change: PreferenceChange,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Keep what somebody chooses; it counts for messages that are waiting as well.

    Returns whether anything became different. Raises NotFound, NotAllowed for the choices of another,
    InvalidInput ("choice": this cannot be chosen for that topic, "group", "group_choice").
    """
    require_own(session, network, person, actor)
    for (topic, group), pace in change.paces.items():
        _check(network, topic, group, pace)
    facts: dict[str, Json] = {}
    if changed := [*_keep_paces(session, person, change.paces, now)]:
        facts["choices"] = changed
    facts |= _keep_habits(session, person, change, now)
    if not facts:
        return False
    session.flush()
    judge_again(session, f"{PERSON}{person}", now)
    record(session, NETWORK, actor, "change_preferences", now=now, facts={"person": person, **facts})
    return True


def switch_off(
    session: Session, network: Network, person: str, topic: Topic, *, actor: Actor, now: datetime
) -> bool:
    """Send nothing of a topic any more, of no group. Raises as change_preferences."""
    groups = {row.theme_group for row in choices_of(session, person) if row.topic is topic}
    paces = {(topic, group): Pace.OFF for group in {"", *groups}}
    return change_preferences(session, network, person, PreferenceChange(paces=paces), actor=actor, now=now)


def switch_on_again(
    session: Session, network: Network, person: str, topic: Topic, *, actor: Actor, now: datetime
) -> bool:
    """Take the last switching off back: every group hears as before. Raises as change_preferences."""
    off = [row for row in choices_of(session, person) if row.topic is topic and row.pace is Pace.OFF]
    paces: dict[Choice, Pace | None] = {
        (topic, row.theme_group): Pace(row.before) if row.before and row.before != Pace.OFF else None
        for row in off
    }
    return change_preferences(session, network, person, PreferenceChange(paces=paces), actor=actor, now=now)


def require_own(session: Session, network: Network, person: str, actor: Actor) -> None:
    """Raises NotFound, or NotAllowed unless it is the actor's own affair or he looks after people."""
    if actor.person != person and not actor.is_automatic:
        require(Right.MANAGE_PEOPLE, roles_of(actor))
    if effective_person(session, network, person) is None:
        raise NotFound(f"er is geen persoon {person!r}")


def _check(network: Network, topic: Topic, group: str, pace: Pace | None) -> None:
    rule = TOPICS[topic]
    if group and network.group(group) is None:
        raise InvalidInput("group", f"no theme group {group!r}", field=topic)
    if group and not rule.of_group:
        raise InvalidInput("group_choice", f"{topic} is not chosen per group", field=topic)
    if pace is not None and pace not in rule.choices:
        raise InvalidInput("choice", f"{topic} leaves {list(rule.choices)}, not {pace}", field=topic)


def _keep_paces(
    session: Session, person: str, paces: Mapping[Choice, Pace | None], now: datetime
) -> Iterator[Json]:
    """What changed, as the history keeps it."""
    for (topic, group), pace in paces.items():
        row = choice_of(session, person, topic, group)
        old = None if row is None else row.pace
        if pace is old or (row is None and not group and pace is TOPICS[topic].usual):
            continue
        if pace is None:
            session.delete(row)
        else:
            kept = row or MessageChoice(person=person, topic=topic, theme_group=group, pace=pace)
            kept.before, kept.pace, kept.changed_at = "" if old is None else old.value, pace, now
            session.add(kept)
        yield {
            "topic": topic.value,
            "group": group,
            "old": "" if old is None else old.value,
            "new": "" if pace is None else pace.value,
        }


def _keep_habits(session: Session, person: str, change: PreferenceChange, now: datetime) -> dict[str, Json]:
    habits = habits_of(session, person, now)
    facts: dict[str, Json] = {}
    if change.quiet is not None and change.quiet != quiet_of(habits):
        _write_quiet(habits, change.quiet)
        facts["quiet"] = {
            "from": habits.quiet_from,
            "until": habits.quiet_until,
            "weekdays": list(habits.quiet_weekdays),
        }
    if change.explanations is not None and change.explanations is not habits.explanations:
        habits.explanations = change.explanations
        facts["explanations"] = change.explanations.value
    if facts:
        habits.changed_at = now
        session.add(habits)
    return facts


def _write_quiet(habits: PersonHabits, quiet: QuietHours) -> None:
    clocks = (quiet.from_clock, quiet.until_clock)
    habits.quiet_from, habits.quiet_until = ("" if c is None else f"{c:%H:%M}" for c in clocks)
    habits.quiet_weekdays = sorted(quiet.weekdays)
