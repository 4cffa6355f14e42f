"""The Eerste Kamer as a source: which pages are read when, and what is concluded from what is gone.

Streams: "commissies" and "plenair" walk the agenda from today's page, "wetsvoorstellen" reads the lists of
bills a few times a day, "stemmingen" reads the list of votes until it meets what is known.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b

from g40flow.domain.checks import Check
from g40flow.domain.coverage import Listed
from g40flow.domain.errors import NotFound, SourceChanged, SourceSuspicious
from g40flow.domain.instants import dutch_date, require_aware
from g40flow.domain.items import PublisherRecord, SourceItem
from g40flow.domain.parliament.facts import ParliamentaryFacts
from g40flow.sources.contract import (
    Batch,
    Comparison,
    HistoryPage,
    ReadAgain,
    RecordReader,
    StreamState,
)
from g40flow.sources.eerstekamer import items
from g40flow.sources.eerstekamer.agenda import (
    CommitteeDay,
    PlenaryMeeting,
    parse_committee_day,
    parse_plenary,
)
from g40flow.sources.eerstekamer.bills import (
    FINISHED,
    BillList,
    parse_bills,
    parse_committee,
    parse_committees,
)
from g40flow.sources.eerstekamer.chamber import facts_in
from g40flow.sources.eerstekamer.live import Expected, look_at
from g40flow.sources.eerstekamer.records import (
    BILL,
    DAY,
    INPUT,
    MEETING,
    SITTING,
    SUBJECT,
    TREATMENT,
    VOTE,
    day_of,
    gone,
    of_bills,
    of_committee_day,
    of_plenary,
    of_votes,
    withdrawn,
)
from g40flow.sources.eerstekamer.votes import VotePage, parse_votes
from g40flow.sources.eerstekamer.walking import Walk
from g40flow.sources.fetch import Fetcher
from g40flow.sources.markup import shown

COMMITTEES, PLENARY, BILLS, VOTES = "commissies", "plenair", "wetsvoorstellen", "stemmingen"
VOTES_PATH = "/stemmingen_per_vergaderdag?filter=alles"
MOST_VOTE_PAGES = 20
FIRST_VOTES = timedelta(days=60)
LISTS_HOLD = timedelta(days=7)


class EersteKamer:
    """Web pages of eerstekamer.nl; fulfils contract.Source.

    expected_minimum: of open bills on all lists together. bills_every: how often the lists are read.
    look_back: how long pages of past days are read again. known_committees: "Commissie voor ..."; empty
    switches the check off.
    """

    name = items.SOURCE
    streams: tuple[str, ...] = (COMMITTEES, PLENARY, BILLS, VOTES)

    def __init__(
        self,
        *,
        base_url: str,
        expected_minimum: int = 0,
        bills_every: timedelta = timedelta(hours=12),
        look_back: timedelta = timedelta(days=21),
        known_committees: Collection[str] = (),
    ) -> None:
        self._base = base_url.rstrip("/")
        self._minimum = expected_minimum
        self._bills_every = bills_every
        self._look_back = look_back
        self._known_committees = frozenset(known_committees)
        self._days = Walk[CommitteeDay](
            base=self._base,
            entrance="/commissievergaderingen_op",
            follows="/commissievergaderingen_op",
            parse=lambda body, _: parse_committee_day(body),
        )
        self._sittings = Walk[PlenaryMeeting](
            base=self._base,
            entrance="/menukeuze_plenair",
            follows="/plenaire_vergadering/",
            parse=parse_plenary,
        )

    @property
    def first_address(self) -> str:
        """The next day of committee meetings."""
        return self._base + self._days.entrance

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """See contract.Source; one batch per page."""
        now = require_aware(now)
        match stream:
            case "commissies":
                return self._read_committees(state, stored, fetch, now)
            case "plenair":
                return self._read_plenary(state, stored, fetch, now)
            case "wetsvoorstellen":
                return self._read_bills(state, stored, fetch, now)
            case "stemmingen":
                return self._read_votes(state, stored, fetch, now)
            case _:
                raise NotFound(f"{self.name}: expected a stream of {self.streams}, found {stream!r}")

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """Items that a change of these records can alter, see items.touched."""
        return items.touched(records, stored)

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Nothing: a look touches a handful of items."""

    def facts_in(self, records: Collection[PublisherRecord], stored: RecordReader) -> ParliamentaryFacts:
        """Votes that a change of these records tells of."""
        return facts_in(records, stored)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The item as the stored records tell it."""
        return items.assemble(identifier, stored, self._base)

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """Some thirty pages, at the points that are known from one project only."""
        expected = Expected(open_bills=self._minimum, committees=self._known_committees)
        return look_at(self._base, self._days, self._sittings, VOTES_PATH, fetch, expected=expected)

    # --- the agenda --------------------------------------------------------------------------------

    def _read_committees(
        self, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        today, seen = dutch_date(now), set[date]()
        for page in self._days.from_the_next(fetch, today - self._look_back):
            seen.add(page.day)
            kept = of_committee_day(page, self._known_committees, today)
            shown_now = {record.identifier for record in kept.records}
            fell = [
                record
                for record in _of_day(stored, (MEETING,), page.day)
                if record.identifier not in shown_now
            ]
            lost = [
                kept_input.record
                for meeting in page.meetings
                for kept_input in stored.referring(INPUT, "vergadering", meeting.key)
                if kept_input.record.identifier not in shown_now
            ]
            yield Batch(
                records=(*kept.records, *map(gone, fell), *map(withdrawn, lost)),
                state=state,
                seen=len(page.meetings),
                more=True,
                signals=kept.signals,
            )
        yield _end(_skipped(stored, (MEETING,), seen, today), state, now)

    def _read_plenary(
        self, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        today, seen = dutch_date(now), set[date]()
        for page in self._sittings.from_the_next(fetch, today - self._look_back):
            seen.add(page.day)
            kept = of_plenary(page, today)
            shown_now = {record.identifier for record in kept.records}
            fell = [
                record
                for record in _of_day(stored, (SUBJECT,), page.day)
                if record.identifier not in shown_now and page.day >= today
            ]
            yield Batch(
                records=(*kept.records, *map(gone, fell)), state=state, seen=len(page.blocks), more=True
            )
        yield _end(_skipped(stored, (SITTING, SUBJECT), seen, today), state, now)

    # --- bills -------------------------------------------------------------------------------------

    def _read_bills(
        self, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        round_ = _Round.read(state.cursor)
        is_over = round_.begun_at is None or now - round_.begun_at >= self._bills_every
        if not round_.todo and not is_over:
            return
        if is_over:
            round_ = self._new_round(round_, fetch, now)
            yield Batch(records=(), state=replace(state, cursor=round_.written()), seen=0, more=True)
        while round_.todo:
            page = self._bill_list(round_.todo[0], fetch)
            kept = of_bills(page, _key(round_.todo[0]), state, stored, now)
            is_open = sum(bill.phase != FINISHED for bill in page.bills)
            round_ = replace(round_, todo=round_.todo[1:], open=round_.open + is_open)
            if not round_.todo and round_.open < self._minimum:
                raise SourceSuspicious(f"{round_.open} open bills, expected at least {self._minimum}")
            yield Batch(
                records=kept.records,
                state=replace(state, cursor=round_.written()),
                seen=len(page.bills),
                more=True,
                signals=kept.signals,
            )
        if round_.open < self._minimum:
            raise SourceSuspicious(
                f"{round_.open} open bills on all lists, expected at least {self._minimum}"
            )
        begun_at = round_.begun_at or now
        left = [kept for kept in stored.all(TREATMENT) if kept.last_seen_at < begun_at]
        yield Batch(
            records=tuple(gone(kept.record) for kept in left),
            state=replace(state, cursor=round_.written(), completed_at=now),
            seen=0,
        )

    def _new_round(self, before: "_Round", fetch: Fetcher, now: datetime) -> "_Round":
        """The lists to read. Which there are is looked up again once a week, one page per committee."""
        lists, lists_at = before.lists, before.lists_at
        if not lists or lists_at is None or now - lists_at > LISTS_HOLD:
            lists, lists_at = self._find_lists(fetch), now
        return _Round(lists=lists, lists_at=lists_at, todo=lists, begun_at=now)

    def _find_lists(self, fetch: Fetcher) -> tuple[str, ...]:
        committees = parse_committees(self._body("/commissies", fetch))
        paths = [parse_committee(self._body(committee.path, fetch)) for committee in committees]
        lists = tuple(dict.fromkeys(path for path in paths if path is not None))
        if not lists:
            raise SourceChanged(f"none of {len(committees)} committees links to a list of bills")
        return lists

    def _bill_list(self, path: str, fetch: Fetcher) -> BillList:
        return parse_bills(self._body(path, fetch))

    # --- votes -------------------------------------------------------------------------------------

    def _read_votes(
        self, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        before = _VoteCursor.read(state.cursor)
        body = self._body(VOTES_PATH, fetch)
        digest = blake2b(body, digest_size=16).hexdigest()
        if digest == before.body and not before.waiting:
            return
        since = dutch_date(now) - FIRST_VOTES if state.completed_at is None else date.min
        page, waiting = parse_votes(body), before.waiting
        for _ in range(MOST_VOTE_PAGES):
            kept = of_votes(page.votes)
            is_new = self._has_unknown(kept.records, stored)
            if page.earlier and is_new and min(vote.day for vote in page.votes) >= since:
                waiting = (page.earlier, *waiting)
            cursor = _VoteCursor(body=before.body if waiting else digest, waiting=waiting)
            state = replace(
                state,
                cursor=cursor.written(),
                completed_at=state.completed_at if waiting else now,
            )
            yield Batch(
                records=kept.records,
                state=state,
                seen=len(page.votes),
                more=bool(waiting),
                signals=kept.signals,
            )
            if not waiting:
                return
            page, waiting = self._votes(waiting[0], fetch), waiting[1:]

    def _votes(self, path: str, fetch: Fetcher) -> VotePage:
        if not path.startswith("/stemmingen_per_vergaderdag?"):
            raise SourceChanged(f"expected a page of the list of votes, found {shown(path)}")
        return parse_votes(self._body(path, fetch))

    def _has_unknown(self, records: Collection[PublisherRecord], stored: RecordReader) -> bool:
        return len(stored.get_many(VOTE, [record.identifier for record in records])) < len(records)

    # --- proof and past ----------------------------------------------------------------------------

    def compare(self, stored: RecordReader, fetch: Fetcher, now: datetime) -> Comparison:
        """Every open bill on the lists, and the latest votes, beside our copy."""
        bills = {
            bill.number: bill
            for path in self._find_lists(fetch)
            for bill in self._bill_list(path, fetch).bills
            if bill.number is not None and bill.phase != FINISHED
        }
        votes = of_votes(self._votes(VOTES_PATH, fetch).votes).records
        listed = (
            *(
                Listed(identifier=n, item=f"wetsvoorstel:{n}", title=b.title, url=self._base + b.path)
                for n, b in bills.items()
            ),
            *(
                Listed(identifier=vote.identifier, item=f"stemming:{vote.identifier}", title=_title(vote))
                for vote in votes
            ),
        )
        kept = [*stored.get_many(BILL, bills), *stored.get_many(VOTE, [vote.identifier for vote in votes])]
        held = frozenset(one.record.identifier for one in kept if not one.record.deleted)
        return Comparison.of_list("de lijsten van wetsvoorstellen en de laatste stemmingen", listed, held)

    def read_again(
        self, missing: Collection[Listed], stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[ReadAgain]:
        """Bills and votes are read from the same lists once more."""
        wanted = {one.identifier for one in missing}
        found: dict[str, list[PublisherRecord]] = {}
        state = StreamState(completed_at=now)
        for path in self._find_lists(fetch):
            for record in of_bills(self._bill_list(path, fetch), _key(path), state, stored, now).records:
                number = record.identifier.rpartition(":")[2]
                if number in wanted:
                    found.setdefault(number, []).append(record)
        for record in of_votes(self._votes(VOTES_PATH, fetch).votes).records:
            if record.identifier in wanted:
                found[record.identifier] = [record]
        for identifier, records in found.items():
            yield ReadAgain(identifier=identifier, records=tuple(records))

    @property
    def history_streams(self) -> tuple[str, ...]:
        """Votes go back to 2015; of bills only the present is listed."""
        return (VOTES,)

    def history(
        self,
        stream: str,
        since: date,
        cursor: str | None,
        present: StreamState,
        stored: RecordReader,
        fetch: Fetcher,
        now: datetime,
    ) -> Iterator[HistoryPage]:
        """Votes since a day, newest first."""
        path: str | None = cursor or VOTES_PATH
        today = dutch_date(now)
        while path is not None:
            page = self._votes(path, fetch)
            oldest = min(vote.day for vote in page.votes)
            path = page.earlier if oldest >= since else None
            kept = of_votes(tuple(vote for vote in page.votes if vote.day >= since))
            yield HistoryPage(
                batch=Batch(
                    records=kept.records,
                    state=StreamState(cursor=path),
                    seen=len(page.votes),
                    more=path is not None,
                    signals=kept.signals,
                ),
                share=min(1.0, (today - oldest).days / max(1, (today - since).days)) if path else 1.0,
            )

    def present_position(self, stream: str, fetch: Fetcher, now: datetime) -> StreamState | None:
        """The ordinary reading begins with the present by itself."""
        return None

    def _body(self, path: str, fetch: Fetcher) -> bytes:
        page = fetch.get(self._base + path)
        if page.status != 200:
            raise SourceChanged(f"{shown(path)}: expected status 200, found {page.status}")
        return page.body


def _of_day(stored: RecordReader, entities: tuple[str, ...], day: date) -> list[PublisherRecord]:
    return [kept.record for entity in entities for kept in stored.referring(entity, DAY, day.isoformat())]


def _skipped(
    stored: RecordReader, entities: tuple[str, ...], seen: Collection[date], today: date
) -> list[PublisherRecord]:
    """What is on a day that the walk passed over: the day is off the agenda."""
    first, last = max(today, min(seen)), max(seen)
    return [
        kept.record
        for entity in entities
        for kept in stored.all(entity)
        if first <= day_of(kept.record) <= last and day_of(kept.record) not in seen
    ]


def _end(fell: Collection[PublisherRecord], state: StreamState, now: datetime) -> Batch:
    return Batch(records=tuple(map(gone, fell)), state=replace(state, completed_at=now), seen=0)


def _key(path: str) -> str:
    """What tells the list of one committee from the others."""
    return path.rpartition("=")[2]


def _title(record: PublisherRecord) -> str:
    return str(record.fields.get("titel", ""))


@dataclass(frozen=True, kw_only=True)
class _Round:
    """One reading of all lists of bills.

    lists: paths of all; lists_at: when they were looked up. todo: those still to read. open: bills so far.
    begun_at: of this round, or of the last one when nothing is to be done.
    """

    lists: tuple[str, ...] = ()
    lists_at: datetime | None = None
    todo: tuple[str, ...] = ()
    open: int = 0
    begun_at: datetime | None = None

    @classmethod
    def read(cls, text: str | None) -> "_Round":
        """An unreadable cursor only costs one round."""
        try:
            values = json.loads(text or "{}")
            return cls(
                lists=tuple(values.get("lists", ())),
                lists_at=_aware(values.get("lists_at")),
                todo=tuple(values.get("todo", ())),
                open=int(values.get("open", 0)),
                begun_at=_aware(values.get("begun_at")),
            )
        except (ValueError, TypeError, AttributeError):
            return cls()

    def written(self) -> str:
        """As it is kept."""
        return json.dumps(
            {
                "lists": list(self.lists),
                "lists_at": self.lists_at.isoformat() if self.lists_at else None,
                "todo": list(self.todo),
                "open": self.open,
                "begun_at": self.begun_at.isoformat() if self.begun_at else None,
            }
        )


@dataclass(frozen=True, kw_only=True)
class _VoteCursor:
    """body: fingerprint of the first page when all was last read. waiting: older pages still to read."""

    body: str | None = None
    waiting: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> "_VoteCursor":
        """An unreadable cursor only costs one page."""
        try:
            values = json.loads(text or "{}")
            return cls(body=values.get("body"), waiting=tuple(values.get("waiting", ())))
        except (ValueError, AttributeError, TypeError):
            return cls()

    def written(self) -> str:
        """As it is kept."""
        return json.dumps({"body": self.body, "waiting": list(self.waiting)})


def _aware(text: str | None) -> datetime | None:
    return require_aware(datetime.fromisoformat(text)) if text else None
