"""From stored records to votes of the Senate, which names groups but not how many members they have."""

from collections.abc import Collection
from datetime import date

from g40flow.domain.items import Json, PublisherRecord
from g40flow.domain.outside_text import one_line
from g40flow.domain.parliament.facts import ParliamentaryFacts
from g40flow.domain.parliament.votes import Chamber, Choice, Method, RecordedVote, Result, VoteLine
from g40flow.sources.contract import RecordReader
from g40flow.sources.eerstekamer.records import HAMMER, VOTE
from g40flow.sources.eerstekamer.votes import ADOPTED, BY_NAME, REJECTED

LONGEST_NAME = 200
_STATED = {ADOPTED: Result.ADOPTED, REJECTED: Result.REJECTED}
_SIDES = {"voor": Choice.FOR, "tegen": Choice.AGAINST, "aantekening": Choice.AGAINST}
"""Who asks for a note in the report wants to be counted among those against."""


def facts_in(records: Collection[PublisherRecord], stored: RecordReader) -> ParliamentaryFacts:
    """What these records tell now."""
    wanted = sorted({record.identifier for record in records if record.entity == VOTE})
    return ParliamentaryFacts(votes=tuple(_vote(kept.record) for kept in stored.get_many(VOTE, wanted)))


def _vote(record: PublisherRecord) -> RecordedVote:
    fields = record.fields
    method = str(fields.get("wijze", ""))
    return RecordedVote(
        identifier=record.identifier,
        chamber=Chamber.SENATE,
        subjects=(f"stemming:{record.identifier}",),
        method=_method(method),
        stated=_STATED.get(str(fields.get("uitslag", "")), Result.UNKNOWN),
        words=str(fields.get("uitslag", ""))[:500],
        lines=tuple(
            VoteLine(key=name.casefold(), party=name, choice=choice)
            for side, choice in _SIDES.items()
            for name in _names(fields.get(side))
        ),
        held_on=date.fromisoformat(str(fields["dag"])),
        withdrawn=record.deleted,
    )


def _method(words: str) -> Method:
    if BY_NAME in words.lower():
        return Method.ROLL_CALL
    return Method.WITHOUT_VOTE if words.startswith(HAMMER) else Method.BY_GROUP


def _names(value: Json) -> list[str]:
    return [one_line(str(name))[:LONGEST_NAME] for name in value] if isinstance(value, list) else []
