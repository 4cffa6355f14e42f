"""Which lines about dossiers an audience gets, and what each says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from g40flow.domain.actors import Actor, may_see
from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.campaigns.hook_plan import DuePreparation
from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import Line, Risk, Section, Term, What, Why
from g40flow.domain.digest.facts import Deed, DossierFacts, Facts
from g40flow.domain.digest.merging import Candidate
from g40flow.domain.digest.waiting import CONFIRM, Wait, asked_groups, waiting_for
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.dossier.workflow import AT_THE_BOARD, BEFORE_SUBMISSION, OPEN, Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role

DECIDING = frozenset(
    {
        "adopt",
        "void_adoption",
        "support_vng",
        "decide_no_response",
        "object_to_no_response",
        "submit",
        "submit_late",
        "resubmit_clean",
        "publish",
        "ratify",
        "refuse_ratification",
        "close_missed",
        "withdraw",
        "suspend",
        "resume",
    }
)
"""Deeds that decide something, or bring a text where it must be."""

ENDING = frozenset({"record_outcome", "close", "close_no_response", "follow_up", "follow_up_unpublished"})
"""Deeds that say what came of it."""

OPENING = frozenset({"open", "reopened_by_publisher"})

RISKY = frozenset(
    {
        ExceptionCode.LATE_DETECTED,
        ExceptionCode.SHORTENED,
        ExceptionCode.HELD_OVER,
        ExceptionCode.POST_ADOPTION_CHANGE,
        ExceptionCode.MISSED,
        ExceptionCode.PERSONAL_DATA_FOUND,
    }
)
"""What does not go as usual and can still make a response fail."""

MOST_TERMS = 20
"""Of the picture of open dossiers; a digest keeps no more."""

_OF_PILLAR = frozenset({Stage.RESPONSE_DECISION, Stage.POLITICAL_REVIEW})
_LEADING = frozenset({Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.PEN_HOLDER})


@dataclass(frozen=True, kw_only=True)
class DossierLines:
    """Makes candidates of dossiers.

    names: of groups, cities, partners and people, by slug. soon_working_days: a term with fewer days
    left is a risk. calendar_days: how far is looked ahead.
    Confidential dossiers are for the digest of a person who may see them, and for no other.
    """

    facts: Facts
    calendar: WorkingCalendar
    names: Mapping[str, str]
    soon_working_days: int
    calendar_days: int

    # --- audiences --------------------------------------------------------------------------------

    def of_group(self, group: str) -> Iterator[Candidate]:
        """For a theme group: what it leads, and what it takes part in."""
        for dossier in self.facts.dossiers_by_group.get(group, ()):
            if dossier.confidential:
                continue
            leads = dossier.parties.lead_group == group
            line = self._line(dossier, Why.LEADS if leads else Why.TAKES_PART)
            yield from self._waiting_on_group(dossier, group, line)
            yield from self._running(dossier, line)
            yield from self._done(dossier, line)

    def of_pillar(self, pillar: str, groups: frozenset[str]) -> Iterator[Candidate]:
        """For a pillar: what its groups lead."""
        for dossier in self._public():
            if dossier.parties.pillar == pillar or dossier.parties.lead_group in groups:
                line = self._of_its_group(dossier)
                yield from self._decisions(dossier, line, _OF_PILLAR | AT_THE_BOARD, asked_in=_OF_PILLAR)
                yield from self._risks_and_dissent(dossier, line)
                yield from self._done(dossier, line, opening=False)

    def of_board(self) -> Iterator[Candidate]:
        """For the daily board."""
        for dossier in self._public():
            line = self._of_its_group(dossier)
            yield from self._decisions(
                dossier, replace(line, why=Why.BOARD), AT_THE_BOARD, asked_in=AT_THE_BOARD
            )
            yield from self._risks_and_dissent(dossier, line)
            yield from self._done(dossier, line, opening=False)

    def of_staff(self, officer: Actor) -> Iterator[Candidate]:
        """For the secretariat. officer: somebody with the role of PA officer and no other."""
        public = list(self._public())
        for wait in waiting_for(officer, public, self.facts.moves):
            yield self._of_wait(wait, Why.STAFF)
        for dossier in public:
            line = self._of_its_group(dossier)
            yield from self._risks_and_dissent(dossier, line)
            yield from self._running(dossier, line)
            yield from self._done(dossier, line)

    def of_network(self) -> Iterator[Candidate]:
        """For everybody."""
        for dossier in self._public():
            line = self._of_its_group(dossier)
            yield from self._running(dossier, line, steps=False)
            yield from self._done(dossier, line)

    def of_person(self, reader: Actor, mine: Sequence[DossierFacts]) -> Iterator[Candidate]:
        """For one person: what waits, and what became of what he follows or wrote.

        mine: the dossiers that can concern him.
        """
        for wait in waiting_for(reader, mine, self.facts.moves):
            yield self._of_wait(wait, Why.FOR_SCOPE if wait.scope else Why.OWN_MOVE)
        for dossier in mine:
            wrote = dossier.parties.pen_holder == reader.person
            if (wrote or reader.person in dossier.followers) and may_see(reader, dossier.parties):
                line = self._line(dossier, Why.PEN_HOLDER if wrote else Why.FOLLOWS)
                others = [deed for deed in dossier.deeds if deed.person != reader.person]
                yield from self._done(replace(dossier, deeds=tuple(others)), line, opening=False)

    def terms(self, audience: Audience, groups: frozenset[str]) -> tuple[Term, ...]:
        """Open dossiers with a closing day that concern an audience, those that close first on top.

        groups: of a pillar.
        """
        today = self.facts.today
        found = [
            Term(
                dossier_id=dossier.id,
                number=dossier.number,
                title=dossier.title,
                opens_on=dossier.opens_on,
                step_on=dossier.step_on,
                closes_on=dossier.closes_on,
                working_days=self.calendar.working_days_left(today, dossier.closes_on),
            )
            for dossier in self._public()
            if dossier.closes_on is not None
            and dossier.closes_on >= today
            and dossier.stage in BEFORE_SUBMISSION
            and _concerns(dossier, audience, groups)
        ]
        return tuple(sorted(found, key=lambda term: (term.closes_on, term.number))[:MOST_TERMS])

    # --- parts ------------------------------------------------------------------------------------

    def _waiting_on_group(self, dossier: DossierFacts, group: str, line: Line) -> Iterator[Candidate]:
        if group in asked_groups(dossier):
            asked = replace(line, why=Why.GROUP_ASKED, asked="answer_for_group", act=_accept(dossier, group))
            yield self._candidate(Section.WAITING, dossier, self._until(asked, dossier.asked_on))
        elif dossier.parties.lead_group == group and _LEADING & frozenset(self._movers(dossier)):
            asked = replace(line, asked=dossier.stage.value, act=_steps(dossier))
            yield self._candidate(Section.WAITING, dossier, self._until(asked, dossier.step_on))
        if dossier.to_confirm and dossier.parties.lead_group == group:
            yield self._candidate(Section.WAITING, dossier, _to_confirm(line))

    def _running(self, dossier: DossierFacts, line: Line, *, steps: bool = True) -> Iterator[Candidate]:
        """Terms that run, and the days of the coming weeks."""
        if dossier.stage not in OPEN:
            return
        if dossier.stage in BEFORE_SUBMISSION and _not_before(dossier.closes_on, self.facts.today):
            yield self._candidate(Section.OPEN, dossier, self._until(line, dossier.closes_on))
        days: list[tuple[date | None, datetime | None]] = [(dossier.step_on, None)] if steps else []
        days += [(dutch_date(call.closes_at), call.closes_at) for call in dossier.calls]
        if dossier.round is not None:
            days.append((dossier.round.until, dossier.round.closes_at))
        if dossier.objection_until is not None and dossier.stage is Stage.NO_RESPONSE:
            days.append((dutch_date(dossier.objection_until), dossier.objection_until))
        until = self.facts.today + timedelta(days=self.calendar_days)
        for day, moment in days:
            if day is not None and self.facts.today <= day <= until:
                coming = replace(self._until(line, day), at=moment)
                yield self._candidate(Section.CALENDAR, dossier, coming)

    def _decisions(
        self, dossier: DossierFacts, line: Line, stages: frozenset[Stage], *, asked_in: frozenset[Stage]
    ) -> Iterator[Candidate]:
        """What is to be decided at some stages. asked_in: those at which it is this audience that decides."""
        is_asked = dossier.stage in asked_in
        if dossier.round is not None:
            open_round = replace(line, at=dossier.round.closes_at, asked="decide" if is_asked else line.asked)
            yield self._candidate(
                Section.DECISIONS_DUE, dossier, self._until(open_round, dossier.round.until)
            )
        elif dossier.stage in stages:
            due = replace(line, asked=dossier.stage.value if is_asked else line.asked)
            yield self._candidate(Section.DECISIONS_DUE, dossier, self._until(due, dossier.step_on))
        for _, due_on in dossier.to_ratify:
            ratify = replace(line, asked="ratify" if asked_in == AT_THE_BOARD else line.asked)
            yield self._candidate(Section.DECISIONS_DUE, dossier, self._until(ratify, due_on))

    def _risks_and_dissent(self, dossier: DossierFacts, line: Line) -> Iterator[Candidate]:
        if dossier.stage not in BEFORE_SUBMISSION:
            return
        if risks := self._risks(dossier):
            risky = replace(self._until(line, dossier.closes_on), risks=risks)
            yield self._candidate(Section.RISKS, dossier, risky)
        if dossier.dissent:
            dissent = replace(self._until(line, dossier.closes_on), cities=dossier.dissent)
            yield self._candidate(Section.DISSENT, dossier, dissent)

    def _risks(self, dossier: DossierFacts) -> tuple[str, ...]:
        today, found = self.facts.today, []
        if dossier.step_on is not None and dossier.step_on < today:
            found.append(Risk.STEP_LATE.value)
        if _not_before(dossier.closes_on, today):
            assert dossier.closes_on is not None
            left = self.calendar.working_days_left(today, dossier.closes_on)
            if left < self.soon_working_days:
                found.append(Risk.CLOSES_SOON.value)
        if any(call.answered < call.minimum and self._is_soon(call.closes_at) for call in dossier.calls):
            found.append(Risk.TOO_FEW_ANSWERS.value)
        return (*found, *(code for code in dossier.exceptions if code in RISKY))

    def _done(self, dossier: DossierFacts, line: Line, *, opening: bool = True) -> Iterator[Candidate]:
        """What was done in the stretch of the digest."""
        kinds: list[tuple[Section, frozenset[str]]] = [
            (Section.DECIDED, DECIDING),
            (Section.RESULTS, ENDING),
        ]
        if opening:
            kinds.append((Section.NEW, OPENING))
        window = self.facts.window.with_overlap
        for section, actions in kinds:
            deeds = [deed for deed in dossier.deeds if deed.action in actions and deed.at in window]
            final = {deed.point: deed.id for deed in deeds if deed.outcome}
            for deed in deeds:
                says = deed.outcome and (deed.point == 0 or final[deed.point] == deed.id)
                told = _told(line, deed, deed.outcome if says else "")
                yield self._candidate(section, dossier, told, deed.at)

    # --- pieces -----------------------------------------------------------------------------------

    def _public(self) -> Iterator[DossierFacts]:
        return (dossier for dossier in self.facts.dossiers if not dossier.confidential)

    def _movers(self, dossier: DossierFacts) -> Iterable[Role]:
        return self.facts.moves.get(dossier.stage, ())

    def _is_soon(self, moment: datetime) -> bool:
        return self.calendar.working_days_left(self.facts.today, dutch_date(moment)) <= 2

    def _of_its_group(self, dossier: DossierFacts) -> Line:
        lead = dossier.parties.lead_group
        if not lead:
            return self._line(dossier, Why.EVERYBODY)
        return replace(self._line(dossier, Why.OF_GROUP), why_text=self.names.get(lead, lead))

    def _of_wait(self, wait: Wait, why: Why) -> Candidate:
        if wait.preparation is not None:
            return self._to_prepare(wait.dossier, wait.preparation, why)
        scope = self.names.get(wait.scope, wait.scope)
        line = self._line(wait.dossier, why)
        if wait.asked == CONFIRM:
            return self._candidate(Section.WAITING, wait.dossier, _to_confirm(line))
        asked = replace(line, asked=wait.asked, asked_of=scope, why_text=scope, act=_button_of(wait))
        return self._candidate(Section.WAITING, wait.dossier, self._until(asked, wait.until))

    def _to_prepare(self, dossier: DossierFacts, due: DuePreparation, why: Why) -> Candidate:
        line = Line(
            key=f"hook:{due.hook_id}:{due.preparation.value}",
            what=What.HOOK,
            title=due.title,
            path=due.path,
            of_dossier=dossier.id,
            label=due.kind.value,
            number=dossier.number,
            note=due.preparation.value,
            why=why,
            asked="prepare_hook",
            urgent=dossier.urgent,
        )
        return Candidate(section=Section.WAITING, line=self._until(line, due.on))

    def _line(self, dossier: DossierFacts, why: Why) -> Line:
        return Line(
            key=f"dossier:{dossier.id}",
            what=What.DOSSIER,
            title=dossier.title,
            path=f"/dossiers/{dossier.id}",
            label=dossier.document_type,
            number=dossier.number,
            why=why,
            stage=dossier.stage.value,
            urgent=dossier.urgent and dossier.stage in OPEN,
        )

    def _until(self, line: Line, day: date | None) -> Line:
        if day is None:
            return line
        return replace(
            line, until=day, working_days_left=self.calendar.working_days_left(self.facts.today, day)
        )

    def _candidate(
        self, section: Section, dossier: DossierFacts, line: Line, happened_at: datetime | None = None
    ) -> Candidate:
        items = frozenset(f"item:{item_id}" for item_id in dossier.item_ids)
        return Candidate(section=section, line=line, kin=items | dossier.family, happened_at=happened_at)


def _concerns(dossier: DossierFacts, audience: Audience, groups: frozenset[str]) -> bool:
    match audience.kind:
        case AudienceKind.THEME_GROUP:
            return audience.slug in (dossier.parties.lead_group, *dossier.parties.co_groups)
        case AudienceKind.PILLAR:
            return dossier.parties.pillar == audience.slug or dossier.parties.lead_group in groups
        case _:
            return audience.kind is not AudienceKind.PERSON


def _told(line: Line, deed: Deed, outcome: str) -> Line:
    """outcome: of a point, as it was said last; "" if the deed says none."""
    outcomes = (outcome,) if outcome else ()
    return replace(line, deeds=(deed.action,), outcomes=outcomes, facts=(f"history:{deed.id}",))


def _to_confirm(line: Line) -> Line:
    return replace(line, asked=CONFIRM, path=f"{line.path}#uitkomsten")


def _button_of(wait: Wait) -> tuple[str, str] | None:
    """The button that the Home tab has for it. A text is decided on only as it stands."""
    dossier = wait.dossier
    match wait.asked:
        case "decide":
            open_round = dossier.round
            if open_round is None or not open_round.version_hash:
                return None
            return "round_decide", f"{open_round.id}:{open_round.version_hash}"
        case "answer_call":
            return "call_answer", f"{wait.subject_id}:{wait.scope}"
        case "answer_for_group":
            return _accept(dossier, wait.scope)
        case "sign" | "ratify":
            return None
        case _:
            return _steps(dossier)


def _accept(dossier: DossierFacts, group: str) -> tuple[str, str]:
    return "dossier_accept", f"{dossier.id}:0:{group}"


def _steps(dossier: DossierFacts) -> tuple[str, str]:
    return "dossier_steps", f"{dossier.id}:0:"


def _not_before(day: date | None, today: date) -> bool:
    return day is not None and day >= today
