"""What cities answer: by link or signed in, again, too late, at once, and in dissent."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from g40flow.domain.actors import Surface
from g40flow.domain.dossier.calls import AnswerKind, Asked, Audience, Reply, Visibility
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.errors import CallRefused, InvalidInput, NotAllowed, NotFound, StaleVersion
from g40flow.domain.network import Role
from g40flow.storage.access_tables import Deactivation
from g40flow.storage.calls import calls_for_cities, dissents_of
from g40flow.storage.dossier_tables import Point, PointEvidence
from g40flow.use_cases.calls.answer_call import (
    CityCall,
    answer_by_link,
    cities_of,
    note_visit,
    open_for_city,
    open_link,
)
from g40flow.use_cases.calls.chase_calls import chase_calls
from g40flow.use_cases.calls.copy_answer import AnswerPart, copy_answer
from g40flow.use_cases.calls.links import actor_of_invitation
from g40flow.use_cases.calls.manage_call import cancel_call, close_call, revoke_invitation
from g40flow.use_cases.dossier.exceptions import raise_by_hand
from tests.conftest import on_both
from tests.use_cases.calls.calling import CLOSES_AT, DISSENT, INPUT, LINKS, Calling
from tests.use_cases.dossier.world import DESK, HOUSING_LEAD, HOUSING_SECRETARY, SECRETARIAT


def seen(calling: Calling, city: str, token: str = "") -> CityCall:
    """What somebody sees who opens the link of a city."""
    with calling.world.database.reading() as session:
        return open_link(session, token or calling.token(city), calling.now)


# --- by link ------------------------------------------------------------------------------------


@on_both
def test_a_city_answers_by_link_without_an_account(calling: Calling) -> None:
    calling.open()

    calling.answer("delft")

    (answer,) = calling.answers("delft")
    assert (answer.kind, answer.answers, answer.surface) == (
        "input",
        {"q1": "Wij missen geld."},
        "personal_link",
    )
    assert calling.visits("delft") == ["answered"]
    entry = calling.world.history(calling.dossier_id)[-1]
    assert (entry.action, entry.surface, entry.person) == (
        "answer_call",
        "personal_link",
        calling.links("delft")[0].person,
    )
    assert "Wij missen geld." not in str(entry.facts)


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "A" * 43, "ü", "0" * 5_000])
def test_a_guessed_token_opens_nothing(calling: Calling, token: str) -> None:
    calling.open()

    with pytest.raises(CallRefused) as refused, calling.world.database.reading() as session:
        open_link(session, token, calling.now)

    assert refused.value.code == "link"


def test_the_token_of_one_city_answers_for_that_city_only(calling: Calling) -> None:
    calling.open()

    calling.answer("delft")

    assert calling.answers("almere") == calling.answers("zwolle") == []


def test_an_expired_or_revoked_link_opens_nothing_and_answers_nothing(calling: Calling) -> None:
    calling.open()
    delft, almere = calling.token("delft"), calling.token("almere")
    link = calling.links("almere")[0]
    assert link.id is not None
    with calling.world.writing() as session:
        revoke_invitation(session, calling.call, link.id, actor=calling.secretary, now=calling.now)
    assert seen(calling, "delft", delft).takes_answers

    calling.world.now = CLOSES_AT + timedelta(days=3, seconds=1)

    for token in (delft, almere):
        with pytest.raises(CallRefused) as refused:
            seen(calling, "", token)
        assert refused.value.code == "link"
        with pytest.raises(CallRefused), calling.world.writing() as session:
            answer_by_link(session, DESK, token, INPUT, seen_answer=None, now=calling.now)
        with calling.world.writing() as session:
            note_visit(session, token, calling.now)
    assert calling.visits("almere") == calling.visits("delft") == ["refused"]


def test_a_link_of_somebody_who_was_deactivated_opens_nothing_and_he_is_not_reminded(
    calling: Calling,
) -> None:
    calling.open()
    (link,) = calling.links("delft")
    with calling.world.writing() as session:
        session.add(Deactivation(person=link.person, deactivated_at=calling.now, deactivated_by=SECRETARIAT))

    with pytest.raises(CallRefused), calling.world.database.reading() as session:
        open_link(session, calling.token("delft"), calling.now)
    with pytest.raises(CallRefused):
        calling.answer("delft")
    with calling.world.writing() as session:
        assert note_visit(session, calling.token("delft"), calling.now)
        assert chase_calls(session, DESK, CLOSES_AT - timedelta(hours=1)) == 2 + 3

    assert calling.visits("delft") == ["refused"]
    assert f"person:{link.person}" not in calling.world.messages("call_reminder")


@on_both
def test_every_opening_is_logged(calling: Calling) -> None:
    calling.open()

    for token in (calling.token("delft"), "unknown", calling.token("delft")):
        with calling.world.writing() as session:
            note_visit(session, token, calling.now)

    assert calling.visits("delft") == ["opened", "opened"]
    assert calling.links("delft")[0].last_used_at == calling.now


def test_a_late_answer_is_refused_to_the_second(calling: Calling) -> None:
    calling.open()
    calling.world.now = CLOSES_AT
    first = calling.answer("delft")

    calling.world.later(seconds=1)

    with pytest.raises(CallRefused) as refused:
        calling.answer("delft", seen=first)
    assert refused.value.code == "closed"
    assert not seen(calling, "delft").takes_answers
    assert len(calling.answers("delft")) == 1


def test_an_answer_to_a_cancelled_call_is_refused(calling: Calling) -> None:
    calling.open()
    with calling.world.writing() as session:
        cancel_call(
            session,
            DESK,
            calling.call,
            actor=calling.secretary,
            seen_revision=None,
            reason="ingetrokken",
            now=calling.now,
        )

    with pytest.raises(CallRefused) as refused:
        calling.answer("delft")

    assert refused.value.code == "cancelled"


# --- again --------------------------------------------------------------------------------------


@on_both
def test_answering_again_replaces_and_keeps(calling: Calling) -> None:
    calling.open()
    first = calling.answer("delft")
    calling.world.later(hours=1)

    second = calling.answer("delft", Reply(kind=AnswerKind.SUPPORT, answers={}), seen=first)

    assert [(a.id, a.kind, a.replaced_at) for a in calling.answers("delft")] == [
        (second, "support", None),
        (first, "input", calling.now),
    ]


def test_a_colleague_who_answered_meanwhile_is_not_overwritten_unseen(calling: Calling) -> None:
    calling.open()
    calling.answer("delft")

    with pytest.raises(StaleVersion):
        calling.answer("delft", DISSENT, seen=None)

    assert [answer.kind for answer in calling.answers("delft")] == ["input"]


@on_both
def test_of_two_answers_at_once_one_is_told_to_look_again(calling: Calling) -> None:
    calling.open()
    token = calling.token("delft")

    def answer(number: int) -> str:
        reply = Reply(kind=AnswerKind.INPUT, answers={"q1": f"nummer {number}"})
        try:
            with calling.world.database.writing() as session:
                answer_by_link(session, DESK, token, reply, seen_answer=None, now=calling.now)
        except StaleVersion:
            return "stale"
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(answer, range(4)))

    assert outcomes == ["kept", "stale", "stale", "stale"]
    assert len(calling.answers("delft")) == 1
    assert calling.world.acts(calling.dossier_id).count("answer_call") == 1


@on_both
def test_two_cities_at_once_are_both_kept(calling: Calling) -> None:
    calling.open()
    tokens = [calling.token(city) for city in ("almere", "delft", "zwolle")]

    def answer(token: str) -> None:
        with calling.world.database.writing() as session:
            answer_by_link(session, DESK, token, DISSENT, seen_answer=None, now=calling.now)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(answer, tokens))

    assert calling.world.acts(calling.dossier_id).count("answer_call") == 3
    found = calling.world.exceptions(calling.dossier_id)[ExceptionCode.DISSENT]
    assert found.facts["cities"] == ["almere", "delft", "zwolle"]


def test_what_cannot_be_seen_is_not_kept(calling: Calling) -> None:
    calling.open()

    calling.answer("delft", Reply(kind=AnswerKind.INPUT, answers={"q1": "a\u202eb\x00\r\n\r\n\r\nc"}))

    assert calling.answers("delft")[0].answers == {"q1": "ab\n\nc"}


def test_input_that_says_nothing_is_no_answer(calling: Calling) -> None:
    calling.open()

    with pytest.raises(InvalidInput):
        calling.answer("delft", Reply(kind=AnswerKind.INPUT, answers={"q1": " \u200b "}))

    assert calling.answers("delft") == []


# --- each other ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("visibility", "others"), [("group", ["almere"]), ("private", [])])
def test_cities_see_each_other_only_inside_the_group(
    calling: Calling, visibility: str, others: list[str]
) -> None:
    calling.open(visibility=Visibility(visibility))
    calling.answer("almere")
    calling.answer("delft")

    found = seen(calling, "delft")

    assert [answer.city for answer in found.others] == others
    assert found.mine is not None
    assert found.mine.city == "delft"


# --- signed in ----------------------------------------------------------------------------------


def test_a_coordinator_answers_for_the_own_city_only(calling: Calling) -> None:
    calling.open(asked=Asked(audience=Audience.ALL))
    delft = calling.world.actor(calling.links("delft")[0].person)
    assert cities_of(delft) == ["delft"]

    answer = calling.answer_signed_in("delft", delft)

    assert answer.surface == Surface.PORTAL
    with pytest.raises(NotAllowed):
        calling.answer_signed_in("almere", delft)


@pytest.mark.parametrize("person", [HOUSING_SECRETARY, HOUSING_LEAD, SECRETARIAT])
def test_who_runs_the_call_does_not_answer_it(calling: Calling, person: str) -> None:
    calling.open()

    with pytest.raises(NotAllowed):
        calling.answer_signed_in("delft", calling.world.actor(person))


def test_a_city_that_was_not_asked_does_not_see_the_call(calling: Calling) -> None:
    calling.open(asked=Asked(audience=Audience.ALL))
    oss = calling.world.actor(calling.links("oss")[0].person)
    calling.open()

    with pytest.raises(NotFound):
        calling.answer_signed_in("oss", oss)


def test_who_is_invited_answers_also_about_a_confidential_dossier(calling: Calling) -> None:
    calling.open()
    calling.world.change(calling.dossier_id, confidential=True)
    delft = calling.world.actor(calling.links("delft")[0].person)
    zwolle = calling.world.actor(calling.links("zwolle")[0].person)

    calling.answer_signed_in("delft", delft)
    calling.answer("almere")

    with pytest.raises(NotAllowed):
        calling.answer_signed_in("delft", zwolle)
    with pytest.raises(NotFound), calling.world.database.reading() as session:
        open_for_city(session, calling.call, "delft", calling.world.actor(SECRETARIAT), calling.now)


@on_both
def test_calls_wait_for_cities_until_some_time_after_closing(calling: Calling) -> None:
    calling.open()

    def waiting(city: str) -> list[int | None]:
        with calling.world.database.reading() as session:
            return [c.id for c in calls_for_cities(session, [city], closed_after=calling.now)]

    assert (waiting("delft"), waiting("oss")) == ([calling.call], [])
    with calling.world.writing() as session:
        close_call(session, DESK, calling.call, actor=calling.secretary, seen_revision=None, now=calling.now)
    assert waiting("delft") == []


# --- dissent ------------------------------------------------------------------------------------


def test_dissent_shows_on_the_dossier_and_is_told_at_once(calling: Calling) -> None:
    calling.open()

    calling.answer("delft", DISSENT)

    assert calling.world.exceptions(calling.dossier_id)["dissent"].facts == {"cities": ["delft"]}
    assert calling.world.messages("call_dissent") == [
        "person:karel-denkbeeld",
        f"person:{HOUSING_SECRETARY}",
        f"person:{HOUSING_LEAD}",
    ]
    with calling.world.database.reading() as session:
        (found,) = dissents_of(session, calling.dossier_id)
    assert (found.city, found.mention_dissent) == ("delft", False)


def test_dissent_is_over_when_the_last_city_takes_it_back(calling: Calling) -> None:
    calling.open()
    delft = calling.answer("delft", DISSENT)
    almere = calling.answer("almere", DISSENT)

    calling.answer("delft", seen=delft)
    assert calling.world.exceptions(calling.dossier_id)["dissent"].facts == {"cities": ["almere"]}
    calling.answer("almere", seen=almere)

    assert "dissent" not in calling.world.exceptions(calling.dossier_id)


def test_dissent_of_a_cancelled_call_counts_no_more(calling: Calling) -> None:
    calling.open()
    calling.answer("delft", DISSENT)

    with calling.world.writing() as session:
        cancel_call(
            session,
            DESK,
            calling.call,
            actor=calling.secretary,
            seen_revision=None,
            reason="verkeerde vraag",
            now=calling.now,
        )

    assert "dissent" not in calling.world.exceptions(calling.dossier_id)


def test_dissent_that_people_noted_by_hand_stays(calling: Calling) -> None:
    calling.open()
    first = calling.answer("delft", DISSENT)
    with calling.world.writing() as session:
        raise_by_hand(
            session,
            DESK,
            calling.dossier_id,
            "dissent",
            actor=calling.secretary,
            seen_revision=calling.world.read(calling.dossier_id).revision,
            reason="telefonisch",
            facts={"who": "Oss"},
            now=calling.now,
        )

    calling.answer("delft", seen=first)

    assert calling.world.exceptions(calling.dossier_id)["dissent"].facts == {"cities": [], "who": "Oss"}


# --- evidence -----------------------------------------------------------------------------------


EXAMPLE = Reply(
    kind=AnswerKind.INPUT,
    answers={"q1": "Het kost ons geld."},
    remark="En tijd.",
    figures="2 miljoen",
    example="Onze wijk Noord.",
    publish_example=True,
)


@pytest.mark.parametrize(
    ("part", "text", "publish"),
    [
        (AnswerPart.TEXT, "Het kost ons geld.\n\nEn tijd.", False),
        (AnswerPart.FIGURES, "2 miljoen", False),
        (AnswerPart.EXAMPLE, "Onze wijk Noord.", True),
    ],
)
def test_part_of_an_answer_becomes_evidence_once(
    calling: Calling, part: AnswerPart, text: str, publish: bool
) -> None:
    calling.open()
    answer, point = calling.answer("delft", EXAMPLE), _point(calling)

    kept = [_copy(calling, answer, part, point) for _ in range(2)]

    assert kept[0].id == kept[1].id
    assert (kept[0].city, kept[0].text, kept[0].publish) == ("delft", text, publish)
    assert calling.world.acts(calling.dossier_id).count("copy_answer") == 1


def test_consent_that_is_taken_back_counts_where_the_example_was_copied(calling: Calling) -> None:
    calling.open()
    first = calling.answer("delft", EXAMPLE)
    point = _point(calling)
    copied = _copy(calling, first, AnswerPart.EXAMPLE, point)
    same = calling.answer("delft", replace(EXAMPLE, figures="3 miljoen"), seen=first)
    assert _may_be_named(calling, copied.id)

    calling.answer("delft", replace(EXAMPLE, publish_example=False), seen=same)

    assert not _may_be_named(calling, copied.id)
    assert calling.world.acts(calling.dossier_id)[-1] == "withdraw_consent"
    assert f"person:{calling.secretary.person}" in calling.world.messages("dossier_note")


def _may_be_named(calling: Calling, evidence_id: int | None) -> bool:
    with calling.world.database.reading() as session:
        return session.get_one(PointEvidence, evidence_id).publish


@on_both
def test_evidence_is_for_points_of_the_same_dossier_and_of_what_was_said(calling: Calling) -> None:
    calling.open()
    answer, point = calling.answer("delft"), _point(calling)

    with pytest.raises(InvalidInput):
        _copy(calling, answer, AnswerPart.FIGURES, point)
    with pytest.raises(NotFound):
        _copy(calling, answer, AnswerPart.TEXT, point + 1)
    with pytest.raises(NotAllowed):
        _copy(calling, answer, AnswerPart.TEXT, point, by=SECRETARIAT)


def _point(calling: Calling) -> int:
    with calling.world.writing() as session:
        point = Point(
            dossier_id=calling.dossier_id, position=1, added_by="karel-denkbeeld", added_at=calling.now
        )
        session.add(point)
        session.flush()
        assert point.id is not None
        return point.id


def _copy(
    calling: Calling, answer: int, part: AnswerPart, point: int, *, by: str = "karel-denkbeeld"
) -> PointEvidence:
    with calling.world.writing() as session:
        return copy_answer(
            session,
            DESK,
            calling.call,
            answer,
            part,
            point,
            actor=calling.world.actor(by),
            now=calling.now,
        )


def test_a_link_gives_one_role_for_one_city(calling: Calling) -> None:
    calling.open()

    actor = actor_of_invitation(calling.links("delft")[0])

    assert [(held.role, held.scope) for held in actor.holdings] == [(Role.CITY_COORDINATOR, "delft")]
    assert LINKS.token_of(calling.links("delft")[0]) not in repr(actor)
