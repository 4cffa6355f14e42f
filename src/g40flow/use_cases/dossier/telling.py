"""Who hears of a dossier: a card for each group, a line for those who follow it.

Channels hear nothing of a confidential dossier; a person only if he may see it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Surface, actor_on, may_see, roles_in
from g40flow.domain.campaigns.workflow import WHO_ACTS as WHO_ACTS_IN_CAMPAIGNS
from g40flow.domain.dossier.reminders import WHO_ACTS
from g40flow.domain.dossier.words import GroupState
from g40flow.domain.dossier.workflow import Process
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Person, Role
from g40flow.storage.access import effective_network
from g40flow.storage.dossier_tables import Dossier, HistoryEntry
from g40flow.storage.dossiers import followers_of, groups_of, parties_of
from g40flow.use_cases.announce_items import group_audience, person_audience
from g40flow.use_cases.dossier.desk import Desk, leaves_at, tell

LEADING = (Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY)


def tell_groups(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> None:
    """A card in the channel of every group that has a part in it; each group gets one, once."""
    kind = "campaign_card" if dossier.process == Process.CAMPAIGN else "dossier_card"
    assert dossier.id is not None
    if dossier.confidential:
        return
    for group in groups_of(session, dossier.id):
        if group.state != GroupState.REJECTED:
            audience = group_audience(group.theme_group)
            tell(
                session,
                dossier,
                f"card:{audience}",
                audience=audience,
                kind=kind,
                subject={"group": group.theme_group},
                urgent=dossier.urgent,
                now=now,
                not_before=leaves_at(desk, dossier, now),
            )


def tell_followers(
    session: Session, desk: Desk, dossier: Dossier, entry: HistoryEntry, now: datetime
) -> None:
    """A line about one entry of the history for everybody who follows the dossier, but not its maker."""
    assert dossier.id is not None
    followers = set(followers_of(session, dossier.id)) - {entry.person}
    tell_people(session, desk, dossier, entry, followers, now)


def tell_people(
    session: Session, desk: Desk, dossier: Dossier, entry: HistoryEntry, slugs: Collection[str], now: datetime
) -> None:
    """A line about one entry of the history for some people, each once, if they may see the dossier."""
    if not slugs:
        return
    network = effective_network(session, desk.network)
    people = (person for person in network.people if person.slug in slugs)
    for person in those_who_may_see(session, dossier, people, now):
        _note(session, dossier, entry, person, now, not_before=leaves_at(desk, dossier, now))


def tell_objection(
    session: Session, desk: Desk, dossier: Dossier, entry: HistoryEntry, now: datetime
) -> None:
    """Whoever works on the dossier hears of an objection at once, also outside the hours of sending."""
    for person in involved_people(session, desk, dossier, now):
        if person.slug != entry.person:
            _note(session, dossier, entry, person, now, is_objection=True)


def _note(
    session: Session,
    dossier: Dossier,
    entry: HistoryEntry,
    person: Person,
    now: datetime,
    *,
    not_before: datetime | None = None,
    is_objection: bool = False,
) -> None:
    """A line about one entry of the history for one person; an objection is urgent."""
    audience = person_audience(person.slug)
    tell(
        session,
        dossier,
        f"note:{entry.sequence}:{audience}",
        audience=audience,
        kind="dossier_note",
        subject={"sequence": entry.sequence, **({"objection": True} if is_objection else {})},
        urgent=is_objection,
        now=now,
        not_before=not_before,
    )


def tell_who_acts(
    session: Session, desk: Desk, dossier: Dossier, entry: HistoryEntry, now: datetime, *, but: str = ""
) -> None:
    """A line to those whose move it is by what somebody else did: the pen holder when a text comes back.

    but: slug of somebody who knows already, besides who made the entry.
    """
    roles = (WHO_ACTS_IN_CAMPAIGNS if dossier.process == Process.CAMPAIGN else WHO_ACTS).get(dossier.stage)
    if roles is not None:
        people = {person.slug for person in people_with(session, desk, dossier, roles, now)}
        tell_people(session, desk, dossier, entry, people - {entry.person, but}, now)


def involved_people(session: Session, desk: Desk, dossier: Dossier, now: datetime) -> list[Person]:
    """Everybody whose work a dossier is: leads and secretaries of its groups, the pen holder, the
    secretariat and who follows it; in the order of the network, each once.
    """
    assert dossier.id is not None
    parties = parties_of(session, dossier)
    groups = {parties.lead_group, *parties.co_groups}
    wanted = {dossier.pen_holder, *followers_of(session, dossier.id)}
    today = dutch_date(now)
    people = [
        person
        for person in effective_network(session, desk.network).people
        if person.slug in wanted
        or any(
            (held.role in LEADING and held.scope in groups) or held.role is Role.PA_OFFICER
            for held in person.roles
            if held.is_held_on(today)
        )
    ]
    return those_who_may_see(session, dossier, people, now)


def people_with(
    session: Session, desk: Desk, dossier: Dossier, wanted: frozenset[Role], now: datetime
) -> list[Person]:
    """Everybody who holds one of some roles in a dossier today and may see it."""
    parties, today = parties_of(session, dossier), dutch_date(now)
    found = [
        person
        for person in effective_network(session, desk.network).people
        if wanted & roles_in(actor_on(person, today, Surface.AUTOMATIC), parties)
    ]
    return those_who_may_see(session, dossier, found, now)


def people_of_partner(session: Session, desk: Desk, partner: str, now: datetime) -> set[str]:
    """Slugs of those who speak for a partner today."""
    people, today = effective_network(session, desk.network), dutch_date(now)
    return {person.slug for person in people.holders(Role.PARTNER, partner, today)}


def those_who_may_see(
    session: Session, dossier: Dossier, people: Iterable[Person], now: datetime
) -> list[Person]:
    """Those of some people who may know of a dossier."""
    parties, today = parties_of(session, dossier), dutch_date(now)
    return [p for p in people if may_see(actor_on(p, today, Surface.AUTOMATIC), parties)]
