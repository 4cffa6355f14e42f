"""What is kept of the pages: entities in the Chamber's own words, with what they refer to."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import blake2b

from g40flow.domain.instants import dutch_instant
from g40flow.domain.items import Json, PublisherRecord, Reference
from g40flow.sources.contract import RecordReader, Signal, StreamState
from g40flow.sources.eerstekamer.agenda import Block, CommitteeDay, CommitteeMeeting, PlenaryMeeting, Subject
from g40flow.sources.eerstekamer.bills import FINISHED, PHASES, BillList, ListedBill
from g40flow.sources.eerstekamer.inputs import InputRound, read_inputs
from g40flow.sources.eerstekamer.votes import RESULTS, Vote
from g40flow.sources.eerstekamer.words import committees_in, numbers_in
from g40flow.sources.first_sight import seen_on
from g40flow.sources.markup import shown

MEETING, INPUT, SITTING, SUBJECT = "commissievergadering", "inbreng", "plenaire_vergadering", "onderwerp"
BILL, TREATMENT, VOTE = "wetsvoorstel", "behandeling", "stemming"
COMMITTEE, TERM, MATTER, DAY = "commissie", "termijn", "zaak", "dag"
"""Relations: the meetings of one committee, the days set for one round, the days of one bill, one day."""

OVER, WITHDRAWN = "geweest", "vervallen"
"""Fields that are ours: the day has passed; the sentence that set it is gone."""

HAMMER, VOTING, DEBATE = "Hamerstuk", "Stemming", "Plenair debat"
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Records of one page, and what is odd about it."""

    records: tuple[PublisherRecord, ...]
    signals: tuple[Signal, ...] = ()


# --- committees ------------------------------------------------------------------------------------


def of_committee_day(page: CommitteeDay, known_committees: frozenset[str], today: date) -> Kept:
    """The meetings of a day and the days for input that they set. today: Dutch date."""
    records: list[PublisherRecord] = []
    signals: list[Signal] = []
    for meeting in page.meetings:
        committees = committees_in(meeting.name)
        records.append(_meeting(meeting, committees, today))
        records += _inputs(meeting, signals, today)
        signals += _unknown_committees(committees, known_committees)
        if meeting.clock is None:
            signals.append(
                _signal("unreadable_hour", meeting.key, f"tijd onleesbaar: {meeting.when or 'geen'}")
            )
    return Kept(records=tuple(records), signals=tuple(signals))


def _meeting(meeting: CommitteeMeeting, committees: tuple[str, ...], today: date) -> PublisherRecord:
    fields: dict[str, Json] = {"dag": meeting.day.isoformat(), "naam": meeting.name}
    fields |= {OVER: True} if meeting.day < today else {}
    fields |= {"commissies": list(committees)} if committees else {}
    fields |= {"soort": meeting.kind} if meeting.kind else {}
    fields |= {"uur": meeting.clock.isoformat("minutes")} if meeting.clock else {}
    fields |= {"wanneer": meeting.when} if meeting.when else {}
    points: list[Json] = [
        {
            "nummer": point.number,
            "referentie": point.reference,
            "onderwerp": point.subject,
            "besluit": point.decision,
        }
        for point in meeting.points
    ]
    fields |= {"punten": points} if points else {}
    numbers = {number for point in meeting.points for number in numbers_in(point.reference)}
    return PublisherRecord(
        entity=MEETING,
        identifier=meeting.key,
        fields=fields,
        references=_references(
            [
                (COMMITTEE, _slug_of(meeting)),
                (DAY, meeting.day.isoformat()),
                *(("dossier", n) for n in numbers),
            ]
        ),
    )


def _inputs(meeting: CommitteeMeeting, signals: list[Signal], today: date) -> Iterator[PublisherRecord]:
    count: Counter[str] = Counter()
    for point in meeting.points:
        inputs = read_inputs(point.decision, meeting.day)
        for sentence in inputs.unread:
            message = f"een zin over inbreng is niet te lezen: {shown(sentence)}"
            signals.append(_signal("unread_input_day", f"{meeting.key} {point.number}", message))
        for one in inputs.rounds:
            term = _term(meeting, point.reference or point.subject, one)
            count[term] += 1
            record = _input(meeting, point.reference, point.subject, one, term, count[term])
            yield replace(record, fields={**record.fields, OVER: True}) if one.on < today else record


