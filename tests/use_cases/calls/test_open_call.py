"""Asking cities: who gets a link, until when, and what stands in the way."""

from datetime import date, time, timedelta

import pytest
from sqlmodel import Session, col, select

from g40flow.domain.actors import Surface
from g40flow.domain.dossier.calls import Asked, Audience, CallState
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, StepNotAllowed
from g40flow.domain.instants import dutch_instant
from g40flow.storage.access import hash_of_secret
from g40flow.storage.calls import invitation_with_token, invitations_of
from g40flow.storage.tables import Message
from g40flow.use_cases.calls.manage_call import (
    add_invitation,
    cancel_call,
    change_term,
    close_call,
    close_due_calls,
    replace_invitation,
    revoke_invitation,
)
from g40flow.use_cases.calls.open_call import NewCall, Question, open_call, planned_day
from tests.conftest import on_both
from tests.use_cases.calls.calling import CLOSES_AT, LINKS, Calling, new_call
from tests.use_cases.dossier.world import DESK, HOUSING_LEAD, HOUSING_SECRETARY, SECRETARIAT


@on_both
def test_every_coordinator_gets_a_link_of_which_only_the_hash_is_kept(calling: Calling) -> None:
    calling.open()

    for city in ("almere", "delft", "zwolle"):
        token = calling.token(city)
        assert len(token) == 43
        assert token not in calling.everything()
        assert calling.links(city)[0].token_hash == hash_of_secret(token)
        assert calling.links(city)[0].expires_at == CLOSES_AT + timedelta(days=3)
    assert calling.world.messages("call_invitation") == [
        f"person:{calling.links(city)[0].person}" for city in ("almere", "delft", "zwolle")
    ]
    assert calling.world.acts(calling.dossier_id)[-1] == "open_call"


def test_another_key_gives_another_token(calling: Calling) -> None:
    calling.open()
    other = type(LINKS)(secret_key=b"x" * 40, valid_after=LINKS.valid_after)

    with calling.world.database.reading() as session:
        found = invitation_with_token(session, other.token_of(calling.links("delft")[0]))

    assert found is None


def test_all_cities_are_asked_each_by_its_own_people(calling: Calling) -> None:
    call = calling.open(asked=Asked(audience=Audience.ALL))

    with calling.world.database.reading() as session:
        links = invitations_of(session, call)
    assert len(calling.row().cities) == len(links) == len({link.token_hash for link in links}) == 41


