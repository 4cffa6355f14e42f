"""Past work as one row of a file, or a few, tell it. Reading is strict, and says everything that is wrong."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from g40flow.domain.campaigns.privacy import has_contact_data
from g40flow.domain.campaigns.words import CampaignType, TargetKind
from g40flow.domain.dossier.words import DocumentType, NoResponseCode, PositionKind, ResponseType
from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.imports.formats import FORMATS, Format
from g40flow.domain.imports.rows import SEPARATOR, ImportKind, Mistake, Problem, Row, RowGroup
from g40flow.domain.outside_text import one_line, several_lines

EARLIEST = date(1990, 1, 1)
"""Before this there was no network of cities; an earlier day is a typing mistake."""

MOST_PARTS = 200
_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<d2>\d\d?)[-/.](?P<m2>\d\d?)[-/.](?P<y2>\d{4})")
_MUST_BE_PROVED = frozenset({Outcome.ACHIEVED, Outcome.PARTLY, Outcome.NOT})
_WITHOUT_TEXT = frozenset({ResponseType.NONE, ResponseType.SUPPORT_VNG})


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Words that files may use, folded, with what each stands for; and what is an address of a page.

    groups, partners: names and slugs. Each other one: Dutch labels and English identifiers.
    """

    groups: Mapping[str, str]
    partners: Mapping[str, str]
    document_types: Mapping[str, str]
    response_types: Mapping[str, str]
    no_response_codes: Mapping[str, str]
    position_kinds: Mapping[str, str]
    campaign_types: Mapping[str, str]
    target_kinds: Mapping[str, str]
    outcomes: Mapping[str, str]
    priorities: Mapping[str, str]
    safe_url: Callable[[str], str | None]


@dataclass(frozen=True, kw_only=True)
class PastPoint:
    """A point of a past response, with its outcome."""

    article: str
    problem: str
    proposal: str
    outcome: Outcome
    note: str
    source: str


@dataclass(frozen=True, kw_only=True)
class PastResponse:
    """A response that is over. handed_in_on: None if nothing was handed in. partners: (slug or "", name)."""

    reference: str
    title: str
    groups: Sequence[str]
    document_type: DocumentType
    response_type: ResponseType
    no_response_code: str
    opened_on: date
    last_day: date | None
    agreed_last_day: date | None
    adopted_on: date | None
    handed_in_on: date | None
    closed_on: date
    address: str
    summary: str
    partners: Sequence[tuple[str, str]]
    lessons: str
    points: Sequence[PastPoint]


@dataclass(frozen=True, kw_only=True)
class PastPosition:
    """A position or core message of before."""

    reference: str
    title: str
    groups: Sequence[str]
    body: str
    source: str
    kind: PositionKind
    adopted_on: date | None


@dataclass(frozen=True, kw_only=True)
class PastAsk:
    """What a past campaign asked, and what came of it."""

    wording: str
    target_kind: TargetKind
    target: str
    priority: int
    source: str
    result: Outcome
    note: str
    address: str
    judged_on: date


@dataclass(frozen=True, kw_only=True)
class PastCampaign:
    """A campaign that is over."""

    reference: str
    title: str
    groups: Sequence[str]
    campaign_type: CampaignType
    ask: str
    origin: str
    opened_on: date
    decision_on: date | None
    adopted_on: date | None
    closed_on: date
    partners: Sequence[tuple[str, str]]
    evaluation: str
    lessons: str
    asks: Sequence[PastAsk]


PastCase = PastResponse | PastPosition | PastCampaign


def folded(word: str) -> str:
    """A word as it is compared: "Eigen  reactie" as "eigen reactie"."""
    return " ".join(word.casefold().replace("_", " ").split())


def content_hash(group: RowGroup) -> str:
    """SHA-256, hex, over what the rows say; independent of the order of columns and of empty ones."""
    plain = [sorted((name, value) for name, value in row.values.items() if value) for row in group.rows]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def read_case(
    kind: ImportKind, group: RowGroup, words: Vocabulary, *, file: str, today: date
) -> tuple[PastCase | None, list[Mistake]]:
    """(what the rows tell, what is wrong with them); None as soon as anything is."""
    reader = _Reader(file=file, row=group.first, format=FORMATS[kind], words=words, today=today, mistakes=[])
    _check_shape(reader, group)
    read: Mapping[ImportKind, Callable[[_Reader, RowGroup], PastCase]] = {
        ImportKind.RESPONSE: _response,
        ImportKind.POSITION: _position,
        ImportKind.CAMPAIGN: _campaign,
    }
    case = read[kind](reader, group)
    mistakes = sorted(reader.mistakes, key=lambda mistake: mistake.row)
    return (None if mistakes else case), mistakes


# --- the three formats ----------------------------------------------------------------------------


