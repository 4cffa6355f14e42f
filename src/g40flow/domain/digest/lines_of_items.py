"""Which lines about items an audience gets, and what each says."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.digest.content import Asked, Line, Section, What, Why
from g40flow.domain.digest.facts import Facts, ItemFacts, NewsOfItem, RoutedTo
from g40flow.domain.digest.merging import Candidate
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.domain.news import News

_NOTEWORTHY = frozenset(
    {
        News.EXTENDED,
        News.SHORTENED,
        News.TERM_SET,
        News.WITHDRAWN,
        News.REOPENED,
        News.RESCHEDULED,
        News.CANCELLED,
        News.REPLACED,
        News.RESULT_PUBLISHED,
    }
)
"""Changes that deserve a line. A document more or another agenda is told in the thread of its card."""


@dataclass(frozen=True, kw_only=True)
class ItemLines:
    """Makes candidates of items.

    names: of theme groups, by slug. soon_working_days: what must be decided within fewer is urgent.
    calendar_days: how far is looked ahead.
    """

    facts: Facts
    calendar: WorkingCalendar
    names: Mapping[str, str]
    calendar_days: int
    soon_working_days: int

    def for_group(self, item: ItemFacts, group: str) -> Iterator[Candidate]:
        """For the theme group itself: why it came there, and what it can do; nothing if it did not."""
        routing = item.routed_to(group)
        if routing is not None:
            line = self._line(item, _asked_of_group(item, routing), Why.ROUTED, "")
            line = replace(line, why_terms=routing.terms, act=_take_up(item, routing))
            yield from self._candidates(item, line, [routing])

    def for_everybody(self, item: ItemFacts, *, only_consultations: bool) -> Iterator[Candidate]:
        """For the secretariat or the whole network: for which groups it is."""
        if only_consultations and item.kind is not ItemKind.CONSULTATION:
            return
        if item.triage_reason is not None and not only_consultations:
            line = self._line(item, Asked.JUDGE, Why.UNSURE, item.triage_reason)
            seen = RoutedTo(group="", is_lead=False, terms=(), at=item.first_seen_at)
            yield from self._candidates(item, line, [seen])
        elif item.routings:
            names = ", ".join(self.names.get(r.group, r.group) for r in item.routings)
            line = self._line(item, Asked.INFORM, Why.GROUPS, names)
            yield from self._candidates(item, line, item.routings[:1])

    def _candidates(self, item: ItemFacts, line: Line, routings: Iterable[RoutedTo]) -> Iterator[Candidate]:
        window, today = self.facts.window.with_overlap, self.facts.today
        for routing in routings:
            if item.is_fresh and not item.fell_away and routing.at in window:
                fact = f"routing:{item.id}:{routing.group}"
                yield _candidate(Section.NEW, item, replace(line, facts=(fact,)), routing.at)
        for change in item.changes:
            if (news := _worth_telling(change)) and change.at in window:
                section = Section.RESULTS if News.RESULT_PUBLISHED in news else Section.NEW
                told = replace(line, news=tuple(news), facts=(f"revision:{change.revision_id}",))
                yield _candidate(section, item, told, change.at)
        if item.is_open_on(today):
            yield _candidate(Section.OPEN, item, line)
        elif _is_held_within(item, self.facts, self.calendar_days):
            yield _candidate(Section.CALENDAR, item, line)

    def _line(self, item: ItemFacts, asked: Asked, why: Why, why_text: str) -> Line:
        asks = asked if not item.fell_away else Asked.OVER
        until, today = item.last_day, self.facts.today
        left = None if until is None else self.calendar.working_days_left(today, until)
        return Line(
            key=f"item:{item.id}",
            what=What(item.kind.value),
            title=item.title,
            path=f"/items/{item.id}",
            source=item.source,
            label=item.label,
            number=item.number,
            why=why,
            why_text=why_text,
            asked=asks.value,
            until=until,
            working_days_left=left,
            agreed=item.agreed,
            urgent=asks in _PRESSING and left is not None and 0 <= left < self.soon_working_days,
            at=item.starts_at,
            ends_at=item.ends_at,
            publisher_url=item.url,
        )


_PRESSING = frozenset({Asked.RESPOND, Asked.JOIN})
"""Asked of who must decide before a term ends."""


def _candidate(
    section: Section, item: ItemFacts, line: Line, happened_at: datetime | None = None
) -> Candidate:
    return Candidate(section=section, line=line, kin=item.family, happened_at=happened_at)


def _asked_of_group(item: ItemFacts, routing: RoutedTo) -> Asked:
    """The same as a card asks: a decision of the lead, or input; the others are informed."""
    if item.status in (ItemStatus.CLOSED, ItemStatus.RESULT_PUBLISHED) and not item.agreed:
        return Asked.INFORM
    if item.kind is ItemKind.PARLIAMENTARY_CASE:
        return Asked.INFORM
    if item.kind is ItemKind.CONSULTATION:
        if item.has_dossier:
            return Asked.INFORM
        return Asked.RESPOND if routing.is_lead else Asked.JOIN
    return Asked.INPUT if routing.is_lead else Asked.INFORM


def _take_up(item: ItemFacts, routing: RoutedTo) -> tuple[str, str] | None:
    """The button of the item's own card, for what can still be taken up."""
    wanted = _asked_of_group(item, routing) in (Asked.RESPOND, Asked.INPUT)
    if not wanted or item.has_dossier or item.fell_away:
        return None
    return "item_take_up", f"{item.id}:{routing.group}"


def _worth_telling(change: NewsOfItem) -> list[str]:
    return [word for word in change.news if word in _NOTEWORTHY]


def _is_held_within(item: ItemFacts, facts: Facts, days: int) -> bool:
    if not item.is_meeting or item.status is not ItemStatus.PLANNED:
        return False
    day = item.held_on if item.starts_at is None else dutch_date(item.starts_at)
    return day is not None and facts.today <= day <= facts.today + timedelta(days=days)
