"""What a digest would say now, without keeping or sending anything."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Surface, actor_on
from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import Digest
from g40flow.domain.digest.making import DigestMaker
from g40flow.domain.digest.moments import WEEK, Window, is_shortened
from g40flow.domain.errors import NotFound
from g40flow.storage.access import effective_network
from g40flow.storage.digests import last_run
from g40flow.use_cases.digest.make_digests import audiences_of
from g40flow.use_cases.digest.read_facts import DigestSources, names_of, read_facts, read_item_families


def preview_digest(session: Session, sources: DigestSources, audience: Audience, until: datetime) -> Digest:
    """The digest of everything since the last one, or of a week if that was later than `until` (aware UTC).

    Raises NotFound if there is no such group, pillar or person.
    """
    network = effective_network(session, sources.desk.network)
    if audience not in audiences_of(audience.kind, network):
        known = ", ".join(one.slug for one in audiences_of(audience.kind, network))
        raise NotFound(f"er is geen {audience.slug!r}; bekend zijn {known}")
    window = Window(since=_since(session, audience.kind, until), until=until)
    facts = read_facts(session, sources, window, audience.kind)
    schedule = sources.config.audiences[audience.kind].schedule()
    calendar = sources.desk.calendars.working
    maker = DigestMaker(
        facts=facts,
        network=network,
        calendar=calendar,
        rules=sources.config.rules(sources.notifications.urgent_under_working_days),
        names=names_of(session, network),
        shortened=is_shortened(schedule, facts.today, calendar),
    )
    person = network.person(audience.slug) if audience.kind is AudienceKind.PERSON else None
    reader = None if person is None else actor_on(person, facts.today, Surface.AUTOMATIC)
    shelf = maker.shelf(audience, reader=reader)
    maker.fill({audience: shelf}, read_item_families(session, sources, window, audience.kind))
    return maker.make(audience, shelf).digest


def _since(session: Session, kind: AudienceKind, until: datetime) -> datetime:
    last = last_run(session, kind)
    if last is None or last.carries_on_at >= until:
        return until - WEEK
    return last.carries_on_at
