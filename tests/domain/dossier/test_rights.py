import pytest

from g40flow.domain.dossier.rights import RIGHTS, Right, has_right, require
from g40flow.domain.errors import NotAllowed
from g40flow.domain.network import Role

CHANGING = set(Right) - {Right.READ, Right.READ_HISTORY, Right.READ_REPORTS}


@pytest.mark.parametrize("right", Right)
def test_each_right_is_for_its_roles_and_for_nobody_else(right: Right) -> None:
    assert RIGHTS[right]
    for role in Role:
        assert has_right(right, {role}) == (role in RIGHTS[right])
        if role not in RIGHTS[right]:
            with pytest.raises(NotAllowed, match=right):
                require(right, {role})


def test_one_role_that_may_is_enough() -> None:
    require(Right.DECIDE, {Role.AUDITOR, Role.BOARD_MEMBER})


def test_somebody_without_a_role_may_do_nothing() -> None:
    assert [right for right in Right if has_right(right, set())] == []


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    held = {right for right in Right if has_right(right, {Role.AUDITOR})}

    assert held == {Right.READ, Right.READ_HISTORY, Right.READ_REPORTS}


def test_a_partner_sees_and_co_signs() -> None:
    assert {right for right in Right if has_right(right, {Role.PARTNER})} == {Right.READ, Right.COSIGN}


def test_only_the_board_decides_and_its_secretary_does_not() -> None:
    assert RIGHTS[Right.DECIDE] == {Role.BOARD_MEMBER, Role.BOARD_CHAIR}
    assert not has_right(Right.DECIDE, {Role.BOARD_SECRETARY, Role.PA_OFFICER, Role.PILLAR_CHAIR})


def test_a_pen_holder_writes_but_does_not_fix_the_plan_or_decide() -> None:
    held = {right for right in CHANGING if has_right(right, {Role.PEN_HOLDER})}

    of_texts = {Right.WRITE_VERSION, Right.EDIT_POINTS, Right.COMMENT, Right.DISPOSE_COMMENT}
    of_campaigns = {
        Right.EDIT_CAMPAIGN,
        Right.SETTLE_MANDATE,
        Right.EDIT_ASKS,
        Right.RECORD_ASK_RESULT,
        Right.LOG_TOUCHPOINT,
        Right.MANAGE_HOOKS,
    }
    assert held == of_texts | of_campaigns
