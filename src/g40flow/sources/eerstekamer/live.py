"""What the site shows on the points that are known from one project only."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from g40flow.domain.checks import Check
from g40flow.domain.errors import SourceError
from g40flow.sources.eerstekamer.agenda import CommitteeDay, PlenaryMeeting
from g40flow.sources.eerstekamer.bills import FINISHED, PHASES, parse_bills, parse_committee, parse_committees
from g40flow.sources.eerstekamer.inputs import read_inputs
from g40flow.sources.eerstekamer.votes import RESULTS, parse_votes
from g40flow.sources.eerstekamer.walking import Walk
from g40flow.sources.eerstekamer.words import committees_in
from g40flow.sources.fetch import Fetcher
from g40flow.sources.markup import shown

_REPORT = "Verbeter wat er in config/sources.yaml over staat; is de site veranderd, meld dat dan."
_VOTES_A_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Expected:
    """open_bills: at least, on all lists together. committees: known names; empty expects none."""

    open_bills: int
    committees: Collection[str]


def look_at(
    base: str,
    days: Walk[CommitteeDay],
    sittings: Walk[PlenaryMeeting],
    votes_path: str,
    fetch: Fetcher,
    *,
    expected: Expected,
) -> list[Check]:
    """One look at each kind of page, and at every list of bills; never raises SourceError."""
    return [
        _look("De volgende dag met commissievergaderingen is leesbaar", partial(_day, days, fetch)),
        _look("Besluiten over inbreng zijn te lezen", partial(_inputs, days, fetch)),
        _look("De volgende plenaire vergadering is leesbaar", partial(_sitting, sittings, fetch)),
        _look(
            "Commissies en hun lijsten van wetsvoorstellen zijn bekend",
            partial(_bills, base, fetch, expected),
        ),
        _look("De lijst van stemmingen is leesbaar", partial(_votes, base + votes_path, fetch)),
    ]


def _look(what: str, look: Callable[[], tuple[bool, str]]) -> Check:
    try:
        ok, found = look()
    except SourceError as error:
        ok, found = False, str(error)
    return Check(what=what, ok=ok, found=shown(found), advice="" if ok else _REPORT)


def _day(days: Walk[CommitteeDay], fetch: Fetcher) -> tuple[bool, str]:
    page = days.at(days.entrance, fetch)
    names = {name for meeting in page.meetings for name in committees_in(meeting.name)}
    hours = sum(meeting.clock is not None for meeting in page.meetings)
    later = page.neighbours.later[1] if page.neighbours.later else "geen"
    count = len(page.meetings)
    told = f"{page.day}: {count} vergaderingen, {hours} met een tijd; later: {later}; {sorted(names)}"
    return count > 0 and hours == count, told


def _inputs(days: Walk[CommitteeDay], fetch: Fetcher) -> tuple[bool, str]:
    page = days.at(days.entrance, fetch)
    if page.neighbours.earlier is not None:
        page = days.at(page.neighbours.earlier[0], fetch)
    found = [read_inputs(point.decision, page.day) for m in page.meetings for point in m.points]
    rounds = [one for inputs in found for one in inputs.rounds]
    unread = [sentence for inputs in found for sentence in inputs.unread]
    first = f", de eerste: {rounds[0].on} ({rounds[0].sentence})" if rounds else ""
    odd = f"; onleesbaar: {unread[0]}" if unread else ""
    return not unread, f"{page.day}: {len(found)} besluitpunten, {len(rounds)} dagen voor inbreng{first}{odd}"


def _sitting(sittings: Walk[PlenaryMeeting], fetch: Fetcher) -> tuple[bool, str]:
    page = sittings.at(sittings.entrance, fetch)
    timed = sum(block.begins is not None for block in page.blocks)
    subjects = [subject for block in page.blocks for subject in block.subjects]
    numbered = sum(subject.number is not None for subject in subjects)
    blocks = f"{len(page.blocks)} blokken, {timed} met een tijd"
    told = f"{page.day}: {blocks}; {numbered} van {len(subjects)} onderwerpen met een nummer"
    return timed == len(page.blocks), told


def _bills(base: str, fetch: Fetcher, expected: Expected) -> tuple[bool, str]:
    committees = parse_committees(fetch.get(f"{base}/commissies").body)
    paths = {parse_committee(fetch.get(base + committee.path).body) for committee in committees}
    lists = [parse_bills(fetch.get(base + path).body) for path in sorted(path for path in paths if path)]
    bills = [bill for one in lists for bill in one.bills]
    numbers = {bill.number for bill in bills if bill.phase != FINISHED and bill.number is not None}
    phases = {bill.phase for bill in bills} - PHASES
    names = {one.name for one in committees} - set(expected.committees) if expected.committees else set()
    told = [
        f"{len(committees)} commissies; {len(lists)} lijsten met {len(bills)} voorstellen",
        f"{len(numbers)} open, verwacht minstens {expected.open_bills}",
        *([f"onbekende kopjes: {', '.join(sorted(phases))}"] if phases else []),
        *([f"niet in known_committees: {', '.join(sorted(names))}"] if names else []),
    ]
    is_whole = bool(lists) and all(bill.number is not None for bill in bills)
    return is_whole and len(numbers) >= expected.open_bills and not phases | names, "; ".join(told)


def _votes(url: str, fetch: Fetcher) -> tuple[bool, str]:
    page = parse_votes(fetch.get(url).body)
    results = {vote.result for vote in page.votes}
    latest = f"de laatste {page.votes[0].day}: {page.votes[0].title}"
    told = f"{len(page.votes)} stemmingen, {latest}; ouder: {'ja' if page.earlier else 'nee'}"
    goes_on = page.earlier is not None or len(page.votes) < _VOTES_A_PAGE
    return results <= RESULTS and goes_on, told
