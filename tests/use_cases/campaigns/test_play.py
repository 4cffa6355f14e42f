"""Every type of campaign from idea to closed, and what turns back, stops and goes on again."""

from datetime import date
from typing import Any

import pytest

from g40flow.domain.campaigns.bodies import ADOPTED_BY, Body
from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import AskState, CampaignType
from g40flow.domain.dossier.words import DocumentType, PartnerState
from g40flow.domain.dossier.workflow import Guard, Process, Stage
from g40flow.domain.errors import GuardFailed, InvalidInput, NotAllowed, StaleVersion, StepNotAllowed
from g40flow.render.documents import DocumentDetails, Documents, read_pdf
from g40flow.resources import resource
from g40flow.storage.deadlines import dossier_ids_on
from g40flow.storage.dossier_tables import DossierItem, LibraryPosition
from g40flow.storage.tables import Item
from g40flow.use_cases.campaigns.asks import history_of_ask
from g40flow.use_cases.campaigns.coalition import add_signatory
from g40flow.use_cases.campaigns.documents import link_document, open_document, unlink_document
from g40flow.use_cases.campaigns.open_campaign import (
    CampaignDetails,
    MandateTerms,
    edit_campaign,
    settle_mandate,
)
from g40flow.use_cases.decisions.adopt_by_body import adopt_by_body
from g40flow.use_cases.dossier.agenda import Due, agenda_of
from g40flow.use_cases.dossier.open_dossier import open_dossier
from g40flow.use_cases.dossier.recalculate import follow_items
from g40flow.use_cases.dossier.signatures import answer_signature, ask_signature, signed_names
from tests.use_cases.campaigns.world import CampaignWorld
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
)

DECISION_DAY = date(2027, 3, 2)


def link_item(world: CampaignWorld, campaign_id: int) -> None:
    item = world.item()
    with world.writing() as session:
        session.add(DossierItem(dossier_id=campaign_id, item_id=item))


def sign(world: CampaignWorld, dossier_id: int, name: str = "Bouwend Fictief", **more: Any) -> str:
    slug = world.do(add_signatory, dossier_id, name, seen_revision=None).partner
    world.do(ask_signature, dossier_id, slug, seen_revision=None, **more)
    world.do(
        answer_signature, dossier_id, slug, "signed",
        seen_revision=None, seen_hash=world.hash_of(dossier_id), note="brief van vandaag",
        name_consent=True, logo_consent=True,
    )  # fmt: skip
    return slug


@pytest.mark.parametrize("kind", list(CampaignType))
def test_every_type_is_played_from_idea_to_closed(world: CampaignWorld, kind: CampaignType) -> None:
    needs = {guard for guards in CAMPAIGN_TYPES[kind].needs.values() for guard in guards}
    campaign_id = world.prepared(kind, decision_on=DECISION_DAY)
    ask_id = world.ask(campaign_id)
    world.write(campaign_id)
    world.step(campaign_id, "offer_for_adoption", HOUSING_SECRETARY)
    world.adopt(campaign_id)
    assert world.read(campaign_id).stage is Stage.COALITION  # adoption takes the step by itself

    if Guard.ITEM_LINKED in needs:
        with pytest.raises(GuardFailed, match="item_linked"):
            world.step(campaign_id, "start_running", HOUSING_SECRETARY)
        link_item(world, campaign_id)
    if Guard.COSIGNED in needs:
        with pytest.raises(GuardFailed, match="cosigned"):
            world.step(campaign_id, "start_running", HOUSING_SECRETARY)
        sign(world, campaign_id)
    world.step(campaign_id, "start_running", HOUSING_SECRETARY)
    world.log(campaign_id, ask_ids=[ask_id])
    world.step(campaign_id, "reach_decision", HOUSING_SECRETARY)
    world.step(campaign_id, "evaluate", HOUSING_SECRETARY)
    with pytest.raises(GuardFailed, match="asks_judged"):
        world.step(campaign_id, "close", SECRETARIAT)
    world.judge(ask_id)
    closed = world.step(campaign_id, "close", SECRETARIAT, "vroeg beginnen loont")

    assert (closed.stage, closed.lessons, closed.process) == (
        Stage.CLOSED, "vroeg beginnen loont", Process.CAMPAIGN,
    )  # fmt: skip
    assert closed.document_type == CAMPAIGN_TYPES[kind].document
    steps = [entry.facts["to"] for entry in world.history(campaign_id) if "to" in entry.facts]
    assert steps == [
        "mandate", "preparation", "adoption", "coalition",
        "running", "decision_moment", "evaluation", "closed",
    ]  # fmt: skip


