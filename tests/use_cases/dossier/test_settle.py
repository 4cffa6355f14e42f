"""The response, partners and their signatures, who may see a dossier, mergers and setbacks."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from g40flow.domain.actors import Actor, Surface
from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.errors import (
    GuardFailed,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
    StepNotAllowed,
)
from g40flow.domain.network import Role, RoleHolding
from g40flow.storage.dossier_tables import Dossier, DossierPartner
from g40flow.storage.dossiers import followers_of, items_of_dossier, partners_of
from g40flow.storage.guards import guard_facts
from g40flow.use_cases.dossier.follow import follow_dossier, follow_item, is_following, unfollow_dossier
from g40flow.use_cases.dossier.merge import merge
from g40flow.use_cases.dossier.setbacks import declare_controversial, miss_term
from g40flow.use_cases.dossier.settle import (
    add_partner,
    choose_response,
    lift_confidentiality,
    make_confidential,
    name_pen_holder,
    remove_partner,
)
from g40flow.use_cases.dossier.signatures import answer_signature, ask_signature, lapse_signatures
from tests.conftest import on_both
from tests.use_cases.dossier.conditions import PASSED, make
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    CARE,
    CARE_LEAD,
    DESK,
    HOUSING,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    SAFETY,
    SECRETARIAT,
    World,
)

VNG = Actor(
    person="vera-vng",
    name="Vera van de VNG",
    surface=Surface.PORTAL,
    holdings=(RoleHolding(role=Role.PARTNER, scope="vng"),),
)


def do(
    world: World, use_case: object, dossier_id: int, *given: object, by: str = SECRETARIAT, **more: object
) -> None:
    """Run a use case on a dossier as somebody who saw it as it is."""
    assert callable(use_case)
    with world.writing() as session:
        use_case(
            session, DESK, dossier_id, *given, actor=more.pop("actor", None) or world.actor(by),
            seen_revision=world.read(dossier_id).revision, now=world.now, **more,
        )  # fmt: skip


def partner(world: World, dossier_id: int, slug: str = "vng") -> DossierPartner:
    with world.database.reading() as session:
        return session.get_one(DossierPartner, (dossier_id, slug))


def signatures_complete(world: World, dossier_id: int) -> bool:
    with world.database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        guard = Guard.SIGNATURES_COMPLETE
        return guard_facts(session, dossier, world.now, [guard])[guard]


# --- response and pen holder ----------------------------------------------------------------------


def test_the_kind_of_response_is_chosen_and_a_joint_one_is_a_joint_letter(world: World) -> None:
    dossier_id = world.at(Stage.RESPONSE_DECISION)

    do(world, choose_response, dossier_id, "joint_partners", by=HOUSING_LEAD)
    assert "joint_letter" in world.exceptions(dossier_id)
    do(world, choose_response, dossier_id, "own", by=HOUSING_LEAD)

    assert world.read(dossier_id).response_type == "own"
    assert "joint_letter" not in world.exceptions(dossier_id)
    for wrong in ("none", "support_vng", "poem", ""):
        with pytest.raises(InvalidInput):
            do(world, choose_response, dossier_id, wrong, by=HOUSING_LEAD)
    with pytest.raises(NotAllowed):
        do(world, choose_response, dossier_id, "own", by=CARE_LEAD)


def test_a_pen_holder_is_named_told_and_then_writes(world: World) -> None:
    dossier_id = world.at(Stage.RESPONSE_DECISION)

    do(world, name_pen_holder, dossier_id, "olaf-ter-demo", by=HOUSING_LEAD)

    assert world.read(dossier_id).pen_holder == "olaf-ter-demo"
    assert world.messages("dossier_note") == ["person:olaf-ter-demo"]
    with pytest.raises(InvalidInput):
        do(world, name_pen_holder, dossier_id, "niemand", by=HOUSING_LEAD)
    world.change(dossier_id, stage=Stage.SUBMITTED)
    with pytest.raises(InvalidInput):
        do(world, name_pen_holder, dossier_id, CARE_LEAD, by=HOUSING_LEAD)


# --- partners -------------------------------------------------------------------------------------


def test_a_partner_works_along_from_the_moment_it_is_added(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)

    do(world, add_partner, dossier_id, "vng", contact="beleidsadviseur wonen")

    assert partner(world, dossier_id).state == "partner"
    with pytest.raises(InvalidInput):
        do(world, add_partner, dossier_id, "vng")
    with pytest.raises(InvalidInput):
        do(world, add_partner, dossier_id, "gnomes")
    do(world, remove_partner, dossier_id, "vng", reason="doet niet mee")
    with world.database.reading() as session:
        assert partners_of(session, dossier_id) == []


@on_both
def test_a_partner_signs_exactly_the_text_it_saw_and_a_change_lapses_the_signature(world: World) -> None:
    dossier_id = world.at(Stage.POLITICAL_REVIEW)
    text = world.text(dossier_id, "# Samen\n")
    do(world, add_partner, dossier_id, "vng")
    assert signatures_complete(world, dossier_id)
    do(world, ask_signature, dossier_id, "vng", by=HOUSING_SECRETARY)
    assert not signatures_complete(world, dossier_id)

    do(world, answer_signature, dossier_id, "vng", "agreed", actor=VNG)
    with pytest.raises(StaleVersion):
        do(world, answer_signature, dossier_id, "vng", "signed", actor=VNG, seen_hash="a" * 64)
    do(world, answer_signature, dossier_id, "vng", "signed", actor=VNG, seen_hash=text, name_consent=True)

    signed = partner(world, dossier_id)
    assert (signed.state, signed.signed_hash, signed.name_consent, signed.logo_consent) == (
        "signed", text, True, False,
    )  # fmt: skip
    assert signatures_complete(world, dossier_id)
    assert world.history(dossier_id)[-1].version_hash == text

    world.text(dossier_id, "# Samen, maar anders\n")
    assert not signatures_complete(world, dossier_id)
    with world.writing() as session:
        dossier = session.get_one(Dossier, dossier_id)
        assert lapse_signatures(session, dossier, actor=world.actor(HOUSING_SECRETARY), now=world.now) == [
            "vng"
        ]
    assert partner(world, dossier_id).state == "agreed"
    assert world.acts(dossier_id)[-1] == "signature_lapsed"


def test_a_partner_that_declines_says_why_and_holds_up_nothing(world: World) -> None:
    dossier_id = world.at(Stage.POLITICAL_REVIEW)
    do(world, add_partner, dossier_id, "vng")
    with pytest.raises(InvalidInput):
        do(world, answer_signature, dossier_id, "vng", "agreed", actor=VNG)  # nobody asked
    do(world, ask_signature, dossier_id, "vng")

    with pytest.raises(InvalidInput):
        do(world, answer_signature, dossier_id, "vng", "declined", actor=VNG)
    do(world, answer_signature, dossier_id, "vng", "declined", actor=VNG, note="eigen brief")

    assert partner(world, dossier_id).state == "declined"
    assert signatures_complete(world, dossier_id)


def test_the_secretariat_records_a_partners_answer_with_where_it_stands(world: World) -> None:
    dossier_id = world.at(Stage.POLITICAL_REVIEW)
    do(world, add_partner, dossier_id, "g4")
    do(world, ask_signature, dossier_id, "g4")

    with pytest.raises(InvalidInput):
        do(world, answer_signature, dossier_id, "g4", "agreed")
    with pytest.raises(InvalidInput):
        do(world, answer_signature, dossier_id, "g4", "signed", note="mail", seen_hash="")  # no text yet
    with pytest.raises(NotFound):
        do(world, answer_signature, dossier_id, "g4", "agreed", actor=VNG, note="mail")
    do(world, answer_signature, dossier_id, "g4", "agreed", note="mail van 3 maart")

    assert partner(world, dossier_id, "g4").note == "mail van 3 maart"


# --- who may see it -------------------------------------------------------------------------------


def test_confidential_is_for_readers_until_it_is_lifted(world: World) -> None:
    dossier_id = world.dossier(HOUSING, CARE)
    before = len(world.messages("dossier_card"))

    do(world, make_confidential, dossier_id, [HOUSING_SECRETARY], reason="onderhandeling")

    with pytest.raises(NotFound):
        do(world, choose_response, dossier_id, "own", by=HOUSING_LEAD)
    do(world, choose_response, dossier_id, "own", by=HOUSING_SECRETARY)
    assert world.exceptions(dossier_id)["confidential"].facts["readers"] == [SECRETARIAT, HOUSING_SECRETARY]
    do(world, lift_confidentiality, dossier_id, reason="is openbaar")
    assert "confidential" not in world.exceptions(dossier_id)
    do(world, choose_response, dossier_id, "joint_groups", by=HOUSING_LEAD)
    assert len(world.messages("dossier_card")) == before  # they have their card already
    with pytest.raises(InvalidInput):
        do(world, lift_confidentiality, dossier_id, reason="nog eens")


def test_followers_who_may_not_see_it_hear_nothing_of_a_confidential_dossier(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)
    with world.writing() as session:
        for person in (CARE_LEAD, HOUSING_SECRETARY):
            follow_dossier(session, dossier_id, actor=world.actor(person), now=world.now)
    do(world, make_confidential, dossier_id, [HOUSING_SECRETARY], reason="gevoelig")

    world.step(dossier_id, "suspend", SECRETARIAT)

    assert world.messages("term_notice") == [f"person:{HOUSING_SECRETARY}"]


@on_both
def test_following_an_item_is_following_its_dossier_and_stopping_stops(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)
    with world.writing() as session:
        item = items_of_dossier(session, dossier_id)[0].item_id
        follow_item(session, item, actor=world.actor(CARE_LEAD), now=world.now)
        follow_dossier(session, dossier_id, actor=world.actor(SECRETARIAT), now=world.now)
        follow_dossier(session, dossier_id, actor=world.actor(SECRETARIAT), now=world.now)
        assert followers_of(session, dossier_id) == sorted([SECRETARIAT, CARE_LEAD])
        unfollow_dossier(session, dossier_id, actor=world.actor(SECRETARIAT))
        assert not is_following(session, SECRETARIAT, f"dossier:{dossier_id}")
        with pytest.raises(NotFound):
            follow_item(session, 999, actor=world.actor(CARE_LEAD), now=world.now)


# --- mergers --------------------------------------------------------------------------------------


@on_both
def test_a_duplicate_goes_into_the_other_with_items_groups_partners_and_followers(world: World) -> None:
    kept, double = world.dossier(HOUSING), world.dossier(CARE, SAFETY)
    do(world, add_partner, double, "vng")
    with world.writing() as session:
        follow_dossier(session, double, actor=world.actor(CARE_LEAD), now=world.now)

    do(world, merge, double, "2026-001", reason="zelfde wet")

    assert (world.read(double).stage, world.read(double).merged_into_id) == ("merged", kept)
    assert world.groups(kept) == {HOUSING: "asked", SAFETY: "asked", CARE: "asked"}
    with world.database.reading() as session:
        assert [link.relation for link in items_of_dossier(session, kept)] == ["subject", "duplicate"]
        assert [p.partner for p in partners_of(session, kept)] == ["vng"]
        assert followers_of(session, kept) == [CARE_LEAD]
    assert "duplicate" in world.exceptions(kept)
    assert "duplicate" in world.exceptions(double)
    assert world.acts(kept)[-1] == "merged_from"
    assert set(world.messages("dossier_note")) == {f"person:{CARE_LEAD}"}


def test_what_cannot_be_merged_stays_as_it_is(world: World) -> None:
    one, other = world.dossier(HOUSING), world.dossier(CARE)

    for number in ("2026-001", "2026-999", ""):
        with pytest.raises(InvalidInput):
            do(world, merge, one, number, reason="dubbel")
    with pytest.raises(StepNotAllowed):
        do(world, merge, one, "2026-002", reason="dubbel", by=HOUSING_LEAD)
    world.change(other, stage=Stage.CLOSED)
    with pytest.raises(InvalidInput):
        do(world, merge, one, "2026-002", reason="dubbel")

    assert world.read(one).stage == "routed"


@on_both
def test_two_who_merge_crosswise_at_once_leave_one_dossier_open(world: World) -> None:
    one, other = world.dossier(HOUSING), world.dossier(CARE)

    def into(given: tuple[int, str]) -> str:
        try:
            do(world, merge, given[0], given[1], reason="dubbel")
        except (InvalidInput, StepNotAllowed, StaleVersion) as refused:
            return type(refused).__name__
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(into, [(one, "2026-002"), (other, "2026-001")]))

    assert outcomes.count("merged") == 1
    assert sorted([world.read(one).stage, world.read(other).stage]) == ["merged", "routed"]


# --- setbacks -------------------------------------------------------------------------------------


def test_a_missed_term_is_closed_with_its_cause_or_goes_on_as_a_late_letter(world: World) -> None:
    closed, late = world.at(Stage.DRAFTING, closes_on=PASSED), world.at(Stage.DRAFTING, closes_on=PASSED)

    do(world, miss_term, closed, cause="ziekte", late_letter=False)
    do(world, miss_term, late, cause="ziekte", late_letter=True)

    assert world.read(closed).stage == "closed"
    assert (world.read(late).stage, world.read(late).response_type) == ("drafting", "letter")
    assert world.exceptions(closed)["missed"].facts == {"cause": "ziekte", "late": False}
    assert world.exceptions(late)["missed"].facts == {"cause": "ziekte", "late": True}
    with pytest.raises(GuardFailed):
        do(world, miss_term, world.at(Stage.DRAFTING), cause="x", late_letter=True)
    with pytest.raises(StepNotAllowed):
        do(world, miss_term, late, cause="x", late_letter=False, by=HOUSING_LEAD)


def test_a_controversial_subject_is_parked_for_a_campaign(world: World) -> None:
    dossier_id = world.at(Stage.POLITICAL_REVIEW)

    do(world, declare_controversial, dossier_id, reason="lijst van 12 maart")

    assert world.read(dossier_id).stage == "suspended"
    assert world.exceptions(dossier_id)["controversial"].facts == {"campaign": True}
    world.step(dossier_id, "resume", SECRETARIAT)
    assert world.read(dossier_id).stage == "political_review"
    assert world.exceptions(dossier_id) == {}


def test_withdrawing_calls_off_what_was_asked_of_people(world: World) -> None:
    dossier_id = world.at(Stage.BOARD_APPROVAL)
    make(world, dossier_id, Guard.NO_OPEN_ROUND, hold=False)
    make(world, dossier_id, Guard.NO_OPEN_CALL, hold=False)
    do(world, add_partner, dossier_id, "vng")
    do(world, ask_signature, dossier_id, "vng")

    world.step(dossier_id, "withdraw", SECRETARIAT, "ingetrokken door BZK", source="https://example.nl/x")

    entry = world.history(dossier_id)[-1]
    assert sorted(str(word).split(":")[0] for word in entry.facts["cancelled"]) == [
        "call",
        "round",
        "signature",
    ]
    assert world.exceptions(dossier_id)["withdrawn"].facts["source"] == "https://example.nl/x"
    for guard in (Guard.NO_OPEN_ROUND, Guard.NO_OPEN_CALL, Guard.SIGNATURES_COMPLETE):
        with world.database.reading() as session:
            dossier = session.get_one(Dossier, dossier_id)
            assert guard_facts(session, dossier, world.now, [guard])[guard]


@pytest.mark.parametrize("by", [BOARD_MEMBER, CARE_LEAD])
def test_who_has_no_part_in_it_settles_nothing(world: World, by: str) -> None:
    dossier_id = world.at(Stage.DRAFTING)
    before = world.acts(dossier_id)

    for use_case, given in (
        (choose_response, ["own"]),
        (name_pen_holder, [CARE_LEAD]),
        (add_partner, ["vng"]),
        (make_confidential, [[]]),
    ):
        more = {"reason": "x"} if use_case is make_confidential else {}
        with pytest.raises(NotAllowed):
            do(world, use_case, dossier_id, *given, by=by, **more)

    assert world.acts(dossier_id) == before
