import pytest

from g40flow.domain.routing.evaluation import LabelledItem, Prediction, Share, evaluate

LABELS = [
    LabelledItem(id="1", title="a", groups=("x", "y")),
    LabelledItem(id="2", title="b", groups=("y",), lead_agreed=False),
    LabelledItem(id="3", title="c", groups=(), lead_agreed=False),
    LabelledItem(id="4", title="d", groups=(), optional=("x",), lead_agreed=False),
]


def predicted(**groups: str) -> list[Prediction]:
    return [Prediction(id=key[1:], groups=tuple(value)) for key, value in groups.items()]


def test_pairs_are_counted_and_optional_groups_are_neither_right_nor_wrong() -> None:
    found = evaluate(LABELS, predicted(i1="xz", i2="", i3="x", i4="x"))

    assert (found.overall.right, found.overall.wrong, found.overall.missed) == (1, 2, 2)
    assert found.overall.f1 == pytest.approx(2 / 6)


def test_relevance_noise_and_lead_are_counted_by_item() -> None:
    found = evaluate(LABELS, predicted(i1="xz", i2="", i3="x", i4="x"))

    assert (found.relevant_found.part, found.relevant_found.whole) == (1, 2)
    assert (found.irrelevant_routed.part, found.irrelevant_routed.whole) == (1, 1)
    assert (found.lead_right.part, found.lead_right.whole) == (1, 1)


def test_a_perfect_router_makes_no_mistakes() -> None:
    found = evaluate(LABELS, predicted(i1="xy", i2="y", i3="", i4=""))

    assert found.overall.f1 == 1
    assert found.mistakes == ()
    assert found.confusion == {}


def test_triage_counts_as_seen_but_not_as_found() -> None:
    answers = [*predicted(i1="xy", i3="", i4=""), Prediction(id="2", groups=(), triage=True)]

    found = evaluate(LABELS, answers)

    assert found.relevant_found.value == 0.5
    assert found.relevant_seen.value == 1


def test_the_interval_holds_the_share_and_narrows_with_more_items() -> None:
    few, many = Share(9, 10), Share(900, 1000)

    assert few.interval[0] < few.value < few.interval[1]
    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]


def test_a_missing_prediction_is_an_error() -> None:
    with pytest.raises(KeyError):
        evaluate(LABELS, predicted(i1="x"))
