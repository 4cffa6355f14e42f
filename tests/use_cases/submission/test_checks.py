"""The checklist: seven checks, two people, one exact text."""

import pytest

from g40flow.domain.dossier.checklist import Check
from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.errors import InvalidInput, NotAllowed, StaleVersion, StepNotAllowed
from tests.conftest import on_both
from tests.use_cases.dossier.world import BOARD_MEMBER, BOARD_SECRETARY, HOUSING_SECRETARY, SECRETARIAT
from tests.use_cases.submission.office import Office


@on_both
def test_two_people_sign_the_checklist(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)

    for check in Check:
        assert not office.holds(dossier, Guard.CHECKLIST_SIGNED)
        office.check(dossier, check, BOARD_SECRETARY if check is Check.SECOND_PERSON else SECRETARIAT)

    assert office.holds(dossier, Guard.CHECKLIST_SIGNED)
    assert office.checklist(dossier).is_signed
    assert office.acts(dossier).count("tick_check") == len(Check)


def test_nobody_is_the_second_person_of_the_own_work(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)
    office.check(dossier, "copies_planned", SECRETARIAT)
    office.check(dossier, "second_person", BOARD_SECRETARY)

    for check, by in (("second_person", SECRETARIAT), ("publication_choice", BOARD_SECRETARY)):
        with pytest.raises(InvalidInput) as refused:
            office.check(dossier, check, by)
        assert refused.value.code == "second_person_needed"


@pytest.mark.parametrize("check", ["organisation", "publication_choice"])
def test_what_is_not_filled_in_cannot_be_checked(office: Office, check: str) -> None:
    dossier = office.ready()

    with pytest.raises(InvalidInput) as refused:
        office.check(dossier, check)

    assert refused.value.code == "check_fails"


def test_a_text_with_personal_data_cannot_be_called_clean(office: Office) -> None:
    dossier = office.ready("Bel 06-12345678 of mail jan@stad.nl, vraag naar Daan Proefsma.")

    with pytest.raises(InvalidInput) as refused:
        office.check(dossier, "no_personal_data")

    assert refused.value.code == "check_fails"
    found = office.checklist(dossier).inspection.certain
    assert [entry.finding.kind.value for entry in found] == ["phone_number", "email_address", "person_name"]
    assert {entry.where for entry in found} == {"text"}


def test_personal_data_in_an_answer_counts_too(office: Office) -> None:
    dossier = office.ready()
    office.answers(dossier, ("Wat vindt u?", "Vraag het jan@stad.nl"))

    (found,) = office.checklist(dossier).inspection.certain

    assert (found.where, found.finding.quote) == ("answer 1", "jan@stad.nl")


def test_our_own_neutral_address_is_no_personal_data(office: Office) -> None:
    dossier = office.ready("Mail info@example.nl.\n\nHoogachtend,\n\nG40 Stedennetwerk")

    assert office.checklist(dossier).inspection.found == ()


def test_what_only_might_be_personal_is_left_to_a_person(office: Office) -> None:
    dossier = office.ready("Wij danken mevrouw Jansen.")
    office.prepare(dossier)

    office.check(dossier, "no_personal_data")

    assert len(office.checklist(dossier).inspection.doubtful) == 1


def test_checks_are_of_one_text_only(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)
    office.check_all(dossier)
    old = office.hash_of(dossier)

    office.write(dossier, "Iets anders.", by=BOARD_SECRETARY, kind="editorial", note="komma")

    assert not office.holds(dossier, Guard.CHECKLIST_SIGNED)
    assert all(line.tick is None for line in office.checklist(dossier).lines)
    with pytest.raises(StaleVersion):
        office.check(dossier, "copies_planned", seen=old)


def test_a_check_is_taken_back(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)
    office.check_all(dossier)

    office.uncheck(dossier, "copies_planned", HOUSING_SECRETARY)

    assert not office.holds(dossier, Guard.CHECKLIST_SIGNED)
    assert office.acts(dossier)[-1] == "untick_check"


def test_new_answers_and_choices_have_to_be_checked_again(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier)
    office.check_all(dossier)

    office.answers(dossier, ("Wat vindt u?", "Zie bijlage"))

    undone = {line.check for line in office.checklist(dossier).lines if line.tick is None}
    assert undone == {Check.ANSWERS_MATCH, Check.NO_PERSONAL_DATA, Check.SECOND_PERSON}


def test_a_form_without_any_answer_does_not_match_the_text(office: Office) -> None:
    dossier = office.ready()
    office.answers(dossier, ("Wat vindt u?", ""), ("En verder?", " "))

    with pytest.raises(InvalidInput):
        office.check(dossier, "answers_match")


def test_only_who_checks_may_check_and_only_when_it_is_time(office: Office) -> None:
    ready, early = office.ready(), office.ready()
    office.change(early, stage=Stage.BOARD_APPROVAL)

    with pytest.raises(NotAllowed):
        office.check(ready, "copies_planned", BOARD_MEMBER)
    with pytest.raises(StepNotAllowed):
        office.check(early, "copies_planned")
    with pytest.raises(InvalidInput):
        office.check(ready, "unknown")
