"""Comments on a version, and what is done with each."""

import pytest

from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, StepNotAllowed
from tests.conftest import on_both
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    PILLAR_CHAIR,
    SECRETARIAT,
)
from tests.use_cases.text.desk import MEMBER, PILLAR_VICE_CHAIR, TextDesk


def reviewed(desk: TextDesk) -> int:
    """A dossier with a text that is out for review."""
    dossier = desk.at(Stage.DRAFTING)
    desk.write(dossier, "De steden steunen dit.")
    desk.change(dossier, stage=Stage.OFFICIAL_REVIEW)
    return dossier


@on_both
def test_a_comment_is_kept_with_the_version_it_is_about(desk: TextDesk) -> None:
    dossier = reviewed(desk)

    desk.comment(dossier, "Waarom?\r\n", MEMBER, quote="De steden\nsteunen")

    (comment,) = desk.comments(dossier)
    assert (comment.body, comment.quote, comment.author) == ("Waarom?", "De steden steunen", MEMBER)
    assert comment.version_id == desk.versions(dossier)[0].id
    assert not desk.holds(dossier, Guard.COMMENTS_DISPOSED)
    assert desk.holds(dossier, Guard.NO_OPEN_OBJECTION)
    assert desk.acts(dossier)[-1] == "add_comment"


@pytest.mark.parametrize(
    ("word", "reason"),
    [("accepted", ""), ("revised", "korter opgeschreven"), ("rejected", "buiten het voorstel")],
)
def test_every_comment_gets_a_disposition(desk: TextDesk, word: str, reason: str) -> None:
    dossier = reviewed(desk)
    comment = desk.comment(dossier, "Waarom?", MEMBER)

    desk.dispose(dossier, comment, word, HOUSING_SECRETARY, reason)

    (row,) = desk.comments(dossier)
    assert (row.disposition, row.disposition_reason, row.disposed_by) == (word, reason, HOUSING_SECRETARY)
    assert desk.holds(dossier, Guard.COMMENTS_DISPOSED)


@pytest.mark.parametrize(
    ("word", "reason", "code"),
    [
        ("rejected", "", "reason_needed"),
        ("revised", " ", "reason_needed"),
        ("withdrawn", "x", "disposition_needed"),
        ("", "x", "disposition_needed"),
    ],
)
def test_a_disposition_without_what_it_needs_is_refused(
    desk: TextDesk, word: str, reason: str, code: str
) -> None:
    dossier = reviewed(desk)
    comment = desk.comment(dossier, "Waarom?", MEMBER)

    with pytest.raises(InvalidInput) as refused:
        desk.dispose(dossier, comment, word, HOUSING_SECRETARY, reason)

    assert refused.value.code == code
    assert not desk.holds(dossier, Guard.COMMENTS_DISPOSED)


def test_who_comes_second_hears_that_it_was_done(desk: TextDesk) -> None:
    dossier = reviewed(desk)
    comment = desk.comment(dossier, "Waarom?", MEMBER)
    desk.dispose(dossier, comment, "accepted", HOUSING_SECRETARY)

    with pytest.raises(StaleVersion):
        desk.dispose(dossier, comment, "rejected", HOUSING_SECRETARY, "toch niet")
    with pytest.raises(StaleVersion):
        desk.withdraw(dossier, comment, MEMBER)

    assert desk.comments(dossier)[0].disposition == "accepted"


def test_an_author_takes_back_a_comment_and_nobody_else_does(desk: TextDesk) -> None:
    dossier = reviewed(desk)
    comment = desk.comment(dossier, "Waarom?", MEMBER)

    with pytest.raises(NotAllowed):
        desk.withdraw(dossier, comment, HOUSING_SECRETARY)
    desk.withdraw(dossier, comment, MEMBER)

    assert desk.comments(dossier)[0].disposition == "withdrawn"


