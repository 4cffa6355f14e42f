"""What a secretary fills in to ask cities something, kept as typed when it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from g40flow.domain.dossier.calls import MOST_QUESTIONS, Asked, Audience, Visibility, closing_clock
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_instant
from g40flow.domain.outside_text import one_line
from g40flow.use_cases.calls.open_call import NewCall, Question
from g40flow.web.forms import typed_day

LINES_AT_FIRST = 3


@dataclass(frozen=True, kw_only=True)
class TermForm:
    """A closing instant as it was typed, in Dutch time. despite_plan: later than planned, and seen."""

    closes_on: str = ""
    closes_clock: str = ""
    despite_plan: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, closes_at: datetime) -> "TermForm":
        """The form as it is first shown."""
        day, clock = closing_clock(closes_at)
        return cls(closes_on=day.isoformat(), closes_clock=clock.strftime("%H:%M"))

    @classmethod
    def read(cls, values: Mapping[str, Sequence[str]]) -> "TermForm":
        """The form as it was sent."""
        return cls(
            closes_on=_one(values, "closes_on"),
            closes_clock=_one(values, "closes_clock"),
            despite_plan="despite_plan" in values,
        )

    def closes_at(self) -> datetime:
        """The instant (aware UTC). Raises InvalidInput."""
        day, clock = typed_day(self.closes_on), _clock(self.closes_clock)
        if day is None or clock is None:
            raise InvalidInput("unreadable", "no day and clock", field="closes_at")
        return dutch_instant(day, clock)


@dataclass(frozen=True, kw_only=True)
class CallForm:
    """A new call as it was typed. questions: (text, help) per line, empty ones too.

    wishes: what was pressed: "open", "preview" or "more" for another line.
    """

    title: str = ""
    introduction: str = ""
    questions: Sequence[tuple[str, str]] = (("", ""),) * LINES_AT_FIRST
    audience: str = Audience.ALL.value
    cities: Sequence[str] = ()
    theme_groups: Sequence[str] = ()
    visibility: str = Visibility.GROUP.value
    minimum_answers: str = ""
    term: TermForm = field(default_factory=TermForm)
    wishes: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Mapping[str, Sequence[str]]) -> "CallForm":
        """The form as it was sent."""
        texts, helps = values.get("question", ()), values.get("help", ())
        padded = [*helps, *[""] * (len(texts) - len(helps))]
        form = cls(
            title=_one(values, "title"),
            introduction=_one(values, "introduction"),
            questions=list(zip(texts, padded, strict=False))[: MOST_QUESTIONS + 1] or cls.questions,
            audience=_one(values, "audience"),
            cities=list(values.get("cities", ())),
            theme_groups=list(values.get("theme_groups", ())),
            visibility=_one(values, "visibility"),
            minimum_answers=_one(values, "minimum_answers"),
            term=TermForm.read(values),
            wishes=_one(values, "wish"),
        )
        return form.with_more_lines() if form.wishes == "more" else form

    def with_more_lines(self) -> "CallForm":
        """The same with room for more questions."""
        room = min(LINES_AT_FIRST, MOST_QUESTIONS - len(self.questions))
        return replace(self, questions=[*self.questions, *[("", "")] * room])

    @property
    def can_grow(self) -> bool:
        """Whether there may be more questions."""
        return len(self.questions) < MOST_QUESTIONS

    def asked(self, pilot: Sequence[str]) -> Asked:
        """Whom it is for. Raises InvalidInput."""
        if self.audience not in set(Audience):
            raise InvalidInput("no_cities", f"{self.audience[:40]!r}", field="audience")
        return Asked(
            audience=Audience(self.audience),
            theme_groups=self.theme_groups,
            chosen=self.cities,
            pilot=pilot,
        )

    def new_call(self, pilot: Sequence[str]) -> NewCall:
        """What is asked for. Raises InvalidInput."""
        visibility = Visibility.PRIVATE if self.visibility == Visibility.PRIVATE else Visibility.GROUP
        return NewCall(
            title=self.title,
            introduction=self.introduction,
            questions=[Question(text=text, help=help_) for text, help_ in self.questions],
            asked=self.asked(pilot),
            closes_at=self.term.closes_at(),
            visibility=visibility,
            minimum_answers=_number(self.minimum_answers),
            despite_plan=self.term.despite_plan,
        )

    def refused(self, error: InvalidInput) -> "CallForm":
        """The same as typed, with what is wrong."""
        errors = {error.field: error.code}
        return replace(self, errors=errors, term=replace(self.term, errors=errors))


def _number(text: str) -> int | None:
    """A small number; None when it was left open. Raises InvalidInput."""
    typed = one_line(text)
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 4):
        raise InvalidInput("number", f"{typed!r}", field="minimum_answers")
    return int(typed)


def _clock(text: str) -> time | None:
    """ "17:00", "17.00" or "17"; None for anything else."""
    hour, _, minute = one_line(text).replace(".", ":").partition(":")
    parts = [hour, minute or "0"]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 2 for part in parts):
        return None
    hours, minutes = map(int, parts)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def _one(values: Mapping[str, Sequence[str]], name: str) -> str:
    return values[name][0] if values.get(name) else ""
