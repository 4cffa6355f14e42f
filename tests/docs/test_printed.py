import pytest

from g40flow.domain.campaigns.workflow import CAMPAIGN_STEPS
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.dossier.workflow import RESPONSE_STEPS, Stage, Step, find_step
from g40flow.domain.errors import StepNotAllowed
from g40flow.domain.network import Role
from tests.docs.exceptions import EXCEPTIONS, walked_by
from tests.docs.printed import DOCS, PAGES


def rows_below(heading: str) -> list[dict[str, str]]:
    """The table under a heading of docs/rights.md, a row per line by its column heads."""
    lines = (DOCS / "rights.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2].splitlines()
    table = [line for line in lines[: lines.index("", 1) if "" in lines[1:] else None] if line]
    head, _, *rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("file", PAGES)
def test_what_is_printed_is_what_the_code_says(file: str) -> None:
    written = (DOCS / file).read_text(encoding="utf-8")

    assert written == PAGES[file](), "run: python -m tests.docs.printed"


@pytest.mark.parametrize(
    ("heading", "steps"),
    [("Steps per role", RESPONSE_STEPS), ("Steps of campaigns per role", CAMPAIGN_STEPS)],
)
def test_every_cell_of_the_steps_is_what_the_program_does(
    heading: str, steps: tuple[Step[Stage], ...]
) -> None:
    rows = rows_below(heading)

    assert [row["step"] for row in rows] == [step.action for step in steps]
    for row, step in zip(rows, steps, strict=True):
        for role in Role:
            if row[role] == "x":
                assert find_step(steps, step.sources[0], step.action, {role}) is step
            else:
                with pytest.raises(StepNotAllowed):
                    find_step(steps, step.sources[0], step.action, {role})


def test_every_cell_of_the_rights_is_what_the_program_does() -> None:
    rows = rows_below("Other acts per role")

    assert [row["right"] for row in rows] == list(Right)
    for row in rows:
        for role in Role:
            assert has_right(Right(row["right"]), {role}) == (row[role] == "x"), (row["right"], role)


def test_every_exception_has_its_row_and_is_walked_through_the_surfaces() -> None:
    assert set(EXCEPTIONS) == set(ExceptionCode)
    assert set(walked_by()) == set(ExceptionCode)
