"""Rows of the choice between models."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import scipy.stats
from sklearn.metrics import f1_score

from dlref import diagnostics as ours
from dlref.conformance.row import Arrays, Row

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
]