def _response(read: "_Reader", group: RowGroup) -> PastResponse:
    words = read.words
    wanted = ResponseType(read.word("wijze", words.response_types, ResponseType.OWN))
    has_text = wanted not in _WITHOUT_TEXT
    handed_in_on = read.day("ingediend_op", needed=has_text)
    last_day, agreed = read.day("laatste_dag"), read.day("afgesproken_laatste_dag")
    opened_on = read.day("geopend_op")
    closed_on = read.day("afgesloten_op")
    known = [day for day in (opened_on, handed_in_on, last_day, closed_on) if day is not None]
    if not known:
        read.mistake("afgesloten_op", Problem.NEEDED)
    begun = opened_on or min(known, default=read.today)
    ended = closed_on or handed_in_on or last_day or read.today
    read.in_order("geopend_op", opened_on, "laatste_dag", last_day)
    read.in_order("geopend_op", opened_on, "ingediend_op", handed_in_on)
    read.in_order("ingediend_op", handed_in_on, "afgesloten_op", closed_on)
    code = NoResponseCode.OTHER if wanted is ResponseType.NONE else ""
    return PastResponse(
        reference=read.text("kenmerk"),
        title=read.text("titel"),
        groups=read.groups(),
        document_type=DocumentType(
            read.word("soort", words.document_types, DocumentType.CONSULTATION_RESPONSE)
        ),
        response_type=wanted,
        no_response_code=read.word("reden_geen_reactie", words.no_response_codes, code),
        opened_on=begun,
        last_day=last_day,
        agreed_last_day=agreed,
        adopted_on=read.day("vastgesteld_op"),
        handed_in_on=handed_in_on if has_text else None,
        closed_on=min(ended, read.today),
        address=read.address("webadres"),
        summary=read.long_text("samenvatting"),
        partners=read.partners(),
        lessons=read.long_text("lessen"),
        points=[_point(read.at(row), needed=has_text) for row in group.rows if _says_point(row, has_text)],
    )


def _says_point(row: Row, has_text: bool) -> bool:
    return has_text or any(row.values.get(name) for name in FORMATS[ImportKind.RESPONSE].part_names)


def _point(read: "_Reader", *, needed: bool) -> PastPoint:
    outcome = Outcome(read.word("uitkomst", read.words.outcomes, Outcome.UNKNOWN, needed=needed))
    return PastPoint(
        article=read.text("artikel"),
        problem=read.long_text("punt") or read.long_text("samenvatting") or read.text("titel"),
        proposal=read.long_text("voorstel"),
        outcome=outcome,
        note=read.clean_text("toelichting", needed=outcome in _MUST_BE_PROVED),
        source=read.address("bewijs"),
    )


def _position(read: "_Reader", _: RowGroup) -> PastPosition:
    return PastPosition(
        reference=read.text("kenmerk"),
        title=read.text("titel"),
        groups=read.groups(),
        body=read.long_text("tekst"),
        source=read.text("bron"),
        kind=PositionKind(read.word("soort", read.words.position_kinds, PositionKind.POSITION)),
        adopted_on=read.day("vastgesteld_op"),
    )


def _campaign(read: "_Reader", group: RowGroup) -> PastCampaign:
    opened_on, closed_on = read.day("begonnen_op"), read.day("afgesloten_op")
    decision_on = read.day("besluit_op")
    read.in_order("begonnen_op", opened_on, "afgesloten_op", closed_on)
    read.in_order("begonnen_op", opened_on, "besluit_op", decision_on)
    ended = closed_on or read.today
    kind = read.word("soort", read.words.campaign_types, CampaignType.AGENDA_SETTING)
    return PastCampaign(
        reference=read.text("kenmerk"),
        title=read.text("titel"),
        groups=read.groups(),
        campaign_type=CampaignType(kind),
        ask=one_line(read.long_text("inzet")),
        origin=one_line(read.clean_text("herkomst")),
        opened_on=opened_on or ended,
        decision_on=decision_on,
        adopted_on=read.day("vastgesteld_op"),
        closed_on=ended,
        partners=read.partners(),
        evaluation=read.clean_text("evaluatie"),
        lessons=read.clean_text("lessen"),
        asks=[_ask(read.at(row), ended) for row in group.rows],
    )


def _ask(read: "_Reader", closed_on: date) -> PastAsk:
    result = Outcome(read.word("resultaat", read.words.outcomes, Outcome.UNKNOWN))
    return PastAsk(
        wording=read.long_text("boodschap"),
        target_kind=TargetKind(read.word("gericht_aan", read.words.target_kinds, TargetKind.OTHER)),
        target=one_line(read.clean_text("wie")),
        priority=int(read.word("prioriteit", read.words.priorities, "2")),
        source=one_line(read.long_text("bron")),
        result=result,
        note=read.clean_text("toelichting", needed=result in _MUST_BE_PROVED),
        address=read.address("bewijs"),
        judged_on=read.day("resultaat_op") or closed_on,
    )


# --- reading cells --------------------------------------------------------------------------------


