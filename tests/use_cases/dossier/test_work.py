from datetime import date, timedelta

from g40flow.domain.actors import Actor, Surface
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.network import Role, RoleHolding
from g40flow.storage.dossier_tables import (
    CallAnswer,
    DecisionRound,
    DossierPartner,
    MemberCall,
    Ratification,
    RoundMember,
    RoundPosition,
)
from g40flow.use_cases.dossier.settle import make_confidential
from g40flow.use_cases.dossier.work import Waiting, work_of
from tests.conftest import on_both
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    BOARD_SECRETARY,
    CARE,
    CARE_LEAD,
    DESK,
    HOUSING,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    PILLAR_CHAIR,
    SECRETARIAT,
    World,
)


def work(world: World, person: str) -> list[Waiting]:
    with world.database.reading() as session:
        return work_of(session, DESK, world.actor(person), world.now)


def asked(world: World, person: str) -> list[tuple[str, str]]:
    return [(waiting.asked, waiting.scope) for waiting in work(world, person)]


def test_each_lead_is_asked_for_the_own_group_once_it_is_routed(world: World) -> None:
    world.dossier(HOUSING, CARE, routed=False)
    assert (asked(world, HOUSING_LEAD), asked(world, SECRETARIAT)) == ([], [("triage", "")])

    world.dossier(HOUSING, CARE)

    assert asked(world, HOUSING_LEAD) == [("answer_for_group", HOUSING)]
    assert asked(world, CARE_LEAD) == [("answer_for_group", CARE)]
    assert asked(world, HOUSING_SECRETARY) == []


@on_both
def test_each_stage_waits_for_those_whose_move_it_is(world: World) -> None:
    for stage, people in {
        Stage.RESPONSE_DECISION: {HOUSING_LEAD, PILLAR_CHAIR},
        Stage.MEMBER_CALL: {HOUSING_SECRETARY},
        Stage.DRAFTING: {"olaf-ter-demo"},
        Stage.OFFICIAL_REVIEW: {HOUSING_SECRETARY},
        Stage.POLITICAL_REVIEW: {HOUSING_LEAD, PILLAR_CHAIR},
        Stage.BOARD_APPROVAL: {BOARD_SECRETARY},
        Stage.READY_TO_SUBMIT: {SECRETARIAT, BOARD_SECRETARY},  # who is of the secretariat as well
        Stage.SUSPENDED: set(),
        Stage.CLOSED: set(),
    }.items():
        dossier_id = world.at(stage, pen_holder="olaf-ter-demo")
        everybody = [HOUSING_LEAD, HOUSING_SECRETARY, PILLAR_CHAIR, BOARD_SECRETARY, SECRETARIAT, CARE_LEAD,
                     BOARD_MEMBER, "olaf-ter-demo", "mieke-van-fictie"]  # fmt: skip

        waits_for = {person for person in everybody if (stage, "") in asked(world, person)}

        assert waits_for == people, stage
        world.change(dossier_id, stage=Stage.CLOSED)


@on_both
def test_a_city_is_asked_until_it_has_answered(world: World) -> None:
    dossier_id = world.at(Stage.MEMBER_CALL)
    with world.writing() as session:
        call = MemberCall(
            dossier_id=dossier_id, questions=[], theme_groups=[HOUSING], cities=["zwolle", "hengelo"],
            opened_at=world.now, term_since=world.now, opened_by=HOUSING_SECRETARY,
            closes_at=world.now + timedelta(days=7),
        )  # fmt: skip
        session.add(call)
        session.flush()
        call_id = call.id
    assert asked(world, "otis-fantasie") == [("answer_call", "zwolle")]
    assert work(world, "otis-fantasie")[0].until == date(2026, 11, 30)

    with world.writing() as session:
        session.add(
            CallAnswer(
                call_id=call_id or 0, city="zwolle", kind="support", answers={}, answered_by="otis-fantasie",
                surface="portal", answered_at=world.now,
            )
        )  # fmt: skip

    assert asked(world, "otis-fantasie") == []
    assert asked(world, "xavi-van-fictie") == [("answer_call", "hengelo")]


