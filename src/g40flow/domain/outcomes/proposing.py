"""Deciding from values what may tell what came of a dossier's asks and points, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.items import ItemKind, ItemStatus, Json
from g40flow.domain.outcomes.words import OutcomeKind, ReasonKind
from g40flow.domain.parliament.support import Direction
from g40flow.domain.parliament.touching import touched_words
from g40flow.domain.parliament.votes import Result

_CASES = {
    "Motie": OutcomeKind.MOTION,
    "Amendement": OutcomeKind.AMENDMENT,
    "Nota van wijziging": OutcomeKind.GOVERNMENT_AMENDMENT,
    "Nota n.a.v. het (nader/tweede nader/enz.) verslag": OutcomeKind.REPLY_MEMORANDUM,
}
_VOTES_OF_THE_SENATE = "stemming:"
_REPORTS = ("verslag van de consultatie", "consultatieverslag", "verslag internetconsultatie", "hoofdlijnen")

ABOUT_THE_RESPONSE = frozenset(
    {
        OutcomeKind.CONSULTATION_REPORT,
        OutcomeKind.EXPLANATORY_MEMORANDUM,
        OutcomeKind.GOVERNMENT_AMENDMENT,
        OutcomeKind.REPLY_MEMORANDUM,
    }
)
"""Kinds that say what was done with what was asked, also when they share no words with it."""

VOTED_ON = frozenset(
    {
        OutcomeKind.MOTION,
        OutcomeKind.AMENDMENT,
        OutcomeKind.GOVERNMENT_AMENDMENT,
        OutcomeKind.BILL_VOTE,
    }
)
"""Kinds of which a vote decides; of the others a vote on the same item is something else."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An ask or a point, by which the other is None. text: all its words."""

    text: str
    ask_id: int | None = None
    point_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Touch:
    """Which words of an ask or a point are touched."""

    words: tuple[str, ...]
    ask_id: int | None = None
    point_id: int | None = None

    def as_json(self) -> dict[str, Json]:
        """The form in which a proposal keeps it."""
        return {"ask": self.ask_id, "point": self.point_id, "words": list(self.words)}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was decided or published: an item of the surroundings of a dossier, as far as it matters here.

    documents: kinds and titles of its documents.
    """

    kind: ItemKind
    kind_label: str
    identifier: str
    status: ItemStatus
    documents: Sequence[tuple[str, str]] = ()


def kind_of(seen: Seen) -> OutcomeKind | None:
    """What an item may tell; None for what tells nothing by itself."""
    if known := _CASES.get(seen.kind_label):
        return known
    if seen.identifier.startswith(_VOTES_OF_THE_SENATE):
        return OutcomeKind.BILL_VOTE
    titles = [f"{kind} {title}".casefold() for kind, title in seen.documents]
    if seen.kind is ItemKind.CONSULTATION:
        has_report = any(word in title for title in titles for word in _REPORTS)
        is_over = seen.status is ItemStatus.RESULT_PUBLISHED
        return OutcomeKind.CONSULTATION_REPORT if is_over or has_report else None
    if any("memorie van toelichting" in title for title in titles):
        return OutcomeKind.EXPLANATORY_MEMORANDUM
    return None


def touches(wanted: Iterable[Wanted], text: str) -> tuple[Touch, ...]:
    """Which asks and points a text touches, the most words first; in doubt as they came."""
    found = [
        Touch(words=words, ask_id=one.ask_id, point_id=one.point_id)
        for one in wanted
        if (words := touched_words(one.text, text))
    ]
    return tuple(sorted(found, key=lambda touch: -len(touch.words)))


def is_strong(kind: OutcomeKind, touched: Sequence[Touch], *, about_subject: bool) -> bool:
    """Whether people are told of it; the rest stands on the page."""
    decides = kind is OutcomeKind.BILL_VOTE or kind in ABOUT_THE_RESPONSE
    return bool(touched) or about_subject or decides


def reasons(
    kind: OutcomeKind, tied: Mapping[ReasonKind, str], touched: Sequence[Touch]
) -> list[dict[str, Json]]:
    """Why it is proposed, in the order in which it is said. tied: how it hangs together with the dossier."""
    said: list[dict[str, Json]] = [{"kind": one.value, "value": value} for one, value in tied.items()]
    if kind in ABOUT_THE_RESPONSE:
        said.append({"kind": ReasonKind.REPORT.value, "value": kind.value})
    if touched:
        said.append({"kind": ReasonKind.TOUCHES.value, "value": ", ".join(touched[0].words)})
    return said


def suggested_result(
    kind: OutcomeKind, stated: Result | None, direction: Direction = Direction.HELPS
) -> Outcome | None:
    """What a person may say of an ask; None where nothing can be guessed. Nobody says it by itself.

    A motion that was adopted asks something of the government, so that it is a part of what is asked.
    """
    if kind is OutcomeKind.COMMITMENT:
        return Outcome.OPEN
    if direction is Direction.HARMS or stated is None:
        return None
    if stated is Result.REJECTED:
        return Outcome.NOT
    if stated is Result.ADOPTED:
        return Outcome.PARTLY if kind is OutcomeKind.MOTION else Outcome.ACHIEVED
    return None


def is_recent(day: date | None, since: date) -> bool:
    """Whether something can have come of a dossier: it is not from before that was opened."""
    return day is not None and day >= since
