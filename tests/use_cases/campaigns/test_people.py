"""Contacts, stakeholders, who signs along, and what is kept of people."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from g40flow.domain.campaigns.privacy import TAKEN_OUT, has_contact_data
from g40flow.domain.campaigns.words import AskState
from g40flow.domain.dossier.words import PartnerState
from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound
from g40flow.storage.campaign_tables import Stakeholder, Touchpoint
from g40flow.storage.history import NETWORK, history_of
from g40flow.storage.tables import Item
from g40flow.use_cases.campaigns.asks import AskText, drop_ask, edit_ask
from g40flow.use_cases.campaigns.coalition import add_signatory, chase_signatures
from g40flow.use_cases.campaigns.known_bodies import know_bodies
from g40flow.use_cases.campaigns.personal_data import (
    Whom,
    erase_person,
    export_person,
    find_person,
    reduce_touchpoints,
)
from g40flow.use_cases.campaigns.stakeholders import (
    StakeholderText,
    add_stakeholder,
    find_stakeholders,
    map_stakeholder,
    retire_stakeholder,
)
from g40flow.use_cases.campaigns.touchpoints import (
    OurPerson,
    TouchpointSearch,
    TouchpointText,
    edit_touchpoint,
    find_touchpoints,
    finish_follow_up,
    read_touchpoint,
    remove_touchpoint,
)
from g40flow.use_cases.dossier.settle import make_confidential
from g40flow.use_cases.dossier.signatures import answer_signature, ask_signature
from g40flow.use_cases.dossier.work import Asked, Waiting, work_of
from tests.use_cases.campaigns.world import CampaignWorld
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    CARE_LEAD,
    DESK,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    SECRETARIAT,
)

NAME = "Piet Verzonnen"


# --- contacts -------------------------------------------------------------------------------------


def test_a_contact_is_kept_with_who_was_there_and_brings_the_asks_that_were_raised(
    world: CampaignWorld,
) -> None:
    campaign_id = world.running()
    ask_id = world.asks(campaign_id)[0].id or 0
    ours = [OurPerson(person=HOUSING_LEAD), OurPerson(function="wethouder wonen, Zwolle")]

    contact = world.log(campaign_id, our_people=ours, ask_ids=[ask_id])

    assert [one["person"] or one["function"] for one in contact.our_people] == [
        HOUSING_LEAD, "wethouder wonen, Zwolle",
    ]  # fmt: skip
    assert world.asks(campaign_id)[0].state is AskState.BROUGHT
    entry = world.history(campaign_id)[-1]
    assert (entry.action, entry.facts["asks"]) == ("log_touchpoint", [ask_id])


def test_nothing_of_what_was_said_stands_in_the_history(world: CampaignWorld) -> None:
    campaign_id = world.running()

    world.log(campaign_id, subject=f"Gesprek over {NAME}", response="hij wil wel")

    facts = str([entry.facts for entry in world.history(campaign_id)])
    assert NAME not in facts
    assert "hij wil wel" not in facts


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"channel": "rook"}, "unknown_channel"),
        ({"subject": " "}, "subject_needed"),
        ({"organisation": "", "function": ""}, "counterpart_needed"),
        ({"happened_on": date(2026, 11, 24)}, "date_in_future"),
        ({"happened_on": date(2020, 11, 24)}, "date_too_old"),
        ({"function": "mail mij op jan@example.nl"}, "contact_data"),
        ({"response": "bel 06-12345678"}, "contact_data"),
        ({"our_people": [OurPerson(person="niemand")]}, "unknown_person"),
        ({"follow_up_on": date(2026, 12, 1)}, "follow_up_needed"),
        ({"our_people": [OurPerson(function=str(n)) for n in range(30)]}, "too_many_people"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(world: CampaignWorld, wrong: dict[str, Any], code: str) -> None:
    campaign_id = world.campaign()

    with pytest.raises(InvalidInput) as caught:
        world.log(campaign_id, **wrong)

    assert caught.value.code == code


def test_asks_of_another_campaign_cannot_be_raised(world: CampaignWorld) -> None:
    other = world.ask(world.campaign())

    with pytest.raises(InvalidInput, match="another campaign"):
        world.log(world.campaign(), ask_ids=[other])


def test_what_must_happen_next_is_in_the_work_of_its_owner_until_it_is_done(world: CampaignWorld) -> None:
    campaign_id = world.campaign()
    contact = world.log(
        campaign_id, follow_up="Stuur het paper", follow_up_on=date(2026, 11, 27), follow_up_owner=CARE_LEAD
    )
    assert contact.id is not None

    (waiting,) = follow_ups(world, CARE_LEAD)
    assert (waiting.title, waiting.until, waiting.working_days_left) == (
        "Stuur het paper",
        date(2026, 11, 27),
        4,
    )
    assert world.messages("touchpoint_follow_up") == [f"person:{CARE_LEAD}"]
    with pytest.raises(NotAllowed):
        world.do(finish_follow_up, contact.id, by=BOARD_MEMBER)
    world.do(finish_follow_up, contact.id, by=CARE_LEAD)

    assert follow_ups(world, CARE_LEAD) == []
    with pytest.raises(InvalidInput):
        world.do(finish_follow_up, contact.id, by=CARE_LEAD)


def follow_ups(world: CampaignWorld, person: str) -> list[Waiting]:
    with world.database.reading() as session:
        found = work_of(session, DESK, world.actor(person), world.now)
    return [one for one in found if one.asked == Asked.TOUCHPOINT_FOLLOW_UP]


def test_a_contact_outside_a_campaign_is_in_the_work_as_well(world: CampaignWorld) -> None:
    world.log(None, follow_up="Bel terug")

    (waiting,) = follow_ups(world, HOUSING_SECRETARY)

    assert (waiting.dossier_id, waiting.stage, waiting.number) == (0, None, "")


def test_contacts_of_a_confidential_campaign_are_for_its_readers(world: CampaignWorld) -> None:
    campaign_id = world.campaign()
    contact = world.log(campaign_id, by=SECRETARIAT)
    world.do(make_confidential, campaign_id, [SECRETARIAT], reason="gevoelig", seen_revision=None)

    with world.database.reading() as session:
        assert find_touchpoints(session, TouchpointSearch(), actor=world.actor(CARE_LEAD)) == []
        assert len(find_touchpoints(session, TouchpointSearch(), actor=world.actor(SECRETARIAT))) == 1
        with pytest.raises(NotFound):
            read_touchpoint(session, contact.id or 0, actor=world.actor(CARE_LEAD))


def test_who_logged_a_contact_changes_it_and_others_need_a_right(world: CampaignWorld) -> None:
    contact = world.log(world.campaign())
    said = TouchpointText(
        happened_on=date(2026, 11, 20), channel="call", subject="Gebeld", organisation="VNG"
    )

    with pytest.raises(NotAllowed):
        world.do(edit_touchpoint, contact.id, said, by=CARE_LEAD)
    changed = world.do(edit_touchpoint, contact.id, said, by=HOUSING_SECRETARY)
    world.do(remove_touchpoint, contact.id, reason="dubbel", by=SECRETARIAT)

    assert (changed.channel, changed.organisation) == ("call", "VNG")
    with pytest.raises(NotFound):
        world.do(remove_touchpoint, contact.id, reason="dubbel")


# --- asks -----------------------------------------------------------------------------------------


def test_an_adopted_ask_with_other_words_is_a_draft_again(world: CampaignWorld) -> None:
    campaign_id = world.in_coalition()
    ask = world.asks(campaign_id)[0]
    assert ask.state is AskState.ADOPTED
    same = AskText(wording=ask.wording, target_kind="minister", target="minister", priority=1)
    other = AskText(wording="Iets anders", target_kind="minister", target="minister")

    world.do(edit_ask, ask.id, same, by=HOUSING_SECRETARY, seen_revision=None)
    assert world.asks(campaign_id)[0].state is AskState.ADOPTED
    world.do(edit_ask, ask.id, other, by=HOUSING_SECRETARY, seen_revision=None)

    assert world.asks(campaign_id)[0].state is AskState.DRAFT


def test_a_dropped_ask_stays_with_its_reason_and_is_not_waited_for(world: CampaignWorld) -> None:
    campaign_id = world.running()
    ask_id = world.asks(campaign_id)[0].id or 0

    world.do(drop_ask, ask_id, reason="overgenomen door het kabinet", by=HOUSING_SECRETARY)
    world.step(campaign_id, "evaluate_without_decision", HOUSING_SECRETARY)
    world.step(campaign_id, "close", SECRETARIAT)

    assert world.asks(campaign_id)[0].state_reason == "overgenomen door het kabinet"


def test_a_result_needs_proof_and_a_stage_at_which_there_can_be_one(world: CampaignWorld) -> None:
    ask_id = world.asks(world.running())[0].id or 0

    with pytest.raises(InvalidInput, match="how it shows"):
        world.judge(ask_id, "achieved", note=" ")
    assert world.judge(ask_id, "unknown", note="").result == "unknown"
    with pytest.raises(NotAllowed):
        world.judge(world.ask(world.campaign()), "achieved")


# --- stakeholders ---------------------------------------------------------------------------------


def test_only_who_holds_a_public_office_is_named_and_nobody_with_contact_data(world: CampaignWorld) -> None:
    minister = StakeholderText(kind="minister", function="minister van VRO", holder="M. Fictief")
    world.do(add_stakeholder, minister)
    for wrong, code in (
        (StakeholderText(kind="partner_organisation", function="Aedes", holder="Jan"), "holder_not_public"),
        (StakeholderText(kind="minister", function="x", holder="m@example.nl"), "contact_data"),
        (StakeholderText(kind="oom", function="x"), "unknown_kind"),
        (StakeholderText(kind="party", function=" "), "function_needed"),
    ):
        with pytest.raises(InvalidInput) as caught:
            world.do(add_stakeholder, wrong)
        assert caught.value.code == code
    with pytest.raises(NotAllowed):
        world.do(add_stakeholder, minister, by=BOARD_MEMBER)


def test_a_stakeholder_stands_on_the_map_of_a_campaign(world: CampaignWorld) -> None:
    campaign_id = world.campaign()
    found = world.do(add_stakeholder, StakeholderText(kind="party", function="Fractie Fictief"))

    world.do(map_stakeholder, campaign_id, found.id, "ally", note="diende motie in")
    with pytest.raises(InvalidInput):
        world.do(map_stakeholder, campaign_id, found.id, "boos")

    assert world.history(campaign_id)[-1].facts["stance"] == "ally"


def test_committees_and_ministries_of_items_are_known_once_and_what_was_retired_stays_away(
    world: CampaignWorld,
) -> None:
    world.item(committee="Vaste commissie voor Wonen", ministry="Ministerie van VRO")
    with world.writing() as session:
        assert know_bodies(session, DESK, world.now) == 3
        found = find_stakeholders(session, "wonen")
        assert [one.function for one in found] == ["Vaste commissie voor Wonen", "woordvoerders Wonen"]
        committee = found[0].id
    world.do(retire_stakeholder, committee, reason="opgeheven")

    with world.writing() as session:
        assert know_bodies(session, DESK, world.now) == 0
        assert [one.function for one in find_stakeholders(session, "wonen")] == ["woordvoerders Wonen"]
        assert session.scalars(select(Item)).first() is not None


# --- who signs ------------------------------------------------------------------------------------


def test_a_partner_of_the_network_is_known_by_its_name_and_stands_there_once(world: CampaignWorld) -> None:
    campaign_id = world.campaign()
    vng = next(partner for partner in DESK.network.partners if partner.slug == "vng")

    row = world.do(add_signatory, campaign_id, vng.name, seen_revision=None)

    assert (row.partner, row.name) == ("vng", "")
    with pytest.raises(InvalidInput, match="stands there"):
        world.do(add_signatory, campaign_id, "VNG", seen_revision=None)


def test_who_agreed_can_withdraw_with_a_reason_and_then_nothing_may_be_shown(world: CampaignWorld) -> None:
    campaign_id = world.in_coalition()
    slug = world.do(add_signatory, campaign_id, "Bouwend Fictief", seen_revision=None).partner
    world.do(ask_signature, campaign_id, slug, seen_revision=None)

    def answer(said: str, note: str = "brief") -> None:
        world.do(
            answer_signature, campaign_id, slug, said,
            seen_revision=None, seen_hash=world.hash_of(campaign_id), note=note,
            name_consent=True, logo_consent=True,
        )  # fmt: skip

    with pytest.raises(InvalidInput, match="has not agreed"):
        answer("withdrawn")
    answer("signed")
    answer("withdrawn", "nieuw bestuur")

    row = world.partner(campaign_id, slug)
    assert (row.state, row.signed_hash, row.name_consent, row.logo_consent) == (
        PartnerState.WITHDRAWN, "", False, False,
    )  # fmt: skip
    world.step(campaign_id, "start_running", HOUSING_SECRETARY)  # nobody waits for it


def test_who_was_asked_to_sign_is_reminded_on_the_days_of_the_configuration_and_only_once(
    world: CampaignWorld,
) -> None:
    campaign_id = world.in_coalition()
    slug = world.do(add_signatory, campaign_id, "Bouwend Fictief", seen_revision=None).partner
    world.do(ask_signature, campaign_id, slug, sign_by=date(2026, 12, 4), seen_revision=None)
    written = {}
    for day in range(14):
        with world.writing() as session:
            now = world.now + timedelta(days=day)
            written[now.date().day] = chase_signatures(session, DESK, now) + chase_signatures(
                session, DESK, now
            )

    # Five and two working days before Friday 4 December, and on the day; to who must ask again.
    assert {day for day, count in written.items() if count} == {27, 2, 4}
    assert set(world.messages("signature_reminder")) == {f"person:{HOUSING_SECRETARY}"}


# --- personal data --------------------------------------------------------------------------------


def test_what_is_kept_of_somebody_is_handed_out_and_erased_and_the_history_keeps_no_name(
    world: CampaignWorld,
) -> None:
    campaign_id = world.campaign()
    world.log(campaign_id, our_people=[OurPerson(function=f"{NAME}, wethouder")], subject=f"Met {NAME}.")
    world.log(campaign_id, subject="Met een ander")
    world.do(add_stakeholder, StakeholderText(kind="minister", function="minister", holder=NAME))
    whom = Whom(name="piet  verzonnen")
    with world.writing() as session:
        kept = export_person(session, whom, actor=world.actor(SECRETARIAT), now=world.now)
    assert [len(found) for found in kept.values() if isinstance(found, list)] == [1, 1]

    world.do(erase_person, whom, reason="op verzoek")

    with world.writing() as session:
        assert find_person(session, whom, actor=world.actor(SECRETARIAT)).touchpoints == []
        first = session.get_one(Touchpoint, 1)
        assert (first.our_people, first.subject) == (
            [{"person": "", "function": TAKEN_OUT}],
            f"Met {TAKEN_OUT}",
        )
        assert session.scalars(select(Stakeholder)).one().holder == ""
        entries = [*history_of(session, NETWORK), *world.history(campaign_id)]
        assert not any(NAME in str(entry.facts) for entry in entries)


def test_who_is_erased_by_account_hands_over_what_is_still_to_be_done(world: CampaignWorld) -> None:
    contact = world.log(world.campaign(), follow_up="Bel terug")

    world.do(erase_person, Whom(person=HOUSING_SECRETARY), reason="uit dienst")

    with world.database.reading() as session:
        row = session.get_one(Touchpoint, contact.id)
        assert (row.logged_by, row.follow_up_owner) == (SECRETARIAT, SECRETARIAT)
        assert HOUSING_SECRETARY not in str(row.our_people)


def test_personal_data_is_for_the_office_and_not_by_half_a_name(world: CampaignWorld) -> None:
    with pytest.raises(NotAllowed):
        world.do(erase_person, Whom(name=NAME), reason="x", by=HOUSING_SECRETARY)
    with pytest.raises(InvalidInput):
        world.do(erase_person, Whom(name="Pi"), reason="x")


def test_after_the_retention_who_took_part_is_taken_out_and_the_figures_stay(world: CampaignWorld) -> None:
    contact = world.log(world.campaign(), response="ja", follow_up="Bel terug")
    days = DESK.rules.campaigns.touchpoint_retention_calendar_days
    with world.writing() as session:
        assert reduce_touchpoints(session, DESK, world.now + timedelta(days=days - 4)) == 0
        assert reduce_touchpoints(session, DESK, world.now + timedelta(days=days)) == 1
        assert reduce_touchpoints(session, DESK, world.now + timedelta(days=days + 1)) == 0

    with world.database.reading() as session:
        row = session.get_one(Touchpoint, contact.id)
        assert (row.our_people, row.response, row.follow_up, row.follow_up_owner) == ([], "", "", "")
        assert (row.organisation, row.subject) == ("Tweede Kamer", "Kennismaking")


@pytest.mark.parametrize(
    ("text", "has_it"),
    [
        ("woordvoerder wonen", False),
        ("wonen 2030, artikel 12", False),
        ("a@b.nl", True),
        ("06 12345678", True),
    ],
)
def test_contact_data_is_told_from_functions(text: str, has_it: bool) -> None:
    assert has_contact_data(text) is has_it
