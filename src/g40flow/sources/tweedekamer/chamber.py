"""From stored records to what the Chamber decided: votes, commitments, groups and seats of committees."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from g40flow.domain.items import PublisherRecord
from g40flow.domain.outside_text import one_line
from g40flow.domain.parliament.commitments import Commitment
from g40flow.domain.parliament.facts import CommitteeSeat, Group, ParliamentaryFacts
from g40flow.domain.parliament.votes import Chamber, Choice, Method, RecordedVote, Result, VoteLine
from g40flow.sources.contract import RecordReader
from g40flow.sources.tweedekamer.affected import ACTIVITY, CASE
from g40flow.sources.tweedekamer.committees import committee_name
from g40flow.sources.tweedekamer.values import as_day

LONGEST_NAME = 200
_METHODS = {
    "met handopsteken": Method.BY_GROUP,
    "hoofdelijk": Method.ROLL_CALL,
    "zonder stemming": Method.WITHOUT_VOTE,
}
_CHOICES = {"voor": Choice.FOR, "tegen": Choice.AGAINST, "niet deelgenomen": Choice.ABSENT}
_VOTED = "stemmen"
"""How the kind of a decision begins that is a vote; others only take note of something."""

_DECIDED = "Besluit"
"""Status of a decision that was taken; before that it is a proposal."""

_MORE_LINES_THAN_GROUPS = 5


def facts_in(records: Collection[PublisherRecord], stored: RecordReader) -> ParliamentaryFacts:
    """What these records, of before and after a change, tell now. Asks as little of a page as of one."""
    votes = _named(records, "besluit") | _pointed(records, "stemming", "besluit")
    commitments = _named(records, "toezegging")
    groups = _named(records, "fractie")
    return ParliamentaryFacts(
        votes=tuple(_votes(sorted(votes), stored)),
        commitments=tuple(
            _commitment(kept.record) for kept in stored.get_many("toezegging", sorted(commitments))
        ),
        groups=tuple(_group(kept.record) for kept in stored.get_many("fractie", sorted(groups))),
    )


# --- votes ----------------------------------------------------------------------------------------


def _votes(identifiers: Collection[str], stored: RecordReader) -> Iterator[RecordedVote]:
    decisions = [kept.record for kept in stored.get_many("besluit", identifiers)]
    lines: dict[str, list[PublisherRecord]] = {}
    if decisions:
        for kept in stored.referring_any("stemming", "besluit", [one.identifier for one in decisions]):
            for target in kept.record.targets("besluit"):
                lines.setdefault(target, []).append(kept.record)
    days = _days(decisions, stored)
    names = _names_of_groups([line for several in lines.values() for line in several], stored)
    for decision in decisions:
        own = lines.get(decision.identifier, [])
        if own or str(decision.fields.get("besluitSoort", "")).casefold().startswith(_VOTED):
            yield _vote(decision, own, days.get(decision.identifier), names)


def _vote(
    decision: PublisherRecord, records: list[PublisherRecord], day: date | None, names: Mapping[str, str]
) -> RecordedVote:
    lines = [_line(record, names) for record in records]
    method = _method(decision, lines)
    return RecordedVote(
        identifier=decision.identifier,
        chamber=Chamber.HOUSE,
        subjects=tuple(CASE + case for case in sorted(decision.targets("zaak"))),
        method=method,
        stated=_stated(decision),
        words=one_line(str(decision.fields.get("besluitTekst", "")))[:500],
        lines=_gathered(lines) if method is Method.ROLL_CALL else tuple(lines),
        held_on=day,
        withdrawn=decision.deleted,
    )


def _line(record: PublisherRecord, names: Mapping[str, str]) -> VoteLine:
    fields = record.fields
    group = min(record.targets("fractie"), default="")
    party = one_line(str(fields.get("actorFractie", "")))[:LONGEST_NAME] or names.get(group, "")
    size = fields.get("fractieGrootte")
    return VoteLine(
        key=group or party.casefold() or record.identifier,
        party=party or "onbekende fractie",
        choice=_CHOICES.get(str(fields.get("soort", "")).strip().casefold(), Choice.UNKNOWN),
        size=size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None,
        mistake=fields.get("vergissing") is True,
    )


def _gathered(lines: Iterable[VoteLine]) -> tuple[VoteLine, ...]:
    """Of a roll call how many members of a group voted what; who they were is not kept."""
    count: dict[VoteLine, int] = {}
    for line in lines:
        count[line] = count.get(line, 0) + 1
    return tuple(
        VoteLine(
            key=line.key,
            party=line.party,
            choice=line.choice,
            size=line.size,
            members=members,
            mistake=line.mistake,
        )
        for line, members in count.items()
    )


def _method(decision: PublisherRecord, lines: Collection[VoteLine]) -> Method:
    """As told; what is not told is a roll call when groups have many lines each."""
    told = str(decision.fields.get("stemmingsSoort", "")).strip().casefold()
    if told in _METHODS:
        return _METHODS[told]
    if not lines:
        return Method.UNKNOWN
    groups = {line.key for line in lines}
    return Method.ROLL_CALL if len(lines) > len(groups) + _MORE_LINES_THAN_GROUPS else Method.BY_GROUP


def _stated(decision: PublisherRecord) -> Result:
    if decision.fields.get("status", _DECIDED) != _DECIDED:
        return Result.UNKNOWN
    kind = str(decision.fields.get("besluitSoort", "")).casefold()
    if "verworpen" in kind:
        return Result.REJECTED
    if "aangenomen" in kind or "aannemen" in kind:
        return Result.ADOPTED
    return Result.POSTPONED if "uitstel" in kind or "aangehouden" in kind else Result.UNKNOWN


def _days(decisions: Iterable[PublisherRecord], stored: RecordReader) -> dict[str, date]:
    """The day of the meeting in which each was taken; it stands two records away."""
    point_of = {one.identifier: sorted(one.targets("agendapunt")) for one in decisions}
    points = stored.get_many(
        "agendapunt", sorted({point for several in point_of.values() for point in several})
    )
    meeting_of = {kept.record.identifier: sorted(kept.record.targets("activiteit")) for kept in points}
    wanted = sorted({meeting for several in meeting_of.values() for meeting in several})
    day_of = {
        kept.record.identifier: as_day(kept.record.fields.get("datum"))
        for kept in stored.get_many("activiteit", wanted)
    }
    found: dict[str, date] = {}
    for decision, several in point_of.items():
        days = [day_of.get(meeting) for point in several for meeting in meeting_of.get(point, [])]
        if known := [day for day in days if day is not None]:
            found[decision] = min(known)
    return found


def _names_of_groups(lines: Iterable[PublisherRecord], stored: RecordReader) -> dict[str, str]:
    """What groups are called whose vote does not say it."""
    nameless = {
        group for line in lines if "actorFractie" not in line.fields for group in line.targets("fractie")
    }
    return {
        kept.record.identifier: _group(kept.record).abbreviation
        for kept in stored.get_many("fractie", sorted(nameless))
    }


# --- commitments and groups -----------------------------------------------------------------------


def _commitment(record: PublisherRecord) -> Commitment:
    fields = record.fields
    return Commitment(
        identifier=record.identifier,
        number=one_line(str(fields.get("nummer", "")))[:100],
        text=str(fields.get("tekst", ""))[:10_000],
        status=one_line(str(fields.get("status", "")))[:100],
        by=one_line(str(fields.get("functie", "")))[:300],
        ministry=one_line(str(fields.get("ministerie", "")))[:300],
        made_in=next((ACTIVITY + one for one in sorted(record.targets("activiteit"))), ""),
        made_on=as_day(fields.get("aanmaakdatum")),
        due_on=as_day(fields.get("datumNakoming")),
        withdrawn=record.deleted,
    )


def _group(record: PublisherRecord) -> Group:
    fields = record.fields
    name = one_line(str(fields.get("naamNl", "")))[:LONGEST_NAME]
    seats = fields.get("aantalZetels")
    until = as_day(fields.get("datumInactief"))
    told = seats if isinstance(seats, int) and not isinstance(seats, bool) else None
    return Group(
        key=record.identifier,
        chamber=Chamber.HOUSE,
        abbreviation=one_line(str(fields.get("afkorting", "")))[:LONGEST_NAME] or name,
        name=name,
        seats=0 if until is not None or record.deleted else told,
        active_from=as_day(fields.get("datumActief")),
        active_until=until,
        withdrawn=record.deleted,
    )


# --- seats of committees --------------------------------------------------------------------------


def seats_of_committees(stored: RecordReader, today: date) -> Iterator[CommitteeSeat]:
    """Who holds which seat of a standing committee today; nobody who left, and no deputies."""
    parties = _party_of_people(stored, today)
    committees = _committee_of_seats(stored, today)
    for kept in stored.all("commissieZetelVastPersoon"):
        record = kept.record
        person = min(record.targets("persoon"), default="")
        committee = committees.get(min(record.targets("commissieZetel"), default=""), "")
        if not committee or not _is_current(record, today):
            continue
        holder = name_of(next((one.record for one in stored.get_many("persoon", [person])), None))
        if holder:
            yield CommitteeSeat(
                key=record.identifier,
                committee=committee,
                holder=holder,
                party=parties.get(person, ""),
                function=one_line(str(record.fields.get("functie", "")))[:100] or "Lid",
            )


def name_of(person: PublisherRecord | None) -> str:
    """ "Roos van den Berg"; "" for who is not known, or whose record the Chamber took back."""
    if person is None or person.deleted:
        return ""
    parts = (person.fields.get(name) for name in ("roepnaam", "tussenvoegsel", "achternaam"))
    return one_line(" ".join(str(part) for part in parts if part))[:LONGEST_NAME]


def _party_of_people(stored: RecordReader, today: date) -> dict[str, str]:
    """What the group of each member of today is called."""
    names = {kept.record.identifier: _group(kept.record).abbreviation for kept in stored.all("fractie")}
    group_of_seat = {
        kept.record.identifier: min(kept.record.targets("fractie"), default="")
        for kept in stored.all("fractieZetel")
    }
    found: dict[str, str] = {}
    for kept in stored.all("fractieZetelPersoon"):
        if _is_current(kept.record, today):
            seat = min(kept.record.targets("fractieZetel"), default="")
            for person in kept.record.targets("persoon"):
                found[person] = names.get(group_of_seat.get(seat, ""), "")
    return found


def _committee_of_seats(stored: RecordReader, today: date) -> dict[str, str]:
    """The name of the standing committee of each seat; committees that are over have none."""
    names = {}
    for kept in stored.all("commissie"):
        until = as_day(kept.record.fields.get("datumInactief"))
        name = committee_name(str(kept.record.fields.get("naamNl", "")))
        if name.startswith("Vaste commissie") and (until is None or until > today):
            names[kept.record.identifier] = name
    return {
        kept.record.identifier: names.get(min(kept.record.targets("commissie"), default=""), "")
        for kept in stored.all("commissieZetel")
    }


def _is_current(record: PublisherRecord, today: date) -> bool:
    since, until = as_day(record.fields.get("van")), as_day(record.fields.get("totEnMet"))
    return (since is None or since <= today) and (until is None or until >= today)


# --- pieces ---------------------------------------------------------------------------------------


def _named(records: Iterable[PublisherRecord], entity: str) -> set[str]:
    return {record.identifier for record in records if record.entity == entity}


def _pointed(records: Iterable[PublisherRecord], entity: str, relation: str) -> set[str]:
    return {target for record in records if record.entity == entity for target in record.targets(relation)}