def test_empty_lines_of_the_form_are_no_questions(calling: Calling) -> None:
    questions = [Question(text=" "), Question(text="Een?"), Question(text=""), Question(text="Twee?")]

    calling.open(questions=questions)

    assert [(q["key"], q["text"]) for q in calling.row().questions] == [("q1", "Een?"), ("q2", "Twee?")]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": " \u202e "}, "missing", "title"),
        ({"title": "x" * 201}, "long", "title"),
        ({"introduction": "x" * 4_001}, "long", "introduction"),
        ({"questions": [Question(text="")]}, "no_questions", "question_1"),
        ({"questions": [Question(text="?")] * 13}, "too_many_questions", "question_1"),
        ({"questions": [Question(text="x" * 601)]}, "long", "question_1"),
        ({"questions": [Question(text="?", help="x" * 601)]}, "long", "help_1"),
        ({"asked": Asked(audience=Audience.CHOSEN)}, "no_cities", "audience"),
        (
            {"asked": Asked(audience=Audience.GROUP_MEMBERS, theme_groups=["niets"])},
            "unknown_group",
            "theme_groups",
        ),
        ({"closes_at": CLOSES_AT - timedelta(days=30)}, "past", "closes_at"),
        ({"closes_at": CLOSES_AT + timedelta(days=90)}, "after_term", "closes_at"),
    ],
)
def test_a_call_that_cannot_be_answered_is_not_opened(
    calling: Calling, fields: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        calling.open(**fields)

    assert (refused.value.code, refused.value.field) == (code, field)
    assert calling.world.messages("call_invitation") == []


def test_a_call_that_takes_longer_than_planned_needs_a_second_yes(calling: Calling) -> None:
    plan = {"days": [{"stage": "member_call", "latest_on": "2026-12-03"}]}
    calling.world.change(calling.dossier_id, plan=plan)
    assert planned_day(calling.world.read(calling.dossier_id)) == date(2026, 12, 3)

    with pytest.raises(InvalidInput) as refused:
        calling.open(despite_plan=False)
    calling.open(despite_plan=True)

    assert refused.value.code == "after_plan"
    assert calling.row().state == CallState.OPEN


@pytest.mark.parametrize("person", [SECRETARIAT, HOUSING_LEAD, "karel-denkbeeld"])
def test_only_the_secretary_of_the_lead_group_asks_cities(calling: Calling, person: str) -> None:
    with pytest.raises(NotAllowed), calling.world.writing() as session:
        _open(calling, session, new_call(), person=person)


def test_a_call_belongs_to_its_stages(calling: Calling) -> None:
    calling.world.change(calling.dossier_id, stage=Stage.BOARD_APPROVAL)

    with pytest.raises(StepNotAllowed):
        calling.open()


def test_a_dossier_that_changed_since_it_was_on_screen_is_looked_at_first(calling: Calling) -> None:
    with pytest.raises(StaleVersion), calling.world.writing() as session:
        _open(calling, session, new_call(), seen_revision=999)


# --- the term -----------------------------------------------------------------------------------


def test_another_term_lets_links_live_as_long(calling: Calling) -> None:
    calling.open()
    later = CLOSES_AT + timedelta(days=4)

    with calling.world.writing() as session:
        change_term(
            session,
            DESK,
            LINKS,
            calling.call,
            later,
            actor=calling.secretary,
            seen_revision=None,
            despite_plan=True,
            now=calling.now,
        )

    assert calling.row().closes_at == later
    assert calling.links("delft")[0].expires_at == later + timedelta(days=3)
    entry = calling.world.history(calling.dossier_id)[-1]
    assert (entry.action, entry.facts["old"], entry.facts["new"]) == (
        "change_call_term",
        CLOSES_AT.isoformat(),
        later.isoformat(),
    )


@on_both
def test_a_closed_call_lets_the_dossier_go_on_and_can_be_opened_again(calling: Calling) -> None:
    calling.open(minimum_answers=0)

    with calling.world.writing() as session:
        close_call(session, DESK, calling.call, actor=calling.secretary, seen_revision=None, now=calling.now)
    assert calling.row().ended_at == calling.now < CLOSES_AT
    assert calling.world.read(calling.dossier_id).stage == Stage.DRAFTING
    assert calling.world.messages("call_closed") == ["person:karel-denkbeeld", f"person:{HOUSING_SECRETARY}"]

    with calling.world.writing() as session:
        change_term(
            session,
            DESK,
            LINKS,
            calling.call,
            CLOSES_AT,
            actor=calling.secretary,
            seen_revision=None,
            despite_plan=True,
            now=calling.now,
        )
    assert (calling.row().state, calling.row().closed_at) == (CallState.OPEN, None)
    assert calling.world.acts(calling.dossier_id)[-1] == "reopen_call"


def test_the_lead_hears_of_a_call_that_closes_with_too_few_answers(calling: Calling) -> None:
    calling.open(minimum_answers=2)
    calling.answer("delft")

    with calling.world.writing() as session:
        close_call(session, DESK, calling.call, actor=calling.secretary, seen_revision=None, now=calling.now)

    assert f"person:{HOUSING_LEAD}" in calling.world.messages("call_closed")


def test_a_call_that_rested_with_its_dossier_gets_its_time_back_and_so_do_its_links(calling: Calling) -> None:
    calling.open()
    (before,) = calling.links("delft")
    calling.world.step(calling.dossier_id, "suspend", SECRETARIAT)
    calling.world.later(days=20)

    calling.world.step(calling.dossier_id, "resume", SECRETARIAT)

    assert calling.row().closes_at == CLOSES_AT + timedelta(days=20)
    assert calling.links("delft")[0].expires_at == before.expires_at + timedelta(days=20)
    assert calling.answer("delft")


@on_both
def test_calls_close_by_themselves_after_their_last_instant(calling: Calling) -> None:
    calling.open()
    with calling.world.writing() as session:
        assert close_due_calls(session, DESK, CLOSES_AT) == 0

    with calling.world.writing() as session:
        assert close_due_calls(session, DESK, CLOSES_AT + timedelta(seconds=1)) == 1
        assert close_due_calls(session, DESK, CLOSES_AT + timedelta(seconds=1)) == 0

    assert (calling.row().closed_by, calling.row().ended_at) == ("g40flow", CLOSES_AT)
    assert calling.world.read(calling.dossier_id).stage == Stage.DRAFTING
    assert calling.world.acts(calling.dossier_id)[-2:] == ["close_call", "end_call"]


def test_the_dossier_waits_for_its_last_open_call(calling: Calling) -> None:
    first = calling.open()
    calling.open(closes_at=CLOSES_AT + timedelta(days=3))
    calling.call = first

    with calling.world.writing() as session:
        close_call(session, DESK, first, actor=calling.secretary, seen_revision=None, now=calling.now)

    assert calling.world.read(calling.dossier_id).stage == Stage.MEMBER_CALL


@pytest.mark.parametrize(
    ("stage", "state", "done"),
    [(Stage.SUSPENDED, "open", 0), (Stage.MERGED, "cancelled", 1), (Stage.CLOSED, "cancelled", 1)],
)
def test_calls_rest_with_their_dossier_and_end_with_it(
    calling: Calling, stage: Stage, state: str, done: int
) -> None:
    calling.open()
    calling.world.change(calling.dossier_id, stage=stage)

    with calling.world.writing() as session:
        assert close_due_calls(session, DESK, CLOSES_AT + timedelta(days=1)) == done

    assert calling.row().state == state


def test_a_cancelled_call_stays_cancelled(calling: Calling) -> None:
    calling.open()
    with pytest.raises(InvalidInput), calling.world.writing() as session:
        _cancel(calling, session, "")
    with calling.world.writing() as session:
        _cancel(calling, session, "De wet is ingetrokken")

    with pytest.raises(StepNotAllowed), calling.world.writing() as session:
        _cancel(calling, session, "nog eens")
    with pytest.raises(StepNotAllowed), calling.world.writing() as session:
        close_call(session, DESK, calling.call, actor=calling.secretary, seen_revision=None, now=calling.now)
    assert calling.world.read(calling.dossier_id).stage == Stage.MEMBER_CALL


# --- links --------------------------------------------------------------------------------------


def test_somebody_without_an_account_is_asked_by_mail(calling: Calling) -> None:
    calling.open()

    with calling.world.writing() as session:
        added = add_invitation(
            session,
            DESK,
            LINKS,
            calling.call,
            city="oss",
            name=" Kim\nVoorbeeld ",
            email="kim@oss.example.nl",
            actor=calling.secretary,
            now=calling.now,
        )

    assert (added.name, added.email, added.person) == ("Kim Voorbeeld", "kim@oss.example.nl", "")
    assert calling.row().cities == ["almere", "delft", "oss", "zwolle"]
    assert calling.world.messages("call_invitation")[-1] == f"invitation:{added.id}"
    with calling.world.database.reading() as session:
        message = session.scalars(select(Message).order_by(col(Message.id).desc())).first()
        assert message is not None
        assert message.transport == "mail"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"city": "rotterdam", "person": SECRETARIAT}, "unknown_city"),
        ({"city": "oss", "person": "niemand"}, "unknown_person"),
        ({"city": "oss", "email": "kim@oss.example.nl"}, "missing"),
        ({"city": "oss", "name": "x" * 121, "email": "kim@oss.example.nl"}, "long"),
        ({"city": "oss", "name": "Kim", "email": "kim@oss.example.nl\nBcc: x@y.nl"}, "no_address"),
        ({"city": "oss", "name": "Kim", "email": "kim"}, "no_address"),
    ],
)
def test_a_link_is_for_somebody_who_can_be_reached(
    calling: Calling, fields: dict[str, str], code: str
) -> None:
    calling.open()

    with pytest.raises(InvalidInput) as refused, calling.world.writing() as session:
        add_invitation(session, DESK, LINKS, calling.call, actor=calling.secretary, now=calling.now, **fields)

    assert refused.value.code == code


