"""People and their roles, as administrators add and end them on top of the configuration.

Everything is kept in the history of the network.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import AUTOMATIC, Actor, roles_of
from g40flow.domain.dossier.rights import RIGHTS, Right, require
from g40flow.domain.errors import InvalidInput, NotFound, StaleVersion
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Network, Person, Role, RoleHolding
from g40flow.domain.outside_text import one_line
from g40flow.storage.access import (
    HeldRole,
    effective_people,
    effective_person,
    everybody,
    holding_of,
    roles_held,
)
from g40flow.storage.access_tables import Deactivation, PersonRow, RoleGrant, SlackLink
from g40flow.storage.history import NETWORK, record
from g40flow.use_cases.access.sign_in import end_all_sessions

LONGEST_NAME, LONGEST_EMAIL = 100, 200
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;:\"()\[\]\\.]+")

OF_A_GROUP = frozenset(
    {Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_MEMBER, Role.PEN_HOLDER}
)
OF_A_PILLAR = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR, Role.PILLAR_SECRETARY})
OF_A_CITY = frozenset({Role.CITY_COORDINATOR})


def scopes_of(network: Network, role: Role) -> tuple[str, ...] | None:
    """The slugs a role can be held for; None if it is held for the whole network."""
    if role in OF_A_GROUP:
        return tuple(group.slug for group in network.theme_groups)
    if role in OF_A_PILLAR:
        return tuple(pillar.slug for pillar in network.pillars)
    if role in OF_A_CITY:
        return tuple(city.slug for city in network.cities)
    if role is Role.PARTNER:
        return tuple(partner.slug for partner in network.partners)
    return None


# --- people -------------------------------------------------------------------------------------


def add_person(
    session: Session, network: Network, *, name: str, email: str, city: str, actor: Actor, now: datetime
) -> Person:
    """Somebody new, without roles yet. city: slug; "" for none. Raises NotAllowed, InvalidInput."""
    _require_manager(actor)
    name, email = one_line(name), one_line(email).lower()
    _check_name_and_email(session, network, name, email)
    if city and city not in {known.slug for known in network.cities}:
        raise InvalidInput("unknown", f"no city {city!r}", field="city")
    row = PersonRow(
        slug=_free_slug(session, network, name),
        name=name,
        email=email,
        city=city or None,
        added_at=now,
        added_by=actor.person,
    )
    session.add(row)
    session.flush()
    facts: dict[str, Json] = {"person": row.slug, "name": name, "city": city}
    record(session, NETWORK, actor, "add_person", now=now, facts=facts)
    return Person(slug=row.slug, name=name, email=email, city=row.city)


def deactivate(session: Session, network: Network, slug: str, *, actor: Actor, now: datetime) -> None:
    """Let somebody come in no more: roles, sessions, links and tokens count no longer.

    Does nothing for who was deactivated before. Raises NotAllowed, NotFound, InvalidInput for oneself
    and for the last who can look after people.
    """
    _require_manager(actor)
    _known(session, network, slug)
    if session.get(Deactivation, slug) is not None:
        return
    if slug == actor.person:
        raise InvalidInput("yourself", "nobody deactivates himself")
    session.add(Deactivation(person=slug, deactivated_at=now, deactivated_by=actor.person))
    end_all_sessions(session, slug, now)
    # The history queues whoever comes at once; only then it is certain who is left.
    record(session, NETWORK, actor, "deactivate_person", now=now, facts={"person": slug})
    _require_managers_left(session, network, dutch_date(now))


def reactivate(session: Session, network: Network, slug: str, *, actor: Actor, now: datetime) -> None:
    """Let somebody come in again, with the roles of before. Raises NotAllowed, NotFound."""
    _require_manager(actor)
    _known(session, network, slug)
    row = session.get(Deactivation, slug)
    if row is None:
        return
    session.delete(row)
    record(session, NETWORK, actor, "reactivate_person", now=now, facts={"person": slug})


def sign_out_everywhere(session: Session, network: Network, slug: str, *, actor: Actor, now: datetime) -> int:
    """End all sessions of somebody, such as after a lost phone; returns how many.

    Raises NotAllowed for another person without the right, NotFound.
    """
    if slug != actor.person:
        _require_manager(actor)
    _known(session, network, slug)
    ended = end_all_sessions(session, slug, now)
    if slug != actor.person:
        facts: dict[str, Json] = {"person": slug, "sessions": ended}
        record(session, NETWORK, actor, "sign_out_person", now=now, facts=facts)
    return ended


def unlink_slack(session: Session, network: Network, slug: str, *, actor: Actor, now: datetime) -> None:
    """Forget which Slack user somebody is; signing in with Slack finds out again by mail address."""
    _require_manager(actor)
    _known(session, network, slug)
    link = session.get(SlackLink, slug)
    if link is not None:
        session.delete(link)
        record(session, NETWORK, actor, "unlink_slack", now=now, facts={"person": slug})


# --- roles --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RoleRequest:
    """A role for somebody. scope: slug, "" for the whole network. from_on, until_on: None is unlimited.

    deputy_of: slug of who is stood in for, who must hold the role; "" for a role of one's own.
    """

    person: str
    role: Role
    scope: str = ""
    from_on: date | None = None
    until_on: date | None = None
    deputy_of: str = ""

    @property
    def holding(self) -> RoleHolding:
        """As the domain knows it."""
        return RoleHolding(
            role=self.role,
            scope=self.scope or None,
            from_on=self.from_on,
            until_on=self.until_on,
            deputy_of=self.deputy_of or None,
        )


def grant_role(
    session: Session, network: Network, wanted: RoleRequest, *, actor: Actor, now: datetime
) -> RoleGrant:
    """Give somebody a role. Raises NotAllowed, NotFound, InvalidInput (also for a role of one's own)."""
    _require_manager(actor)
    _check_role(session, network, wanted, actor, dutch_date(now))
    holding = wanted.holding
    if any(held.holding == holding for held in roles_held(session, network, wanted.person)):
        raise InvalidInput("twice", f"{wanted.person} has this role already")
    grant = _row_of(wanted.person, holding, actor.person, now)
    session.add(grant)
    session.flush()
    action = "name_deputy" if wanted.deputy_of else "grant_role"
    record(session, NETWORK, actor, action, now=now, facts=_facts(wanted.person, holding))
    return grant


def name_deputy(
    session: Session, network: Network, wanted: RoleRequest, *, actor: Actor, now: datetime
) -> RoleGrant:
    """Let somebody stand in for who holds a role, for a period that ends.

    Raises as grant_role, and InvalidInput without a last day.
    """
    if not wanted.deputy_of:
        raise InvalidInput("missing", "whom does the deputy stand in for", field="deputy_of")
    if wanted.until_on is None:
        raise InvalidInput("missing", "a deputy stands in until a day", field="until_on")
    return grant_role(session, network, wanted, actor=actor, now=now)


def stand_in(
    session: Session, deputy: str, holding: RoleHolding, *, actor: Actor, now: datetime
) -> RoleGrant:
    """Let somebody stand in because of an absence; whether the actor may note that was asked before.

    holding: with the person who is away as deputy_of, and a last day.
    """
    grant = _row_of(deputy, holding, actor.person, now)
    session.add(grant)
    session.flush()
    record(session, NETWORK, actor, "name_deputy", now=now, facts=_facts(deputy, holding))
    return grant


def end_stand_in(session: Session, grant: RoleGrant, *, actor: Actor, now: datetime) -> None:
    """The reverse of stand_in; does nothing to what was ended already."""
    if grant.ended_at is None:
        _end(session, grant.person, HeldRole(holding=holding_of(grant), grant_id=grant.id), actor, now)


def end_role(
    session: Session, network: Network, person: str, holding: RoleHolding, *, actor: Actor, now: datetime
) -> None:
    """End a role at once, from the configuration or given here, and with it who stood in for it.

    Raises NotAllowed, NotFound, StaleVersion if it was ended already, InvalidInput for the last who
    can look after people.
    """
    _require_manager(actor)
    _known(session, network, person)
    held = next((h for h in roles_held(session, network, person) if h.holding == holding), None)
    if held is None:
        raise StaleVersion(f"{person} does not hold {holding} any more")
    _end(session, person, held, actor, now)
    if holding.deputy_of is None:
        for deputy, standing_in in _deputies(session, network, person, holding):
            _end(session, deputy, standing_in, actor, now)
    # The history queued whoever came at once; only now it is certain who is left.
    _require_managers_left(session, network, dutch_date(now))


def _end(session: Session, person: str, held: HeldRole, actor: Actor, now: datetime) -> None:
    if held.grant_id is None:
        grant = _row_of(person, held.holding, AUTOMATIC, now)
        grant.from_config = True
    else:
        grant = session.get_one(RoleGrant, held.grant_id)
    grant.ended_at, grant.ended_by = now, actor.person
    session.add(grant)
    record(session, NETWORK, actor, "end_role", now=now, facts=_facts(person, held.holding))


def _deputies(
    session: Session, network: Network, person: str, holding: RoleHolding
) -> list[tuple[str, HeldRole]]:
    """Who stands in for somebody in one role, with the holding by which they do."""
    return [
        (other.slug, held)
        for other in everybody(session, network)
        if any(one.deputy_of == person for one in other.roles)
        for held in roles_held(session, network, other.slug)
        if (held.holding.deputy_of, held.holding.role, held.holding.scope)
        == (person, holding.role, holding.scope)
    ]


# --- checks -------------------------------------------------------------------------------------


def _require_manager(actor: Actor) -> None:
    if not actor.is_automatic:
        require(Right.MANAGE_PEOPLE, roles_of(actor))


def _known(session: Session, network: Network, slug: str) -> Person:
    person = next((p for p in everybody(session, network) if p.slug == slug), None)
    if person is None:
        raise NotFound(f"er is geen persoon {slug!r}")
    return person


def _check_name_and_email(session: Session, network: Network, name: str, email: str) -> None:
    if not name:
        raise InvalidInput("missing", "a person needs a name", field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidInput("long", f"expected at most {LONGEST_NAME} characters", field="name")
    if not email:
        raise InvalidInput("missing", "a person needs a mail address", field="email")
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise InvalidInput("email", f"{email!r} is no mail address", field="email")
    if any(person.email.casefold() == email for person in everybody(session, network)):
        raise InvalidInput("email_taken", f"{email!r} belongs to somebody already", field="email")


def _check_role(session: Session, network: Network, wanted: RoleRequest, actor: Actor, today: date) -> None:
    if effective_person(session, network, wanted.person) is None:
        raise NotFound(f"er is geen persoon {wanted.person!r}")
    if wanted.person == actor.person:
        raise InvalidInput("yourself", "nobody gives himself a role")
    scopes = scopes_of(network, wanted.role)
    if scopes is None and wanted.scope:
        raise InvalidInput("scope", f"{wanted.role} is held for the whole network", field="scope")
    if scopes is not None and wanted.scope not in scopes:
        raise InvalidInput("scope", f"{wanted.role} cannot be held for {wanted.scope!r}", field="scope")
    if wanted.from_on and wanted.until_on and wanted.until_on < wanted.from_on:
        raise InvalidInput("period", "the last day is before the first", field="until_on")
    if wanted.until_on and wanted.until_on < today:
        raise InvalidInput("past", "the last day is over", field="until_on")
    if wanted.deputy_of:
        _check_deputy(session, network, wanted)


def _check_deputy(session: Session, network: Network, wanted: RoleRequest) -> None:
    if wanted.deputy_of == wanted.person:
        raise InvalidInput("deputy", "nobody stands in for himself", field="deputy_of")
    holder = effective_person(session, network, wanted.deputy_of)
    scope = wanted.scope or None
    own = () if holder is None else (held for held in holder.roles if held.deputy_of is None)
    if not any(held.role is wanted.role and held.scope == scope for held in own):
        raise InvalidInput("deputy", f"{wanted.deputy_of} does not hold {wanted.role}", field="deputy_of")


def _require_managers_left(session: Session, network: Network, today: date) -> None:
    """Somebody must be able to give roles back, without limit of time."""
    managing = RIGHTS[Right.MANAGE_PEOPLE]
    for person in effective_people(session, network):
        lasting = (held for held in person.roles if held.until_on is None and held.is_held_on(today))
        if any(held.role in managing for held in lasting):
            return
    raise InvalidInput("last_manager", "nobody would be left who can look after people")


def _free_slug(session: Session, network: Network, name: str) -> str:
    """From the name, as in the configuration; with a number when somebody has it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "persoon"
    taken = {AUTOMATIC, *(person.slug for person in everybody(session, network))}
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)


def _row_of(person: str, holding: RoleHolding, granted_by: str, now: datetime) -> RoleGrant:
    return RoleGrant(
        person=person,
        role=holding.role,
        scope=holding.scope,
        from_on=holding.from_on,
        until_on=holding.until_on,
        deputy_of=holding.deputy_of,
        granted_at=now,
        granted_by=granted_by,
    )


def _facts(person: str, holding: RoleHolding) -> dict[str, Json]:
    return {
        "person": person,
        "role": holding.role.value,
        "scope": holding.scope or "",
        "from_on": holding.from_on.isoformat() if holding.from_on else "",
        "until_on": holding.until_on.isoformat() if holding.until_on else "",
        "deputy_of": holding.deputy_of or "",
    }
