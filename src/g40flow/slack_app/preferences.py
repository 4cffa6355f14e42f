"""Choosing how one hears things, in a modal of the Home tab: for all theme groups, or something of one.

Being away is in absence.py; everything of all groups beside each other is in the portal.
"""

from collections.abc import Mapping
from datetime import time

from g40flow.domain.errors import InvalidInput
from g40flow.domain.preferences import TOPICS, Explanations, Pace, QuietHours, Topic
from g40flow.slack_app.answers import Answer, Open, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Turn
from g40flow.storage.preferences import preferences_of
from g40flow.use_cases.preferences.change import Choice, PreferenceChange, change_preferences

PACE = "pace_"
"""How the names of the fields for topics begin."""

NO_CLOCK = "-"
AS_FOR_ALL = "as_for_all"
CLOCKS = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30))


def open_preferences(turn: Turn) -> Answer:
    """What is chosen now, to be changed."""
    with turn.reading() as session:
        chosen = preferences_of(session, turn.actor.person, turn.now)
    quiet = chosen.quiet
    values = {
        "field": PACE,
        "topics": [
            (topic.value, [pace.value for pace in rule.choices], chosen.pace(topic).value)
            for topic, rule in TOPICS.items()
            if not rule.is_fixed
        ],
        "fixed": [topic.value for topic, rule in TOPICS.items() if rule.is_fixed],
        "clocks": CLOCKS,
        "no_clock": NO_CLOCK,
        "quiet_from": _shown(quiet.from_clock),
        "quiet_until": _shown(quiet.until_clock),
        "weekdays": [str(day) for day in sorted(quiet.weekdays)],
        "explanations": chosen.explanations.value,
        "groups": [(group.slug, group.name) for group in turn.app.network.theme_groups],
        "of_groups": [topic.value for topic, rule in TOPICS.items() if rule.of_group],
        "exceptions": _exceptions(turn, chosen.paces),
        "url": f"{turn.portal}/voorkeuren",
    }
    return Open(view=turn.views.modal("preferences", values))


def keep_preferences(turn: Turn) -> Answer:
    """Keep what was chosen. Raises InvalidInput at the field that is wrong."""
    paces: dict[Choice, Pace | None] = {}
    for topic in Topic:
        if chosen := turn.done.text(f"{PACE}{topic}"):
            if chosen not in set(Pace):
                raise InvalidInput("choice", f"no pace {chosen!r}", field=f"{PACE}{topic}")
            paces[topic, ""] = Pace(chosen)
    paces |= _of_one_group(turn)
    explained = turn.done.text("explanations")
    change = PreferenceChange(
        paces=paces,
        quiet=_quiet(turn),
        explanations=Explanations(explained) if explained in set(Explanations) else None,
    )
    with turn.writing() as session:
        is_changed = change_preferences(
            session, turn.app.network, turn.actor.person, change, actor=turn.actor, now=turn.now
        )
    return Say(text=turn.views.confirmation("preferences_saved" if is_changed else "preferences_same"))


def _of_one_group(turn: Turn) -> dict[Choice, Pace | None]:
    """What was chosen for one theme group; AS_FOR_ALL takes an earlier choice back."""
    group, topic, pace = (turn.done.text(f"group_{part}") for part in ("slug", "topic", "pace"))
    if not any((group, topic, pace)):
        return {}
    for field, filled in (("group_slug", group), ("group_topic", topic), ("group_pace", pace)):
        if not filled:
            raise InvalidInput("all_three", "a group, a topic and a pace belong together", field=field)
    if topic not in set(Topic) or pace not in {AS_FOR_ALL, *Pace}:
        raise InvalidInput("choice", f"no topic {topic!r} or pace {pace!r}", field="group_topic")
    chosen = None if pace == AS_FOR_ALL else Pace(pace)
    if chosen is not None and chosen not in TOPICS[Topic(topic)].choices:
        raise InvalidInput("group_pace", f"{topic} leaves no {pace}", field="group_pace")
    return {(Topic(topic), group): chosen}


def _exceptions(turn: Turn, paces: Mapping[Choice, Pace]) -> list[tuple[str, str, str]]:
    """(name of the group, topic, pace) of everything that somebody chose for one group."""
    names = {group.slug: group.name for group in turn.app.network.theme_groups}
    return [
        (names.get(group, group), topic.value, pace.value) for (topic, group), pace in paces.items() if group
    ]


def _quiet(turn: Turn) -> QuietHours:
    begins, ends = (_clock(turn.done.text(name)) for name in ("quiet_from", "quiet_until"))
    days = frozenset(int(day) for day in turn.done.chosen("quiet_days") if day in "0123456")
    if len(days) == 7:
        raise InvalidInput("all_days", "every day is quiet", field="quiet_days")
    if (begins is None) != (ends is None):
        raise InvalidInput("both", "one of two times", field="quiet_until" if ends is None else "quiet_from")
    if begins is not None and begins == ends:
        raise InvalidInput("same", "quiet from and until the same time", field="quiet_until")
    return QuietHours(from_clock=begins, until_clock=ends, weekdays=days)


def _clock(chosen: str) -> time | None:
    """A time of the menu, or one that was chosen in the portal."""
    return None if chosen in ("", NO_CLOCK) else time.fromisoformat(chosen)


def _shown(clock: time | None) -> str:
    return NO_CLOCK if clock is None else f"{clock:%H:%M}"


PREFERENCES = Table(actions={"preferences": open_preferences}, submissions={"preferences": keep_preferences})
