"""Speed, memory and quality of routing, beside a plain TF-IDF + linear SVM on the same items.

python bench/bench_routing.py [LABELLED.jsonl ...]

Quality is cross-validated (five folds by item id) for both: on the labelled files given, or on
tests/routing/known_items.jsonl. Our rules were written by people who may have read the items; the
baseline has seen only the other folds.
"""

import argparse
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from g40flow.config.routing import load_router, load_rule_book
from g40flow.domain.routing import RoutableItem
from g40flow.domain.routing.evaluation import Evaluation, LabelledItem, Prediction, evaluate
from g40flow.use_cases.evaluate_routing import Line, read_files
from g40flow.use_cases.train_routing import FOLDS, Example, cross_validate

REPOSITORY = Path(__file__).parents[1]
ROUTING = REPOSITORY / "config" / "routing"
ITEMS = 4_000

COLD_START = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from g40flow.config.routing import load_router
from g40flow.domain.routing import RoutableItem
router = load_router(Path(sys.argv[1]))
router.route(RoutableItem(id="1", title="Woningbouw en mobiliteit"))
seconds = time.perf_counter() - start
import psutil
print(seconds, psutil.Process().memory_info().rss / 2**20)
"""
EMPTY_START = "import psutil, yaml, pydantic; print(psutil.Process().memory_info().rss / 2**20)"


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "labelled", nargs="*", type=Path, default=[REPOSITORY / "tests/routing/known_items.jsonl"]
    )
    lines = read_files(parser.parse_args().labelled)
    ours = items_a_second(lines)
    theirs = baseline_items_a_second(lines)
    print(f"router        {ours:8.0f} items/s on one core, 16 theme groups, with reasons and near misses")
    print(f"TF-IDF + SVM  {theirs:8.0f} items/s (one call for all items); ratio {ours / theirs:.2f}")
    seconds, megabytes = cold_start()
    print(f"cold start    {seconds:8.2f} s, {megabytes:.0f} MB above an interpreter with YAML and pydantic")
    print("\nquality, five folds      F1    precision recall  found  noise  lead")
    print_quality("router", cross_validated(lines))
    print_quality("TF-IDF + SVM", baseline_cross_validated(lines))
    print_quality("keyword alerts", keyword_alerts(lines))


def items_a_second(lines: Sequence[Line]) -> float:
    """Distinct items, so that nothing can be answered from memory of the same text."""
    router = load_router(ROUTING)
    items = [replace(line.item, id=str(n), summary=f"{line.item.summary} {n}") for n, line in enough(lines)]
    for item in items[:50]:
        router.route(item)
    return per_second(lambda: [router.route(item) for item in items], len(items))


def baseline_items_a_second(lines: Sequence[Line]) -> float:
    """The same items in one vectorised call."""
    fitted = baseline(lines)
    texts = [f"{text_of(line.item)} {n}" for n, line in enough(lines)]
    return per_second(lambda: fitted.predict(texts), len(texts))


def enough(lines: Sequence[Line]) -> list[tuple[int, Line]]:
    """The lines, repeated until there are ITEMS."""
    return list(enumerate(islice(cycle(lines), ITEMS)))


def per_second(work: Callable[[], object], items: int) -> float:
    """Processor time of this process, not the clock: other work on the machine does not count."""
    start = time.process_time()
    work()
    return items / (time.process_time() - start)


def cold_start() -> tuple[float, float]:
    """Seconds from import to the first routing in a new process, and megabytes above an empty one."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    run = [sys.executable, "-c"]
    full = subprocess.run(
        [*run, COLD_START, str(ROUTING)], env=environment, check=True, capture_output=True, text=True
    )
    empty = subprocess.run([*run, EMPTY_START], env=environment, check=True, capture_output=True, text=True)
    seconds, megabytes = map(float, full.stdout.split())
    return seconds, megabytes - float(empty.stdout)


def cross_validated(lines: Sequence[Line]) -> Evaluation:
    """Ours: rules as they are, weights from the other folds and the written examples."""
    book = load_rule_book(ROUTING)
    written = [Example(line) for line in read_files([ROUTING / "examples.jsonl"])]
    return cross_validate(book, [Example(line, weight=2.0) for line in lines], written)


def baseline_cross_validated(lines: Sequence[Line]) -> Evaluation:
    """The baseline, learning from the other folds and the same written examples."""
    groups = theme_groups()
    written = read_files([ROUTING / "examples.jsonl"])
    predictions: list[Prediction] = []
    for fold in range(FOLDS):
        held = [line for line in lines if zlib.crc32(line.item.id.encode()) % FOLDS == fold]
        rest = [line for line in lines if zlib.crc32(line.item.id.encode()) % FOLDS != fold]
        answers = baseline([*written, *rest]).predict([text_of(line.item) for line in held])
        predictions += [
            Prediction(id=line.item.id, groups=tuple(g for g, hit in zip(groups, row, strict=True) if hit))
            for line, row in zip(held, answers, strict=True)
        ]
    return evaluate(labels_of(lines), predictions)


def keyword_alerts(lines: Sequence[Line]) -> Evaluation:
    """Today's alternative: an item goes to every group of which a strong word or act occurs."""
    router = load_router(ROUTING)
    predictions = []
    for line in lines:
        hits = router.assess(line.item).evidence.hits
        groups = dict.fromkeys(hit.group for hit in hits if hit.group and hit.role.value in ("act", "strong"))
        predictions.append(Prediction(id=line.item.id, groups=tuple(groups)))
    return evaluate(labels_of(lines), predictions)


def baseline(lines: Sequence[Line]) -> Any:
    """Words and character pieces, one linear SVM for each theme group."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import FunctionTransformer
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    answers = [[int(group in label.groups) for group in theme_groups()] for label in labels_of(lines)]
    model = make_pipeline(
        make_union(words, pieces), FunctionTransformer(narrow_indices), OneVsRestClassifier(LinearSVC())
    )
    return model.fit([text_of(line.item) for line in lines], answers)


def narrow_indices(matrix: Any) -> Any:
    """liblinear accepts no 64-bit indices."""
    matrix = matrix.tocsr()
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    return matrix


def theme_groups() -> list[str]:
    """All theme groups, in a fixed order."""
    return sorted(path.stem for path in ROUTING.glob("[a-z]*.yaml"))


def labels_of(lines: Sequence[Line]) -> list[LabelledItem]:
    """The labels of labelled lines."""
    return [line.label for line in lines if line.label is not None]


def text_of(item: RoutableItem) -> str:
    """All that the baseline reads."""
    return " ".join((item.title, item.summary, item.committee, item.ministry, *item.themes))


def print_quality(name: str, found: Evaluation) -> None:
    """One row."""
    print(
        f"{name:<20} {found.overall.f1:8.3f} {found.overall.precision.value:9.3f}"
        f" {found.overall.recall.value:7.3f} {found.relevant_found.value:6.3f}"
        f" {found.irrelevant_routed.value:6.3f} {found.lead_right.value:6.3f}"
    )


if __name__ == "__main__":
    main()
