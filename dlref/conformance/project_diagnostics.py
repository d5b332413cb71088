"""Rows of what is said of a model from its errors."""

import math
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import scipy.stats
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score

from dlref import diagnostics as ours
from dlref.conformance.row import Arrays, Row

# How many of how many examples are wrong.
WRONG = {
    "human": (3, 200),
    "train": (700, 10_000),
    "train_dev": (31, 300),
    "dev": (80, 500),
    "test": (0, 40),
}


def of_counts(diagnose: Any) -> Arrays:
    """The gaps of five sets and the ends of their intervals, and of three, of which one is exact."""
    errors = {name: k / n for name, (k, n) in WRONG.items()}
    examples = {name: n for name, (_, n) in WRONG.items()}
    few = {name: errors[name] for name in ("human", "train", "dev")}
    seen = {}
    for words, given, counts in (
        ("five sets", errors, examples),
        ("three sets", few, {name: examples[name] for name in ("human", "dev")}),
    ):
        gaps = diagnose(**given, examples=counts).gaps
        seen |= {
            f"{part} of {words}": np.array([getattr(gap, part) for gap in gaps])
            for part in ("size", "low", "high")
        }
    return seen


def _by_binomial_test(method: str, examples: dict[str, int], **errors: float) -> Any:
    """The intervals by SciPy, and Newcombe's of their differences."""
    gaps, names = [], [name for name in WRONG if name in errors]
    ends = {name: (errors[name],) * 2 for name in names}
    for name, n in examples.items():
        ends[name] = scipy.stats.binomtest(round(errors[name] * n), n).proportion_ci(method=method)
    for one, two in zip(names, names[1:], strict=False):
        (low_1, high_1), (low_2, high_2) = ends[one], ends[two]
        size = errors[two] - errors[one]
        below = math.hypot(errors[two] - low_2, high_1 - errors[one])
        above = math.hypot(high_2 - errors[two], errors[one] - low_1)
        gaps.append(SimpleNamespace(size=size, low=size - below, high=size + above))
    return SimpleNamespace(gaps=gaps)


def of_tags(analyse: Any) -> Arrays:
    """What is said of 30 examples with 4 causes, of which one never comes."""
    tags = np.random.default_rng(0).random((30, 4)) < (0.5, 0.3, 0.2, 0.0)
    found = analyse({name: tags[:, j] for j, name in enumerate("abcd")}, error=0.25)
    causes = sorted(found.causes, key=lambda cause: cause.name)
    seen = {
        part: [getattr(cause, part) for cause in causes] for part in ("share", "ceiling", "floor")
    }
    seen["overlaps"] = [found.overlaps[pair] for pair in sorted(found.overlaps)]
    return {name: np.array(values) for name, values in seen.items()} | {
        "rest": np.array(found.rest)
    }


def _by_mean(tags: dict[str, np.ndarray], error: float) -> Any:
    one_cause = np.sum(list(tags.values()), 0) == 1
    causes = [
        SimpleNamespace(
            name=name,
            share=np.mean(column),
            ceiling=error * np.mean(column),
            floor=error * np.mean(column & one_cause),
        )
        for name, column in tags.items()
    ]
    overlaps = {(a, b): np.sum(tags[a] & tags[b]) for a in tags for b in tags if a != b}
    rest = error * np.mean(~np.any(list(tags.values()), 0))
    return SimpleNamespace(causes=causes, overlaps=overlaps, rest=rest)


def of_two_sets(compare: Any) -> Arrays:
    """What is said of two sets of one distribution, and of two that lie apart and are of different sizes."""
    rng = np.random.default_rng(3)
    sets = [rng.normal(at, 1, (size, 2, 2)) for at, size in ((0, 61), (0, 61), (0.8, 40))]
    found = [compare(sets[0], other) for other in sets[1:]]
    return {name: np.array([getattr(each, name) for each in found]) for name in ("accuracy", "z")}


def _by_score(first: np.ndarray, second: np.ndarray) -> Any:
    rng = np.random.default_rng(0)
    half = min(len(first), len(second)) // 2
    parts = [x[rng.permutation(len(x))].reshape(len(x), -1) for x in (first, second)]
    y = np.repeat([0, 1], half)
    forest = RandomForestClassifier(random_state=0).fit(np.vstack([x[:half] for x in parts]), y)
    accuracy = forest.score(np.vstack([x[half : 2 * half] for x in parts]), y)
    return SimpleNamespace(accuracy=accuracy, z=(accuracy - 0.5) * 2 * math.sqrt(2 * half))