@on_both
def test_an_objection_holds_up_the_agreement_and_is_told_at_once(desk: TextDesk) -> None:
    dossier = reviewed(desk)

    desk.comment(dossier, "Dit kan niet", PILLAR_CHAIR, objection=True)

    assert not desk.holds(dossier, Guard.NO_OPEN_OBJECTION)
    assert desk.acts(dossier)[-1] == "object"
    told = desk.messages("dossier_note")
    assert f"person:{HOUSING_SECRETARY}" in told
    assert f"person:{HOUSING_LEAD}" in told
    assert f"person:{PILLAR_CHAIR}" not in told


def test_an_objection_is_lifted_by_its_author(desk: TextDesk) -> None:
    dossier = reviewed(desk)
    comment = desk.comment(dossier, "Dit kan niet", HOUSING_LEAD, objection=True)

    desk.withdraw(dossier, comment, HOUSING_LEAD)

    assert desk.holds(dossier, Guard.NO_OPEN_OBJECTION)


@pytest.mark.parametrize("by", [HOUSING_SECRETARY, HOUSING_LEAD, BOARD_MEMBER, SECRETARIAT])
def test_an_objection_of_somebody_else_cannot_be_put_aside(desk: TextDesk, by: str) -> None:
    dossier = reviewed(desk)
    comment = desk.comment(dossier, "Dit kan niet", MEMBER, objection=True)

    with pytest.raises(NotAllowed):
        desk.dispose(dossier, comment, "rejected", by, "niet nodig")

    assert not desk.holds(dossier, Guard.NO_OPEN_OBJECTION)


@pytest.mark.parametrize("by", [PILLAR_CHAIR, PILLAR_VICE_CHAIR])
def test_the_chair_of_the_pillar_goes_on_in_spite_of_an_objection(desk: TextDesk, by: str) -> None:
    dossier = reviewed(desk)
    comment = desk.comment(dossier, "Dit kan niet", MEMBER, objection=True)

    desk.dispose(dossier, comment, "rejected", by, "de meerderheid wil door")

    assert desk.holds(dossier, Guard.NO_OPEN_OBJECTION)
    assert desk.history(dossier)[-1].facts["objection"] is True


@pytest.mark.parametrize("by", ["rens-leesmans", "vigo-partnerman"])
def test_a_reader_and_a_partner_do_not_comment(desk: TextDesk, by: str) -> None:
    dossier = reviewed(desk)

    with pytest.raises((NotAllowed, NotFound)):
        desk.comment(dossier, "Waarom?", by)


def test_officials_do_not_object_in_the_name_of_politicians(desk: TextDesk) -> None:
    dossier = reviewed(desk)

    with pytest.raises(NotAllowed):
        desk.comment(dossier, "Dit kan niet", HOUSING_SECRETARY, objection=True)


@pytest.mark.parametrize(
    ("body", "code"), [(" \u200b\n", "comment_needed"), ("a" * 10_001, "comment_too_long")]
)
def test_an_empty_or_endless_comment_is_refused(desk: TextDesk, body: str, code: str) -> None:
    dossier = reviewed(desk)

    with pytest.raises(InvalidInput) as refused:
        desk.comment(dossier, body, MEMBER)

    assert refused.value.code == code


def test_a_comment_on_a_text_that_has_changed_is_refused(desk: TextDesk) -> None:
    dossier = reviewed(desk)
    old = desk.hash_of(dossier)
    desk.write(dossier, "De steden twijfelen.")

    with pytest.raises(StaleVersion):
        desk.comment(dossier, "Waarom?", MEMBER, seen_version=old)


def test_there_is_nothing_to_comment_on_before_there_is_a_text_or_after_it_was_sent(desk: TextDesk) -> None:
    empty, sent = desk.at(Stage.DRAFTING), reviewed(desk)
    desk.change(sent, stage=Stage.SUBMITTED)

    with pytest.raises(InvalidInput):
        desk.comment(empty, "Waarom?", MEMBER)
    with pytest.raises(StepNotAllowed):
        desk.comment(sent, "Waarom?", MEMBER)


def test_a_comment_of_another_dossier_is_not_found(desk: TextDesk) -> None:
    one, other = reviewed(desk), reviewed(desk)
    comment = desk.comment(one, "Waarom?", MEMBER)

    with pytest.raises(NotFound):
        desk.dispose(other, comment, "accepted", HOUSING_SECRETARY)