def test_the_mandate_needs_lead_capacity_and_scope_and_the_pillar(world: CampaignWorld) -> None:
    campaign_id = world.campaign()
    world.step(campaign_id, "ask_mandate", HOUSING_SECRETARY)

    with pytest.raises(GuardFailed, match="mandate_settled"):
        world.step(campaign_id, "give_mandate", PILLAR_CHAIR)
    world.mandate(campaign_id)
    with pytest.raises(StepNotAllowed):
        world.step(campaign_id, "give_mandate", HOUSING_SECRETARY)
    world.step(campaign_id, "give_mandate", PILLAR_CHAIR)

    given = world.history(campaign_id)[-1]
    assert (given.person, given.facts["capacity"], given.facts["scope"]) == (
        PILLAR_CHAIR, "een dag per week", "tot de begroting",
    )  # fmt: skip
    assert world.row(campaign_id).mandate_by == PILLAR_CHAIR


def test_a_mandate_that_was_given_is_changed_by_the_pillar_alone_with_a_reason(world: CampaignWorld) -> None:
    campaign_id = world.prepared()

    with pytest.raises(NotAllowed):
        world.mandate(campaign_id, scope="alles")
    terms = MandateTerms(lead=HOUSING_LEAD, capacity="twee dagen", scope="ook Europa")
    with pytest.raises(InvalidInput, match="reason"):
        world.do(settle_mandate, campaign_id, terms, by=PILLAR_CHAIR, seen_revision=None)
    world.do(settle_mandate, campaign_id, terms, by=PILLAR_CHAIR, seen_revision=None, reason="meer werk")

    assert (world.row(campaign_id).scope, world.acts(campaign_id)[-1]) == ("ook Europa", "change_mandate")


def test_a_lobby_can_rest_on_a_position_that_was_adopted_before(world: CampaignWorld) -> None:
    campaign_id = world.prepared(CampaignType.IMPLEMENTATION)
    world.ask(campaign_id)
    with pytest.raises(GuardFailed, match="position_named"):
        world.step(campaign_id, "use_adopted_position", HOUSING_LEAD)
    with world.writing() as session:
        position = LibraryPosition(
            title="Paper",
            body="Tekst",
            theme_groups=[HOUSING],
            source="G40",
            added_by="x",
            added_at=world.now,
        )
        session.add(position)
        session.flush()
        position_id = position.id
    details = CampaignDetails(title="Wonen", ask="Bouw", origin="DB", position_id=position_id)
    world.do(edit_campaign, campaign_id, details, seen_revision=None)

    world.step(campaign_id, "use_adopted_position", HOUSING_LEAD, "het paper van vorig jaar volstaat")

    assert world.read(campaign_id).stage is Stage.COALITION
    assert [ask.state for ask in world.asks(campaign_id)] == [AskState.ADOPTED]


def test_a_substantive_change_after_adoption_goes_back_to_the_board_and_voids_signatures(
    world: CampaignWorld,
) -> None:
    campaign_id = world.in_coalition(CampaignType.MANIFEST)
    slug = sign(world, campaign_id)

    world.write(campaign_id, "# Ander stuk\n", kind="substantive", note="andere eis")

    dossier = world.read(campaign_id)
    assert (dossier.stage, dossier.adopted_hash) == (Stage.ADOPTION, "")
    assert world.partner(campaign_id, slug).state == PartnerState.AGREED
    assert "signature_lapsed" in world.acts(campaign_id)