MODELS = {
    name: {"error": error, "runtime_ms": runtime, "recall": recall}
    for name, error, runtime, recall in (
        ("A", 0.10, 80, 0.9),
        ("B", 0.08, 95, 0.8),
        ("C", 0.05, 1500, 0.9),
        ("D", 0.07, 100, 0.5),
        ("E", 0.07, 100, 0.75),
        ("F", 0.06, 101, 0.75),
    )
}


def of_models(choose: Any) -> Arrays:
    """The place of the best of six models, under five sets of bounds."""
    aims = (
        (),
        ("runtime_ms<=100",),
        ("runtime_ms<100",),
        ("runtime_ms<=100", "recall>0.5"),
        ("recall>=0.9",),
    )
    chosen = [choose(MODELS, "min:error", subject_to=bounds).best for bounds in aims]
    return {"the best": np.array([list(MODELS).index(name) for name in chosen])}


def _by_argmax(models: Any, objective: str, subject_to: Any, bounded: bool) -> Any:
    rows = list(models.values())
    within = [all(eval(bound, {}, row) for bound in subject_to) or not bounded for row in rows]
    score = np.where(within, [-row["error"] for row in rows], -np.inf)
    return SimpleNamespace(best=list(models)[np.argmax(score)])


def of_decisions(compare: Any) -> Arrays:
    """What is said of two pairs of classifiers on 20 examples."""
    rng = np.random.default_rng(4)
    y, a, b = (rng.random((3, 20)) < 0.4).astype("int64")
    found = [compare(y, y | a, y & b), compare(y, a, b)]
    return {
        part: np.array([getattr(each, part) for each in found])
        for part in ("f1", "difference", "interval")
    }


def _by_scikit_learn(y: np.ndarray, *decisions: np.ndarray) -> Any:
    """Both F1, and the interval from what each becomes when one example after the other counts twice."""
    scores, moved = [], []
    for y_hat in decisions:
        scores.append(f1_score(y, y_hat))
        twice = [f1_score(y, y_hat, sample_weight=1 + row) for row in np.eye(len(y))]
        share = (y + y_hat) / np.sum(y + y_hat)
        moved.append((np.array(twice) - scores[-1]) * (1 + share))
    difference = scores[0] - scores[1]
    half = scipy.stats.norm.ppf(0.975) * np.linalg.norm(moved[0] - moved[1])
    interval = difference - half, difference + half
    return SimpleNamespace(f1=tuple(scores), difference=difference, interval=interval)


ROWS = [
    Row(
        name="diagnostics.best_model",
        builtin="numpy.argmax",
        source="Flowchart C3",
        ours=lambda: ours.best_model,
        mapped=lambda: partial(_by_argmax, bounded=True),
        mapping="np.argmax(np.where(the bounds hold, objective, −∞))",
        unmapped=lambda: partial(_by_argmax, bounded=False),
        sentence="`argmax` of the objective alone takes models that do not keep the bounds.",
        probe=of_models,
        modes=("eager",),
        dtypes=("float64",),
    ),
    Row(
        name="diagnostics.compare_f1",
        builtin="sklearn.metrics.f1_score",
        source="Flowchart C3",
        ours=lambda: ours.compare_f1,
        mapped=lambda: _by_scikit_learn,
        mapping="f1_score(y_true, a, sample_weight=…) of A and of B",
        probe=of_decisions,
        modes=("eager",),
        dtypes=("float64",),
    ),
    Row(
        name="diagnostics.error_analysis",
        builtin="numpy.mean",
        source="Flowchart C3",
        ours=lambda: ours.error_analysis,
        mapped=lambda: _by_mean,
        mapping="np.mean(tags), error · np.mean(tags), np.sum(a & b)",
        probe=of_tags,
        modes=("eager",),
        dtypes=("float64",),
    ),
    Row(
        name="diagnostics.bias_variance",
        builtin="scipy.stats.binomtest",
        source="Flowchart C3; Flowchart C2",
        ours=lambda: ours.bias_variance,
        mapped=lambda: partial(_by_binomial_test, "wilson"),
        mapping='proportion_ci(method="wilson") of each error',
        unmapped=lambda: partial(_by_binomial_test, "exact"),
        sentence="By default SciPy's interval is that of Clopper and Pearson, which is wider.",
        probe=of_counts,
        modes=("eager",),
        dtypes=("float64",),
    ),
    Row(
        name="diagnostics.same_distribution",
        builtin="sklearn.ensemble.RandomForestClassifier",
        source="Flowchart C3",
        ours=lambda: ours.same_distribution,
        mapped=lambda: _by_score,
        mapping="fit on half of both sets, score on the other half",
        probe=of_two_sets,
        modes=("eager",),
        dtypes=("float64",),
    ),
]
