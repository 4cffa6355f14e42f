from importlib.util import find_spec
from pathlib import Path

import pytest

from g40flow.config.routing import load_rule_book, model_bytes
from g40flow.use_cases.evaluate_routing import read_files
from g40flow.use_cases.train_routing import (
    Example,
    TooFewExamples,
    cross_validate,
    data_fingerprint,
    metrics_of,
    train,
)

pytestmark = pytest.mark.skipif(find_spec("sklearn") is None, reason="learning needs the extra `learn`")

REPOSITORY = Path(__file__).parents[2]
BOOK = load_rule_book(REPOSITORY / "config" / "routing")
EXAMPLES = [Example(line) for line in read_files([REPOSITORY / "tests/routing/known_items.jsonl"])][:80]


def test_the_same_examples_give_the_same_bytes() -> None:
    def learned() -> bytes:
        return model_bytes(
            train(BOOK, EXAMPLES), rules=BOOK.version, data=data_fingerprint(EXAMPLES), metrics={}
        )

    assert learned() == learned()


def test_the_fingerprint_of_the_data_does_not_depend_on_their_order() -> None:
    assert data_fingerprint(EXAMPLES) == data_fingerprint(EXAMPLES[::-1])
    assert data_fingerprint(EXAMPLES) != data_fingerprint(EXAMPLES[1:])


def test_every_judged_item_is_measured_by_a_model_that_has_not_seen_it() -> None:
    found = cross_validate(BOOK, EXAMPLES, [], folds=2)

    assert found.items == len(EXAMPLES)
    assert set(metrics_of(found)) >= {"f1", "relevant_found", "irrelevant_routed", "lead_right"}


def test_too_few_examples_are_refused() -> None:
    with pytest.raises(TooFewExamples, match="minstens"):
        train(BOOK, EXAMPLES[:10])
