"""What an event of the sandbox is, and the table of all of them.

An event is a function of a scene and named values; its signature says which values it takes and
what they are when nobody says otherwise. The control interface and the script find events by name.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_type_hints

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.world import World
from g40flow.sandbox.world.model import AMSTERDAM
from g40flow.sandbox.world.reading import BadDescription

Words = tuple[str, ...]


class BadEvent(ValueError):
    """An event that is not known, or whose values do not fit."""


@dataclass(frozen=True)
class Scene:
    """Where an event takes place."""

    world: World
    clock: SandboxClock

    @property
    def now(self) -> datetime:
        """Aware UTC."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """Dutch date."""
        return self.now.astimezone(AMSTERDAM).date()


@dataclass(frozen=True, kw_only=True)
class EventValue:
    """A value that an event takes. default: what it is when nobody says otherwise."""

    name: str
    kind: Any
    default: Any


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that can happen. label: Dutch. topic: key of TOPICS."""

    name: str
    label: str
    topic: str
    values: tuple[EventValue, ...]
    happen: Callable[..., str]


TOPICS = {
    "consultation": "Internetconsultatie",
    "parliament": "Tweede Kamer",
    "senate": "Eerste Kamer",
    "elsewhere": "Staatscourant en nieuws",
    "government": "open.overheid.nl",
    "europe": "Europese Commissie",
    "trouble": "Storingen",
    "sandbox": "Klok en instellingen",
}
EVENTS: dict[str, Event] = {}


def play(scene: Scene, name: str, values: Mapping[str, Any]) -> str:
    """Let one event happen and return what happened, in Dutch. Raises BadEvent."""
    event = EVENTS.get(name)
    if event is None:
        raise BadEvent(f"onbekende gebeurtenis {name!r}; bekend zijn: {', '.join(EVENTS)}")
    known = {value.name: value for value in event.values}
    if unknown := sorted(set(values) - set(known)):
        raise BadEvent(f"{name}: onbekende waarde {', '.join(unknown)}; bekend zijn: {', '.join(known)}")
    world = scene.world
    try:
        given = {key: _converted(known[key], value) for key, value in values.items()}
        with world.lock:
            told = event.happen(scene, **given)
            world.changed_at = scene.now
            world.happened.append((scene.now, told))
    except (BadDescription, KeyError, ValueError, TypeError, OverflowError) as error:
        raise BadEvent(f"{name}: {error}") from error
    return told


def happening(topic: str, label: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register a function as an event under its own name."""

    def register(function: Callable[..., str]) -> Callable[..., str]:
        hints = get_type_hints(function)
        values = tuple(
            EventValue(name=parameter.name, kind=hints[parameter.name], default=parameter.default)
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is parameter.KEYWORD_ONLY
        )
        name = function.__name__
        EVENTS[name] = Event(name=name, label=label, topic=topic, values=values, happen=function)
        return function

    return register


def _converted(value: EventValue, given: Any) -> Any:
    """A value from JSON, YAML or a form field, as the event wants it."""
    if value.kind is bool and isinstance(given, str):
        return given.lower() in {"1", "true", "on", "ja"}
    if value.kind in {int, float} and not isinstance(given, bool):
        return value.kind(given)
    if value.kind is str:
        return str(given)
    if value.kind == Words:
        return tuple(given.split(";")) if isinstance(given, str) else tuple(given)
    return given