def _input(
    meeting: CommitteeMeeting, reference: str, subject: str, one: InputRound, term: str, place: int
) -> PublisherRecord:
    fields: dict[str, Json] = {
        "dag": one.on.isoformat(),
        "zin": one.sentence,
        "ronde": one.round,
        "referentie": reference,
        "onderwerp": subject,
        "vergadering": meeting.key,
        "commissies": list(committees_in(meeting.name)),
    }
    fields |= {"uur": one.clock.isoformat("minutes")} if one.clock else {}
    return PublisherRecord(
        entity=INPUT,
        identifier=f"{meeting.key}:{term}:{place}",
        fields={name: value for name, value in fields.items() if value},
        references=_references([(TERM, term), ("vergadering", meeting.key)]),
    )


def _term(meeting: CommitteeMeeting, about: str, one: InputRound) -> str:
    """Equal when the same committee sets another day for the same round on the same papers."""
    numbers = numbers_in(about)
    what = numbers[0] if numbers else _digest(about)
    return f"{_slug_of(meeting)}:{what}:{_slug(one.round) or 'inbreng'}"


def _slug_of(meeting: CommitteeMeeting) -> str:
    return meeting.key.partition("_")[2]


def _unknown_committees(committees: tuple[str, ...], known: frozenset[str]) -> Iterator[Signal]:
    for name in committees if known else ():
        if name not in known:
            yield _signal("unknown_committee", name, f"onbekende commissie: {shown(name)}")


# --- plenary ---------------------------------------------------------------------------------------


def of_plenary(page: PlenaryMeeting, today: date) -> Kept:
    """today: Dutch date. The meeting, and each bill or note on its agenda with its first and last hour."""
    key = f"{page.day:%Y%m%d}"
    fields: dict[str, Json] = {"dag": page.day.isoformat()}
    fields |= {"aanvang": page.begins.isoformat("minutes")} if page.begins else {}
    blocks: list[Json] = [block.title for block in page.blocks if block.title]
    fields |= {"blokken": blocks} if blocks else {}
    sitting = PublisherRecord(entity=SITTING, identifier=key, fields=fields)
    over: dict[str, Json] = {OVER: True} if page.day < today else {}
    subjects = (replace(one, fields={**one.fields, **over}) for one in _subjects(page, key))
    return Kept(records=(sitting, *subjects))


def _subjects(page: PlenaryMeeting, key: str) -> Iterator[PublisherRecord]:
    """A bill that is dealt with in several blocks of one kind is one subject."""
    spans: dict[tuple[str, str], list[tuple[Subject, str, datetime | None, datetime | None]]] = {}
    for block, begins, ends in _timed(page):
        for subject in block.subjects or _subject_of_its_own(block):
            name = subject.number or _slug(subject.path or subject.title)
            spans.setdefault((name, _kind(block)), []).append((subject, block.title, begins, ends))
    for (name, kind), several in spans.items():
        subject = several[0][0]
        starts = [begins for _, _, begins, _ in several if begins is not None]
        finishes = [ends for _, _, _, ends in several if ends is not None]
        fields: dict[str, Json] = {"dag": page.day.isoformat(), "titel": subject.title, "soort": kind}
        fields |= {"pad": subject.path} if subject.path else {}
        fields |= {"nummer": subject.number} if subject.number else {}
        fields |= {"begint": min(starts).isoformat()} if starts else {}
        fields |= {"eindigt": max(finishes).isoformat()} if finishes else {}
        fields["blokken"] = list(dict.fromkeys(title for _, title, _, _ in several))
        matter = f"{name}:{_slug(kind)}"
        yield PublisherRecord(
            entity=SUBJECT,
            identifier=f"{key}:{matter}",
            fields=fields,
            references=_references([(DAY, page.day.isoformat()), (MATTER, matter), ("vergadering", key)]),
        )


def _timed(page: PlenaryMeeting) -> Iterator[tuple[Block, datetime | None, datetime | None]]:
    """Blocks with instants in UTC. After midnight they still stand under the day on which it began."""
    day, before = page.day, time(0)
    for block in page.blocks:
        if block.begins is None:
            yield block, None, None
            continue
        if block.begins < before:
            day += timedelta(days=1)
        before = block.begins
        until = day + timedelta(days=1) if block.ends and block.ends < block.begins else day
        ends = dutch_instant(until, block.ends) if block.ends else None
        yield block, dutch_instant(day, block.begins), ends


