"""Who acts, with which roles, and from where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from g40flow.domain.network import Person, Role, RoleHolding


class Surface(StrEnum):
    """Where an act was done."""

    PORTAL = "portal"
    SLACK = "slack"
    MAIL_LINK = "mail_link"  # the page behind a link in an e-mail
    PERSONAL_LINK = "personal_link"  # a city's answer, without an account
    API = "api"
    COMMAND_LINE = "command_line"
    AUTOMATIC = "automatic"  # the program itself, because a date or a publisher said so


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody (or the program itself) who does something, with what they may do on that day.

    person: slug; AUTOMATIC for the program itself. name: as shown at the time.
    holdings: the roles held on the day of the act, as deputy too. surface: where it was done.
    """

    person: str
    name: str
    surface: Surface
    holdings: tuple[RoleHolding, ...] = ()

    @property
    def is_automatic(self) -> bool:
        """Whether the program itself acts."""
        return self.person == AUTOMATIC

    def holds(self, role: Role, scope: str | None = None) -> bool:
        """Whether the role is held for exactly this scope."""
        return any(held.role is role and held.scope == scope for held in self.holdings)


AUTOMATIC = "g40flow"
"""Slug of the program itself; no person can have it."""

PROGRAM = Actor(person=AUTOMATIC, name="g40flow", surface=Surface.AUTOMATIC)


def actor_on(person: Person, day: date, surface: Surface) -> Actor:
    """A person with the roles held on a Dutch day."""
    held = tuple(holding for holding in person.roles if holding.is_held_on(day))
    return Actor(person=person.slug, name=person.name, surface=surface, holdings=held)


def roles_of(actor: Actor) -> frozenset[Role]:
    """The roles somebody holds, for whatever group, pillar or city: for acts that concern no dossier."""
    return frozenset(held.role for held in actor.holdings)


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Whom a dossier concerns; roles count for a dossier only through these.

    lead_group, pillar: slugs, "" when not known yet. co_groups: groups that accepted or were asked.
    pen_holder: person slug, "" when nobody. partners: slugs.
    readers: of a confidential dossier, slugs of the people who may see it; None if it is not.
    """

    lead_group: str = ""
    co_groups: tuple[str, ...] = ()
    pillar: str = ""
    pen_holder: str = ""
    partners: tuple[str, ...] = ()
    readers: frozenset[str] | None = None


_OF_A_GROUP = frozenset({Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_MEMBER})
_OF_A_PILLAR = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR, Role.PILLAR_SECRETARY})


def roles_in(actor: Actor, parties: Parties) -> frozenset[Role]:
    """The roles that an actor has in one dossier.

    Leading people of a co-group are members here: they comment and object, and steps are for the
    lead group. A group without a pillar has no pillar chair: then chairs of every pillar count.
    """
    found = {role for held in actor.holdings for role in _roles_of(held, parties)}
    if parties.pen_holder and parties.pen_holder == actor.person:
        found.add(Role.PEN_HOLDER)
    return frozenset(found)


def _roles_of(held: RoleHolding, parties: Parties) -> Iterable[Role]:
    if held.role in _OF_A_GROUP:
        if held.scope == parties.lead_group:
            return (held.role,)
        return (Role.THEME_GROUP_MEMBER,) if held.scope in parties.co_groups else ()
    if held.role in _OF_A_PILLAR:
        return (held.role,) if not parties.pillar or held.scope in (None, parties.pillar) else ()
    if held.role is Role.PARTNER:
        return (held.role,) if held.scope in parties.partners else ()
    if held.role is Role.PEN_HOLDER:  # a standing pen holder of a group writes when named for it
        return ()
    return (held.role,)


def may_see(actor: Actor, parties: Parties) -> bool:
    """Whether somebody may know of a dossier at all.

    A confidential one is for its readers and its pen holder. Partners see what they are partner in;
    everybody else of the network sees every other dossier.
    """
    if actor.is_automatic:
        return True
    if parties.pen_holder and actor.person == parties.pen_holder:
        return True
    if parties.readers is not None:
        return actor.person in parties.readers
    only_partner = all(held.role is Role.PARTNER for held in actor.holdings)
    return not only_partner or Role.PARTNER in roles_in(actor, parties)
