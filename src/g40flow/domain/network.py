"""The network of cities: pillars, theme groups, cities, people and the roles they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from g40flow.domain.reach import Channel


class Role(StrEnum):
    """Who may do what; the rights are in the tables of steps. See docs/architecture.md."""

    PA_OFFICER = "pa_officer"
    THEME_GROUP_LEAD = "theme_group_lead"
    THEME_GROUP_SECRETARY = "theme_group_secretary"
    PEN_HOLDER = "pen_holder"
    THEME_GROUP_MEMBER = "theme_group_member"
    CITY_COORDINATOR = "city_coordinator"
    PILLAR_CHAIR = "pillar_chair"
    PILLAR_VICE_CHAIR = "pillar_vice_chair"
    PILLAR_SECRETARY = "pillar_secretary"
    BOARD_MEMBER = "board_member"
    BOARD_CHAIR = "board_chair"
    BOARD_SECRETARY = "board_secretary"
    COMMUNICATIONS = "communications"
    PARTNER = "partner"
    AUDITOR = "auditor"


@dataclass(frozen=True, kw_only=True)
class Pillar:
    """A domain in which aldermen meet. slug: stable key; name: Dutch, as shown."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ThemeGroup:
    """A group that prepares positions on one subject.

    pillar: slug; None for the groups outside the pillars. short_name: for chips and channel lists.
    """

    slug: str
    name: str
    short_name: str
    pillar: str | None


@dataclass(frozen=True, kw_only=True)
class City:
    """A member of the network. also_known_as: other spellings people type."""

    slug: str
    name: str
    also_known_as: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Partner:
    """An organisation that the network works with, such as VNG. slug: stable key; name: as shown."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RoleHolding:
    """One role of one person.

    scope: slug of the theme group, pillar or city it is held for; None for the whole network.
    from_on, until_on: Dutch dates, inclusive; None means unlimited. deputy_of: person slug.
    """

    role: Role
    scope: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    deputy_of: str | None = None

    def is_held_on(self, day: date) -> bool:
        """Whether the day falls in the period of the holding."""
        return (self.from_on is None or self.from_on <= day) and (
            self.until_on is None or day <= self.until_on
        )


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody the network works with.

    slack_user: Slack id; None: found by e-mail address.
    reached_by: the channel this person wants messages by; None for that of everybody.
    """

    slug: str
    name: str
    email: str
    city: str | None = None
    slack_user: str | None = None
    roles: tuple[RoleHolding, ...] = ()
    reached_by: Channel | None = None


@dataclass(frozen=True, kw_only=True)
class Network:
    """Everything of section "who we are": all of it data, none of it known to the code."""

    name: str
    short_name: str
    pillars: tuple[Pillar, ...]
    theme_groups: tuple[ThemeGroup, ...]
    cities: tuple[City, ...]
    partners: tuple[Partner, ...] = ()
    people: tuple[Person, ...] = ()

    def group(self, slug: str) -> ThemeGroup | None:
        """The theme group with this slug; None if the network has no such group."""
        return next((group for group in self.theme_groups if group.slug == slug), None)

    def person(self, slug: str) -> Person | None:
        """The person with this slug; None if the network knows nobody by it."""
        return next((person for person in self.people if person.slug == slug), None)

    def city_name(self, slug: str) -> str:
        """The name of a city; the slug itself if the network has no such city."""
        return next((city.name for city in self.cities if city.slug == slug), slug)

    def scope_name(self, slug: str) -> str:
        """What a role is held for, as shown: a group, pillar, city or partner; the slug itself if unknown."""
        bodies: tuple[ThemeGroup | Pillar, ...] = (*self.theme_groups, *self.pillars)
        named: tuple[ThemeGroup | Pillar | City | Partner, ...] = (*bodies, *self.cities, *self.partners)
        return next((one.name for one in named if one.slug == slug), slug)

    def holders(self, role: Role, scope: str | None, on: date) -> list[Person]:
        """People who hold the role for this scope on that day, in the order of the configuration."""
        return [person for person in self.people if _holds(person.roles, role, scope, on)]


def _holds(holdings: Iterable[RoleHolding], role: Role, scope: str | None, on: date) -> bool:
    return any(h.role is role and h.scope == scope and h.is_held_on(on) for h in holdings)
