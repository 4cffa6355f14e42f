"""Opening a call: questions to cities, with a personal link for everybody who may answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.calls import (
    CALL_STAGES,
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    Asked,
    Audience,
    CallState,
    TermProblem,
    Visibility,
    cities_asked,
    coordinators_of,
    term_problem,
)
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import InvalidInput, StepNotAllowed
from g40flow.domain.instants import dutch_date, require_aware
from g40flow.domain.outside_text import one_line, several_lines
from g40flow.storage.access import effective_network
from g40flow.storage.dossier_tables import CallInvitation, Dossier, MemberCall
from g40flow.storage.guards import last_instant
from g40flow.use_cases.calls.links import CallLinks, Invitee, audience_of, new_invitation
from g40flow.use_cases.dossier.desk import Desk, leaves_at, note_change, open_for_change, require_on, tell

LONGEST_TITLE = 200
LONGEST_INTRODUCTION = 4_000


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. help: what makes it easier to answer; "" for none."""

    text: str
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """What the secretary filled in.

    closes_at: the last instant at which an answer is taken. despite_plan: later than the plan has it,
    which the secretary saw. minimum_answers: None for the usual number.
    """

    title: str
    questions: Sequence[Question]
    asked: Asked
    closes_at: datetime
    introduction: str = ""
    visibility: Visibility = Visibility.GROUP
    minimum_answers: int | None = None
    despite_plan: bool = False


def open_call(
    session: Session,
    desk: Desk,
    links: CallLinks,
    dossier_id: int,
    new: NewCall,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> MemberCall:
    """Ask cities, each coordinator with a link of his own.

    Raises NotFound, StaleVersion, NotAllowed, StepNotAllowed outside the stages of a call, or
    InvalidInput: "missing", "long", "no_questions", "too_many_questions", "no_cities", or a word of
    TermProblem.
    """
    dossier = open_for_change(session, dossier_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.RUN_CALL)
    require_call_stage(dossier)
    check_term(desk, dossier, new.closes_at, despite_plan=new.despite_plan, now=now)
    call = _row(session, desk, dossier, new, actor, now)
    invitations = _invite_coordinators(session, desk, links, call, now)
    note_change(
        session,
        dossier,
        actor,
        "open_call",
        now=now,
        facts={
            "call": call.id,
            "title": call.title,
            "cities": len(call.cities),
            "invitations": len(invitations),
            "closes_at": call.closes_at.isoformat(),
        },
    )
    for invitation in invitations:
        tell_invitee(session, desk, dossier, invitation, now)
    return call


def require_call_stage(dossier: Dossier) -> None:
    """Raises StepNotAllowed when cities cannot be asked anything at this stage."""
    if dossier.stage not in CALL_STAGES:
        raise StepNotAllowed(f"a call belongs to {list(CALL_STAGES)}, not to {dossier.stage}")


def check_term(
    desk: Desk, dossier: Dossier, closes_at: datetime, *, despite_plan: bool, now: datetime
) -> None:
    """Raises InvalidInput with a word of TermProblem."""
    problem = term_problem(
        require_aware(closes_at),
        now=now,
        planned_on=planned_day(dossier),
        last_instant=last_instant(dossier),
    )
    if problem is not None and not (problem is TermProblem.AFTER_PLAN and despite_plan):
        raise InvalidInput(problem.value, f"closing at {closes_at.isoformat()}", field="closes_at")


def planned_day(dossier: Dossier) -> date | None:
    """The day on which the plan has the call over; None if it has none."""
    days = dossier.plan.get("days", [])
    found = next((day for day in days if day["stage"] == Stage.MEMBER_CALL), None)
    return None if found is None else date.fromisoformat(found["latest_on"])


def tell_invitee(
    session: Session, desk: Desk, dossier: Dossier, invitation: CallInvitation, now: datetime
) -> None:
    """Send somebody his personal link; the message is composed with it, and keeps it nowhere."""
    tell(
        session,
        dossier,
        f"call:{invitation.call_id}:invitation:{invitation.id}",
        audience=audience_of(invitation),
        kind="call_invitation",
        subject={"call_id": invitation.call_id, "invitation_id": invitation.id},
        now=now,
        not_before=leaves_at(desk, dossier, now),
        urgent=dossier.urgent,
        transport="slack" if invitation.person else "mail",
    )


def _row(
    session: Session, desk: Desk, dossier: Dossier, new: NewCall, actor: Actor, now: datetime
) -> MemberCall:
    assert dossier.id is not None
    title = _required(new.title, LONGEST_TITLE, "title")
    introduction = _within(several_lines(new.introduction), LONGEST_INTRODUCTION, "introduction")
    usual = desk.rules.calls.minimum_answers
    call = MemberCall(
        dossier_id=dossier.id,
        title=title,
        introduction=introduction,
        questions=_questions(new.questions),
        theme_groups=list(new.asked.theme_groups),
        audience=new.asked.audience,
        cities=_cities(session, desk, new.asked, now),
        visibility=new.visibility,
        minimum_answers=usual if new.minimum_answers is None else max(0, new.minimum_answers),
        opened_at=now,
        opened_by=actor.person,
        term_since=now,
        closes_at=new.closes_at,
        state=CallState.OPEN,
    )
    session.add(call)
    session.flush()
    return call


def _questions(given: Sequence[Question]) -> list[dict[str, str]]:
    """Questions that say something, numbered; an empty line of the form is no question."""
    filled = [(n, question) for n, question in enumerate(given, start=1) if one_line(question.text)]
    if not filled:
        raise InvalidInput("no_questions", "a call without questions", field="question_1")
    if len(filled) > MOST_QUESTIONS:
        raise InvalidInput("too_many_questions", f"{len(filled)} questions", field="question_1")
    return [
        {
            "key": f"q{number}",
            "text": _within(one_line(question.text), LONGEST_QUESTION, f"question_{n}"),
            "help": _within(one_line(question.help), LONGEST_QUESTION, f"help_{n}"),
        }
        for number, (n, question) in enumerate(filled, start=1)
    ]


def _cities(session: Session, desk: Desk, asked: Asked, now: datetime) -> list[str]:
    network = effective_network(session, desk.network)
    known = {group.slug for group in network.theme_groups}
    if asked.audience is Audience.GROUP_MEMBERS and not known.issuperset(asked.theme_groups):
        raise InvalidInput("unknown_group", f"{list(asked.theme_groups)}", field="theme_groups")
    cities = cities_asked(network, asked, dutch_date(now))
    if not cities:
        raise InvalidInput("no_cities", f"nobody is in {asked.audience}", field="audience")
    return list(cities)


def _invite_coordinators(
    session: Session, desk: Desk, links: CallLinks, call: MemberCall, now: datetime
) -> list[CallInvitation]:
    network, today = effective_network(session, desk.network), dutch_date(now)
    return [
        new_invitation(session, links, call, Invitee.of(person, city), now)
        for city in call.cities
        for person in coordinators_of(network, city, today)
    ]


def _required(text: str, longest: int, field: str) -> str:
    said = one_line(text)
    if not said:
        raise InvalidInput("missing", f"{field} is empty", field=field)
    return _within(said, longest, field)


def _within(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        raise InvalidInput("long", f"{field}: {len(text)} characters, at most {longest}", field=field)
    return text