def test_back_to_preparation_keeps_what_was_adopted_so_that_an_unchanged_text_needs_no_new_round(
    world: CampaignWorld,
) -> None:
    campaign_id = world.running()
    world.step(campaign_id, "back_to_preparation", HOUSING_LEAD, "nieuw kabinet")
    assert world.read(campaign_id).stage is Stage.PREPARATION

    world.step(campaign_id, "offer_for_adoption", HOUSING_SECRETARY)

    assert world.read(campaign_id).stage is Stage.COALITION


@pytest.mark.parametrize("action", ["stop", "suspend"])
def test_stopped_and_suspended_work_goes_on_where_it_was(world: CampaignWorld, action: str) -> None:
    campaign_id = world.running()

    world.step(campaign_id, action, HOUSING_LEAD, "geen capaciteit")
    resting = world.read(campaign_id)
    with pytest.raises(StepNotAllowed):
        world.log(campaign_id)
    world.step(campaign_id, "resume", SECRETARIAT, "weer tijd")

    assert resting.stage_before == Stage.RUNNING
    assert world.read(campaign_id).stage is Stage.RUNNING
    assert "geen capaciteit" in [entry.reason for entry in world.history(campaign_id)]


def test_a_closed_campaign_is_opened_again_when_an_outcome_turns_out_otherwise(world: CampaignWorld) -> None:
    campaign_id = world.running()
    ask_id = world.asks(campaign_id)[0].id or 0
    world.judge(ask_id, "not", note="verworpen")
    world.step(campaign_id, "evaluate_without_decision", HOUSING_SECRETARY, "van de agenda")
    world.step(campaign_id, "close", SECRETARIAT, "les")

    world.step(campaign_id, "reopen", SECRETARIAT, "alsnog aangenomen")
    world.judge(ask_id, "achieved", note="nota van wijziging")

    with world.database.reading() as session:
        told = [
            (e.action, e.facts.get("result")) for e in history_of_ask(session, world.asks(campaign_id)[0])
        ]
    assert told == [("add_ask", None), ("record_ask_result", "not"), ("record_ask_result", "achieved")]


def test_opening_says_what_is_missing_and_who_may(world: CampaignWorld) -> None:
    for missing, code in (
        ({"title": " "}, "title_needed"),
        ({"ask": ""}, "ask_needed"),
        ({"origin": ""}, "origin_needed"),
        ({"groups": []}, "no_groups"),
        ({"groups": ["nergens"]}, "unknown_group"),
        ({"decision_on": date(2020, 1, 1)}, "day_passed"),
    ):
        with pytest.raises(InvalidInput) as caught:
            world.campaign(**missing)
        assert caught.value.code == code
    with pytest.raises(InvalidInput, match="found 'oorlog'"):
        world.campaign("oorlog")
    with pytest.raises(NotAllowed):
        world.campaign(by=BOARD_MEMBER)


def test_groups_hear_of_a_campaign_by_a_card_and_a_confidential_one_gives_none(world: CampaignWorld) -> None:
    world.campaign(CampaignType.BILL, HOUSING, CARE)
    world.campaign(confidential=True)

    assert world.messages("campaign_card") == [f"group:{HOUSING}", f"group:{CARE}"]


def test_an_election_message_waits_for_every_group_that_was_asked(world: CampaignWorld) -> None:
    campaign_id = world.campaign(CampaignType.ELECTION, HOUSING, CARE, by=HOUSING_LEAD)
    world.step(campaign_id, "ask_mandate", HOUSING_SECRETARY)
    world.mandate(campaign_id)
    world.step(campaign_id, "give_mandate", PILLAR_CHAIR)
    world.ask(campaign_id)
    world.write(campaign_id)

    with pytest.raises(GuardFailed, match="groups_answered"):
        world.step(campaign_id, "offer_for_adoption", HOUSING_SECRETARY)
    world.accept(campaign_id, CARE, CARE_LEAD)
    world.step(campaign_id, "offer_for_adoption", HOUSING_SECRETARY)

    assert world.read(campaign_id).stage is Stage.ADOPTION


# --- documents ------------------------------------------------------------------------------------


