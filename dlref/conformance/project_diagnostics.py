"""Rows of what is said of a model from its errors."""

import math
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import scipy.stats
from sklearn.ensemble import RandomForestClassifier

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


ROWS = [
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
