"""The points of a response, with what cities bring, and what became of each."""

from typing import Any

import pytest

from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, StepNotAllowed
from g40flow.storage.texts import evidence_of
from g40flow.use_cases.text.points import (
    PointText,
    edit_point,
    order_points,
    record_outcome,
    remove_point,
    set_evidence,
)
from tests.conftest import on_both
from tests.use_cases.dossier.world import BOARD_MEMBER, DESK, HOUSING_SECRETARY, SECRETARIAT
from tests.use_cases.text.desk import TextDesk


def evidence(desk: TextDesk, dossier: int, point: int, city: str, text: str, **more: Any) -> None:
    with desk.writing() as session:
        actor = desk.actor(HOUSING_SECRETARY)
        set_evidence(session, DESK, dossier, point, city, text, actor=actor, now=desk.now, **more)


def outcome(desk: TextDesk, dossier: int, point: int, word: str, by: str = SECRETARIAT, **more: Any) -> None:
    with desk.writing() as session:
        record_outcome(session, DESK, dossier, point, word, actor=desk.actor(by), now=desk.now, **more)


def test_points_are_added_in_order(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)

    desk.point(dossier, "Te duur", article="artikel 2.1", proposal="Schrap lid 3", priority=1)
    desk.point(dossier, "Te laat")

    first, second = desk.points(dossier)
    assert (first.article, first.problem, first.proposal, first.priority) == (
        "artikel 2.1",
        "Te duur",
        "Schrap lid 3",
        1,
    )
    assert (second.position, second.added_by) == (2, HOUSING_SECRETARY)
    assert desk.acts(dossier)[-2:] == ["add_point", "add_point"]


def test_an_edited_point_keeps_in_history_what_it_said(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    point = desk.point(dossier, "Te duur")

    with desk.writing() as session:
        edit_point(
            session,
            DESK,
            dossier,
            point,
            PointText(problem="Te traag"),
            actor=desk.actor(HOUSING_SECRETARY),
            seen_revision=desk.read(dossier).revision,
            now=desk.now,
        )

    assert desk.points(dossier)[0].problem == "Te traag"
    assert desk.history(dossier)[-1].facts["changed"] == {"problem": ["Te duur", "Te traag"]}


def test_a_point_that_somebody_else_changed_meanwhile_stays(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    point = desk.point(dossier, "Te duur")
    seen = desk.read(dossier).revision
    desk.point(dossier, "Te laat")

    with pytest.raises(StaleVersion), desk.writing() as session:
        edit_point(
            session,
            DESK,
            dossier,
            point,
            PointText(problem="Te traag"),
            actor=desk.actor(HOUSING_SECRETARY),
            seen_revision=seen,
            now=desk.now,
        )


@on_both
def test_points_change_places_and_are_removed(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    one, two, three = (desk.point(dossier, problem) for problem in ("een", "twee", "drie"))

    with desk.writing() as session:
        actor = desk.actor(HOUSING_SECRETARY)
        order_points(session, DESK, dossier, [three, one, two], actor=actor, now=desk.now)
    with desk.writing() as session:
        remove_point(session, DESK, dossier, one, actor=actor, reason="dubbel", now=desk.now)

    assert [point.problem for point in desk.points(dossier)] == ["drie", "twee"]
    removed = desk.history(dossier)[-1]
    assert (removed.action, removed.reason, removed.facts["problem"]) == ("remove_point", "dubbel", "een")
    with desk.writing() as session, pytest.raises(NotFound):
        remove_point(session, DESK, dossier, one, actor=actor, now=desk.now)
    with desk.writing() as session, pytest.raises(StaleVersion):
        order_points(session, DESK, dossier, [one, two, three], actor=actor, now=desk.now)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (PointText(problem="  "), "problem_needed"),
        (PointText(problem="x", priority=4), "priority_needed"),
        (PointText(problem="x", proposed_wording="a" * 10_001), "field_too_long"),
    ],
)
def test_a_point_needs_what_a_point_is(desk: TextDesk, said: PointText, code: str) -> None:
    dossier = desk.at(Stage.DRAFTING)

    with pytest.raises(InvalidInput) as refused:
        desk.point(dossier, said.problem, priority=said.priority, proposed_wording=said.proposed_wording)

    assert refused.value.code == code


def test_others_do_not_touch_the_points(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)

    with pytest.raises(NotAllowed):
        desk.point(dossier, "Te duur", by=BOARD_MEMBER)


@on_both
def test_a_city_brings_one_piece_of_evidence_for_a_point(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    point = desk.point(dossier, "Te duur")

    evidence(desk, dossier, point, "delft", "Kost 2 ton")
    evidence(desk, dossier, point, "delft", "Kost 3 ton", publish=True)
    evidence(desk, dossier, point, "gouda", "Kost veel")
    evidence(desk, dossier, point, "gouda", "")

    with desk.database.reading() as session:
        found = evidence_of(session, dossier)
    assert [(row.city, row.text, row.publish) for row in found[point]] == [("delft", "Kost 3 ton", True)]


def test_a_city_outside_the_network_brings_nothing(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    point = desk.point(dossier, "Te duur")

    with pytest.raises(InvalidInput) as refused:
        evidence(desk, dossier, point, "amsterdam", "x")

    assert refused.value.code == "unknown_city"


def test_outcomes_are_kept_once_the_text_was_sent(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    point = desk.point(dossier, "Te duur")

    with pytest.raises(StepNotAllowed):
        outcome(desk, dossier, point, "achieved")
    desk.change(dossier, stage=Stage.FOLLOW_UP)
    assert not desk.holds(dossier, Guard.OUTCOMES_KNOWN)
    outcome(desk, dossier, point, "open")
    assert not desk.holds(dossier, Guard.OUTCOMES_KNOWN)
    outcome(desk, dossier, point, "partly", note="In de toelichting", source="https://x.nl/kst")

    assert desk.holds(dossier, Guard.OUTCOMES_KNOWN)
    (row,) = desk.points(dossier)
    assert (row.outcome, row.outcome_note, row.outcome_source) == (
        "partly",
        "In de toelichting",
        "https://x.nl/kst",
    )


@pytest.mark.parametrize(
    ("word", "source", "code"), [("won", "", "outcome_needed"), ("achieved", "javascript:x", "link_unusable")]
)
def test_an_outcome_is_one_of_five_words_with_an_address(
    desk: TextDesk, word: str, source: str, code: str
) -> None:
    dossier = desk.at(Stage.FOLLOW_UP)
    point = desk.point(dossier, "Te duur")

    with pytest.raises(InvalidInput) as refused:
        outcome(desk, dossier, point, word, source=source)

    assert refused.value.code == code