def test_a_further_text_is_a_dossier_of_its_own_with_groups_partners_and_items_of_the_campaign(
    world: CampaignWorld,
) -> None:
    campaign_id = world.running()
    link_item(world, campaign_id)
    sign(world, campaign_id)

    letter = world.do(open_document, campaign_id, "letter_chamber", ready_on=date(2026, 12, 15))

    assert letter.id is not None
    assert (letter.stage, letter.process, letter.campaign_id) == (Stage.DRAFTING, "response", campaign_id)
    assert (letter.pen_holder, letter.response_type) == (HOUSING_SECRETARY, "joint_partners")
    assert world.partner(letter.id, "bouwend-fictief").name == "Bouwend Fictief"
    assert world.groups(letter.id) == {HOUSING: "accepted"}
    assert world.acts(campaign_id)[-1] == "add_document"
    world.write(letter.id, "# Brief\n")
    world.step(letter.id, "offer_for_review", HOUSING_SECRETARY)


def test_no_text_is_begun_without_a_mandate(world: CampaignWorld) -> None:
    with pytest.raises(StepNotAllowed):
        world.do(open_document, world.campaign(), "letter_chamber")


def test_a_text_that_there_is_already_can_serve_a_campaign_and_leave_it(world: CampaignWorld) -> None:
    campaign_id, response = world.campaign(), world.dossier(HOUSING)
    number = world.read(response).number

    world.do(link_document, campaign_id, number)
    with pytest.raises(InvalidInput, match="of a campaign"):
        world.do(link_document, campaign_id, number)
    world.do(unlink_document, response, reason="hoort elders")

    assert world.read(response).campaign_id is None
    assert world.acts(campaign_id)[-2:] == ["add_document", "remove_document"]


def test_a_campaign_goes_on_from_a_response_that_was_parked_with_its_items(world: CampaignWorld) -> None:
    response = world.dossier(HOUSING)

    campaign_id = world.campaign(CampaignType.CONTROVERSIAL, by=SECRETARIAT, from_dossier_id=response)

    assert world.read(response).campaign_id == campaign_id
    assert world.items_of(campaign_id) == world.items_of(response)


# --- who adopts -----------------------------------------------------------------------------------


def at_the_board(world: CampaignWorld, document_type: str) -> int:
    letter = world.do(open_document, world.prepared(), document_type)
    assert letter.id is not None
    world.write(letter.id, "# Brief\n")
    world.change(letter.id, stage=Stage.BOARD_APPROVAL)
    return letter.id


@pytest.mark.parametrize(
    ("document_type", "body", "by"),
    [
        ("letter_minister", "pillar_chair", PILLAR_CHAIR),
        ("support_statement", "pillar_chair", PILLAR_CHAIR),
        ("core_messages", "general_board", BOARD_SECRETARY),
        ("annual_report", "general_board", BOARD_SECRETARY),
        ("response_plan", "group_lead", HOUSING_LEAD),
    ],
)
def test_a_document_is_adopted_by_its_body_on_the_text_that_was_seen(
    world: CampaignWorld, document_type: str, body: str, by: str
) -> None:
    document = at_the_board(world, document_type)
    text = world.hash_of(document)

    with pytest.raises(StaleVersion):
        world.do(adopt_by_body, document, body, seen_hash="oud", note="verslag", by=by)
    round_ = world.do(adopt_by_body, document, body, seen_hash=text, note="verslag", by=by)

    adopted = world.read(document)
    assert (adopted.stage, adopted.adopted_hash) == (Stage.READY_TO_SUBMIT, text)
    assert (round_.form, round_.result) == ("office", "adopted")


def test_nobody_adopts_for_another_body(world: CampaignWorld) -> None:
    document = at_the_board(world, "letter_minister")
    text = world.hash_of(document)

    with pytest.raises(NotAllowed):
        world.do(adopt_by_body, document, "pillar_chair", seen_hash=text, by=HOUSING_SECRETARY)
    with pytest.raises(InvalidInput, match="is adopted by"):
        world.do(adopt_by_body, document, "general_board", seen_hash=text, note="x", by=BOARD_SECRETARY)
    with pytest.raises(InvalidInput, match="is adopted by"):
        world.do(
            adopt_by_body, at_the_board(world, "manifest"), "daily_board", seen_hash=text, by=PILLAR_CHAIR
        )


