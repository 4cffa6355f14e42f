"""Everything that the digests of one stretch of time are made from, read once for all audiences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.config.digests import DigestsConfig
from g40flow.config.notifications import NotificationsConfig
from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.facts import Facts, FollowUp, GapKind, ItemFacts, NetworkDay, SourceGap
from g40flow.domain.digest.figures import (
    COVERAGE_DAYS,
    NOTHING,
    WEEKS,
    Figures,
    GroupCounts,
    SourceLooks,
)
from g40flow.domain.digest.making import ABOUT_ITEMS, ONLY_CONSULTATIONS
from g40flow.domain.digest.moments import Window
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind
from g40flow.domain.network import Network
from g40flow.domain.outside_text import cut, one_line
from g40flow.storage.access import names_of_people
from g40flow.storage.campaigns import open_follow_ups
from g40flow.storage.coverage import SourceCoverage, coverage_between
from g40flow.storage.items import ItemSearch, search_items
from g40flow.use_cases.digest.dossier_facts import dossier_facts
from g40flow.use_cases.digest.hook_facts import hook_days
from g40flow.use_cases.digest.item_facts import item_families
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.work import WHO_MOVES
from g40flow.use_cases.pictures import routed_per_week, source_days, whole_weeks_before


@dataclass(frozen=True, kw_only=True)
class DigestSources:
    """What digests need of the configuration. rhythms: time between two looks, of every enabled publisher."""

    desk: Desk
    config: DigestsConfig
    notifications: NotificationsConfig
    rhythms: Mapping[str, timedelta]


def read_facts(session: Session, sources: DigestSources, window: Window, kind: AudienceKind) -> Facts:
    """The facts that a kind of digest needs of a stretch; how things stand is told as of its end."""
    today = dutch_date(window.until)
    _, in_triage = search_items(session, ItemSearch(triage=True, open_on=today, limit=1))
    return Facts(
        window=window,
        today=today,
        dossiers=dossier_facts(session, sources.desk, window, window.until, _cities(sources.desk.network)),
        moves=WHO_MOVES,
        gaps=tuple(_gaps(session, sources, window)),
        network_days=tuple(
            NetworkDay(name=day.name, from_on=day.from_on, until_on=day.until_on)
            for day in sources.desk.calendars.network_days
        ),
        follow_ups=tuple(_follow_ups(session)),
        hooks=tuple(hook_days(session, sources.desk, window.until)),
        in_triage=in_triage,
        figures=NOTHING if kind is AudienceKind.PERSON else _figures(session, sources, window.until),
    )


def read_item_families(
    session: Session, sources: DigestSources, window: Window, kind: AudienceKind
) -> Iterator[list[ItemFacts]]:
    """The items that a kind of digest tells of, those of one family together."""
    if kind in ABOUT_ITEMS:
        today, days = dutch_date(window.until), sources.config.calendar_days
        only = ItemKind.CONSULTATION if kind in ONLY_CONSULTATIONS else None
        rules = sources.notifications
        yield from item_families(session, window, today, calendar_days=days, rules=rules, only=only)


def _figures(session: Session, sources: DigestSources, until: datetime) -> Figures:
    """How looks at publishers went, and what each group got in the last whole weeks."""
    followed, days = source_days(session, sources.rhythms, until, days=COVERAGE_DAYS)
    mondays = whole_weeks_before(dutch_date(until), WEEKS)
    counted = routed_per_week(session, mondays)
    return Figures(
        first_day=days[0],
        sources=tuple(
            SourceLooks(source=one.source, days=tuple(look.value for look in one.days)) for one in followed
        ),
        first_monday=mondays[0],
        groups=tuple(
            GroupCounts(
                group=group.slug,
                name=group.short_name,
                counts=tuple(counted.get((group.slug, number), 0) for number in range(WEEKS)),
            )
            for group in sources.desk.network.theme_groups
        ),
    )


def _follow_ups(session: Session) -> Iterator[FollowUp]:
    for contact in open_follow_ups(session):
        assert contact.id is not None
        yield FollowUp(
            contact_id=contact.id,
            person=contact.follow_up_owner,
            title=contact.follow_up,
            until=contact.follow_up_on,
        )


def names_of(session: Session, network: Network) -> dict[str, str]:
    """What everybody and everything with a slug is called."""
    return {
        **names_of_people(session, network),
        **{partner.slug: partner.name for partner in network.partners},
        **{pillar.slug: pillar.name for pillar in network.pillars},
        **{group.slug: group.name for group in network.theme_groups},
        **_cities(network),
    }


def _cities(network: Network) -> dict[str, str]:
    return {city.slug: city.name for city in network.cities}


def _gaps(session: Session, sources: DigestSources, window: Window) -> Iterator[SourceGap]:
    least = timedelta(hours=sources.config.least_gap_hours)
    for coverage in coverage_between(session, sources.rhythms, window.since, window.until):
        for gap in _gaps_of(coverage, window.until):
            if gap.until is None or gap.until - gap.since >= least:
                yield gap


def _gaps_of(coverage: SourceCoverage, until: datetime) -> Iterator[SourceGap]:
    """Hours that were not read, what is known to be missing, and days on which nothing came."""
    for stretch in coverage.unreached:
        span = stretch.span
        ended = span.until_at if span.until_at < until else None
        yield SourceGap(
            source=coverage.source,
            kind=GapKind.UNREACHED,
            since=span.from_at,
            until=ended,
            note=stretch.why,
        )
    if coverage.open_gap_count:
        yield SourceGap(
            source=coverage.source,
            kind=GapKind.MISSING,
            since=coverage.open_gaps[0].found_at,
            until=None,
            note="; ".join(cut(one_line(gap.title or gap.identifier), 80) for gap in coverage.open_gaps[:3]),
            count=coverage.open_gap_count,
        )
    for spell in coverage.quiet:
        # What nobody looked at is a stretch that was not reached, and told as such.
        if spell.why == "nothing_new":
            yield SourceGap(
                source=coverage.source, kind=GapKind.QUIET, since=spell.since_at, until=spell.over_at
            )
