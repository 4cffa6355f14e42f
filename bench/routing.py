"""Speed, memory and quality of routing, beside a plain TF-IDF + linear SVM on the same items."""

import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

from bench.measuring import REPOSITORY
from bench.report import Section, table
from g40flow.config.routing import load_router, load_rule_book
from g40flow.domain.routing import RoutableItem
from g40flow.domain.routing.evaluation import Evaluation, LabelledItem, Prediction, evaluate
from g40flow.use_cases.evaluate_routing import Line, read_files
from g40flow.use_cases.train_routing import FOLDS, Example, cross_validate

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


def measure(_entries: int) -> Section:
    """On tests/routing/known_items.jsonl."""
    lines = read_files([REPOSITORY / "tests/routing/known_items.jsonl"])
    ours, theirs = items_a_second(lines), baseline_items_a_second(lines)
    seconds, megabytes = cold_start()
    speed = table(
        ["on one core, 16 theme groups", "items/s", "ratio"],
        [
            ["router, with reasons and near misses", f"{ours:,.0f}", f"{ours / theirs:.2f}"],
            ["TF-IDF + linear SVM, all items in one call", f"{theirs:,.0f}", ""],
        ],
    )
    quality = table(
        ["five folds", "F1", "precision", "recall", "relevant found", "irrelevant routed", "lead right"],
        [
            quality_row("router", cross_validated(lines)),
            quality_row("TF-IDF + linear SVM", baseline_cross_validated(lines)),
            quality_row("keyword alerts with our terms", keyword_alerts(lines)),
        ],
    )
    return Section(
        title="Routing",
        text=(
            "Floor: a plain TF-IDF (words and characters) with a linear SVM on the same items. Quality is\n"
            "cross-validated for both; our rules were written by people who may have read these items, the\n"
            "baseline has seen only the other folds. From import to the first answer in a new process:\n"
            f"{seconds:.2f} s, {megabytes:.0f} MB above an interpreter with YAML and pydantic."
        ),
        body=f"{speed}\n\n{quality}",
    )


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


def quality_row(name: str, found: Evaluation) -> list[str]:
    """One row."""
    figures = (
        found.overall.f1,
        found.overall.precision.value,
        found.overall.recall.value,
        found.relevant_found.value,
        found.irrelevant_routed.value,
        found.lead_right.value,
    )
    return [name, *(f"{figure:.3f}" for figure in figures)]