def test_a_letter_to_the_chamber_stays_within_something_adopted(world: CampaignWorld) -> None:
    document = at_the_board(world, "letter_chamber")
    text = world.hash_of(document)
    with pytest.raises(InvalidInput) as caught:
        world.do(adopt_by_body, document, "pillar_chair", seen_hash=text, by=PILLAR_CHAIR)
    campaign_id = world.read(document).campaign_id
    assert campaign_id is not None
    world.change(campaign_id, adopted_hash="0" * 64)

    world.do(adopt_by_body, document, "pillar_chair", seen_hash=text, by=PILLAR_CHAIR)

    assert caught.value.code == "position_needed"
    assert world.read(document).stage is Stage.READY_TO_SUBMIT


def test_a_proposition_is_adopted_when_every_partner_signed(world: CampaignWorld) -> None:
    document = at_the_board(world, "proposition")
    text = world.hash_of(document)
    with pytest.raises(GuardFailed, match="cosigned"):
        world.do(adopt_by_body, document, "partners", seen_hash=text, note="overleg", by=SECRETARIAT)
    sign(world, document, "Divosa")

    world.do(adopt_by_body, document, "partners", seen_hash=text, note="overleg", by=SECRETARIAT)

    assert world.read(document).adopted_hash == text


def test_the_table_of_bodies_is_that_of_the_network() -> None:
    by_office = {kind.value: [body.value for body in ADOPTED_BY[kind]] for kind in DocumentType}

    assert by_office["letter_minister"] == ["chair", "pillar_chair"]
    assert by_office["manifest"] == [Body.DAILY_BOARD]
    assert by_office["board_note"] == by_office["digest"] == []


def test_who_signed_and_wants_to_be_named_stands_under_the_file_of_that_very_text(
    world: CampaignWorld,
) -> None:
    campaign_id = world.in_coalition(CampaignType.MANIFEST)
    sign(world, campaign_id, "Bouw *& Co* <script>")
    text = world.hash_of(campaign_id)
    with world.database.reading() as session:
        names = signed_names(session, DESK.network, world.read(campaign_id), text)
        assert signed_names(session, DESK.network, world.read(campaign_id), "0" * 64) == ()
    details = DocumentDetails(
        title="Manifest", organisation="G40", label="Manifest", dated_on=DECISION_DAY, signatories=names
    )

    shown = read_pdf(Documents(resource("templates")).pdf("Wij vragen dit.\n", details)).text

    assert "Mede namens" in shown
    assert "Bouw *& Co* <script>" in shown


def test_a_campaign_about_an_item_does_not_stand_in_the_way_of_a_response_nor_follow_its_term(
    world: CampaignWorld,
) -> None:
    item = world.item(HOUSING, closes_on=date(2027, 1, 29))
    campaign_id = world.campaign(CampaignType.BILL, item_ids=[item], decision_on=DECISION_DAY)

    with world.writing() as session:
        response = open_dossier(session, DESK, [item], actor=world.actor(SECRETARIAT), now=world.now)
        assert response.process == Process.RESPONSE
        session.get_one(Item, item).closes_on = date(2027, 2, 12)
    with world.writing() as session:
        follow_items(session, DESK, response.id or 0, world.now)
        assert dossier_ids_on(session, item) == [response.id]

    assert world.read(campaign_id).closes_on == DECISION_DAY
    assert world.read(response.id or 0).closes_on == date(2027, 2, 12)


def test_the_agenda_has_the_day_on_which_a_decision_is_expected(world: CampaignWorld) -> None:
    world.campaign(decision_on=date(2026, 12, 3))

    with world.database.reading() as session:
        weeks = agenda_of(session, DESK, world.actor(SECRETARIAT), world.now, weeks=4)

    assert [(line.day, line.due) for week in weeks for line in week.lines] == [
        (date(2026, 12, 3), Due.DECISION)
    ]
