"""The figures of one year, for a group, a pillar or the network. Pure; the same facts give the same figures.

What every figure counts is said in templates/reports/counted.html in Dutch, and in docs/reports.md.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import TypeVar

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.reports.facts import (
    CampaignFact,
    Decided,
    PositionFact,
    Scope,
    ScopeKind,
    TextFact,
    YearFacts,
)

Word = TypeVar("Word", bound=str)

STANDS = frozenset(
    {
        DocumentType.POSITION_PAPER,
        DocumentType.MANIFEST,
        DocumentType.ELECTION_MESSAGE,
        DocumentType.CORE_MESSAGES,
        DocumentType.PROPOSITION,
    }
)
"""Documents in which the network takes a position; a response or letter rests on one."""

SPARE_FROM = (5, 3, 1, 0)
"""Working days to spare at which a class of the picture begins, the widest first; below is too late."""


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """A text that was handed in. spare_days: working days between that day and the last one, 0 for the last
    day itself; negative days are working days too late; None without a last day. is_late: after that day.
    """

    text: TextFact
    handed_in_on: date
    spare_days: int | None
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """A position that was adopted.

    number, dossier_id: of the text or campaign it stands in; "" and None for an entry of the library.
    """

    title: str
    document_type: str
    adopted_on: date
    number: str = ""
    dossier_id: int | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An ask of which the result was written down."""

    campaign: CampaignFact
    wording: str
    result: Outcome
    note: str
    judged_on: date


