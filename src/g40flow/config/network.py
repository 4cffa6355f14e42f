"""config/network.yaml and config/people.yaml: who the network is."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.errors import ConfigError
from g40flow.domain.network import City, Network, Partner, Person, Pillar, Role, RoleHolding, ThemeGroup
from g40flow.domain.reach import Channel

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class PillarConfig(Strict):
    """slug: stable key; never change it once it is in use."""

    slug: str = Field(pattern=SLUG)
    name: str


class ThemeGroupConfig(Strict):
    """pillar: slug of the pillar; leave out for a group outside the pillars."""

    slug: str = Field(pattern=SLUG)
    name: str
    short_name: str
    pillar: str | None = None


class CityConfig(Strict):
    """aka: other spellings that people type."""

    slug: str = Field(pattern=SLUG)
    name: str
    aka: list[str] = []


class PartnerConfig(Strict):
    """An organisation that works along on dossiers."""

    slug: str = Field(pattern=SLUG)
    name: str


class NetworkConfig(Strict):
    """The whole of network.yaml."""

    name: str
    short_name: str
    pillars: list[PillarConfig]
    theme_groups: list[ThemeGroupConfig] = Field(min_length=1)
    cities: list[CityConfig] = Field(min_length=1)
    partners: list[PartnerConfig] = []


class RoleConfig(Strict):
    """scope: slug of the group, pillar, city or partner; from_on and until_on: inclusive Dutch dates."""

    role: Role
    scope: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    deputy_of: str | None = None


class PersonConfig(Strict):
    """slack_user: Slack id; leave out to find the person by e-mail address.

    reached_by: mail for somebody who does not use Slack; leave out for Slack, and mail where
        somebody cannot be found there.
    """

    slug: str = Field(pattern=SLUG)
    name: str
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    city: str | None = None
    slack_user: str | None = None
    reached_by: Channel | None = None
    roles: list[RoleConfig] = []


class PeopleConfig(Strict):
    """The whole of people.yaml."""

    people: list[PersonConfig] = []


def load_network(folder: Path) -> Network:
    """The network as configured. Raises ConfigError, also for a slug that does not exist or is used twice."""
    config = load_strict(folder / "network.yaml", NetworkConfig)
    people = load_strict(folder / "people.yaml", PeopleConfig)
    _check(folder, config, people)
    return Network(
        name=config.name,
        short_name=config.short_name,
        pillars=tuple(Pillar(slug=p.slug, name=p.name) for p in config.pillars),
        theme_groups=tuple(ThemeGroup(**group.model_dump()) for group in config.theme_groups),
        cities=tuple(
            City(slug=c.slug, name=c.name, also_known_as=tuple(c.aka))
            for c in sorted(config.cities, key=lambda c: c.name.lstrip("'").casefold())
        ),
        partners=tuple(Partner(slug=p.slug, name=p.name) for p in config.partners),
        people=tuple(_person(person) for person in people.people),
    )


def _person(config: PersonConfig) -> Person:
    return Person(
        slug=config.slug,
        name=config.name,
        email=config.email,
        city=config.city,
        slack_user=config.slack_user,
        reached_by=config.reached_by,
        roles=tuple(RoleHolding(**role.model_dump()) for role in config.roles),
    )


def _check(folder: Path, config: NetworkConfig, people: PeopleConfig) -> None:
    pillars = [p.slug for p in config.pillars]
    groups = [g.slug for g in config.theme_groups]
    cities = [c.slug for c in config.cities]
    partners = [p.slug for p in config.partners]
    network_file, people_file = folder / "network.yaml", folder / "people.yaml"
    for name, slugs, path in (
        ("pillars", pillars, network_file),
        ("theme_groups", groups, network_file),
        ("cities", cities, network_file),
        ("partners", partners, network_file),
        ("people", [p.slug for p in people.people], people_file),
    ):
        twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if twice:
            raise ConfigError(f"{path}: {name}: used twice: {', '.join(twice)}")
    for group in config.theme_groups:
        if group.pillar is not None and group.pillar not in pillars:
            raise ConfigError(
                f"{network_file}: theme_groups.{group.slug}.pillar: expected one of {', '.join(pillars)}, "
                f"found {group.pillar}"
            )
    known = _Known(
        scopes={*pillars, *groups, *cities, *partners},
        cities=set(cities),
        people={p.slug for p in people.people},
    )
    for person in people.people:
        _check_person(f"{people_file}: people.{person.slug}", person, known)


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Slugs that may be pointed to. scopes: of groups, pillars, cities and partners together."""

    scopes: set[str]
    cities: set[str]
    people: set[str]


def _check_person(where: str, person: PersonConfig, known: _Known) -> None:
    if person.city is not None and person.city not in known.cities:
        raise ConfigError(f"{where}.city: no such city: {person.city}")
    for role in person.roles:
        if role.scope is not None and role.scope not in known.scopes:
            raise ConfigError(f"{where}.roles.scope: no such group, pillar, city or partner: {role.scope}")
        if role.deputy_of is not None and role.deputy_of not in known.people:
            raise ConfigError(f"{where}.roles.deputy_of: no such person: {role.deputy_of}")
