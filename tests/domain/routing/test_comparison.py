import pytest

from g40flow.domain.routing.comparison import compare
from g40flow.domain.routing.evaluation import LabelledItem, Prediction

LABELS = [LabelledItem(id=str(n), title=f"Stuk {n}", groups=("wonen",)) for n in range(60)]


def predictions(*, right: int, instead: tuple[str, ...] = ()) -> list[Prediction]:
    """The first `right` items go where they should, the others elsewhere."""
    return [
        Prediction(id=label.id, groups=("wonen",) if n < right else instead) for n, label in enumerate(LABELS)
    ]


def test_a_large_difference_is_no_chance() -> None:
    found = compare(LABELS, predictions(right=20), predictions(right=50))

    assert found.f1_gain == pytest.approx(100 / 110 - 40 / 80)
    assert found.interval[0] > 0
    assert found.is_significant
    assert (found.better, found.worse) == (30, 0)


def test_one_item_of_many_may_be_chance() -> None:
    found = compare(LABELS, predictions(right=50), predictions(right=51))

    assert found.f1_gain > 0
    assert not found.is_significant


def test_the_other_way_round_is_the_opposite() -> None:
    one = compare(LABELS, predictions(right=20), predictions(right=50))
    other = compare(LABELS, predictions(right=50), predictions(right=20))

    assert other.f1_gain == -one.f1_gain
    assert other.chance == one.chance
    assert (other.better, other.worse) == (0, 30)


def test_the_same_routing_shows_no_difference() -> None:
    found = compare(LABELS, predictions(right=30), predictions(right=30))

    assert (found.f1_gain, found.interval, found.chance) == (0, (0, 0), 1)
    assert found.differences == ()


def test_each_item_that_differs_is_told_most_gained_first() -> None:
    first = [Prediction(id="0", groups=("geld",)), Prediction(id="1", groups=("wonen",))]
    second = [Prediction(id="0", groups=("wonen",)), Prediction(id="1", groups=("wonen", "geld"))]

    found = compare(LABELS[:2], first, second)

    assert [(d.id, d.gain, d.first, d.second) for d in found.differences] == [
        ("0", 2, ("geld",), ("wonen",)),
        ("1", -1, ("wonen",), ("wonen", "geld")),
    ]


def test_nothing_compared_is_no_difference() -> None:
    assert compare([], [], []).chance == 1