def _kind(block: Block) -> str:
    title = block.title.casefold()
    if title.startswith("hamerstuk"):
        return HAMMER
    return VOTING if title.startswith("stemming") else DEBATE


def _subject_of_its_own(block: Block) -> tuple[Subject, ...]:
    """Votes are an event also when the agenda does not say on what; breaks and openings are none."""
    if _kind(block) != VOTING:
        return ()
    return (Subject(path="", title=block.title, number=None),)


# --- bills and votes -------------------------------------------------------------------------------


def of_bills(page: BillList, key: str, state: StreamState, stored: RecordReader, now: datetime) -> Kept:
    """The bills of one committee. key: of its list. Finished ones only if we know them already."""
    records: list[PublisherRecord] = []
    signals: list[Signal] = []
    for bill in page.bills:
        if bill.phase not in PHASES:
            signals.append(_signal("unknown_phase", bill.phase, f"onbekende fase: {shown(bill.phase)}"))
        if bill.number is None:
            signals.append(
                _signal("unknown_dossier_number", bill.spelling, f"nummer: {shown(bill.spelling)}")
            )
            continue
        known = stored.get(BILL, bill.number)
        if bill.phase == FINISHED and known is None:
            continue
        fields: dict[str, Json] = {"titel": bill.title, "pad": bill.path, "spelling": bill.spelling}
        fields |= seen_on(known, state, now)
        records.append(PublisherRecord(entity=BILL, identifier=bill.number, fields=fields))
        records.append(_treatment(page, bill, bill.number, key))
    return Kept(records=tuple(records), signals=tuple(signals))


def _treatment(page: BillList, bill: ListedBill, number: str, key: str) -> PublisherRecord:
    return PublisherRecord(
        entity=TREATMENT,
        identifier=f"{key}:{number}",
        fields={"commissie": page.committee, "fase": bill.phase},
        references=_references([(BILL, number)]),
    )


def of_votes(votes: tuple[Vote, ...]) -> Kept:
    """Every vote once; of two on one paper on one day the second has a number."""
    count: Counter[str] = Counter()
    records: list[PublisherRecord] = []
    signals: list[Signal] = []
    for vote in votes:
        name = f"{vote.day:%Y%m%d}:{_slug(vote.path.rpartition('/')[2])}"
        count[name] += 1
        if vote.result not in RESULTS:
            signals.append(_signal("unknown_result", vote.result, f"onbekende uitslag: {shown(vote.result)}"))
        records.append(_vote(vote, name if count[name] == 1 else f"{name}:{count[name]}"))
    return Kept(records=tuple(records), signals=tuple(signals))


def _vote(vote: Vote, identifier: str) -> PublisherRecord:
    fields: dict[str, Json] = {
        "dag": vote.day.isoformat(),
        "titel": vote.title,
        "pad": vote.path,
        "nummer": vote.number or "",
        "spelling": vote.spelling,
        "letter": vote.letter,
        "uitslag": vote.result,
        "wijze": vote.method,
        "verslag": vote.report,
    }
    fields |= {side: list(names) for side, names in vote.sides.items() if names}
    references = [("dossier", vote.number)] if vote.number else []
    return PublisherRecord(
        entity=VOTE,
        identifier=identifier,
        fields={name: value for name, value in fields.items() if value},
        references=_references(references),
    )


def gone(record: PublisherRecord) -> PublisherRecord:
    """The same, taken off the site."""
    return PublisherRecord(entity=record.entity, identifier=record.identifier, deleted=True)


def withdrawn(record: PublisherRecord) -> PublisherRecord:
    """A day for input whose sentence is gone; it keeps its words, to be able to say what fell away."""
    return replace(record, fields={**record.fields, WITHDRAWN: True})


def day_of(record: PublisherRecord) -> date:
    """The day of a meeting, a sitting or what is on its agenda."""
    return date.fromisoformat(str(record.fields["dag"]))


def _references(pairs: list[tuple[str, str]]) -> tuple[Reference, ...]:
    unique = sorted({pair for pair in pairs if pair[1]})
    return tuple(Reference(relation=relation, identifier=identifier) for relation, identifier in unique)


def _slug(text: str) -> str:
    return _NO_LETTER.sub("-", text.casefold()).strip("-")[:80]


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _signal(code: str, subject: str, message: str) -> Signal:
    return Signal(code=code, subject=shown(subject) or "leeg", message=message)