def _check_shape(read: "_Reader", group: RowGroup) -> None:
    """What every format asks: what is needed is there, nothing is too long, further rows only add."""
    for row in group.rows:
        at = read.at(row)
        for column in read.format.columns:
            value = row.values.get(column.name, "")
            if len(value) > column.longest:
                at.mistake(column.name, Problem.TOO_LONG, str(column.longest), str(len(value)))
            asked = column.needed and not column.may_be_empty and (column.of_part or row is group.first)
            if asked and not value:
                at.mistake(column.name, Problem.NEEDED)
    for row in group.more:
        for name, value in row.values.items():
            said = group.first.values.get(name, "")
            if value and name not in read.format.part_names and value != said:
                read.at(row).mistake(name, Problem.DIFFERS, said[:80] or "–", value)
    if len(group.rows) > MOST_PARTS:
        read.at(group.rows[MOST_PARTS]).mistake("", Problem.TOO_LONG, str(MOST_PARTS), str(len(group.rows)))


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Reads the cells of one row and notes what is wrong; what it gives then is never used."""

    file: str
    row: Row
    format: Format
    words: Vocabulary
    today: date
    mistakes: list[Mistake]

    def at(self, row: Row) -> "_Reader":
        """The same for another row; mistakes come together."""
        return self if row is self.row else _Reader(**{**self.__dict__, "row": row})

    def mistake(self, column: str, problem: Problem, expected: str = "", found: str = "") -> None:
        at = Mistake(
            file=self.file,
            row=self.row.number,
            column=column,
            problem=problem,
            expected=expected,
            found=one_line(found)[:80],
        )
        if at not in self.mistakes:
            self.mistakes.append(at)

    def text(self, column: str) -> str:
        """On one line."""
        return one_line(self.row.values.get(column, ""))

    def long_text(self, column: str) -> str:
        """With its lines."""
        return several_lines(self.row.values.get(column, ""))

    def clean_text(self, column: str, *, needed: bool = False) -> str:
        """A text about contacts, in which nobody's address or number may stand."""
        said = self.long_text(column)
        if needed and not said:
            self.mistake(column, Problem.NEEDED)
        if said and has_contact_data(said):
            self.mistake(column, Problem.CONTACT_DATA)
        return said

    def day(self, column: str, *, needed: bool = False) -> date | None:
        """A Dutch day that is not in the future, except a last day or the day of a decision."""
        written = self.text(column)
        if not written:
            if needed:
                self.mistake(column, Problem.NEEDED)
            return None
        day = day_of(written)
        if day is None or day < EARLIEST:
            self.mistake(column, Problem.NO_DATE, "", written)
            return None
        if day > self.today:
            self.mistake(column, Problem.IN_FUTURE, self.today.isoformat(), written)
            return None
        return day

    def in_order(self, first: str, earlier: date | None, second: str, later: date | None) -> None:
        if earlier is not None and later is not None and later < earlier:
            self.mistake(second, Problem.BEFORE, f"{first} {earlier.isoformat()}", later.isoformat())

    def word(self, column: str, known: Mapping[str, str], default: str, *, needed: bool = False) -> str:
        """One word of a list. default: for an empty cell, and for what cannot be read."""
        written = self.text(column)
        if not written:
            if needed:
                self.mistake(column, Problem.NEEDED)
            return default
        found = known.get(folded(written))
        if found is None:
            self.unknown(column, known, written)
        return default if found is None else found

    def unknown(self, column: str, known: Mapping[str, str], written: str) -> None:
        """Say which word was meant, or else which there are."""
        if close := get_close_matches(folded(written), known, n=1, cutoff=0.75):
            self.mistake(column, Problem.LOOKS_LIKE, close[0], written)
        else:
            self.mistake(column, Problem.UNKNOWN_WORD, _choices(known), written)

    def groups(self) -> list[str]:
        """Slugs, lead first, each once."""
        found = []
        for name in _listed(self.text("themagroepen")):
            slug = self.words.groups.get(folded(name))
            if slug is None:
                self.unknown("themagroepen", self.words.groups, name)
            else:
                found.append(slug)
        return list(dict.fromkeys(found))

    def partners(self) -> list[tuple[str, str]]:
        """(slug, "") of partners of the network, ("", name) of others."""
        if has_contact_data(self.text("partners")):
            self.mistake("partners", Problem.CONTACT_DATA)
        named = dict.fromkeys(name for name in _listed(self.text("partners")))
        return [(self.words.partners.get(folded(name), ""), name) for name in named]

    def address(self, column: str) -> str:
        written = self.text(column)
        if not written:
            return ""
        safe = self.words.safe_url(written)
        if safe is None:
            self.mistake(column, Problem.NO_ADDRESS, "", written)
        return safe or ""


def day_of(written: str) -> date | None:
    """A day as people write it: 31-12-2024, 31/12/2024 or 2024-12-31; None for what is none."""
    found = _DAY.fullmatch(written)
    if found is None:
        return None
    parts = [int(found[name] or found[f"{name}2"]) for name in ("y", "m", "d")]
    try:
        return date(*parts)
    except ValueError:
        return None


def _listed(written: str) -> Iterable[str]:
    return (name for entry in written.split(SEPARATOR) if (name := entry.strip()))


def _choices(known: Mapping[str, str]) -> str:
    """The first way in which each can be written, which is the Dutch one."""
    shown = {value: word for word, value in reversed(list(known.items()))}
    return ", ".join(sorted(shown.values()))