@on_both
def test_a_board_member_and_a_deputy_are_asked_until_one_of_them_has_decided(world: World) -> None:
    dossier_id = world.at(Stage.BOARD_APPROVAL)
    text = world.text(dossier_id)
    with world.writing() as session:
        found = DecisionRound(
            dossier_id=dossier_id, version_id=world.read(dossier_id).current_version_id or 0,
            version_hash=text, form="written_round", rule={}, opened_at=world.now, opened_by="x",
            closes_at=world.now + timedelta(days=3),
        )  # fmt: skip
        session.add(found)
        session.flush()
        round_id = found.id or 0
        session.add(
            RoundMember(round_id=round_id, member=BOARD_MEMBER, deputy="kim-modelman", asked_at=world.now)
        )
    assert asked(world, BOARD_MEMBER) == [("decide", "")]
    assert asked(world, "kim-modelman") == [("decide", BOARD_MEMBER)]
    assert work(world, BOARD_MEMBER)[0].subject_id == round_id

    with world.writing() as session:
        session.add(
            RoundPosition(
                round_id=round_id, member=BOARD_MEMBER, decided_by="kim-modelman", position="approve",
                surface="slack", seen_hash=text, at=world.now,
            )
        )  # fmt: skip

    assert (asked(world, BOARD_MEMBER), asked(world, "kim-modelman")) == ([], [])


def test_a_decision_under_mandate_waits_for_the_secretary_of_the_board(world: World) -> None:
    dossier_id = world.at(Stage.FOLLOW_UP)
    text = world.text(dossier_id)
    with world.writing() as session:
        found = DecisionRound(
            dossier_id=dossier_id, version_id=world.read(dossier_id).current_version_id or 0,
            version_hash=text, form="mandate", rule={}, opened_at=world.now, opened_by="x",
            closed_at=world.now, result="adopted",
        )  # fmt: skip
        session.add(found)
        session.flush()
        session.add(Ratification(dossier_id=dossier_id, round_id=found.id or 0, due_on=date(2026, 12, 14)))

    assert asked(world, BOARD_SECRETARY) == [("ratify", "")]
    assert work(world, BOARD_SECRETARY)[0].until == date(2026, 12, 14)
    assert asked(world, SECRETARIAT) == []


def test_what_is_due_first_stands_at_the_top(world: World) -> None:
    later = world.dossier(HOUSING, opens_on=date(2027, 1, 4), closes_on=date(2027, 3, 1))
    sooner = world.dossier(HOUSING, closes_on=date(2026, 12, 1))

    found = work(world, HOUSING_LEAD)

    assert [waiting.dossier_id for waiting in found] == [sooner, later]
    assert found[0].until is not None
    assert found[0].working_days_left is not None


def test_a_confidential_dossier_waits_only_for_who_may_see_it(world: World) -> None:
    dossier_id = world.dossier(HOUSING)
    with world.writing() as session:
        make_confidential(
            session, DESK, dossier_id, ["femke-schijn"], reason="gevoelig", actor=world.actor(SECRETARIAT),
            seen_revision=world.read(dossier_id).revision, now=world.now,
        )  # fmt: skip

    assert asked(world, HOUSING_LEAD) == []


@on_both
def test_a_partner_is_asked_to_sign(world: World) -> None:
    dossier_id = world.at(Stage.POLITICAL_REVIEW)
    with world.writing() as session:
        session.add(DossierPartner(dossier_id=dossier_id, partner="vng", state="asked"))
    vng = Actor(
        person="iemand", name="Iemand", surface=Surface.PORTAL,
        holdings=(RoleHolding(role=Role.PARTNER, scope="vng"),),
    )  # fmt: skip

    with world.database.reading() as session:
        found = work_of(session, DESK, vng, world.now)

    assert [(waiting.asked, waiting.scope) for waiting in found] == [("sign", "vng")]