@dataclass(frozen=True, kw_only=True)
class OnTime:
    """How texts with a last day were handed in. median_spare, least_spare: working days; None without any.

    spare: how many had so many working days to spare, by the lowest number of a class of SPARE_FROM, the
    widest first, and those too late under None.
    """

    counted: int
    late: int
    without_last_day: int
    median_spare: float | None
    least_spare: int | None
    spare: Mapping[int | None, int]

    @property
    def in_time(self) -> int:
        """Handed in on or before the last day."""
        return self.counted - self.late


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What is compared with the year before and between groups; every number is a count of the year."""

    handed_in: int
    in_time: int
    late: int
    no_response: int
    support_vng: int
    missed: int
    adopted: int
    contacts: int
    judged: int
    achieved: int
    campaigns_opened: int
    campaigns_closed: int


@dataclass(frozen=True, kw_only=True)
class YearReport:
    """The overview of a year. until: the last day that could be counted, if the year is not over.

    not_handed_in: texts that ended otherwise. results: of the asks that were judged; points: of the points
    of texts that were handed in, "" for those not judged. groups: totals per group, for more than one.
    confidential: how many confidential texts and campaigns are in it.
    """

    year: int
    scope: Scope
    until: date | None
    totals: Totals
    before: Totals
    handed_in: Sequence[HandedIn]
    not_handed_in: Sequence[TextFact]
    adopted: Sequence[Adopted]
    judged: Sequence[Judged]
    on_time: OnTime
    channels: Mapping[Channel, int]
    results: Mapping[Outcome, int]
    points: Mapping[str, int]
    types: Mapping[str, int]
    closed: Sequence[CampaignFact]
    groups: Mapping[str, Totals]
    confidential: int


def year_report(
    facts: YearFacts,
    scope: Scope,
    year: int,
    *,
    today: date,
    groups: Sequence[str],
    calendar: WorkingCalendar,
) -> YearReport:
    """Count one year. facts: of that year and the one before, of everybody. groups: slugs, as shown."""
    own = facts.of(scope)
    handed_in = handed_in_of(own, year, calendar)
    adopted, judged = adopted_of(own, year), judged_of(own, year)
    closed = [one for one in own.campaigns if _in(one.closed_on, year)]
    shown = [] if scope.kind is ScopeKind.GROUP else [g for g in groups if scope.holds(frozenset({g}))]
    return YearReport(
        year=year,
        scope=scope,
        until=today if today.year == year else None,
        totals=totals(own, year, calendar),
        before=totals(own, year - 1, calendar),
        handed_in=handed_in,
        not_handed_in=sorted(_ended_otherwise(own, year), key=lambda one: (one.decided_on, one.number)),
        adopted=adopted,
        judged=judged,
        on_time=on_time(handed_in),
        channels=_by_frequency(Counter(c.channel for c in own.contacts if _in(c.happened_on, year))),
        results={result: sum(one.result is result for one in judged) for result in Outcome},
        points=_points(handed_in),
        types=_by_frequency(Counter(one.text.document_type for one in handed_in)),
        closed=sorted(closed, key=lambda one: (one.closed_on, one.number)),
        groups={slug: totals(facts.of(_only(slug)), year, calendar) for slug in shown},
        confidential=_confidential(own, year),
    )


def totals(facts: YearFacts, year: int, calendar: WorkingCalendar) -> Totals:
    """The counts of one year. facts: of one scope."""
    handed_in = handed_in_of(facts, year, calendar)
    timed = on_time(handed_in)
    ended = Counter(one.decided for one in _ended_otherwise(facts, year))
    judged = judged_of(facts, year)
    return Totals(
        handed_in=len(handed_in),
        in_time=timed.in_time,
        late=timed.late,
        no_response=ended[Decided.NO_RESPONSE],
        support_vng=ended[Decided.SUPPORT_VNG],
        missed=ended[Decided.MISSED],
        adopted=len(adopted_of(facts, year)),
        contacts=sum(_in(one.happened_on, year) for one in facts.contacts),
        judged=len(judged),
        achieved=sum(one.result in (Outcome.ACHIEVED, Outcome.PARTLY) for one in judged),
        campaigns_opened=sum(_in(one.opened_on, year) for one in facts.campaigns),
        campaigns_closed=sum(_in(one.closed_on, year) for one in facts.campaigns),
    )


def handed_in_of(facts: YearFacts, year: int, calendar: WorkingCalendar) -> list[HandedIn]:
    """The texts that were first handed in in a year, in that order."""
    found = [
        HandedIn(
            text=text,
            handed_in_on=text.handed_in_on,
            spare_days=spare_days(text.handed_in_on, text.last_day, calendar),
            is_late=text.last_day is not None and text.handed_in_on > text.last_day,
        )
        for text in facts.texts
        if text.handed_in_on is not None and text.handed_in_on.year == year
    ]
    return sorted(found, key=lambda one: (one.handed_in_on, one.text.number))


def spare_days(handed_in_on: date, last_day: date | None, calendar: WorkingCalendar) -> int | None:
    """Working days between handing in and the last day; 0 on that day, -1 or less after it."""
    if last_day is None:
        return None
    left = calendar.working_days_left(handed_in_on, last_day)
    return min(left, -1) if handed_in_on > last_day else left  # a Saturday after a Friday is late too


def on_time(handed_in: Sequence[HandedIn]) -> OnTime:
    """How texts were handed in against their last days."""
    timed = [one for one in handed_in if one.spare_days is not None]
    spare = [one.spare_days for one in timed if one.spare_days is not None]
    classes: dict[int | None, int] = dict.fromkeys(SPARE_FROM, 0)
    classes[None] = 0
    for days in spare:
        classes[next((first for first in SPARE_FROM if days >= first), None)] += 1
    return OnTime(
        counted=len(timed),
        late=sum(one.is_late for one in timed),
        without_last_day=len(handed_in) - len(timed),
        median_spare=median(spare) if spare else None,
        least_spare=min(spare, default=None),
        spare=classes,
    )


def adopted_of(facts: YearFacts, year: int) -> list[Adopted]:
    """The positions that were adopted in a year: papers, manifests and messages, and what the library has
    besides. An entry of the library about a text of ours is that text, and counts where that counts.
    """
    own: list[TextFact | CampaignFact] = [*facts.texts, *facts.campaigns]
    stands = [one for one in own if one.document_type in STANDS and _in(one.adopted_on, year)]
    known = {one.id for one in own}
    found = [_adopted_text(one) for one in stands]
    found += [
        _adopted_position(one)
        for one in facts.positions
        if one.adopted_on.year == year and one.dossier_id not in known
    ]
    return sorted(found, key=lambda one: (one.adopted_on, one.title))


def judged_of(facts: YearFacts, year: int) -> list[Judged]:
    """The asks of which the result was written down in a year."""
    campaigns = {one.id: one for one in facts.campaigns}
    found = [
        Judged(
            campaign=campaigns[ask.campaign_id],
            wording=ask.wording,
            result=ask.result,
            note=ask.note,
            judged_on=ask.judged_on,
        )
        for ask in facts.asks
        if ask.result is not None and ask.judged_on is not None and ask.judged_on.year == year
    ]
    return sorted(found, key=lambda one: (one.campaign.number, one.judged_on))


# --- pieces ---------------------------------------------------------------------------------------


def _in(day: date | None, year: int) -> bool:
    return day is not None and day.year == year


def _only(group: str) -> Scope:
    return Scope(kind=ScopeKind.GROUP, slug=group, name=group, groups=frozenset({group}))


def _ended_otherwise(facts: YearFacts, year: int) -> list[TextFact]:
    return [
        one
        for one in facts.texts
        if one.decided is not None and _in(one.decided_on, year) and one.handed_in_on is None
    ]


def _adopted_text(one: TextFact | CampaignFact) -> Adopted:
    assert one.adopted_on is not None
    return Adopted(
        title=one.title,
        document_type=one.document_type,
        adopted_on=one.adopted_on,
        number=one.number,
        dossier_id=one.id,
    )


def _adopted_position(one: PositionFact) -> Adopted:
    return Adopted(
        title=one.title,
        document_type="",
        adopted_on=one.adopted_on,
        source=one.source,
    )


def _points(handed_in: Sequence[HandedIn]) -> dict[str, int]:
    counted = Counter(outcome for one in handed_in for outcome in one.text.outcomes)
    return {outcome: counted[outcome] for outcome in (*(known.value for known in Outcome), "")}


def _by_frequency(counted: Counter[Word]) -> dict[Word, int]:
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0]))))


def _confidential(facts: YearFacts, year: int) -> int:
    texts = sum(
        any(_in(day, year) for day in (one.handed_in_on, one.adopted_on, one.decided_on))
        for one in facts.texts
        if one.confidential
    )
    return texts + sum(_ran_in(one, year) for one in facts.campaigns if one.confidential)


def _ran_in(one: CampaignFact, year: int) -> bool:
    return one.opened_on.year <= year and (one.closed_on is None or one.closed_on.year >= year)
