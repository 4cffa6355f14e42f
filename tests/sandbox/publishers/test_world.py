"""What the packaged data set promises."""

import time
from collections import Counter
from datetime import date, timedelta

from g40flow.sandbox.world import WORLD_START, World, load_world, read_script
from g40flow.sandbox.world.model import Entity
from g40flow.sandbox.world.parliament import PLENARY_GUID

MONDAY = date(2026, 11, 23)


def entities(world: World) -> list[Entity]:
    return [entry.entity for entry in world.feed.page(None, 0, 1_000_000)[0]]


def test_the_world_is_large_enough_and_loads_quickly() -> None:
    begin = time.perf_counter()

    world = load_world()

    assert time.perf_counter() - begin < 2  # half a second on a quiet machine
    still_open = [c for c in world.consultations.values() if c.is_open(MONDAY)]
    assert len(world.consultations) >= 60
    assert len(still_open) >= 45
    assert len(entities(world)) >= 400


def test_consultations_of_all_kinds_templates_and_many_ministries_occur() -> None:
    every = load_world().consultations.values()

    assert {c.kind for c in every} == {"Wet", "AMvB", "Ministeriële regeling", "Initiatiefwet", "Beleidsnota"}
    assert {c.template for c in every} == {"old", "new"}
    assert len({c.departments[0] for c in every}) >= 14
    assert any(len(c.departments) > 1 for c in every)


def test_activities_of_many_kinds_and_in_every_state_occur() -> None:
    activities = [e.fields for e in entities(load_world()) if e.category == "Activiteit" and not e.deleted]
    statuses = Counter(fields["status"] for fields in activities)

    assert len({fields["soort"] for fields in activities}) >= 20
    assert set(statuses) == {"Gepland", "Uitgevoerd", "Geannuleerd", "Verplaatst"}
    assert any(fields["datum"] is None for fields in activities)
    assert any(fields["onderwerp"] == "" for fields in activities)


def test_every_reference_leads_to_an_entity() -> None:
    world = load_world()

    missing = [
        (entity.category, relation, target)
        for entity in entities(world)
        for relation, target in entity.references
        if world.feed.entry(target) is None
    ]

    assert missing == []
    assert world.feed.entry(PLENARY_GUID) is not None


def test_everything_became_visible_before_the_sandbox_starts_and_in_order() -> None:
    shown = [entry.visible_at for entry in load_world().feed.page(None, 0, 1_000_000)[0]]

    assert shown == sorted(shown)
    assert shown[-1] < WORLD_START


def test_two_loads_give_the_same_world() -> None:
    assert entities(load_world()) == entities(load_world())


def test_another_start_moves_the_world_by_whole_weeks() -> None:
    moved = load_world(WORLD_START + timedelta(days=17))
    slug = "besluitcollectievewarmte"

    assert moved.consultations[slug].closes_on - load_world().consultations[slug].closes_on == timedelta(14)


def test_no_person_of_the_house_is_named() -> None:
    actors = [e for e in entities(load_world()) if e.category.endswith("Actor") and not e.deleted]

    named = {e.fields.get("actorNaam") for e in actors if not e.fields.get("actorFractie")} - {None}

    assert all("ommissie voor" in name for name in named if name)


def test_every_step_of_the_script_says_what_happens_and_what_to_watch() -> None:
    steps = read_script()

    assert 6 <= len(steps) <= 10
    assert all(step.title and step.watch and step.events for step in steps)
