import pytest

from g40flow.domain.dossier.checklist import Check, is_signed

FIRST = [(check, "anna") for check in Check if check is not Check.SECOND_PERSON]


def test_every_check_by_one_and_the_last_by_another_is_signed() -> None:
    assert is_signed([*FIRST, (Check.SECOND_PERSON, "bram")])


def test_nobody_is_his_own_second_person() -> None:
    assert not is_signed([*FIRST, (Check.SECOND_PERSON, "anna")])
    assert is_signed([*FIRST, (Check.SECOND_PERSON, "anna"), (Check.SECOND_PERSON, "bram")])


@pytest.mark.parametrize("missing", Check)
def test_no_check_can_be_left_out(missing: Check) -> None:
    every = [*FIRST, (Check.SECOND_PERSON, "bram")]

    assert not is_signed([tick for tick in every if tick[0] is not missing])
    assert not is_signed([])