def test_nobody_is_invited_twice_for_one_city(calling: Calling) -> None:
    calling.open()
    person = calling.links("delft")[0].person

    with pytest.raises(InvalidInput) as refused, calling.world.writing() as session:
        add_invitation(
            session,
            DESK,
            LINKS,
            calling.call,
            city="delft",
            person=person,
            actor=calling.secretary,
            now=calling.now,
        )

    assert refused.value.code == "invited_already"


@on_both
def test_a_renewed_link_replaces_the_old_one(calling: Calling) -> None:
    calling.open()
    old = calling.links("delft")[0]
    assert old.id is not None

    with calling.world.writing() as session:
        replace_invitation(
            session, DESK, LINKS, calling.call, old.id, actor=calling.secretary, now=calling.now
        )

    before, after = calling.links("delft")
    assert before.revoked_at == calling.now
    assert after.revoked_at is None
    assert after.person == before.person
    assert LINKS.token_of(before) != LINKS.token_of(after)
    assert len(calling.world.messages("call_invitation")) == 4


def test_a_revoked_link_is_revoked_once_and_only_in_its_own_call(calling: Calling) -> None:
    calling.open()
    link = calling.links("delft")[0]
    assert link.id is not None

    for _ in range(2):
        with calling.world.writing() as session:
            revoke_invitation(session, calling.call, link.id, actor=calling.secretary, now=calling.now)
    other = calling.open()
    with pytest.raises(NotFound), calling.world.writing() as session:
        revoke_invitation(session, other, link.id, actor=calling.secretary, now=calling.now)

    assert calling.world.acts(calling.dossier_id).count("revoke_call_link") == 1


# --- helpers ------------------------------------------------------------------------------------


def _open(
    calling: Calling,
    session: Session,
    new: NewCall,
    *,
    person: str = HOUSING_SECRETARY,
    seen_revision: int | None = None,
) -> None:
    open_call(
        session,
        DESK,
        LINKS,
        calling.dossier_id,
        new,
        actor=calling.world.actor(person, Surface.PORTAL),
        seen_revision=seen_revision,
        now=calling.now,
    )


def _cancel(calling: Calling, session: Session, reason: str) -> None:
    cancel_call(
        session,
        DESK,
        calling.call,
        actor=calling.secretary,
        seen_revision=None,
        reason=reason,
        now=calling.now,
    )


def test_a_call_until_the_last_second_of_the_term_is_allowed(calling: Calling) -> None:
    last = dutch_instant(date(2027, 1, 29), time(23, 59, 59))

    calling.open(closes_at=last)

    assert calling.row().closes_at == last
