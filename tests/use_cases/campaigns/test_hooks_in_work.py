"""What must be ready for a moment stands in the work of who prepares it, and in the personal digest."""

from datetime import UTC, date, datetime

import pytest

from g40flow.domain.campaigns.hook_plan import LEAD_TIMES
from g40flow.domain.campaigns.words import HookKind
from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.content import Section, What
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.database import Database
from g40flow.use_cases.campaigns.hooks import (
    NewHook,
    add_hook,
    dismiss_hook,
    finish_preparation,
)
from g40flow.use_cases.dossier.settle import make_confidential
from g40flow.use_cases.dossier.work import Asked, Waiting, work_of
from tests.use_cases.campaigns.hook_world import HookWorld
from tests.use_cases.digest.newsroom import Newsroom
from tests.use_cases.dossier.world import (
    CARE_LEAD,
    DESK,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    SECRETARIAT,
)

THURSDAY = datetime(2026, 12, 3, 9, tzinfo=UTC)
DEBATE = NewHook(kind="committee_debate", title="Regie op wonen", on=date(2026, 12, 15))
SECRETARY = f"person:{HOUSING_SECRETARY}"


@pytest.fixture
def world(sqlite: Database) -> HookWorld:
    return HookWorld(sqlite)


def to_prepare(world: HookWorld, person: str) -> list[Waiting]:
    with world.database.reading() as session:
        found = work_of(session, DESK, world.actor(person), world.now)
    return [one for one in found if one.asked == Asked.PREPARE_HOOK]


def test_each_moment_asks_for_the_first_thing_that_is_not_ready_until_all_is(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity(at=THURSDAY)
    hook_id = world.accepted(campaign_id)

    (first,) = to_prepare(world, HOUSING_SECRETARY)
    world.do(finish_preparation, campaign_id, hook_id, "text_ready", seen_revision=None)
    (second,) = to_prepare(world, HOUSING_SECRETARY)
    for preparation in LEAD_TIMES[HookKind.COMMITTEE_DEBATE]:
        world.do(finish_preparation, campaign_id, hook_id, preparation.value, seen_revision=None)

    assert (first.title, first.path) == ("Regie op wonen", f"/campagnes/{campaign_id}#momenten")
    assert (first.preparation, first.until, first.working_days_left) == ("text_ready", date(2026, 11, 23), 0)
    assert (second.preparation, second.until) == ("letter_to_spokespersons", date(2026, 11, 27))
    assert to_prepare(world, HOUSING_SECRETARY) == []


def test_what_is_late_stays_and_what_is_far_or_does_not_count_is_not_there(world: HookWorld) -> None:
    campaign_id = world.lobby()
    late = world.do(add_hook, campaign_id, DEBATE, seen_revision=None)
    world.later(days=14)
    far = NewHook(kind="vote", title="Ver weg", on=date(2027, 2, 16))
    world.do(add_hook, campaign_id, far, seen_revision=None)
    world.activity("Stemmingen", datetime(2026, 12, 16, 9, tzinfo=UTC), title="Alleen voorgesteld")
    world.propose()

    (waiting,) = to_prepare(world, HOUSING_SECRETARY)
    world.do(dismiss_hook, campaign_id, late.id, seen_revision=None)

    assert (waiting.subject_id, waiting.until) == (late.id, date(2026, 12, 3))
    assert (waiting.working_days_left or 0) < 0
    assert to_prepare(world, HOUSING_SECRETARY) == []


def test_of_a_text_it_asks_secretary_and_pen_holder_and_nobody_once_it_rests(world: HookWorld) -> None:
    dossier_id = world.at(Stage.DRAFTING, pen_holder=CARE_LEAD)
    world.do(add_hook, dossier_id, DEBATE, seen_revision=None)

    found = {
        person: [one.path for one in to_prepare(world, person)]
        for person in (HOUSING_SECRETARY, CARE_LEAD, HOUSING_LEAD, SECRETARIAT)
    }
    world.change(dossier_id, stage=Stage.SUSPENDED)

    here = [f"/dossiers/{dossier_id}#momenten"]
    assert found == {HOUSING_SECRETARY: here, CARE_LEAD: here, HOUSING_LEAD: [], SECRETARIAT: []}
    assert to_prepare(world, HOUSING_SECRETARY) == []


def test_who_leads_a_campaign_prepares_and_a_confidential_one_is_for_its_readers(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.step(campaign_id, "ask_mandate", HOUSING_SECRETARY)
    world.mandate(campaign_id, lead=CARE_LEAD)
    world.do(add_hook, campaign_id, DEBATE, seen_revision=None)
    assert [one.title for one in to_prepare(world, CARE_LEAD)] == ["Regie op wonen"]

    world.do(make_confidential, campaign_id, [CARE_LEAD], reason="gevoelig", seen_revision=None)

    assert len(to_prepare(world, CARE_LEAD)) == 1
    assert to_prepare(world, HOUSING_SECRETARY) == []


def test_the_personal_digest_asks_for_it_and_forgets_what_became_confidential(world: HookWorld) -> None:
    campaign_id = world.lobby()
    world.activity(at=THURSDAY)
    world.accepted(campaign_id)
    room = Newsroom(world.database, now=world.now)

    room.make(AudienceKind.PERSON, up_to_now=True)

    (line,) = [line for line in room.lines(SECRETARY, Section.WAITING) if line.what is What.HOOK]
    assert (line.note, line.until, line.path) == (
        "text_ready",
        date(2026, 11, 23),
        f"/campagnes/{campaign_id}#momenten",
    )
    said = "\n".join(one.text for one in room.rendered(SECRETARY) if one is not None)
    assert "Tekst klaar en vastgesteld voor Regie op wonen" in said
    assert "(commissiedebat, 2026-001): uiterlijk ma 23 nov (vandaag). Want jij bent aan zet." in said
    world.do(make_confidential, campaign_id, [CARE_LEAD], reason="gevoelig", seen_revision=None)
    assert "Regie op wonen" not in "".join(one.text for one in room.rendered(SECRETARY) if one is not None)


def test_a_line_of_a_group_about_a_moment_disappears_when_its_campaign_becomes_confidential(
    world: HookWorld,
) -> None:
    campaign_id = world.lobby()
    world.activity(at=THURSDAY)
    world.accepted(campaign_id)
    room = Newsroom(world.database, now=world.now)
    room.make(AudienceKind.THEME_GROUP, up_to_now=True, also_empty=True)
    before = "".join(one.text for one in room.rendered("group:woningmarkt") if one is not None)

    world.do(make_confidential, campaign_id, [CARE_LEAD], reason="gevoelig", seen_revision=None)

    after = "".join(one.text for one in room.rendered("group:woningmarkt") if one is not None)
    assert "Regie op wonen" in before
    assert "Regie op wonen" not in after
